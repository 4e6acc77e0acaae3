"""Openings: published, changed, ended; days that are otherwise, absences; and sessions booked at them."""

from datetime import date, datetime, time, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from backend.accounts.models import User
from backend.history import actions as history
from backend.lib import clock
from backend.lib.refusal import Refused
from mentoring.actions.holds import hold_mentor, hold_people
from mentoring.actions.sessions import plan_session
from mentoring.models import Absence, Mentor, Mentorship, Opening, OpeningDay, Session
from mentoring.models.sessions import LONGEST, SHORTEST
from mentoring.queries.busy import clash
from mentoring.queries.openings import as_rule, offers_for
from mentoring.queries.slots import falls_on
from mentoring.queries.terms import has_room

FACTS = (
    "repeats",
    "weekday",
    "starts_on",
    "ends_on",
    "from_time",
    "to_time",
    "minutes",
    "minutes_before",
    "minutes_after",
    "notice_hours",
    "weeks_ahead",
    "most_a_week",
    "medium",
    "place",
    "url",
)
BOUNDS = {"minutes_before": (0, 240), "minutes_after": (0, 240), "notice_hours": (0, 336), "weeks_ahead": (1, 26)}
MOST_A_WEEK = 50
MOST_OPENINGS = 30
LONGEST_ABSENCE = timedelta(days=366)


@transaction.atomic
def publish_opening(mentor: Mentor, *, by: User | None, **facts: Any) -> Opening:
    """Her own holders may book a session then. `facts` are named in FACTS; what is not given is the model's default.

    Refused for hours or days back to front, a day that is past, a length that does not fit, bounds overstepped, a
    video without its link, or more than `MOST_OPENINGS` at once.
    """
    hold_mentor(mentor)
    if mentor.openings.live(_today(mentor)).count() >= MOST_OPENINGS:
        raise Refused(_("At most %(most)s openings at once.") % {"most": MOST_OPENINGS})
    opening = Opening(mentor=mentor, **_whole(mentor, {"starts_on": _today(mentor), **facts}))
    if opening.ends_on and opening.ends_on < _today(mentor):
        raise Refused(_("This day is past."), field="starts_on" if opening.repeats == "once" else "ends_on")
    opening.save()
    history.record("publish_opening", opening, by=by, organisation=mentor.organisation)
    return opening


@transaction.atomic
def update_opening(opening: Opening, *, by: User | None, **facts: Any) -> Opening:
    """The given facts are as given, the others stay; what is already booked stays too. Refused as for publishing."""
    _check_live(opening)
    present = {name: getattr(opening, name) for name in FACTS}
    wanted = _whole(opening.mentor, {**present, **facts})
    changed = sorted(name for name, value in wanted.items() if getattr(opening, name) != value)
    if changed:
        for name in changed:
            setattr(opening, name, wanted[name])
        opening.save(update_fields=changed)
        history.record("update_opening", opening, by=by, organisation=opening.mentor.organisation, fields=changed)
    return opening


@transaction.atomic
def end_opening(opening: Opening, *, by: User | None) -> Opening:
    """Nothing is offered at it any more; what is booked stays. A second time changes nothing."""
    if Opening.objects.filter(pk=opening.pk, ended_at=None).update(ended_at=clock.now()):
        history.record("end_opening", opening, by=by, organisation=opening.mentor.organisation)
    opening.refresh_from_db(fields=["ended_at"])
    return opening


@transaction.atomic
def change_opening_day(
    opening: Opening, *, day: date, from_time: time | None = None, to_time: time | None = None, by: User | None
) -> OpeningDay:
    """On this day the opening has other hours, or none when they are not given. Said twice, the last word stands.

    Refused for a day that is past or not one of the opening's, and for hours that are half given or back to front.
    """
    _check_live(opening)
    if day < _today(opening.mentor):
        raise Refused(_("This day is past."), field="day")
    if not falls_on(as_rule(opening, SHORTEST), day):
        raise Refused(_("This opening is not offered on that day."), field="day")
    if (from_time is None) != (to_time is None):
        raise Refused(_("Give both hours, or none."), field="from_time" if from_time is None else "to_time")
    if from_time and to_time:
        _check_hours(from_time, to_time, opening.minutes)
    hours = {"from_time": from_time, "to_time": to_time}
    row, _is_new = OpeningDay.objects.update_or_create(opening=opening, day=day, defaults=hours)
    history.record("change_opening_day", opening, by=by, organisation=opening.mentor.organisation, day=str(day))
    return row


@transaction.atomic
def restore_opening_day(day: OpeningDay, *, by: User | None) -> None:
    """The opening is that day as on any other."""
    opening = day.opening
    history.record("restore_opening_day", opening, by=by, organisation=opening.mentor.organisation, day=str(day.day))
    day.delete()


