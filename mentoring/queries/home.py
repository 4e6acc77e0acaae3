"""What a mentor opens first: who is next, what is to be logged."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Sum
from django.utils import timezone

from backend.accounts.models import User
from journeys.models import Delivery
from mentoring.models import Mentor, Mentorship, Session
from mentoring.queries.briefing import Briefing, briefing
from mentoring.queries.health import HolderLine, holder_lines
from mentoring.queries.sessions import PEOPLE

STATES = (
    Delivery.State.CONFIRMED,
    Delivery.State.SIGNED,
    Delivery.State.DECLARED,
    Delivery.State.DISPUTED,
)
SOON_HOURS = 24


@dataclass(frozen=True)
class HoursLine:
    """Minutes of one state of the ledger."""

    state: str
    label: str
    minutes: int


@dataclass(frozen=True)
class MentorHome:
    """The first screen of a mentor. `first` is the one main act: "log", "prepare", "plan" or "" (nobody yet)."""

    first: str
    next_session: Session | None
    briefing: Briefing | None
    to_log: list[Session]
    holders: list[HolderLine]
    hours: list[HoursLine]
    year: int
    profiles: list[Mentor]

    @property
    def newest_to_log(self) -> Session | None:
        return self.to_log[0] if self.to_log else None

    @property
    def rest_to_log(self) -> list[Session]:
        """Those under the main act: all of them, but the one it is about."""
        return self.to_log[1:] if self.first == "log" else self.to_log

    @property
    def to_plan(self) -> HolderLine | None:
        """The person to plan a session with first."""
        return next((line for line in self.holders if line.next_at is None and line.tone != "neutral"), None)

    @property
    def minutes(self) -> int:
        return sum(line.minutes for line in self.hours)


def mentor_home(user: User, now: datetime) -> MentorHome:
    """Her pairs under way, whatever the organisation; her hours of this calendar year, ended pairs included."""
    pairs = Mentorship.objects.filter(mentor__user=user, state=Mentorship.State.ACTIVE)
    sessions = Session.objects.filter(mentorship__in=pairs.order_by().values("pk")).select_related(*PEOPLE)
    upcoming = sessions.upcoming(now).first()
    to_log = list(sessions.to_log(now)[:20])
    holders = holder_lines(pairs, now)
    return MentorHome(
        first=_first_act(upcoming, to_log, holders, now),
        next_session=upcoming,
        briefing=briefing(upcoming.mentorship.journey) if upcoming else None,
        to_log=to_log,
        holders=holders,
        hours=hours_of_year(user, now),
        year=timezone.localtime(now).year,
        profiles=list(
            Mentor.objects.filter(user=user).select_related("organisation").order_by("organisation__name", "pk")
        ),
    )


def _first_act(upcoming: Session | None, to_log: list[Session], holders: list[HolderLine], now: datetime) -> str:
    """A session within a day is prepared first; else what is over is logged; else the next is prepared or planned."""
    if upcoming and (upcoming.starts_at - now).total_seconds() < SOON_HOURS * 3600:
        return "prepare"
    if to_log:
        return "log"
    if upcoming:
        return "prepare"
    return "plan" if holders else ""


def hours_of_year(user: User, now: datetime) -> list[HoursLine]:
    """Her mentoring minutes of this calendar year by state of the ledger, surest first; empty states left out."""
    start = timezone.localtime(now).replace(month=1, day=1, hour=0, minute=0, second=0, microsecond=0)
    held = Session.objects.filter(mentorship__mentor__user=user, state=Session.State.HELD, held_at__gte=start)
    sources = [f"session:{pk}" for pk in held.order_by().values_list("pk", flat=True)]
    totals = dict(
        Delivery.objects.filter(kind=Delivery.Kind.MENTORING, source__in=sources)
        .order_by()
        .values_list("state")
        .annotate(total=Sum("minutes"))
    )
    return [HoursLine(str(state), str(state.label), totals[state]) for state in STATES if totals.get(state)]
