"""Companies that host, and immersions."""

from dataclasses import replace
from typing import Any, ClassVar

from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from backend.accounts.models import Organisation
from backend.accounts.queries import organisations_of
from backend.lib.api import ReasonSerializer, ScopedViewSet, act
from journeys import actions, policies
from journeys.actions.immersion_rules import facts_of, warnings
from journeys.models import Commune, Company, Immersion, Signature, Step


class HostContacts(serializers.ModelSerializer[Any]):
    """How to reach a host or its tutor is left out for stewards, who only look on."""

    contacts: ClassVar[tuple[str, ...]]

    def to_representation(self, row: Any) -> dict[str, Any]:
        said: dict[str, Any] = super().to_representation(row)
        host = row if isinstance(row, Company) else row.company
        if not policies.may_read_host_contacts(self.context["request"].user, host.organisation_id):
            said |= dict.fromkeys(self.contacts, "")
        return said


class CompanySerializer(HostContacts):
    contacts = ("contact_email", "contact_phone")

    class Meta:
        model = Company
        fields = (
            "id", "organisation", "name", "siret", "activity", "address", "commune", "contact_name", "contact_email",
            "contact_phone", "places_a_year", "is_set_aside", "created_at",
        )  # fmt: skip


class UpdateCompanySerializer(serializers.Serializer[Any]):
    name = serializers.CharField(max_length=160)
    siret = serializers.CharField(
        max_length=20, required=False, allow_blank=True, help_text="14 digits; spaces are fine."
    )
    activity = serializers.CharField(max_length=160, required=False, allow_blank=True)
    address = serializers.CharField(max_length=200, required=False, allow_blank=True)
    commune = serializers.PrimaryKeyRelatedField(queryset=Commune.objects.all(), required=False, allow_null=True)
    contact_name = serializers.CharField(max_length=120, required=False, allow_blank=True)
    contact_email = serializers.EmailField(required=False, allow_blank=True)
    contact_phone = serializers.CharField(max_length=32, required=False, allow_blank=True)
    places_a_year = serializers.IntegerField(min_value=0, max_value=200, required=False)
    is_set_aside = serializers.BooleanField(required=False)


class CreateCompanySerializer(UpdateCompanySerializer):
    organisation = serializers.IntegerField()
    is_set_aside = None  # type: ignore[assignment]  # a new host receives


class CompanyViewSet(ScopedViewSet):
    """Hosts for immersions."""

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


class SignatureSerializer(serializers.ModelSerializer[Signature]):
    class Meta:
        model = Signature
        fields = ("party", "signed_on", "recorded_by")


class ImmersionSerializer(HostContacts):
    contacts = ("tutor_email",)
    journey = serializers.IntegerField(source="step.journey_id", read_only=True)
    signatures = SignatureSerializer(many=True, read_only=True)

    class Meta:
        model = Immersion
        fields = (
            "id", "step", "journey", "company", "tutor_name", "tutor_job", "tutor_email", "objective", "basis",
            "basis_number", "activities", "starts_on", "ends_on", "minutes_planned", "state", "signatures", "outcome",
            "minutes_done", "last_day_on", "closing_reason", "created_at",
        )  # fmt: skip


class StaySerializer(serializers.Serializer[Any]):
    """The facts of a stay."""

    company = serializers.IntegerField()
    tutor_name = serializers.CharField(max_length=120)
    tutor_job = serializers.CharField(max_length=120, required=False, allow_blank=True)
    tutor_email = serializers.EmailField(required=False, allow_blank=True)
    objective = serializers.ChoiceField(Immersion.Objective.choices, required=False)
    basis = serializers.ChoiceField(Immersion.Basis.choices, required=False)
    basis_number = serializers.CharField(max_length=60, required=False, allow_blank=True)
    activities = serializers.CharField(required=False, allow_blank=True)
    starts_on = serializers.DateField()
    ends_on = serializers.DateField()
    minutes_planned = serializers.IntegerField(min_value=1)


class PlanImmersionSerializer(StaySerializer):
    step = serializers.IntegerField(help_text="An immersion step of a journey.")


