"""The reference facts of the territory, loaded from files."""

import csv
from pathlib import Path

from django.db import transaction

from journeys.models import Commune, Neighbourhood

DATA = Path(__file__).resolve().parent.parent / "data"


@transaction.atomic
def load_territory(
    communes: Path = DATA / "communes_nantes_metropole.csv",
    neighbourhoods: Path = DATA / "qpv2024_nantes_metropole.csv",
    name: str = "Nantes Métropole",
) -> tuple[int, int]:
    """Communes (keyed by INSEE code) and priority neighbourhoods as in the two CSV files; (how many, how many).

    Run again, it brings the rows up to date. Sources: INSEE municipal population; QPV 2024 (ANCT).
    """
    with communes.open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    Commune.objects.bulk_create(
        [
            Commune(
                insee=row["insee"],
                name=row["nom"],
                siren=row["siren"],
                postcodes=row["codes_postaux"].split("/"),
                population=int(row["pop_municipale"]),
                territory=name,
            )
            for row in rows
        ],
        update_conflicts=True,
        unique_fields=["insee"],
        update_fields=["name", "siren", "postcodes", "population", "territory"],
    )
    with neighbourhoods.open(encoding="utf-8") as file:
        areas = list(csv.DictReader(file))
    for area in areas:
        row, _created = Neighbourhood.objects.update_or_create(
            code=area["code_qp_2024"], defaults={"name": area["libelle"]}
        )
        codes = [code.strip() for code in area["insee_communes"].split(",")]
        row.communes.set(Commune.objects.filter(pk__in=codes))
    return len(rows), len(areas)
