"""A mentor's openings as they stand, and the times that a pair may book."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.contrib.contenttypes.models import ContentType
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils import timezone

from backend.accounts.models import User
from backend.calendars.models import InviteAttendee
from backend.lib import clock
from journeys.models import Enrolment, Immersion, ModuleDate
from mentoring.models import Mentor, Mentorship, Opening, Session
from mentoring.queries.slots import Busy, Rule, free_slots, monday
from mentoring.queries.steps import mentoring_step, usual_minutes

EVERY = {Opening.Repeats.WEEKLY: 1, Opening.Repeats.FORTNIGHTLY: 2, Opening.Repeats.ONCE: 0}
SHOWN_WEEKS = 4
LONGEST_APART = timedelta(days=1)  # kept free around a session, at most


@dataclass(frozen=True)
class Taken:
    """Something that stands in somebody's calendar; `title` for herself alone."""

    person: int
    starts_at: datetime
    ends_at: datetime
    title: str = ""


@dataclass(frozen=True)
class Offer:
    """A time that a pair may book, and where they would meet."""

    starts_at: datetime
    ends_at: datetime
    opening: Opening

    @property
    def value(self) -> str:
        """How a page or a program names it."""
        return self.starts_at.isoformat()


@dataclass(frozen=True)
class OfferDay:
    """The times of one day, on the reader's clock."""

    day: date
    offers: tuple[Offer, ...]


def openings_of(mentor: Mentor) -> list[Opening]:
    """Those neither ended nor over, by weekday and hour, with what is otherwise on some days to come."""
    today = clock.today(mentor.organisation.time_zone)
    rows = mentor.openings.live(today).order_by("weekday", "from_time", "pk").prefetch_related("days")
    return [_hers(opening, mentor) for opening in rows]


def _hers(opening: Opening, mentor: Mentor) -> Opening:
    opening.mentor = mentor
    return opening


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
    return [Offer(slot.starts_at, slot.ends_at, openings[slot.key]) for slot in found]


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
    rows = Session.objects.filter(state=Session.State.PLANNED, ends_at__gt=now - LONGEST_APART)
    rows = rows.filter(_of_people({person.pk for person in people})).select_related(
        "opening", "mentorship__mentor", "mentorship__journey__holder"
    )
    for session in rows:
        pair = session.mentorship
        is_hers = hers in (pair.mentor.user_id, pair.journey.holder.user_id)
        kept = session.opening if pair.mentor.user_id == hers else None
        before = timedelta(minutes=kept.minutes_before if kept else 0)
        after = timedelta(minutes=kept.minutes_after if kept else 0)
        found.append(Busy(session.starts_at - before, session.ends_at + after, is_hers))
    return found


def _of_people(numbers: set[int]) -> Q:
    return Q(mentorship__mentor__user__in=numbers) | Q(mentorship__journey__holder__user__in=numbers)


def taken(people: list[User], now: datetime) -> list[Taken]:
    """Module dates and days of immersion of these people from now on: followed, given as trainer, invited to."""
    numbers = [person.pk for person in people]
    return [*_followed(numbers, now), *_given(people, now), *_stays(numbers, now)]


def _followed(numbers: list[int], now: datetime) -> list[Taken]:
    rows = Enrolment.objects.filter(
        step__journey__holder__user__in=numbers,
        state=Enrolment.State.ENROLLED,
        module_date__state=ModuleDate.State.PLANNED,
        module_date__ends_at__gt=now,
    ).select_related("module_date__module", "step__journey__holder")
    return [
        Taken(row.step.journey.holder.user_id, row.module_date.starts_at, row.module_date.ends_at,
              row.module_date.module.title)
        for row in rows
    ]  # fmt: skip


def _given(people: list[User], now: datetime) -> list[Taken]:
    of_address = {person.email.lower(): person.pk for person in people}
    dates = ModuleDate.objects.filter(state=ModuleDate.State.PLANNED, ends_at__gt=now)
    rows = dates.annotate(address=Lower("trainer_email")).filter(address__in=of_address).select_related("module")
    return [Taken(of_address[row.trainer_email.lower()], row.starts_at, row.ends_at, row.module.title) for row in rows]


def _stays(numbers: list[int], now: datetime) -> list[Taken]:
    rows = InviteAttendee.objects.filter(
        user__in=numbers,
        removed_at=None,
        invite__about_type=ContentType.objects.get_for_model(Immersion),
        invite__state="confirmed",
        invite__ends_at__gt=now,
    ).select_related("invite")
    found = []
    for row in rows:
        invite = row.invite
        spans = [(start, end) for _on, start, end in invite.dated] or [(invite.starts_at, invite.ends_at)]
        found += [Taken(row.user_id or 0, start, end, invite.title) for start, end in spans]
    return found
