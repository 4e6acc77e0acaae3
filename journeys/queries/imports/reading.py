"""Values of cells as people read them: before, after, and in the file."""

from collections.abc import Callable
from datetime import date
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from journeys.models import Holder, Phase, Project
from journeys.queries.imports.known import Known
from journeys.queries.imports.values import national


def show(field: str, value: Any, known: Known) -> str:
    """One value in words; "empty" when there is none."""
    if value in (None, "", []):
        return _("empty")
    shown = SHOWN.get(field)
    if shown:
        return shown(value)
    return _show_here(field, value, known)


def _show_here(field: str, value: Any, known: Known) -> str:
    """What needs the territory or the team to be named."""
    if field == "commune":
        return known.territory.commune_name(str(value))
    if field == "qpv":
        answer, code = value
        return known.territory.neighbourhood_name(code) if code else str(Project.Qpv(answer).label)
    if field == "referent":
        return next((str(lead) for lead in known.leads.values() if lead.pk == value), _("somebody else"))
    return str(value)


def show_day(day: date) -> str:
    return date_format(day, "SHORT_DATE_FORMAT")


SHOWN: dict[str, Callable[[Any], str]] = {
    "phone": lambda value: national(str(value)),
    "gender": lambda value: str(Holder.Gender(value).label),
    "status": lambda value: str(Holder.Status(value).label),
    "phase": lambda value: str(Phase(value).label),
    "themes": lambda value: ", ".join(value),
    "general_interest": lambda value: _("yes") if value else _("no"),
    "started_on": show_day,
    "planned_end_on": show_day,
}
