"""Programmes with their versions and steps; projects and the people who carry them."""

from django.db.models import Prefetch
from rest_framework import serializers

from backend.lib.api import ScopedViewSet
from journeys.api.teams import TeamActs
from journeys.models import Carrier, Holder, Programme, ProgrammeVersion, Project, StepTemplate


class StepTemplateSerializer(serializers.ModelSerializer[StepTemplate]):
    class Meta:
        model = StepTemplate
        fields = (
            "id", "code", "position", "kind", "title_fr", "title_en", "weight", "is_required", "min_days", "max_days",
            "minutes_expected", "occurrences", "evidence_fr", "evidence_en", "module", "after",
        )  # fmt: skip


class ProgrammeVersionSerializer(serializers.ModelSerializer[ProgrammeVersion]):
    steps = StepTemplateSerializer(many=True, read_only=True)

    class Meta:
        model = ProgrammeVersion
        fields = ("id", "number", "published_at", "steps")


class ProgrammeSerializer(serializers.ModelSerializer[Programme]):
    phases = serializers.ListField(child=serializers.CharField(), read_only=True)
    versions = ProgrammeVersionSerializer(many=True, read_only=True)

    class Meta:
        model = Programme
        fields = (
            "id", "organisation", "code", "title_fr", "title_en", "summary_fr", "summary_en", "track", "phases",
            "capacity", "hole_days", "silence_weeks", "is_open", "versions",
        )  # fmt: skip


class ProgrammeViewSet(ScopedViewSet):
    """What the organisations offer, with the steps of each version."""

    queryset = Programme.objects.prefetch_related(
        Prefetch("versions", ProgrammeVersion.objects.order_by("-number")),
        Prefetch("versions__steps", StepTemplate.objects.prefetch_related("after").order_by("position", "pk")),
    ).order_by("title_fr", "pk")
    serializer_class = ProgrammeSerializer
    filterset_fields = ("organisation", "code", "track", "is_open")
    ordering_fields = ("title_fr", "code", "id")


class ProjectSerializer(serializers.ModelSerializer[Project]):
    themes = serializers.ListField(child=serializers.CharField(), read_only=True)
    holders = serializers.SerializerMethodField(help_text="Those who carry it now; for the others see its team.")

    class Meta:
        model = Project
        fields = (
            "id", "organisation", "name", "pitch", "themes", "phase", "legal_form", "commune", "qpv", "neighbourhood",
            "is_general_interest", "siren", "holders", "created_at",
        )  # fmt: skip

    def get_holders(self, project: Project) -> list[int]:
        return [one.holder_id for one in project.carriers.all() if one.left_on is None]


class ProjectViewSet(TeamActs):
    """What is carried, and by whom."""

    queryset = (
        Project.objects.select_related("organisation")
        .prefetch_related(Prefetch("carriers", Carrier.objects.current().order_by("joined_on", "pk")))
        .order_by("name", "pk")
    )
    serializer_class = ProjectSerializer
    filterset_fields = ("organisation", "phase", "commune", "qpv", "neighbourhood", "holders")
    ordering_fields = ("name", "created_at", "id")


class HolderSerializer(serializers.ModelSerializer[Holder]):
    first_name = serializers.CharField(source="user.first_name", read_only=True)
    last_name = serializers.CharField(source="user.last_name", read_only=True)
    email = serializers.EmailField(source="user.email", read_only=True)

    class Meta:
        model = Holder
        fields = (
            "id", "organisation", "user", "first_name", "last_name", "email", "phone", "gender", "birth_year", "status",
            "created_at",
        )  # fmt: skip


class HolderViewSet(ScopedViewSet):
    """Project holders in each organisation."""

    queryset = Holder.objects.select_related("user").order_by("user__last_name", "user__first_name", "pk")
    serializer_class = HolderSerializer
    filterset_fields = ("organisation", "user", "gender", "status")
    ordering_fields = ("user__last_name", "created_at", "id")
