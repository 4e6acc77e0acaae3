"""The outbox over HTTP: read, and send again."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from backend.lib.api import ScopedViewSet, act
from backend.mail import actions, policies, queries
from backend.mail.models import Email


class EmailSerializer(serializers.ModelSerializer[Email]):
    """One letter, as others may read it: no code and no working link outside the demo."""

    text = serializers.SerializerMethodField()
    to_address = serializers.SerializerMethodField(help_text="One’s own, and that of somebody without an account.")
    last_error = serializers.SerializerMethodField()

    class Meta:
        model = Email
        fields = (
            "id", "template", "organisation", "to_user", "to_address", "to_name", "language", "subject", "text",
            "state", "attempts", "last_error", "uid", "method", "sequence", "created_at", "not_before", "sent_at",
        )  # fmt: skip
        read_only_fields = fields

    @extend_schema_field(serializers.CharField())
    def get_text(self, email: Email) -> str:
        return queries.readable_text(email, self.context["request"].user)

    def get_to_address(self, email: Email) -> str:
        return queries.sent_to(email, self.context["request"].user)

    def get_last_error(self, email: Email) -> str:
        return queries.what_went_wrong(email, self.context["request"].user)


class EmailViewSet(ScopedViewSet):
    """Letters in the outbox: one's own, and for a lead those of her organisation."""

    queryset = Email.objects.defer("message", "calendar", "html")
    serializer_class = EmailSerializer
    filterset_fields = ("state", "template", "organisation", "to_user", "method")
    ordering_fields = ("created_at", "sent_at", "id")

    @act()
    def retry(self, request: Request, **_path: Any) -> Response:
        """Send again a letter that was refused or given up."""
        return self.do(policies.may_retry_email, actions.retry_email)


routes = [("emails", EmailViewSet)]
