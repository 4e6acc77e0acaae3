"""Modules and their dates as pages show them: what comes next, who waits, who is enrolled."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Exists, F, OuterRef, Prefetch, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from backend.accounts.models import User
from backend.lib import clock
from journeys.models import Enrolment, Journey, Module, ModuleDate, Step, StepKind

HOLDS_A_SEAT = ~Q(state=Enrolment.State.WITHDRAWN)


def with_taken(dates: QuerySet[ModuleDate]) -> QuerySet[ModuleDate]:
    """Adds `taken`: seats that are not free; and `marked`: people whose attendance is noted."""
    return dates.annotate(
        taken=Count("enrolments", filter=Q(enrolments__isnull=False) & ~Q(enrolments__state=Enrolment.State.WITHDRAWN)),
        marked=Count("enrolments", filter=Q(enrolments__marked_at__isnull=False)),
    ).select_related("module__organisation")


def waiting_steps() -> QuerySet[Step]:
    """Module steps of live journeys that no date has been found for yet."""
    return Step.objects.filter(
        kind=StepKind.MODULE,
        state=Step.State.PLANNED,
        journey__state__in=[Journey.State.ACTIVE, Journey.State.PAUSED],
    )


def catalogue(user: User) -> QuerySet[Module]:
    """The modules she may see, each with `coming` dates (planned, not over) and how many people wait for one."""
    coming = with_taken(ModuleDate.objects.filter(state=ModuleDate.State.PLANNED, ends_at__gt=clock.now()))
    waiting = waiting_steps().filter(module=OuterRef("pk")).order_by().values("module")
    return (
        Module.objects.visible_to(user)
        .select_related("organisation")
        .annotate(waiting=Coalesce(Subquery(waiting.annotate(n=Count("pk")).values("n")), 0))
        .prefetch_related(Prefetch("dates", coming.order_by("starts_at", "pk"), to_attr="coming"))
        .order_by("title_fr", "pk")
    )


def dates_to_mark(user: User) -> QuerySet[ModuleDate]:
    """Begun, and nobody's attendance is noted: newest first. Only where she marks it."""
    dates = ModuleDate.objects.filter(
        state=ModuleDate.State.PLANNED,
        starts_at__lte=clock.now(),
        module__organisation__in=user.organisation_ids("lead"),
    )
    somebody = Enrolment.objects.filter(HOLDS_A_SEAT, module_date=OuterRef("pk"))
    return with_taken(dates.filter(Exists(somebody))).order_by("-starts_at", "pk")


def dates_of(module: Module) -> QuerySet[ModuleDate]:
    """Every date of a module, the latest first, with its seats."""
    return with_taken(module.dates.all()).order_by("-starts_at", "pk")


def enrolments_of(date: ModuleDate, user: User) -> QuerySet[Enrolment]:
    """Those who hold a seat and whom she may see, by name."""
    return (
        date.enrolments.visible_to(user)
        .filter(HOLDS_A_SEAT)
        .select_related("step__journey__holder__user", "step__journey__project", "marked_by")
        .order_by("step__journey__holder__user__last_name", "step__journey__holder__user__first_name", "pk")
    )


def candidates(date: ModuleDate) -> QuerySet[Step]:
    """Open steps of this module in live journeys without a seat here, by name.

    Adds `other_date`: when they are already enrolled on another date to come.
    """
    here = date.enrolments.filter(HOLDS_A_SEAT, step=OuterRef("pk"))
    elsewhere = Enrolment.objects.filter(
        step=OuterRef("pk"), state=Enrolment.State.ENROLLED, module_date__state=ModuleDate.State.PLANNED
    ).order_by("module_date__starts_at", "pk")
    return (
        Step.objects.filter(
            module=date.module_id,
            kind=StepKind.MODULE,
            state__in=[Step.State.PLANNED, Step.State.SCHEDULED, Step.State.IN_PROGRESS],
            journey__state__in=[Journey.State.ACTIVE, Journey.State.PAUSED],
        )
        .filter(~Exists(here))
        .annotate(other_date=Subquery(elsewhere.values("module_date__starts_at")[:1]))
        .select_related("journey__holder__user", "journey__project", "journey__programme")
        .order_by(
            F("other_date").asc(nulls_first=True),
            "due_on",
            "journey__holder__user__last_name",
            "journey__holder__user__first_name",
            "pk",
        )
    )


@dataclass(frozen=True)
class Tally:
    """Attendance in figures."""

    came: int
    late: int
    excused: int
    absent: int
    unmarked: int


def tally(enrolments: list[Enrolment]) -> Tally:
    """How many of each; the late have come."""
    states = [one.state for one in enrolments]
    late = states.count(Enrolment.State.LATE)
    return Tally(
        came=states.count(Enrolment.State.PRESENT) + late,
        late=late,
        excused=states.count(Enrolment.State.EXCUSED),
        absent=states.count(Enrolment.State.ABSENT),
        unmarked=states.count(Enrolment.State.ENROLLED),
    )


def has_begun(date: ModuleDate, at: datetime | None = None) -> bool:
    """May attendance be marked?"""
    return date.starts_at <= (at or clock.now())
