"""What needs attention first on the page of indicators: each a sentence, and where it leads."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from backend.web import reading
from backend.web.charts import number
from evaluation.queries.drawn_base import Figure, Found
from evaluation.queries.indicators.pages import Followed

ASKED = 5
"""Fewer asked than that say nothing of the rate."""
LOW_RESPONSE = 0.5
UNSURE_MINUTES = 600
UNSURE_PART = 0.3
MISSING_PART = 0.1


@dataclass(frozen=True)
class Call:
    """One sentence; `kind` and `key` say where it leads: an indicator, the rows of a figure (narrowed by `where`)."""

    kind: str
    key: str
    sentence: str
    where: str = ""


def attention(followed: Iterable[Followed], figures: Iterable[Figure], found: Found) -> list[Call]:
    """For leads; the totals are those of the page, so it asks nothing more of the database."""
    by_code = {one.code: one for one in figures}
    calls = [_far(one) for one in followed if one.aim and one.aim.needs_attention]
    for one in (_response(by_code), _hours(found), *(_missing(found, code) for code in MISSING)):
        if one is not None:
            calls.append(one)
    return calls


def _far(one: Followed) -> Call:
    assert one.aim is not None
    told = _("%(title)s. %(words)s.") % {"title": one.version.title, "words": one.aim.words}
    return Call("indicator", str(one.indicator.pk), told)


def _response(figures: dict[str, Figure]) -> Call | None:
    figure = figures.get("response")
    if figure is None or not figure.denominator or figure.denominator < ASKED or figure.numerator is None:
        return None
    if figure.numerator >= LOW_RESPONSE * figure.denominator:
        return None
    told = _("Few have answered: %(complete)s complete of %(asked)s asked whose time is over.") % {
        "complete": number(figure.numerator), "asked": number(figure.denominator),
    }  # fmt: skip
    return Call("rows", "response", told)


def _hours(found: Found) -> Call | None:
    total = found.total("hours")
    unsure = total.value - total.part
    if unsure < UNSURE_MINUTES or unsure < UNSURE_PART * total.value:
        return None
    told = _("%(unsure)s of %(total)s received wait to be confirmed.") % {
        "unsure": reading.hours(unsure), "total": reading.hours(total.value),
    }  # fmt: skip
    return Call("rows", "hours", told, where="state=declared")


MISSING = {
    "women": lambda n: ngettext(
        "The gender of %(n)s person is not known.", "The gender of %(n)s people is not known.", n
    ),
    "qpv": lambda n: ngettext(
        "Whether the project of %(n)s person is in a priority neighbourhood is not known.",
        "Whether the projects of %(n)s people are in a priority neighbourhood is not known.",
        n,
    ),
    "rate": lambda n: ngettext(
        "The commune of %(n)s person is not known.", "The commune of %(n)s people is not known.", n
    ),
}


def _missing(found: Found, code: str) -> Call | None:
    total = found.total(code)
    if total.subjects < ASKED or total.missing <= MISSING_PART * total.subjects:
        return None
    return Call("rows", code, MISSING[code](total.missing) % {"n": number(total.missing)})
