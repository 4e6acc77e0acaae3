"""What a stay teaches: questions, observations, check-ins, both views of how it went, lessons."""

from typing import TYPE_CHECKING, Any

from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from backend.accounts.models import User
from backend.lib.api import ScopedViewSet, act
from journeys import actions
from journeys.models import Assessment, CheckIn, Immersion, Lesson, Observation, StayQuestion, Step
from journeys.policies import stays as policies
from journeys.queries import stays as queries

HOLDER = "holder"


class StayQuestionSerializer(serializers.ModelSerializer[StayQuestion]):
    class Meta:
        model = StayQuestion
        fields = ("id", "position", "text", "answer")


class ObservationSerializer(serializers.ModelSerializer[Observation]):
    class Meta:
        model = Observation
        fields = ("id", "key", "text", "noted_at", "question")


class CheckInSerializer(serializers.ModelSerializer[CheckIn]):
    class Meta:
        model = CheckIn
        fields = ("side", "asked_at", "answered_at", "mood", "words")


class AssessmentSerializer(serializers.ModelSerializer[Assessment]):
    class Meta:
        model = Assessment
        fields = (
            "side", "answered_at", "outcome", "last_day_on", "minutes", "reason", "whose", "reached", "learned",
            "words", "followed",
        )  # fmt: skip


class LessonSerializer(serializers.ModelSerializer[Lesson]):
    class Meta:
        model = Lesson
        fields = (
            "id", "immersion", "text", "decision", "commitment", "milestone", "proposal", "noted_by", "created_at",
        )  # fmt: skip


class LearningSerializer(serializers.Serializer[Any]):
    """As this reader may see it: observations are the holder's alone, the other side's view opens after one's own."""

    questions = StayQuestionSerializer(many=True)
    observations = ObservationSerializer(many=True)
    check_ins = CheckInSerializer(many=True)
    assessments = AssessmentSerializer(many=True)
    lessons = LessonSerializer(many=True)


class WriteQuestionsSerializer(serializers.Serializer[Any]):
    """In order; an empty text leaves its place. What is not sent stays as it is."""

    questions = serializers.ListField(
        child=serializers.CharField(max_length=240, allow_blank=True), max_length=3, required=False
    )
    answers = serializers.ListField(
        child=serializers.CharField(max_length=4000, allow_blank=True), max_length=3, required=False
    )


class NoteObservationSerializer(serializers.Serializer[Any]):
    key = serializers.UUIDField(help_text="Made where it is written: sent twice, it is kept once.")
    text = serializers.CharField(max_length=4000)
    noted_at = serializers.DateTimeField(required=False)
    question = serializers.IntegerField(required=False, allow_null=True)


class AnswerCheckInSerializer(serializers.Serializer[Any]):
    mood = serializers.ChoiceField(CheckIn.Mood.choices)
    words = serializers.CharField(max_length=2000, required=False, allow_blank=True)


class AnswerAssessmentSerializer(serializers.Serializer[Any]):
    outcome = serializers.ChoiceField(Immersion.Outcome.choices)
    minutes = serializers.IntegerField(min_value=1, required=False, allow_null=True)
    last_day_on = serializers.DateField(required=False, allow_null=True)
    reason = serializers.CharField(max_length=240, required=False, allow_blank=True)
    whose = serializers.ChoiceField(Immersion.Side.choices, required=False)
    reached = serializers.IntegerField(min_value=1, max_value=4, required=False, allow_null=True)
    learned = serializers.CharField(max_length=4000, required=False, allow_blank=True)
    words = serializers.CharField(max_length=4000, required=False, allow_blank=True)
    followed = serializers.ChoiceField(Assessment.Followed.choices, required=False)


class DecideLessonSerializer(serializers.Serializer[Any]):
    decision = serializers.CharField(max_length=240)
    owner = serializers.IntegerField(required=False, allow_null=True, help_text="With one, it becomes a commitment.")
    due_on = serializers.DateField(required=False, allow_null=True)


class NoteLessonSerializer(DecideLessonSerializer):
    immersion = serializers.IntegerField()
    text = serializers.CharField(max_length=4000)
    decision = serializers.CharField(max_length=240, required=False, allow_blank=True)


class ShowLessonSerializer(serializers.Serializer[Any]):
    milestone = serializers.IntegerField(help_text="A milestone step of the same journey.")
    reached_on = serializers.DateField()


if TYPE_CHECKING:
    Base = ScopedViewSet
else:
    Base = object


