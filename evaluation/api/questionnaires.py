"""Instruments and their questions; as files they leave and come in, as on the pages."""

from typing import Any

from django.db.models import F
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema_field
from rest_framework import serializers
from rest_framework.exceptions import NotFound
from rest_framework.parsers import JSONParser, MultiPartParser
from rest_framework.request import Request as ApiRequest
from rest_framework.response import Response as ApiResponse

from backend.lib.api import ScopedViewSet, act
from backend.lib.api_files import form_asked, gives
from backend.lib.doors import file_answer, number
from backend.lib.refusal import Refused
from evaluation import actions, policies
from evaluation.actions.design_files import BYTES
from evaluation.api.led import organisation_led
from evaluation.models import Item, Questionnaire
from evaluation.queries.design_exports import FORMATS, file_name, version_file


class ItemSerializer(serializers.ModelSerializer[Item]):
    """One question."""

    section = serializers.CharField(source="section.code", read_only=True)

    class Meta:
        model = Item
        fields = ("code", "section", "position", "kind", "label_fr", "label_en", "text_fr", "text_en", "scale_min",
                  "scale_max", "series")  # fmt: skip
        read_only_fields = fields


class QuestionnaireSerializer(serializers.ModelSerializer[Questionnaire]):
    """An instrument and the items of its published version."""

    version = serializers.SerializerMethodField()
    items = serializers.SerializerMethodField()

    class Meta:
        model = Questionnaire
        fields = ("id", "code", "title_fr", "title_en", "intro_fr", "intro_en", "source", "version", "items")
        read_only_fields = fields

    def get_version(self, row: Questionnaire) -> int | None:
        return next((one.number for one in row.versions.all() if one.published_at), None)

    @extend_schema_field(ItemSerializer(many=True))
    def get_items(self, row: Questionnaire) -> list[dict[str, Any]]:
        version = next((one for one in row.versions.all() if one.published_at), None)
        return list(ItemSerializer(version.items.all(), many=True).data) if version else []


class SendQuestionnaireSerializer(serializers.Serializer[Any]):
    """Sent as multipart/form-data."""

    organisation = serializers.IntegerField(
        required=False, help_text="One that you lead: the draft will be its own. Left out: the only one you lead."
    )
    file = serializers.FileField(help_text="JSON of Jalon’s, or an XLSForm (XLSX, XLS, ODS), up to 2 MB.")


class BroughtSerializer(serializers.Serializer[Any]):
    """The draft that was made, and what of the file was left out, in sentences."""

    questionnaire = QuestionnaireSerializer(source="version.questionnaire")
    draft = serializers.IntegerField(source="version.number")
    notes = serializers.ListField(child=serializers.CharField())


class WrongFileSerializer(serializers.Serializer[Any]):
    """All that is wrong with it: each sentence names the place and the cause. Nothing was written."""

    detail = serializers.CharField()
    field = serializers.CharField()
    wrong = serializers.ListField(child=serializers.CharField())


UNREADABLE = OpenApiResponse(WrongFileSerializer, "The file is no questionnaire that can be asked.")
VERSION = OpenApiParameter("version", OpenApiTypes.INT, description="Its number; without it, the newest published one.")


class QuestionnaireViewSet(ScopedViewSet):
    queryset = Questionnaire.objects.prefetch_related("versions__items__section")
    serializer_class = QuestionnaireSerializer
    filterset_fields = ("code",)
    parser_classes = [JSONParser, MultiPartParser]

    @act(SendQuestionnaireSerializer, detail=False, url_path="import", code=201, answers=BroughtSerializer)
    def bring_in(self, request: ApiRequest) -> ApiResponse:
        """A file becomes a draft of this organisation, whole; or nothing does, and 422 says all that is wrong."""
        self.require(policies.may_list_questionnaires(request.user))
        data = self.parsed()
        file, organisation = data["file"], organisation_led(self.request.user, data.get("organisation"))
        self.require(policies.may_import_questionnaire(request.user, organisation.pk))
        try:
            brought = actions.import_questionnaire(organisation, file.read(BYTES + 1), by=request.user)
        except Refused as refusal:
            wrong = refusal.details.get("wrong", [refusal.sentence])
            return ApiResponse({"detail": refusal.sentence, "field": "file", "wrong": wrong}, status=422)
        return ApiResponse(BroughtSerializer(brought).data, status=201)

    @gives(*FORMATS, more=[VERSION])
    @act(answers=OpenApiTypes.BINARY, method="get")
    def export(self, request: ApiRequest, pk: str) -> Any:
        """One version as a file: JSON that Jalon reads back whole, or an XLSForm."""
        row = self.get_object()
        form, asked = form_asked(request, tuple(FORMATS)), request.query_params.get("version")
        versions = row.versions.order_by(F("published_at").desc(nulls_last=True), "-number")
        version = (versions.filter(number=number(asked)) if asked else versions).first()
        if version is None:
            raise NotFound
        self.require(policies.may_read_version(request.user, version))
        return file_answer(version_file(version, form), file_name(version, form), FORMATS[form])
