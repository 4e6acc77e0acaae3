"""A mentor's openings as they stand, and the times that a pair may book."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Exists, OuterRef
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from backend.accounts.models import User
from backend.lib import clock, prepared
from backend.web import reading
from journeys.models import Journey
from mentoring.models import Absence, Mentor, Mentorship, MentorshipQuerySet, Opening, OpeningDay, Session
from mentoring.queries.busy import sessions_of_people, taken
from mentoring.queries.slots import Busy, Rule, free_slots, monday
from mentoring.queries.steps import mentoring_step, usual_minutes

EVERY = {Opening.Repeats.WEEKLY: 1, Opening.Repeats.FORTNIGHTLY: 2, Opening.Repeats.ONCE: 0}
SHOWN_WEEKS = 4
LONGEST_APART = timedelta(days=1)  # kept free around a session, at most


@dataclass(frozen=True)
class Offer:
    """A time that a pair may book, and where they would meet."""

    starts_at: datetime
    ends_at: datetime
    opening: Opening
    number: int = 0
    """Its place among those offered."""

    @property
    def minutes(self) -> int:
        return int((self.ends_at - self.starts_at) / timedelta(minutes=1))

    @property
    def value(self) -> str:
        """How a page or a program names it."""
        return self.starts_at.isoformat()


@dataclass(frozen=True)
class OfferDay:
    """The times of one day, on the reader's clock."""

    day: date
    offers: tuple[Offer, ...]

    @property
    def where(self) -> str:
        """Where they all are; "" when they differ."""
        places = {offer.opening.where for offer in self.offers}
        return places.pop() if len(places) == 1 else ""


def openings_of(mentor: Mentor) -> list[Opening]:
    """Those neither ended nor over, by weekday and hour, with what is otherwise on some days to come."""
    today = clock.today(mentor.organisation.time_zone)
    rows = mentor.openings.live(today).order_by("weekday", "from_time", "pk").prefetch_related("days")
    return [_hers(opening, mentor) for opening in rows]


def _hers(opening: Opening, mentor: Mentor) -> Opening:
    opening.mentor = mentor
    return opening


def pair_to_book(journey: Journey, user: User) -> Mentorship | None:
    """The pair of her own journey whose mentor publishes openings, the primary one's first."""

    def pairs() -> MentorshipQuerySet:
        open_now = Opening.objects.live(clock.today()).filter(mentor=OuterRef("mentor"))
        own = Mentorship.objects.filter(Exists(open_now), journey=journey.pk, journey__holder__user=user.pk)
        return own.filter(state=Mentorship.State.ACTIVE).order_by("-is_primary", "pk")[:1]

    return next(iter(prepared.objects(("pair_to_book", user.pk, journey.pk), pairs)), None)


def has_openings(mentor: Mentor) -> bool:
    """May there be something to book with her?"""
    return mentor.openings.live(clock.today()).exists()


def as_rule(opening: Opening, usual: int) -> Rule:
    """What it says, for the reckoning; sessions last `usual` minutes unless it says otherwise."""
    return Rule(
        every=EVERY[Opening.Repeats(opening.repeats)],
        weekday=opening.weekday,
        first=opening.starts_on,
        last=opening.ends_on,
        hours=(opening.from_time, opening.to_time),
        minutes=opening.minutes or usual,
        before=opening.minutes_before,
        after=opening.minutes_after,
        notice=timedelta(hours=opening.notice_hours),
        weeks_ahead=opening.weeks_ahead,
        most_a_week=opening.most_a_week,
        otherwise={one.day: one.hours for one in opening.days.all()},
        key=opening.pk,
    )


def offers_for(pair: Mentorship, *, but_taken: bool = False) -> list[Offer]:
    """The times this pair may book now, the soonest first. The same few queries, however many.

    `but_taken`: as if nobody had anything else in the calendar, to tell a time that was taken from one never offered.
    """
    usual = usual_minutes(mentoring_step(pair.journey))
    people = [pair.mentor.user, pair.journey.holder.user]
    return _offers(pair.mentor, people, usual, but_taken=but_taken)


def offers_by_day(offers: Iterable[Offer]) -> list[OfferDay]:
    """Day by day on the reader's clock."""
    days: dict[date, list[Offer]] = {}
    for offer in offers:
        days.setdefault(timezone.localdate(offer.starts_at), []).append(offer)
    return [OfferDay(day, tuple(found)) for day, found in days.items()]


def count_offers(mentor: Mentor) -> int:
    """How many sessions could be booked in the next four weeks, of the usual length, whoever the person is."""
    return len(_offers(mentor, [mentor.user], usual_minutes(None), weeks=SHOWN_WEEKS))


