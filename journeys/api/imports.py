"""Spreadsheets of holders over HTTP: sent, checked, corrected, confirmed, undone; the same acts as on the page."""

from collections.abc import Callable
from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.parsers import JSONParser, MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from backend.lib.api import ScopedViewSet, act
from backend.lib.api_files import attachment, gives
from backend.lib.sheet_api import (
    ColumnSerializer,
    CorrectLineSerializer,
    MapColumnsSerializer,
    PreviewSerializer,
    SkipLinesSerializer,
    columns_field,
    everywhere_field,
    lines_asked,
    preview_asked,
)
from backend.lib.spreadsheets import LARGEST
from journeys import actions, policies
from journeys.api.files import table_file
from journeys.models import Import, Programme
from journeys.queries import import_pages, sheets_imports
from journeys.queries.imports import FIELDS, HOLDERS, outcomes
from journeys.queries.imports.undoing import undoing


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


class UndoingSerializer(serializers.Serializer[Any]):
    """How many journeys and accounts would go, and changed facts return; nothing of it while there are obstacles."""

    obstacles = serializers.ListField(child=serializers.CharField(), help_text="In words; none: it can be undone.")
    journeys = serializers.IntegerField()
    people = serializers.IntegerField(help_text="Accounts that go.")
    kept_people = serializers.IntegerField(help_text="Accounts that stay, since they were used.")
    changed = serializers.IntegerField(help_text="Changed facts that say again what they said.")


class SendFileSerializer(serializers.Serializer[Any]):
    """Sent as multipart/form-data. Nothing is written before it is confirmed."""

    programme = serializers.IntegerField(help_text="A programme you lead.")
    file = serializers.FileField(help_text="CSV, XLSX, XLS or ODS, up to 10 MB and 20,000 lines.")
    starts_on = serializers.DateField(required=False, help_text="For the lines that give no date of entry.")


class MapHoldersSerializer(MapColumnsSerializer):
    fields_by_place = columns_field(HOLDERS.read_as)
    matching = serializers.ChoiceField(Import.Matching.choices, required=False)


class CorrectHolderSerializer(CorrectLineSerializer):
    everywhere = everywhere_field(FIELDS)


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

    @extend_schema(parameters=lines_asked(import_pages.GROUPS))
    @act(method="get", answers=PreviewSerializer)
    def preview(self, request: Request, pk: str) -> Response:
        """What confirming would do now, line by line."""
        preview = import_pages.Preview(self.batch(policies.may_correct_import))
        return Response(PreviewSerializer(preview_asked(request, preview, import_pages.GROUPS)).data)

    @act(MapHoldersSerializer)
    def map_columns(self, request: Request, pk: str) -> Response:
        """Which column is which, and how people are recognised; the next file with these headings is read so too."""
        batch = self.batch(policies.may_map_columns)
        data = self.parsed()
        matching = data.get("matching", batch.matching)
        actions.map_columns(batch, fields=data["fields_by_place"], matching=matching, by=request.user)
        return self.shown(batch.pk)

    @act(CorrectHolderSerializer)
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

    @act(method="get", answers=UndoingSerializer)
    def undoing(self, request: Request, pk: str) -> Response:
        """What undoing would take back now, or what stands in its way."""
        return Response(UndoingSerializer(undoing(self.batch(policies.may_undo_import))).data)

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
