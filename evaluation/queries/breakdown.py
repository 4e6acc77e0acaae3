"""The same figures group by group: programmes, communes, priority neighbourhoods. Six queries, whatever the groups."""

from collections.abc import Hashable, Iterable
from dataclasses import dataclass, replace
from typing import Any

from django.db.models import Count, Q, Sum
from django.utils.translation import gettext as _

from evaluation import statistics
from evaluation.models import Request
from evaluation.queries import rows
from evaluation.queries.gains import AreaGain, Gains
from evaluation.queries.rows import SURE
from evaluation.queries.scope import NOT_KNOWN, Scope
from journeys.models import Commune, Neighbourhood, Programme, Project, Step, StepKind

# dimension → the field of a journey it groups by
FIELDS = {
    "programme": "programme",
    "commune": "project__commune",
    "qpv": "project__qpv",
    "neighbourhood": "project__neighbourhood",
}


@dataclass(frozen=True)
class Group:
    """One line: a programme, a commune, a neighbourhood. `where` are the filters that open its rows."""

    key: Hashable
    label: str
    where: dict[str, str]
    people: int = 0
    minutes: int = 0
    sure: int = 0
    immersions: tuple[int, int] = (0, 0)
    milestones: tuple[int, int] = (0, 0)
    bridges: int | None = 0
    """None: hidden, since fewer than five people crossed."""
    gain: AreaGain | None = None
    asked: int = 0
    complete: int = 0
    is_hidden: bool = False
    note: str = ""

    @property
    def answers(self) -> tuple[int, int]:
        return self.complete, self.asked


def breakdown(scope: Scope, dimension: str, gains: Gains) -> list[Group]:
    """Every group there is, empty ones too; the greatest first (by name on published pages, where order would tell)."""
    groups = _fill(_groups(scope, dimension), scope, dimension, gains)
    if not scope.is_published:
        return sorted(groups, key=lambda group: (group.key is None, -group.people, group.label))
    hidden = statistics.hide_in_list([group.people for group in groups])
    return [replace(group, is_hidden=i in hidden) for i, group in enumerate(groups)]


def _groups(scope: Scope, dimension: str) -> list[Group]:
    """The groups of a dimension by name, then those not known."""
    if dimension == "programme":
        programmes = Programme.objects.select_related("organisation").order_by("organisation__name", "title_fr", "pk")
        if scope.organisation is not None:
            programmes = programmes.filter(organisation=scope.organisation)
        return [
            Group(
                one.pk, one.title, {"programme": str(one.pk)}, note="" if scope.organisation else one.organisation.name
            )
            for one in programmes
        ]
    if dimension == "commune":
        known = [Group(one.pk, one.name, {"commune": one.pk}) for one in Commune.objects.order_by("name")]
        return [*known, Group(None, _("commune not known"), {"commune": NOT_KNOWN})]
    if dimension == "qpv":
        return [Group(value, str(label), {"qpv": value}) for value, label in Project.Qpv.choices]
    known = [
        Group(one.pk, one.name, {"qpv": Project.Qpv.INSIDE, "neighbourhood": one.pk})
        for one in Neighbourhood.objects.order_by("name")
    ]
    return [
        *known,
        Group(None, _("inside, but which is not known"), {"qpv": Project.Qpv.INSIDE, "neighbourhood": NOT_KNOWN}),
    ]


def _fill(groups: list[Group], scope: Scope, dimension: str, gains: Gains) -> list[Group]:
    if dimension == "neighbourhood":
        scope = scope.narrowed(qpv=Project.Qpv.INSIDE)
    field = FIELDS[dimension]
    people = _keyed(
        rows.active_journeys(scope).order_by().values_list(field).annotate(n=Count("holder__user", distinct=True))
    )
    hours = _keyed(
        rows.contact_deliveries(scope)
        .order_by()
        .values_list(f"journey__{field}")
        .annotate(total=Sum("minutes"), sure=Sum("minutes", filter=Q(state__in=SURE), default=0))
    )
    steps = _keyed(rows.planned_steps(scope).order_by().values_list(f"journey__{field}").annotate(**_step_counts()))
    asked = _keyed(
        rows.requests(scope)
        .order_by()
        .values_list(f"journey__{field}")
        .annotate(asked=Count("pk"), complete=Count("pk", filter=Q(state=Request.State.COMPLETE)))
    )
    bridges = _bridges(groups, scope, field)
    pairs = gains.by(dimension)
    return [
        replace(
            group,
            people=people.get(group.key, (0,))[0],
            minutes=hours.get(group.key, (0, 0))[0],
            sure=hours.get(group.key, (0, 0))[1],
            immersions=(steps.get(group.key, (0, 0, 0, 0))[0:2]),
            milestones=(steps.get(group.key, (0, 0, 0, 0))[2:4]),
            bridges=bridges[group.key],
            asked=asked.get(group.key, (0, 0))[0],
            complete=asked.get(group.key, (0, 0))[1],
            gain=gains.overall(pairs.get(group.key, [])),
        )
        for group in groups
    ]


def _bridges(groups: list[Group], scope: Scope, field: str) -> dict[Hashable, int | None]:
    """Those that lead to each group; on published pages hidden where few people crossed, and one more if that would
    let the total tell."""
    people = Count("to_journey__holder__user", distinct=True)
    found = _keyed(
        rows.bridges(scope).order_by().values_list(f"to_journey__{field}").annotate(n=Count("pk"), people=people)
    )
    counts = [found.get(group.key, (0, 0)) for group in groups]
    hidden = statistics.hide_in_list([crossed for _n, crossed in counts]) if scope.is_published else set()
    return {group.key: None if i in hidden else counts[i][0] for i, group in enumerate(groups)}


def _step_counts() -> dict[str, Any]:
    counts: dict[str, Any] = {}
    for kind in (StepKind.IMMERSION, StepKind.MILESTONE):
        counts[f"{kind}_done"] = Count("pk", filter=Q(kind=kind, state=Step.State.DONE))
        counts[f"{kind}_all"] = Count("pk", filter=Q(kind=kind))
    return counts


def _keyed(found: Iterable[Any]) -> dict[Hashable, tuple[Any, ...]]:
    return {row[0]: tuple(row[1:]) for row in found}
