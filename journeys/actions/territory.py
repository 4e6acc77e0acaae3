"""The reference facts of the territory, loaded from files; the share of residents in a QPV that is stated with them."""

from decimal import Decimal
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from backend.accounts.models import Organisation, User
from backend.history import actions as history
from backend.lib.refusal import Refused
from journeys.models import Commune, Neighbourhood, QpvReference
from journeys.queries.territory_files import Places, read_places

DATA = Path(__file__).resolve().parent.parent / "data"
COMES_WITH_JALON = "Nantes Métropole"


@transaction.atomic
def load_territory(
    communes: Path = DATA / "communes_nantes_metropole.csv",
    neighbourhoods: Path = DATA / "qpv2024_nantes_metropole.csv",
    name: str = COMES_WITH_JALON,
) -> tuple[int, int]:
    """Communes (keyed by INSEE code) and priority neighbourhoods as in the two CSV files; (how many, how many).

    Run again, it brings the rows up to date. Sources: INSEE municipal population; QPV 2024 (ANCT). Refused, and
    nothing written, when a line is wrong.
    """
    counts = []
    for path in (communes, neighbourhoods):
        known = set(Commune.objects.order_by().values_list("pk", flat=True))
        places = read_places(path.read_bytes(), known)
        if places.problems:
            first = places.problems[0]
            raise Refused(_("Line %(line)s: %(sentence)s") % {"line": first.line, "sentence": first.sentence})
        counts.append(load_places(places, name))
    return counts[0], counts[1]


def load_first_territory() -> None:
    """The territory that comes with Jalon, unless another one was loaded: a new version never brings it back."""
    if not Commune.objects.exclude(territory=COMES_WITH_JALON).exists():
        load_territory()


@transaction.atomic
def load_places(places: Places, territory: str) -> int:
    """The communes or neighbourhoods read from a file are added or brought up to date; how many.

    None is removed, and what the file does not tell stays.
    """
    for one in places.communes:
        one.territory = territory
    Commune.objects.bulk_create(
        places.communes,
        update_conflicts=True,
        unique_fields=["insee"],
        update_fields=[*sorted(places.columns & {"name", "siren", "postcodes", "population"}), "territory"],
    )
    for area, codes in places.neighbourhoods:
        facts: dict[str, Any] = {"name": area.name}
        if "population" in places.columns:
            facts |= {"population": area.population, "population_source": area.population_source}
        row, _created = Neighbourhood.objects.update_or_create(code=area.code, defaults=facts)
        row.communes.set(Commune.objects.filter(pk__in=codes))
    return len(places.communes) + len(places.neighbourhoods)


@transaction.atomic
def drop_other_territories(territory: str) -> tuple[list[str], list[str]]:
    """Communes of other territories are removed, with the neighbourhoods that lie in none but them; (gone, kept).

    What a project, a company, a mentor or a programme names is kept, whichever territory it is of.
    """
    others = Commune.objects.exclude(territory=territory)
    areas = Neighbourhood.objects.exclude(communes__in=Commune.objects.filter(territory=territory))
    areas.filter(projects=None).delete()
    named = [relation for relation in Commune._meta.related_objects if relation.related_model is not Neighbourhood]
    free = others.filter(neighbourhoods=None, **{f"{relation.name}__isnull": True for relation in named})
    gone = list(free.order_by("name").values_list("name", flat=True).distinct())
    Commune.objects.filter(pk__in=list(free.order_by().values_list("pk", flat=True))).delete()
    return gone, list(others.order_by("name").values_list("name", flat=True))


@transaction.atomic
def state_qpv_reference(
    organisation: Organisation, *, percent: Decimal, year: int, source: str, by: User | None
) -> QpvReference:
    """The share of residents in a QPV, in %, that the territory page of this organisation compares with; history keeps
    what it said before. Refused without its source."""
    if not source.strip():
        raise Refused(_("Say where the figure comes from."), "source")
    before = QpvReference.objects.filter(organisation=organisation).first()
    stated, _created = QpvReference.objects.update_or_create(
        organisation=organisation, defaults={"percent": percent, "year": year, "source": source.strip()}
    )
    history.record("state_qpv_reference", stated, by=by, before=str(before) if before else "")
    return stated
