"""Modules, their dates, who is enrolled and who came."""

from typing import Any

from django.db.models import Count, Q
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from backend.lib.api import ReasonSerializer, ScopedViewSet, act
from journeys import actions, policies
from journeys.actions.attendance import MARKS
from journeys.models import Enrolment, Module, ModuleDate, Step


class ModuleSerializer(serializers.ModelSerializer[Module]):
    class Meta:
        model = Module
        fields = ("id", "organisation", "code", "title_fr", "title_en", "summary_fr", "summary_en", "minutes")


class ModuleViewSet(ScopedViewSet):
    """The catalogue of training modules."""

    queryset = Module.objects.order_by("title_fr", "pk")
    serializer_class = ModuleSerializer
    filterset_fields = ("organisation", "code")
    ordering_fields = ("title_fr", "code", "id")


class ModuleDateSerializer(serializers.ModelSerializer[ModuleDate]):
    seats_taken = serializers.IntegerField(read_only=True)

    class Meta:
        model = ModuleDate
        fields = (
            "id", "module", "starts_at", "ends_at", "place", "url", "trainer", "seats", "seats_taken", "state",
            "created_at",
        )  # fmt: skip


class MoveModuleDateSerializer(serializers.Serializer[Any]):
    starts_at = serializers.DateTimeField()
    ends_at = serializers.DateTimeField()
    seats = serializers.IntegerField(min_value=1, max_value=500)
    place = serializers.CharField(max_length=200, required=False, allow_blank=True)
    url = serializers.URLField(max_length=500, required=False, allow_blank=True)
    trainer = serializers.CharField(max_length=120, required=False, allow_blank=True)


class CreateModuleDateSerializer(MoveModuleDateSerializer):
    module = serializers.IntegerField()


class EnrolPeopleSerializer(serializers.Serializer[Any]):
    steps = serializers.ListField(
        child=serializers.IntegerField(), allow_empty=False, max_length=500, help_text="Module steps, one per person."
    )


class MarkSerializer(serializers.Serializer[Any]):
    enrolment = serializers.IntegerField()
    state = serializers.ChoiceField([str(mark) for mark in MARKS])
    late_minutes = serializers.IntegerField(min_value=0, default=0)


class MarkAttendanceSerializer(serializers.Serializer[Any]):
    marks = MarkSerializer(many=True, allow_empty=False)


class EnrolmentSerializer(serializers.ModelSerializer[Enrolment]):
    journey = serializers.IntegerField(source="step.journey_id", read_only=True)
    holder_name = serializers.CharField(source="step.journey.holder.user.get_full_name", read_only=True)

    class Meta:
        model = Enrolment
        fields = (
            "id", "module_date", "step", "journey", "holder_name", "state", "late_minutes", "marked_at", "marked_by",
            "created_at",
        )  # fmt: skip


class ModuleDateViewSet(ScopedViewSet):
    """Dated deliveries of modules. People see which seats are taken, not by whom: see enrolments."""

    queryset = (
        ModuleDate.objects.select_related("module__organisation")
        .annotate(
            seats_taken=Count(
                "enrolments", filter=Q(enrolments__isnull=False) & ~Q(enrolments__state=Enrolment.State.WITHDRAWN)
            )
        )
        .order_by("starts_at", "pk")
    )
    serializer_class = ModuleDateSerializer
    create_class = CreateModuleDateSerializer
    filterset_fields = {
        "module": ["exact"],
        "module__organisation": ["exact"],
        "state": ["exact"],
        "starts_at": ["gte", "lt"],
    }
    ordering_fields = ("starts_at", "id")

    def create(self, request: Request) -> Response:
        """Add a date, open to enrolment."""
        data = self.parsed()
        module = self.related(Module.objects.select_related("organisation"), data.pop("module"), "module")
        self.require(policies.may_create_module_date(request.user, module))
        return self.shown(actions.create_module_date(module, **data, by=request.user).pk, 201)

    @act(MoveModuleDateSerializer)
    def move(self, request: Request, pk: str) -> Response:
        """When, where and for how many is now as given; a new time or place is told once to everyone enrolled."""
        return self.do(policies.may_move_module_date, actions.move_module_date)

    @act(ReasonSerializer)
    def cancel(self, request: Request, pk: str) -> Response:
        """It will not take place: everyone enrolled is told why."""
        return self.do(policies.may_cancel_module_date, actions.cancel_module_date)

    @act(EnrolPeopleSerializer)
    def enrol(self, request: Request, pk: str) -> Response:
        """A seat for the person of each step, as long as there are seats; each gets the invite."""
        date = self.get_object()
        self.require(policies.may_enrol_people(request.user, date))
        wanted = self.parsed()["steps"]
        steps = list(Step.objects.visible_to(request.user).filter(pk__in=wanted).order_by("pk"))
        if len(steps) < len(set(wanted)):
            raise serializers.ValidationError({"steps": ["One of these steps is not there for you."]})
        actions.enrol_people(date, steps, by=request.user)
        return self.shown(date.pk)

    @act(MarkAttendanceSerializer)
    def attendance(self, request: Request, pk: str) -> Response:
        """Who came. Sent twice, written once; a correction voids the hours and replaces them."""
        date = self.get_object()
        self.require(policies.may_mark_attendance(request.user, date))
        marks = {one["enrolment"]: actions.Mark(one["state"], one["late_minutes"]) for one in self.parsed()["marks"]}
        actions.mark_attendance(date, marks, by=request.user)
        return self.shown(date.pk)


class EnrolmentViewSet(ScopedViewSet):
    """Places at module dates, and whether people came."""

    queryset = Enrolment.objects.select_related(
        "module_date__module__organisation", "step__journey__holder__user"
    ).order_by("module_date", "pk")
    serializer_class = EnrolmentSerializer
    filterset_fields = ("module_date", "module_date__module", "step", "step__journey", "state")
    ordering_fields = ("created_at", "marked_at", "id")

    @act()
    def withdraw(self, request: Request, pk: str) -> Response:
        """The seat is free again and the person is told."""
        return self.do(policies.may_withdraw_enrolment, actions.withdraw_enrolment)
