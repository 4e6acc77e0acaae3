"""Reports on a schedule over the API: listed, set up, changed, paused, stopped, with the rules of the pages."""

from collections.abc import Iterable
from typing import Any, ClassVar

from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request as ApiRequest
from rest_framework.response import Response as ApiResponse

from backend.accounts.models import Organisation, User
from backend.lib import clock
from backend.lib.api import ScopedViewSet, act
from backend.lib.doors import number
from evaluation import actions, policies
from evaluation.actions.reports import LONGEST, SchedulePlan
from evaluation.api.led import organisation_led
from evaluation.models import Campaign, ReportSchedule
from evaluation.queries.publishing.schedules import may_be_read_by, next_period
from journeys.models import Programme

PLANNED: tuple[str, ...] = ("every", "closes_after", "programme", "audience")
LARGEST_KEY = 2**63 - 1
WHOSE = OpenApiParameter("organisation", OpenApiTypes.INT, description="Left out by who leads only one.")


class ReportPeriodSerializer(serializers.Serializer[Any]):
    """The period whose publication is opened next, once it is over."""

    first = serializers.DateField()
    last = serializers.DateField()


class ScheduleSerializer(serializers.ModelSerializer[ReportSchedule]):
    """A report on a schedule; `revision` is to be sent back as `seen` by whoever changes it."""

    readers = serializers.PrimaryKeyRelatedField(many=True, read_only=True)  # type: ignore[var-annotated]  # of people
    coming = serializers.SerializerMethodField()

    class Meta:
        model = ReportSchedule
        fields: tuple[str, ...] = (
            "id", "organisation", *PLANNED, "readers", "starts_on", "paused_at", "coming", "revision",
        )  # fmt: skip
        read_only_fields = fields

    @extend_schema_field(ReportPeriodSerializer)
    def get_coming(self, row: ReportSchedule) -> dict[str, Any]:
        return dict(ReportPeriodSerializer(next_period(row, clock.today())).data)


class PlanScheduleSerializer(serializers.ModelSerializer[ReportSchedule]):
    """Which report, how often, closed how many days after its period, for whom, and who is written to."""

    programme = serializers.IntegerField(required=False, allow_null=True)
    closes_after = serializers.IntegerField(min_value=0, max_value=LONGEST, required=False)
    audience = serializers.ChoiceField(choices=Campaign.Audience.choices, required=False)
    readers = serializers.ListField(
        child=serializers.IntegerField(max_value=LARGEST_KEY), required=False, max_length=200
    )

    class Meta:
        model = ReportSchedule
        fields: tuple[str, ...] = (*PLANNED, "readers")
        validators: ClassVar[list[Any]] = []  # the action says why not


class CreateScheduleSerializer(PlanScheduleSerializer):
    """With its organisation; left out by who leads only one."""

    organisation = serializers.IntegerField(required=False)
    has_last = serializers.BooleanField(required=False, help_text="Also of the period that has just ended.")

    class Meta(PlanScheduleSerializer.Meta):
        fields = ("organisation", "has_last", *PLANNED, "readers")


class ChangeScheduleSerializer(PlanScheduleSerializer):
    """What is left out stays; `seen`: the revision that was read."""

    seen = serializers.IntegerField()

    class Meta(PlanScheduleSerializer.Meta):
        fields = ("seen", *PLANNED, "readers")


class ReportReaderSerializer(serializers.ModelSerializer[User]):
    """Somebody who may be written to."""

    name = serializers.CharField(source="get_full_name", read_only=True)

    class Meta:
        model = User
        fields = ("id", "name")


class ScheduleViewSet(ScopedViewSet):
    """For leads of the organisation: each report is opened by the clock once its period is over, published by leads,
    then sent to its readers."""

    queryset = ReportSchedule.objects.prefetch_related("readers").order_by("pk")
    serializer_class = ScheduleSerializer
    create_class, update_class = CreateScheduleSerializer, ChangeScheduleSerializer
    filterset_fields = ("organisation", "programme", "every")

    def create(self, request: ApiRequest) -> ApiResponse:
        """From the period under way on. 409 where this report is on a schedule already."""
        self.require(request.user.has_role("lead"))
        values = self.parsed()
        organisation = organisation_led(request.user, values.pop("organisation", None))
        self.require(policies.may_create_schedule(request.user, organisation.pk))
        readers = self._readers(organisation, values.pop("readers", []))
        made = actions.create_schedule(organisation, self._plan(values), readers, by=request.user)
        return self.shown(made.pk, status=201)

    def partial_update(self, request: ApiRequest, pk: str) -> ApiResponse:
        """It is this from now on. 409 if somebody else changed it since the revision that was `seen`."""
        row = self.get_object()
        self.require(policies.may_update_schedule(request.user, row))
        values = self.parsed(partial=True)
        if "seen" not in values:
            raise serializers.ValidationError({"seen": [_("Say what you have read: its “revision”.")]})
        seen = values.pop("seen")
        readers: Iterable[User] = row.readers.all()
        if "readers" in values:
            readers = self._readers(row.organisation, values.pop("readers"))
        known = {name: getattr(row, name) for name in PLANNED}
        actions.update_schedule(row, self._plan(values, known), readers, by=request.user, revision=seen)
        return self.shown(row.pk)

    def _plan(self, values: dict[str, Any], known: dict[str, Any] | None = None) -> SchedulePlan:
        if values.get("programme") is not None:
            seen = Programme.objects.select_related("organisation")
            values["programme"] = self.related(seen, values["programme"], "programme")
        return SchedulePlan(**(known or {"every": ReportSchedule.Every.QUARTER}) | values)

    def _readers(self, organisation: Organisation, ids: list[int]) -> list[User]:
        found = list(may_be_read_by(organisation).filter(pk__in=ids))
        if len(found) != len(set(ids)):
            raise serializers.ValidationError({"readers": [_("Choose among those who may read the publications.")]})
        return found

    @extend_schema(parameters=[WHOSE], responses=ReportReaderSerializer(many=True), filters=False)
    @action(detail=False, methods=["get"], pagination_class=None)
    def readers(self, request: ApiRequest) -> ApiResponse:
        """Who may be written to: leads and observers of the organisation, and stewards."""
        self.require(request.user.has_role("lead"))
        organisation = organisation_led(request.user, number(request.query_params.get("organisation", "")))
        return ApiResponse(ReportReaderSerializer(may_be_read_by(organisation), many=True).data)

    @act()
    def pause(self, request: ApiRequest, pk: str) -> ApiResponse:
        """Nothing is opened, and nobody written to, until it goes on."""
        return self.do(policies.may_pause_schedule, actions.pause_schedule)

    @act()
    def resume(self, request: ApiRequest, pk: str) -> ApiResponse:
        """It goes on with the period under way."""
        return self.do(policies.may_resume_schedule, actions.resume_schedule)

    @act(code=204)
    def drop(self, request: ApiRequest, pk: str) -> ApiResponse:
        """Stopped for good; what was published stays."""
        row = self.get_object()
        self.require(policies.may_drop_schedule(request.user, row))
        actions.drop_schedule(row, by=request.user)
        return ApiResponse(status=204)
