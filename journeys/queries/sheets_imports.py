"""The model spreadsheet: the columns an import reads, one example, and lists to choose from."""

import io
from datetime import date
from typing import Any

import xlsxwriter
from django.utils.translation import gettext as _

from backend.lib import clock
from journeys.models import Commune, Holder, Neighbourhood, Phase
from journeys.queries.imports import LABELS, MANDATORY
from journeys.queries.imports.lines import MODEL_EMAIL

COLUMNS = ("last_name", "first_name", "email", "phone", "gender", "birth", "status", "project", "pitch", "themes",
           "phase", "legal_form", "commune", "qpv", "general_interest", "siren", "started_on", "planned_end_on",
           "referent")  # fmt: skip
WIDTHS = {"email": 30, "project": 30, "pitch": 40, "themes": 28, "commune": 26, "qpv": 26, "referent": 30}
DAYS = ("started_on", "planned_end_on")
LAST_ROW = 20_000


def model_workbook() -> bytes:
    """An XLSX in the reader's language. Its example line is recognised and never imported."""
    out = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(out, options) as book:
        sheet, lists = book.add_worksheet(_("Holders")), book.add_worksheet(_("Lists"))
        _write_columns(book, sheet)
        _write_lists(sheet, lists)
        sheet.freeze_panes(1, 2)
    return out.getvalue()


def _write_columns(book: Any, sheet: Any) -> None:
    looks: dict[bool, Any] = {
        True: book.add_format({"bold": True, "font_color": "#ffffff", "bg_color": "#0b5f63", "text_wrap": True}),
        False: book.add_format({"bold": True, "bg_color": "#d9ebe8", "text_wrap": True}),
    }
    grey = {"italic": True, "font_color": "#50606a"}
    text, day = {"num_format": "@"}, {"num_format": "dd/mm/yyyy"}
    example = _example()
    for column, name in enumerate(COLUMNS):
        is_needed = name in MANDATORY
        sheet.write(0, column, f"{LABELS[name]} *" if is_needed else str(LABELS[name]), looks[is_needed])
        form = day if name in DAYS else text
        sheet.set_column(column, column, WIDTHS.get(name, 17), book.add_format(form))
        value = example.get(name, "")
        write = sheet.write_datetime if isinstance(value, date) else sheet.write_string
        write(1, column, value, book.add_format({**form, **grey}))
    sheet.set_row(0, 34)


def _example() -> dict[str, Any]:
    year = clock.today().year
    return {
        "last_name": _("Example"),
        "first_name": "Awa",
        "email": MODEL_EMAIL,
        "phone": "06 12 34 56 78",
        "gender": str(Holder.Gender.WOMAN.label),
        "birth": "1990",
        "status": str(Holder.Status.JOB_SEEKER.label),
        "project": _("The shared kitchen"),
        "pitch": _("This line is an example: it is never imported."),
        "themes": _("food, social ties"),
        "phase": str(Phase.CREATION.label),
        "commune": "Nantes",
        "qpv": _("yes"),
        "general_interest": _("yes"),
        "started_on": date(year, 9, 1),
        "planned_end_on": date(year + 1, 6, 30),
    }


def _write_lists(sheet: Any, lists: Any) -> None:
    """Closed columns choose from a column of the second sheet; what else is typed is let through, checked later."""
    choices: dict[str, list[str]] = {
        "gender": [str(label) for value, label in Holder.Gender.choices if value],
        "status": [str(label) for value, label in Holder.Status.choices if value],
        "phase": [str(label) for label in Phase.labels],
        "commune": list(Commune.objects.order_by("name").values_list("name", flat=True)),
        "qpv": [_("yes"), _("no"), *Neighbourhood.objects.order_by("name").values_list("name", flat=True)],
        "general_interest": [_("yes"), _("no")],
    }
    for column, (name, values) in enumerate(choices.items()):
        lists.write(0, column, str(LABELS[name]))
        lists.write_column(1, column, values)
        lists.set_column(column, column, 28)
        letter = chr(ord("A") + column)
        source = f"='{lists.get_name()}'!${letter}$2:${letter}${len(values) + 1}"
        place = COLUMNS.index(name)
        sheet.data_validation(
            1,
            place,
            LAST_ROW,
            place,
            {"validate": "list", "source": source, "error_type": "information", "ignore_blank": True},
        )
