"""Modules and their dates as pages show them: what comes next, who waits, who is enrolled."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import Count, Exists, F, OuterRef, Prefetch, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from backend.accounts.models import Link, User
from backend.lib import clock
from journeys.models import Delivery, Enrolment, Journey, Module, ModuleDate, Step, StepKind
from journeys.models.journeys import StepQuerySet
from journeys.policies import may_count_people

WITHOUT_SEAT = [Enrolment.State.WITHDRAWN, Enrolment.State.WAITING]
HOLDS_A_SEAT = ~Q(state__in=WITHOUT_SEAT)


def with_taken(dates: QuerySet[ModuleDate]) -> QuerySet[ModuleDate]:
    """Adds `taken`: seats that are not free; `line`: people who wait for one; `marked`: those noted as come or not."""
    return dates.annotate(
        taken=Count("enrolments", filter=Q(enrolments__isnull=False) & ~Q(enrolments__state__in=WITHOUT_SEAT)),
        line=Count("enrolments", filter=Q(enrolments__state=Enrolment.State.WAITING)),
        marked=Count("enrolments", filter=Q(enrolments__marked_at__isnull=False)),
    ).select_related("module__organisation")


def counted(dates: Iterable[ModuleDate], user: User) -> list[Any]:
    """The same dates, each with `is_counted`: may she read how many people hold its seats?"""
    rows: list[Any] = list(dates)
    for one in rows:
        one.is_counted = may_count_people(user, one.module.organisation_id)
    return rows


def steps_without_date() -> StepQuerySet:
    """Open module steps of live journeys that hold no seat at a date still to be held."""
    seats = Enrolment.objects.filter(
        step=OuterRef("pk"), state=Enrolment.State.ENROLLED, module_date__state=ModuleDate.State.PLANNED
    )
    return Step.objects.filter(
        ~Exists(seats),
        kind=StepKind.MODULE,
        state__in=[Step.State.PLANNED, Step.State.SCHEDULED, Step.State.IN_PROGRESS],
        journey__state__in=[Journey.State.ACTIVE, Journey.State.PAUSED],
    )


@dataclass(frozen=True)
class Demand:
    """Who still needs a module: journeys without a date, those late or due within a month, and the seats on offer."""

    without_date: int
    late: int
    soon: int
    in_line: int
    seats_left: int

    @property
    def is_short(self) -> bool:
        """More people than seats to come: time to open a date."""
        return self.without_date > self.seats_left


def demand(module: Module, user: User, dates: Sequence[ModuleDate]) -> Demand:
    """The demand she may see for this module, against the free seats of `dates` (from `dates_of`) that are to come."""
    today, now = clock.today(), clock.now()
    on_a_list = Enrolment.objects.filter(
        step=OuterRef("pk"),
        state=Enrolment.State.WAITING,
        module_date__state=ModuleDate.State.PLANNED,
        module_date__starts_at__gt=now,
    )
    steps = steps_without_date().filter(module=module).visible_to(user).annotate(is_in_line=Exists(on_a_list))
    counts = steps.order_by().aggregate(
        without_date=Count("pk"),
        late=Count("pk", filter=Q(due_on__lt=today)),
        soon=Count("pk", filter=Q(due_on__gte=today, due_on__lte=today + clock.days(30))),
        in_line=Count("pk", filter=Q(is_in_line=True)),
    )
    coming = [date for date in dates if date.state == ModuleDate.State.PLANNED and date.starts_at > now]
    return Demand(seats_left=sum(date.left for date in coming), **counts)


def catalogue(user: User) -> QuerySet[Module]:
    """The modules on offer that she may see, each with `coming` dates (planned, not over) and how many need one.

    Who leads sees those no longer offered too.
    """
    coming = with_taken(ModuleDate.objects.filter(state=ModuleDate.State.PLANNED, ends_at__gt=clock.now()))
    waiting = steps_without_date().filter(module=OuterRef("pk")).order_by().values("module")
    led = Q(organisation__in=user.organisation_ids("lead"))
    return (
        Module.objects.visible_to(user)
        .filter(Q(is_retired=False) | led)
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


def line_of(date: ModuleDate, user: User) -> QuerySet[Enrolment]:
    """Those who wait for a seat and whom she may see, first come first."""
    return (
        date.enrolments.visible_to(user)
        .filter(state=Enrolment.State.WAITING)
        .select_related("step__journey__holder__user", "step__journey__project")
        .order_by("queued_at", "pk")
    )


def roll(date: ModuleDate) -> QuerySet[Enrolment]:
    """Everybody who holds a seat, by name: what the trainer sees."""
    return (
        date.enrolments.filter(HOLDS_A_SEAT)
        .select_related("step__journey__holder__user")
        .order_by("step__journey__holder__user__last_name", "step__journey__holder__user__first_name", "pk")
    )


def with_lines(enrolments: QuerySet[Enrolment]) -> list[Any]:
    """The same people, each with `line`: the live line of hours that her attendance wrote, or None."""
    rows: list[Any] = list(enrolments)
    lines = Delivery.objects.filter(
        source__in=[one.source for one in rows],
        journey__in=[one.step.journey_id for one in rows],
        sort=Delivery.Sort.CONTACT,
    ).exclude(state=Delivery.State.VOID)
    by_source = {line.source: line for line in lines.order_by("pk")}
    for one in rows:
        one.line = by_source.get(one.source)
    return rows


def trainer_link(date: ModuleDate) -> Link | None:
    """The open link in the trainer’s letter, if there is one."""
    kind = ContentType.objects.get_for_model(ModuleDate)
    links = Link.objects.filter(about_type=kind, about_id=date.pk, purpose="attendance", revoked_at=None)
    return links.filter(expires_at__gt=clock.now()).order_by("-pk").first()


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
