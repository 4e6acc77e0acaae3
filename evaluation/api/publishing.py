"""Publications: snapshots, each with its content, and the campaigns that lead to them, as on the pages."""

from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request as ApiRequest
from rest_framework.response import Response as ApiResponse

from backend.lib.api import ScopedViewSet, act
from evaluation import actions, policies
from evaluation.actions.publishing import CampaignPlan
from evaluation.api.led import organisation_led
from evaluation.models import Campaign, Snapshot
from evaluation.queries.publishing.checks import checks
from journeys.models import Programme

PLANNED: tuple[str, ...] = ("since", "until", "closes_on", "programme", "audience", "title", "note")


class SnapshotSerializer(serializers.ModelSerializer[Snapshot]):
    """A snapshot; `replaced_at`: null for the one that stands. `sha256`: of the bytes of its JSON file."""

    organisation = serializers.IntegerField(source="campaign.organisation_id", read_only=True)
    programme = serializers.IntegerField(source="campaign.programme_id", read_only=True, allow_null=True)
    since = serializers.DateField(source="campaign.since", read_only=True, allow_null=True)
    until = serializers.DateField(source="campaign.until", read_only=True)

    class Meta:
        model = Snapshot
        fields: tuple[str, ...] = (
            "id", "campaign", "number", "organisation", "programme", "since", "until", "published_at", "replaced_at",
            "sha256",
        )  # fmt: skip


class SnapshotContentSerializer(SnapshotSerializer):
    """With its content: scope, figures with their definitions, tables; null is hidden or not known."""

    content = serializers.SerializerMethodField()

    class Meta(SnapshotSerializer.Meta):
        fields = (*SnapshotSerializer.Meta.fields, "content")

    @extend_schema_field(OpenApiTypes.OBJECT)
    def get_content(self, row: Snapshot) -> dict[str, Any]:
        return row.content


class SnapshotViewSet(ScopedViewSet):
    """What was published of the organisations whose figures she reads; never what is in preparation."""

    queryset = Snapshot.objects.select_related("campaign").order_by("-published_at", "-pk")
    serializer_class = SnapshotSerializer
    filterset_fields = ("campaign", "campaign__organisation", "campaign__programme")

    def get_serializer_class(self) -> type[SnapshotSerializer]:
        return SnapshotContentSerializer if self.action == "retrieve" else SnapshotSerializer


class CampaignSerializer(serializers.ModelSerializer[Campaign]):
    """A publication in preparation, or published; `revision` is to be sent back as `seen` by whoever changes it."""

    class Meta:
        model = Campaign
        fields: tuple[str, ...] = ("id", "organisation", *PLANNED, "state", "checked_by", "reviewed_by", "revision")
        read_only_fields = fields


class CheckSerializer(serializers.Serializer[Any]):
    """Something to mend before it is published: a sentence, and the rows of which figure show it (""; of none)."""

    words = serializers.CharField()
    figure = serializers.CharField(source="code")
    where = serializers.DictField(child=serializers.CharField())


class PlanCampaignSerializer(serializers.ModelSerializer[Campaign]):
    """What is published: which days, by when facts are to be complete, of one programme or of all, for whom."""

    programme = serializers.IntegerField(required=False, allow_null=True)

    class Meta:
        model = Campaign
        fields: tuple[str, ...] = PLANNED


class CreateCampaignSerializer(PlanCampaignSerializer):
    """With its organisation; left out by who leads only one."""

    organisation = serializers.IntegerField(required=False)

    class Meta(PlanCampaignSerializer.Meta):
        fields = ("organisation", *PLANNED)


class ChangeCampaignSerializer(PlanCampaignSerializer):
    """What is left out stays; `seen`: the revision that was read."""

    seen = serializers.IntegerField()

    class Meta(PlanCampaignSerializer.Meta):
        fields = ("seen", *PLANNED)


class WithdrawCampaignSerializer(serializers.Serializer[Any]):
    """Why what was published is withdrawn: whoever was written to about it reads this."""

    why = serializers.CharField(max_length=500)


