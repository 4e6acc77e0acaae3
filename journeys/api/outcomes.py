"""What came of journeys over HTTP: facts noted, corrected, shown, withdrawn and confirmed, and who was asked."""

from typing import Any

from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from backend.lib.api import ReasonSerializer, ScopedViewSet, act
from journeys import policies
from journeys.actions import outcomes as actions
from journeys.models import EvidenceFile, FollowUp, Journey, Outcome


class JourneyOutcomeSerializer(serializers.ModelSerializer[Outcome]):
    class Meta:
        model = Outcome
        fields = (
            "id", "journey", "kind", "happened_on", "code", "legal_form", "jobs_created", "jobs_lost", "amount_cents",
            "funder", "partner", "holder_confirmed_at", "partner_confirmed_at", "partner_declined_at", "note",
            "proof_url", "proof_file", "source", "recorded_by", "follow_up", "state", "proven_at", "withdrawn_at",
            "withdraw_reason", "replaces", "created_at",
        )  # fmt: skip


class ProofSerializer(serializers.Serializer[Any]):
    """At least one of words, a link, a document of the journey."""

    note = serializers.CharField(max_length=500, required=False, allow_blank=True)
    proof_url = serializers.URLField(max_length=500, required=False, allow_blank=True)
    proof_file = serializers.IntegerField(required=False, help_text="An evidence file of the same journey.")


class FactsSerializer(ProofSerializer):
    """The columns of its kind: a code for funding, exit, activity and help; jobs are full-time equivalents."""

    happened_on = serializers.DateField()
    code = serializers.ChoiceField(Outcome._meta.get_field("code").choices or [], required=False)
    legal_form = serializers.CharField(max_length=60, required=False)
    jobs_created = serializers.DecimalField(max_digits=6, decimal_places=2, min_value=0, required=False)
    jobs_lost = serializers.DecimalField(max_digits=6, decimal_places=2, min_value=0, required=False)
    amount_cents = serializers.IntegerField(min_value=1, max_value=100_000_000_000, required=False)
    funder = serializers.CharField(max_length=120, required=False, allow_blank=True)
    partner = serializers.CharField(max_length=160, required=False)
    partner_email = serializers.EmailField(required=False, allow_blank=True)


class AddOutcomeSerializer(FactsSerializer):
    journey = serializers.IntegerField(help_text="A journey of a programme you lead.")
    kind = serializers.ChoiceField(Outcome.Kind.choices)


class CorrectOutcomeSerializer(FactsSerializer):
    reason = serializers.CharField(max_length=240)


class NoteCooperationSerializer(serializers.Serializer[Any]):
    side = serializers.ChoiceField(["holder", "partner"])
    words = serializers.CharField(max_length=240)


class OutcomeViewSet(ScopedViewSet):
    """Facts of what came of journeys: never edited, withdrawn and replaced. What counts is not `withdrawn`."""

    queryset = Outcome.objects.select_related("journey__programme__organisation", "journey__holder").order_by(
        "-happened_on", "-pk"
    )
    serializer_class = JourneyOutcomeSerializer
    create_class = AddOutcomeSerializer
    filterset_fields = {
        "journey": ["exact"],
        "journey__programme": ["exact"],
        "kind": ["exact", "in"],
        "state": ["exact", "in"],
        "happened_on": ["gte", "lte"],
    }
    ordering_fields = ("happened_on", "created_at", "id")

    def create(self, request: Request) -> Response:
        """A lead notes one fact."""
        data = self._told()
        journey = self.related(
            Journey.objects.select_related("programme__organisation", "holder"), data.pop("journey"), "journey"
        )
        self.require(policies.may_add_outcome(request.user, journey))
        return self.shown(actions.add_outcome(journey, **data, by=request.user).pk, 201)

    def _told(self) -> dict[str, Any]:
        """What was sent, the document as its row."""
        data = self.parsed()
        if data.get("proof_file"):
            files = EvidenceFile.objects.select_related("step")
            data["proof_file"] = self.related(files, data["proof_file"], "proof_file")
        return data

    @act(CorrectOutcomeSerializer)
    def correct(self, request: Request, pk: str) -> Response:
        """The right line takes the place of this one, which stays; answers with the new one."""
        row = self.get_object()
        self.require(policies.may_correct_outcome(request.user, row))
        return self.shown(actions.correct_outcome(row, **self._told(), by=request.user).pk)

    @act(ProofSerializer)
    def prove(self, request: Request, pk: str) -> Response:
        """Somebody has seen what shows it."""
        row = self.get_object()
        self.require(policies.may_prove_outcome(request.user, row))
        return self.shown(actions.prove_outcome(row, **self._told(), by=request.user).pk)

    @act(ReasonSerializer)
    def withdraw(self, request: Request, pk: str) -> Response:
        """It counts no more; it stays readable with its reason."""
        return self.do(policies.may_withdraw_outcome, actions.withdraw_outcome)

    @act()
    def confirm(self, request: Request, pk: str) -> Response:
        """The project holder confirms a cooperation; the other side is asked by letter."""
        return self.do(policies.may_confirm_cooperation, actions.confirm_cooperation)

    @act(NoteCooperationSerializer)
    def note(self, request: Request, pk: str) -> Response:
        """A lead notes what one side told her."""
        return self.do(policies.may_note_cooperation, actions.note_cooperation)


class FollowUpSerializer(serializers.ModelSerializer[FollowUp]):
    class Meta:
        model = FollowUp
        fields = ("id", "journey", "months", "state", "answered_at", "created_at")


class FollowUpViewSet(ScopedViewSet):
    """Who was asked what became of a project, 6, 12 or 36 months after the end of the journey."""

    queryset = FollowUp.objects.order_by("-created_at", "pk")
    serializer_class = FollowUpSerializer
    filterset_fields = ("journey", "journey__programme", "months", "state")
    ordering_fields = ("created_at", "id")
