"""Passages between programmes over HTTP; a bridge is crossed from the journey it leaves."""

from typing import Any

from rest_framework import serializers

from backend.lib.api import ScopedViewSet
from journeys.models import Bridge


class BridgeSerializer(serializers.ModelSerializer[Bridge]):
    class Meta:
        model = Bridge
        fields = ("id", "from_journey", "to_journey", "kind", "crossed_on", "reason", "by", "created_at")


class BridgeViewSet(ScopedViewSet):
    """Passages from one programme to another, instead of the first or beside it."""

    queryset = Bridge.objects.order_by("-crossed_on", "-pk")
    serializer_class = BridgeSerializer
    filterset_fields = ("kind", "from_journey", "to_journey", "from_journey__programme", "to_journey__programme")
    ordering_fields = ("crossed_on", "id")


class EquivalentSerializer(serializers.Serializer[Any]):
    """A step of the other programme, and the person's own step that matches it."""

    template = serializers.IntegerField(source="template.pk")
    title = serializers.CharField()
    step = serializers.IntegerField(source="step.pk")
    journey = serializers.IntegerField(source="step.journey_id")
    is_done = serializers.BooleanField()
    done_on = serializers.DateField(source="step.done_on", allow_null=True)
    minutes = serializers.IntegerField(help_text="Contact time received on it.")
    why = serializers.CharField()


class BridgeJourneySerializer(serializers.Serializer[Any]):
    programme = serializers.IntegerField()
    kind = serializers.ChoiceField(Bridge.Kind.choices)
    steps = serializers.ListField(
        child=serializers.IntegerField(), required=False, help_text="Steps of `equivalents` that stand as done."
    )
    companions = serializers.ListField(
        child=serializers.IntegerField(), required=False, help_text="People (referent, mentors) who stay."
    )
    reason = serializers.CharField(max_length=500, required=False, allow_blank=True)
