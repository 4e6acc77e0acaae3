"""Immersions."""

from dataclasses import replace
from typing import Any, ClassVar

from django.db.models import Prefetch
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from backend.lib.api import ReasonSerializer, ScopedViewSet, act
from journeys import actions, policies
from journeys.actions.immersions import schedule
from journeys.actions.immersions.facts import FACTS, facts_of, first_facts
from journeys.actions.immersions.rules import missing, second_look, warnings
from journeys.api.stays import StayActs
from journeys.models import Company, Immersion, Signature, Site, Step

MOST_MINUTES = 30 * 10 * 60


class HostContacts(serializers.ModelSerializer[Any]):
    """How to reach a host or its tutor is left out for stewards, who only look on."""

    contacts: ClassVar[tuple[str, ...]]

    def to_representation(self, row: Any) -> dict[str, Any]:
        said: dict[str, Any] = super().to_representation(row)
        host = row if isinstance(row, Company) else row.company
        if not policies.may_read_tutor_contacts(self.context["request"].user, host.organisation_id):
            said |= dict.fromkeys(self.contacts, "")
        return said


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
            "id", "step", "journey", *FACTS, "state", "revision", "renews", "signatures", "outcome",
            "minutes_done", "last_day_on", "closing_reason", "closing_side", "created_at",
        )  # fmt: skip


class DraftedSerializer(ImmersionSerializer):
    """A draft just written, with what deserves a second look in its days at this host."""

    warnings = serializers.SerializerMethodField()

    class Meta(ImmersionSerializer.Meta):
        fields = (*ImmersionSerializer.Meta.fields, "warnings")

    def get_warnings(self, row: Immersion) -> list[str]:
        return list(second_look(facts_of(row), row.step, but=row))


class SlotsSerializer(serializers.Serializer[Any]):
    """One day of a schedule, in local wall time."""

    on = serializers.DateField()
    slots = serializers.ListField(
        child=serializers.ListField(child=serializers.CharField(max_length=5), min_length=2, max_length=2),
        max_length=schedule.MOST_SLOTS,
        help_text='For instance [["09:00", "12:30"], ["13:30", "17:00"]].',
    )


class StaySerializer(serializers.Serializer[Any]):
    """The facts of a stay. A draft needs company, dates, and hours or a schedule; signing needs more."""

    company = serializers.IntegerField()
    site = serializers.IntegerField(required=False, allow_null=True)
    place = serializers.CharField(max_length=200, required=False, allow_blank=True)
    tutor_name = serializers.CharField(max_length=120, required=False, allow_blank=True)
    tutor_job = serializers.CharField(max_length=120, required=False, allow_blank=True)
    tutor_email = serializers.EmailField(required=False, allow_blank=True)
    objective = serializers.ChoiceField(Immersion.Objective.choices, required=False)
    basis = serializers.ChoiceField(Immersion.Basis.choices, required=False)
    basis_number = serializers.CharField(max_length=60, required=False, allow_blank=True)
    activities = serializers.CharField(max_length=4000, required=False, allow_blank=True)
    skills = serializers.CharField(max_length=4000, required=False, allow_blank=True)
    conditions = serializers.CharField(max_length=4000, required=False, allow_blank=True)
    protection = serializers.CharField(max_length=4000, required=False, allow_blank=True)
    emergency_name = serializers.CharField(max_length=120, required=False, allow_blank=True)
    emergency_phone = serializers.CharField(max_length=32, required=False, allow_blank=True)
    insurance = serializers.CharField(max_length=240, required=False, allow_blank=True)
    signatory_name = serializers.CharField(max_length=120, required=False, allow_blank=True)
    signatory_job = serializers.CharField(max_length=120, required=False, allow_blank=True)
    signatory_email = serializers.EmailField(required=False, allow_blank=True)
    validator_name = serializers.CharField(max_length=120, required=False, allow_blank=True)
    validator_email = serializers.EmailField(required=False, allow_blank=True)
    born_on = serializers.DateField(required=False, allow_null=True)
    guardian_name = serializers.CharField(max_length=120, required=False, allow_blank=True)
    guardian_email = serializers.EmailField(required=False, allow_blank=True)
    is_employed = serializers.BooleanField(required=False)
    employer_name = serializers.CharField(max_length=160, required=False, allow_blank=True)
    employer_signatory = serializers.CharField(max_length=120, required=False, allow_blank=True)
    employer_email = serializers.EmailField(required=False, allow_blank=True)
    language = serializers.ChoiceField(Immersion._meta.get_field("language").choices or [], required=False)
    starts_on = serializers.DateField()
    ends_on = serializers.DateField()
    minutes_planned = serializers.IntegerField(
        min_value=1, max_value=MOST_MINUTES, required=False, help_text="That of the schedule, when there is one."
    )
    schedule = SlotsSerializer(many=True, required=False)

    def validate_schedule(self, days: list[dict[str, Any]]) -> list[dict[str, Any]]:
        return [{"on": one["on"].isoformat(), "slots": one["slots"]} for one in days]


class PlanImmersionSerializer(StaySerializer):
    step = serializers.IntegerField(help_text="An immersion step of a journey.")


class UpdateImmersionSerializer(StaySerializer):
    revision = serializers.IntegerField(
        required=False,
        help_text="That of the agreement when it was read: 409 with both values of each fact if it changed since.",
    )


class DuplicateImmersionSerializer(serializers.Serializer[Any]):
    step = serializers.IntegerField(help_text="An immersion step of a journey of the same organisation.")
    starts_on = serializers.DateField()
    ends_on = serializers.DateField()


class ShareImmersionSerializer(serializers.Serializer[Any]):
    email = serializers.EmailField(help_text="Of somebody at the company.")


