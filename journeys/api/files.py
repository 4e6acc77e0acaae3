"""Files over HTTP: the same ones as the pages give, as attachments."""

from collections.abc import Callable
from datetime import date
from typing import Any

from django.http import HttpResponse
from django.utils.http import content_disposition_header
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request

from journeys.forms.statements import PeriodForm
from journeys.queries import sheets, statement_files
from journeys.queries.statement_papers import Paper

TYPES = {
    "pdf": "application/pdf",
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
PAPERS = ("pdf", "xlsx")
TABLES = ("csv", "xlsx")
DAYS = [
    OpenApiParameter("starts_on", OpenApiTypes.DATE, description="First day; without days, the usual ones."),
    OpenApiParameter("ends_on", OpenApiTypes.DATE, description="Last day, included."),
]


def gives(*forms: str, more: Any = ()) -> Callable[[Any], Any]:
    """Documents a door that gives a file: `?as=` one of `forms`, the first when it says nothing."""
    asked = OpenApiParameter("as", OpenApiTypes.STR, enum=forms, description=f"Without it: {forms[0]}.")
    dress: Callable[[Any], Any] = extend_schema(parameters=[asked, *more], filters=False)
    return dress


def form_asked(request: Request, forms: tuple[str, ...]) -> str:
    """Which form of the file; 400 for one there is not."""
    asked = request.query_params.get("as", forms[0])
    if asked not in forms:
        raise serializers.ValidationError({"as": [", ".join(forms)]})
    return asked


def attachment(data: bytes, name: str, form: str) -> HttpResponse:
    """A file to take away."""
    headers = {
        "Content-Disposition": content_disposition_header(True, f"{name}.{form}") or "attachment",
        "Cache-Control": "private, no-store",
    }
    return HttpResponse(data, content_type=TYPES[form], headers=headers)


def days_asked(request: Request, default: tuple[date, date]) -> tuple[date, date]:
    """The days in the address, or the usual ones; 400 for days that cannot be."""
    form = PeriodForm(request.query_params, default=default)
    if form.is_wrong:
        raise serializers.ValidationError(form.errors)
    return form.period


def paper_file(request: Request, paper: Paper) -> HttpResponse:
    """A statement of hours as the PDF or the workbook of the pages."""
    form = form_asked(request, PAPERS)
    make = statement_files.as_pdf if form == "pdf" else statement_files.as_workbook
    return attachment(make(paper), paper.name, form)


def table_file(request: Request, name: str, title: str, head: list[str], rows: Any) -> HttpResponse:
    """A table as the CSV or the workbook of the pages."""
    form = form_asked(request, TABLES)
    data = sheets.as_xlsx(title, head, rows) if form == "xlsx" else sheets.as_csv(head, rows)
    return attachment(data, name, form)
