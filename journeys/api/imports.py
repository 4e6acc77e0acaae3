"""Spreadsheets of holders over HTTP: sent, checked, corrected, confirmed, undone; the same acts as on the page."""

from collections.abc import Callable
from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.parsers import JSONParser, MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from backend.lib.api import ScopedViewSet, act
from journeys import actions, policies
from journeys.actions.imports import LARGEST
from journeys.api.files import attachment, gives, table_file
from journeys.models import Import, Programme
from journeys.queries import import_pages, sheets_imports
from journeys.queries.imports import FIELDS, outcomes
from journeys.queries.imports.mapping import READ_AS


class ColumnSerializer(serializers.Serializer[Any]):
    """One column of the file, in its order: its title there, and what it is read as ("" when it is left out)."""

    title = serializers.CharField()
    read_as = serializers.CharField(source="field")


class ImportSerializer(serializers.ModelSerializer[Import]):
    result = serializers.DictField(read_only=True)
    columns = ColumnSerializer(many=True, read_only=True, source="header")

    class Meta:
        model = Import
        fields = (
            "id", "programme", "made_by", "file_name", "state", "starts_on", "matching", "columns", "rows_total",
            "rows_done", "result", "created_at", "confirmed_at", "finished_at", "undone_at",
        )  # fmt: skip
        read_only_fields = fields


class SendFileSerializer(serializers.Serializer[Any]):
    """Sent as multipart/form-data. Nothing is written before it is confirmed."""

    programme = serializers.IntegerField(help_text="A programme you lead.")
    file = serializers.FileField(help_text="CSV, XLSX, XLS or ODS, up to 10 MB and 20,000 lines.")
    starts_on = serializers.DateField(required=False, help_text="For the lines that give no date of entry.")


class MapColumnsSerializer(serializers.Serializer[Any]):
    fields_by_place = serializers.DictField(
        child=serializers.ChoiceField([("", "left out"), *((name, name) for name in READ_AS)], allow_blank=True),
        help_text="{place of the column, from 0: field, or nothing to leave it out}; the others stay.",
    )
    matching = serializers.ChoiceField(Import.Matching.choices, required=False)

    def validate_fields_by_place(self, value: dict[str, str]) -> dict[int, str]:
        if not all(place.isdecimal() and len(place) < 5 for place in value):
            raise serializers.ValidationError(_("Columns are named by their place, from 0."))
        return {int(place): field for place, field in value.items()}


class CorrectLineSerializer(serializers.Serializer[Any]):
    line = serializers.IntegerField(min_value=1)
    cells = serializers.DictField(child=serializers.CharField(allow_blank=True), help_text="{field: text}")
    everywhere = serializers.ListField(
        child=serializers.ChoiceField(FIELDS), required=False, help_text="Fields to correct on each line that says so."
    )


class SkipLinesSerializer(serializers.Serializer[Any]):
    lines = serializers.ListField(child=serializers.IntegerField(min_value=1), allow_empty=False)
    skip = serializers.BooleanField(help_text="Left out, or taken back in.")


class NoteSerializer(serializers.Serializer[Any]):
    """Something to say of one cell, or of the line; `choices` are texts that would put it right."""

    code = serializers.CharField()
    cell = serializers.CharField()
    sentence = serializers.CharField()
    is_error = serializers.BooleanField()
    choices = serializers.ListField(child=serializers.CharField())


class PreviewLineSerializer(serializers.Serializer[Any]):
    """What confirming would do with one line: `cells` as they are now, what it would change, what to say of it."""

    line = serializers.IntegerField()
    name = serializers.CharField()
    kind = serializers.CharField()
    recognised_by = serializers.CharField()
    cells = serializers.DictField(child=serializers.CharField())
    changes = serializers.ListField(child=serializers.CharField())
    notes = NoteSerializer(many=True)


class PreviewSerializer(serializers.Serializer[Any]):
    """Fifty lines a page; `counts` of the whole file by kind."""

    count = serializers.IntegerField()
    counts = serializers.DictField(child=serializers.IntegerField())
    lines = PreviewLineSerializer(many=True)


def _line(outcome: Any) -> dict[str, Any]:
    notes = [
        {
            "code": note.code,
            "cell": note.field,
            "sentence": note.sentence,
            "is_error": note.is_error,
            "choices": note.choices,
        }
        for note in outcome.notes
    ]
    return {
        "line": outcome.line.line,
        "name": outcome.line.name,
        "kind": outcome.kind,
        "recognised_by": outcome.matched,
        "cells": outcome.line.texts,
        "changes": [change.field for change in outcome.changes],
        "notes": notes,
    }


