"""The ledger of hours."""

from typing import Any

from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from backend.lib.api import ReasonSerializer, ScopedViewSet, act
from journeys import actions, policies
from journeys.models import Delivery, DeliveryMessage, Journey
from journeys.queries.ledger import tally
from journeys.queries.thread import thread_of


class DeliveryMessageSerializer(serializers.ModelSerializer[DeliveryMessage]):
    """One word of a thread. `proposed_minutes`: 0 says that it did not take place."""

    class Meta:
        model = DeliveryMessage
        fields = ("number", "side", "by", "text", "proposed_minutes", "created_at")


class ThreadSerializer(serializers.Serializer[Any]):
    """What was said of a line, whose answer is awaited ("" once it is over), and the figure to accept."""

    turn = serializers.CharField()
    proposed = serializers.IntegerField(allow_null=True)
    number = serializers.IntegerField(help_text="Send it as `seen` with an answer: another word since is told.")
    messages = DeliveryMessageSerializer(many=True)


class DeliverySerializer(serializers.ModelSerializer[Delivery]):
    dispute = serializers.SerializerMethodField(help_text="Empty for those who may not read the thread.")

    def get_dispute(self, delivery: Delivery) -> str:
        return delivery.dispute if policies.may_read_thread(self.context["request"].user, delivery) else ""

    class Meta:
        model = Delivery
        fields = (
            "id", "journey", "step", "kind", "sort", "source", "happened_at", "minutes", "state", "declared_by",
            "confirmed_by", "confirmed_at", "disputed_at", "dispute", "voided_at", "void_reason", "replaces",
            "statement", "created_at",
        )  # fmt: skip


class DisputeDeliverySerializer(serializers.Serializer[Any]):
    comment = serializers.CharField(max_length=500)
    minutes = serializers.IntegerField(min_value=1, required=False, help_text="How long it was, if you know.")
    did_not_happen = serializers.BooleanField(required=False, default=False)


class AnswerCorrectionSerializer(serializers.Serializer[Any]):
    text = serializers.CharField(max_length=500)
    minutes = serializers.IntegerField(min_value=0, required=False, help_text="Left out, your last figure stands.")
    seen = serializers.IntegerField(min_value=0, required=False)


class AcceptCorrectionSerializer(serializers.Serializer[Any]):
    seen = serializers.IntegerField(min_value=0, required=False)


class SettleCorrectionSerializer(serializers.Serializer[Any]):
    minutes = serializers.IntegerField(min_value=0, help_text="0: it did not take place, the line is voided.")
    reason = serializers.CharField(max_length=500)


class ReplaceDeliverySerializer(serializers.Serializer[Any]):
    minutes = serializers.IntegerField(min_value=1)
    happened_at = serializers.DateTimeField(required=False)
    reason = serializers.CharField(max_length=240)


class DeclareDeliverySerializer(serializers.Serializer[Any]):
    journey = serializers.IntegerField(help_text="A journey you lead or accompany.")
    sort = serializers.ChoiceField([Delivery.Sort.PREPARATION, Delivery.Sort.TRAVEL])
    kind = serializers.ChoiceField(Delivery.Kind.choices)
    happened_at = serializers.DateTimeField()
    minutes = serializers.IntegerField(min_value=1, max_value=1440)


class TotalSerializer(serializers.Serializer[Any]):
    """Minutes and lines of one sort of time, kind and state; void and planned ones are told too, and never received."""

    sort = serializers.CharField()
    kind = serializers.CharField()
    state = serializers.CharField()
    minutes = serializers.IntegerField()
    lines = serializers.IntegerField()


class DeliveryViewSet(ScopedViewSet):
    """Lines of hours: never edited, voided and replaced. Sum them by state, contact time apart."""

    queryset = Delivery.objects.select_related("journey__programme__organisation", "journey__holder", "step").order_by(
        "-happened_at", "-pk"
    )
    serializer_class = DeliverySerializer
    filterset_fields = {
        "journey": ["exact"],
        "journey__programme": ["exact"],
        "step": ["exact"],
        "kind": ["exact"],
        "sort": ["exact"],
        "state": ["exact", "in"],
        "source": ["exact"],
        "happened_at": ["gte", "lt"],
    }
    ordering_fields = ("happened_at", "minutes", "created_at", "id")
    create_class = DeclareDeliverySerializer

    def create(self, request: Request) -> Response:
        """Preparation or travel, declared by who spent it; contact time comes from sessions, dates and stays."""
        data = self.parsed()
        journeys = Journey.objects.select_related("programme__organisation").prefetch_related("companions")
        journey = self.related(journeys, data.pop("journey"), "journey")
        self.require(policies.may_declare_delivery(request.user, journey))
        return self.shown(actions.declare_delivery(journey, **data, by=request.user).pk, 201)

    @act(answers=TotalSerializer(many=True), detail=False, method="get")
    def totals(self, request: Request) -> Response:
        """The sums of the lines that the same filters list, as every page and file adds them up."""
        found = tally(self.filter_queryset(self.get_queryset()))
        return Response(
            [
                {"sort": sort, "kind": kind, "state": state, "minutes": minutes, "lines": lines}
                for (sort, kind), cells in sorted(found.cells.items())
                for state, (minutes, lines) in sorted(cells.items())
            ]
        )

    @act()
    def confirm(self, request: Request, pk: str) -> Response:
        """The person who received the hours vouches for them."""
        return self.do(policies.may_confirm_delivery, actions.confirm_delivery)

    @act(DisputeDeliverySerializer)
    def dispute(self, request: Request, pk: str) -> Response:
        """They are not as declared, and why; whoever declared them is told."""
        return self.do(policies.may_dispute_delivery, actions.dispute_delivery)

    @act(answers=ThreadSerializer, method="get")
    def thread(self, request: Request, pk: str) -> Response:
        """What both sides said of the line: for them and the leads."""
        row = self.get_object()
        self.require(policies.may_read_thread(request.user, row))
        return Response(ThreadSerializer(thread_of(row)).data)

    @act(AnswerCorrectionSerializer)
    def answer(self, request: Request, pk: str) -> Response:
        """One side answers the other, with a figure or standing by her own."""
        return self.do(policies.may_answer_correction, actions.answer_correction)

    @act(AcceptCorrectionSerializer)
    def accept(self, request: Request, pk: str) -> Response:
        """One side takes the other's figure; answers with the line that stands."""
        row = self.get_object()
        self.require(policies.may_accept_correction(request.user, row))
        return self.shown(actions.accept_correction(row, **self.parsed(), by=request.user).pk)

    @act(SettleCorrectionSerializer)
    def settle(self, request: Request, pk: str) -> Response:
        """A lead decides between the two, with her reason; answers with the line that stands."""
        row = self.get_object()
        self.require(policies.may_settle_correction(request.user, row))
        return self.shown(actions.settle_correction(row, **self.parsed(), by=request.user).pk)

    @act(ReasonSerializer)
    def void(self, request: Request, pk: str) -> Response:
        """The line counts no more; it stays readable with its reason."""
        return self.do(policies.may_void_delivery, actions.void_delivery)

    @act(ReplaceDeliverySerializer)
    def replace(self, request: Request, pk: str) -> Response:
        """The line is voided; answers with the new one in its place, which a letter asks the holder to confirm."""
        row = self.get_object()
        self.require(policies.may_replace_delivery(request.user, row))
        return self.shown(actions.replace_delivery(row, **self.parsed(), asks_anew=True, by=request.user).pk)
