"""Mentoring for whoever runs the server: to look. Changes go through the pages, which call the actions."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from mentoring.models import Mentor, Mentorship, Session


class ReadOnlyAdmin(admin.ModelAdmin):
    """Nothing is added, changed or deleted here."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Mentor)
class MentorAdmin(ReadOnlyAdmin):
    list_display = ("user", "organisation", "capacity", "commune", "paused_until")
    list_filter = ("organisation",)
    list_select_related = ("user", "organisation", "commune")
    search_fields = ("user__first_name", "user__last_name", "user__email")


@admin.register(Mentorship)
class MentorshipAdmin(ReadOnlyAdmin):
    list_display = ("mentor", "journey", "state", "started_on", "ended_on", "end_reason")
    list_filter = ("state", "end_reason", "mentor__organisation")
    list_select_related = ("mentor__user", "journey__holder__user", "journey__project")
    search_fields = ("mentor__user__last_name", "journey__holder__user__last_name")


@admin.register(Session)
class SessionAdmin(ReadOnlyAdmin):
    """What was written belongs to its readers: none of it is shown here."""

    list_display = ("starts_at", "mentorship", "medium", "state", "held_minutes")
    list_filter = ("state", "medium")
    list_select_related = ("mentorship__mentor__user", "mentorship__journey__holder__user")
    exclude = ("private_note", "summary", "programme_note")
