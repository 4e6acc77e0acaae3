"""The list of the territory over the API: what another one would change, then loaded as it was seen."""

from typing import Any

from django.core.exceptions import PermissionDenied
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, viewsets
from rest_framework.decorators import action
from rest_framework.request import Request as ApiRequest
from rest_framework.response import Response as ApiResponse

from backend.accounts.models import Organisation
from evaluation.forms.territory_list import MOST_SIGNS
from evaluation.queries.territory.lists import named_by_indicators
from journeys import actions as journeys
from journeys.policies import may_load_list


class TerritoryListSerializer(serializers.Serializer[Any]):
    """Tables as CSV with the columns of the page; an empty one leaves what stands."""

    territory = serializers.CharField(max_length=60)
    communes = serializers.CharField(max_length=MOST_SIGNS, required=False, default="", allow_blank=True)
    neighbourhoods = serializers.CharField(max_length=MOST_SIGNS, required=False, default="", allow_blank=True)
    is_whole = serializers.BooleanField(
        required=False, default=False, help_text="What it does not name goes, unless something else names it."
    )
    seen = serializers.CharField(
        required=False, default="", allow_blank=True, help_text="Of the answer before; without it nothing is written."
    )


class PlaceChangeSerializer(serializers.Serializer[Any]):
    """What becomes of one commune or neighbourhood; `told`: what changes, or why it stays."""

    code = serializers.CharField()
    name = serializers.CharField()
    is_neighbourhood = serializers.BooleanField(source="is_area")
    told = serializers.ListField(child=serializers.CharField())


class WrongLineSerializer(serializers.Serializer[Any]):
    """A line that can’t be kept; line 1 names the columns."""

    table = serializers.ChoiceField(choices=["communes", "neighbourhoods"])
    line = serializers.IntegerField()
    sentence = serializers.CharField()


class ListChangesSerializer(serializers.Serializer[Any]):
    """What would change, or has. `seen` is sent back with the same list to load it; "" where nothing can be loaded."""

    is_loaded = serializers.BooleanField()
    seen = serializers.CharField()
    same = serializers.IntegerField()
    added = PlaceChangeSerializer(many=True)
    changed = PlaceChangeSerializer(many=True)
    removed = PlaceChangeSerializer(many=True)
    stays = PlaceChangeSerializer(many=True)
    wrong = WrongLineSerializer(many=True)


class TerritoryListViewSet(viewsets.ViewSet):
    """The list of communes and priority neighbourhoods, one for every organisation here."""

    @extend_schema(request=TerritoryListSerializer, responses=ListChangesSerializer)
    @action(detail=False, methods=["post"])
    def load(self, request: ApiRequest) -> ApiResponse:
        """Without `seen`: what would change, nothing is written. With the `seen` of that answer the list is loaded.

        409 where a line is wrong, where nothing would change, or something else would than what was seen.
        """
        if not may_load_list(request.user):
            raise PermissionDenied
        sent = TerritoryListSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        told = sent.validated_data
        given = journeys.TerritoryList(
            territory=told["territory"], communes=told["communes"], areas=told["neighbourhoods"],
            is_whole=told["is_whole"], kept=named_by_indicators(),
        )  # fmt: skip
        if not told["seen"]:
            return self._told(journeys.look_at_list(given), is_loaded=False)
        own = min(request.user.organisation_ids("lead", "steward"))
        organisation = Organisation.objects.get(pk=own)
        loaded = journeys.load_list(given, seen=told["seen"], organisation=organisation, by=request.user)
        return self._told(loaded, is_loaded=True)

    def _told(self, changes: journeys.ListChanges, *, is_loaded: bool) -> ApiResponse:
        tables = {"communes": "communes", "areas": "neighbourhoods"}
        wrong = [
            {"table": tables[box], "line": one.line, "sentence": one.sentence}
            for box, problems in changes.wrong.items()
            for one in problems
        ]
        parts = {name: getattr(changes, name) for name in ("same", "added", "changed", "removed", "stays")}
        seen = "" if wrong or changes.is_nothing else changes.seen
        return ApiResponse(ListChangesSerializer({**parts, "seen": seen, "wrong": wrong, "is_loaded": is_loaded}).data)
