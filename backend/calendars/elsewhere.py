"""The same event for a calendar on the web that reads no letter: an address that opens it there, filled in. Pure."""

from urllib.parse import urlencode

from backend.calendars.ics import Moment, utc

STAMP = "%Y%m%dT%H%M%SZ"
LONGEST_TEXT = 500


def other_calendars(moment: Moment) -> dict[str, str]:
    """{"google": address, "outlook": address}; none for an event of several days, which these cannot take."""
    if len(moment.days) > 1:
        return {}
    start, end = utc(moment.starts_at), utc(moment.ends_at)
    about = moment.description[:LONGEST_TEXT]
    google = {
        "action": "TEMPLATE",
        "text": moment.summary,
        "dates": f"{start.strftime(STAMP)}/{end.strftime(STAMP)}",
        "details": about,
        "location": moment.place,
    }
    outlook = {
        "path": "/calendar/action/compose",
        "rru": "addevent",
        "subject": moment.summary,
        "startdt": start.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "enddt": end.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "body": about,
        "location": moment.place,
    }
    return {
        "google": f"https://calendar.google.com/calendar/render?{urlencode(google)}",
        "outlook": f"https://outlook.live.com/calendar/0/deeplink/compose?{urlencode(outlook)}",
    }
