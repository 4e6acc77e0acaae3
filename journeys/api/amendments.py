"""Amendments of agreements in force."""

from dataclasses import replace
from typing import Any

from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from backend.lib.api import ReasonSerializer, ScopedViewSet, act
from journeys import actions, policies
from journeys.actions.immersions.amendments import stay_with
from journeys.actions.immersions.facts import facts_of
from journeys.api.immersions import RecordSignatureSerializer, SlotsSerializer
from journeys.models import Amendment, Immersion, Site


class AmendmentSerializer(serializers.ModelSerializer[Amendment]):
    class Meta:
        model = Amendment
        fields = (
            "id", "immersion", "number", "state", "was", "facts", "reason", "concerned", "revision", "fingerprint",
            "asked_to_sign_at", "in_force_at", "closing_reason", "created_at",
        )  # fmt: skip


class StayChangesSerializer(serializers.Serializer[Any]):
    """How the stay will be; what is left out stays as it is."""

    site = serializers.IntegerField(required=False, allow_null=True)
    place = serializers.CharField(max_length=200, required=False, allow_blank=True)
    tutor_name = serializers.CharField(max_length=120, required=False)
    tutor_job = serializers.CharField(max_length=120, required=False, allow_blank=True)
    tutor_email = serializers.EmailField(required=False, allow_blank=True)
    starts_on = serializers.DateField(required=False)
    ends_on = serializers.DateField(required=False)
    schedule = SlotsSerializer(many=True, required=False)
    reason = serializers.CharField(max_length=240)

    def validate_schedule(self, days: list[dict[str, Any]]) -> list[dict[str, Any]]:
        return [{"on": one["on"].isoformat(), "slots": one["slots"]} for one in days]


class DraftAmendmentSerializer(StayChangesSerializer):
    immersion = serializers.IntegerField(help_text="An agreement in force.")


class UpdateAmendmentSerializer(StayChangesSerializer):
    revision = serializers.IntegerField(
        required=False, help_text="That of the amendment when it was read: 409 if it changed since."
    )


class AmendmentViewSet(ScopedViewSet):
    """Changes of agreements in force. What one says holds only once it is in force."""

    queryset = Amendment.objects.select_related(
        "immersion__company", "immersion__site", "immersion__step__journey__programme__organisation",
        "immersion__step__journey__holder__user",
    ).order_by("immersion", "number")  # fmt: skip
    serializer_class = AmendmentSerializer
    create_class = DraftAmendmentSerializer
    update_class = UpdateAmendmentSerializer
    filterset_fields = {"immersion": ["exact"], "state": ["exact", "in"]}
    ordering_fields = ("immersion", "number", "created_at", "id")

    def create(self, request: Request) -> Response:
        """Draft the next amendment of an agreement in force."""
        data = self.parsed()
        rows = Immersion.objects.select_related("company", "site", "step__journey__programme__organisation")
        immersion = self.related(rows, data.pop("immersion"), "immersion")
        self.require(policies.may_draft_amendment(request.user, immersion))
        reason = data.pop("reason")
        stay = replace(facts_of(immersion), **self._facts(data, immersion))
        return self.shown(actions.draft_amendment(immersion, stay, reason=reason, by=request.user).pk, 201)

    def partial_update(self, request: Request, pk: str) -> Response:
        """Change what is given while it is open: its signatures are wiped."""
        amendment = self.get_object()
        self.require(policies.may_update_amendment(request.user, amendment))
        data = self.parsed(partial=True)
        reason, revision = data.pop("reason", amendment.reason), data.pop("revision", None)
        stay = replace(stay_with(amendment), **self._facts(data, amendment.immersion))
        actions.update_amendment(amendment, stay, reason=reason, revision=revision, by=request.user)
        return self.shown(amendment.pk)

    def _facts(self, data: dict[str, Any], immersion: Immersion) -> dict[str, Any]:
        """The id of a site of this company becomes its row."""
        if data.get("site"):
            site = Site.objects.filter(company=immersion.company_id, pk=data["site"]).first()
            if site is None:
                raise serializers.ValidationError({"site": ["No such row for you."]})
            data["site"] = site
        return data

    @act()
    def send_to_sign(self, request: Request, pk: str) -> Response:
        """Each party it concerns is asked to sign it."""
        return self.do(policies.may_send_amendment_to_sign, actions.send_amendment_to_sign)

    @act(RecordSignatureSerializer)
    def sign(self, request: Request, pk: str) -> Response:
        """One party's signed paper has come."""
        return self.do(policies.may_record_amendment_signature, actions.record_amendment_signature)

    @act()
    def validate(self, request: Request, pk: str) -> Response:
        """In force: the stay is as amended from now on."""
        return self.do(policies.may_validate_amendment, actions.validate_amendment)

    @act(ReasonSerializer)
    def reject(self, request: Request, pk: str) -> Response:
        """A party says no, and why."""
        return self.do(policies.may_reject_amendment, actions.reject_amendment)

    @act(ReasonSerializer)
    def cancel(self, request: Request, pk: str) -> Response:
        """Given up, and why."""
        return self.do(policies.may_cancel_amendment, actions.cancel_amendment)
