"""The territory for data platforms: each commune and neighbourhood with what the page shows, and the same as files."""

from typing import Any

from django.http import HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework import serializers, viewsets
from rest_framework.decorators import action
from rest_framework.request import Request as ApiRequest
from rest_framework.response import Response as ApiResponse

from backend.lib.api_files import form_asked
from backend.lib.doors import file_answer
from backend.lib.paging import Pages
from evaluation.api.filters import FILTERS, NoParquet
from evaluation.api.rows import past_asked
from evaluation.forms import read_scope
from evaluation.queries.choices import Choices, scope_words
from evaluation.queries.scope import Scope
from evaluation.queries.territory import WholeTerritory, stated_by, tables, whole_territory

PAST = OpenApiParameter(
    "known",
    OpenApiTypes.DATE,
    description="As known at the end of that day; leads only. Communes, neighbourhoods, their inhabitants and the "
    "share of residents are those of today; offers and needs are left out.",
)
PAGED = [OpenApiParameter(name, OpenApiTypes.INT) for name in ("page", "page_size")]
FILE = [
    OpenApiParameter("as", OpenApiTypes.STR, enum=list(tables.FILES), description="Without it: csv."),
    OpenApiParameter("table", OpenApiTypes.STR, enum=[tables.COMMUNES, tables.AREAS], description="In xlsx: both."),
]


class RateSerializer(serializers.Serializer[Any]):
    """People per 10,000 inhabitants with the interval of a count of rare events (Garwood)."""

    value = serializers.FloatField()
    low = serializers.FloatField()
    high = serializers.FloatField()

    class Meta:
        ref_name = "PlaceRate"


class BalanceSerializer(serializers.Serializer[Any]):
    """What people under way look for today, and what is offered there; null: few people stand behind it."""

    stays_sought = serializers.IntegerField(allow_null=True)
    hosts = serializers.IntegerField()
    offers = serializers.IntegerField()
    places = serializers.IntegerField(help_text="Left this year; for published readers, places a year.")
    mentors_sought = serializers.IntegerField(allow_null=True)
    mentors = serializers.IntegerField(allow_null=True)
    mentor_places = serializers.IntegerField(allow_null=True)


class PlaceSerializer(serializers.Serializer[Any]):
    """A commune or a neighbourhood, the empty too; `code` is "" for those whose place is not known. Null: hidden."""

    code = serializers.CharField()
    name = serializers.CharField()
    inhabitants = serializers.IntegerField(allow_null=True)
    people = serializers.IntegerField(allow_null=True)
    is_hidden = serializers.BooleanField()
    journeys = serializers.IntegerField(allow_null=True)
    minutes = serializers.IntegerField(allow_null=True)
    rate = RateSerializer(allow_null=True)
    precision = serializers.CharField(help_text="The interval in words.")


class CommunePlaceSerializer(PlaceSerializer):
    balance = BalanceSerializer(allow_null=True, help_text="Null on a past day: of today only.")


class AreaPlaceSerializer(PlaceSerializer):
    communes = serializers.CharField(source="note")
    inhabitants_source = serializers.CharField(source="source")


class QpvReferenceSerializer(serializers.Serializer[Any]):
    """The share of residents who live in a QPV, with its source."""

    percent = serializers.FloatField()
    source = serializers.CharField()  # type: ignore[assignment]  # a field of this name, not where it is read from
    is_stated = serializers.BooleanField(help_text="By the organisation; else from the populations loaded.")


class ShareSerializer(serializers.Serializer[Any]):
    value = serializers.FloatField(allow_null=True)
    low = serializers.FloatField(allow_null=True)
    high = serializers.FloatField(allow_null=True)
    note = serializers.CharField()
    precision = serializers.CharField()
    is_hidden = serializers.BooleanField()

    class Meta:
        ref_name = "TerritoryShare"


