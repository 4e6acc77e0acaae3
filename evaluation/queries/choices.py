"""What the filters of the figures offer this person."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.db.models.functions import ExtractQuarter, ExtractYear
from django.utils.translation import gettext as _

from backend.accounts.models import Organisation, User
from backend.lib import prepared
from backend.web import reading
from evaluation import policies
from evaluation.queries.mentored import KINDS
from evaluation.queries.rows import SURELY
from evaluation.queries.scope import NOT_KNOWN, Scope
from journeys.models import Commune, Delivery, Holder, Journey, Neighbourhood, Programme, Project


@dataclass(frozen=True)
class Choices:
    """Organisations ("" = all, for a steward), programmes and cohorts to choose from; which organisation is first."""

    organisations: list[tuple[str, str]]
    programmes: list[tuple[str, str]]
    cohorts: list[tuple[str, str]]
    default: str


def choices_for(user: User, *, is_territory: bool = False) -> Choices:
    """Three queries. The organisations she leads; of the territory, for a steward, every one, and all of them together
    first."""
    allowed = policies.territory_organisation_ids(user) if is_territory else policies.figure_organisation_ids(user)
    organisations = Organisation.objects.order_by("name")
    if allowed is not None:
        organisations = organisations.filter(pk__in=allowed)
    named = [(str(one.pk), one.name) for one in organisations]
    led = [pk for pk, _name in named if user.leads(int(pk))]
    everything = [("", _("every organisation"))] if allowed is None else []
    default = led[0] if led else "" if allowed is None else named[0][0] if named else ""
    ids = [int(pk) for pk, _name in named]
    return Choices([*everything, *named], programmes_of(ids), cohorts_of(ids), default)


def programmes_of(organisations: list[int]) -> list[tuple[str, str]]:
    asked, many = tuple(organisations), len(organisations) > 1

    def named() -> "QuerySet[Programme]":
        found = Programme.objects.filter(organisation__in=asked).select_related("organisation")
        return found.order_by("organisation__name", "title_fr", "pk")

    found = prepared.objects(("programmes_of", *asked), named) if asked else []
    return [(str(one.pk), f"{one.title} · {one.organisation.name}" if many else one.title) for one in found]


def cohorts_of(organisations: list[int]) -> list[tuple[str, str]]:
    """The years, halves and quarters in which journeys started, the latest first."""
    asked = tuple(organisations)

    def started() -> "QuerySet[Journey, Any]":
        return (
            Journey.objects.filter(programme__organisation__in=asked)
            .exclude(state=Journey.State.DRAFT)
            .annotate(year=ExtractYear("started_on"), part=ExtractQuarter("started_on"))
            .order_by("-year", "-part")
            .values_list("year", "part")
            .distinct()
        )

    found = prepared.rows(("cohorts_of", *asked), started)
    names = {1: _("January–March"), 2: _("April–June"), 3: _("July–September"), 4: _("October–December")}
    halves = {1: _("January–June"), 2: _("July–December")}
    told: dict[str, str] = {}
    for year, part in found:
        half = (part + 1) // 2
        told[str(year)] = str(year)
        told[f"{year}-h{half}"] = f"{halves[half]} {year}"
        told[f"{year}-{part}"] = f"{names[part]} {year}"
    return list(told.items())


def place_names(codes: Iterable[str]) -> dict[str, str]:
    """{code: name} of these communes and neighbourhoods; a query each, none without a code."""
    wanted = {code for code in codes if code and code != NOT_KNOWN}
    if not wanted:
        return {}
    models: tuple[type[Commune] | type[Neighbourhood], ...] = (Commune, Neighbourhood)
    return {
        code: name
        for model in models
        for code, name in model.objects.filter(pk__in=wanted).order_by("pk").values_list("pk", "name")
    }


def narrowing_words(scope: Scope, names: Mapping[str, str] | None = None) -> list[str]:
    """What else the rows are narrowed to, in words: a commune, a neighbourhood, a kind of hours… `names` of places,
    where they are at hand."""
    found: list[str] = []
    if names is None:
        names = place_names((scope.commune, scope.neighbourhood))
    if scope.commune:
        found.append(names.get(scope.commune) or _("commune not known"))
    if scope.neighbourhood and scope.neighbourhood != NOT_KNOWN:
        found.append(names.get(scope.neighbourhood, scope.neighbourhood))
    elif scope.qpv in Project.Qpv.values:
        found.append(str(Project.Qpv(scope.qpv).label))
    if scope.gender:
        found.append(_("gender not told") if scope.gender == NOT_KNOWN else _gender(scope.gender))
    if scope.mentor in KINDS:
        found.append(str(KINDS[scope.mentor]))
    return [*found, *kind_words(scope)]


def _gender(value: str) -> str:
    return str(Holder.Gender(value).label) if value in Holder.Gender.values else value


def kind_words(scope: Scope) -> list[str]:
    """The kind of rows it is narrowed to, in words: a kind of hours, how sure they are, one milestone."""
    found: list[str] = []
    if scope.kind in Delivery.Kind.values:
        found.append(str(Delivery.Kind(scope.kind).label))
    if scope.state in Delivery.State.values:
        found.append(str(Delivery.State(scope.state).label))
    elif scope.state == SURELY:
        found.append(_("signed or confirmed"))
    return [*found, scope.milestone] if scope.milestone else found


def scope_words(scope: Scope, choices: Choices) -> dict[str, str]:
    """The filters as a reader says them."""
    organisations, programmes = dict(choices.organisations), dict(choices.programmes)
    name = organisations.get(str(scope.organisation or ""), "")
    last = reading.day(scope.until, weekday=False)
    when = (
        _("from %(first)s to %(last)s") % {"first": reading.day(scope.since, weekday=False), "last": last}
        if scope.since
        else _("from the beginning to %(last)s") % {"last": last}
    )
    return {
        "organisation": name,
        "programme": programmes.get(str(scope.programme), _("all programmes")),
        "period": when,
        "cohort": dict(choices.cohorts).get(scope.cohort, ""),
    }
