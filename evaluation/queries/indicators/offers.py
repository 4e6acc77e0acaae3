"""What the form of an indicator offers to choose from. A handful of queries, whatever the organisation."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Q
from django.utils.translation import gettext as _

from backend.accounts.models import Organisation
from backend.lib.texts import fold
from evaluation.models import Questionnaire
from evaluation.queries.choices import cohorts_of, programmes_of
from evaluation.queries.measures import MEASURES, Level
from evaluation.queries.measures.survey import choices_in
from evaluation.queries.rows import SURELY
from journeys.models import Commune, Delivery, Neighbourhood, Project, Step, StepKind

Pairs = list[tuple[str, str]]


@dataclass(frozen=True)
class Offers:
    """Measures by level; questions and scores by questionnaire; programmes; what each part that narrows can be."""

    measures: list[tuple[str, Pairs]]
    questions: list[tuple[str, Pairs]]
    """Of each questionnaire, then its scores: what can be counted of what is answered."""
    programmes: Pairs
    narrows: dict[str, Pairs]


def offers(organisations: Iterable[Organisation]) -> Offers:
    """For indicators of these organisations."""
    ids = [one.pk for one in organisations]
    return Offers(_measures(), _questions(ids), programmes_of(ids), _narrows(ids))


def _questions(ids: list[int]) -> list[tuple[str, Pairs]]:
    groups: dict[str, Pairs] = {}
    shared = Questionnaire.objects.filter(Q(organisation=None) | Q(organisation__in=ids))
    for one in choices_in(shared):
        label = _("Scores: %(questionnaire)s") if one.code.startswith("score:") else _("Questions: %(questionnaire)s")
        groups.setdefault(label % {"questionnaire": one.questionnaire}, []).append((one.code, one.title))
    return list(groups.items())


def matching(groups: Iterable[tuple[str, Pairs]], wanted: str) -> list[tuple[str, Pairs]]:
    """Those whose name, or whose group's, has these words, whatever their accents and capitals."""
    words = fold(wanted).split()
    found = [
        (label, [(code, title) for code, title in pairs if all(word in fold(f"{label} {title}") for word in words)])
        for label, pairs in groups
    ]
    return [(label, pairs) for label, pairs in found if pairs]


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
