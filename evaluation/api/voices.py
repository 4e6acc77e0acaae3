"""The views of holder, mentor and tutor of a journey, side by side."""

from drf_spectacular.utils import extend_schema
from rest_framework import serializers, viewsets
from rest_framework.exceptions import PermissionDenied
from rest_framework.request import Request as ApiRequest
from rest_framework.response import Response as ApiResponse

from backend.lib.doors import find
from evaluation import policies
from evaluation.queries.voices import ComparedArea, ComparedItem, Comparison, Voice, voices_for
from journeys.models import Journey


class VoiceSerializer(serializers.Serializer[Voice]):
    """holder, mentor or tutor; `standing`: answered, apart (another day), awaited, silent, unasked."""

    role = serializers.CharField()
    standing = serializers.CharField()
    name = serializers.CharField()
    answered_on = serializers.DateField(source="sheet.on", default=None, allow_null=True)
    first_on = serializers.DateField(source="first.on", default=None, allow_null=True)


class ComparedItemSerializer(serializers.Serializer[ComparedItem]):
    """{role: points, null where nothing was scored}; `first`: the holder's, the first time; `spread` in points."""

    code = serializers.CharField(source="item.code")
    series = serializers.IntegerField(source="item.series")
    section = serializers.CharField(source="item.section.code")
    text = serializers.CharField(source="item.text")
    scale_min = serializers.IntegerField(source="item.scale_min")
    scale_max = serializers.IntegerField(source="item.scale_max")
    scores = serializers.DictField(child=serializers.IntegerField(allow_null=True))
    first = serializers.IntegerField(allow_null=True)
    spread = serializers.IntegerField(allow_null=True)


class ComparedAreaSerializer(serializers.Serializer[ComparedArea]):
    """{role: mean of the items of a section, null under as many answers as it needs}."""

    section = serializers.CharField(source="section.code")
    title = serializers.CharField(source="section.title")
    scores = serializers.DictField(child=serializers.FloatField(allow_null=True))
    spread = serializers.FloatField(allow_null=True)


class ComparisonSerializer(serializers.Serializer[Comparison]):
    """One questionnaire; `waiting`: one's own request, to answer before anything is shown; `is_early`: nothing is
    shown, for one will be asked too; `changed`: codes of items that were not asked alike of everybody."""

    questionnaire = serializers.CharField(source="questionnaire.code")
    waiting = serializers.IntegerField(source="waiting.pk", default=None, allow_null=True)
    is_early = serializers.BooleanField()
    voices = VoiceSerializer(many=True)
    areas = ComparedAreaSerializer(many=True)
    items = ComparedItemSerializer(many=True)
    changed = serializers.SerializerMethodField()

    def get_changed(self, row: Comparison) -> list[str]:
        return [item.code for item in row.changed]


class VoicesViewSet(viewsets.ViewSet):
    """By the number of the journey."""

    lookup_value_regex = "[0-9]+"

    @extend_schema(responses=ComparisonSerializer(many=True), operation_id="voices_retrieve")
    def retrieve(self, request: ApiRequest, pk: str) -> ApiResponse:
        """For the holder, the mentor who follows them and the leads; oneself asked, one answers first."""
        rows = Journey.objects.visible_to(request.user).select_related("programme", "holder")
        journey = find(rows.prefetch_related("companions"), pk=pk)
        if not policies.may_compare_voices(request.user, journey):
            raise PermissionDenied
        return ApiResponse(ComparisonSerializer(voices_for(journey, request.user), many=True).data)
