"""Questionnaires, requests, answers and figures over the API: the same rules and acts as the pages."""

from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_field
from rest_framework import serializers, viewsets
from rest_framework.decorators import action
from rest_framework.exceptions import NotFound, PermissionDenied
from rest_framework.request import Request as ApiRequest
from rest_framework.response import Response as ApiResponse

from backend.lib.api import ScopedViewSet, act
from backend.lib.paging import Pages
from evaluation import actions, policies
from evaluation.forms import narrowed, read_scope
from evaluation.models import Answer, Item, Questionnaire, Request, Response, Wave
from evaluation.queries.figures import Figure, board
from evaluation.queries.lines import row_set
from evaluation.queries.measures import MEASURES
from journeys.models import Journey


# --- Questionnaires and waves ---------------------------------------------------------------------
class ItemSerializer(serializers.ModelSerializer[Item]):
    """One sentence on its scale."""

    class Meta:
        model = Item
        fields = ("code", "position", "area_fr", "area_en", "competence_fr", "competence_en", "text_fr", "text_en",
                  "scale_min", "scale_max")  # fmt: skip
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


class QuestionnaireViewSet(ScopedViewSet):
    queryset = Questionnaire.objects.prefetch_related("versions__items")
    serializer_class = QuestionnaireSerializer
    filterset_fields = ("code",)


class WaveSerializer(serializers.ModelSerializer[Wave]):
    """When a questionnaire is asked in a programme."""

    class Meta:
        model = Wave
        fields = ("id", "programme", "questionnaire", "moment", "mode", "open_days")
        read_only_fields = fields


class WaveViewSet(ScopedViewSet):
    queryset = Wave.objects.all()
    serializer_class = WaveSerializer
    filterset_fields = ("programme", "questionnaire", "moment")


# --- Requests and responses -----------------------------------------------------------------------
class RequestSerializer(serializers.ModelSerializer[Request]):
    """One ask and what became of it."""

    respondent_name = serializers.CharField(source="respondent.get_full_name", read_only=True)
    moment = serializers.CharField(source="wave.moment", read_only=True)

    class Meta:
        model = Request
        fields = ("id", "wave", "moment", "journey", "respondent", "respondent_name", "state", "sent_at", "reminders",
                  "reminded_at", "expires_at")  # fmt: skip
        read_only_fields = fields


class SendRequestSerializer(serializers.Serializer[Any]):
    """Whom to ask, in which wave."""

    wave = serializers.IntegerField()
    journey = serializers.IntegerField()


class AnswersSerializer(serializers.Serializer[Any]):
    """{item code: point of its scale, or null for “not applicable”}; items left out stay as they were."""

    answers = serializers.DictField(child=serializers.IntegerField(allow_null=True), allow_empty=False)


class RequestViewSet(ScopedViewSet):
    queryset = Request.objects.select_related(
        "wave__questionnaire", "version", "respondent", "journey__programme__organisation", "journey__project"
    )
    serializer_class = RequestSerializer
    filterset_fields = ("wave", "wave__moment", "journey", "respondent", "state")
    ordering_fields = ("sent_at", "expires_at")

    @act(SendRequestSerializer, detail=False, code=201)
    def send(self, request: ApiRequest) -> ApiResponse:
        """A lead asks somebody by hand; the letter leaves."""
        values = self.parsed()
        wave = self.related(Wave.objects.select_related("questionnaire", "programme"), values["wave"], "wave")
        journeys = Journey.objects.select_related("programme__organisation", "holder__user", "project")
        journey = self.related(journeys, values["journey"], "journey")
        self.require(policies.may_send_request(request.user, journey))
        made = actions.send_request(wave, journey, by=request.user)
        return self.shown(made.pk, status=201)

    @act()
    def remind(self, request: ApiRequest, pk: str) -> ApiResponse:
        """One more letter, two at most."""
        return self.do(policies.may_remind_request, actions.remind_request)

    @act()
    def bounce(self, request: ApiRequest, pk: str) -> ApiResponse:
        """The letter came back."""
        return self.do(policies.may_bounce_request, actions.bounce_request)

    @act(AnswersSerializer)
    def answer(self, request: ApiRequest, pk: str) -> ApiResponse:
        """The person who was asked gives some answers; they are kept, not yet sent."""
        row = self.get_object()
        self.require(policies.may_save_answers(request.user, row))
        actions.save_answers(row, self.parsed()["answers"], by=request.user)
        return self.shown(row.pk)

    @act()
    def complete(self, request: ApiRequest, pk: str) -> ApiResponse:
        """She sends her answers: final."""
        return self.do(policies.may_complete_request, actions.complete_request)

    @act()
    def refuse(self, request: ApiRequest, pk: str) -> ApiResponse:
        """She would rather not."""
        return self.do(policies.may_refuse_request, actions.refuse_request)


