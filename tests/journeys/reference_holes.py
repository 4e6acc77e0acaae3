"""Holes and silence the slow way: one journey at a time, in plain Python, row by row. Written apart from the SQL.

Nothing here is imported from `journeys.queries`: rows are read whole, once a journey,
and moments are turned into days one by one.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from typing import Any

from django.utils import timezone

from backend.calendars.models import InviteAttendee
from backend.history.models import Entry
from backend.lib import clock
from journeys.models import Commitment, Delivery, Enrolment, Immersion, Journey


@dataclass(frozen=True)
class Verdict:
    """What a patient reader finds on one journey."""

    signs: frozenset[str]
    past: tuple[tuple[date, date, int], ...]
    """(from, to, days) of each hole behind."""
    ahead: tuple[date, date | None] | None
    """(from, to or None) of the first hole that is not over."""


def _local(moment: Any) -> date:
    return moment.astimezone(timezone.get_current_timezone()).date()


class Reader:
    """One journey as it stands now: what was received, what is dated, when it rested and woke."""

    def __init__(self, journey: Journey) -> None:
        self.journey = journey

    @cached_property
    def received(self) -> list[date]:
        return _received(self.journey)

    @cached_property
    def dated(self) -> list[tuple[date, date]]:
        return _dated(self.journey)

    @cached_property
    def turns(self) -> list[tuple[date, int, bool]]:
        return _turns(self.journey)

    @property
    def last_contact(self) -> date:
        """The start, the last hours or the last taking up again."""
        woken = [day for day, _number, rests in self.turns if not rests]
        return max([self.journey.started_on, *self.received, *woken])


def _received(journey: Journey) -> list[date]:
    found = []
    for line in Delivery.objects.filter(journey=journey).order_by("pk"):
        if line.state in ("void", "planned") or line.sort != "contact":
            continue
        if line.happened_at > clock.now():
            continue
        found.append(_local(line.happened_at))
    return sorted(found)


def _dated(journey: Journey) -> list[tuple[date, date]]:
    """(first day, last day) of everything that is not over."""
    now, found = clock.now(), []
    for seat in Enrolment.objects.filter(step__journey=journey).select_related("module_date").order_by("pk"):
        when = seat.module_date
        if seat.state == "enrolled" and when.state == "planned" and when.ends_at > now:
            found.append((_local(when.starts_at), _local(when.ends_at)))
    for stay in Immersion.objects.filter(step__journey=journey).order_by("pk"):
        if stay.state not in ("rejected", "cancelled", "completed", "assessed") and stay.ends_on >= clock.today():
            found.append((stay.starts_on, stay.ends_on))
    person = journey.holder.user_id
    for one in InviteAttendee.objects.filter(user=person).select_related("invite").order_by("pk"):
        invite = one.invite
        ours = invite.organisation_id == journey.programme.organisation_id
        comes = one.removed_at is None and one.partstat != "DECLINED"
        if ours and comes and invite.state == "confirmed" and invite.ends_at > now:
            found.append((_local(invite.starts_at), _local(invite.ends_at)))
    return sorted(found)


def _turns(journey: Journey) -> list[tuple[date, int, bool]]:
    """(day, number, does it rest from there?) of each pause, end and taking up again."""
    found = []
    for entry in Entry.objects.about(journey).order_by("pk"):
        if entry.verb in ("pause_journey", "complete_journey", "leave_journey"):
            found.append((_local(entry.at), entry.pk, True))
        if entry.verb in ("resume_journey", "reopen_journey"):
            found.append((_local(entry.at), entry.pk, False))
    if journey.state == "paused" and journey.paused_on:
        found.append((journey.paused_on, 0, True))
    return sorted(found)


def _past(reader: Reader) -> list[tuple[date, date, int]]:
    journey = reader.journey
    if journey.state == "draft":
        return []
    end = journey.ended_on or clock.today()
    if journey.started_on > end:
        return []
    received = {day for day in reader.received if journey.started_on <= day <= end}
    turns = [turn for turn in reader.turns if journey.started_on <= turn[0] <= end]
    found, rests, since, day = [], False, journey.started_on, journey.started_on
    while day <= end:  # day by day
        here = [turn for turn in turns if turn[0] == day]
        if day in received or here or day == end:
            length = (day - since).days
            if not rests and length > journey.programme.hole_days:
                found.append((since, day, length))
            since = day
        for _day, _number, falls_asleep in here:
            rests = falls_asleep
        day += timedelta(days=1)
    return found


def _ahead(reader: Reader) -> tuple[date, date | None] | None:
    journey = reader.journey
    if journey.state != "active":
        return None
    today, covered = clock.today(), reader.last_contact
    for first, last in reader.dated:
        if first > today and (first - covered).days > journey.programme.hole_days:
            return covered, first
        covered = max(covered, last)
    if journey.planned_end_on <= today:
        return covered, None
    if (journey.planned_end_on - covered).days > journey.programme.hole_days:
        return covered, journey.planned_end_on
    return None


def _signs(reader: Reader, answered: dict[int, Any]) -> set[str]:
    journey = reader.journey
    if journey.state != "active":
        return set()
    today, most = clock.today(), journey.programme.hole_days
    since, dated = reader.last_contact, reader.dated
    quiet = (today - since).days
    if not dated and quiet > most:
        return {"hole"}
    found = set()
    heard = [since]
    for promise in Commitment.objects.filter(journey=journey).order_by("pk"):
        heard += [_local(moment) for moment in (promise.created_at, promise.done_at) if moment]
    seen = journey.holder.user.last_login
    heard += [_local(moment) for moment in (seen, answered.get(journey.pk)) if moment]
    if not dated and (today - max(heard)).days > 7 * journey.programme.silence_weeks:
        found.add("silent")
    if dated:
        wait: float = (dated[0][0] - today).days
    else:
        wait = (journey.planned_end_on - today).days if journey.planned_end_on > today else float("inf")
    if quiet > most / 2 and wait > most / 2:
        found.add("hole_ahead")
    return found


def verdict(journey: Journey, answered: dict[int, Any]) -> Verdict:
    """`answered`: {journey: when the apps above last heard of it}."""
    reader = Reader(journey)
    return Verdict(frozenset(_signs(reader, answered)), tuple(_past(reader)), _ahead(reader))
