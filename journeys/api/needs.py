"""Who needs somebody today, and the signs that leads have set aside."""

from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers, viewsets
from rest_framework.exceptions import PermissionDenied
from rest_framework.request import Request
from rest_framework.response import Response

from backend.lib.api import ScopedViewSet, act
from backend.lib.paging import Pages
from journeys import actions, policies
from journeys.forms.needs import NeedsForm
from journeys.models import Journey, Snooze
from journeys.queries.attention import needs_page
from journeys.queries.signs import CODES


class SignSerializer(serializers.Serializer[Any]):
    code = serializers.ChoiceField(CODES)
    word = serializers.CharField()
    reason = serializers.CharField()


class SuggestionSerializer(serializers.Serializer[Any]):
    text = serializers.CharField()
    url = serializers.CharField()


class NeedSerializer(serializers.Serializer[Any]):
    """One person: the most pressing sign, the human act, the hand-over at which a hole opened, what could fill it."""

    journey = serializers.IntegerField(source="journey.pk")
    person = serializers.CharField()
    project = serializers.CharField(source="journey.project.name")
    sign = SignSerializer()
    also = SignSerializer(many=True)
    act = serializers.CharField()
    act_url = serializers.CharField()
    cause = serializers.CharField()
    suggestion = SuggestionSerializer(allow_null=True)


class NeedsSerializer(serializers.Serializer[Any]):
    """One page of the list: `count` fit what was asked, `everyone` has a sign, `signs` says how many have each."""

    count = serializers.IntegerField()
    everyone = serializers.IntegerField()
    signs = serializers.DictField(child=serializers.IntegerField())
    results = NeedSerializer(many=True)


ASKED = [
    OpenApiParameter("sign", OpenApiTypes.STR, enum=CODES, description="Only the people with this sign."),
    OpenApiParameter("programme", OpenApiTypes.INT),
    OpenApiParameter("whose", OpenApiTypes.STR, enum=["mine"], description="Only those whose referent you are."),
    OpenApiParameter("page", OpenApiTypes.INT, description="Fifty people a page."),
]


class NeedViewSet(viewsets.ViewSet):
    """The people of the programmes one leads who need somebody today, the most pressing first."""

    pagination_class = Pages

    @extend_schema(parameters=ASKED, responses=NeedsSerializer)
    def list(self, request: Request) -> Response:
        """The list as the page shows it: what is set aside is left out."""
        if not policies.may_list_needs(request.user):
            raise PermissionDenied
        form = NeedsForm(request.query_params, user=request.user)
        if not form.is_valid():
            raise serializers.ValidationError(form.errors)
        found, page = needs_page(request.user, form.filters, request.query_params.get("page", "1"))
        answer = {"count": page.paginator.count, "everyone": found.everyone, "signs": found.signs}
        return Response(NeedsSerializer({**answer, "results": found.needs}).data)


class SnoozeSerializer(serializers.ModelSerializer[Snooze]):
    class Meta:
        model = Snooze
        fields = ("id", "journey", "code", "until_on", "reason", "by", "ended_at", "created_at")


class SnoozeSignSerializer(serializers.Serializer[Any]):
    journey = serializers.IntegerField()
    code = serializers.ChoiceField(CODES)
    until_on = serializers.DateField(help_text="On that day the sign is back on the list.")
    reason = serializers.CharField(max_length=240)


class SnoozeViewSet(ScopedViewSet):
    """Signs set aside until a day, and why; past ones too."""

    queryset = Snooze.objects.select_related("journey__programme__organisation").order_by("-created_at", "-pk")
    serializer_class = SnoozeSerializer
    create_class = SnoozeSignSerializer
    filterset_fields = {"journey": ["exact"], "code": ["exact"], "until_on": ["gte", "lt"], "ended_at": ["isnull"]}
    ordering_fields = ("until_on", "created_at", "id")

    def create(self, request: Request) -> Response:
        """Set a sign of a journey aside."""
        data = self.parsed()
        journeys = Journey.objects.select_related("programme__organisation")
        journey = self.related(journeys, data.pop("journey"), "journey")
        self.require(policies.may_snooze_sign(request.user, journey))
        self.require(policies.may_read_sign(request.user, journey, data["code"]))
        snooze = actions.snooze_sign(journey, **data, by=request.user)
        return self.shown(snooze.pk, 201)

    @act()
    def unsnooze(self, request: Request, pk: str) -> Response:
        """It is on the list again before its day."""
        return self.do(policies.may_unsnooze_sign, actions.unsnooze_sign)
