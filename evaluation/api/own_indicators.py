"""Indicators of leads: read with their values and rows, drafted, published, aimed, archived: as on the pages."""

from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.exceptions import NotFound
from rest_framework.request import Request as ApiRequest
from rest_framework.response import Response as ApiResponse

from backend.accounts.models import Organisation
from backend.lib.api import ScopedViewSet, act
from backend.lib.paging import Along, Pages
from backend.lib.refusal import Refused
from evaluation import actions, policies
from evaluation.api.filters import FILTERS, KNOWN, require_live
from evaluation.api.led import organisation_led
from evaluation.api.own_indicator_shapes import (
    CreateIndicatorSerializer,
    DiscardIndicatorSerializer,
    DropTargetSerializer,
    FollowedSerializer,
    OpenedIndicatorSerializer,
    OpenedValueSerializer,
    OwnIndicatorSerializer,
    PublishIndicatorSerializer,
    ReviseIndicatorSerializer,
    SetBaselineSerializer,
    SetTargetSerializer,
    printed,
)
from evaluation.api.rows import (
    DAYS,
    PART,
    ChangedRowSerializer,
    LineSerializer,
    WhySerializer,
    changes_answer,
    days_asked,
    past_asked,
    rows_answer,
    scope_asked,
    why_answer,
)
from evaluation.forms.indicators import IndicatorForm
from evaluation.forms.past import end_of
from evaluation.models import Indicator, IndicatorVersion
from evaluation.queries.indicators import opened, pages
from evaluation.queries.indicators.changes import indicator_why
from evaluation.queries.indicators.offers import offers
from evaluation.queries.indicators.opened import rows_of
from evaluation.queries.indicators.pool import Pool
from evaluation.queries.indicators.versions import at_work
from evaluation.queries.lines import row_set
from evaluation.queries.past.why import Why
from evaluation.queries.scope import Scope
from journeys.models import Programme

PERIOD = [one for one in FILTERS if one.name in ("period", "since", "until")]
OF = OpenApiParameter("of", OpenApiTypes.STR, enum=["first", "second"], description="Of its first or second measure.")
FIRST = {"shape": "figure", "matures_from": "started", "direction": "more"}


