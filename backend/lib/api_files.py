"""Files over HTTP: which form is asked for, and the attachment."""

from collections.abc import Callable
from typing import Any

from django.http import HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request

from backend.lib.doors import file_answer

TYPES = {
    "pdf": "application/pdf",
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
TABLES = ("csv", "xlsx")


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
    return file_answer(data, f"{name}.{form}", TYPES[form])
