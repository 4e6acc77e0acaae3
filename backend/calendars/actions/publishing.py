"""Keeping calendars of people's own in step: one visit to one server, by one worker at a time.

Every date is written under an address made of its UID, and noted once it stands there. Cut short in between, the next
visit finds something there already, reads it, sees that it is ours, and goes on: writing twice changes nothing.
"""

import logging
import secrets
from datetime import datetime, time, timedelta
from typing import Any
from urllib.parse import urljoin

from django.conf import settings
from django.db import transaction
from django.db.models import Case, F, Q, Value, When
from django.urls import reverse

from backend.accounts.models import User
from backend.calendars import ics
from backend.calendars.actions.own_calendars import PURPOSE, forget_calendar
from backend.calendars.actions.ringing import PUBLISH, waiting_calendars
from backend.calendars.actions.writing import GONE, Change, apply_change, takes_away
from backend.calendars.caldav import CaldavError, Server
from backend.calendars.models import OwnCalendar, OwnDate
from backend.calendars.own_dates import digest_of, object_of
from backend.calendars.queries import BEHIND, dates_of
from backend.calendars.troubles import STOPS, kept_as, sentence_of
from backend.lib import clock, vault
from backend.lib.jobs import enqueue
from backend.lib.states import move
from backend.lib.sweeps import each
from backend.mail import actions as mail

log = logging.getLogger("jalon.own_calendars")
LEASE = timedelta(seconds=120)  # longer than a job may live (60 s)
# Of a visit, and of its end, in which no date is begun: letters, sign-in codes among them, wait for the same workers.
SECONDS, LAST_SECONDS = 20.0, 10.0
LOOK_AGAIN = timedelta(minutes=15)  # for what no bell tells: due dates, a window that moves on
CHECK_AGAIN = timedelta(days=1)  # is the calendar still there, though nothing is to be written?
TRY_AGAIN = timedelta(days=1)  # a date that the server would not take
FIRST_DELAY, LONGEST_DELAY = timedelta(minutes=2), timedelta(hours=6)
PATIENCE = timedelta(days=3)  # of trouble that should pass, before she is told
LETTER = "calendars/letters/own_calendar"
State, Reason = OwnCalendar.State, OwnCalendar.Reason


def sweep_calendars() -> int:
    """Whatever is due gets its bell, if none rang lately; how many did."""
    return each(waiting_calendars(), _ring)


def _ring(pk: int) -> None:
    OwnCalendar.objects.filter(pk=pk).update(rung_at=clock.now())
    enqueue(PUBLISH, pk)


def follow_change(pk: int) -> int:
    """Something changed for this person: her calendar is due now; as `publish_calendar`. Whoever is there already goes
    once more."""
    OwnCalendar.objects.at_work().filter(pk=pk).update(due_at=clock.now())
    return publish_calendar(pk)


def publish_calendar(pk: int) -> int:
    """What differs is written there, as far as the time of one visit goes; how many dates were.

    Nothing is done when nothing is due, while another worker is there, and while it rests after trouble.
    """
    calendar = _claimed(pk)
    if calendar is None:
        return 0
    password = vault.unseal(calendar.secret, PURPOSE)
    try:
        if password is None:
            raise CaldavError("secret")
        with Server(calendar.server, calendar.username, password, seconds=SECONDS) as server:
            visit = _leave if calendar.state == State.LEAVING else _keep
            return visit(calendar, server)
    except CaldavError as error:
        _stopped_by(calendar, error)
    except Exception:
        # A mistake of ours with this one calendar: seen in the journal, and tried again like any trouble.
        log.exception("calendar %s could not be kept in step", calendar.pk)
        _stopped_by(calendar, CaldavError("broken"))
    return 0


def _claimed(pk: int) -> OwnCalendar | None:
    """The row, mine for two minutes. Whoever rings meanwhile makes it due again, which the end of the visit sees."""
    now, mine = clock.now(), secrets.token_hex(16)
    free = OwnCalendar.objects.at_work().filter(Q(lease_until=None) | Q(lease_until__lte=now), pk=pk, due_at__lte=now)
    rested = free.filter(Q(not_before=None) | Q(not_before__lte=now))
    until = now + LEASE
    if not rested.update(lease=mine, lease_until=until, due_at=until, rung_at=None):
        return None
    return OwnCalendar.objects.select_related("user").get(pk=pk, lease=mine)


def _is_mine(calendar: OwnCalendar) -> bool:
    return OwnCalendar.objects.filter(pk=calendar.pk, lease=calendar.lease).exists()


def _keep(calendar: OwnCalendar, server: Server) -> int:
    """One visit to a calendar that is kept in step."""
    changes, done = _changes(calendar), 0
    is_unseen = calendar.checked_at is None or clock.now() - calendar.checked_at >= CHECK_AGAIN
    if changes or is_unseen:
        server.look_at(calendar.url)
        calendar.checked_at = clock.now()
    for change in changes:
        if server.seconds_left < LAST_SECONDS:
            break
        if not _is_mine(calendar):
            return done
        apply_change(calendar, server, change)
        done += 1
    _finish(calendar, waiting=len(changes) - done, has_written=done > 0)
    return done


def _leave(calendar: OwnCalendar, server: Server) -> int:
    """One visit to a calendar that she disconnects: what was written there goes, then the row is forgotten."""
    rows, done = list(calendar.dates.all()), 0
    for row in rows:
        if server.seconds_left < LAST_SECONDS:
            _finish(calendar, waiting=len(rows) - done, has_written=False)
            return done
        takes_away(calendar, server, row)
        done += 1
    with transaction.atomic():
        forget_calendar(calendar)
    return done


