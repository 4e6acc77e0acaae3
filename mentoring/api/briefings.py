"""The briefing of one session over the API: what its page and its letter say."""

from typing import Any

from rest_framework import serializers

from journeys.models import Commitment, Step
from mentoring import policies
from mentoring.models import Session
from mentoring.queries import SessionBriefing


class LastSessionSerializer(serializers.ModelSerializer[Session]):
    """What was decided last, whoever her mentor was then."""

    class Meta:
        model = Session
        fields = ("id", "held_at", "themes", "summary")


class BriefedStepSerializer(serializers.ModelSerializer[Step]):
    title = serializers.CharField()
    is_late = serializers.BooleanField()

    class Meta:
        model = Step
        fields = ("id", "kind", "title", "due_on", "is_late")


class BriefedCommitmentSerializer(serializers.ModelSerializer[Commitment]):
    owner_name = serializers.CharField(source="owner")
    is_late = serializers.BooleanField()

    class Meta:
        model = Commitment
        fields = ("id", "text", "owner", "owner_name", "due_on", "done_at", "is_late")


class AimSerializer(serializers.Serializer[Any]):
    """An objective: where the holder started, is now and wants to be, from 1 to 8."""

    id = serializers.IntegerField(source="objective.pk")
    text = serializers.CharField(source="objective.text")
    start = serializers.IntegerField(source="objective.start")
    now = serializers.IntegerField()
    wanted = serializers.IntegerField(source="objective.wanted")


class DatedSerializer(serializers.Serializer[Any]):
    """Something dated on the journey; `starts_at` is null for a whole day."""

    on = serializers.DateField()
    starts_at = serializers.DateTimeField(allow_null=True)
    title = serializers.CharField()
    place = serializers.CharField()


class BriefingSerializer(serializers.Serializer[Any]):
    """The two minutes before a session. `question` is null for leads: it is between the two of the pair."""

    session = serializers.IntegerField(source="session.pk")
    question = serializers.SerializerMethodField()
    last_session = LastSessionSerializer(source="last", allow_null=True)
    is_withheld = serializers.BooleanField(
        source="base.is_withheld", help_text="The holder keeps what was shared last from the mentor who follows."
    )
    commitments = BriefedCommitmentSerializer(many=True)
    done = BriefedCommitmentSerializer(source="base.done", many=True)
    held = serializers.IntegerField(source="base.held")
    expected = serializers.IntegerField(source="base.expected")
    milestone = BriefedStepSerializer(source="base.milestone", allow_null=True)
    objectives = AimSerializer(many=True)
    coming = DatedSerializer(many=True)
    next_steps = BriefedStepSerializer(many=True)

    def get_question(self, brief: SessionBriefing) -> str | None:
        may = policies.may_read_question(self.context["request"].user, brief.session)
        return brief.session.question if may else None
