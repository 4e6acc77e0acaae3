"""What names a commune or a neighbourhood, counted and in words: whatever is named stays in the territory."""

from typing import Any

from django.db.models import Count
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from backend.history.models import PastRow
from journeys.models import Commune, Journey, Neighbourhood, Project


def uses_of(model: type[Commune] | type[Neighbourhood], also: dict[str, str] | None = None) -> dict[str, str]:
    """{code: what names it ("2 projects, 1 mentor")}, of what something names. `also`: further reasons."""
    found: dict[str, list[str]] = {code: [reason] for code, reason in (also or {}).items()}
    for relation in model._meta.related_objects:
        if relation.related_model is Neighbourhood:
            continue
        name = relation.field.name
        rows: Any = relation.related_model._default_manager
        counts = rows.exclude(**{name: None}).order_by().values_list(name).annotate(n=Count("pk"))
        for code, count in counts:
            found.setdefault(code, []).append(_counted(relation.name, count))
    place = f"project__{'commune' if model is Commune else 'neighbourhood'}"
    for code, count in Journey.objects.exclude(**{place: None}).order_by().values_list(place).annotate(n=Count("pk")):
        found.setdefault(code, []).append(ngettext("%(n)s journey", "%(n)s journeys", count) % {"n": count})
    for code in _looked_back_at(model):
        found.setdefault(code, [_("what was known of projects on a past day")])
    return {code: ", ".join(what) for code, what in found.items()}


def inhabited(communes: Any) -> dict[str, str]:
    """{code: the neighbourhoods that lie there}, of these communes; in words."""
    found: dict[str, list[str]] = {}
    lying = Neighbourhood.objects.filter(communes__in=communes.values("pk")).order_by("name", "pk")
    for code, name in lying.values_list("communes", "name"):
        found.setdefault(code, []).append(name)
    told = _("neighbourhoods that stay (%(names)s)")
    return {code: told % {"names": ", ".join(names)} for code, names in found.items()}


def _looked_back_at(model: type[Commune] | type[Neighbourhood]) -> set[str]:
    """Where projects were said to be before it was put right: figures of a past day name it still."""
    column = "commune_id" if model is Commune else "neighbourhood_id"
    rows = PastRow.objects.filter(of_table=Project._meta.db_table).order_by()
    return {code for code in rows.values_list(f"facts__{column}", flat=True).distinct() if code}


def _counted(relation: str, n: int) -> str:
    """ "3 projects", of what names a place."""
    words = {
        "projects": ngettext("%(n)s project", "%(n)s projects", n),
        "companies": ngettext("%(n)s company", "%(n)s companies", n),
        "sites": ngettext("%(n)s site of a company", "%(n)s sites of companies", n),
        "programmes": ngettext("%(n)s programme", "%(n)s programmes", n),
        "mentors": ngettext("%(n)s mentor", "%(n)s mentors", n),
        "visiting_mentors": ngettext("%(n)s mentor who goes there", "%(n)s mentors who go there", n),
    }
    return words[relation] % {"n": n}