class MissingSerializer(serializers.Serializer[Any]):
    field = serializers.CharField()
    sentence = serializers.CharField()


class RecordSignatureSerializer(serializers.Serializer[Any]):
    party = serializers.ChoiceField(Signature.Party.choices)
    signed_on = serializers.DateField()


class CompleteImmersionSerializer(serializers.Serializer[Any]):
    outcome = serializers.ChoiceField(Immersion.Outcome.choices)
    minutes_done = serializers.IntegerField(min_value=1, required=False, allow_null=True)
    last_day_on = serializers.DateField(required=False, allow_null=True)
    reason = serializers.CharField(max_length=240, required=False, allow_blank=True)
    side = serializers.ChoiceField(
        Immersion.Side.choices, required=False, help_text="On whose side the reason lies, if it did not happen."
    )


class EndEarlySerializer(serializers.Serializer[Any]):
    last_day_on = serializers.DateField()
    reason = serializers.CharField(max_length=240)
    side = serializers.ChoiceField(Immersion.Side.choices)


class RenewImmersionSerializer(serializers.Serializer[Any]):
    starts_on = serializers.DateField()
    ends_on = serializers.DateField()
    step = serializers.IntegerField(required=False, help_text="Once the step of the former agreement is over.")


class WarningsSerializer(serializers.Serializer[Any]):
    """What deserves a second look without being refused, and what is missing before it can be signed."""

    warnings = serializers.ListField(child=serializers.CharField())
    missing = MissingSerializer(many=True)


class ImmersionViewSet(StayActs, ScopedViewSet):
    """Stays in companies, from the draft to the real hours. Nothing starts before validation."""

    queryset = (
        Immersion.objects.select_related(
            "company", "site", "step__journey__programme__organisation", "step__journey__holder__user"
        )
        .prefetch_related(Prefetch("signatures", Signature.objects.standing().order_by("pk")))
        .order_by("-starts_on", "pk")
    )
    serializer_class = ImmersionSerializer
    create_class = PlanImmersionSerializer
    update_class = UpdateImmersionSerializer
    written_class = DraftedSerializer
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
        stay = actions.Stay(**{"tutor_name": "", **first_facts(step), **self._rows(data)})
        return self.drafted(actions.plan_immersion(step, stay, by=request.user), 201)

    def drafted(self, row: Immersion, code: int = 200) -> Response:
        """The draft as the list reads it, and its warnings."""
        row = self.get_queryset().get(pk=row.pk)
        return Response(DraftedSerializer(row, context=self.get_serializer_context()).data, status=code)

    def _rows(self, data: dict[str, Any]) -> dict[str, Any]:
        """The ids of company and site become the rows this person may see."""
        if "company" in data:
            data["company"] = self.related(Company.objects, data["company"], "company")
        if data.get("site"):
            company = self.related(Company.objects, Site.objects.filter(pk=data["site"]).values("company")[:1], "site")
            data["site"] = company.sites.get(pk=data["site"])
        return data

    def partial_update(self, request: Request, pk: str) -> Response:
        """Change what is given before validation: the signatures are wiped."""
        immersion = self.get_object()
        self.require(policies.may_update_immersion(request.user, immersion))
        data = self._rows(self.parsed(partial=True))
        revision = data.pop("revision", None)
        stay = replace(facts_of(immersion), **data)
        return self.drafted(actions.update_immersion(immersion, stay, revision=revision, by=request.user))

    @act(DuplicateImmersionSerializer, answers=DraftedSerializer, code=201)
    def duplicate(self, request: Request, pk: str) -> Response:
        """A new draft with the same facts, for a step of the same organisation; never its signatures."""
        immersion = self.get_object()
        self.require(policies.may_duplicate_immersion(request.user, immersion))
        data = self.parsed()
        steps = Step.objects.select_related("journey__programme__organisation", "journey__holder__user")
        step = self.related(steps, data.pop("step"), "step")
        self.require(policies.may_plan_immersion(request.user, step))
        made = actions.duplicate_immersion(immersion, step=step, **data, by=request.user)
        return self.drafted(made, 201)

    @act(ShareImmersionSerializer)
    def share(self, request: Request, pk: str) -> Response:
        """A letter to the company, whose link opens its side of this draft."""
        return self.do(policies.may_share_immersion, actions.share_immersion)

    @act()
    def revoke_share(self, request: Request, pk: str) -> Response:
        """The company’s link opens nothing any more."""
        return self.do(policies.may_revoke_share, actions.revoke_share)

    @act(answers=WarningsSerializer, method="get")
    def warnings(self, request: Request, pk: str) -> Response:
        """A possible duplicate, a host that receives her often, hours to look at; and what is still missing."""
        row = self.get_object()
        stay = facts_of(row)
        left = [{"field": field, "sentence": sentence} for field, sentence in missing(stay, row.step)]
        return Response({"warnings": list(warnings(stay, row.step, but=row)), "missing": left})

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

    @act(EndEarlySerializer)
    def end_early(self, request: Request, pk: str) -> Response:
        """No day and no hour after this one; both sides are told."""
        return self.do(policies.may_end_early, actions.end_early)

    @act(RenewImmersionSerializer, answers=DraftedSerializer, code=201)
    def renew(self, request: Request, pk: str) -> Response:
        """A new draft linked to this agreement, on later days."""
        immersion = self.get_object()
        self.require(policies.may_renew_immersion(request.user, immersion))
        data = self.parsed()
        if "step" in data:
            steps = Step.objects.select_related("journey__programme__organisation", "journey__holder__user")
            data["step"] = self.related(steps, data["step"], "step")
            self.require(policies.may_plan_immersion(request.user, data["step"]))
        return self.drafted(actions.renew_immersion(immersion, **data, by=request.user), 201)
