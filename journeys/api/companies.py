"""Companies that host, with their places; contacts only for those who plan stays with them."""

from typing import Any

from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from backend.accounts.models import Organisation
from backend.accounts.queries import organisations_of
from backend.lib.api import ReasonSerializer, ScopedViewSet, act
from journeys import actions, policies
from journeys.api.hosts import HostAskSerializer, WishCompanySerializer
from journeys.models import Commune, Company, Step
from journeys.queries.hosts import answers_of
from journeys.queries.places import places_of

CONTACTS = ("contact_email", "contact_phone")


class CompanySerializer(serializers.ModelSerializer[Company]):
    class Meta:
        model = Company
        fields = (
            "id", "organisation", "name", "siret", "activity", "sectors", "address", "commune", "accessibility",
            "contact_name", *CONTACTS, "places_a_year", "starts_a_month", "is_set_aside", "set_aside_on",
            "set_aside_reason", "created_at",
        )  # fmt: skip

    def to_representation(self, instance: Company) -> dict[str, Any]:
        shown = super().to_representation(instance)
        if not policies.reads_host_contacts(self.context["request"].user, instance):
            shown |= dict.fromkeys((*CONTACTS, "set_aside_reason"), "")
        return shown


class UpdateCompanySerializer(serializers.Serializer[Any]):
    name = serializers.CharField(max_length=160)
    siret = serializers.CharField(
        max_length=20, required=False, allow_blank=True, help_text="14 digits; spaces are fine."
    )
    activity = serializers.CharField(max_length=160, required=False, allow_blank=True)
    sectors = serializers.ListField(child=serializers.CharField(max_length=40), max_length=12, required=False)
    address = serializers.CharField(max_length=200, required=False, allow_blank=True)
    commune = serializers.PrimaryKeyRelatedField(queryset=Commune.objects.all(), required=False, allow_null=True)
    accessibility = serializers.CharField(max_length=1000, required=False, allow_blank=True)
    contact_name = serializers.CharField(max_length=120, required=False, allow_blank=True)
    contact_email = serializers.EmailField(required=False, allow_blank=True)
    contact_phone = serializers.CharField(max_length=32, required=False, allow_blank=True)
    places_a_year = serializers.IntegerField(min_value=0, max_value=200, required=False)
    starts_a_month = serializers.IntegerField(min_value=1, max_value=50, required=False, allow_null=True)


class CreateCompanySerializer(UpdateCompanySerializer):
    organisation = serializers.IntegerField()


class PlacesSerializer(serializers.Serializer[Any]):
    """Places of this year, the first free day, and how the company answers."""

    places_a_year = serializers.IntegerField()
    used = serializers.IntegerField(help_text="Stays that begin this year.")
    asked = serializers.IntegerField(help_text="Places held by requests under way.")
    left = serializers.IntegerField()
    free_from = serializers.DateField(allow_null=True)
    times_asked = serializers.IntegerField()
    times_answered = serializers.IntegerField()
    days_to_answer = serializers.FloatField(allow_null=True)


class CompanyViewSet(ScopedViewSet):
    """Hosts for immersions. A company is never deleted: it is set aside, and can come back."""

    queryset = Company.objects.select_related("organisation").order_by("name", "pk")
    serializer_class = CompanySerializer
    create_class = CreateCompanySerializer
    update_class = UpdateCompanySerializer
    filterset_fields = {
        "organisation": ["exact"],
        "commune": ["exact"],
        "siret": ["exact"],
        "name": ["icontains"],
        "is_set_aside": ["exact"],
    }
    ordering_fields = ("name", "created_at", "id")

    def create(self, request: Request) -> Response:
        """Add a host."""
        data = self.parsed()
        mine = Organisation.objects.filter(pk__in=organisations_of(request.user)).filter(pk=data.pop("organisation"))
        organisation = mine.first()
        if organisation is None:
            raise serializers.ValidationError({"organisation": ["No such organisation for you."]})
        self.require(policies.may_create_company(request.user, organisation))
        return self.shown(actions.create_company(organisation, **data, by=request.user).pk, 201)

    def partial_update(self, request: Request, pk: str) -> Response:
        """Change what is given; the rest stays."""
        company = self.get_object()
        self.require(policies.may_update_company(request.user, company))
        return self.shown(actions.update_company(company, **self.parsed(partial=True), by=request.user).pk)

    @act(answers=PlacesSerializer, method="get")
    def places(self, request: Request, pk: str) -> Response:
        """Places used and left this year, from when one is free, and how it answers."""
        company = self.get_object()
        self.require(policies.may_list_companies(request.user))
        its, said = places_of([company])[company.pk], answers_of(company)
        return Response({
            "places_a_year": its.a_year, "used": its.used, "asked": its.asked, "left": its.left,
            "free_from": its.free_from, "times_asked": said.asked, "times_answered": said.answered,
            "days_to_answer": said.days,
        })  # fmt: skip

    @act(WishCompanySerializer, answers=HostAskSerializer, code=201)
    def wish(self, request: Request, pk: str) -> Response:
        """Ask this company for a stay, for one immersion step, with or without an offer."""
        company = self.get_object()
        data = self.parsed()
        steps = Step.objects.select_related("journey__programme__organisation", "journey__holder__user")
        step = self.related(steps, data.pop("step"), "step")
        self.require(policies.may_wish_host(request.user, step))
        if data.get("offer"):
            data["offer"] = self.related(company.offers, data["offer"], "offer")
        ask = actions.wish_host(company, step, **data, by=request.user)
        return Response(HostAskSerializer(ask).data, 201)

    @act(ReasonSerializer)
    def set_aside(self, request: Request, pk: str) -> Response:
        """It receives nobody for now, and why."""
        return self.do(policies.may_set_aside_company, actions.set_aside_company)

    @act()
    def bring_back(self, request: Request, pk: str) -> Response:
        """It receives again."""
        return self.do(policies.may_bring_back_company, actions.bring_back_company)
