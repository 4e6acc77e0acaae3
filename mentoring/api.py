"""Mentors, pairs and sessions over the API: the same rules and acts as the pages."""

from typing import Any

from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from backend.accounts.queries import organisations_of
from backend.lib.api import ScopedViewSet, act
from journeys.models import Commune, Journey
from mentoring import actions, policies, queries
from mentoring.models import Mentor, Mentorship, Session, SpokenLanguage, Theme


# --- Mentors --------------------------------------------------------------------------------------
class MentorSerializer(serializers.ModelSerializer[Mentor]):
    """A mentor as members of the organisation see her."""

    name = serializers.CharField(source="user.get_full_name", read_only=True)
    email = serializers.SerializerMethodField(help_text="Empty for stewards, who only look on.")
    load = serializers.IntegerField(read_only=True)

    class Meta:
        model = Mentor
        fields = (
            "id", "organisation", "name", "email", "headline", "bio", "expertise", "languages", "commune", "capacity",
            "load", "video_url", "paused_until", "created_at",
        )  # fmt: skip
        read_only_fields = fields

    def get_email(self, mentor: Mentor) -> str:
        return mentor.user.email if policies.may_read_mentor_contacts(self.context["request"].user, mentor) else ""


class UpdateMentorSerializer(serializers.Serializer[Any]):
    """A profile; what is not sent stays."""

    headline = serializers.CharField(max_length=160, required=False, allow_blank=True)
    bio = serializers.CharField(required=False, allow_blank=True)
    capacity = serializers.IntegerField(min_value=1, max_value=50, required=False)
    expertise = serializers.ListField(child=serializers.ChoiceField(Theme.choices), required=False)
    languages = serializers.ListField(child=serializers.ChoiceField(SpokenLanguage.choices), required=False)
    commune = serializers.PrimaryKeyRelatedField(
        queryset=Commune.objects.order_by("name"), required=False, allow_null=True
    )
    video_url = serializers.URLField(max_length=500, required=False, allow_blank=True)
    paused_until = serializers.DateField(required=False, allow_null=True)


class CreateMentorSerializer(UpdateMentorSerializer):
    """A person to welcome as mentor."""

    organisation = serializers.IntegerField()
    email = serializers.EmailField()
    first_name = serializers.CharField(max_length=80, required=False)
    last_name = serializers.CharField(max_length=80, required=False)
    language = serializers.ChoiceField(["fr", "en"], required=False)


class MentorViewSet(ScopedViewSet):
    queryset = Mentor.objects.select_related("user").with_load().order_by("user__last_name", "user__first_name", "pk")
    serializer_class = MentorSerializer
    create_class = CreateMentorSerializer
    update_class = UpdateMentorSerializer
    filterset_fields = ("organisation", "commune")
    ordering_fields = ("user__last_name", "capacity", "created_at")

    def create(self, request: Request) -> Response:
        """A lead welcomes a mentor into her organisation; a letter tells her how to sign in."""
        values = self.parsed()
        organisation = organisations_of(request.user).filter(pk=values.pop("organisation")).first()
        self.require(organisation is not None and policies.may_create_mentor(request.user, organisation))
        mentor = actions.create_mentor(organisation, by=request.user, **values)
        return self.shown(mentor.pk, status=201)

    def partial_update(self, request: Request, pk: str) -> Response:
        """The mentor herself, or a lead."""
        return self.do(policies.may_update_mentor, actions.update_mentor)


# --- Pairs ----------------------------------------------------------------------------------------
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


class EndMentorshipSerializer(serializers.Serializer[Any]):
    """Why the pair ends."""

    reason = serializers.ChoiceField(Mentorship.EndReason.choices)
    note = serializers.CharField(max_length=240, required=False, allow_blank=True)


class MentorshipViewSet(ScopedViewSet):
    queryset = Mentorship.objects.select_related("mentor__user", "journey__holder__user", "journey__programme")
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


# --- Sessions -------------------------------------------------------------------------------------
class SessionSerializer(serializers.ModelSerializer[Session]):
    """A session; the summary only for whom it was shared with, the private note only for its mentor."""

    minutes = serializers.IntegerField(read_only=True)
    summary = serializers.SerializerMethodField()
    private_note = serializers.SerializerMethodField()

    class Meta:
        model = Session
        fields = (
            "id", "mentorship", "step", "starts_at", "ends_at", "minutes", "medium", "place", "url", "agenda", "state",
            "held_at", "held_minutes", "themes", "summary", "private_note", "logged_at", "cancelled_at",
            "cancel_reason", "created_at",
        )  # fmt: skip
        read_only_fields = fields

    def get_summary(self, session: Session) -> str | None:
        return session.summary if policies.may_read_summary(self.context["request"].user, session) else None

    def get_private_note(self, session: Session) -> str | None:
        may = policies.may_read_private_note(self.context["request"].user, session)
        return session.private_note if may else None


