"""A mentor who leaves: what she has in hand, and who might follow. Nothing is decided here."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from backend.accounts.models import User
from backend.history import actions as history
from journeys.models import Commitment
from mentoring.models import Mentor, Mentorship, MentorshipQuerySet, Session
from mentoring.queries.busy import sessions_of_people, taken
from mentoring.queries.health import HolderLine, holder_lines
from mentoring.queries.matching import Line, cohort_plan, mentors_to_match

WISH, STAY, LEFT = "wish_to_leave", "stay", "leave_mentor"


@dataclass(frozen=True)
class Wish:
    """She has said that she wishes to leave: from when, in her words, said when."""

    leaves_on: date
    words: str
    said_at: datetime


def wish_of(mentor: Mentor) -> Wish | None:
    """What she last said, unless she stays after all or has left since."""
    said = history.last(WISH, mentor)
    if said is None:
        return None
    later = (history.last(verb, mentor) for verb in (STAY, LEFT))
    if any(one is not None and (one.at, one.pk) > (said.at, said.pk) for one in later):
        return None
    return Wish(date.fromisoformat(said.details["leaves_on"]), str(said.details.get("words", "")), said.at)


def has_left(mentor: Mentor) -> bool:
    """Her role here has ended."""
    return not Mentor.objects.here().filter(pk=mentor.pk).exists()


@dataclass(frozen=True)
class Ahead:
    """One session still to come, and whether whoever follows is free then."""

    session: Session
    is_free: bool


@dataclass(frozen=True)
class LeavingLine:
    """One of her pairs: how the person is doing, what is ahead, what is open, and whom the matcher proposes."""

    health: HolderLine
    ahead: list[Ahead]
    commitments: list[Commitment]
    suggestion: Line
    to: Mentor | None
    """Who follows as the page stands: as chosen, else as proposed."""

    @property
    def pair(self) -> Mentorship:
        return self.health.pair


@dataclass(frozen=True)
class Leaving:
    """Everything that one screen decides."""

    mentor: Mentor
    lines: list[LeavingLine]
    mentors: list[Mentor] = field(default_factory=list)
    """Who might follow, with `load`."""
    to_log: int = 0


def leaving_of(mentor: Mentor, now: datetime, chosen: Mapping[int, int | None] | None = None) -> Leaving:
    """Her pairs under way, with the best assignment of all of them at once. `chosen`: {pair: mentor} already picked.

    A constant number of queries.
    """
    pairs = Mentorship.objects.filter(mentor=mentor, state=Mentorship.State.ACTIVE)
    health = holder_lines(pairs, now)
    mentors = list(mentors_to_match(mentor.organisation_id).exclude(pk=mentor.pk))
    plan = cohort_plan([one.journey for one in health], mentor.organisation_id, without=mentor.pk)
    known = {one.pk: one for one in mentors}
    ahead = _ahead(pairs, now)
    tasks = _tasks(pairs, mentor)
    rows = []
    for one, line in zip(health, plan.lines, strict=True):
        suggested = line.ranked.mentor.pk if line.ranked else None
        to = known.get((chosen or {}).get(one.pair.pk, suggested) or 0)
        rows.append((one, line, to))
    busy = _busy({to.user for _one, _line, to in rows if to}, now)
    lines = []
    for one, line, to in rows:
        times = busy.get(to.user_id, []) if to else []
        dates = [Ahead(session, _is_free(session, times)) for session in ahead.get(one.pair.pk, [])]
        lines.append(LeavingLine(one, dates, tasks.get(one.journey.pk, []), line, to))
    to_log = Session.objects.filter(mentorship__mentor=mentor).to_log(now).count()
    return Leaving(mentor, lines, mentors, to_log)


def _ahead(pairs: MentorshipQuerySet, now: datetime) -> dict[int, list[Session]]:
    rows = Session.objects.filter(mentorship__in=pairs, state=Session.State.PLANNED, starts_at__gt=now)
    found: dict[int, list[Session]] = {}
    for session in rows.order_by("starts_at", "pk"):
        found.setdefault(session.mentorship_id, []).append(session)
    return found


def _tasks(pairs: MentorshipQuerySet, mentor: Mentor) -> dict[int, list[Commitment]]:
    """What she has still to do, by journey."""
    rows = Commitment.objects.open().filter(owner=mentor.user_id, journey__mentorships__in=pairs)
    found: dict[int, list[Commitment]] = {}
    for one in rows.order_by("due_on", "pk"):
        found.setdefault(one.journey_id, []).append(one)
    return found


def _busy(people: Collection[User], now: datetime) -> dict[int, list[tuple[datetime, datetime]]]:
    """{person: from when to when} of all that stands in their calendars from now on."""
    numbers = {person.pk for person in people}
    found: dict[int, list[tuple[datetime, datetime]]] = {}
    rows = sessions_of_people(numbers).filter(ends_at__gt=now).order_by("starts_at", "pk")
    for mentor, holder, starts_at, ends_at in rows.values_list(
        "mentorship__mentor__user", "mentorship__journey__holder__user", "starts_at", "ends_at"
    ):
        for person in {mentor, holder} & numbers:
            found.setdefault(person, []).append((starts_at, ends_at))
    for one in taken(people, now):
        found.setdefault(one.person, []).append((one.starts_at, one.ends_at))
    return found


def _is_free(session: Session, busy: Iterable[tuple[datetime, datetime]]) -> bool:
    return session.gathering_id is None and not any(
        start < session.ends_at and end > session.starts_at for start, end in busy
    )