def _offers(
    mentor: Mentor, people: list[User], usual: int, *, but_taken: bool = False, weeks: int | None = None
) -> list[Offer]:
    openings = {opening.pk: opening for opening in openings_of(mentor)}
    if not openings:
        return []
    zone, now = ZoneInfo(mentor.organisation.time_zone), clock.now()
    found = free_slots(
        [as_rule(opening, usual) for opening in openings.values()],
        now=now,
        zone=zone,
        busy=[] if but_taken else busy_of(mentor, people, now),
        away=_away(mentor),
        booked=_booked(mentor, now, zone),
        weeks=weeks,
    )
    return [Offer(one.starts_at, one.ends_at, openings[one.key], number) for number, one in enumerate(found)]


def _away(mentor: Mentor) -> list[tuple[date, date]]:
    today = clock.today(mentor.organisation.time_zone)
    rows = mentor.absences.filter(ends_on__gte=today).order_by("starts_on", "pk")
    away = list(rows.values_list("starts_on", "ends_on"))
    if mentor.paused_until is not None:
        away.append((mentor.paused_from or today, mentor.paused_until))
    return away


def _booked(mentor: Mentor, now: datetime, zone: ZoneInfo) -> dict[date, int]:
    """{Monday: sessions booked at her openings in that week}, cancelled ones apart."""
    first = datetime.combine(monday(now.astimezone(zone).date()), datetime.min.time(), tzinfo=zone)
    standing = (Session.State.PLANNED, Session.State.HELD, Session.State.NO_SHOW)
    rows = Session.objects.filter(opening__mentor=mentor, starts_at__gte=first, state__in=standing).order_by()
    return Counter(monday(at.astimezone(zone).date()) for at in rows.values_list("starts_at", flat=True))


# --- What stands in the calendars -----------------------------------------------------------------
def busy_of(mentor: Mentor, people: list[User], now: datetime) -> list[Busy]:
    """What takes the time of these people from now on; around a booked session, what its opening keeps free too."""
    hers = mentor.user_id
    found = [Busy(one.starts_at, one.ends_at, one.person == hers) for one in taken(people, now)]
    rows = sessions_of_people({person.pk for person in people}).filter(ends_at__gt=now - LONGEST_APART)
    rows = rows.select_related("opening", "mentorship__mentor", "mentorship__journey__holder")
    for session in rows:
        pair = session.mentorship
        is_hers = hers in (pair.mentor.user_id, pair.journey.holder.user_id)
        kept = session.opening if pair.mentor.user_id == hers else None
        before = timedelta(minutes=kept.minutes_before if kept else 0)
        after = timedelta(minutes=kept.minutes_after if kept else 0)
        found.append(Busy(session.starts_at - before, session.ends_at + after, is_hers))
    return found


# --- As the mentor reads them ---------------------------------------------------------------------
@dataclass(frozen=True)
class OpeningLine:
    """An opening in words, and the days to come on which it is otherwise: (row, words)."""

    opening: Opening
    title: str
    note: str
    days: tuple[tuple[OpeningDay, str], ...]


def opening_lines(mentor: Mentor) -> list[OpeningLine]:
    """By weekday and hour."""
    today = clock.today(mentor.organisation.time_zone)
    return [_line(opening, today) for opening in openings_of(mentor)]


def _line(opening: Opening, today: date) -> OpeningLine:
    is_once = opening.repeats == Opening.Repeats.ONCE
    weekday = reading.day(opening.starts_on) if is_once else opening.get_weekday_display()
    hours = _hours(opening.from_time, opening.to_time)
    days = ((one, _otherwise(one)) for one in opening.days.all() if one.day >= today)
    return OpeningLine(
        opening,
        title=f"{capfirst(weekday)}, {hours}",
        note=" · ".join(_notes(opening, today)),
        days=tuple(days),
    )


def _hours(from_time: time, to_time: time) -> str:
    words = {"start": reading.clock_time(from_time), "end": reading.clock_time(to_time)}
    return _("from %(start)s to %(end)s") % words


def _otherwise(one: OpeningDay) -> str:
    words = {"day": reading.day(one.day), "hours": _hours(*one.hours) if one.hours else _("nothing offered")}
    return capfirst(_("%(day)s: %(hours)s") % words)


def _notes(opening: Opening, today: date) -> Iterator[str]:
    if opening.repeats != Opening.Repeats.ONCE:
        yield str(opening.get_repeats_display())
        if opening.starts_on > today:
            yield _("from %(day)s") % {"day": reading.day(opening.starts_on, weekday=False)}
        if opening.ends_on:
            yield _("until %(day)s") % {"day": reading.day(opening.ends_on, weekday=False)}
    if opening.minutes:
        yield _("sessions of %(length)s") % {"length": reading.hours(opening.minutes)}
    yield opening.where
    if opening.most_a_week:
        most = opening.most_a_week
        yield ngettext("%(count)d booked a week at most", "%(count)d booked a week at most", most) % {"count": most}


def absences_of(mentor: Mentor) -> list[Absence]:
    """Those not over."""
    today = clock.today(mentor.organisation.time_zone)
    return list(mentor.absences.filter(ends_on__gte=today).order_by("starts_on", "pk"))
