"""The plan of a journey over HTTP: steps added, edited, moved; versions taken up; the last change undone."""

from typing import Any

from django.utils.translation import gettext as _
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from backend.lib.api import EmptySerializer, act
from journeys import actions, policies
from journeys.models import Journey, Module, ProgrammeVersion, Step, StepKind
from journeys.queries import offers
from journeys.queries.plans import days_problem, move_preview


class EditStepSerializer(serializers.Serializer[Any]):
    """What is left out stays."""

    title_fr = serializers.CharField(max_length=160, required=False)
    title_en = serializers.CharField(max_length=160, required=False, allow_blank=True)
    weight = serializers.IntegerField(min_value=0, max_value=100, required=False)
    is_required = serializers.BooleanField(required=False)
    minutes_expected = serializers.IntegerField(min_value=0, max_value=60000, required=False)
    occurrences = serializers.IntegerField(min_value=1, max_value=100, required=False)
    evidence_fr = serializers.CharField(max_length=240, required=False, allow_blank=True)
    evidence_en = serializers.CharField(max_length=240, required=False, allow_blank=True)
    after = serializers.ListField(
        child=serializers.IntegerField(), required=False, help_text="Ids of the steps of the journey that it waits for."
    )


class AddStepSerializer(EditStepSerializer):
    """Its day (`due_on`), or how many days after what it waits for (`max_days`)."""

    journey = serializers.IntegerField()
    kind = serializers.ChoiceField(StepKind.choices)
    title_fr = serializers.CharField(max_length=160)
    module = serializers.IntegerField(required=False, allow_null=True, help_text="For a training module.")
    due_on = serializers.DateField(required=False)
    earliest_on = serializers.DateField(required=False)
    min_days = serializers.IntegerField(min_value=0, max_value=1000, required=False)
    max_days = serializers.IntegerField(min_value=0, max_value=1000, required=False)


class PreviewMoveSerializer(serializers.Serializer[Any]):
    """Where the step would lie."""

    due_on = serializers.DateField()
    earliest_on = serializers.DateField(required=False, help_text="Left out, the whole window moves.")
    holds = serializers.BooleanField(default=True, help_text="Neither a cascade nor a new version moves it any more.")


class MoveStepSerializer(PreviewMoveSerializer):
    """Where the step is to lie, and what it takes along."""

    with_meetings = serializers.BooleanField(default=True, help_text="Planned meetings move along.")
    digest = serializers.CharField(
        max_length=64, required=False, default="", help_text="Of the preview: refused if it would be another now."
    )


class ShiftSerializer(serializers.Serializer[Any]):
    """One step, from when to when."""

    code = serializers.CharField()
    title = serializers.CharField()
    was_earliest = serializers.DateField()
    was_due = serializers.DateField()
    earliest = serializers.DateField()
    due = serializers.DateField()
    days = serializers.IntegerField()


class BreachSerializer(serializers.Serializer[Any]):
    """A limit passed: its latest date, its first, or the planned end of the journey."""

    code = serializers.CharField()
    title = serializers.CharField()
    limit = serializers.CharField(help_text="late, early or end")
    days = serializers.IntegerField()


class StaySerializer(serializers.Serializer[Any]):
    """A step that does not follow, and why."""

    code = serializers.CharField()
    title = serializers.CharField()
    why = serializers.CharField(help_text="pinned, or its state")


class AppointmentSerializer(serializers.Serializer[Any]):
    """A planned meeting that would move along; `problem` says why it stays."""

    title = serializers.CharField()
    people = serializers.SerializerMethodField()
    was = serializers.DateTimeField()
    now = serializers.DateTimeField()
    problem = serializers.CharField()

    def get_people(self, one: Any) -> list[str]:
        return list(one.people.values())


class CascadeSerializer(serializers.Serializer[Any]):
    """What would move, before it is applied; `digest` names exactly this."""

    summary = serializers.CharField()
    shifts = ShiftSerializer(many=True, source="cascade.shifts")
    breaches = BreachSerializer(many=True, source="cascade.breaches")
    stays = StaySerializer(many=True, source="cascade.stays")
    conflicts = serializers.ListField(child=serializers.CharField())
    appointments = AppointmentSerializer(many=True)
    digest = serializers.CharField()


class FactSerializer(serializers.Serializer[Any]):
    """One fact of one step, on the journey and in the version."""

    title = serializers.CharField()
    what = serializers.CharField()
    mine = serializers.CharField()
    theirs = serializers.CharField()


class OfferSerializer(serializers.Serializer[Any]):
    """What the newest version would do to this journey; `version` is null when it is on it."""

    version = serializers.IntegerField(allow_null=True)
    number = serializers.IntegerField(allow_null=True)
    summary = serializers.CharField()
    added = serializers.ListField(child=serializers.CharField())
    taken = FactSerializer(many=True)
    kept = FactSerializer(many=True)
    dropped = serializers.ListField(child=serializers.CharField())
    shifts = ShiftSerializer(many=True)
    notes = serializers.ListField(child=serializers.CharField())


