"""Signatures of agreements and amendments, over HTTP: who was asked, what she did; one’s own, and asking again."""

from typing import Any

from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from backend.lib.api import ScopedViewSet, act
from journeys import actions, policies
from journeys.models import Signature


class SignatureRowSerializer(serializers.ModelSerializer[Signature]):
    class Meta:
        model = Signature
        fields = (
            "id", "immersion", "amendment", "party", "state", "name", "method", "asked_at", "reminded_at", "signed_on",
            "answered_at", "fingerprint", "reason", "created_at",
        )  # fmt: skip


class SignAgreementSerializer(serializers.Serializer[Any]):
    fingerprint = serializers.CharField(max_length=64, help_text="That of the text that was read.")


class RefuseAgreementSerializer(serializers.Serializer[Any]):
    reason = serializers.CharField(max_length=240)


class SignatureViewSet(ScopedViewSet):
    """One row a party and text; a wiped one stays, and says that a text that has changed was signed or asked."""

    queryset = Signature.objects.select_related(
        "amendment", "immersion__step__journey__programme__organisation", "immersion__step__journey__holder__user"
    ).order_by("-created_at", "-pk")
    serializer_class = SignatureRowSerializer
    filterset_fields = ("immersion", "amendment", "party", "state")
    ordering_fields = ("created_at", "id")

    @act(SignAgreementSerializer)
    def sign(self, request: Request, pk: str) -> Response:
        """Sign for oneself, or for the organisation, the text of this fingerprint."""
        address = str(request.META.get("REMOTE_ADDR", ""))
        return self.do(policies.may_sign_agreement, actions.sign_agreement, address=address)

    @act(RefuseAgreementSerializer)
    def refuse(self, request: Request, pk: str) -> Response:
        """Say no, and why: an agreement is rejected, an amendment not applied."""
        address = str(request.META.get("REMOTE_ADDR", ""))
        return self.do(policies.may_refuse_agreement, actions.refuse_agreement, address=address)

    @act()
    def resend(self, request: Request, pk: str) -> Response:
        """Write again to this party alone; not within 24 hours of the last letter."""
        return self.do(policies.may_resend_signature, actions.resend_signature)
