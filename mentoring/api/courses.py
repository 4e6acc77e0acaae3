"""The course of pairs over the API: objectives, reviews, and how it feels (each reads her own; leads, all)."""

from typing import Any

from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from backend.lib.api import ScopedViewSet, act
from mentoring import actions, policies
from mentoring.models import Fit, Objective, Review


class ObjectiveSerializer(serializers.ModelSerializer[Objective]):
    """What a pair works towards, on a scale of 1 to 8."""

    class Meta:
        model = Objective
        fields = ("id", "mentorship", "text", "start", "wanted", "midway", "end", "dropped_at", "created_at")
        read_only_fields = fields


class SetObjectiveSerializer(serializers.Serializer[Any]):
    """Its words and two points."""

    text = serializers.CharField(max_length=240)
    start = serializers.IntegerField(min_value=1, max_value=8)
    wanted = serializers.IntegerField(min_value=1, max_value=8)


class ReviewSerializer(serializers.ModelSerializer[Review]):
    """What one of the two said, half-way or at the end."""

    class Meta:
        model = Review
        fields = ("id", "mentorship", "moment", "side", "went_well", "to_change", "said_at")
        read_only_fields = fields


class PointSerializer(serializers.Serializer[Any]):
    """Where the holder stands on one objective."""

    objective = serializers.IntegerField()
    point = serializers.IntegerField(min_value=1, max_value=8)


class SayReviewSerializer(serializers.Serializer[Any]):
    """Words, and points on the objectives."""

    went_well = serializers.CharField(max_length=3000, required=False, allow_blank=True)
    to_change = serializers.CharField(max_length=3000, required=False, allow_blank=True)
    points = PointSerializer(many=True, required=False)


class FitSerializer(serializers.ModelSerializer[Fit]):
    """How one side feels after a session."""

    class Meta:
        model = Fit
        fields = ("id", "mentorship", "nth", "side", "answer", "words", "created_at")
        read_only_fields = fields


class SayFitSerializer(serializers.Serializer[Any]):
    """The answer, and a few words."""

    answer = serializers.ChoiceField(Fit.Answer.choices)
    words = serializers.CharField(max_length=500, required=False, allow_blank=True)


class ObjectiveViewSet(ScopedViewSet):
    queryset = Objective.objects.select_related(
        "mentorship__mentor", "mentorship__journey__holder", "mentorship__journey__programme"
    )
    serializer_class = ObjectiveSerializer
    filterset_fields = ("mentorship",)
    ordering_fields = ("created_at",)

    @act()
    def drop(self, request: Request, pk: str) -> Response:
        """The pair works towards it no more; its trace is kept."""
        return self.do(policies.may_drop_objective, actions.drop_objective)


class ReviewViewSet(ScopedViewSet):
    queryset = Review.objects.all()
    serializer_class = ReviewSerializer
    filterset_fields = ("mentorship", "moment", "side")
    ordering_fields = ("said_at",)


class FitViewSet(ScopedViewSet):
    queryset = Fit.objects.all()
    serializer_class = FitSerializer
    filterset_fields = ("mentorship", "nth")
    ordering_fields = ("created_at",)
