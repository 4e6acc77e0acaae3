"""The communes and priority neighbourhoods of Nantes Métropole; another small territory, and who comes from it."""

from datetime import date, timedelta
from typing import Any

from journeys import actions
from journeys.models import Commune, Journey, Neighbourhood, Programme
from tests.factories.journeys import make_holder, make_journey, make_project

STARTED = date(2026, 11, 23) - timedelta(days=60)
SMALL = (
    ("99001", "Valombre", 10_000),
    ("99002", "Saint-Bref", 1_000),
    ("99003", "Isola", 0),
    ("99004", "Grand-Vide", 40_000),
)


def load_territory() -> None:
    """Load them from the files of the house."""
    actions.load_territory()


def make_small_territory() -> list[Commune]:
    """Another territory: four invented communes, one of unknown population, and two neighbourhoods."""
    found = [Commune.objects.create(pk=code, name=name, population=n, territory="Pays") for code, name, n in SMALL]
    for code, name, population in (("QN1", "La Butte", 1000), ("QN2", "Les Tilleuls", 1040)):
        area = Neighbourhood.objects.create(
            pk=code, name=name, population=population, population_source="Recensement inventé, 2024"
        )
        area.communes.add(found[0])
    return found


def make_people(programme: Programme, commune: Commune | None, count: int, **facts: Any) -> list[Journey]:
    """So many people with a journey each, whose project is there; `facts` of the project."""
    made = []
    for _each in range(count):
        holder = make_holder(programme.organisation)
        project = make_project(programme.organisation, holder, commune=commune, **facts)
        of: dict[str, Any] = {"programme": programme, "project": project, "started_on": STARTED}
        made.append(make_journey(programme.organisation, holder.user, **of))
    Commune.objects.filter(pk="44109", projects=None).delete()  # of the factory, named by nobody
    return made
