"""The results of a wave, and its answers as files."""

from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.exceptions import NotFound
from rest_framework.request import Request as ApiRequest
from rest_framework.response import Response as ApiResponse

from backend.lib.api import ScopedViewSet, act
from backend.lib.doors import file_answer
from evaluation import actions, policies
from evaluation.queries import words
from evaluation.queries.results import ItemResult, SectionResult, results_of
from evaluation.queries.results.change import ItemChange
from evaluation.queries.results.counts import Middle, Share
from evaluation.queries.results.files import FORMS, SHAPES
from evaluation.queries.results.wording import change_words, finding
from evaluation.statistics import Agreement, Alpha, Bounds, Change, Interval, Location


class BoundsSerializer(serializers.Serializer[Any]):
    """An estimate with its 95 % interval."""

    value = serializers.FloatField()
    low = serializers.FloatField(allow_null=True)
    high = serializers.FloatField(allow_null=True)


class AnswerShareSerializer(serializers.Serializer[Share]):
    """How many gave this answer, of those who answered; `share` from 0 to 1 (Wilson)."""

    code = serializers.CharField()
    text = serializers.CharField(source="label")
    n = serializers.IntegerField()
    of = serializers.IntegerField()
    share = serializers.SerializerMethodField()

    @extend_schema_field(BoundsSerializer(allow_null=True))
    def get_share(self, row: Share) -> dict[str, Any] | None:
        return bounds(row.interval)


class MiddleSerializer(serializers.Serializer[Middle]):
    """Numbers or points in short; the mean with Student's interval."""

    n = serializers.IntegerField()
    mean = serializers.FloatField()
    low = serializers.FloatField(allow_null=True)
    high = serializers.FloatField(allow_null=True)
    median = serializers.FloatField()


class ChangeSerializer(serializers.Serializer[ItemChange]):
    """Since the wave before, of the same people (`is_paired`) or of two groups; `why_not`: why nothing is compared."""

    n = serializers.IntegerField()
    is_paired = serializers.BooleanField()
    mean = serializers.SerializerMethodField()
    typical = serializers.SerializerMethodField()
    words = serializers.SerializerMethodField()
    why_not = serializers.CharField()

    @extend_schema_field(BoundsSerializer(allow_null=True))
    def get_mean(self, row: ItemChange) -> dict[str, Any] | None:
        return bounds(row.change.interval) if isinstance(row.change, Change) else None

    @extend_schema_field(BoundsSerializer(allow_null=True))
    def get_typical(self, row: ItemChange) -> dict[str, Any] | None:
        return bounds(row.typical)

    def get_words(self, row: ItemChange) -> str:
        return change_words(row)


class SilenceSerializer(serializers.Serializer[Bounds]):
    """Between what the share told of lies (Manski), of `asked` people whom the question concerns."""

    low = serializers.FloatField()
    high = serializers.FloatField()
    answered = serializers.IntegerField()
    asked = serializers.IntegerField()


class SectionResultSerializer(serializers.Serializer[SectionResult]):
    """The score of a section, and how far its questions go together: Cronbach’s `alpha` with Feldt’s interval."""

    code = serializers.CharField(source="section.code")
    title = serializers.CharField(source="section.title")
    score = MiddleSerializer(allow_null=True)
    change = ChangeSerializer(allow_null=True)
    alpha = serializers.SerializerMethodField()
    words = serializers.SerializerMethodField()

    @extend_schema_field(BoundsSerializer(allow_null=True))
    def get_alpha(self, row: SectionResult) -> dict[str, Any] | None:
        return bounds(row.alpha) if row.alpha and row.alpha.n >= words.FEWEST else None

    def get_words(self, row: SectionResult) -> str:
        return words.together(row.alpha) if row.alpha else ""


class ItemResultSerializer(serializers.Serializer[ItemResult]):
    """One question; `hidden`: why it shows nothing."""

    code = serializers.CharField(source="item.code")
    series = serializers.IntegerField(source="item.series")
    kind = serializers.CharField(source="item.kind")
    text = serializers.CharField(source="item.text")
    hidden = serializers.CharField()
    finding = serializers.SerializerMethodField()
    asked = serializers.IntegerField(source="counts.asked", default=None, allow_null=True)
    answered = serializers.IntegerField(source="counts.answered", default=None, allow_null=True)
    not_applicable = serializers.IntegerField(source="counts.not_applicable", default=None, allow_null=True)
    no_say = serializers.IntegerField(source="counts.no_say", default=None, allow_null=True)
    silent = serializers.IntegerField(source="counts.silent", default=None, allow_null=True)
    shares = AnswerShareSerializer(source="counts.shares", many=True, default=())
    middle = MiddleSerializer(source="counts.middle", default=None, allow_null=True)
    score = serializers.SerializerMethodField()
    words = serializers.SerializerMethodField()
    change = ChangeSerializer(allow_null=True)
    bounds = SilenceSerializer(allow_null=True)

    def get_finding(self, row: ItemResult) -> str:
        return finding(row.item, row.counts) if row.counts else ""

    @extend_schema_field(BoundsSerializer(allow_null=True))
    def get_score(self, row: ItemResult) -> dict[str, Any] | None:
        return bounds(row.counts.score) if row.counts else None

    def get_words(self, row: ItemResult) -> list[str]:
        return [said.text for said in row.counts.words] if row.counts else []


class ResultsSerializer(serializers.Serializer[Any]):
    """What a wave says; `hidden`: why nothing is shown. `groups_wait`: why there are no groups yet."""

    wave = serializers.IntegerField(source="wave.pk")
    before = serializers.IntegerField(source="before.pk", default=None, allow_null=True)
    sent = serializers.IntegerField()
    asked = serializers.IntegerField()
    hidden = serializers.CharField()
    groups = serializers.SerializerMethodField()
    groups_wait = serializers.CharField()
    sections = SectionResultSerializer(many=True)
    items = ItemResultSerializer(many=True)

    def get_groups(self, row: Any) -> list[str]:
        return [group.key for group in row.groups if not group.is_hidden]


class ExportWaveSerializer(serializers.Serializer[Any]):
    """Which file; `shape` of a CSV."""

    file = serializers.ChoiceField(choices=FORMS)
    shape = serializers.ChoiceField(choices=SHAPES, default="wide")


def bounds(found: Any) -> dict[str, Any] | None:
    """None where it is not defined."""
    if not isinstance(found, Interval | Location | Alpha | Agreement):
        return None
    return {"value": found.value, "low": found.low, "high": found.high}


class WaveResultsMixin(ScopedViewSet):
    """What a lead reads of a wave."""

    @extend_schema(
        parameters=[OpenApiParameter("group", OpenApiTypes.STR, description="One of `groups`, as phase:creation.")]
    )
    @act(answers=ResultsSerializer, method="get")
    def results(self, request: ApiRequest, pk: str) -> ApiResponse:
        """Each question with its counts, shares, means and changes; small groups hidden."""
        wave = self.get_object()
        self.require(policies.may_read_results(request.user, wave))
        try:
            found = results_of(wave, request.query_params.get("group", ""))
        except KeyError:
            raise NotFound from None
        return ApiResponse(ResultsSerializer(found).data)

    @act(ExportWaveSerializer, answers=OpenApiTypes.BINARY)
    def export(self, request: ApiRequest, pk: str) -> Any:
        """The answers as a file; that it was taken away stands in history."""
        wave = self.get_object()
        self.require(policies.may_export_wave(request.user, wave))
        made = actions.export_wave(wave, by=request.user, **self.parsed())
        return file_answer(made.data, made.name, made.content_type)
