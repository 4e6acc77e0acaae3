"""Questionnaires, requests, answers and figures over the API: the same rules and acts as the pages."""

from typing import Any, ClassVar

from rest_framework import serializers
from rest_framework.request import Request as ApiRequest
from rest_framework.response import Response as ApiResponse

from backend.lib.api import ScopedViewSet, act
from evaluation import actions, policies
from evaluation.actions.waves import Plan
from evaluation.api.agreement import WaveAgreementMixin
from evaluation.api.figures import FigureViewSet
from evaluation.api.own_indicators import OwnIndicatorViewSet
from evaluation.api.publishing import CampaignViewSet, SnapshotViewSet
from evaluation.api.questionnaires import QuestionnaireViewSet
from evaluation.api.results import WaveResultsMixin
from evaluation.api.schedules import ScheduleViewSet
from evaluation.api.territory import TerritoryViewSet
from evaluation.api.territory_lists import TerritoryListViewSet
from evaluation.api.voices import VoicesViewSet
from evaluation.models import Answer, Questionnaire, Request, Response, Wave
from evaluation.queries.rates import rates_of
from journeys.models import Journey, Programme

PLANNED: tuple[str, ...] = (
    *("questionnaire", "moment", "months", "days", "step_code", "nth", "opens_on", "closes_on", "audience", "mode"),
    *("open_days", "asks_leavers", "since", "shows_previous", "correction_days", "is_shared"),
)


# --- Waves --------------------------------------------------------------------------------------------
class WaveSerializer(serializers.ModelSerializer[Wave]):
    """When a questionnaire is asked in a programme."""

    class Meta:
        model = Wave
        fields = ("id", "programme", *PLANNED, "stopped_at")
        read_only_fields = fields


class WavePlanSerializer(serializers.ModelSerializer[Wave]):
    """What a wave is to be: what is asked, after which moment, of whom, and how."""

    questionnaire = serializers.IntegerField()

    class Meta:
        model = Wave
        fields = PLANNED
        validators: ClassVar[list[Any]] = []  # the action says why not


class NewWaveSerializer(WavePlanSerializer):
    """A wave, and the programme that is to ask it."""

    programme = serializers.IntegerField()

    class Meta(WavePlanSerializer.Meta):
        fields = ("programme", *PLANNED)


class RateSerializer(serializers.Serializer[Any]):
    """A response rate by its AAPOR name; `words` write its denominator out."""

    code = serializers.CharField()
    top = serializers.IntegerField()
    bottom = serializers.IntegerField()
    words = serializers.CharField()
    value = serializers.FloatField(source="share.value", allow_null=True, default=None)
    low = serializers.FloatField(source="share.low", allow_null=True, default=None)
    high = serializers.FloatField(source="share.high", allow_null=True, default=None)


class WaveViewSet(WaveAgreementMixin, WaveResultsMixin):
    queryset = Wave.objects.select_related("questionnaire", "programme__organisation")
    serializer_class = WaveSerializer
    create_class, update_class, written_class = NewWaveSerializer, WavePlanSerializer, WaveSerializer
    filterset_fields = ("programme", "questionnaire", "moment", "audience", "mode")

    def create(self, request: ApiRequest) -> ApiResponse:
        """A lead has one more thing asked."""
        values = self.parsed()
        programmes = Programme.objects.select_related("organisation")
        programme = self.related(programmes, values.pop("programme"), "programme")
        self.require(policies.may_create_wave(request.user, programme))
        made = actions.create_wave(programme, Plan(**self._seen(values)), by=request.user)
        return self.shown(made.pk, status=201)

    def partial_update(self, request: ApiRequest, pk: str) -> ApiResponse:
        """What is left out stays; once somebody was asked, what was promised does too."""
        wave = self.get_object()
        self.require(policies.may_edit_wave(request.user, wave))
        known = {name: getattr(wave, name) for name in PLANNED}
        actions.edit_wave(wave, Plan(**known | self._seen(self.parsed(partial=True))), by=request.user)
        return self.shown(wave.pk)

    def _seen(self, values: dict[str, Any]) -> dict[str, Any]:
        """With the questionnaire that a number names, if this person may see it."""
        if "questionnaire" in values:
            number = values["questionnaire"]
            values["questionnaire"] = self.related(Questionnaire.objects.all(), number, "questionnaire")
        return values

    @act()
    def stop(self, request: ApiRequest, pk: str) -> ApiResponse:
        """It asks and reminds nobody any more."""
        return self.do(policies.may_stop_wave, actions.stop_wave)

    @act(answers=RateSerializer(many=True), method="get")
    def rates(self, request: ApiRequest, pk: str) -> ApiResponse:
        """RR1, RR2, RR5 and RR6, each with its denominator; nothing before anybody was asked."""
        wave = self.get_object()
        self.require(policies.may_read_rates(request.user, wave))
        return ApiResponse(RateSerializer(rates_of(wave), many=True).data)


