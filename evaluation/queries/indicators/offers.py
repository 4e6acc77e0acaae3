"""What the form of an indicator offers to choose from. A handful of queries, whatever the organisation."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from backend.accounts.models import Organisation
from evaluation.queries.choices import cohorts_of, programmes_of
from evaluation.queries.measures import MEASURES, Level
from evaluation.queries.rows import SURELY
from journeys.models import Commune, Delivery, Neighbourhood, Project, Step, StepKind

Pairs = list[tuple[str, str]]


@dataclass(frozen=True)
class Offers:
    """Measures by level; programmes; what each part that narrows can be."""

    measures: list[tuple[str, Pairs]]
    programmes: Pairs
    narrows: dict[str, Pairs]


def offers(organisations: Iterable[Organisation]) -> Offers:
    """For indicators of these organisations."""
    ids = [one.pk for one in organisations]
    return Offers(_measures(), programmes_of(ids), _narrows(ids))


def _measures() -> list[tuple[str, Pairs]]:
    found: list[tuple[str, Pairs]] = []
    for level in Level:
        own = [(one.code, str(one.title)) for one in MEASURES.values() if one.level == level]
        if own:
            found.append((str(level.label), own))
    return found


def _narrows(ids: list[int]) -> dict[str, Pairs]:
    steps = Step.objects.filter(kind=StepKind.MILESTONE, journey__programme__organisation__in=ids)
    titles = steps.exclude(title_fr="").order_by("title_fr").values_list("title_fr", flat=True).distinct()
    return {
        "cohort": cohorts_of(ids),
        "commune": [(one.pk, one.name) for one in Commune.objects.order_by("name")],
        "qpv": [(str(value), str(label)) for value, label in Project.Qpv.choices],
        "neighbourhood": [(str(one.pk), one.name) for one in Neighbourhood.objects.order_by("name")],
        "kind": [(str(value), str(label)) for value, label in Delivery.Kind.choices],
        "state": [
            (SURELY, _("signed or confirmed")),
            *((str(value), str(label)) for value, label in Delivery.State.choices if value not in ("void", "planned")),
        ],
        "milestone": [(title, title) for title in titles],
    }
