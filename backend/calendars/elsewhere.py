"""The same event for a calendar on the web that reads no letter: an address that opens it there, filled in. Pure."""

from html import escape
from urllib.parse import quote, urlencode

from backend.calendars.ics import Moment, plain, shortened, single_line, utc

STAMP = "%Y%m%dT%H%M%SZ"
LONGEST_TEXT = 500  # octets


def other_calendars(moment: Moment) -> dict[str, str]:
    """{"google": address, "outlook": address, "office": address}; none for several days, which these cannot take.

    Outlook reads a + as a plus and shows its body as a page: spaces are %20 everywhere, line ends <br> there.
    """
    if len(moment.days) > 1:
        return {}
    start, end, about = utc(moment.starts_at), utc(moment.ends_at), _about(moment)
    google = {
        "action": "TEMPLATE",
        "text": single_line(moment.summary),
        "dates": f"{start.strftime(STAMP)}/{end.strftime(STAMP)}",
        "details": about,
        "location": single_line(moment.place),
    }
    outlook = {
        "path": "/calendar/action/compose",
        "rru": "addevent",
        "subject": single_line(moment.summary),
        "startdt": start.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "enddt": end.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "body": escape(about).replace("\n", "<br>"),
        "location": single_line(moment.place),
    }
    return {
        "google": f"https://calendar.google.com/calendar/render?{_query(google)}",
        "outlook": f"https://outlook.live.com/calendar/0/deeplink/compose?{_query(outlook)}",
        "office": f"https://outlook.office.com/calendar/0/deeplink/compose?{_query(outlook)}",
    }


def _about(moment: Moment) -> str:
    """Its text, kept short since it is part of an address, and its page whole."""
    text = plain(moment.description).removesuffix(moment.url).strip()
    return "\n\n".join(part for part in (shortened(text, LONGEST_TEXT), moment.url) if part)


def _query(values: dict[str, str]) -> str:
    return urlencode(values, quote_via=quote)
