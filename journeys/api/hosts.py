"""Sites and offers of companies, and requests for a stay."""

from typing import Any

from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from backend.lib.api import ScopedViewSet, act
from journeys import actions, policies
from journeys.actions.host_asks import LONGEST_ANSWER
from journeys.models import Commune, Company, HostAsk, Objective, Offer, Site, Step


class SiteSerializer(serializers.ModelSerializer[Site]):
    class Meta:
        model = Site
        fields = ("id", "company", "name", "siret", "address", "commune", "is_closed")


class UpdateSiteSerializer(serializers.Serializer[Any]):
    name = serializers.CharField(max_length=160)
    siret = serializers.CharField(max_length=20, required=False, allow_blank=True)
    address = serializers.CharField(max_length=200, required=False, allow_blank=True)
    commune = serializers.PrimaryKeyRelatedField(queryset=Commune.objects.all(), required=False, allow_null=True)


class AddSiteSerializer(UpdateSiteSerializer):
    company = serializers.IntegerField()


class SiteViewSet(ScopedViewSet):
    """Places of companies. A site is never deleted: it is closed, and can reopen."""

    queryset = Site.objects.select_related("company__organisation").order_by("company", "name", "pk")
    serializer_class = SiteSerializer
    create_class = AddSiteSerializer
    update_class = UpdateSiteSerializer
    filterset_fields = {"company": ["exact"], "commune": ["exact"], "is_closed": ["exact"]}
    ordering_fields = ("name", "id")

    def create(self, request: Request) -> Response:
        """Add a site to a company."""
        data = self.parsed()
        company = self.related(Company.objects, data.pop("company"), "company")
        self.require(policies.may_add_site(request.user, company))
        return self.shown(actions.add_site(company, **data, by=request.user).pk, 201)

    def partial_update(self, request: Request, pk: str) -> Response:
        """Change what is given; the rest stays."""
        site = self.get_object()
        self.require(policies.may_update_site(request.user, site))
        return self.shown(actions.update_site(site, **self.parsed(partial=True), by=request.user).pk)

    @act()
    def close(self, request: Request, pk: str) -> Response:
        """Nobody is sent there any more."""
        return self.do(policies.may_close_site, actions.close_site)

    @act()
    def reopen(self, request: Request, pk: str) -> Response:
        """It receives again."""
        return self.do(policies.may_reopen_site, actions.reopen_site)


class HostOfferSerializer(serializers.ModelSerializer[Offer]):
    class Meta:
        model = Offer
        fields = (
            "id", "company", "site", "title", "objective", "description", "themes", "accessibility", "shortest_days",
            "longest_days", "is_open",
        )  # fmt: skip


class UpdateOfferSerializer(serializers.Serializer[Any]):
    title = serializers.CharField(max_length=160)
    objective = serializers.ChoiceField(Objective.choices, required=False)
    description = serializers.CharField(max_length=4000, required=False, allow_blank=True)
    themes = serializers.ListField(child=serializers.CharField(max_length=40), max_length=12, required=False)
    site = serializers.IntegerField(required=False, allow_null=True)
    accessibility = serializers.CharField(max_length=240, required=False, allow_blank=True)
    shortest_days = serializers.IntegerField(min_value=1, max_value=30, required=False)
    longest_days = serializers.IntegerField(min_value=1, max_value=30, required=False)


class CreateOfferSerializer(UpdateOfferSerializer):
    company = serializers.IntegerField()


class WishSerializer(serializers.Serializer[Any]):
    step = serializers.IntegerField(help_text="An open immersion step.")
    message = serializers.CharField(max_length=2000, required=False, allow_blank=True)


class WishCompanySerializer(WishSerializer):
    offer = serializers.IntegerField(required=False, allow_null=True, help_text="One of the company, if any.")


