"""Times put forward, sessions at a steady pace, and the terms of an organisation over the API."""

from typing import Any

from django.shortcuts import get_object_or_404
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from backend.accounts.models import Organisation
from backend.lib.api import ScopedViewSet, act
from mentoring import actions, policies, queries
from mentoring.models import Mentorship, ProposedTime, Session, Terms, TimeProposal
from mentoring.models.sessions import LONGEST, SHORTEST


class ProposedTimeSerializer(serializers.ModelSerializer[ProposedTime]):
    class Meta:
        model = ProposedTime
        fields = ("id", "starts_at")
        read_only_fields = fields


class TimeProposalSerializer(serializers.ModelSerializer[TimeProposal]):
    """Times that one of the two puts forward, and what became of them."""

    times = ProposedTimeSerializer(many=True, read_only=True)

    class Meta:
        model = TimeProposal
        fields = (
            "id", "mentorship", "side", "minutes", "medium", "place", "url", "agenda", "state", "times", "answered_at",
            "answer", "session", "moves", "created_at",
        )  # fmt: skip
        read_only_fields = fields


class ProposeTimesSerializer(serializers.Serializer[Any]):
    """Up to five times; the holder may send none and say in `agenda` when it would suit her."""

    mentorship = serializers.IntegerField()
    times = serializers.ListField(child=serializers.DateTimeField(), max_length=5, required=False, default=list)
    minutes = serializers.IntegerField(min_value=SHORTEST, max_value=LONGEST, required=False)
    medium = serializers.ChoiceField(Session.Medium.choices, required=False)
    place = serializers.CharField(max_length=200, required=False, allow_blank=True)
    url = serializers.URLField(max_length=500, required=False, allow_blank=True)
    agenda = serializers.CharField(max_length=240, required=False, allow_blank=True)


class TakeTimeSerializer(serializers.Serializer[Any]):
    """Which of the times."""

    time = serializers.IntegerField()


class DeclineTimesSerializer(serializers.Serializer[Any]):
    """In a few words."""

    words = serializers.CharField(max_length=240, required=False, allow_blank=True)


class TimeProposalViewSet(ScopedViewSet):
    queryset = TimeProposal.objects.select_related(*queries.TIMES_PAIR).prefetch_related("times").order_by("-pk")
    serializer_class = TimeProposalSerializer
    create_class = ProposeTimesSerializer
    filterset_fields = ("mentorship", "state", "side")
    ordering_fields = ("created_at",)

    def create(self, request: Request) -> Response:
        """They stand open for the other of the two, and replace what was put forward before."""
        values = self.parsed()
        pairs = Mentorship.objects.select_related(*queries.PAIR)
        pair = self.related(pairs, values.pop("mentorship"), "mentorship")
        self.require(policies.may_propose_times(request.user, pair))
        side = policies.side_of(request.user, pair)
        return self.shown(actions.propose_times(pair, side=side, by=request.user, **values).pk, status=201)

    @act(TakeTimeSerializer)
    def take(self, request: Request, pk: str) -> Response:
        """The session is planned at this time."""
        proposal = self.get_object()
        if proposal.state == TimeProposal.State.OPEN:
            self.require(policies.may_take_time(request.user, proposal))
        else:  # whoever comes second reads what became of it
            self.require(policies.may_find_times(request.user, proposal.mentorship))
        number = self.parsed()["time"]
        actions.take_time(get_object_or_404(proposal.times.all(), pk=number), by=request.user)
        return self.shown(proposal.pk)

    @act(DeclineTimesSerializer)
    def decline(self, request: Request, pk: str) -> Response:
        """None suits; whoever put them forward is told."""
        return self.do(policies.may_decline_times, actions.decline_times)

    @act()
    def withdraw(self, request: Request, pk: str) -> Response:
        """They are no longer offered."""
        return self.do(policies.may_withdraw_times, actions.withdraw_times)


class TermsSerializer(serializers.ModelSerializer[Terms]):
    """What an organisation decides once about its mentoring."""

    class Meta:
        model = Terms
        fields = ("id", "organisation", "charter", "video_template", "late_hours", "confirm_days")
        read_only_fields = fields


def _bounded(name: str) -> serializers.IntegerField:
    low, high = Terms.BOUNDS[name]
    return serializers.IntegerField(min_value=low, max_value=high, required=False)


class KeepTermsSerializer(serializers.Serializer[Any]):
    """What is not sent stays."""

    organisation = serializers.IntegerField()
    charter = serializers.CharField(max_length=Terms.LONGEST_CHARTER, required=False, allow_blank=True)
    video_template = serializers.CharField(max_length=300, required=False, allow_blank=True)
    late_hours = _bounded("late_hours")
    confirm_days = _bounded("confirm_days")


class TermsViewSet(ScopedViewSet):
    queryset = Terms.objects.select_related("organisation").order_by("pk")
    serializer_class = TermsSerializer
    create_class = KeepTermsSerializer
    ordering_fields = ("organisation",)

    def create(self, request: Request) -> Response:
        """They hold from now on; sent again, they change."""
        values = self.parsed()
        number = values.pop("organisation")
        led = Organisation.objects.filter(pk__in=request.user.organisation_ids("lead"))
        organisation = led.filter(pk=number).first()
        self.require(organisation is not None and policies.may_keep_terms(request.user, organisation))
        assert organisation is not None
        return self.shown(actions.keep_terms(organisation, by=request.user, **values).pk, status=201)