class StayActs(Base):
    """The acts of an immersion about what it teaches. A tutor has no account: she acts through her links."""

    @act(answers=LearningSerializer, method="get")
    def learning(self, request: Request, pk: str) -> Response:
        """Questions, observations, check-ins, both views, lessons: what this reader may see of them."""
        row = self.get_object()
        self.require(policies.may_read_stay(request.user, row))
        is_hers = policies.may_note_observation(request.user, row)
        told = {
            "questions": row.questions.all(),
            "observations": queries.observations_of(row) if is_hers else [],
            "check_ins": queries.seen_check_ins(request.user, row),
            "assessments": queries.seen_assessments(request.user, row),
            "lessons": queries.lessons_of(row),
        }
        return Response(LearningSerializer(told).data)

    @act(WriteQuestionsSerializer)
    def write_questions(self, request: Request, pk: str) -> Response:
        """Three at most, that the holder takes along; later, what she found."""
        return self.do(policies.may_write_questions, actions.write_questions)

    @act(NoteObservationSerializer, answers=ObservationSerializer, code=201)
    def note_observation(self, request: Request, pk: str) -> Response:
        """One observation of the holder, kept once however often it is sent."""
        row = self.get_object()
        self.require(policies.may_note_observation(request.user, row))
        data = self.parsed()
        data["question"] = row.questions.filter(pk=data.get("question")).first()
        kept = actions.note_observation(row, **data, by=request.user)
        return Response(ObservationSerializer(kept).data, 201)

    @act(AnswerCheckInSerializer)
    def answer_check_in(self, request: Request, pk: str) -> Response:
        """The holder says how it goes."""
        return self.do(policies.may_answer_check_in, actions.answer_check_in, side=HOLDER)

    @act(AnswerAssessmentSerializer)
    def answer_assessment(self, request: Request, pk: str) -> Response:
        """The holder says how it went, once and for good."""
        return self.do(policies.may_answer_assessment, actions.answer_assessment, side=HOLDER)

    @act()
    def resend_check_in(self, request: Request, pk: str) -> Response:
        """Ask the tutor again how it goes; not within 24 hours of the last letter."""
        return self.do(policies.may_resend_check_in, actions.resend_check_in)

    @act()
    def resend_assessment(self, request: Request, pk: str) -> Response:
        """Ask the tutor again how it went; not within 24 hours of the last letter."""
        return self.do(policies.may_resend_assessment, actions.resend_assessment)

    @act()
    def close_assessment(self, request: Request, pk: str) -> Response:
        """Without waiting longer for who did not answer."""
        return self.do(policies.may_close_assessment, actions.close_assessment)


class LessonViewSet(ScopedViewSet):
    """What was learned in stays, decided from it, and shown on milestones."""

    queryset = Lesson.objects.select_related(
        "immersion__company", "immersion__step__journey__holder__user",
        "immersion__step__journey__programme__organisation",
    ).order_by("-created_at", "-pk")  # fmt: skip
    serializer_class = LessonSerializer
    create_class = NoteLessonSerializer
    filterset_fields = {"immersion": ["exact"], "immersion__step__journey": ["exact"]}
    ordering_fields = ("created_at", "id")

    def _with_owner(self, data: dict[str, Any]) -> dict[str, Any]:
        pk = data.pop("owner", None)
        if pk is not None:
            data["owner"] = User.objects.filter(pk=pk).first()
            if data["owner"] is None:
                raise serializers.ValidationError({"owner": ["No such person."]})
        return data

    def create(self, request: Request) -> Response:
        """A lesson of a stay, and maybe its decision."""
        data = self._with_owner(self.parsed())
        rows = Immersion.objects.select_related("company", "step__journey__programme__organisation")
        immersion = self.related(rows, data.pop("immersion"), "immersion")
        self.require(policies.may_note_lesson(request.user, immersion))
        return self.shown(actions.note_lesson(immersion, **data, by=request.user).pk, 201)

    @act(DecideLessonSerializer)
    def decide(self, request: Request, pk: str) -> Response:
        """What is decided from it; with an owner, a commitment."""
        lesson = self.get_object()
        self.require(policies.may_decide_lesson(request.user, lesson))
        actions.decide_lesson(lesson, **self._with_owner(self.parsed()), by=request.user)
        return self.shown(lesson.pk)

    @act(ShowLessonSerializer)
    def show(self, request: Request, pk: str) -> Response:
        """The milestone is proposed with this lesson as evidence."""
        lesson = self.get_object()
        self.require(policies.may_show_lesson(request.user, lesson))
        data = self.parsed()
        steps = Step.objects.select_related("journey__programme__organisation", "journey__holder__user")
        data["milestone"] = self.related(steps, data["milestone"], "milestone")
        actions.show_lesson(lesson, **data, by=request.user)
        return self.shown(lesson.pk)
