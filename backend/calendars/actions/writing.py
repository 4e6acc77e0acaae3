"""One date into a calendar of somebody's own, or out of it."""

from dataclasses import dataclass
from datetime import datetime

from backend.calendars import ics
from backend.calendars.caldav import CaldavError, Server
from backend.calendars.models import OwnCalendar, OwnDate
from backend.calendars.own_dates import file_name, is_of, kept_of, object_of, same_as
from backend.lib import clock

GONE = "gone"
MOST_ROUNDS = 4  # somebody may change a date there each time we look


@dataclass(frozen=True)
class Change:
    """What is to be done about one date: written as `entry` says, or taken away (None). `digest`: of what is to stand
    there, or GONE."""

    uid: str
    row: OwnDate | None
    entry: ics.Moment | ics.Day | None
    digest: str
    ends_at: datetime


def apply_change(calendar: OwnCalendar, server: Server, change: Change) -> None:
    """Done, and noted. A date that the server will not take is noted as such, and the others go on; raises CaldavError
    for what concerns them all."""
    row = change.row or OwnDate(calendar=calendar, uid=change.uid)
    row.ends_at = change.ends_at
    try:
        if change.entry is None:
            takes_away(calendar, server, row)
            return
        _write(address_of(calendar, change.uid), server, row, change.entry)
    except CaldavError as error:
        if error.reason not in ("item", "taken"):
            raise
        row.refused_digest, row.refused_at = change.digest, clock.now()
        row.is_taken = error.reason == "taken"
    else:
        row.digest, row.refused_digest, row.refused_at, row.is_taken = change.digest, "", None, False
    row.save()


def takes_away(calendar: OwnCalendar, server: Server, row: OwnDate) -> None:
    """It stands there no more, nor in our rows. Whatever she made of it there goes too: it does not take place."""
    url = address_of(calendar, row.uid)
    if row.digest and not server.remove(url, etag=row.etag):
        server.remove(url)
    if row.pk:
        row.delete()


def address_of(calendar: OwnCalendar, uid: str) -> str:
    """Where this date stands in her calendar."""
    return f"{calendar.url.rstrip('/')}/{file_name(uid)}"


def _write(url: str, server: Server, row: OwnDate, entry: ics.Moment | ics.Day) -> None:
    """PUT under the ETag that we know; when something else stands there, read it and write over that.

    What she changed of the date itself gives way to what was planned; what she added (alarms, colours) stays. One that
    she deleted is written anew only now that it has changed: the date she did not want to see is not this one.
    """
    is_new, etag = not row.digest, row.etag
    for _round in range(MOST_ROUNDS):
        written = server.put(url, object_of(entry, row.kept), etag=etag, is_new=is_new)
        if written is not None:
            row.etag = written
            return
        item = server.read(url)
        if item is None:
            is_new, etag, row.kept = True, "", ""
            continue
        if not is_of(item.body, row.uid):
            raise CaldavError("item")  # not ours, though its address is: it stays
        is_new, etag, row.kept = False, item.etag, kept_of(item.body)
        if same_as(item.body, object_of(entry, row.kept)):  # written before, when we were cut short
            row.etag = etag
            return
    raise CaldavError("item")
