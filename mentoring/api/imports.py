"""Spreadsheets of mentors over HTTP: sent, checked, corrected, confirmed, undone; the same acts as on the page."""

from typing import Any

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.parsers import JSONParser, MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from backend.accounts.queries import organisations_of
from backend.lib.api import ScopedViewSet, act
from journeys.queries.import_pages import ALL, GROUPS
from mentoring import actions, policies
from mentoring.models import MentorImport
from mentoring.queries.imports import LABELS, MentorPreview


class MentorImportSerializer(serializers.ModelSerializer[MentorImport]):
    result = serializers.DictField(read_only=True)
    columns = serializers.ListField(source="header", child=serializers.DictField(), read_only=True)

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
        )
        read_only_fields = fields


class SendMentorsSerializer(serializers.Serializer[Any]):
    """Sent as multipart/form-data. Nobody is written to before it is confirmed."""

    organisation = serializers.IntegerField()
    file = serializers.FileField(help_text="CSV, XLSX, XLS or ODS, up to 10 MB and 300 lines.")


class CorrectMentorLineSerializer(serializers.Serializer[Any]):
    line = serializers.IntegerField(min_value=1)
    cells = serializers.DictField(child=serializers.CharField(allow_blank=True), help_text="{field: text}")
    everywhere = serializers.ListField(child=serializers.ChoiceField(list(LABELS)), required=False)


class SkipMentorLinesSerializer(serializers.Serializer[Any]):
    lines = serializers.ListField(child=serializers.IntegerField(min_value=1), allow_empty=False)
    skip = serializers.BooleanField(help_text="Left out, or taken back in.")


class MentorLineSerializer(serializers.Serializer[Any]):
    """What confirming would do with one line, and what to say of it."""

    line = serializers.IntegerField(source="line.line")
    name = serializers.CharField(source="line.name")
    kind = serializers.CharField()
    cells = serializers.DictField(source="line.texts", child=serializers.CharField())
    changes = serializers.SerializerMethodField()
    notes = serializers.SerializerMethodField(help_text="[field, sentence, is it an error]")

    def get_changes(self, outcome: Any) -> list[str]:
        return [one.field for one in outcome.changes]

    def get_notes(self, outcome: Any) -> list[list[Any]]:
        return [[note.field, note.sentence, note.is_error] for note in outcome.notes]


class MentorPreviewSerializer(serializers.Serializer[Any]):
    """Fifty lines a page; `counts` of the whole file by kind; `letters` that would leave."""

    counts = serializers.DictField(child=serializers.IntegerField())
    letters = serializers.IntegerField()
    lines = MentorLineSerializer(many=True)


class MentorImportViewSet(ScopedViewSet):
    queryset = MentorImport.objects.select_related("organisation").order_by("-created_at", "pk")
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
        batch = actions.import_mentors(organisation, data["file"].read(), data["file"].name, by=request.user)
        return self.shown(batch.pk, status=201)

    @extend_schema(parameters=[OpenApiParameter("show", str, enum=list(GROUPS)), OpenApiParameter("page", int)])
    @act(method="get", answers=MentorPreviewSerializer)
    def preview(self, request: Request, pk: str) -> Response:
        """What confirming would do now, line by line."""
        batch = self.get_object()
        self.require(policies.may_correct_mentor_import(request.user, batch))
        preview = MentorPreview(batch)
        group = request.query_params.get("show", ALL)
        if group not in GROUPS:
            raise serializers.ValidationError({"show": [", ".join(GROUPS)]})
        lines = preview.page(group, request.query_params.get("page", 1)).object_list
        shown = {"counts": preview.counts, "letters": preview.letters, "lines": lines}
        return Response(MentorPreviewSerializer(shown).data)

    @act(CorrectMentorLineSerializer)
    def correct(self, request: Request, pk: str) -> Response:
        """The cells of one line say what is given."""
        return self.do(policies.may_correct_mentor_import, actions.correct_mentor_import)

    @act(SkipMentorLinesSerializer)
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

    @act()
    def undo(self, request: Request, pk: str) -> Response:
        """Taken back, within a day, if nothing was built on it."""
        return self.do(policies.may_undo_mentor_import, actions.undo_mentor_import)
