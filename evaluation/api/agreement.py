"""How far the views of holders, mentors and tutors agree, over the API."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request as ApiRequest
from rest_framework.response import Response as ApiResponse

from backend.lib.api import ScopedViewSet, act
from evaluation import policies
from evaluation.api.results import BoundsSerializer, bounds
from evaluation.queries.agreement import Group, Measure, groups_of
from evaluation.queries.agreement_words import alike
from evaluation.statistics import Change


class MeasureSerializer(serializers.Serializer[Measure]):
    """All areas (`title` empty), an area or a question, over `n` journeys; null for fewer than five.

    `agreement`: ICC(2,1). `difference`: the second voice less the first, of two voices only. `distance`: points between
    the lowest and the highest score of a journey, on average.
    """

    title = serializers.CharField()
    n = serializers.IntegerField()
    agreement = serializers.SerializerMethodField()
    difference = serializers.SerializerMethodField()
    distance = serializers.SerializerMethodField()

    @extend_schema_field(BoundsSerializer(allow_null=True))
    def get_agreement(self, row: Measure) -> dict[str, Any] | None:
        return bounds(row.agreement) if row.is_enough else None

    @extend_schema_field(BoundsSerializer(allow_null=True))
    def get_difference(self, row: Measure) -> dict[str, Any] | None:
        is_told = row.is_enough and len(row.scores[0]) == 2 and isinstance(row.gap, Change)
        return bounds(row.gap.interval) if is_told and isinstance(row.gap, Change) else None

    def get_distance(self, row: Measure) -> float | None:
        return row.distance if row.is_enough else None


class AgreementSerializer(serializers.Serializer[Group]):
    """Two voices, or all three, on the journeys where each of them is heard."""

    voices = serializers.ListField(child=serializers.CharField(), source="roles")
    journeys = serializers.IntegerField(source="n")
    words = serializers.SerializerMethodField()
    overall = MeasureSerializer()
    areas = MeasureSerializer(many=True)
    items = MeasureSerializer(many=True)

    def get_words(self, row: Group) -> str:
        return alike(row.overall.agreement)


class WaveAgreementMixin(ScopedViewSet):
    """What a lead reads of the questionnaire of a wave, in its programme."""

    @act(answers=AgreementSerializer(many=True), method="get")
    def agreement(self, request: ApiRequest, pk: str) -> ApiResponse:
        """How far holders, mentors and tutors agree, over all identified waves that ask it in the programme."""
        wave = self.get_object()
        self.require(policies.may_read_agreement(request.user, wave.programme))
        return ApiResponse(AgreementSerializer(groups_of(wave.programme, wave.questionnaire), many=True).data)