def _changes(calendar: OwnCalendar) -> list[Change]:
    """What differs between her dates and what was written: first what goes, then what is still to come."""
    now = clock.now()
    known = {row.uid: row for row in calendar.dates.all()}
    wanted = {entry.uid: entry for entry in dates_of(calendar.user, calendar.left_out)}
    # What ended before the days that a calendar shows is hers to keep.
    gone = [row for uid, row in known.items() if uid not in wanted and row.ends_at >= now - BEHIND]
    gone = [row for row in gone if not _is_refused(row, GONE)]
    fresh: list[Change] = []
    for uid, entry in wanted.items():
        row, digest = known.get(uid), digest_of(object_of(entry))
        if row is None or (row.digest != digest and not _is_refused(row, digest)):
            fresh.append(Change(uid, row, entry, digest, _end(entry, calendar.user)))
    fresh.sort(key=lambda change: (change.ends_at < now, change.ends_at, change.uid))
    return [Change(row.uid, row, None, GONE, row.ends_at) for row in gone] + fresh


def _is_refused(row: OwnDate, digest: str) -> bool:
    """Did her server refuse just that, less than a day ago?"""
    is_recent = row.refused_at is not None and clock.now() - row.refused_at < TRY_AGAIN
    return is_recent and row.refused_digest == digest


def _end(entry: ics.Moment | ics.Day, user: User) -> datetime:
    if isinstance(entry, ics.Moment):
        return entry.ends_at
    return datetime.combine(entry.on + timedelta(days=1), time(0), tzinfo=user.zone)


@transaction.atomic
def _finish(calendar: OwnCalendar, *, waiting: int, has_written: bool) -> None:
    """The visit is over: the next one at once when something is left or was rung, else in a quarter of an hour."""
    now = clock.now()
    values: dict[str, Any] = {"reason": "", "not_before": None, "failures": 0, "trouble_since": None}
    values |= {"waiting": waiting, "checked_at": calendar.checked_at}
    values |= {"kept_at": now} if not waiting else {}
    values |= {"written_at": now} if has_written else {}
    if not vault.is_sealed_by_today_s_key(calendar.secret, PURPOSE):
        values["secret"] = vault.seal(vault.unseal(calendar.secret, PURPOSE) or "", PURPOSE)
    _release(calendar, values, now if waiting else now + LOOK_AGAIN)


def _release(calendar: OwnCalendar, values: dict[str, Any], due_at: datetime) -> None:
    """Let go of the lease; what was rung during the visit stays due, and is rung once more."""
    mine = OwnCalendar.objects.filter(pk=calendar.pk, lease=calendar.lease)
    as_claimed = When(due_at=calendar.due_at, then=Value(due_at))
    mine.update(**values, lease="", lease_until=None, due_at=Case(as_claimed, default=F("due_at")))
    now = clock.now()
    is_due = OwnCalendar.objects.at_work().filter(pk=calendar.pk, due_at__lte=now)
    if is_due.filter(Q(not_before=None) | Q(not_before__lte=now)).exists():
        OwnCalendar.objects.filter(pk=calendar.pk).update(rung_at=now)
        enqueue(PUBLISH, calendar.pk)


@transaction.atomic
def _stopped_by(calendar: OwnCalendar, error: CaldavError) -> None:
    """What waits for her stops, and she is told; anything else rests and is tried again, longer each time."""
    now, reason = clock.now(), kept_as(error.reason)
    fresh = OwnCalendar.objects.select_for_update(of=("self",)).filter(pk=calendar.pk, lease=calendar.lease).first()
    if fresh is None:
        return
    since = fresh.trouble_since or now
    if fresh.state == State.LEAVING and (reason in STOPS or now - since >= PATIENCE):
        forget_calendar(fresh)
        return
    log.warning("calendar %s of a person: %s (%s times)", fresh.pk, error.reason, fresh.failures + 1)
    if reason in STOPS:
        stamps = {"reason": reason, "lease": "", "lease_until": None, "failures": 0, "trouble_since": now}
        move(fresh, State.STOPPED, stamps=stamps)
        _tell(fresh, now)
        return
    delay = min(FIRST_DELAY * 2 ** min(fresh.failures, 10), LONGEST_DELAY)
    until = now + max(delay, timedelta(seconds=error.wait))
    values = {"reason": reason, "not_before": until, "failures": fresh.failures + 1, "trouble_since": since}
    _release(calendar, values, until)
    if reason in (Reason.UNREACHABLE, Reason.SLOW):
        _rest_beside(fresh, until)
    if fresh.state == State.KEPT and now - since >= PATIENCE:
        _tell(fresh, since)


def _rest_beside(calendar: OwnCalendar, until: datetime) -> None:
    """Nobody else's calendar on this server is tried for a while: each would hold a worker for as long. Not for as long
    as this one rests after its tenth time: it may be this one alone that the server can't serve."""
    until = min(until, clock.now() + LOOK_AGAIN)
    server = urljoin(calendar.url, "/")
    others = OwnCalendar.objects.filter(state=State.KEPT, url__startswith=server).exclude(pk=calendar.pk)
    others.filter(Q(not_before=None) | Q(not_before__lt=until)).update(not_before=until)


def _tell(calendar: OwnCalendar, since: datetime) -> None:
    """One letter for one trouble, however often it is met."""
    page = settings.SITE_URL + reverse("calendars:calendar_page", args=[calendar.pk])
    mail.post(
        LETTER,
        to=calendar.user,
        key=f"own_calendar:{calendar.pk}:{since:%Y%m%dT%H%M%S}",
        context={
            "calendar": calendar,
            "sentence": sentence_of(calendar.reason),
            "link": page,
            "stopped": calendar.state == State.STOPPED,
        },
        about=calendar,
    )
