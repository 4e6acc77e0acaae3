"""Pairs over the API."""

from typing import Any

from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from backend.lib.api import ScopedViewSet, act
from journeys.models import Journey
from mentoring import actions, policies, queries
from mentoring.api.openings import BookOpeningSerializer, FreeTimeSerializer
from mentoring.api.sessions import SessionSerializer
from mentoring.models import Mentor, Mentorship


class MentorshipSerializer(serializers.ModelSerializer[Mentorship]):
    """A mentor and a journey."""

    mentor_name = serializers.CharField(source="mentor.user.get_full_name", read_only=True)
    holder_name = serializers.CharField(source="journey.holder.user.get_full_name", read_only=True)

    class Meta:
        model = Mentorship
        fields = (
            "id", "mentor", "mentor_name", "journey", "holder_name", "state", "is_primary", "started_on", "ended_on",
            "end_reason", "created_at",
        )  # fmt: skip
        read_only_fields = fields


class PairMentorSerializer(serializers.Serializer[Any]):
    """Which mentor for which journey; the reason when another mentor stands."""

    journey = serializers.IntegerField()
    mentor = serializers.IntegerField()
    end_reason = serializers.ChoiceField(Mentorship.EndReason.choices, required=False)
    end_note = serializers.CharField(max_length=240, required=False, allow_blank=True)


class WantedPairSerializer(serializers.Serializer[Any]):
    """One pair to make."""

    journey = serializers.IntegerField()
    mentor = serializers.IntegerField()


class PairManySerializer(serializers.Serializer[Any]):
    """Pairs to make together."""

    pairs = WantedPairSerializer(many=True, allow_empty=False)


class PairedSerializer(serializers.Serializer[Any]):
    """What became of one pair: its number, or the sentence of the refusal."""

    journey = serializers.IntegerField(source="journey.pk")
    mentor = serializers.IntegerField(source="mentor.pk")
    mentorship = serializers.IntegerField(source="pair.pk", allow_null=True, default=None)
    refusal = serializers.CharField()


class EndMentorshipSerializer(serializers.Serializer[Any]):
    """Why the pair ends."""

    reason = serializers.ChoiceField(Mentorship.EndReason.choices)
    note = serializers.CharField(max_length=240, required=False, allow_blank=True)


class MentorshipViewSet(ScopedViewSet):
    queryset = Mentorship.objects.select_related(
        "mentor__user", "mentor__organisation", "journey__holder__user", "journey__programme__organisation"
    )
    serializer_class = MentorshipSerializer
    filterset_fields = ("mentor", "journey", "state")
    ordering_fields = ("started_on", "created_at")

    @act(PairMentorSerializer, detail=False, code=201)
    def pair(self, request: Request) -> Response:
        """A lead entrusts a journey to a mentor; both are told by letter."""
        values = self.parsed()
        journeys = Journey.objects.select_related("programme__organisation", "holder__user", "project")
        journey = self.related(journeys, values.pop("journey"), "journey")
        mentor = self.related(Mentor.objects.all(), values.pop("mentor"), "mentor")
        self.require(policies.may_pair_mentor(request.user, journey))
        pair = actions.pair_mentor(journey, mentor, by=request.user, **values)
        return self.shown(pair.pk, status=201)

    @act(EndMentorshipSerializer)
    def end(self, request: Request, pk: str) -> Response:
        """The mentor sees the journey no more; what was held and decided is kept."""
        return self.do(policies.may_end_mentorship, actions.end_mentorship)

    @act(answers=FreeTimeSerializer(many=True), method="get")
    def offers(self, request: Request, pk: str) -> Response:
        """The times that the holder of this pair may book now, the soonest first."""
        pair = self._to_book(request)
        return Response(FreeTimeSerializer(queries.offers_for(pair), many=True).data)

    @act(BookOpeningSerializer, answers=SessionSerializer, code=201)
    def book(self, request: Request, pk: str) -> Response:
        """The holder books one of these times: the session stands in both calendars."""
        session = actions.book_opening(self._to_book(request), by=request.user, **self.parsed())
        row = queries.sessions_of(request.user).get(pk=session.pk)
        return Response(SessionSerializer(row, context=self.get_serializer_context()).data, status=201)

    def _to_book(self, request: Request) -> Mentorship:
        pair: Mentorship = self.get_object()
        self.require(policies.may_book_opening(request.user, pair))
        return pair

    @act(PairManySerializer, answers=PairedSerializer(many=True), detail=False)
    def pair_many(self, request: Request) -> Response:
        """Many at once; one that is refused does not hold up the others, and each answers for itself."""
        wanted = []
        for one in self.parsed()["pairs"]:
            journeys = Journey.objects.select_related("programme__organisation", "holder__user", "project")
            journey = self.related(journeys, one["journey"], "pairs")
            self.require(policies.may_pair_many(request.user, journey))
            wanted.append((journey, self.related(Mentor.objects.select_related("user"), one["mentor"], "pairs")))
        return Response(PairedSerializer(actions.pair_many(wanted, by=request.user), many=True).data)
