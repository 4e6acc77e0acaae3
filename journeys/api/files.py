"""Files over HTTP: the same ones as the pages give, as attachments."""

from datetime import date
from typing import Any

from django.http import HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter
from rest_framework import serializers
from rest_framework.request import Request

from backend.lib.api_files import TABLES, attachment, form_asked
from journeys.forms.statements import PeriodForm
from journeys.queries import sheets, statement_files
from journeys.queries.statement_papers import Paper

PAPERS = ("pdf", "xlsx")
DAYS = [
    OpenApiParameter("starts_on", OpenApiTypes.DATE, description="First day; without days, the usual ones."),
    OpenApiParameter("ends_on", OpenApiTypes.DATE, description="Last day, included."),
]


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
    return attachment(sheets.as_table(form, title, head, rows), name, form)
