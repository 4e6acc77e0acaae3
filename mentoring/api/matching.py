"""Matching over the API: what is looked for, mentors ranked for one journey, the pairs proposed for a cohort."""

from typing import Any

from django.http import QueryDict
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.exceptions import PermissionDenied
from rest_framework.request import Request
from rest_framework.response import Response

from backend.accounts.models import Organisation
from backend.accounts.queries import organisations_of
from backend.lib import doors
from backend.lib.api import ScopedViewSet, act
from journeys.models import Journey, Programme
from mentoring import actions, policies, queries
from mentoring.forms import MatchForm
from mentoring.models import MatchWeights, Need, SpokenLanguage, Theme
from mentoring.queries.matching import CRITERIA, cohort_plan, ranked_for, weights_of

JOURNEYS = ("holder__user", "project__commune", "programme__organisation")


class MentorNeedSerializer(serializers.ModelSerializer[Need]):
    class Meta:
        model = Need
        fields = ("id", "journey", "themes", "languages", "meeting", "words", "said_by", "created_at")
        read_only_fields = fields


class SayNeedSerializer(serializers.Serializer[Any]):
    """What is looked for in a mentor: it replaces what was said before."""

    journey = serializers.IntegerField()
    themes = serializers.ListField(child=serializers.ChoiceField(Theme.choices), required=False)
    languages = serializers.ListField(child=serializers.ChoiceField(SpokenLanguage.choices), required=False)
    meeting = serializers.ChoiceField(Need.Meeting.choices, required=False)
    words = serializers.CharField(max_length=2000, required=False, allow_blank=True)


class NeedViewSet(ScopedViewSet):
    """What holders look for in a mentor: read by themselves, their referent, the leads, and their mentor."""

    queryset = Need.objects.order_by("pk")
    serializer_class = MentorNeedSerializer
    create_class = SayNeedSerializer
    filterset_fields = ("journey",)
    ordering_fields = ("created_at",)

    def create(self, request: Request) -> Response:
        """The holder, her referent or a lead says it."""
        values = self.parsed()
        journey = self.related(Journey.objects.select_related(*JOURNEYS), values.pop("journey"), "journey")
        self.require(policies.may_say_need(request.user, journey))
        return self.shown(actions.say_need(journey, by=request.user, **values).pk, status=201)


# --- Proposals ------------------------------------------------------------------------------------
class RankedSerializer(serializers.Serializer[Any]):
    """A mentor for a journey: the score out of 1,000, what speaks for and against, what forbids it (else empty)."""

    mentor = serializers.IntegerField(source="mentor.pk")
    name = serializers.CharField(source="mentor.user.get_full_name")
    score = serializers.IntegerField()
    pros = serializers.ListField(child=serializers.CharField(), source="reasons.pros")
    cons = serializers.ListField(child=serializers.CharField(), source="reasons.cons")
    forbids = serializers.CharField(source="reasons.forbids")


class OtherSerializer(RankedSerializer):
    """Another choice, and what everybody loses together by it: people left without a mentor, else points of 1,000."""

    people = serializers.IntegerField(allow_null=True)
    points = serializers.IntegerField(allow_null=True)
    cost = serializers.CharField()

    def to_representation(self, instance: Any) -> Any:
        priced = {"people": instance.people, "points": instance.points, "cost": instance.cost}
        return {**RankedSerializer(instance.ranked).data, **priced}


class MatchLineSerializer(serializers.Serializer[Any]):
    """One person: the mentor proposed, or why nobody is; the other choices."""

    journey = serializers.IntegerField(source="journey.pk")
    holder = serializers.CharField(source="journey.holder.user.get_full_name")
    proposed = RankedSerializer(source="ranked", allow_null=True)
    is_kept = serializers.BooleanField()
    why_not_kept = serializers.CharField()
    why_nobody = serializers.CharField()
    others = OtherSerializer(many=True)


class PlanSerializer(serializers.Serializer[Any]):
    """The best pairs around those that are kept, and what these cost everybody together."""

    count = serializers.IntegerField()
    matched = serializers.IntegerField()
    kept = serializers.IntegerField()
    points = serializers.IntegerField()
    lost_people = serializers.IntegerField()
    lost_points = serializers.IntegerField()
    weights = serializers.DictField(child=serializers.IntegerField())
    lines = MatchLineSerializer(many=True)


class KeepWeightsSerializer(serializers.Serializer[Any]):
    """The weight of each criterion, 0 to 5; one that is not sent is the house's."""

    organisation = serializers.IntegerField()
    weights = serializers.DictField(
        child=serializers.IntegerField(min_value=0, max_value=MatchWeights.MOST), help_text=", ".join(CRITERIA)
    )


class WeightsSerializer(serializers.Serializer[Any]):
    weights = serializers.DictField(child=serializers.IntegerField())


ASKED = [
    OpenApiParameter("organisation", OpenApiTypes.INT, description="By default the first that one leads."),
    OpenApiParameter("programme", OpenApiTypes.INT),
    OpenApiParameter("since", OpenApiTypes.DATE, description="Journeys begun from this day."),
    OpenApiParameter("until", OpenApiTypes.DATE, description="Journeys begun up to this day."),
    OpenApiParameter("keep", OpenApiTypes.STR, many=True, description="A pair that is settled, as journey:mentor."),
    *(OpenApiParameter(f"w_{name}", OpenApiTypes.INT, description=f"0 to 5: {name}.") for name in CRITERIA),
]


class MatchViewSet(ScopedViewSet):
    """Who would go well with whom. Nothing is decided here: pairs are made through mentorships."""

    queryset = Journey.objects.select_related(*JOURNEYS).order_by("pk")
    serializer_class = PlanSerializer
    pagination_class = None

    def _organisation(self, number: Any) -> Organisation:
        """The one of those she leads that is named, else the first."""
        led = organisations_of(self.request.user, "lead").order_by("name", "pk")
        named = led.filter(pk=doors.number(str(number)) or 0) if number else led
        found: Organisation | None = named.first()
        if found is None:
            raise PermissionDenied
        return found

    @extend_schema(parameters=ASKED, responses=PlanSerializer)
    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """The pairs proposed for a cohort, the oldest journey first."""
        query = QueryDict(request.META.get("QUERY_STRING", ""))
        organisation = self._organisation(query.get("organisation", ""))
        programmes = Programme.objects.filter(organisation=organisation).order_by("pk")
        form = MatchForm(query, programmes=programmes, kept_weights=weights_of(organisation.pk))
        if not form.is_valid():
            raise serializers.ValidationError(form.errors)
        journeys = queries.journeys_without_mentor([organisation.pk], **form.filters)
        plan = cohort_plan(journeys, organisation.pk, weights=form.weights, kept=form.kept)
        return Response(PlanSerializer(plan).data)

    @extend_schema(operation_id="mentor_matches_retrieve", responses=RankedSerializer(many=True))
    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Every mentor for the journey of this number: those who can be chosen first, the best first."""
        journey = self.get_object()
        self.require(policies.may_pair_mentor(request.user, journey))
        return Response(RankedSerializer(ranked_for(journey), many=True).data)

    @act(KeepWeightsSerializer, answers=WeightsSerializer, detail=False)
    def keep_weights(self, request: Request) -> Response:
        """The organisation matches with these weights from now on."""
        values = self.parsed()
        organisation = self._organisation(values["organisation"])
        self.require(policies.may_keep_weights(request.user, organisation))
        actions.keep_weights(organisation, values["weights"], by=request.user)
        return Response({"weights": weights_of(organisation.pk)})
