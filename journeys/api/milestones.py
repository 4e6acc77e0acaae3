"""Milestones reached, proposed by holders, and the files that show them."""

from typing import Any

from django.http import HttpResponse
from drf_spectacular.types import OpenApiTypes
from rest_framework import serializers
from rest_framework.parsers import JSONParser, MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from backend.lib.api import ReasonSerializer, ScopedViewSet, act
from backend.lib.uploads import HEAVIEST
from journeys import actions, policies
from journeys.api.journeys import StepSerializer
from journeys.models import EvidenceFile, Milestone, MilestoneProposal, Step
from journeys.queries.evidence import download
from journeys.queries.milestones import whole


class MilestoneSerializer(serializers.ModelSerializer[Milestone]):
    journey = serializers.IntegerField(source="step.journey_id", read_only=True)
    title_fr = serializers.CharField(source="step.title_fr", read_only=True)

    class Meta:
        model = Milestone
        fields = (
            "id", "step", "journey", "title_fr", "reached_on", "evidence", "evidence_url", "recorded_by", "created_at",
        )  # fmt: skip


class EvidenceSerializer(serializers.Serializer[Any]):
    """At least one of words, a link, files. Send files as multipart/form-data, the field `uploads` repeated."""

    step = serializers.IntegerField(help_text="A milestone step of a journey.")
    reached_on = serializers.DateField()
    evidence = serializers.CharField(max_length=4000, required=False, allow_blank=True)
    evidence_url = serializers.URLField(max_length=500, required=False, allow_blank=True)
    uploads = serializers.ListField(child=serializers.FileField(max_length=255), required=False, max_length=5)

    def validate_uploads(self, value: Any) -> list[actions.Upload]:
        return [actions.Upload(sent.name, sent.read(HEAVIEST + 1)) for sent in value]


class EvidenceViewSet(ScopedViewSet):
    """Reads evidence as JSON, or as a form with files."""

    parser_classes = [JSONParser, MultiPartParser]

    def said(self) -> tuple[Step, dict[str, Any]]:
        """The step that is named, and what shows it."""
        data = self.parsed()
        steps = Step.objects.select_related("journey__programme__organisation", "journey__holder__user")
        steps = steps.select_related("journey__referent").prefetch_related("journey__companions")
        return self.related(steps, data.pop("step"), "step"), data


class MilestoneViewSet(EvidenceViewSet):
    """Milestones reached, dated and evidenced."""

    queryset = Milestone.objects.select_related("step__journey__programme__organisation").order_by("-reached_on", "pk")
    serializer_class = MilestoneSerializer
    create_class = EvidenceSerializer
    filterset_fields = {
        "step": ["exact"],
        "step__journey": ["exact"],
        "step__journey__programme": ["exact"],
        "reached_on": ["gte", "lte"],
    }
    ordering_fields = ("reached_on", "created_at", "id")

    def create(self, request: Request) -> Response:
        """A milestone is reached."""
        step, data = self.said()
        self.require(policies.may_reach_milestone(request.user, step))
        return self.shown(actions.reach_milestone(step, **data, by=request.user).pk, 201)

    @act(ReasonSerializer, answers=StepSerializer)
    def undo(self, request: Request, pk: str) -> Response:
        """It was not reached after all, and why; answers with the step, to reach again."""
        row = self.get_object()
        self.require(policies.may_undo_milestone(request.user, row))
        step = actions.undo_milestone(row, **self.parsed(), by=request.user)
        return Response(StepSerializer(step).data)


class MilestoneProposalSerializer(serializers.ModelSerializer[MilestoneProposal]):
    journey = serializers.IntegerField(source="step.journey_id", read_only=True)

    class Meta:
        model = MilestoneProposal
        fields = (
            "id", "step", "journey", "proposed_by", "reached_on", "evidence", "evidence_url", "state", "decided_at",
            "decided_by", "answer", "created_at",
        )  # fmt: skip


class SendBackProposalSerializer(serializers.Serializer[Any]):
    answer = serializers.CharField(max_length=500)


class MilestoneProposalViewSet(EvidenceViewSet):
    """Milestones that holders say they reached: accepted, or sent back with a sentence."""

    queryset = whole(MilestoneProposal.objects.all()).order_by("-created_at", "-pk")
    serializer_class = MilestoneProposalSerializer
    create_class = EvidenceSerializer
    filterset_fields = {
        "step": ["exact"],
        "step__journey": ["exact"],
        "step__journey__programme": ["exact"],
        "state": ["exact"],
    }
    ordering_fields = ("created_at", "id")

    def create(self, request: Request) -> Response:
        """The holder proposes a milestone as reached."""
        step, data = self.said()
        self.require(policies.may_propose_milestone(request.user, step))
        return self.shown(actions.propose_milestone(step, **data, by=request.user).pk, 201)

    @act()
    def withdraw(self, request: Request, pk: str) -> Response:
        """The holder takes it back."""
        return self.do(policies.may_withdraw_proposal, actions.withdraw_proposal)

    @act()
    def accept(self, request: Request, pk: str) -> Response:
        """The milestone is reached, on the day and evidence proposed."""
        return self.do(policies.may_accept_proposal, actions.accept_proposal)

    @act(SendBackProposalSerializer)
    def send_back(self, request: Request, pk: str) -> Response:
        """Something is missing, and what; a letter tells the holder."""
        return self.do(policies.may_send_back_proposal, actions.send_back_proposal)


class EvidenceFileSerializer(serializers.ModelSerializer[EvidenceFile]):
    class Meta:
        model = EvidenceFile
        fields = ("id", "step", "proposal", "name", "content_type", "size", "digest", "added_by", "created_at")


class EvidenceFileViewSet(ScopedViewSet):
    """The files that show milestones; each is only ever downloaded."""

    queryset = EvidenceFile.objects.select_related(
        "proposal", "step__milestone", "step__journey__programme__organisation", "step__journey__holder"
    ).order_by("created_at", "pk")
    serializer_class = EvidenceFileSerializer
    filterset_fields = ("step", "proposal", "step__journey")
    ordering_fields = ("created_at", "id")

    @act(method="get", answers=OpenApiTypes.BINARY)
    def download(self, request: Request, pk: str) -> HttpResponse:
        """The file itself, as an attachment."""
        return download(self.get_object())

    @act(answers=StepSerializer)
    def remove(self, request: Request, pk: str) -> Response:
        """It should not be here; refused while somebody has it to read, and once the milestone is reached."""
        row = self.get_object()
        self.require(policies.may_remove_evidence_file(request.user, row))
        return Response(StepSerializer(actions.remove_evidence_file(row, by=request.user)).data)