class HostAskSerializer(serializers.ModelSerializer[HostAsk]):
    journey = serializers.IntegerField(source="step.journey_id", read_only=True)

    class Meta:
        model = HostAsk
        fields = (
            "id", "company", "offer", "step", "journey", "state", "message", "created_at", "sent_at", "answered_at",
            "answer",
        )  # fmt: skip


class HostAnswerSerializer(serializers.Serializer[Any]):
    accepted = serializers.BooleanField()
    words = serializers.CharField(max_length=LONGEST_ANSWER, required=False, allow_blank=True)


class OfferViewSet(ScopedViewSet):
    """Kinds of immersion that companies offer; holders see the open ones of their organisation."""

    queryset = Offer.objects.select_related("company__organisation", "site").order_by("company__name", "title", "pk")
    serializer_class = HostOfferSerializer
    create_class = CreateOfferSerializer
    update_class = UpdateOfferSerializer
    filterset_fields = {"company": ["exact"], "objective": ["exact"], "is_open": ["exact"]}
    ordering_fields = ("title", "created_at", "id")

    def _with_site(self, data: dict[str, Any]) -> dict[str, Any]:
        if data.get("site"):
            data["site"] = self.related(Site.objects, data["site"], "site")
        return data

    def create(self, request: Request) -> Response:
        """Add an offer to a company."""
        data = self.parsed()
        company = self.related(Company.objects, data.pop("company"), "company")
        self.require(policies.may_create_offer(request.user, company))
        return self.shown(actions.create_offer(company, **self._with_site(data), by=request.user).pk, 201)

    def partial_update(self, request: Request, pk: str) -> Response:
        """Change what is given; the rest stays."""
        offer = self.get_object()
        self.require(policies.may_update_offer(request.user, offer))
        data = self._with_site(self.parsed(partial=True))
        return self.shown(actions.update_offer(offer, **data, by=request.user).pk)

    @act()
    def close(self, request: Request, pk: str) -> Response:
        """Nobody can ask for it any more."""
        return self.do(policies.may_close_offer, actions.close_offer)

    @act()
    def reopen(self, request: Request, pk: str) -> Response:
        """It can be asked for again."""
        return self.do(policies.may_reopen_offer, actions.reopen_offer)

    @act(WishSerializer, answers=HostAskSerializer, code=201)
    def wish(self, request: Request, pk: str) -> Response:
        """Ask for a stay there, for one immersion step."""
        offer = self.get_object()
        data = self.parsed()
        steps = Step.objects.select_related("journey__programme__organisation", "journey__holder__user")
        step = self.related(steps, data.pop("step"), "step")
        self.require(policies.may_wish_host(request.user, step))
        ask = actions.wish_host(offer.company, step, offer=offer, **data, by=request.user)
        return Response(HostAskSerializer(ask).data, 201)


class HostAskViewSet(ScopedViewSet):
    """Requests for a stay: wished, taken to the company, answered."""

    queryset = HostAsk.objects.select_related(
        "company", "offer", "step__journey__programme__organisation", "step__journey__holder__user",
        "step__journey__referent",
    ).order_by("-created_at", "pk")  # fmt: skip
    serializer_class = HostAskSerializer
    filterset_fields = {"company": ["exact"], "step": ["exact"], "step__journey": ["exact"], "state": ["exact", "in"]}
    ordering_fields = ("created_at", "sent_at", "id")

    @act()
    def send(self, request: Request, pk: str) -> Response:
        """A letter to the company, whose link answers."""
        return self.do(policies.may_send_host_ask, actions.send_host_ask)

    @act(HostAnswerSerializer)
    def record_answer(self, request: Request, pk: str) -> Response:
        """The answer as the company gave it by phone."""
        return self.do(policies.may_record_host_answer, actions.record_host_answer)

    @act()
    def withdraw(self, request: Request, pk: str) -> Response:
        """It is not asked for any more."""
        return self.do(policies.may_withdraw_host_ask, actions.withdraw_host_ask)
