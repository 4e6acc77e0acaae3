"""The outbox for whoever runs the server: read only, without what letters say and without whole addresses."""

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from backend.mail.letters import without_addresses
from backend.mail.models import Email, Incoming


class ReadOnlyAdmin(admin.ModelAdmin):
    """Looked at, never written here."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False


@admin.register(Email)
class EmailAdmin(ReadOnlyAdmin):
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


@admin.register(Incoming)
class IncomingAdmin(ReadOnlyAdmin):
    """What came in, also for no organisation: without what it says, and without whole addresses."""

    list_display = ("received_at", "domain", "way", "kind", "state", "reason", "organisation", "size", "attempts")
    list_filter = ("state", "kind", "reason", "way", "organisation")
    search_fields = ("=sender", "message_id")
    date_hierarchy = "received_at"
    fields = (*list_display, "note", "message_id", "letter", "settled_at")
    readonly_fields = fields

    @admin.display(description=_("domain of the address"))
    def domain(self, incoming: Incoming) -> str:
        return incoming.sender.rpartition("@")[2]
