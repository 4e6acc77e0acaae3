"""Pairs over the API."""

from collections.abc import Callable
from typing import Any

from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from backend.lib.api import EmptySerializer, ReasonSerializer, ScopedViewSet, act
from journeys.models import Journey
from mentoring import actions, policies, queries
from mentoring.api.courses import (
    FitSerializer,
    ObjectiveSerializer,
    ReviewSerializer,
    SayFitSerializer,
    SayReviewSerializer,
    SetObjectiveSerializer,
)
from mentoring.api.openings import BookOpeningSerializer, FreeTimeSerializer
from mentoring.api.sessions import SessionSerializer
from mentoring.models import Mentor, Mentorship, Review


class MentorshipSerializer(serializers.ModelSerializer[Mentorship]):
    """A mentor and a journey."""

    mentor_name = serializers.CharField(source="mentor.user.get_full_name", read_only=True)
    holder_name = serializers.CharField(source="journey.holder.user.get_full_name", read_only=True)

    end_reason = serializers.SerializerMethodField()
    is_withheld = serializers.SerializerMethodField()

    class Meta:
        model = Mentorship
        fields = (
            "id", "mentor", "mentor_name", "journey", "holder_name", "state", "is_primary", "follows", "pitch",
            "mentor_accepted_at", "holder_accepted_at", "asked_again_at", "started_on", "ended_on", "end_reason",
            "finds_time_by", "is_withheld", "created_at",
        )  # fmt: skip
        read_only_fields = fields

    def get_end_reason(self, pair: Mentorship) -> str:
        """Of this pair. Why the one before it is to end is the leads' business until it does."""
        return pair.end_reason if pair.state == Mentorship.State.ENDED else ""

    def get_is_withheld(self, pair: Mentorship) -> bool:
        """Did the holder say that the summaries shared in it do not pass on to whoever follows?"""
        return pair.withheld_at is not None


class PairMentorSerializer(serializers.Serializer[Any]):
    """Which mentor for which journey; the reason when another mentor stands."""

    journey = serializers.IntegerField()
    mentor = serializers.IntegerField()
    end_reason = serializers.ChoiceField(Mentorship.EndReason.choices, required=False)
    end_note = serializers.CharField(max_length=240, required=False, allow_blank=True)
    started_on = serializers.DateField(required=False, allow_null=True)
    is_primary = serializers.BooleanField(required=False)


class ProposeMentorSerializer(PairMentorSerializer):
    """The same, with what is told to both."""

    pitch = serializers.CharField(max_length=1000, required=False, allow_blank=True)


class WantedPairSerializer(serializers.Serializer[Any]):
    """One pair to make."""

    journey = serializers.IntegerField()
    mentor = serializers.IntegerField()


class PairManySerializer(serializers.Serializer[Any]):
    """Pairs to make together."""

    pairs = WantedPairSerializer(many=True, allow_empty=False)


class ProposeManySerializer(PairManySerializer):
    """Pairs to propose together."""

    pitch = serializers.CharField(max_length=1000, required=False, allow_blank=True)


class WithdrawSerializer(serializers.Serializer[Any]):
    """Why, for the leads."""

    note = serializers.CharField(max_length=240, required=False, allow_blank=True)


class PairedSerializer(serializers.Serializer[Any]):
    """What became of one pair: its number, or the sentence of the refusal."""

    journey = serializers.IntegerField(source="journey.pk")
    mentor = serializers.IntegerField(source="mentor.pk")
    mentorship = serializers.IntegerField(source="pair.pk", allow_null=True, default=None)
    refusal = serializers.CharField()


