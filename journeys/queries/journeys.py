"""A journey as it is shown: its progress, and the line of stations."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from django.db.models import Prefetch, Q, QuerySet, Sum
from django.utils.translation import gettext as _

from backend.accounts.models import User
from backend.lib import prepared
from backend.web.line import Stop
from backend.web.reading import NBSP, day, hours
from journeys.models import Companion, Journey, Step


@dataclass(frozen=True)
class Progress:
    """How far a journey is: done weight over the weight of all steps that count (waived ones do not)."""

    done_weight: int
    total_weight: int

    @property
    def percent(self) -> int:
        return round(100 * self.done_weight / self.total_weight) if self.total_weight else 0


def progress(steps: Iterable[Step]) -> Progress:
    """Progress over the given steps: done weight / (all − waived) weight."""
    rows = list(steps)
    return Progress(
        done_weight=sum(step.weight for step in rows if step.state == Step.State.DONE),
        total_weight=sum(step.weight for step in rows if step.state != Step.State.WAIVED),
    )


def progress_of(journeys: Sequence[int]) -> dict[int, Progress]:
    """{journey: its progress}, of those that have steps; one query, which adds up in the database."""
    done, counts = Q(state=Step.State.DONE), ~Q(state=Step.State.WAIVED)
    rows = Step.objects.filter(journey__in=journeys).order_by().values_list("journey")
    added = rows.annotate(
        done_weight=Sum("weight", filter=done, default=0), total_weight=Sum("weight", filter=counts, default=0)
    )
    return {journey: Progress(done_weight, total_weight) for journey, done_weight, total_weight in added}


def current_step(steps: Iterable[Step]) -> Step | None:
    """Where she is: the first step in progress or scheduled, else the open one due first."""
    rows = list(steps)
    moving = [step for step in rows if step.state in (Step.State.IN_PROGRESS, Step.State.SCHEDULED)]
    waiting = [step for step in rows if step.state == Step.State.PLANNED]
    return min(moving or waiting, key=lambda step: (step.due_on, step.position), default=None)


def when_of(step: Step) -> str:
    """The day that matters for this step, in words: done on, or due by."""
    if step.state == Step.State.DONE and step.done_on:
        return day(step.done_on, weekday=False)
    if step.is_late:
        return _("late since %(day)s") % {"day": day(step.due_on, weekday=False)}
    if step.is_open:
        return _("by %(day)s") % {"day": day(step.due_on, weekday=False)}
    return ""


def note_of(step: Step) -> str:
    """What else to know of a step: how much of it, or why it was waived."""
    if step.state == Step.State.WAIVED:
        return step.waive_reason
    if step.kind == "mentoring" and step.occurrences > 1:
        each = step.minutes_expected // step.occurrences
        return _("%(count)d sessions of %(length)s") % {"count": step.occurrences, "length": hours(each)}
    if step.minutes_expected:
        return hours(step.minutes_expected)
    return step.evidence if step.kind == "milestone" else ""


def stations(
    steps: Iterable[Step], *, url_of: Callable[[Step], str] | None = None, words_of: Callable[[Step], str] = note_of
) -> list[Stop]:
    """The line of stations, the current one marked (nowhere once nothing is open)."""
    rows = list(steps)
    here = current_step(rows)
    return [
        Stop(
            label=step.title,
            kind=step.kind,
            state=step.state,
            when=when_of(step),
            note=words_of(step),
            url=url_of(step) if url_of else "",
            is_current=step is here,
        )
        for step in rows
    ]


def full(rows: "QuerySet[Journey]") -> "QuerySet[Journey]":
    """With everything that the head of a page shows of a journey."""
    companions = Companion.objects.filter(ended_at=None).select_related("user").order_by("pk")
    return rows.select_related(
        "programme__organisation", "version", "holder__user", "referent", "project__commune", "project__neighbourhood"
    ).prefetch_related(Prefetch("companions", queryset=companions))


def mentors_of(journey: Journey) -> list[User]:
    """The people who mentor this journey now (companions are prefetched by `full`)."""
    return [one.user for one in journey.companions.all() if one.role == Companion.Role.MENTOR and one.ended_at is None]


def steps_of(journey: Journey) -> list[Step]:
    """The steps in their order, each knowing its journey without another query."""
    rows = prepared.objects(
        ("steps_of", journey.pk),
        lambda: (
            Step.objects.filter(journey=journey.pk)
            .select_related("module", "shared_from__journey__holder__user")
            .order_by("position", "pk")
        ),
    )
    for step in rows:
        step.journey = journey
    return rows


def missing_steps(steps: Iterable[Step]) -> list[Step]:
    """What stands between this journey and its completion."""
    return [step for step in steps if step.is_required and step.state not in (Step.State.DONE, Step.State.WAIVED)]


def project_facts(journey: Journey) -> str:
    """Phase and place of the project in one line."""
    project = journey.project
    parts = [str(project.get_phase_display()), str(project.commune or "")]
    if project.qpv == "inside":
        parts.append(_("QPV %(name)s") % {"name": project.neighbourhood} if project.neighbourhood else _("in a QPV"))
    return f"{NBSP}· ".join(part for part in parts if part)
