"""Imports of spreadsheets over HTTP: how columns, lines and what is to be said of them are sent and printed."""

from collections.abc import Collection, Iterable
from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter
from rest_framework import serializers
from rest_framework.request import Request


class ColumnSerializer(serializers.Serializer[Any]):
    """One column of the file, in its order: its title there, and what it is read as ("" when it is left out)."""

    title = serializers.CharField()
    read_as = serializers.CharField(source="field")


def columns_field(read_as: Iterable[str]) -> serializers.DictField:
    """{place of a column: what it is read as}."""
    return serializers.DictField(
        child=serializers.ChoiceField([("", "left out"), *((name, name) for name in read_as)], allow_blank=True),
        help_text="{place of the column, from 0: field, or nothing to leave it out}; the others stay.",
    )


class MapColumnsSerializer(serializers.Serializer[Any]):
    """Each kind of file gives its own `fields_by_place` (see `columns_field`)."""

    def validate_fields_by_place(self, value: dict[str, str]) -> dict[int, str]:
        if not all(place.isdecimal() and len(place) < 5 for place in value):
            raise serializers.ValidationError(_("Columns are named by their place, from 0."))
        return {int(place): field for place, field in value.items()}


def everywhere_field(fields: Iterable[str]) -> serializers.ListField:
    """The fields to put right on every line that says the same."""
    return serializers.ListField(
        child=serializers.ChoiceField(list(fields)),
        required=False,
        help_text="Fields to correct on each line that says so.",
    )


class CorrectLineSerializer(serializers.Serializer[Any]):
    """Each kind of file gives its own `everywhere` (see `everywhere_field`)."""

    line = serializers.IntegerField(min_value=1)
    cells = serializers.DictField(child=serializers.CharField(allow_blank=True), help_text="{field: text}")


class SkipLinesSerializer(serializers.Serializer[Any]):
    lines = serializers.ListField(child=serializers.IntegerField(min_value=1), allow_empty=False)
    skip = serializers.BooleanField(help_text="Left out, or taken back in.")


class NoteSerializer(serializers.Serializer[Any]):
    """Something to say of one cell, or of the line; `choices` are texts that would put it right."""

    code = serializers.CharField()
    cell = serializers.CharField(source="field")
    sentence = serializers.CharField()
    is_error = serializers.BooleanField()
    choices = serializers.ListField(child=serializers.CharField())


class PreviewLineSerializer(serializers.Serializer[Any]):
    """What confirming would do with one line: `cells` as they are now, what it would change, what to say of it."""

    line = serializers.IntegerField(source="line.line")
    name = serializers.CharField(source="line.name")
    kind = serializers.CharField()
    recognised_by = serializers.CharField(source="matched")
    cells = serializers.DictField(source="line.texts", child=serializers.CharField())
    changes = serializers.SerializerMethodField()
    notes = NoteSerializer(many=True)

    def get_changes(self, outcome: Any) -> list[str]:
        return [change.field for change in outcome.changes]


class PreviewSerializer(serializers.Serializer[Any]):
    """Fifty lines a page; `counts` of the whole file by kind."""

    count = serializers.IntegerField()
    counts = serializers.DictField(child=serializers.IntegerField())
    lines = PreviewLineSerializer(many=True)


def lines_asked(groups: Collection[str]) -> list[OpenApiParameter]:
    """How a preview is asked for some of its lines."""
    return [
        OpenApiParameter("show", OpenApiTypes.STR, enum=list(groups), description="Which lines."),
        OpenApiParameter("page", OpenApiTypes.INT),
    ]


def preview_asked(request: Request, preview: Any, groups: Collection[str]) -> dict[str, Any]:
    """The lines asked for, and the counts of all; 400 for a group there is not."""
    group = request.query_params.get("show", "all")
    if group not in groups:
        raise serializers.ValidationError({"show": [", ".join(groups)]})
    page = preview.page(group, request.query_params.get("page", 1))
    return {"count": page.paginator.count, "counts": preview.counts, "lines": list(page.object_list)}
