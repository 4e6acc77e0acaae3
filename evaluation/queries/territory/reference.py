"""Which share of residents lives in a priority neighbourhood: as stated, else from the populations loaded. Sourced."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from backend.accounts.models import User
from backend.web.charts import number
from evaluation.queries.drawn_base import Figure
from evaluation.queries.scope import Scope
from journeys.models import Commune, Neighbourhood, QpvReference


@dataclass(frozen=True)
class Reference:
    """A share of residents, in %, and where it comes from."""

    percent: float
    source: str
    is_stated: bool


def stated_by(user: User, scope: Scope) -> set[int]:
    """Whose share of residents counts: the organisation's; of all together, that of the reader's own."""
    return {scope.organisation} if scope.organisation is not None else user.organisation_ids("lead", "steward")


def reference(
    organisations: Collection[int], communes: Iterable[Commune], areas: Collection[Neighbourhood]
) -> Reference | None:
    """What one of these organisations states, the latest; else what the populations loaded give, where all have their
    source; else nothing: a share without a source is no reference. One query.
    """
    stated = QpvReference.objects.filter(organisation__in=organisations).order_by("-year", "pk").first()
    if stated is not None:
        return Reference(float(stated.percent), f"{stated.source}, {stated.year}", is_stated=True)
    inhabitants = sum(one.population for one in communes)
    known = [one.population for one in areas if one.population is not None and one.population_source]
    if not areas or not inhabitants or len(known) < len(areas):
        return None
    sources = ", ".join(sorted({one.population_source for one in areas}))
    told = _("from the populations loaded: %(inside)s of %(all)s inhabitants; neighbourhoods: %(sources)s")
    source = told % {"inside": number(sum(known)), "all": number(inhabitants), "sources": sources}
    return Reference(100 * sum(known) / inhabitants, source, is_stated=False)


def against(share: Figure, found: Reference | None) -> str:
    """The share of people accompanied beside that of residents, in a sentence; "" where one of them is not there."""
    if found is None or share.value is None or share.low is None or share.high is None:
        return ""
    facts = {"reference": number(found.percent, "%", 1)}
    if share.low > found.percent:
        return _("More than the %(reference)s of residents who live in one, beyond chance.") % facts
    if share.high < found.percent:
        return _("Less than the %(reference)s of residents who live in one, beyond chance.") % facts
    return _("Not told apart from the %(reference)s of residents who live in one.") % facts
