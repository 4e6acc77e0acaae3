"""Journeys for whoever runs the server: to look. Changes go through the pages, which call the actions."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from journeys.models import (
    Commitment,
    Commune,
    Companion,
    Delivery,
    Holder,
    Journey,
    Neighbourhood,
    Programme,
    ProgrammeVersion,
    Project,
    Step,
    StepTemplate,
)


class ReadOnly:
    """Nothing is added, changed or deleted here."""

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class ReadOnlyAdmin(ReadOnly, admin.ModelAdmin):
    """The list and the page of one row."""


class StepTemplateInline(ReadOnly, admin.TabularInline):
    model = StepTemplate
    fields = ("position", "code", "kind", "title_fr", "min_days", "max_days", "weight", "is_required")


class StepInline(ReadOnly, admin.TabularInline):
    model = Step
    fields = ("position", "kind", "title_fr", "state", "earliest_on", "due_on", "done_on", "waive_reason")


class CompanionInline(ReadOnly, admin.TabularInline):
    model = Companion
    fields = ("user", "role", "created_at", "ended_at")
    readonly_fields = ("created_at",)


# --- Programmes -----------------------------------------------------------------------------------------
@admin.register(Programme)
class ProgrammeAdmin(ReadOnlyAdmin):
    list_display = ("title_fr", "organisation", "code", "track", "capacity", "hole_days", "silence_weeks", "is_open")
    list_filter = ("organisation", "track", "is_open")
    list_select_related = ("organisation",)
    search_fields = ("title_fr", "title_en", "code")


@admin.register(ProgrammeVersion)
class ProgrammeVersionAdmin(ReadOnlyAdmin):
    list_display = ("programme", "number", "published_at")
    list_select_related = ("programme",)
    inlines = (StepTemplateInline,)


# --- People and projects --------------------------------------------------------------------------------
@admin.register(Holder)
class HolderAdmin(ReadOnlyAdmin):
    """Without the phone: whoever runs the server is on no journey, and nothing here remembers who looked."""

    exclude = ("phone",)
    list_display = ("user", "organisation", "status")
    list_filter = ("organisation", "status")
    list_select_related = ("user", "organisation")
    search_fields = ("user__first_name", "user__last_name", "user__email")


@admin.register(Project)
class ProjectAdmin(ReadOnlyAdmin):
    list_display = ("name", "organisation", "phase", "commune", "qpv")
    list_filter = ("organisation", "phase", "qpv")
    list_select_related = ("organisation", "commune")
    search_fields = ("name", "siren")


# --- Journeys -------------------------------------------------------------------------------------------
@admin.register(Journey)
class JourneyAdmin(ReadOnlyAdmin):
    list_display = ("holder", "project", "programme", "state", "started_on", "planned_end_on", "ended_on")
    list_filter = ("state", "programme", "leave_reason")
    list_select_related = ("holder__user", "project", "programme")
    search_fields = ("holder__user__first_name", "holder__user__last_name", "project__name")
    inlines = (StepInline, CompanionInline)


@admin.register(Commitment)
class CommitmentAdmin(ReadOnlyAdmin):
    list_display = ("text", "owner", "journey", "due_on", "done_at")
    list_select_related = ("owner", "journey__holder__user", "journey__project")
    search_fields = ("text", "owner__last_name")


@admin.register(Delivery)
class DeliveryAdmin(ReadOnlyAdmin):
    """The ledger, void lines too; not what the two sides said of a line."""

    exclude = ("dispute",)
    list_display = ("happened_at", "journey", "kind", "sort", "minutes", "state", "source")
    list_filter = ("state", "kind", "sort")
    list_select_related = ("journey__holder__user", "journey__project")
    search_fields = ("journey__holder__user__last_name", "source")


# --- Territory ------------------------------------------------------------------------------------------
@admin.register(Commune)
class CommuneAdmin(ReadOnlyAdmin):
    list_display = ("name", "insee", "population", "territory")
    search_fields = ("name", "insee")


@admin.register(Neighbourhood)
class NeighbourhoodAdmin(ReadOnlyAdmin):
    list_display = ("name", "code")
    search_fields = ("name", "code")
