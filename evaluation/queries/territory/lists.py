"""The list of the territory as it stands: as files to mend and bring in again, and what of it indicators name."""

import csv
import io
from collections import Counter

from django.utils.translation import gettext as _

from evaluation.models import IndicatorVersion
from journeys.models import Commune, Neighbourhood

COMMUNES, AREAS = "communes", "areas"
HEADS = {
    COMMUNES: ("insee", "nom", "siren", "codes_postaux", "pop_municipale"),
    AREAS: ("code_qp", "libelle", "insee_communes", "population", "source"),
}


def named_by_indicators() -> dict[str, str]:
    """{code of a commune or a neighbourhood: why it stays}, of those that an indicator is narrowed to."""
    found: dict[str, str] = {}
    for narrow in IndicatorVersion.objects.exclude(narrow={}).order_by("pk").values_list("narrow", flat=True):
        for name in ("commune", "neighbourhood"):
            if code := narrow.get(name):
                found[code] = _("an indicator")
    return found


def present_name() -> str:
    """The territory that most communes are of; "" where none is loaded."""
    named = Counter(Commune.objects.order_by("pk").values_list("territory", flat=True))
    return max(named, key=lambda name: named[name], default="")


def present_list(box: str) -> str:
    """The communes, or the neighbourhoods, that stand, as the table that can be brought in again; separated by “;”."""
    out = io.StringIO()
    table = csv.writer(out, delimiter=";", lineterminator="\r\n")
    table.writerow(HEADS[box])
    if box == COMMUNES:
        for one in Commune.objects.order_by("name", "pk"):
            table.writerow([one.pk, one.name, one.siren, "/".join(one.postcodes), one.population])
    else:
        for area in Neighbourhood.objects.prefetch_related("communes").order_by("name", "pk"):
            codes = "/".join(sorted(commune.pk for commune in area.communes.all()))
            people = area.population if area.population is not None else ""
            table.writerow([area.pk, area.name, codes, people, area.population_source])
    return out.getvalue()
