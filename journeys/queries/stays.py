"""What is said of a stay, as each reader may see it: questions, check-ins, how it went on both sides, lessons."""

from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from backend.accounts.models import User
from backend.lib import clock
from journeys.models import (
    Assessment,
    CheckIn,
    Immersion,
    Lesson,
    MilestoneProposal,
    Observation,
    StayQuestion,
    Step,
    StepKind,
)
from journeys.policies import stays as policies

State = Immersion.State
OFF = (State.REJECTED, State.CANCELLED)
OPEN_STEPS = (Step.State.PLANNED, Step.State.SCHEDULED, Step.State.IN_PROGRESS)
CLOSING = ("outcome", "last_day_on", "minutes", "reason", "whose")


@dataclass(frozen=True)
class StayPage:
    """The part of a stay's page that tells what it teaches."""

    questions: list[StayQuestion]
    observations: int
    check_ins: list[CheckIn]
    assessments: list[Assessment]
    lessons: list[Lesson]
    can: dict[str, bool]
    silent: list[str]
    awaited: list[Assessment]

    @property
    def wrong(self) -> list[CheckIn]:
        """The sides that say that something is wrong."""
        return [one for one in self.check_ins if one.mood == CheckIn.Mood.WRONG]

    @property
    def own_check_in(self) -> CheckIn | None:
        """The holder's, if she was asked or spoke."""
        return next((one for one in self.check_ins if one.side == CheckIn.Side.HOLDER), None)


def seen_check_ins(user: User, immersion: Immersion) -> list[CheckIn]:
    """Both sides' for those who accompany; her own for the holder."""
    rows = immersion.check_ins.order_by("side")
    if policies.may_read_both_sides(user, immersion):
        return list(rows)
    is_hers = policies.may_answer_check_in(user, immersion)
    return list(rows.filter(side=CheckIn.Side.HOLDER)) if is_hers else []


def own_assessment(immersion: Immersion, side: str) -> Assessment | None:
    """What this side said, once it has."""
    return immersion.assessments.filter(side=side, answered_at__isnull=False).first()


def seen_assessments(user: User, immersion: Immersion) -> list[Assessment]:
    """Both for those who accompany; for the holder, the tutor's only once she has given hers."""
    rows = list(immersion.assessments.filter(answered_at__isnull=False).order_by("side"))
    if policies.may_read_both_sides(user, immersion):
        return rows
    if not policies.may_answer_assessment(user, immersion):
        return []
    return rows if any(one.side == Assessment.Side.HOLDER for one in rows) else []


def awaited_assessments(immersion: Immersion) -> list[Assessment]:
    """The sides that were asked how it went and have not said so, while they can."""
    if immersion.state not in (State.IN_PROGRESS, State.COMPLETED):
        return []
    return list(immersion.assessments.filter(answered_at=None, asked_at__isnull=False).order_by("side"))


def other_view(assessment: Assessment) -> Assessment | None:
    """What the other side said, for the side that has just answered."""
    others = assessment.immersion.assessments.filter(answered_at__isnull=False)
    return others.exclude(side=assessment.side).first()


def lessons_of(immersion: Immersion) -> QuerySet[Lesson]:
    """With what a page reads of them."""
    return immersion.lessons.select_related("commitment__owner", "milestone", "proposal").order_by("pk")


def observations_of(immersion: Immersion) -> QuerySet[Observation]:
    """The newest first."""
    return immersion.observations.select_related("question").order_by("-noted_at", "-pk")


def stay_page(user: User, immersion: Immersion) -> StayPage | None:
    """None for who may not read it, and for a stay that will not take place and left nothing."""
    if not policies.may_read_stay(user, immersion) or immersion.state == State.REJECTED:
        return None
    began = immersion.validated_at is not None
    told = seen_assessments(user, immersion) if began else []
    is_team = policies.may_read_both_sides(user, immersion)
    awaited = awaited_assessments(immersion) if began and is_team else []
    known = {row.side for row in [*told, *awaited]}
    silent = [one for one in Assessment.Side if one not in known]
    return StayPage(
        questions=list(immersion.questions.all()),
        observations=immersion.observations.count() if began and not is_team else 0,
        check_ins=seen_check_ins(user, immersion) if began else [],
        assessments=told,
        lessons=list(lessons_of(immersion)) if began else [],
        can=stay_acts(user, immersion, told),
        awaited=awaited,
        silent=[str(one.label) for one in silent] if is_team and (told or immersion.state == State.ASSESSED) else [],
    )


def stay_acts(user: User, immersion: Immersion, told: list[Assessment]) -> dict[str, bool]:
    """What she may do now about what the stay teaches."""
    state = immersion.state
    began = immersion.validated_at is not None and immersion.starts_on <= clock.today()
    is_live = state not in OFF
    has_told = any(one.side == Assessment.Side.HOLDER for one in told)
    return {
        "write_questions": is_live and policies.may_write_questions(user, immersion),
        "note": began and is_live and policies.may_note_observation(user, immersion),
        "check_in": state == State.IN_PROGRESS and policies.may_answer_check_in(user, immersion),
        "assess": state in (State.IN_PROGRESS, State.COMPLETED)
        and began
        and not has_told
        and policies.may_answer_assessment(user, immersion),
        "assess_now": clock.today() >= immersion.final_day - clock.days(1),
        "resend_check_in": state == State.IN_PROGRESS
        and bool(immersion.tutor_email)
        and policies.may_resend_check_in(user, immersion),
        "resend_assessment": bool(immersion.tutor_email) and policies.may_resend_assessment(user, immersion),
        "close_assessment": state == State.COMPLETED and policies.may_close_assessment(user, immersion),
        "note_lesson": began and is_live and policies.may_note_lesson(user, immersion),
        "conclude": (bool(told) or state == State.ASSESSED) and is_live and policies.may_note_lesson(user, immersion),
        "show_lesson": is_live and immersion.step.journey.is_live and policies.may_write_questions(user, immersion),
    }


def milestones_for(lesson: Lesson) -> QuerySet[Step]:
    """The open milestones of her journey that no proposal is waiting for."""
    waiting = MilestoneProposal.objects.filter(state=MilestoneProposal.State.PROPOSED).order_by().values("step")
    steps = lesson.immersion.step.journey.steps.filter(kind=StepKind.MILESTONE, state__in=OPEN_STEPS)
    return steps.exclude(pk__in=waiting).order_by("position", "pk")


def closing_facts(immersion: Immersion) -> dict[str, Any]:
    """What both sides said of how it went, for the form that closes it: where they differ, nothing is chosen."""
    told = list(immersion.assessments.filter(answered_at__isnull=False).order_by("side"))
    names = {"minutes": "minutes_done", "whose": "side"}
    facts: dict[str, Any] = {}
    if immersion.final_day < immersion.ends_on:  # an early end was said
        facts = {
            "outcome": Immersion.Outcome.PARTIAL, "last_day_on": immersion.last_day_on,
            "reason": immersion.closing_reason, "side": immersion.closing_side,
        }  # fmt: skip
    for name in CLOSING:
        said = {getattr(one, name) for one in told}
        if told:
            facts[names.get(name, name)] = said.pop() if len(said) == 1 else None
    return {"told": told, "initial": facts, "differ": any(len({getattr(o, n) for o in told}) > 1 for n in CLOSING[:3])}