class OwnIndicatorViewSet(ScopedViewSet):
    """For leads of the organisation, who make them and read their values as they stand now."""

    queryset = pages.with_versions(Indicator.objects.all())
    serializer_class = OwnIndicatorSerializer
    create_class, update_class, written_class = (
        CreateIndicatorSerializer, ReviseIndicatorSerializer, OpenedIndicatorSerializer,
    )  # fmt: skip
    filterset_fields = {"organisation": ["exact"], "programme": ["exact"], "code": ["exact"], "archived_at": ["isnull"]}

    def get_serializer_class(self) -> type[serializers.BaseSerializer[Any]]:
        return OwnIndicatorSerializer if self.action == "list" else OpenedIndicatorSerializer

    def filter_queryset(self, queryset: Any) -> Any:
        """Whoever is of the organisation knows that it exists; only who reads its figures is told what it says."""
        if self.action == "list":
            queryset = queryset.filter(organisation__in=policies.figure_organisation_ids(self.request.user))
        return super().filter_queryset(queryset)

    @extend_schema(responses=OpenedIndicatorSerializer)
    def retrieve(self, request: ApiRequest, pk: str) -> ApiResponse:
        """With every definition, every target, and the draft."""
        return ApiResponse(self.get_serializer(self._read(request)).data)

    # --- Made ------------------------------------------------------------------------------------------
    def create(self, request: ApiRequest) -> ApiResponse:
        """A lead writes the first definition: a draft."""
        self.require(policies.may_list_indicators(request.user))
        values = self.parsed()
        organisation = organisation_led(self.request.user, values.pop("organisation", None))
        self.require(policies.may_create_indicator(request.user, organisation.pk))
        asked = values.pop("programme", None)
        seen = Programme.objects.select_related("organisation")
        programme = self.related(seen, asked, "programme") if asked is not None else None
        facts = self._facts(organisation, FIRST | values)
        made = actions.create_indicator(organisation, by=request.user, programme=programme, **facts)
        return self.shown(made.indicator_id, status=201)

    def partial_update(self, request: ApiRequest, pk: str) -> ApiResponse:
        """Its draft says this, begun if there is none; what is left out stays. 409 if changed since it was `seen`."""
        row = self.get_object()
        self.require(policies.may_revise_indicator(request.user, row))
        values = self.parsed(partial=True)
        if "seen" not in values:
            raise serializers.ValidationError({"seen": [_("Say what you have read: “seen” of the indicator.")]})
        seen, version = values.pop("seen"), at_work(row)
        facts = self._facts(row.organisation, values, version)
        actions.revise_indicator(row, by=request.user, seen=seen, **facts)
        return self.shown(row.pk)

    def _facts(
        self, organisation: Organisation, values: dict[str, Any], version: IndicatorVersion | None = None
    ) -> dict[str, Any]:
        """Read by the form of the page: what it offers to choose from, and its sentences."""
        known = {name: getattr(version, name) for name in IndicatorVersion.FACTS} if version else {}
        given: dict[str, Any] = {**known, **values}
        narrow = given.pop("narrow", {})
        given = {name: sorted(one) if isinstance(one, set) else one for name, one in given.items()}
        form = IndicatorForm(
            {**given, **narrow}, offers=offers([organisation]), version=version,
            organisations=[organisation],
        )  # fmt: skip
        if not form.is_valid():
            raise serializers.ValidationError(form.errors)
        return form.facts

    @act(PublishIndicatorSerializer)
    def publish(self, request: ApiRequest, pk: str) -> ApiResponse:
        """The draft becomes what it counts, and never changes again."""
        row = self.get_object()
        self.require(policies.may_publish_indicator(request.user, row))
        actions.publish_indicator(self._draft(row), by=request.user, **self.parsed())
        return self.shown(row.pk)

    @act(DiscardIndicatorSerializer)
    def discard(self, request: ApiRequest, pk: str) -> ApiResponse:
        """The draft goes away; one that was never published goes with it (204)."""
        row = self.get_object()
        self.require(policies.may_discard_indicator(request.user, row))
        actions.discard_indicator(self._draft(row), by=request.user, **self.parsed())
        return self.shown(row.pk) if self.get_queryset().filter(pk=row.pk).exists() else ApiResponse(status=204)

    def _draft(self, row: Indicator) -> IndicatorVersion:
        draft = row.versions.drafts().first()
        if draft is None:
            raise Refused(_("There is no draft of it: nothing was changed."))
        return draft

    @act()
    def archive(self, request: ApiRequest, pk: str) -> ApiResponse:
        """It leaves the dashboard; what it said stays to be read."""
        return self.do(policies.may_archive_indicator, actions.archive_indicator)

    @act()
    def restore(self, request: ApiRequest, pk: str) -> ApiResponse:
        """An archived one is followed again."""
        return self.do(policies.may_restore_indicator, actions.restore_indicator)

    @act(SetTargetSerializer)
    def target(self, request: ApiRequest, pk: str) -> ApiResponse:
        """What it should reach; an earlier target for the same period is kept, marked as replaced."""
        return self.do(policies.may_set_target, actions.set_target)

    @act(DropTargetSerializer)
    def drop_target(self, request: ApiRequest, pk: str) -> ApiResponse:
        """It is aimed at no more; it stays to be read."""
        row = self.get_object()
        self.require(policies.may_drop_target(request.user, row))
        found = row.targets.filter(pk=self.parsed()["target"]).first()
        if found is None:
            raise serializers.ValidationError({"target": [_("No such row for you.")]})
        actions.drop_target(found, by=request.user)
        return self.shown(row.pk)

    @act(SetBaselineSerializer)
    def baseline(self, request: ApiRequest, pk: str) -> ApiResponse:
        """Where it stood before."""
        return self.do(policies.may_set_baseline, actions.set_baseline)

    # --- Valued ----------------------------------------------------------------------------------------
    @extend_schema(
        parameters=[*FILTERS, KNOWN], responses=FollowedSerializer(many=True), filters=False,
        operation_id="own_indicators_values_list",
    )  # fmt: skip
    @action(detail=False, methods=["get"], pagination_class=None)
    def values(self, request: ApiRequest) -> ApiResponse:
        """All that are followed in a scope, valued together."""
        with past_asked(request):
            scope = scope_asked(request)
            found = pages.followed(request.user, scope, Pool(scope))
            return ApiResponse(FollowedSerializer([printed(one) for one in found], many=True).data)

    @extend_schema(parameters=[*PERIOD, KNOWN], responses=OpenedValueSerializer)
    @action(detail=True, methods=["get"])
    def value(self, request: ApiRequest, pk: str) -> ApiResponse:
        """Its value in a period, as it is or as it was known on a day."""
        row = self._read(request)
        with past_asked(request):
            scope = scope_asked(request, organisation=row.organisation_id)
            page = opened.page(row, self._version(row), scope)
            if page["one"] is None:
                raise NotFound
            body = printed(page["one"]) | {"since": scope.since, "until": scope.until, "missing": page["missing"]}
            body["breakdowns"] = [{"dimension": str(label), "parts": parts} for label, parts in page["parts"]]
            return ApiResponse(OpenedValueSerializer(body).data)

    @extend_schema(parameters=[OF, *PERIOD, KNOWN], responses=LineSerializer(many=True), filters=False)
    @action(detail=True, methods=["get"], pagination_class=Along)
    def rows(self, request: ApiRequest, pk: str) -> ApiResponse:
        """The rows that it counts."""
        row = self._read(request)
        with past_asked(request):
            counted = rows_of(self._version(row), self._scope(request, row), is_second=self._is_second(request))
            if counted is None:
                raise NotFound
            return rows_answer(request, self, row_set(counted.measure, counted.scope))

    @extend_schema(parameters=[*DAYS, OF, *PERIOD], responses=WhySerializer)
    @action(detail=True, methods=["get"])
    def why(self, request: ApiRequest, pk: str) -> ApiResponse:
        """Why it has changed between two days on which it was known: leads of the organisation only."""
        found, days = self._why(request)
        return why_answer(found, days)

    @extend_schema(parameters=[*DAYS, OF, PART, *PERIOD], responses=ChangedRowSerializer(many=True), filters=False)
    @action(detail=True, methods=["get"], pagination_class=Pages)
    def changes(self, request: ApiRequest, pk: str) -> ApiResponse:
        """The rows that make it another, each with its cause: leads of the organisation only."""
        found, days = self._why(request)
        return changes_answer(request, self, found, days)

    def _why(self, request: ApiRequest) -> tuple[Why, Any]:
        row = self._read(request)
        days = days_asked(request)
        moments = end_of(days[0]), end_of(days[1])
        found = indicator_why(row, self._scope(request, row), *moments, is_second=self._is_second(request))
        if found is None:
            raise NotFound
        return found, days

    def _read(self, request: ApiRequest) -> Indicator:
        row: Indicator = self.get_object()
        require_live(request.user, policies.may_read_indicator(request.user, row))
        return row

    def _version(self, row: Indicator) -> IndicatorVersion:
        """The definition that holds; 404 where none was ever published."""
        versions = pages.versions_of(row)
        if not versions:
            raise NotFound
        return versions[0]

    def _scope(self, request: ApiRequest, row: Indicator) -> Scope:
        return scope_asked(request, organisation=row.organisation_id)

    def _is_second(self, request: ApiRequest) -> bool:
        asked = request.query_params.get("of", "first")
        if asked not in ("first", "second"):
            raise serializers.ValidationError({"of": ["first, second"]})
        return asked == "second"