class VersionSerializer(serializers.Serializer[Any]):
    """A published version of the programme, newer than the journey's."""

    version = serializers.IntegerField()


class UndoSerializer(serializers.Serializer[Any]):
    """Which change was meant: refused when it is no longer the last."""

    change = serializers.IntegerField(required=False)


class StepPlanActs:
    """Mixed into the steps."""

    create_class = AddStepSerializer
    update_class = EditStepSerializer

    def create(self: Any, request: Request) -> Response:
        """Add a step for this person: its days given, or counted from what it waits for."""
        data = self.parsed()
        journeys = Journey.objects.select_related("programme__organisation", "holder").prefetch_related("companions")
        journey = self.related(journeys, data.pop("journey"), "journey")
        self.require(policies.may_add_step(request.user, journey))
        data["after"] = steps_named(journey, data.get("after", []))
        if module := data.pop("module", None):
            modules = Module.objects.filter(organisation=journey.programme.organisation_id)
            data["module"] = self.related(modules, module, "module")
        step = actions.add_step(journey, **data, by=request.user)
        return self.shown(step.pk, 201)

    def partial_update(self: Any, request: Request, pk: str) -> Response:
        """Texts, weight, required or optional, expected time, evidence, prerequisites: for this person alone."""
        step = self.get_object()
        self.require(policies.may_edit_step(request.user, step))
        data = self.parsed()
        if "after" in data:
            data["after"] = steps_named(step.journey, data["after"])
        actions.edit_step(step, **data, by=request.user)
        return self.shown(step.pk)

    @act(MoveStepSerializer)
    def move(self: Any, request: Request, pk: str) -> Response:
        """It is due on another day, and what waits for it follows."""
        return self.do(policies.may_move_step, actions.move_step)

    @act(PreviewMoveSerializer, answers=CascadeSerializer)
    def preview_move(self: Any, request: Request, pk: str) -> Response:
        """What moving it there would move, pass and ask of others. Nothing is done."""
        step = self.get_object()
        self.require(policies.may_move_step(request.user, step))
        data = self.parsed()
        if problem := days_problem(step.journey, data.get("earliest_on"), data["due_on"]):
            raise serializers.ValidationError({problem[0]: [problem[1]]})
        return Response(CascadeSerializer(move_preview(step, **data, by=request.user)).data)

    @act()
    def restore(self: Any, request: Request, pk: str) -> Response:
        """Waived or abandoned, it is to plan again."""
        return self.do(policies.may_restore_step, actions.restore_step)

    @act(EmptySerializer, answers=EmptySerializer)
    def remove(self: Any, request: Request, pk: str) -> Response:
        """A step added for this person, on which nothing was recorded, is gone."""
        step = self.get_object()
        self.require(policies.may_remove_step(request.user, step))
        actions.remove_step(step, by=request.user)
        return Response({})


class JourneyPlanActs:
    """Mixed into the journeys."""

    @act(answers=OfferSerializer, method="get")
    def offer(self: Any, request: Request, pk: str) -> Response:
        """What the newest version of its programme would change."""
        journey = self.get_object()
        self.require(policies.may_apply_version(request.user, journey))
        newest = offers.newest_version(journey.programme)
        if newest is None or newest.number <= journey.version.number:
            nothing: dict[str, Any] = {name: [] for name in ("added", "taken", "kept", "dropped", "shifts", "notes")}
            return Response({"version": None, "number": None, "summary": _("nothing to change"), **nothing})
        found = offers.offers_for([journey], newest)[journey.pk]
        page = {**offers.offer_page(found), "version": newest.pk, "number": newest.number, "summary": found.summary}
        page["added"] = [one["title"] for one in page["added"]]
        return Response(OfferSerializer(page).data)

    @act(VersionSerializer)
    def apply_version(self: Any, request: Request, pk: str) -> Response:
        """It takes up a newer version of its programme; what was changed for this person stays."""
        return _with_version(self, policies.may_apply_version, actions.apply_version)

    @act(VersionSerializer)
    def decline_version(self: Any, request: Request, pk: str) -> Response:
        """This version is not offered to it any more."""
        return _with_version(self, policies.may_decline_version, actions.decline_version)

    @act(UndoSerializer)
    def undo(self: Any, request: Request, pk: str) -> Response:
        """The last change of its plan is taken back."""
        return self.do(policies.may_undo_change, actions.undo_change)


def _with_version(view: Any, may: Any, action: Any) -> Response:
    journey = view.get_object()
    view.require(may(view.request.user, journey))
    versions = ProgrammeVersion.objects.published().filter(programme=journey.programme_id)
    action(journey, view.related(versions, view.parsed()["version"], "version"), by=view.request.user)
    return view.shown(journey.pk)


def steps_named(journey: Journey, ids: list[int]) -> list[Step]:
    """The steps of the journey with these ids; 400 beside `after` otherwise."""
    rows = list(journey.steps.filter(pk__in=ids).order_by("pk"))
    if len(rows) != len(set(ids)):
        raise serializers.ValidationError({"after": [_("A step waits for steps of the same journey only.")]})
    return rows
