"""Journeys, their steps and what was decided on them."""

from typing import Any

from django.http import HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_field, extend_schema_view
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from backend.accounts.models import User
from backend.lib.api import ReasonSerializer, ScopedViewSet, act
from backend.lib.api_files import gives
from backend.lib.doors import number
from journeys import actions, policies
from journeys.api.bridges import BridgeJourneySerializer, EquivalentSerializer
from journeys.api.files import DAYS, PAPERS, days_asked, paper_file
from journeys.api.letters import JourneyLetters
from journeys.api.plan import JourneyPlanActs, StepPlanActs
from journeys.forms.journeys import AdvanceStepForm
from journeys.models import Commitment, Companion, Holder, Journey, Programme, Project, Step
from journeys.queries import statement_papers
from journeys.queries.bridges import equivalents
from journeys.queries.journeys import Progress, progress, progress_of


class CompanionSerializer(serializers.ModelSerializer[Companion]):
    name = serializers.CharField(source="user.get_full_name", read_only=True)

    class Meta:
        model = Companion
        fields = ("user", "name", "role", "created_at", "ended_at")


class ProgressSerializer(serializers.Serializer[Any]):
    """Done weight over the weight of all steps but the waived ones."""

    done_weight = serializers.IntegerField()
    total_weight = serializers.IntegerField()
    percent = serializers.IntegerField()


class JourneySerializer(serializers.ModelSerializer[Journey]):
    organisation = serializers.IntegerField(source="programme.organisation_id", read_only=True)
    holder_name = serializers.CharField(source="holder.user.get_full_name", read_only=True)
    project_name = serializers.CharField(source="project.name", read_only=True)
    programme_code = serializers.CharField(source="programme.code", read_only=True)
    companions = CompanionSerializer(many=True, read_only=True)
    progress = serializers.SerializerMethodField()

    class Meta:
        model = Journey
        fields = (
            "id", "organisation", "programme", "programme_code", "version", "project", "project_name", "holder",
            "holder_name", "referent", "state", "started_on", "planned_end_on", "ended_on", "archived_at",
            "pause_reason", "paused_on", "review_on", "leave_reason", "leave_comment", "companions", "progress",
            "created_at",
        )  # fmt: skip

    @extend_schema_field(ProgressSerializer)
    def get_progress(self, journey: Journey) -> dict[str, int]:
        found = getattr(journey, "progress", None) or progress(journey.steps.all())
        return {"done_weight": found.done_weight, "total_weight": found.total_weight, "percent": found.percent}


class OpenJourneySerializer(serializers.Serializer[Any]):
    programme = serializers.IntegerField()
    project = serializers.IntegerField()
    holder = serializers.IntegerField()
    referent = serializers.IntegerField(required=False, allow_null=True)
    started_on = serializers.DateField()


class PauseJourneySerializer(ReasonSerializer):
    review_on = serializers.DateField(help_text="When to look at it again: within a year.")


class ReopenJourneySerializer(ReasonSerializer):
    planned_end_on = serializers.DateField()


class CompleteJourneySerializer(serializers.Serializer[Any]):
    on = serializers.DateField(required=False)


class LeaveJourneySerializer(serializers.Serializer[Any]):
    reason = serializers.ChoiceField(
        [one for one in Journey.LeaveReason.choices if one[0] != Journey.LeaveReason.BRIDGED]
    )
    comment = serializers.CharField(max_length=500, required=False, allow_blank=True)
    on = serializers.DateField(required=False)


ARCHIVED = OpenApiParameter(
    "archived", OpenApiTypes.STR, enum=["1", "only"],
    description="Archived journeys are left out of the list unless asked for: “1”, they too; “only”, they alone. "
    "Whatever is said, a journey is found under its own number.",
)  # fmt: skip


