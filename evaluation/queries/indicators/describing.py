"""A definition in words, and what changed between two of them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.functional import Promise
from django.utils.html import format_html_join
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from backend.web import reading
from evaluation.models import IndicatorVersion
from evaluation.queries.choices import kind_words, narrowing_words, place_names
from evaluation.queries.indicators import iris
from evaluation.queries.indicators.measured import measure_or_none, named
from evaluation.queries.indicators.versions import changed
from evaluation.queries.measures import MEASURES
from evaluation.queries.scope import Scope, started_in

BREAKDOWNS: dict[str, Promise] = {
    "programme": gettext_lazy("Programme"),
    "commune": gettext_lazy("Commune"),
    "qpv": gettext_lazy("Priority neighbourhood"),
}
PLACES = "_places"


@dataclass(frozen=True)
class Fact:
    """One fact of a definition, as a reader says it. `counts`: is it a part of what is counted?"""

    label: str
    new: str
    old: str = ""
    counts: bool = False


LABELS = {
    "title_fr": gettext_lazy("Title (French)"),
    "title_en": gettext_lazy("Title (English)"),
    "reading_fr": gettext_lazy("How to read it (French)"),
    "reading_en": gettext_lazy("How to read it (English)"),
    "measure": gettext_lazy("What is counted"),
    "shape": gettext_lazy("What the indicator shows"),
    "denominator": gettext_lazy("Second measure"),
    "narrow": gettext_lazy("Only those"),
    "matures_after": gettext_lazy("Months that must have passed"),
    "matures_from": gettext_lazy("Counted from"),
    "direction": gettext_lazy("Direction"),
    "breakdowns": gettext_lazy("Broken down by"),
    "iris": gettext_lazy("Links to IRIS+"),
}


def said_of(version: IndicatorVersion, name: str) -> str:
    """One fact of a definition in words; "–" where it says nothing."""
    value: Any = getattr(version, name)
    if name == "measure":
        measure = measure_or_none(version)
        return named(measure) if measure else value or "–"
    if name == "denominator":
        return str(MEASURES[value].title) if value in MEASURES else value or "–"
    if name in ("shape", "direction", "matures_from"):
        return str(getattr(version, f"get_{name}_display")())
    if name == "narrow":
        return ", ".join(narrow_words(version)) or _("everybody")
    if name == "breakdowns":
        return ", ".join(str(BREAKDOWNS[one]) for one in value if one in BREAKDOWNS) or "–"
    if name == "iris":
        return format_html_join(", ", "{}", ((iris.named(one) if one in iris.NAMES else one,) for one in value)) or "–"
    return str(value) if value not in (None, "") else "–"


def narrow_words(version: IndicatorVersion) -> list[str]:
    """What narrows it, beyond its programme: “journeys started in …”, a commune, a kind of hours."""
    found: list[str] = []
    if cohort := version.narrow.get("cohort"):
        first, last = started_in(cohort)
        days = {"first": reading.dated(first), "last": reading.dated(last)}
        found.append(_("journeys started from %(first)s to %(last)s") % days)
    places = {name: value for name, value in version.narrow.items() if name != "cohort"}
    return [*found, *narrowing_words(Scope(organisation=None, until=date.max, **places), _places_of(version))]


def find_places(versions: Iterable[IndicatorVersion]) -> None:
    """Have the names of the places that narrow these at hand: two queries where any has one, else none."""
    waiting = [one for one in versions if PLACES not in vars(one)]
    names = place_names(str(one.narrow.get(name, "")) for one in waiting for name in ("commune", "neighbourhood"))
    for one in waiting:
        vars(one)[PLACES] = names


def _places_of(version: IndicatorVersion) -> dict[str, str]:
    find_places([version])
    found: dict[str, str] = vars(version)[PLACES]
    return found


def part_words(version: IndicatorVersion) -> str:
    """Of whom it is told, as the end of a note: “Only: Rezé. Only journeys that…”; "" where it counts everybody.

    Of two measures the kind of rows narrows the first, beside whose name it stands already.
    """
    found = narrow_words(version)
    if version.shape != IndicatorVersion.Shape.FIGURE:
        kinds = {name: version.narrow.get(name, "") for name in ("kind", "state", "milestone")}
        told = kind_words(Scope(organisation=None, until=date.max, **kinds))
        found = [one for one in found if one not in told]
    said = [_("Only: %(words)s.") % {"words": ", ".join(found)}] if found else []
    return " ".join([*said, _ripe(version)] if version.matures_after else said)


def sentences(version: IndicatorVersion) -> list[str]:
    """The definition in words: what each measure counts, of whom, and after how long."""
    measure = measure_or_none(version)
    found = [str(measure.definition)] if measure else []
    if version.denominator in MEASURES:
        second = MEASURES[version.denominator]
        told = {"title": second.title, "definition": second.definition}
        found.append(_("Divided by %(title)s. %(definition)s") % told)
    if words := narrow_words(version):
        found.append(_("Only: %(words)s.") % {"words": ", ".join(words)})
    if version.matures_after:
        found.append(_ripe(version))
    return found


def _ripe(version: IndicatorVersion) -> str:
    months = version.matures_after
    if version.matures_from == IndicatorVersion.Ripe.ENDED:
        told = ngettext(
            "Only journeys that ended at least %(n)s month before the last day.",
            "Only journeys that ended at least %(n)s months before the last day.",
            months,
        )
    else:
        told = ngettext(
            "Only journeys that started at least %(n)s month before the last day.",
            "Only journeys that started at least %(n)s months before the last day.",
            months,
        )
    return told % {"n": months}


def difference(old: IndicatorVersion, new: IndicatorVersion) -> list[Fact]:
    """What the second says otherwise than the first, what is counted first."""
    found = [
        Fact(str(LABELS[name]), said_of(new, name), said_of(old, name), name in IndicatorVersion.COUNTED)
        for name in changed(old, new)
    ]
    return sorted(found, key=lambda fact: not fact.counts)