class AnswerSerializer(serializers.ModelSerializer[Answer]):
    """One answer to one item."""

    item = serializers.CharField(source="item.code", read_only=True)

    class Meta:
        model = Answer
        fields = ("item", "value", "is_not_applicable", "updated_at")
        read_only_fields = fields


class ResponseSerializer(serializers.ModelSerializer[Response]):
    """One answer sheet."""

    answers = AnswerSerializer(many=True, read_only=True)
    journey = serializers.IntegerField(source="request.journey_id", read_only=True)
    moment = serializers.CharField(source="request.wave.moment", read_only=True)

    class Meta:
        model = Response
        fields = ("id", "request", "journey", "moment", "completed_at", "answers")
        read_only_fields = fields


class ResponseViewSet(ScopedViewSet):
    queryset = Response.objects.select_related("request__wave").prefetch_related("answers__item")
    serializer_class = ResponseSerializer
    filterset_fields = ("request", "request__journey", "request__wave", "request__wave__moment")
    ordering_fields = ("completed_at",)


# --- Figures --------------------------------------------------------------------------------------
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


class LineSerializer(serializers.Serializer[Any]):
    """One row behind a figure, and what it adds to it."""

    person = serializers.CharField()
    programme = serializers.CharField()
    commune = serializers.CharField()
    day = serializers.DateField()
    what = serializers.CharField()
    state = serializers.CharField()
    value = serializers.FloatField(allow_null=True)
    journey = serializers.IntegerField()


FILTERS = [
    OpenApiParameter("organisation", OpenApiTypes.INT, description="Her own; for a steward, none is all of them."),
    OpenApiParameter("programme", OpenApiTypes.INT),
    OpenApiParameter("period", OpenApiTypes.STR, enum=["year", "last", "all", "dates"]),
    OpenApiParameter("since", OpenApiTypes.DATE),
    OpenApiParameter("until", OpenApiTypes.DATE),
    OpenApiParameter("cohort", OpenApiTypes.STR, description="The quarter of the start, as 2026-1."),
]
NARROWING = [
    OpenApiParameter(name, OpenApiTypes.STR)
    for name in ("commune", "qpv", "neighbourhood", "kind", "state", "milestone")
]


class IndicatorViewSet(viewsets.ViewSet):
    """Figures for leads; published ones, small groups hidden, for observers and stewards."""

    lookup_field = "code"
    lookup_value_regex = "[a-z]+"
    pagination_class = Pages

    @extend_schema(parameters=FILTERS, responses=FigureSerializer(many=True))
    def list(self, request: ApiRequest) -> ApiResponse:
        """Every figure of the scope."""
        scope, _form, _choices = self._scope(request)
        return ApiResponse(FigureSerializer(board(scope).figures, many=True).data)

    @extend_schema(parameters=[*FILTERS, *NARROWING], responses=LineSerializer(many=True))
    @action(detail=True, methods=["get"])
    def rows(self, request: ApiRequest, code: str) -> ApiResponse:
        """The rows behind one figure: leads of the organisation only."""
        scope, _form, _choices = self._scope(request)
        if code not in MEASURES:
            raise NotFound
        if not policies.may_open_rows(request.user, scope.organisation):
            raise PermissionDenied
        found = row_set(code, narrowed(scope, request.query_params))
        pages = Pages()
        batch = pages.paginate_queryset(found.rows, request, view=self)
        return pages.get_paginated_response(LineSerializer(found.lines(batch or []), many=True).data)

    def _scope(self, request: ApiRequest) -> Any:
        if not policies.may_read_indicators(request.user):
            raise PermissionDenied
        return read_scope(request.user, request.query_params)


routes = [
    ("questionnaires", QuestionnaireViewSet),
    ("waves", WaveViewSet),
    ("requests", RequestViewSet),
    ("responses", ResponseViewSet),
    ("indicators", IndicatorViewSet),
]
