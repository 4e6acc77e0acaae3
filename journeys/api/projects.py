"""Projects and the people who carry them."""

from django.db.models import Prefetch
from rest_framework import serializers

from backend.lib.api import ScopedViewSet
from journeys.api.teams import TeamActs
from journeys.models import Carrier, Holder, Project


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

    class Meta:
        model = Holder
        fields = (
            "id", "organisation", "user", "first_name", "last_name", "gender", "birth_year", "status", "created_at",
        )  # fmt: skip


class HolderViewSet(ScopedViewSet):
    """Project holders in each organisation. How to reach one: `companions/contacts/`, which history remembers."""

    queryset = Holder.objects.select_related("user").order_by("user__last_name", "user__first_name", "pk")
    serializer_class = HolderSerializer
    filterset_fields = ("organisation", "user", "gender", "status")
    ordering_fields = ("user__last_name", "created_at", "id")
