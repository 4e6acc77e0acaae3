"""More time, asked and decided, over HTTP."""

from typing import Any

from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from backend.lib.api import ScopedViewSet, act
from journeys import actions, policies
from journeys.models import Extension, Journey


class ExtensionSerializer(serializers.ModelSerializer[Extension]):
    class Meta:
        model = Extension
        fields = (
            "id", "journey", "asked_by", "until_on", "reason", "state", "decided_at", "decided_by", "decision",
            "created_at",
        )  # fmt: skip


class AskExtensionSerializer(serializers.Serializer[Any]):
    journey = serializers.IntegerField()
    until_on = serializers.DateField(help_text="After the planned end.")
    reason = serializers.CharField(max_length=500)


class DecideExtensionSerializer(serializers.Serializer[Any]):
    granted = serializers.BooleanField()
    reason = serializers.CharField(max_length=500)


class ExtensionViewSet(ScopedViewSet):
    """More time asked for a journey; one waits at a time."""

    queryset = (
        Extension.objects.select_related("asked_by", "journey__programme__organisation", "journey__holder__user")
        .prefetch_related("journey__companions")
        .order_by("-created_at", "-pk")
    )
    serializer_class = ExtensionSerializer
    create_class = AskExtensionSerializer
    filterset_fields = ("journey", "journey__programme", "state")
    ordering_fields = ("created_at", "until_on", "id")

    def create(self, request: Request) -> Response:
        """Ask for more time, until a day and with a reason."""
        data = self.parsed()
        journeys = Journey.objects.select_related("programme__organisation", "holder__user", "referent")
        journey = self.related(journeys.prefetch_related("companions"), data.pop("journey"), "journey")
        self.require(policies.may_ask_extension(request.user, journey))
        return self.shown(actions.ask_extension(journey, **data, by=request.user).pk, 201)

    @act(DecideExtensionSerializer)
    def decide(self, request: Request, pk: str) -> Response:
        """Granted, and the planned end is that day; or refused. With a reason in both cases."""
        return self.do(policies.may_decide_extension, actions.decide_extension)

    @act()
    def withdraw(self, request: Request, pk: str) -> Response:
        """Not asked any more, by whoever asked."""
        return self.do(policies.may_withdraw_extension, actions.withdraw_extension)