class RecordSignatureSerializer(serializers.Serializer[Any]):
    party = serializers.ChoiceField(Signature.Party.choices)
    signed_on = serializers.DateField()


class CompleteImmersionSerializer(serializers.Serializer[Any]):
    outcome = serializers.ChoiceField(Immersion.Outcome.choices)
    minutes_done = serializers.IntegerField(min_value=1, required=False, allow_null=True)
    last_day_on = serializers.DateField(required=False, allow_null=True)
    reason = serializers.CharField(max_length=240, required=False, allow_blank=True)


class WarningsSerializer(serializers.Serializer[Any]):
    """What deserves a second look without being refused."""

    warnings = serializers.ListField(child=serializers.CharField())


class ImmersionViewSet(ScopedViewSet):
    """Stays in companies, from the draft to the real hours. Nothing starts before validation."""

    queryset = (
        Immersion.objects.select_related(
            "company", "step__journey__programme__organisation", "step__journey__holder__user"
        )
        .prefetch_related("signatures")
        .order_by("-starts_on", "pk")
    )
    serializer_class = ImmersionSerializer
    create_class = PlanImmersionSerializer
    update_class = StaySerializer
    filterset_fields = {
        "step": ["exact"],
        "step__journey": ["exact"],
        "step__journey__programme": ["exact"],
        "company": ["exact"],
        "state": ["exact", "in"],
        "basis": ["exact"],
        "starts_on": ["gte", "lte"],
    }
    ordering_fields = ("starts_on", "ends_on", "created_at", "id")

    def create(self, request: Request) -> Response:
        """Draft a stay for an immersion step."""
        data = self.parsed()
        steps = Step.objects.select_related("journey__programme__organisation", "journey__holder__user")
        step = self.related(steps, data.pop("step"), "step")
        self.require(policies.may_plan_immersion(request.user, step))
        data["company"] = self.related(Company.objects, data["company"], "company")
        return self.shown(actions.plan_immersion(step, actions.Stay(**data), by=request.user).pk, 201)

    def partial_update(self, request: Request, pk: str) -> Response:
        """Change what is given before validation: the signatures are wiped."""
        immersion = self.get_object()
        self.require(policies.may_update_immersion(request.user, immersion))
        data = self.parsed(partial=True)
        if "company" in data:
            data["company"] = self.related(Company.objects, data["company"], "company")
        stay = replace(facts_of(immersion), **data)
        return self.shown(actions.update_immersion(immersion, stay, by=request.user).pk)

    @act(answers=WarningsSerializer, method="get")
    def warnings(self, request: Request, pk: str) -> Response:
        """A possible duplicate, a host that receives this person often."""
        row = self.get_object()
        return Response({"warnings": list(warnings(facts_of(row), row.step, but=row))})

    @act()
    def send_to_sign(self, request: Request, pk: str) -> Response:
        """The agreement goes out on paper."""
        return self.do(policies.may_send_immersion_to_sign, actions.send_immersion_to_sign)

    @act(RecordSignatureSerializer)
    def sign(self, request: Request, pk: str) -> Response:
        """One party's signed paper has come."""
        return self.do(policies.may_record_signature, actions.record_signature)

    @act()
    def validate(self, request: Request, pk: str) -> Response:
        """In force, once all three have signed."""
        return self.do(policies.may_validate_immersion, actions.validate_immersion)

    @act(CompleteImmersionSerializer)
    def complete(self, request: Request, pk: str) -> Response:
        """How it went; the real minutes stand in the ledger."""
        return self.do(policies.may_complete_immersion, actions.complete_immersion)

    @act(ReasonSerializer)
    def reject(self, request: Request, pk: str) -> Response:
        """A party says no before validation, and why."""
        return self.do(policies.may_reject_immersion, actions.reject_immersion)

    @act(ReasonSerializer)
    def cancel(self, request: Request, pk: str) -> Response:
        """It will not take place or not go on, and why."""
        return self.do(policies.may_cancel_immersion, actions.cancel_immersion)