class ImportViewSet(ScopedViewSet):
    """Spreadsheets of holders: sent, corrected in place, then confirmed."""

    queryset = (
        Import.objects.defer("rows", "raw", "outcomes", "made")
        .select_related("programme__organisation")
        .order_by("-created_at", "pk")
    )
    serializer_class = ImportSerializer
    create_class = SendFileSerializer
    filterset_fields = ("programme", "state")
    ordering_fields = ("created_at", "id")
    parser_classes = [JSONParser, MultiPartParser]

    def batch(self, may: Callable[[Any, Import], bool]) -> Import:
        """The import: members of the organisation are told that it exists and is not theirs, strangers nothing."""
        assert self.queryset is not None
        programmes = Programme.objects.visible_to(self.request.user).order_by()
        rows = self.queryset.filter(programme__in=programmes)
        found: Import | None = rows.filter(pk=self.kwargs["pk"]).first()
        if found is None:
            self.get_object()  # says 404
        assert found is not None
        self.require(may(self.request.user, found))
        return found

    def change(self, may: Callable[[Any, Import], bool], action: Callable[..., Any]) -> Response:
        """An act on the import; answers with it as it stands afterwards."""
        batch = self.batch(may)
        action(batch, **self.parsed(), by=self.request.user)
        return self.shown(batch.pk)

    def create(self, request: Request) -> Response:
        """A spreadsheet waits to be checked. The same one still waiting is found again, with its corrections."""
        data = self.parsed()
        programmes = Programme.objects.filter(is_open=True).select_related("organisation")
        programme = self.related(programmes, data.pop("programme"), "programme")
        self.require(policies.may_import_holders(request.user, programme))
        sent = data.pop("file")
        batch = actions.import_holders(
            programme, sent.read(LARGEST + 1), sent.name, **data, may_map=True, by=request.user
        )
        return self.shown(batch.pk, 201)

    @act(method="get", answers=OpenApiTypes.BINARY, detail=False)
    def model(self, request: Request) -> HttpResponse:
        """The workbook to fill in."""
        self.require(request.user.has_role("lead"))
        return attachment(sheets_imports.model_workbook(), str(_("jalon-holders-model")), "xlsx")

    @extend_schema(
        parameters=[
            OpenApiParameter("show", OpenApiTypes.STR, enum=list(import_pages.GROUPS), description="Which lines."),
            OpenApiParameter("page", OpenApiTypes.INT),
        ]
    )
    @act(method="get", answers=PreviewSerializer)
    def preview(self, request: Request, pk: str) -> Response:
        """What confirming would do now, line by line."""
        preview = import_pages.Preview(self.batch(policies.may_correct_import))
        group = request.query_params.get("show", import_pages.ALL)
        if group not in import_pages.GROUPS:
            raise serializers.ValidationError({"show": [", ".join(import_pages.GROUPS)]})
        page = preview.page(group, request.query_params.get("page", 1))
        lines = [_line(one) for one in page.object_list]
        shown = {"count": page.paginator.count, "counts": preview.counts, "lines": lines}
        return Response(PreviewSerializer(shown).data)

    @act(MapColumnsSerializer)
    def map_columns(self, request: Request, pk: str) -> Response:
        """Which column is which, and how people are recognised; the next file with these headings is read so too."""
        batch = self.batch(policies.may_map_columns)
        data = self.parsed()
        matching = data.get("matching", batch.matching)
        actions.map_columns(batch, fields=data["fields_by_place"], matching=matching, by=request.user)
        return self.shown(batch.pk)

    @act(CorrectLineSerializer)
    def correct(self, request: Request, pk: str) -> Response:
        """The cells of one line say what is given."""
        return self.change(policies.may_correct_import, actions.correct_import)

    @act(SkipLinesSerializer)
    def skip(self, request: Request, pk: str) -> Response:
        """Lines are left out, or taken back in."""
        return self.change(policies.may_skip_lines, actions.skip_lines)

    @act()
    def confirm(self, request: Request, pk: str) -> Response:
        """The lines without errors are imported: at once up to 200, else by the worker (see `rows_done`)."""
        return self.change(policies.may_confirm_import, actions.confirm_import)

    @act()
    def discard(self, request: Request, pk: str) -> Response:
        """The file is forgotten, with everything that was read of it."""
        return self.change(policies.may_discard_import, actions.discard_import)

    @act()
    def undo(self, request: Request, pk: str) -> Response:
        """Taken back whole, within a day, if nothing was built on it."""
        return self.change(policies.may_undo_import, actions.undo_import)

    @gives("csv", "xlsx")
    @act(method="get", answers=OpenApiTypes.BINARY)
    def outcome(self, request: Request, pk: str) -> HttpResponse:
        """What became of each line; history remembers that you looked when somebody else imported it."""
        batch = self.batch(policies.may_correct_import)
        if request.user.pk not in (batch.made_by_id, batch.confirmed_by_id):
            actions.reveal_many_contacts(outcomes.people_of(batch), by=request.user)
        head, rows = outcomes.outcome_head(), outcomes.outcome_rows(batch)
        return table_file(request, f"jalon-import-{batch.pk}", str(_("Outcome")), head, rows)