class SummarySerializer(serializers.Serializer[Any]):
    """The territory as a whole: its rate, the share in a QPV beside the reference, inside, outside and not known."""

    people = serializers.IntegerField(allow_null=True)
    communes = serializers.IntegerField()
    empty_communes = serializers.ListField(child=serializers.CharField())
    rate = ShareSerializer()
    qpv_share = ShareSerializer()
    qpv_reference = QpvReferenceSerializer(allow_null=True)
    qpv_words = serializers.CharField()
    qpv = PlaceSerializer(many=True)


class TerritoryViewSet(viewsets.ViewSet):
    """Where people come from, as it stands now, for leads; for stewards with small groups hidden."""

    pagination_class = Pages

    @extend_schema(parameters=[*FILTERS, PAST, *PAGED], responses=CommunePlaceSerializer(many=True))
    def list(self, request: ApiRequest) -> ApiResponse:
        """Every commune by name, then those whose commune is not known, with offers and needs of today."""
        lines = [{**_place(one), "balance": balance} for one, balance in self._whole(request).balanced]
        return self._paged(request, lines, CommunePlaceSerializer)

    @extend_schema(parameters=[*FILTERS, PAST, *PAGED], responses=AreaPlaceSerializer(many=True))
    @action(detail=False, methods=["get"])
    def neighbourhoods(self, request: ApiRequest) -> ApiResponse:
        """Every priority neighbourhood by name, then those inside one that is not known."""
        return self._paged(request, self._whole(request).areas, AreaPlaceSerializer)

    @extend_schema(parameters=[*FILTERS, PAST], responses=SummarySerializer)
    @action(detail=False, methods=["get"])
    def summary(self, request: ApiRequest) -> ApiResponse:
        """The territory as a whole."""
        whole = self._whole(request)
        told = {
            "people": whole.people, "communes": len(whole.known), "empty_communes": [one.name for one in whole.empty],
            "rate": whole.rate, "qpv_share": whole.share, "qpv_reference": whole.reference, "qpv_words": whole.against,
            "qpv": whole.qpv,
        }  # fmt: skip
        return ApiResponse(SummarySerializer(told).data)

    @extend_schema(
        parameters=[*FILTERS, PAST, *FILE],
        responses={
            (200, "application/octet-stream"): OpenApiTypes.BINARY,
            501: OpenApiResponse(description="Parquet asked of a server without pyarrow; csv and xlsx are there."),
        },
    )
    @action(detail=False, methods=["get"])
    def table(self, request: ApiRequest) -> HttpResponse:
        """The table as CSV, workbook or Parquet; columns are described in the workbook and in the Parquet schema."""
        past = past_asked(request, is_territory=True)
        kind = form_asked(request, tuple(tables.FILES))
        code = request.query_params.get("table", tables.COMMUNES)
        if code not in (tables.COMMUNES, tables.AREAS):
            raise serializers.ValidationError({"table": [f"{tables.COMMUNES}, {tables.AREAS}"]})
        if kind == tables.PARQUET and not tables.has_parquet():
            raise NoParquet(tables.no_parquet())
        with past:
            scope, choices = self._scope(request)
            whole = whole_territory(scope, stated_by(request.user, scope))
            data = tables.written(whole, code, kind, tables.notes_of(scope_words(scope, choices)))
            return file_answer(data, tables.name_of(code, kind), tables.FILES[kind])

    def _scope(self, request: ApiRequest) -> tuple[Scope, Choices]:
        scope, _form, choices = read_scope(request.user, request.query_params, is_territory=True)
        return scope, choices

    def _whole(self, request: ApiRequest) -> WholeTerritory:
        with past_asked(request, is_territory=True):
            scope, _choices = self._scope(request)
            return whole_territory(scope, stated_by(request.user, scope))

    def _paged(self, request: ApiRequest, lines: Any, shape: type[serializers.Serializer[Any]]) -> ApiResponse:
        pages = Pages()
        batch: Any = pages.paginate_queryset(lines, request, view=self)
        return pages.get_paginated_response(shape(batch or [], many=True).data)


def _place(one: Any) -> dict[str, Any]:
    return {str(name): getattr(one, str(name)) for name in PlaceSerializer().fields}
