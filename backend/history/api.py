"""What was done, over HTTP: read."""

from rest_framework import serializers

from backend.history.models import Entry
from backend.lib.api import ScopedViewSet


class EntrySerializer(serializers.ModelSerializer[Entry]):
    about_kind = serializers.CharField(source="about_type.model", read_only=True)
    details = serializers.DictField(read_only=True)

    class Meta:
        model = Entry
        fields = ("id", "at", "by", "verb", "organisation", "about_kind", "about_id", "about_label", "details")


class EntryViewSet(ScopedViewSet):
    """Who did what, when: a lead reads her organisation's, everybody what she did herself."""

    queryset = Entry.objects.select_related("about_type").order_by("-at", "-pk")
    serializer_class = EntrySerializer
    filterset_fields = {
        "by": ["exact"],
        "verb": ["exact"],
        "organisation": ["exact"],
        "about_type__model": ["exact"],
        "about_id": ["exact"],
        "at": ["gte", "lt"],
    }
    ordering_fields = ("at", "id")


routes = [("history", EntryViewSet)]