@extend_schema_view(list=extend_schema(parameters=[ARCHIVED]))
class JourneyViewSet(JourneyPlanActs, JourneyLetters, ScopedViewSet):
    """One holder's project in one programme, personalised."""

    queryset = (
        Journey.objects.select_related("programme__organisation", "version", "holder__user", "project", "referent")
        .prefetch_related("companions__user", "steps")
        .order_by("-started_on", "pk")
    )
    serializer_class = JourneySerializer
    create_class = OpenJourneySerializer
    filterset_fields = {
        "programme": ["exact"],
        "programme__organisation": ["exact"],
        "state": ["exact"],
        "holder": ["exact"],
        "project": ["exact"],
        "project__commune": ["exact"],
        "project__qpv": ["exact"],
        "referent": ["exact"],
        "archived_at": ["isnull"],
        "review_on": ["lte", "gte"],
    }  # fmt: skip
    ordering_fields = ("started_on", "planned_end_on", "ended_on", "id")

    def filter_queryset(self, queryset: Any) -> Any:
        """As on the board: what was put away is not listed unless asked for."""
        found = super().filter_queryset(queryset)
        asked = self.request.query_params
        if self.action == "list":
            found = found.select_related(None).select_related("programme", "holder__user", "project")
            found = found.prefetch_related(None).prefetch_related("companions__user")
        if self.action != "list" or asked.get("archived") == "1" or "archived_at__isnull" in asked:
            return found
        return found.filter(archived_at__isnull=asked.get("archived") != "only")

    def paginate_queryset(self, queryset: Any) -> Any:
        """Of a thousand steps a page says how far each journey is, and nothing else: they are not read one by one."""
        page = super().paginate_queryset(queryset)
        if self.action == "list":
            weighed = progress_of([one.pk for one in page])
            for one in page:
                one.progress = weighed.get(one.pk, Progress(0, 0))
        return page

    def create(self, request: Request) -> Response:
        """Open a journey: its steps are copied from the programme's published version."""
        data = self.parsed()
        programme = self.related(Programme.objects, data["programme"], "programme")
        self.require(policies.may_open_journey(request.user, programme))
        referent = data.get("referent")
        carriers = Holder.objects.filter(
            organisation=programme.organisation_id, carried__project=data["project"], carried__left_on=None
        )
        journey = actions.open_journey(
            programme,
            self.related(Project.objects.filter(organisation=programme.organisation_id), data["project"], "project"),
            self.related(carriers, data["holder"], "holder"),
            started_on=data["started_on"],
            referent=self.related(User.objects, referent, "referent") if referent else None,
            by=request.user,
        )
        return self.shown(journey.pk, 201)

    @act(PauseJourneySerializer)
    def pause(self, request: Request, pk: str) -> Response:
        """The journey rests, why, and when to look at it again: open steps and the planned end move until then."""
        return self.do(policies.may_pause_journey, actions.pause_journey)

    @act()
    def resume(self, request: Request, pk: str) -> Response:
        """Under way again; what the pause had moved is corrected to the days it really rested."""
        return self.do(policies.may_resume_journey, actions.resume_journey)

    @act(CompleteJourneySerializer)
    def complete(self, request: Request, pk: str) -> Response:
        """Completed, once every required step is done or waived."""
        return self.do(policies.may_complete_journey, actions.complete_journey)

    @act(LeaveJourneySerializer)
    def leave(self, request: Request, pk: str) -> Response:
        """The holder leaves before the end, and why."""
        return self.do(policies.may_leave_journey, actions.leave_journey)

    @act(ReopenJourneySerializer)
    def reopen(self, request: Request, pk: str) -> Response:
        """An ended journey is under way again, and why."""
        return self.do(policies.may_reopen_journey, actions.reopen_journey)

    @act()
    def archive(self, request: Request, pk: str) -> Response:
        """An ended journey leaves the lists; totals count it as before."""
        return self.do(policies.may_archive_journey, actions.archive_journey)

    @act()
    def unarchive(self, request: Request, pk: str) -> Response:
        """It stands in the lists again."""
        return self.do(policies.may_unarchive_journey, actions.unarchive_journey)

    @gives(*PAPERS, more=DAYS)
    @act(method="get", answers=OpenApiTypes.BINARY)
    def hours(self, request: Request, pk: str) -> HttpResponse:
        """The statement of hours of a period, as a paper; without days, the whole journey."""
        journey = self.get_object()
        days = days_asked(request, statement_papers.whole(journey))
        return paper_file(request, statement_papers.journey_paper(journey, *days))

    @extend_schema(
        parameters=[OpenApiParameter("programme", OpenApiTypes.INT, required=True)],
        responses=EquivalentSerializer(many=True),
    )
    @action(detail=True, methods=["get"], pagination_class=None, filter_backends=[])
    def equivalents(self, request: Request, pk: str) -> Response:
        """What is already done of another programme: the steps that a bridge may carry."""
        journey = self.get_object()
        self.require(policies.may_bridge_journey(request.user, journey))
        asked = number(request.query_params.get("programme", ""))
        programme = self.related(Programme.objects, asked, "programme")
        return Response(EquivalentSerializer(equivalents(journey, programme), many=True).data)

    @act(BridgeJourneySerializer, code=201)
    def bridge(self, request: Request, pk: str) -> Response:
        """The project goes on in another programme, instead of or beside; answers with the new journey."""
        journey = self.get_object()
        self.require(policies.may_bridge_journey(request.user, journey))
        data = self.parsed()
        programme = self.related(Programme.objects, data.pop("programme"), "programme")
        self.require(policies.may_open_journey(request.user, programme))
        made = actions.bridge_journey(journey, programme=programme, **data, by=request.user)
        return self.shown(made.pk, 201)


