"""Meetings of several over the API."""

from typing import Any

from django.db.models import Prefetch
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from backend.lib.api import ReasonSerializer, ScopedViewSet, act
from mentoring import actions, policies, queries
from mentoring.models import LONGEST_NOTE, Gathering, Mentor, Session, Theme
from mentoring.models.sessions import LONGEST, SHORTEST


class GatheringSerializer(serializers.ModelSerializer[Gathering]):
    """One meeting; its sessions are those the reader may see."""

    sessions = serializers.SerializerMethodField()

    class Meta:
        model = Gathering
        fields = ("id", "mentor", "title", "sessions", "created_at")
        read_only_fields = fields

    def get_sessions(self, gathering: Gathering) -> list[int]:
        return [session.pk for session in gathering.sessions.all()]  # narrowed by the viewset


class MoveGatheringSerializer(serializers.Serializer[Any]):
    """The new time; what is not sent stays."""

    starts_at = serializers.DateTimeField()
    minutes = serializers.IntegerField(min_value=SHORTEST, max_value=LONGEST, required=False)
    medium = serializers.ChoiceField(Session.Medium.choices, required=False)
    place = serializers.CharField(max_length=200, required=False, allow_blank=True)
    url = serializers.URLField(max_length=500, required=False, allow_blank=True)


class PlanGatheringSerializer(MoveGatheringSerializer):
    """With which of the mentor's pairs, and when."""

    mentor = serializers.IntegerField()
    mentorships = serializers.ListField(child=serializers.IntegerField(), allow_empty=False, max_length=30)
    title = serializers.CharField(max_length=160, required=False, allow_blank=True)


class LogGatheringSerializer(serializers.Serializer[Any]):
    """The sessions of those who came; what is not sent is as planned."""

    came = serializers.ListField(child=serializers.IntegerField(), allow_empty=False, max_length=30)
    held_at = serializers.DateTimeField(required=False)
    minutes = serializers.IntegerField(min_value=SHORTEST, max_value=LONGEST, required=False)
    medium = serializers.ChoiceField(Session.Medium.choices, required=False)
    summary = serializers.CharField(required=False, allow_blank=True, max_length=LONGEST_NOTE)
    themes = serializers.ListField(child=serializers.ChoiceField(Theme.choices), required=False)


class GatheringViewSet(ScopedViewSet):
    queryset = Gathering.objects.select_related("mentor__user", "mentor__organisation").order_by("-pk")
    serializer_class = GatheringSerializer
    create_class = PlanGatheringSerializer
    filterset_fields = ("mentor",)
    ordering_fields = ("created_at",)

    def get_queryset(self) -> Any:
        seen = Session.objects.visible_to(self.request.user).order_by("pk")
        return super().get_queryset().prefetch_related(Prefetch("sessions", queryset=seen))

    def create(self, request: Request) -> Response:
        """A session for each of these people, one event in all their calendars."""
        values = self.parsed()
        mentors = Mentor.objects.select_related("user", "organisation")
        mentor = self.related(mentors, values.pop("mentor"), "mentor")
        self.require(policies.may_plan_gathering(request.user, mentor))
        wanted = set(values.pop("mentorships"))
        pairs = [pair for pair in queries.pairs_to_gather(mentor, request.user) if pair.pk in wanted]
        gathering = actions.plan_gathering(mentor, pairs=pairs, by=request.user, **values)
        return self.shown(gathering.pk, status=201)

    @act(MoveGatheringSerializer)
    def move(self, request: Request, pk: str) -> Response:
        """The same event, for everybody."""
        return self.do(policies.may_move_gathering, actions.move_gathering)

    @act(ReasonSerializer)
    def cancel(self, request: Request, pk: str) -> Response:
        """It leaves every calendar."""
        return self.do(policies.may_cancel_gathering, actions.cancel_gathering)

    @act(LogGatheringSerializer)
    def log(self, request: Request, pk: str) -> Response:
        """Held for those who came; the others did not."""
        return self.do(policies.may_log_gathering, actions.log_gathering)