class CampaignViewSet(ScopedViewSet):
    """For leads of the organisation. Published by `check`, then `review` by another lead, then `publish`."""

    queryset = Campaign.objects.order_by("-until", "-pk")
    serializer_class = CampaignSerializer
    create_class, update_class = CreateCampaignSerializer, ChangeCampaignSerializer
    filterset_fields = ("organisation", "programme", "state")

    def create(self, request: ApiRequest) -> ApiResponse:
        """A publication in preparation: nothing of it is read outside before it is published."""
        self.require(request.user.has_role("lead"))
        values = self.parsed()
        organisation = organisation_led(self.request.user, values.pop("organisation", None))
        self.require(policies.may_create_campaign(request.user, organisation.pk))
        made = actions.create_campaign(organisation, self._plan(values), by=request.user)
        return self.shown(made.pk, status=201)

    def partial_update(self, request: ApiRequest, pk: str) -> ApiResponse:
        """It says this from now on. 409 if somebody else changed it since the revision that was `seen`."""
        row = self.get_object()
        self.require(policies.may_update_campaign(request.user, row))
        values = self.parsed(partial=True)
        if "seen" not in values:
            raise serializers.ValidationError({"seen": [_("Say what you have read: its “revision”.")]})
        seen = values.pop("seen")
        known = {name: getattr(row, name) for name in PLANNED}
        actions.update_campaign(row, self._plan(values, known), by=request.user, revision=seen)
        return self.shown(row.pk)

    def _plan(self, values: dict[str, Any], known: dict[str, Any] | None = None) -> CampaignPlan:
        if values.get("programme") is not None:
            seen = Programme.objects.select_related("organisation")
            values["programme"] = self.related(seen, values["programme"], "programme")
        return CampaignPlan(**(known or {}) | values)

    @extend_schema(responses=CheckSerializer(many=True), filters=False)
    @action(detail=True, methods=["get"], pagination_class=None)
    def checks(self, request: ApiRequest, pk: str) -> ApiResponse:
        """What is left to mend: missing facts, hours not confirmed, few answers."""
        row = self.get_object()
        self.require(policies.may_check_campaign(request.user, row))
        return ApiResponse(CheckSerializer(checks(row), many=True).data)

    @act()
    def check(self, request: ApiRequest, pk: str) -> ApiResponse:
        """What is left to mend was read; it goes on."""
        return self.do(policies.may_check_campaign, actions.check_campaign)

    @act()
    def review(self, request: ApiRequest, pk: str) -> ApiResponse:
        """Looked over, by another lead than the one who checked it."""
        return self.do(policies.may_review_campaign, actions.review_campaign)

    @act()
    def reopen(self, request: ApiRequest, pk: str) -> ApiResponse:
        """In preparation again; what was published stays until it is replaced."""
        return self.do(policies.may_reopen_campaign, actions.reopen_campaign)

    @act(answers=SnapshotSerializer, code=201)
    def publish(self, request: ApiRequest, pk: str) -> ApiResponse:
        """Its figures are frozen in a snapshot, which is answered."""
        row = self.get_object()
        self.require(policies.may_publish_campaign(request.user, row))
        made = actions.publish_campaign(row, by=request.user)
        return ApiResponse(SnapshotSerializer(made).data, status=201)

    @act(WithdrawCampaignSerializer)
    def withdraw(self, request: ApiRequest, pk: str) -> ApiResponse:
        """What was published of it is read by leads only from now on, with the reason."""
        return self.do(policies.may_withdraw_campaign, actions.withdraw_campaign)

    @act(code=204)
    def discard(self, request: ApiRequest, pk: str) -> ApiResponse:
        """It is no more; 409 once something of it was published."""
        row = self.get_object()
        self.require(policies.may_discard_campaign(request.user, row))
        actions.discard_campaign(row, by=request.user)
        return ApiResponse(status=204)
