"""Sessions over the API."""

from typing import Any

from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from backend.lib.api import ScopedViewSet, act
from mentoring import actions, policies, queries
from mentoring.api.briefings import BriefingSerializer
from mentoring.models import LONGEST_NOTE, Competence, Mentorship, Session, Theme
from mentoring.models.sessions import LONGEST, SHORTEST


class SessionSerializer(serializers.ModelSerializer[Session]):
    """A session; the summary only for whom it was shared with, the private note only for its mentor."""

    minutes = serializers.IntegerField(read_only=True)
    summary = serializers.SerializerMethodField()
    question = serializers.SerializerMethodField(help_text="What the holder would like: for the two of the pair.")
    private_note = serializers.SerializerMethodField()
    programme_note = serializers.SerializerMethodField()
    seen = serializers.SerializerMethodField(help_text="Of the log as you read it: send it back with `update_log`.")

    class Meta:
        model = Session
        fields = (
            "id", "mentorship", "step", "starts_at", "ends_at", "minutes", "medium", "place", "url", "agenda",
            "series_place", "series_size",
            "question", "state", "held_at", "held_minutes", "themes", "competencies", "summary", "private_note",
            "programme_note", "seen", "logged_at", "cancelled_at", "cancel_reason", "created_at",
        )  # fmt: skip
        read_only_fields = fields

    def get_question(self, session: Session) -> str | None:
        return session.question if policies.may_read_question(self.context["request"].user, session) else None

    def get_summary(self, session: Session) -> str | None:
        return session.summary if policies.may_read_summary(self.context["request"].user, session) else None

    def get_programme_note(self, session: Session) -> str | None:
        may = policies.may_read_programme_note(self.context["request"].user, session)
        return session.programme_note if may else None

    def get_private_note(self, session: Session) -> str | None:
        may = policies.may_read_private_note(self.context["request"].user, session)
        return session.private_note if may else None

    def get_seen(self, session: Session) -> dict[str, str]:
        closed = {name for name in queries.NOTES if getattr(self, f"get_{name}")(session) is None}
        kept = queries.fingerprints(session) if session.state == Session.State.HELD else {}
        return {name: mark for name, mark in kept.items() if name not in closed}


class _MeetingSerializer(serializers.Serializer[Any]):
    minutes = serializers.IntegerField(min_value=SHORTEST, max_value=LONGEST, required=False)
    medium = serializers.ChoiceField(Session.Medium.choices, required=False)
    place = serializers.CharField(max_length=200, required=False, allow_blank=True)
    url = serializers.URLField(max_length=500, required=False, allow_blank=True)
    agenda = serializers.CharField(max_length=240, required=False, allow_blank=True)


class _PlaceSerializer(_MeetingSerializer):
    starts_at = serializers.DateTimeField()


class PlanSessionSerializer(_PlaceSerializer):
    """When and where; the length is that of the mentoring step unless it is given."""

    mentorship = serializers.IntegerField()


class PlanCadenceSerializer(_MeetingSerializer):
    """A session of its own at each of these moments: all of them, or none."""

    mentorship = serializers.IntegerField()
    starts = serializers.ListField(child=serializers.DateTimeField(), allow_empty=False, max_length=26)


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
    minutes = serializers.IntegerField(min_value=SHORTEST, max_value=LONGEST, required=False)
    medium = serializers.ChoiceField(Session.Medium.choices, required=False)
    summary = serializers.CharField(required=False, allow_blank=True, max_length=LONGEST_NOTE)
    themes = serializers.ListField(child=serializers.ChoiceField(Theme.choices), required=False)
    competencies = serializers.ListField(child=serializers.ChoiceField(Competence.choices), required=False)
    private_note = serializers.CharField(required=False, allow_blank=True, max_length=LONGEST_NOTE)
    programme_note = serializers.CharField(required=False, allow_blank=True, max_length=LONGEST_NOTE)
    next_steps = NextStepSerializer(many=True, required=False)
    next_at = serializers.DateTimeField(required=False)


class UpdateLogSerializer(LogSessionSerializer):
    """What is not sent stays. With `seen`, as the session told it, what another changed meanwhile is never overwritten:
    409 with what stands (`crossed`) and its own `seen`.
    """

    seen = serializers.DictField(child=serializers.CharField(), required=False)


class MissSessionSerializer(serializers.Serializer[Any]):
    """The holder did not come (by default), or one of the two called it off."""

    outcome = serializers.ChoiceField(
        [(state.value, state.label) for state in Session.State if state in Session.MISSED],
        default=Session.State.NO_SHOW,
    )
    reason = serializers.CharField(max_length=240, required=False, allow_blank=True)


class WriteQuestionSerializer(serializers.Serializer[Any]):
    """What the holder would like from the session; empty takes it back."""

    text = serializers.CharField(max_length=1000, allow_blank=True)


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

    @act(PlanCadenceSerializer, answers=SessionSerializer(many=True), detail=False, code=201)
    def plan_cadence(self, request: Request) -> Response:
        """Several sessions in one act, each with its invite; refused as a whole when one cannot be planned."""
        values = self.parsed()
        pairs = Mentorship.objects.select_related(*queries.PAIR)
        pair = self.related(pairs, values.pop("mentorship"), "mentorship")
        self.require(policies.may_plan_cadence(request.user, pair))
        planned = actions.plan_cadence(pair, by=request.user, **values)
        rows = self.get_queryset().filter(pk__in=[one.pk for one in planned]).order_by("starts_at")
        return Response(self.get_serializer(rows, many=True).data, status=201)

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

    @act(UpdateLogSerializer)
    def update_log(self, request: Request, pk: str) -> Response:
        """Complete or correct what was logged; other minutes replace the line of the ledger."""
        return self.do(policies.may_update_log, actions.update_log)

    @act(MissSessionSerializer)
    def no_show(self, request: Request, pk: str) -> Response:
        """It did not take place."""
        return self.do(policies.may_miss_session, actions.miss_session)

    @act(answers=BriefingSerializer, method="get")
    def briefing(self, request: Request, pk: str) -> Response:
        """The two minutes before this session, as its page has them; nobody is marked as briefed."""
        session = self.get_object()
        self.require(policies.may_read_briefing(request.user, session))
        return Response(
            BriefingSerializer(queries.session_briefing(session, request.user), context={"request": request}).data
        )

    @act(WriteQuestionSerializer)
    def question(self, request: Request, pk: str) -> Response:
        """What the holder would like from this session, until it begins."""
        return self.do(policies.may_write_question, actions.write_question)