@transaction.atomic
def declare_absence(mentor: Mentor, *, starts_on: date, ends_on: date, by: User | None) -> Absence:
    """Nothing can be booked with her on these days; what is planned stays. Said twice, it stands once.

    Refused when it is past, back to front or longer than a year.
    """
    if ends_on < starts_on:
        raise Refused(_("The last day comes before the first."), field="ends_on")
    if ends_on < _today(mentor):
        raise Refused(_("These days are past."), field="ends_on")
    if ends_on - starts_on > LONGEST_ABSENCE:
        raise Refused(_("An absence lasts a year at most."), field="ends_on")
    hold_mentor(mentor)
    row, is_new = Absence.objects.get_or_create(mentor=mentor, starts_on=starts_on, ends_on=ends_on)
    if is_new:
        history.record("declare_absence", row, by=by, organisation=mentor.organisation)
    return row


@transaction.atomic
def lift_absence(absence: Absence, *, by: User | None) -> None:
    """Her openings count on these days again."""
    history.record("lift_absence", absence, by=by, organisation=absence.mentor.organisation)
    absence.delete()


@transaction.atomic
def book_opening(pair: Mentorship, *, starts_at: datetime, agenda: str = "", by: User | None) -> Session:
    """An ordinary planned session stands in both calendars, at a time that the mentor offers now.

    However many book at the same moment, one has the time; the others are refused, as for a time that is no longer
    offered or on which the holder has something else (it is named).
    """
    pair = _held_pair(pair)
    offer = next((one for one in offers_for(pair) if one.starts_at == starts_at), None)
    if offer is None:
        raise Refused(_why_not(pair, starts_at, by), field="starts_at")
    opening = offer.opening
    session = plan_session(
        pair,
        starts_at=offer.starts_at,
        minutes=offer.minutes,
        medium=opening.medium,
        place=opening.place,
        url=opening.url,
        agenda=agenda,
        by=by,
    )
    session.opening = opening
    session.save(update_fields=["opening"])
    return session


def _held_pair(pair: Mentorship) -> Mentorship:
    """The pair as it stands now; its mentor, then both people, are held until the end of the transaction."""
    hold_mentor(pair.mentor)
    hold_people(pair)
    rows = Mentorship.objects.select_related(
        "mentor__user", "mentor__organisation", "journey__holder__user", "journey__programme__organisation"
    )
    return rows.get(pk=pair.pk)


def _why_not(pair: Mentorship, starts_at: datetime, by: User | None) -> str:
    """Taken by somebody, taken by herself (and by what), or not offered at all."""
    offer = next((one for one in offers_for(pair, but_taken=True) if one.starts_at == starts_at), None)
    if offer is None:
        return _("This time is no longer offered: choose another one.")
    holder = pair.journey.holder.user
    if named := clash([holder], offer.starts_at, offer.ends_at, by=by or holder):
        return _("%(named)s Choose another time.") % {"named": named}
    return _("This time has just been taken: choose another one.")


# --- Checks ---------------------------------------------------------------------------------------
def _today(mentor: Mentor) -> date:
    return clock.today(mentor.organisation.time_zone)


def _check_live(opening: Opening) -> None:
    if opening.ended_at is not None:
        raise Refused(_("This opening has ended."))


def _whole(mentor: Mentor, facts: dict[str, Any]) -> dict[str, Any]:
    """The facts, checked, with what follows: the end of a single day, the weekday (that of the first day)."""
    unknown = set(facts) - set(FACTS)
    assert not unknown, f"not a fact of an opening: {unknown}"
    is_once = facts.get("repeats") == Opening.Repeats.ONCE
    if is_once or facts.get("weekday") is None:
        facts = {**facts, "weekday": facts["starts_on"].weekday()}
    if is_once:
        facts["ends_on"] = facts["starts_on"]
    _check_days(facts)
    _check_hours(facts["from_time"], facts["to_time"], facts.get("minutes"))
    for name, (low, high) in BOUNDS.items():
        if name in facts and not low <= facts[name] <= high:
            raise Refused(_("From %(low)s to %(high)s.") % {"low": low, "high": high}, field=name)
    most = facts.get("most_a_week")
    if most is not None and not 1 <= most <= MOST_A_WEEK:
        raise Refused(_("From %(low)s to %(high)s.") % {"low": 1, "high": MOST_A_WEEK}, field="most_a_week")
    if facts.get("medium") == Session.Medium.VIDEO and not facts.get("url") and not has_room(mentor):
        raise Refused(_("Give the link at which you meet."), field="url")
    return {name: value.strip() if isinstance(value, str) else value for name, value in facts.items()}


def _check_days(facts: dict[str, Any]) -> None:
    if facts.get("weekday") not in range(7):
        raise Refused(_("Choose the weekday."), field="weekday")
    if facts.get("ends_on") and facts["ends_on"] < facts["starts_on"]:
        raise Refused(_("The last day comes before the first."), field="ends_on")


def _check_hours(from_time: time, to_time: time, minutes: int | None) -> None:
    if to_time <= from_time:
        raise Refused(_("It would end before it begins."), field="to_time")
    if minutes is None:
        return
    if not SHORTEST <= minutes <= LONGEST:
        raise Refused(_("A session lasts from 5 minutes to 10 hours."), field="minutes")
    wall = datetime.combine(date(2000, 1, 1), to_time) - datetime.combine(date(2000, 1, 1), from_time)
    if wall < timedelta(minutes=minutes):
        raise Refused(_("No session of this length fits between these hours."), field="to_time")
