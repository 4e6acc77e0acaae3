"""Communes and priority neighbourhoods: reference facts, the same for everybody signed in."""

from typing import Any

from rest_framework import serializers

from backend.lib.api import ScopedViewSet
from journeys.models import Commune, Neighbourhood


class CommuneSerializer(serializers.ModelSerializer[Commune]):
    postcodes = serializers.ListField(child=serializers.CharField(), read_only=True)

    class Meta:
        model = Commune
        fields = ("insee", "name", "siren", "postcodes", "population", "territory")


class NeighbourhoodSerializer(serializers.ModelSerializer[Neighbourhood]):
    class Meta:
        model = Neighbourhood
        fields = ("code", "name", "communes")


class ReferenceViewSet(ScopedViewSet):
    """Facts that belong to nobody: not narrowed by person."""

    lookup_value_regex = "[0-9A-Z]+"

    def get_queryset(self) -> Any:
        assert self.queryset is not None
        return self.queryset.all()


class CommuneViewSet(ReferenceViewSet):
    """Communes, by INSEE code."""

    queryset = Commune.objects.order_by("name", "pk")
    serializer_class = CommuneSerializer
    filterset_fields = ("name", "territory")
    ordering_fields = ("name", "population", "insee")


class NeighbourhoodViewSet(ReferenceViewSet):
    """Priority neighbourhoods (QPV 2024), by code; one may lie in several communes."""

    queryset = Neighbourhood.objects.prefetch_related("communes").order_by("name", "pk")
    serializer_class = NeighbourhoodSerializer
    filterset_fields = ("name", "communes")
    ordering_fields = ("name", "code")
