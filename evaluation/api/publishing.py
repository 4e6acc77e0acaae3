"""Published snapshots: the list, and each with its content."""

from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from backend.lib.api import ScopedViewSet
from evaluation.models import Snapshot


class SnapshotSerializer(serializers.ModelSerializer[Snapshot]):
    """A snapshot; `replaced_at`: null for the one that stands. `sha256`: of the bytes of its JSON file."""

    organisation = serializers.IntegerField(source="campaign.organisation_id", read_only=True)
    programme = serializers.IntegerField(source="campaign.programme_id", read_only=True, allow_null=True)
    since = serializers.DateField(source="campaign.since", read_only=True, allow_null=True)
    until = serializers.DateField(source="campaign.until", read_only=True)

    class Meta:
        model = Snapshot
        fields: tuple[str, ...] = (
            "id", "campaign", "number", "organisation", "programme", "since", "until", "published_at", "replaced_at",
            "sha256",
        )  # fmt: skip


class SnapshotContentSerializer(SnapshotSerializer):
    """With its content: scope, figures with their definitions, tables; null is hidden or not known."""

    content = serializers.SerializerMethodField()

    class Meta(SnapshotSerializer.Meta):
        fields = (*SnapshotSerializer.Meta.fields, "content")

    @extend_schema_field(OpenApiTypes.OBJECT)
    def get_content(self, row: Snapshot) -> dict[str, Any]:
        return row.content


class SnapshotViewSet(ScopedViewSet):
    """What was published of the organisations whose figures she reads; never what is in preparation."""

    queryset = Snapshot.objects.select_related("campaign").order_by("-published_at", "-pk")
    serializer_class = SnapshotSerializer
    filterset_fields = ("campaign", "campaign__organisation", "campaign__programme")

    def get_serializer_class(self) -> type[SnapshotSerializer]:
        return SnapshotContentSerializer if self.action == "retrieve" else SnapshotSerializer
