"""The rows behind the figures of what came of journeys: facts of the period, journeys that ended, projects created."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from typing import Any

from django.db.models import Case, CharField, Count, Exists, F, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce

from backend.lib import prepared
from evaluation import statistics
from evaluation.queries.scope import Scope
from journeys.models import Journey, Outcome
from journeys.queries.follow_ups import ended_by

Kind = Outcome.Kind
HELP_MONTHS, MATURE_MONTHS = 6, 12
SURVIVAL_DAYS = 1095
"""Three years."""
DAYS_A_MONTH = 365.25 / 12
LEFT_WELL = ("project_created", "employment", "training")
LEFT_WITHOUT = ("gave_up",)
"""What a reason for leaving says already of where the person went; the others say nothing of it."""


def facts(scope: Scope) -> "QuerySet[Outcome]":
    """What came of journeys in the period, by the day it happened; neither withdrawn nor replaced."""
    return Outcome.objects.standing().filter(scope.journeys("journey__"), scope.days("happened_on"))


def _told(kind: str, scope: Scope, **where: Any) -> "QuerySet[Outcome]":
    """Standing facts of this kind known by the end of the period, the latest first."""
    rows = Outcome.objects.standing().filter(kind=kind, happened_on__lte=scope.until, **where)
    return rows.order_by("-happened_on", "-pk")


def _ended(scope: Scope) -> "QuerySet[Journey]":
    """Journeys that ended, bridges aside: who went on in another programme has not come to an end."""
    return Journey.objects.filter(scope.journeys(), ended_on__isnull=False).exclude(
        leave_reason=Journey.LeaveReason.BRIDGED
    )


def ended_journeys(scope: Scope) -> "QuerySet[Journey]":
    """Those that ended in the period. `went`: where the person was, as last told; else "created" where the project was,
    else what the reason for leaving says; "" where it is not known. `is_known`, `is_positive`.
    """
    told = Subquery(_told(Kind.EXIT, scope, journey=OuterRef("pk")).values("code")[:1], output_field=CharField())
    created = Exists(_told(Kind.CREATED, scope, journey__project=OuterRef("project")).order_by())
    went = Case(
        When(created, then=Value("created")),
        When(leave_reason__in=(*LEFT_WELL, *LEFT_WITHOUT), then=F("leave_reason")),
        default=Value(""),
        output_field=CharField(),
    )
    return _ended(scope).filter(scope.days("ended_on")).annotate(went=Coalesce(told, went, output_field=CharField()))


KNOWN_EXIT, POSITIVE_EXIT = ~Q(went=""), Q(went__in=(*Outcome.POSITIVE, *LEFT_WELL))


def asked_whether_it_helped(scope: Scope) -> "QuerySet[Journey]":
    """Journeys that had ended six months before some day of the period, the moment their holder is first asked. `said`:
    the answer, as last given by the end of the period; "" without one.
    """
    ended = Q(ended_on__lte=ended_by(scope.until, HELP_MONTHS))
    if scope.since:
        ended &= Q(ended_on__gt=ended_by(scope.since - timedelta(days=1), HELP_MONTHS))
    said = Subquery(_told(Kind.HELP, scope, journey=OuterRef("pk")).values("code")[:1], output_field=CharField())
    return _ended(scope).filter(ended).annotate(said=Coalesce(said, Value(""), output_field=CharField()))


KNOWN_HELP = Q(said__in=(Outcome.Help.A_LOT, Outcome.Help.SOMEWHAT, Outcome.Help.NOT))
HELPED = Q(said__in=(Outcome.Help.A_LOT, Outcome.Help.SOMEWHAT))


def created_projects(scope: Scope) -> "QuerySet[Any]":
    """Creations at least twelve months before the end of the period, whenever that was: survival needs time.

    `stopped_on`: the first day it is known to have stopped; `last_known_on`: the last day anything was told of it, both
    within the period.
    """
    same = {"journey__project": OuterRef("journey__project")}
    stops = _told(Kind.ACTIVITY, scope, code=Outcome.Activity.STOPPED, **same).order_by("happened_on", "pk")
    after = stops.filter(happened_on__gte=OuterRef("happened_on"))
    told = Outcome.objects.standing().filter(kind__in=Outcome.OF_PROJECT, happened_on__lte=scope.until, **same)
    mature = Q(happened_on__lte=ended_by(scope.until, MATURE_MONTHS))
    return (
        Outcome.objects.standing()
        .filter(scope.journeys("journey__"), mature, kind=Kind.CREATED)
        .annotate(
            stopped_on=Subquery(after.values("happened_on")[:1]),
            last_known_on=Subquery(told.order_by("-happened_on", "-pk").values("happened_on")[:1]),
        )
    )


def followed_days(created_on: date, stopped_on: date | None, last_known_on: date) -> int:
    """From the creation to the stop, else to the last day anything was known."""
    return max(0, ((stopped_on or last_known_on) - created_on).days)


@dataclass(frozen=True)
class Unknown:
    """Projects whose journey had ended for six months at the end of the period, and of how many nothing is told."""

    projects: int
    jobs: int
    funding: int


def _untold(scope: Scope) -> "QuerySet[Journey, Any]":
    """One line at most: 1, then what `Unknown` holds."""

    def untold(kind: str) -> Any:
        told = Exists(_told(kind, scope, journey__project=OuterRef("project")).order_by())
        return Count("project", distinct=True, filter=~told)

    due = _ended(scope).filter(ended_on__lte=ended_by(scope.until, HELP_MONTHS)).order_by()
    projects = Count("project", distinct=True)
    return (
        due.annotate(one=Value(1)).values("one").annotate(a=projects, b=untold(Kind.JOBS), c=untold(Kind.FUNDING))
        .values_list("one", "a", "b", "c")
    )  # fmt: skip


class After:
    """What the figures of a scope need besides sums, each asked for once, when first needed."""

    def __init__(self, scope: Scope) -> None:
        self.scope = scope

    @cached_property
    def unknown(self) -> Unknown:
        """One query."""
        lines = prepared.rows(("unknown", self.scope), lambda: _untold(self.scope))
        return Unknown(*lines[0][1:]) if lines else Unknown(0, 0, 0)

    @cached_property
    def followed(self) -> Sequence[tuple[int, bool]]:
        """(days followed, has it stopped?) of each project created. One query."""
        names = ("happened_on", "stopped_on", "last_known_on")
        rows = prepared.rows(
            ("followed", self.scope), lambda: created_projects(self.scope).order_by().values_list(*names)
        )
        return [
            (followed_days(created, stopped, last or created), stopped is not None) for created, stopped, last in rows
        ]

    @cached_property
    def survival(self) -> "statistics.Survival | statistics.Undefined":
        """The curve over those projects, in days since the creation."""
        return statistics.survival([days for days, _has in self.followed], [has for _days, has in self.followed])