class StepSerializer(serializers.ModelSerializer[Step]):
    class Meta:
        model = Step
        fields = (
            "id", "journey", "template", "code", "position", "kind", "title_fr", "title_en", "weight", "is_required",
            "is_shared", "state", "earliest_on", "due_on", "is_pinned", "done_on", "minutes_expected", "occurrences",
            "evidence_fr", "evidence_en", "module", "waive_reason", "shared_from", "after",
        )  # fmt: skip


class ShareStepSerializer(serializers.Serializer[Any]):
    shared = serializers.BooleanField()


class AdvanceStepSerializer(serializers.Serializer[Any]):
    state = serializers.ChoiceField(Step.State.choices)
    on = serializers.DateField(required=False, help_text="Only when it is done; today without it.")


class StepViewSet(StepPlanActs, ScopedViewSet):
    """The lines of journeys."""

    queryset = (
        Step.objects.select_related("journey__programme__organisation", "journey__holder__user")
        .prefetch_related("after", "journey__companions")
        .order_by("journey", "position", "pk")
    )
    serializer_class = StepSerializer
    filterset_fields = ("journey", "journey__programme", "kind", "state", "module", "is_required")
    ordering_fields = ("due_on", "earliest_on", "done_on", "position", "id")

    @act(ShareStepSerializer)
    def share(self, request: Request, pk: str) -> Response:
        """The team does it once for all its members, or each for herself again."""
        return self.do(policies.may_share_step, actions.share_step)

    @act(AdvanceStepSerializer)
    def advance(self, request: Request, pk: str) -> Response:
        """Where the step is now, said by hand; milestones and immersions are done by their own records."""
        step = self.get_object()
        self.require(policies.may_advance_step(request.user, step))
        data = self.parsed()
        form = AdvanceStepForm(data, step=step)
        if not form.is_valid():
            raise serializers.ValidationError(form.errors)
        actions.advance_step(step, **data, by=request.user)
        return self.shown(step.pk)

    @act(ReasonSerializer)
    def waive(self, request: Request, pk: str) -> Response:
        """It no longer counts for this person, and why."""
        return self.do(policies.may_waive_step, actions.waive_step)


class CommitmentSerializer(serializers.ModelSerializer[Commitment]):
    class Meta:
        model = Commitment
        fields = (
            "id", "journey", "text", "owner", "due_on", "made_by", "done_at", "done_by", "dropped_at", "dropped_by",
            "drop_reason", "created_at",
        )  # fmt: skip


class MoveCommitmentSerializer(serializers.Serializer[Any]):
    due_on = serializers.DateField()


class AddCommitmentSerializer(serializers.Serializer[Any]):
    journey = serializers.IntegerField()
    text = serializers.CharField(max_length=240)
    owner = serializers.IntegerField(help_text="Somebody active on the journey.")
    due_on = serializers.DateField(allow_null=True)


class CommitmentViewSet(ScopedViewSet):
    """Decided next actions, with an owner and a due date."""

    queryset = Commitment.objects.select_related("journey__programme__organisation")
    serializer_class = CommitmentSerializer
    create_class = AddCommitmentSerializer
    filterset_fields = {"journey": ["exact"], "owner": ["exact"], "done_at": ["isnull"], "due_on": ["lte", "gte"]}
    ordering_fields = ("due_on", "created_at", "id")

    def create(self, request: Request) -> Response:
        """Add a next action."""
        data = self.parsed()
        journeys = Journey.objects.select_related("programme__organisation", "holder").prefetch_related("companions")
        journey = self.related(journeys, data.pop("journey"), "journey")
        self.require(policies.may_add_commitment(request.user, journey))
        people = User.objects.filter(pk__in=journey_people(journey) | {request.user.pk})
        owner = people.filter(pk=data.pop("owner")).first()
        if owner is None:
            raise serializers.ValidationError({"owner": ["Nobody active on this journey has this number."]})
        commitment = actions.add_commitment(journey, owner=owner, **data, by=request.user)
        return self.shown(commitment.pk, 201)

    @act()
    def complete(self, request: Request, pk: str) -> Response:
        """Done."""
        return self.do(policies.may_complete_commitment, actions.complete_commitment)

    @act()
    def reopen(self, request: Request, pk: str) -> Response:
        """Ticked or dropped by mistake: open again."""
        return self.do(policies.may_reopen_commitment, actions.reopen_commitment)

    @act(MoveCommitmentSerializer)
    def move(self, request: Request, pk: str) -> Response:
        """By another day."""
        return self.do(policies.may_move_commitment, actions.move_commitment)

    @act(ReasonSerializer)
    def drop(self, request: Request, pk: str) -> Response:
        """It will not be done, and why."""
        return self.do(policies.may_drop_commitment, actions.drop_commitment)


def journey_people(journey: Journey) -> set[int]:
    """Ids of those active on the journey: the holder, the referent, those who accompany."""
    active = {one.user_id for one in journey.companions.all() if one.ended_at is None}
    return {pk for pk in (journey.holder.user_id, journey.referent_id) if pk} | active
