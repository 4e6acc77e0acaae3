"""Invites and addresses of calendars for whoever runs the server: read only."""

from django.contrib import admin
from django.http import HttpRequest

from backend.calendars.models import Feed, Invite, InviteAnswer, InviteAttendee


class AttendeeInline(admin.TabularInline):
    model = InviteAttendee
    fields = ("name", "role", "partstat", "answered_at", "sent_method", "sent_sequence", "sent_dtstamp", "removed_at")
    readonly_fields = fields
    can_delete = False

    def has_add_permission(self, request: HttpRequest, obj: Invite | None = None) -> bool:
        return False


class AnswerInline(admin.TabularInline):
    """What came and what was made of it; not what was written beside it, nor from which address."""

    model = InviteAnswer
    fields = ("received_at", "attendee", "kind", "partstat", "sequence", "treatment", "reason", "wish", "wish_from")
    readonly_fields = fields
    can_delete = False

    def has_add_permission(self, request: HttpRequest, obj: Invite | None = None) -> bool:
        return False


@admin.register(Invite)
class InviteAdmin(admin.ModelAdmin):
    list_display = ("starts_at", "title_fr", "organisation", "state", "sequence", "uid")
    list_filter = ("state", "organisation")
    search_fields = ("uid", "title_fr", "title_en")
    fields = (
        "uid", "sequence", "dtstamp", "organisation", "organiser", "starts_at", "ends_at", "title_fr", "title_en",
        "place", "url", "state", "created_at",
    )  # fmt: skip
    readonly_fields = fields
    inlines = (AttendeeInline, AnswerInline)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Invite | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Invite | None = None) -> bool:
        return False


@admin.register(Feed)
class FeedAdmin(admin.ModelAdmin):
    """Whose, and whether it is used: neither its secret nor the hash of it."""

    list_display = ("user", "name", "created_at", "last_used_at", "last_used_by", "closed_at")
    list_filter = ("last_used_by",)
    search_fields = ("user__email", "name")
    list_select_related = ("user",)
    fields = (
        "user", "name", "left_out", "created_at", "renewed_at", "closed_at", "last_used_at", "last_used_by", "asked",
        "asked_since",
    )  # fmt: skip
    readonly_fields = fields

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Feed | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Feed | None = None) -> bool:
        return False
