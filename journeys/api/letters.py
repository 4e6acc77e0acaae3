"""The letters of a journey over HTTP."""

from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from backend.lib.paging import Pages
from journeys import policies
from journeys.forms.letters import LettersFilter
from journeys.queries.letters import ANSWER, ANSWERS, LETTER, LETTERS, REPLY, Correspondence
from journeys.queries.letters_page import person_choices, read_lines


class LetterLineSerializer(serializers.Serializer[Any]):
    """One line. `title` and `note` say what it is in words; what a letter says is read under `/emails/`, by whom it was
    written to and, with its secrets masked, by leads."""

    sort = serializers.ChoiceField([LETTER, ANSWER, REPLY], source="source")
    id = serializers.IntegerField(source="pk", help_text="Of a letter: its number under `/emails/`.")
    at = serializers.DateTimeField()
    title = serializers.CharField()
    note = serializers.CharField()
    kind = serializers.CharField(help_text="The kind of letter; of what came in: “reply” or “bounce”.")
    state = serializers.CharField()
    word = serializers.CharField(help_text="The state in words.")
    more = serializers.CharField(help_text="Why, until when, to whom it was passed on.")
    person = serializers.IntegerField(allow_null=True, help_text="Who was written to, or answered; none: no account.")


class JourneyLettersSerializer(serializers.Serializer[Any]):
    """One page of the letters of a journey."""

    count = serializers.IntegerField()
    next = serializers.URLField(allow_null=True)
    previous = serializers.URLField(allow_null=True)
    results = LetterLineSerializer(many=True)


ASKED = [
    OpenApiParameter("show", OpenApiTypes.STR, enum=[LETTERS, ANSWERS], description="Letters or answers; else both."),
    OpenApiParameter("person", OpenApiTypes.STR, description="Of one person (a number), or “none”: without account."),
    OpenApiParameter("page", OpenApiTypes.INT),
    OpenApiParameter("page_size", OpenApiTypes.INT, description="Fifty unless said otherwise, up to 200."),
]


class JourneyLetters:
    """Mixed into the journeys."""

    @extend_schema(parameters=ASKED, responses=JourneyLettersSerializer)
    @action(detail=True, methods=["get"], filter_backends=[], pagination_class=None)
    def thread(self: Any, request: Request, pk: str) -> Response:
        """What was written about the journey and what came back, as far as one may know, the newest first."""
        journey = self.get_object()
        self.require(policies.may_read_letters(request.user, journey))
        letters = Correspondence(journey, request.user)
        form = LettersFilter(request.query_params, people=person_choices(letters))
        if not form.is_valid():
            raise serializers.ValidationError(form.errors)
        pages = Pages()
        keys = pages.paginate_queryset(letters.lines(form.asked), request)
        return pages.get_paginated_response(
            LetterLineSerializer(read_lines(keys or [], journey, request.user), many=True).data
        )
