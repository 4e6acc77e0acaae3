"""Spreadsheets of mentors over HTTP: sent, checked, corrected, confirmed, undone; the same acts as on the page."""

from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.parsers import JSONParser, MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from backend.accounts.queries import organisations_of
from backend.lib.api import ScopedViewSet, act
from backend.lib.api_files import TABLES, attachment, form_asked, gives
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
from journeys.queries import sheets
from journeys.queries.import_pages import GROUPS
from mentoring import actions, policies
from mentoring.models import MentorImport
from mentoring.queries.imports import LABELS, MENTORS, MentorPreview, outcomes
from mentoring.queries.imports.pages import model_workbook
from mentoring.queries.imports.undoing import Fact, in_words, mentor_undoing


class MentorImportSerializer(serializers.ModelSerializer[MentorImport]):
    result = serializers.DictField(read_only=True)
    columns = ColumnSerializer(many=True, read_only=True, source="header")

    class Meta:
        model = MentorImport
        fields = (
            "id",
            "organisation",
            "file_name",
            "state",
            "columns",
            "rows_total",
            "result",
            "created_at",
            "finished_at",
            "undone_at",
        )
        read_only_fields = fields


class UndoneFactSerializer(serializers.Serializer[Any]):
    """A fact of a mentor that the import changed, in words."""

    mentor = serializers.CharField()
    what = serializers.CharField()
    now = serializers.CharField()
    before = serializers.CharField(help_text="What it said before the import.")


class FactsField(serializers.ListField):
    """Facts as the page words them."""

    child = UndoneFactSerializer()

    def to_representation(self, facts: list[Fact]) -> list[Any]:
        words = [dict(zip(("mentor", "what", "now", "before"), map(str, one), strict=True)) for one in in_words(facts)]
        return list(UndoneFactSerializer(words, many=True).data)


class MentorUndoingSerializer(serializers.Serializer[Any]):
    """What goes, returns and stays; nothing of it while there are obstacles."""

    obstacles = serializers.ListField(child=serializers.CharField(), help_text="In words; none: it can be undone.")
    mentors = serializers.ListField(child=serializers.CharField(), help_text="Who would be no mentor here any more.")
    trainings = serializers.ListField(child=serializers.CharField(), help_text="Written in profiles that stay.")
    returning = FactsField(help_text="Facts that return to what they were.")
    staying = FactsField(help_text="Facts changed again since the import: they stay as they are now.")


class SendMentorsSerializer(serializers.Serializer[Any]):
    """Sent as multipart/form-data. Nobody is written to before it is confirmed."""

    organisation = serializers.IntegerField()
    file = serializers.FileField(help_text="CSV, XLSX, XLS or ODS, up to 10 MB and 300 lines.")


class MapMentorsSerializer(MapColumnsSerializer):
    fields_by_place = columns_field(MENTORS.read_as)


class CorrectMentorSerializer(CorrectLineSerializer):
    everywhere = everywhere_field(LABELS)


class MentorPreviewSerializer(PreviewSerializer):
    """Fifty lines a page; `counts` of the whole file by kind; `letters` that would leave."""

    letters = serializers.IntegerField()


class MentorImportViewSet(ScopedViewSet):
    queryset = (
        MentorImport.objects.defer("rows", "raw", "outcomes", "made")
        .select_related("organisation")
        .order_by("-created_at", "pk")
    )
    serializer_class = MentorImportSerializer
    create_class = SendMentorsSerializer
    filterset_fields = ("organisation", "state")
    ordering_fields = ("created_at", "id")
    parser_classes = [JSONParser, MultiPartParser]

    def create(self, request: Request) -> Response:
        """A spreadsheet waits to be checked. The same one still waiting is found again, with its corrections."""
        data = self.parsed()
        organisation = organisations_of(request.user).filter(pk=data["organisation"]).first()
        self.require(organisation is not None and policies.may_import_mentors(request.user, organisation))
        sent = data["file"]
        batch = actions.import_mentors(organisation, sent.read(LARGEST + 1), sent.name, may_map=True, by=request.user)
        return self.shown(batch.pk, status=201)

    @act(method="get", answers=OpenApiTypes.BINARY, detail=False)
    def model(self, request: Request) -> HttpResponse:
        """The workbook to fill in."""
        self.require(request.user.has_role("lead"))
        return attachment(model_workbook(), str(_("jalon-mentors-model")), "xlsx")

    @extend_schema(parameters=lines_asked(GROUPS))
    @act(method="get", answers=MentorPreviewSerializer)
    def preview(self, request: Request, pk: str) -> Response:
        """What confirming would do now, line by line."""
        batch = self.get_object()
        self.require(policies.may_correct_mentor_import(request.user, batch))
        preview = MentorPreview(batch)
        shown = preview_asked(request, preview, GROUPS) | {"letters": preview.letters}
        return Response(MentorPreviewSerializer(shown).data)

    @act(MapMentorsSerializer)
    def map_columns(self, request: Request, pk: str) -> Response:
        """Which column is which; the next file with these headings is read so too."""
        batch = self.get_object()
        self.require(policies.may_map_mentor_columns(request.user, batch))
        actions.map_mentor_columns(batch, fields=self.parsed()["fields_by_place"], by=request.user)
        return self.shown(batch.pk)

    @act(CorrectMentorSerializer)
    def correct(self, request: Request, pk: str) -> Response:
        """The cells of one line say what is given."""
        return self.do(policies.may_correct_mentor_import, actions.correct_mentor_import)

    @act(SkipLinesSerializer)
    def skip(self, request: Request, pk: str) -> Response:
        """Lines are left out, or taken back in."""
        return self.do(policies.may_skip_mentor_lines, actions.skip_mentor_lines)

    @act()
    def confirm(self, request: Request, pk: str) -> Response:
        """The lines without errors are written, all or none; new mentors are welcomed by letter."""
        return self.do(policies.may_confirm_mentor_import, actions.confirm_mentor_import)

    @act()
    def discard(self, request: Request, pk: str) -> Response:
        """The file is forgotten, with everything that was read of it."""
        return self.do(policies.may_discard_mentor_import, actions.discard_mentor_import)

    @act(method="get", answers=MentorUndoingSerializer)
    def undoing(self, request: Request, pk: str) -> Response:
        """What undoing would take back now, what stays, or what stands in its way."""
        batch = self.get_object()
        self.require(policies.may_undo_mentor_import(request.user, batch))
        return Response(MentorUndoingSerializer(mentor_undoing(batch)).data)

    @act()
    def undo(self, request: Request, pk: str) -> Response:
        """Taken back, within a day, if nothing was built on it."""
        return self.do(policies.may_undo_mentor_import, actions.undo_mentor_import)

    @gives(*TABLES)
    @act(method="get", answers=OpenApiTypes.BINARY)
    def outcome(self, request: Request, pk: str) -> HttpResponse:
        """What became of each line."""
        batch = self.get_object()
        form = form_asked(request, TABLES)
        data = sheets.as_table(form, str(_("Outcome")), outcomes.outcome_head(), outcomes.outcome_rows(batch))
        return attachment(data, f"jalon-mentors-import-{batch.pk}", form)
