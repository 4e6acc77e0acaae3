"""What a mentor opens first: who is next, what is to be logged."""

from dataclasses import dataclass
from datetime import date, datetime

from django.utils import timezone

from backend.accounts.models import User
from backend.lib import clock, prepared
from journeys.models import MilestoneProposal
from journeys.queries.ledger import Ledger, in_period, ledger
from journeys.queries.milestones import waiting_proposals
from mentoring.models import Mentor, Mentorship, MentorshipQuerySet, Session, SessionQuerySet
from mentoring.queries.briefing import Briefing, briefing
from mentoring.queries.gatherings import one_a_gathering
from mentoring.queries.health import HolderLine, holder_lines_of
from mentoring.queries.hours import own_deliveries
from mentoring.queries.pairs import proposals_to_answer
from mentoring.queries.sessions import PEOPLE

SOON_HOURS = 24


@dataclass(frozen=True)
class MentorHome:
    """The first screen of a mentor. `first` is the main act: "log", "check", "prepare", "plan" or "" (nobody yet)."""

    first: str
    next_session: Session | None
    briefing: Briefing | None
    to_log: list[Session]
    proposals: list[MilestoneProposal]
    """Milestones that holders say they have reached, and that wait for her answer; the oldest first."""
    holders: list[HolderLine]
    hours: Ledger
    year: int
    profiles: list[Mentor]
    to_answer: list[Mentorship]
    """Pairs proposed to her that wait for her answer."""

    @property
    def newest_to_log(self) -> Session | None:
        return self.to_log[0] if self.to_log else None

    @property
    def rest_to_log(self) -> list[Session]:
        """Those under the main act: all of them, but the one it is about."""
        return self.to_log[1:] if self.first == "log" else self.to_log

    @property
    def rest_to_check(self) -> list[MilestoneProposal]:
        """The same for what was proposed."""
        return self.proposals[1:] if self.first == "check" else self.proposals

    @property
    def to_plan(self) -> HolderLine | None:
        """The person to plan a session with first."""
        return next((line for line in self.holders if line.next_at is None and line.tone != "neutral"), None)


def mentor_home(user: User, now: datetime) -> MentorHome:
    """Her pairs under way, whatever the organisation; her hours of this calendar year, ended pairs included."""

    def pairs() -> MentorshipQuerySet:
        return Mentorship.objects.filter(mentor__user=user.pk, state=Mentorship.State.ACTIVE)

    def sessions() -> SessionQuerySet:
        return Session.objects.filter(mentorship__in=pairs().order_by().values("pk")).select_related(*PEOPLE)

    ahead = prepared.objects(("next_of_mentor", user.pk), lambda: sessions().upcoming(clock.now())[:1])
    upcoming = ahead[0] if ahead else None
    over = prepared.objects(("to_log_of_mentor", user.pk), lambda: sessions().to_log(clock.now())[:20])
    to_log = one_a_gathering(over)
    proposals = waiting_proposals(user)
    holders = holder_lines_of(("mentor", user.pk), pairs)
    return MentorHome(
        first=_first_act(upcoming, to_log, proposals, holders, now),
        next_session=upcoming,
        briefing=briefing(upcoming.mentorship, user) if upcoming else None,
        to_log=to_log,
        proposals=proposals,
        holders=holders,
        hours=hours_of_year(user, now),
        year=timezone.localtime(now).year,
        to_answer=prepared.objects(
            ("to_answer_as_mentor", user.standing), lambda: proposals_to_answer(user).filter(mentor__user=user.pk)
        ),
        profiles=list(
            Mentor.objects.filter(user=user).select_related("organisation").order_by("organisation__name", "pk")
        ),
    )


def _first_act(
    upcoming: Session | None,
    to_log: list[Session],
    proposals: list[MilestoneProposal],
    holders: list[HolderLine],
    now: datetime,
) -> str:
    """A session within a day is prepared first; else what is over is logged, then what was proposed is looked at."""
    if upcoming and (upcoming.starts_at - now).total_seconds() < SOON_HOURS * 3600:
        return "prepare"
    if to_log:
        return "log"
    if proposals:
        return "check"
    if upcoming:
        return "prepare"
    return "plan" if holders else ""


def hours_of_year(user: User, now: datetime) -> Ledger:
    """Her mentoring of this calendar year as the ledger reckons it: her sessions; apart, her preparation and travel."""
    year, zone = timezone.localtime(now).year, timezone.get_current_timezone_name()
    rows = own_deliveries(user)
    return ledger(in_period(rows, date(year, 1, 1), date(year, 12, 31), zone))
