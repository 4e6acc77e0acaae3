"""The rows behind each figure: the figure counts these and nothing else."""

from typing import Any

from django.db.models import BooleanField, Case, Exists, F, OuterRef, Q, QuerySet, Subquery, When, Window
from django.db.models.functions import Coalesce, RowNumber

from backend.lib import clock
from evaluation.models import POSTURE, Request, Wave
from evaluation.queries.scope import Scope
from journeys.models import Bridge, Delivery, Journey, Step, StepKind

COUNTED = (
    Q(carried_from=None)
    & ~Q(journey__state="draft")
    & ~Q(state=Step.State.WAIVED)
    & (
        Q(state=Step.State.DONE, shared_from=None)
        | (~Q(state=Step.State.DONE) & (Q(journey__ended_on=None) | Q(journey__ended_on__gte=F("due_on"))))
    )
)
"""What counts at all: done by herself, where it was done; or due before her journey ended."""
OF_HOLDERS = Q(wave__audience=Wave.Audience.HOLDER, wave__months=0)
"""Asked of holders at the moment itself or some days after; what is asked months later is another moment."""
NAMED = Q(wave__mode=Wave.Mode.IDENTIFIED)
SURELY = "sure"
"""In a filter: signed or confirmed."""
SURE = [Delivery.State.SIGNED, Delivery.State.CONFIRMED]


def active_journeys(scope: Scope) -> "QuerySet[Journey]":
    """Journeys under way on at least one day of the period (pauses included).

    With `left_early` (left in the period, not over a bridge), and the day then, else the first one, as `left_on`.
    """
    ended = Q(ended_on=None) | (Q(ended_on__gte=scope.since) if scope.since else Q(ended_on__isnull=False))
    early = Q(scope.days("ended_on"), state=Journey.State.LEFT) & ~Q(leave_reason=Journey.LeaveReason.BRIDGED)
    return Journey.objects.filter(scope.journeys(), ended, started_on__lte=scope.until).annotate(
        left_early=Case(When(early, then=True), default=False, output_field=BooleanField()),
        left_on=Case(When(early, then=F("ended_on")), default=F("started_on")),
    )


def deliveries(scope: Scope) -> "QuerySet[Delivery]":
    """Standing lines of the ledger that happened in the period: contact, preparation and travel."""
    found = Delivery.objects.standing().filter(scope.journeys("journey__"), scope.moments("happened_at"))
    if scope.kind:
        found = found.filter(kind=scope.kind)
    return found.filter(state__in=states_of(scope.state)) if scope.state else found


def states_of(state: str) -> list[str]:
    """The states of hours that a filter means: one, or for "sure" both that are."""
    return list(SURE) if state == SURELY else [state]


def contact_deliveries(scope: Scope) -> "QuerySet[Delivery]":
    """Hours spent together: preparation and travel are counted apart."""
    return deliveries(scope).filter(sort=Delivery.Sort.CONTACT)


def told_twice(scope: Scope) -> "QuerySet[Any, Any]":
    """The numbers of the copies of steps that a team shares, but for one each: that of the member who did it, else the
    oldest. It is the same whatever the part of the organisation, so that parts add up to the whole.

    For a filter: the database works them out at once, also where it reads the past, which has no index of its own.
    """
    of_teams = Step.objects.filter(COUNTED, is_shared=True).order_by()
    if scope.organisation is not None:
        of_teams = of_teams.filter(journey__programme__organisation=scope.organisation)
    first = Window(
        RowNumber(), partition_by=["journey__project", "journey__programme", "code"],
        order_by=[Case(When(state=Step.State.DONE, then=0), default=1), F("pk")],
    )  # fmt: skip
    return of_teams.annotate(nth=first).filter(nth__gt=1).values("pk")


def planned_steps(scope: Scope) -> "QuerySet[Step]":
    """Steps that fall in the period, by the day they were done, else due; waived ones aside.

    What was only due after the journey ended does not count against it; what was carried over a bridge counts where it
    was done; what a team does once for all counts once, on the journey of the member who did it (see `told_twice`).
    """
    found = (
        Step.objects.filter(scope.journeys("journey__"), COUNTED)
        .annotate(day=Coalesce("done_on", "due_on"))
        .filter(scope.days("day"))
        .filter(kind__in=[StepKind.IMMERSION, StepKind.MILESTONE])
        .exclude(pk__in=told_twice(scope))
    )
    return found.filter(title_fr=scope.milestone) if scope.milestone else found


def posture_exits(scope: Scope) -> "QuerySet[Request]":
    """Requests at exit about posture, sent to holders by name in the period."""
    return Request.objects.asked().filter(
        OF_HOLDERS, NAMED, scope.journeys("journey__"), scope.moments("sent_at"), wave__moment=Wave.Moment.EXIT,
        wave__questionnaire__code=POSTURE,
    )  # fmt: skip


def posture_starts(**where: Any) -> "QuerySet[Request]":
    """Requests at the start about posture, sent to holders by name."""
    return Request.objects.asked().filter(
        OF_HOLDERS, NAMED, wave__moment=Wave.Moment.START, wave__questionnaire__code=POSTURE, **where
    )


def posture_pairs(scope: Scope) -> "QuerySet[Request]":
    """Requests at exit sent to holders in the period, about journeys whose holder was asked at the start too.

    With the ids of both answer sheets, once complete (`sheet_after`, `sheet_before`), and the version of the latter.
    Only what was answered under one's name: these rows show who scored what.
    """
    start = posture_starts(wave__questionnaire=OuterRef("wave__questionnaire"), journey=OuterRef("journey"))
    first = start.filter(state=Request.State.COMPLETE).order_by("response__completed_at", "pk")
    return (
        posture_exits(scope)
        .filter(Exists(start.order_by()))
        .annotate(
            sheet_before=Subquery(first.values("response")[:1]),
            version_before=Subquery(first.values("version")[:1]),
            sheet_after=Case(When(state=Request.State.COMPLETE, then=F("response"))),
        )
    )


def requests(scope: Scope) -> "QuerySet[Request]":
    """Holders asked at the start and at exit whose time to answer ended in the period, answered or not.

    By the day it ended, so that an ask counts in one period, and whoever answers early no sooner than whoever does not:
    of asks still open those answered alone would count, and the rate would be told too high. Not in anonymous waves:
    each row says whether somebody has answered, which is then for nobody to read.
    """
    return Request.objects.asked().filter(
        OF_HOLDERS, ~Q(wave__mode=Wave.Mode.ANONYMOUS), scope.journeys("journey__"), scope.moments("expires_at"),
        expires_at__lte=clock.now(), wave__moment__in=[Wave.Moment.START, Wave.Moment.EXIT],
    )  # fmt: skip


def bridges(scope: Scope) -> "QuerySet[Bridge]":
    """Passages crossed in the period; a bridge belongs to the journey it leads to."""
    return Bridge.objects.filter(scope.journeys("to_journey__"), scope.days("crossed_on"))