class PreferWaySerializer(serializers.Serializer[Any]):
    """How the two would rather find a time."""

    way = serializers.ChoiceField(Mentorship.Way.choices)


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

    @act(ProposeMentorSerializer, detail=False, code=201)
    def propose(self, request: Request) -> Response:
        """A lead proposes a pair: both are asked by letter, and it begins when both have accepted."""
        values = self.parsed()
        journeys = Journey.objects.select_related("programme__organisation", "holder__user", "project")
        journey = self.related(journeys, values.pop("journey"), "journey")
        mentor = self.related(Mentor.objects.all(), values.pop("mentor"), "mentor")
        self.require(policies.may_propose_mentor(request.user, journey))
        pair = actions.propose_mentor(journey, mentor, by=request.user, **values)
        return self.shown(pair.pk, status=201)

    @act()
    def accept(self, request: Request, pk: str) -> Response:
        """One of the two accepts, and so signs the charter of the pair."""
        pair: Mentorship = self.get_object()
        side = policies.pair_side(request.user, pair)
        self.require(side != "")
        actions.accept_proposal(pair, side=side, by=request.user)
        return self.shown(pair.pk)

    @act(ReasonSerializer, answers=EmptySerializer)
    def decline(self, request: Request, pk: str) -> Response:
        """One of the two declines; the leads read why. She sees the proposal no more."""
        pair: Mentorship = self.get_object()
        self.require(policies.pair_side(request.user, pair) != "")
        actions.decline_proposal(pair, by=request.user, **self.parsed())
        return Response({})

    @act()
    def ask_again(self, request: Request, pk: str) -> Response:
        """A lead: whoever has not answered gets the second letter, which is the last."""
        return self.do(policies.may_ask_again, actions.ask_again)

    @act(WithdrawSerializer)
    def withdraw(self, request: Request, pk: str) -> Response:
        """A lead takes the proposal back; both are told that it will not happen."""
        return self.do(policies.may_withdraw_proposal, actions.withdraw_proposal)

    @act(PreferWaySerializer)
    def prefer_way(self, request: Request, pk: str) -> Response:
        """One of the two: what comes first where they look for a time."""
        return self.do(policies.may_prefer_way, actions.prefer_way)

    @act()
    def make_primary(self, request: Request, pk: str) -> Response:
        """This mentor is the primary one of the journey from now on."""
        return self.do(policies.may_change_primary, actions.change_primary)

    @act(SetObjectiveSerializer, answers=ObjectiveSerializer, code=201)
    def set_objective(self, request: Request, pk: str) -> Response:
        """The pair works towards something, from a point to another of a scale of 1 to 8."""
        pair: Mentorship = self.get_object()
        self.require(policies.may_set_objective(request.user, pair))
        objective = actions.set_objective(pair, by=request.user, **self.parsed())
        return Response(ObjectiveSerializer(objective).data, status=201)

    @act(SayReviewSerializer, answers=ReviewSerializer)
    def say_review(self, request: Request, pk: str) -> Response:
        """One's own words: half-way while the pair lasts, closing once it has ended."""
        pair: Mentorship = self.get_object()
        self.require(policies.may_say_review(request.user, pair))
        moment = Review.Moment.END if pair.state == Mentorship.State.ENDED else Review.Moment.MIDWAY
        values = self.parsed()
        values["points"] = {one["objective"]: one["point"] for one in values.get("points", [])}
        side = policies.pair_side(request.user, pair)
        review = actions.say_review(pair, moment=moment, side=side, by=request.user, **values)
        return Response(ReviewSerializer(review).data)

    @act(SayFitSerializer, answers=FitSerializer)
    def say_fit(self, request: Request, pk: str) -> Response:
        """How it feels after the first or second session; the other never reads it."""
        pair: Mentorship = self.get_object()
        self.require(policies.may_say_fit(request.user, pair))
        side = policies.pair_side(request.user, pair)
        fit = actions.say_fit(pair, side=side, by=request.user, **self.parsed())
        return Response(FitSerializer(fit).data)

    @act()
    def withhold_past(self, request: Request, pk: str) -> Response:
        """The holder: whoever follows reads none of the summaries shared in this pair and before it."""
        return self.do(policies.may_withhold_past, actions.withhold_past)

    @act()
    def pass_past_on(self, request: Request, pk: str) -> Response:
        """The holder: they pass on after all."""
        return self.do(policies.may_pass_past_on, actions.pass_past_on)

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
        wanted = self._wanted(request, policies.may_pair_many)
        return Response(PairedSerializer(actions.pair_many(wanted, by=request.user), many=True).data)

    @act(ProposeManySerializer, answers=PairedSerializer(many=True), detail=False)
    def propose_many(self, request: Request) -> Response:
        """The same, proposed to each of them."""
        wanted = self._wanted(request, policies.may_propose_many)
        pitch = self.parsed().get("pitch", "")
        outcome = actions.propose_many(wanted, pitch=pitch, by=request.user)
        return Response(PairedSerializer(outcome, many=True).data)

    def _wanted(self, request: Request, may: Callable[[Any, Journey], bool]) -> list[tuple[Journey, Mentor]]:
        wanted = []
        for one in self.parsed()["pairs"]:
            journeys = Journey.objects.select_related("programme__organisation", "holder__user", "project")
            journey = self.related(journeys, one["journey"], "pairs")
            self.require(may(request.user, journey))
            wanted.append((journey, self.related(Mentor.objects.select_related("user"), one["mentor"], "pairs")))
        return wanted
