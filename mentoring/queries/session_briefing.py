"""Everything to have in mind before one session: for its page and for the letter of the day before."""

from dataclasses import dataclass
from datetime import timedelta

from backend.accounts.models import User
from backend.lib import clock
from journeys.models import Commitment, Step, StepKind
from journeys.queries.home import Dated, upcoming
from mentoring import policies
from mentoring.models import Session
from mentoring.queries.briefing import Briefing, briefing
from mentoring.queries.pairs import ObjectiveLine, objective_lines

WEEKS_AHEAD = 4
MOST = 6


@dataclass(frozen=True)
class SessionBriefing:
    """The briefing of the journey, and what belongs to this one meeting. `question` only for the two of the pair."""

    session: Session
    base: Briefing
    objectives: list[ObjectiveLine]
    next_steps: list[Step]
    coming: list[Dated]

    @property
    def commitments(self) -> list[Commitment]:
        """Open ones, the late ones first."""
        return sorted(self.base.commitments, key=lambda one: (not one.is_late, one.due_on is None, one.due_on, one.pk))

    @property
    def last(self) -> Session | None:
        return self.base.last_session


def session_briefing(session: Session, reader: User) -> SessionBriefing:
    """As this person may read it. A constant number of queries. Never a private note: not even to its writer."""
    pair = session.mentorship
    today = clock.today()
    steps = pair.journey.steps.exclude(kind=StepKind.MENTORING).filter(
        state__in=(Step.State.PLANNED, Step.State.SCHEDULED, Step.State.IN_PROGRESS),
        due_on__lte=today + timedelta(weeks=WEEKS_AHEAD),
    )
    until = today + timedelta(weeks=WEEKS_AHEAD)
    meeting = session.starts_at
    return SessionBriefing(
        session=session,
        base=briefing(pair, reader),
        objectives=objective_lines(pair.objectives.all()),
        next_steps=list(steps.order_by("due_on", "position", "pk")[:MOST]),
        coming=[one for one in upcoming(pair.journey, MOST + 1) if one.starts_at != meeting and one.on <= until][:MOST],
    )


@dataclass(frozen=True)
class Before:
    """What the page of a session shows a reader before it: the question, and what she may open."""

    question: str
    may_write: bool
    may_brief: bool


def before_session(session: Session, user: User) -> Before:
    """The question for the two of the pair only; nothing to write or to be briefed on once it is over."""
    is_ahead = session.state == Session.State.PLANNED and not session.has_begun
    return Before(
        question=session.question if policies.may_read_question(user, session) else "",
        may_write=is_ahead and policies.may_write_question(user, session),
        may_brief=session.state == Session.State.PLANNED and policies.may_read_briefing(user, session),
    )
