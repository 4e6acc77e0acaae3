"""The outbox for whoever runs the server: read only, without what letters say and without whole addresses."""

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from backend.mail.letters import without_addresses
from backend.mail.models import Email


@admin.register(Email)
class EmailAdmin(admin.ModelAdmin):
    list_display = ("created_at", "to_name", "domain", "template", "state", "attempts", "answer", "sent_at")
    list_filter = ("state", "template", "organisation")
    search_fields = ("=to_address", "to_name", "subject", "message_id")
    date_hierarchy = "created_at"
    fields = (
        "to_name", "domain", "template", "organisation", "language", "state", "attempts", "answer",
        "created_at", "not_before", "sent_at", "message_id", "message_hash", "uid", "method", "sequence", "is_secret",
    )  # fmt: skip
    readonly_fields = fields

    @admin.display(description=_("domain of the address"))
    def domain(self, email: Email) -> str:
        return email.to_address.rpartition("@")[2]

    @admin.display(description=_("what went wrong"))
    def answer(self, email: Email) -> str:
        return without_addresses(email.last_error)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Email | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Email | None = None) -> bool:
        return False
