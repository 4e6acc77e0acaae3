"""The outbox for whoever runs the server: read only, without what letters say."""

from django.contrib import admin
from django.http import HttpRequest

from backend.mail.models import Email


@admin.register(Email)
class EmailAdmin(admin.ModelAdmin):
    list_display = ("created_at", "to_address", "template", "state", "attempts", "last_error", "sent_at")
    list_filter = ("state", "template", "organisation")
    search_fields = ("to_address", "to_name", "subject", "message_id")
    date_hierarchy = "created_at"
    fields = (
        "to_address", "to_name", "template", "organisation", "language", "state", "attempts", "last_error",
        "created_at", "not_before", "sent_at", "message_id", "message_hash", "uid", "method", "sequence", "is_secret",
    )  # fmt: skip
    readonly_fields = fields

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Email | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Email | None = None) -> bool:
        return False