# --- Requests and responses -----------------------------------------------------------------------
class RequestSerializer(serializers.ModelSerializer[Request]):
    """One ask and what became of it."""

    respondent_name = serializers.CharField(read_only=True)
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
    """{item code: answer}: a point or number, an ISO day, words, a code or list of codes, {"codes", "text"} for
    “other”, null for “not applicable”, "no_say", or "" to take it back; items left out stay as they were."""

    answers = serializers.DictField(child=serializers.JSONField(allow_null=True), allow_empty=False)


class EnterSerializer(AnswersSerializer):
    """How they were given, the answers, and whether that is all: then they are sent."""

    entry = serializers.ChoiceField(choices=Response.Entry.choices)
    send = serializers.BooleanField(default=False)


class RequestViewSet(ScopedViewSet):
    queryset = Request.objects.select_related(
        "wave__questionnaire", "version", "respondent", "journey__programme__organisation", "journey__project"
    )
    serializer_class = RequestSerializer
    filterset_fields = ("wave", "wave__moment", "journey", "respondent", "state")
    ordering_fields = ("sent_at", "expires_at")

    def shown(self, pk: Any, status: int = 200) -> ApiResponse:
        """The row; nothing (204) where what was done of it may no longer be read, as in an anonymous wave."""
        return super().shown(pk, status) if self.get_queryset().filter(pk=pk).exists() else ApiResponse(status=204)

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
    def resend(self, request: ApiRequest, pk: str) -> ApiResponse:
        """One that expired, or whose letter came back, is asked again."""
        return self.do(policies.may_resend_request, actions.resend_request)

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

    @act(EnterSerializer)
    def enter(self, request: ApiRequest, pk: str) -> ApiResponse:
        """A lead enters answers given on paper or by phone; identified waves only."""
        row = self.get_object()
        self.require(policies.may_enter_answers(request.user, row))
        values = self.parsed()
        actions.enter_answers(row, values["answers"], by=request.user, entry=values["entry"])
        if values["send"]:
            actions.complete_request(row, by=request.user)
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
    codes = serializers.ListField(child=serializers.CharField(), read_only=True)

    class Meta:
        model = Answer
        fields = ("item", "value", "number", "day", "text", "codes", "missing", "updated_at")
        read_only_fields = fields


class ResponseSerializer(serializers.ModelSerializer[Response]):
    """One answer sheet."""

    answers = AnswerSerializer(many=True, read_only=True)
    journey = serializers.IntegerField(source="request.journey_id", read_only=True)
    moment = serializers.CharField(source="request.wave.moment", read_only=True)

    class Meta:
        model = Response
        fields = ("id", "request", "journey", "moment", "completed_at", "entry", "entered_by", "answers")
        read_only_fields = fields


class ResponseViewSet(ScopedViewSet):
    queryset = Response.objects.select_related("request__wave").prefetch_related("answers__item")
    serializer_class = ResponseSerializer
    filterset_fields = ("request", "request__journey", "request__wave", "request__wave__moment")
    ordering_fields = ("completed_at",)


routes = [
    ("questionnaires", QuestionnaireViewSet),
    ("waves", WaveViewSet),
    ("requests", RequestViewSet),
    ("responses", ResponseViewSet),
    ("indicators", FigureViewSet),
    ("own-indicators", OwnIndicatorViewSet),
    ("territory", TerritoryViewSet),
    ("territory-lists", TerritoryListViewSet),
    ("voices", VoicesViewSet),
    ("campaigns", CampaignViewSet),
    ("snapshots", SnapshotViewSet),
    ("report-schedules", ScheduleViewSet),
]
