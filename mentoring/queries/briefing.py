"""The two minutes before a session: last decisions, open next steps, the milestone in play."""

from dataclasses import dataclass, field

from backend.accounts.models import User
from backend.lib import prepared
from journeys.models import Commitment, Journey, Step, StepKind
from mentoring.models import Mentorship, Session
from mentoring.policies import is_withheld_from


@dataclass(frozen=True)
class Briefing:
    """What to have in mind before meeting this holder."""

    journey: Journey
    last_session: Session | None
    commitments: list[Commitment]
    milestone: Step | None
    held: int
    expected: int
    done: list[Commitment] = field(default_factory=list)
    is_withheld: bool = False
    """The holder wants what was shared last to stay with the mentor of then."""

    @property
    def summary(self) -> str:
        """What was shared last, if it passes on."""
        return self.last_session.summary if self.last_session else ""


def briefing(pair: Mentorship, reader: User) -> Briefing:
    """Whoever her mentor was: a new one reads what was decided with the former, unless the holder said otherwise."""
    journey = pair.journey
    sessions = Session.objects.filter(mentorship__journey=journey, state=Session.State.HELD)
    latest = prepared.objects(
        ("last_session", journey.pk),
        lambda: sessions.select_related("mentorship__mentor").order_by("-held_at", "-pk")[:1],
    )
    last = latest[0] if latest else None
    is_withheld = last is not None and is_withheld_from(reader, pair, last.mentorship)
    if last is not None and is_withheld:
        last.summary, last.themes = "", []  # whatever page, letter or answer reads it
    steps = list(journey.steps.order_by("due_on", "position", "pk"))
    since = {"done_at__gte": last.held_at} if last else {"done_at__isnull": False}
    commitments = journey.commitments.select_related("owner")
    return Briefing(
        journey=journey,
        last_session=last,
        commitments=list(commitments.open()),
        done=list(commitments.filter(**since).order_by("-done_at", "pk")[:5]),
        milestone=next((step for step in steps if step.kind == StepKind.MILESTONE and step.is_open), None),
        is_withheld=is_withheld,
        held=sessions.count(),
        expected=sum(
            step.occurrences
            for step in steps
            if step.kind == StepKind.MENTORING and step.state not in (Step.State.WAIVED, Step.State.ABANDONED)
        ),
    )