class _PlaceSerializer(serializers.Serializer[Any]):
    starts_at = serializers.DateTimeField()
    minutes = serializers.IntegerField(min_value=5, max_value=600, required=False)
    medium = serializers.ChoiceField(Session.Medium.choices, required=False)
    place = serializers.CharField(max_length=200, required=False, allow_blank=True)
    url = serializers.URLField(max_length=500, required=False, allow_blank=True)
    agenda = serializers.CharField(max_length=240, required=False, allow_blank=True)


class PlanSessionSerializer(_PlaceSerializer):
    """When and where; the length is that of the mentoring step unless it is given."""

    mentorship = serializers.IntegerField()


class MoveSessionSerializer(_PlaceSerializer):
    """The new time; what is not sent stays."""


class CancelSessionSerializer(serializers.Serializer[Any]):
    """Why, and whether the reason lies on the mentor's side."""

    reason = serializers.CharField(max_length=240)
    for_mentor = serializers.BooleanField()


class NextStepSerializer(serializers.Serializer[Any]):
    """A decided next action."""

    text = serializers.CharField(max_length=240)
    is_mentors = serializers.BooleanField(default=False)
    due_on = serializers.DateField(required=False, allow_null=True, default=None)

    def to_internal_value(self, data: Any) -> Any:
        return actions.NextStep(**super().to_internal_value(data))


class LogSessionSerializer(serializers.Serializer[Any]):
    """What is not sent is as planned."""

    held_at = serializers.DateTimeField(required=False)
    minutes = serializers.IntegerField(min_value=5, max_value=600, required=False)
    medium = serializers.ChoiceField(Session.Medium.choices, required=False)
    summary = serializers.CharField(required=False, allow_blank=True)
    themes = serializers.ListField(child=serializers.ChoiceField(Theme.choices), required=False)
    next_steps = NextStepSerializer(many=True, required=False)


class MissSessionSerializer(serializers.Serializer[Any]):
    """The holder did not come (by default), or one of the two called it off."""

    outcome = serializers.ChoiceField(
        [(state.value, state.label) for state in Session.State if state in Session.MISSED],
        default=Session.State.NO_SHOW,
    )
    reason = serializers.CharField(max_length=240, required=False, allow_blank=True)


class SessionViewSet(ScopedViewSet):
    queryset = Session.objects.select_related(*queries.PEOPLE)
    serializer_class = SessionSerializer
    filterset_fields = {
        "state": ["exact"],
        "mentorship": ["exact"],
        "mentorship__mentor": ["exact"],
        "mentorship__journey": ["exact"],
        "starts_at": ["gte", "lt"],
    }
    ordering_fields = ("starts_at", "held_at", "created_at")

    @act(PlanSessionSerializer, detail=False, code=201)
    def plan(self, request: Request) -> Response:
        """A session stands in both calendars; both get the invite by letter."""
        values = self.parsed()
        pairs = Mentorship.objects.select_related(
            "mentor__user", "journey__programme__organisation", "journey__holder__user"
        )
        pair = self.related(pairs, values.pop("mentorship"), "mentorship")
        self.require(policies.may_plan_session(request.user, pair))
        session = actions.plan_session(pair, by=request.user, **values)
        return self.shown(session.pk, status=201)

    @act(MoveSessionSerializer)
    def move(self, request: Request, pk: str) -> Response:
        """The same event at another time or place."""
        return self.do(policies.may_move_session, actions.move_session)

    @act(CancelSessionSerializer)
    def cancel(self, request: Request, pk: str) -> Response:
        """It leaves both calendars."""
        return self.do(policies.may_cancel_session, actions.cancel_session)

    @act(LogSessionSerializer)
    def log(self, request: Request, pk: str) -> Response:
        """Held: its minutes stand in the ledger as declared, the holder is asked to confirm."""
        return self.do(policies.may_log_session, actions.log_session)

    @act(LogSessionSerializer)
    def update_log(self, request: Request, pk: str) -> Response:
        """Complete or correct what was logged; other minutes replace the line of the ledger."""
        return self.do(policies.may_update_log, actions.update_log)

    @act(MissSessionSerializer)
    def no_show(self, request: Request, pk: str) -> Response:
        """It did not take place."""
        return self.do(policies.may_miss_session, actions.miss_session)


routes = [("mentors", MentorViewSet), ("mentorships", MentorshipViewSet), ("sessions", SessionViewSet)]
