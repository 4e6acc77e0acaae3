"""A version as a file to keep, to hand on or to open elsewhere."""

import io
import json

import xlsxwriter

from evaluation.models import QuestionnaireVersion
from evaluation.queries.design_file import design_of
from evaluation.queries.xlsform_out import Table, to_xlsform

FORMATS = {
    "json": "application/json; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def file_name(version: QuestionnaireVersion, form: str) -> str:
    return f"{version.questionnaire.code}-v{version.number}.{form}"


def version_file(version: QuestionnaireVersion, form: str) -> bytes:
    """`form`: "json", read back whole by Jalon; or "xlsx", an XLSForm. Three queries."""
    data = design_of(version)
    if form == "json":
        return json.dumps(data, ensure_ascii=False, indent=2).encode()
    return _workbook(to_xlsform(data))


def _workbook(sheets: dict[str, Table]) -> bytes:
    """Only text: nothing in it is a formula or a link."""
    memory = io.BytesIO()
    book = xlsxwriter.Workbook(memory, {"strings_to_formulas": False, "strings_to_urls": False})
    bold = book.add_format({"bold": True})
    for name, rows in sheets.items():
        sheet = book.add_worksheet(name)
        sheet.freeze_panes(1, 0)
        for column, head in enumerate(dict.fromkeys(head for row in rows for head in row)):
            sheet.set_column(column, column, 40 if head.startswith(("label", "hint")) else 18)
            sheet.write_string(0, column, head, bold)
            for line, row in enumerate(rows, start=1):
                sheet.write_string(line, column, row.get(head, ""))
    book.close()
    return memory.getvalue()
