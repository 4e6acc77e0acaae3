"""The figures of the catalogue, and those of questions, with their rows."""

from typing import Any

from django.http import HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework import serializers, viewsets
from rest_framework.decorators import action
from rest_framework.exceptions import NotFound, PermissionDenied
from rest_framework.request import Request as ApiRequest
from rest_framework.response import Response as ApiResponse

from backend.lib import clock
from backend.lib.api_files import form_asked
from backend.lib.doors import file_answer
from backend.lib.paging import Along, Pages
from evaluation import policies
from evaluation.api.filters import FILTERS, KNOWN, NoParquet
from evaluation.api.rows import (
    DAYS,
    PART,
    ChangedRowSerializer,
    LineSerializer,
    WhySerializer,
    changes_answer,
    days_asked,
    past_asked,
    require_rows,
    rows_answer,
    scope_asked,
    why_answer,
)
from evaluation.forms import narrowed
from evaluation.forms.past import end_of
from evaluation.queries.drawn_base import Figure
from evaluation.queries.figures import board, figure
from evaluation.queries.lines import row_set
from evaluation.queries.measures import MEASURES, Measure
from evaluation.queries.measures.survey import choices, measure_named
from evaluation.queries.past.former import definitions
from evaluation.queries.past.why import Why, why
from evaluation.queries.rows_table import COLUMNS, rows_csv, rows_parquet
from evaluation.queries.scope import Scope
from evaluation.queries.territory.tables import FILES, PARQUET, has_parquet, no_parquet


class FigureSerializer(serializers.Serializer[Figure]):
    """A computed value with its working; null when there is nothing to say, or when a small group is hidden."""

    code = serializers.CharField()
    title = serializers.CharField(source="measure.title")
    definition = serializers.CharField(source="measure.definition")
    definition_version = serializers.IntegerField(source="measure.version")
    value = serializers.FloatField(allow_null=True)
    unit = serializers.CharField()
    low = serializers.FloatField(allow_null=True)
    high = serializers.FloatField(allow_null=True)
    numerator = serializers.IntegerField(allow_null=True)
    denominator = serializers.IntegerField(allow_null=True)
    note = serializers.CharField()
    precision = serializers.CharField()
    is_hidden = serializers.BooleanField()


class ChoosableSerializer(serializers.Serializer[Any]):
    """A question, a choice or a score that can be counted; its code opens its figure and its rows."""

    code = serializers.CharField()
    title = serializers.CharField()
    questionnaire = serializers.CharField()


NARROWING = [
    OpenApiParameter(name, OpenApiTypes.STR)
    for name in ("commune", "qpv", "neighbourhood", "kind", "state", "milestone")
]


TABLES = ("csv", PARQUET)
AS_TABLE = OpenApiParameter("as", OpenApiTypes.STR, enum=list(TABLES), description="Without it: csv.")


class FigureViewSet(viewsets.ViewSet):
    """Figures as they stand now, for leads. Observers and stewards read those of `snapshots`."""

    lookup_field = "code"
    lookup_value_regex = r"[-\w:+]+"
    pagination_class = None

    @extend_schema(parameters=[*FILTERS, KNOWN], responses=FigureSerializer(many=True))
    def list(self, request: ApiRequest) -> ApiResponse:
        """Every figure of the scope."""
        with past_asked(request):
            return ApiResponse(FigureSerializer(board(scope_asked(request)).figures, many=True).data)

    @extend_schema(parameters=[*FILTERS, KNOWN], responses=FigureSerializer)
    def retrieve(self, request: ApiRequest, code: str) -> ApiResponse:
        """One figure, of a question too ("survey:QUESTIONNAIRE:ITEM")."""
        with past_asked(request):
            scope = scope_asked(request)
            measure = self._measure(request, code)
            require_rows(measure.may_open(request.user, scope.organisation))
            return ApiResponse(FigureSerializer(figure(measure, scope)).data)

    @extend_schema(responses=ChoosableSerializer(many=True), filters=False)
    @action(detail=False, methods=["get"])
    def questions(self, request: ApiRequest) -> ApiResponse:
        """Every question, choice and score that can be counted, by its code: for leads."""
        if not policies.may_list_questionnaires(request.user):
            raise PermissionDenied
        return ApiResponse(ChoosableSerializer(choices(request.user), many=True).data)

    @extend_schema(parameters=[*FILTERS, KNOWN, *NARROWING], responses=LineSerializer(many=True))
    @action(detail=True, methods=["get"], pagination_class=Along)
    def rows(self, request: ApiRequest, code: str) -> ApiResponse:
        """The rows behind one figure: leads of the organisation only."""
        with past_asked(request):
            measure, scope = self._opened(request, code)
            return rows_answer(request, self, row_set(measure, scope))

    @extend_schema(
        parameters=[*FILTERS, KNOWN, *NARROWING, AS_TABLE],
        responses={
            (200, "application/octet-stream"): OpenApiTypes.BINARY,
            501: OpenApiResponse(description="Parquet asked of a server without pyarrow; csv is there."),
        },
        description="The rows behind one figure as a typed table, in Parquet and CSV with the same columns. "
        + " ".join(f"`{one.code}` ({one.kind}): {one.about}" for one in COLUMNS),
    )
    @action(detail=True, methods=["get"])
    def table(self, request: ApiRequest, code: str) -> HttpResponse:
        """The rows behind one figure as a typed table: leads of the organisation only."""
        kind = form_asked(request, TABLES)
        if kind == PARQUET and not has_parquet():
            raise NoParquet(no_parquet())
        with past_asked(request):
            measure, scope = self._opened(request, code)
            found = row_set(measure, scope)
            data = rows_parquet(found, measure) if kind == PARQUET else "".join(rows_csv(found)).encode()
        name = f"jalon-{code.replace(':', '-')}-{clock.today():%Y-%m-%d}.{kind}"
        return file_answer(data, name, FILES[kind])

    @extend_schema(parameters=[*DAYS, *FILTERS, *NARROWING], responses=WhySerializer)
    @action(detail=True, methods=["get"])
    def why(self, request: ApiRequest, code: str) -> ApiResponse:
        """Why it has changed between two days on which it was known: leads of the organisation only."""
        found, days = self._why(request, code)
        return why_answer(found, days)

    @extend_schema(parameters=[*DAYS, PART, *FILTERS, *NARROWING], responses=ChangedRowSerializer(many=True))
    @action(detail=True, methods=["get"], pagination_class=Pages)
    def changes(self, request: ApiRequest, code: str) -> ApiResponse:
        """The rows that make it another, each with its cause: leads of the organisation only."""
        found, days = self._why(request, code)
        return changes_answer(request, self, found, days)

    def _why(self, request: ApiRequest, code: str) -> tuple[Why, Any]:
        measure, scope = self._opened(request, code)
        days = days_asked(request)
        return why(code if code in MEASURES else measure, scope, *map(end_of, days)), days

    def _opened(self, request: ApiRequest, code: str) -> tuple[Measure, Scope]:
        scope = scope_asked(request)
        measure = self._measure(request, code)
        require_rows(measure.may_open(request.user, scope.organisation))
        return measure, narrowed(scope, request.query_params)

    def _measure(self, request: ApiRequest, code: str) -> Measure:
        measure = measure_named(code, request.user, definitions())
        if measure is None:
            raise NotFound
        return measure
