"""Modules, their dates, who is enrolled and who came."""

from typing import Any

from django.db.models import Count, Q
from django.utils import translation
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from backend.accounts.queries import organisations_of
from backend.lib.api import ReasonSerializer, ScopedViewSet, act
from journeys import actions, policies
from journeys.actions.attendance import MARKS
from journeys.models import Enrolment, Module, ModuleDate, Step
from journeys.queries.modules import WITHOUT_SEAT


class ModuleSerializer(serializers.ModelSerializer[Module]):
    class Meta:
        model = Module
        fields = (
            "id", "organisation", "code", "title_fr", "title_en", "summary_fr", "summary_en", "minutes", "is_retired",
            "created_at",
        )  # fmt: skip


class UpdateModuleSerializer(serializers.Serializer[Any]):
    title_fr = serializers.CharField(max_length=160)
    title_en = serializers.CharField(max_length=160, required=False, allow_blank=True)
    summary_fr = serializers.CharField(max_length=2000, required=False, allow_blank=True)
    summary_en = serializers.CharField(max_length=2000, required=False, allow_blank=True)
    minutes = serializers.IntegerField(min_value=15, max_value=3600)


class CreateModuleSerializer(UpdateModuleSerializer):
    organisation = serializers.IntegerField()
    minutes = serializers.IntegerField(min_value=15, max_value=3600, required=False)


class ModuleViewSet(ScopedViewSet):
    """The catalogue of training modules."""

    queryset = Module.objects.order_by("title_fr", "pk")
    serializer_class = ModuleSerializer
    create_class = CreateModuleSerializer
    update_class = UpdateModuleSerializer
    filterset_fields = ("organisation", "code", "is_retired")
    ordering_fields = ("title_fr", "code", "id")

    def create(self, request: Request) -> Response:
        """Add a module to the catalogue; its code is made from the French title."""
        data = self.parsed()
        organisation = organisations_of(request.user).filter(pk=data.pop("organisation")).first()
        if organisation is None:
            raise serializers.ValidationError({"organisation": [translation.gettext("No such row for you.")]})
        self.require(policies.may_create_module(request.user, organisation))
        return self.shown(actions.create_module(organisation, **data, by=request.user).pk, 201)

    def partial_update(self, request: Request, pk: str) -> Response:
        """Change what is given; the rest stays."""
        module = self.get_object()
        self.require(policies.may_update_module(request.user, module))
        stands = {str(name): getattr(module, str(name)) for name in UpdateModuleSerializer().fields}
        actions.update_module(module, **{**stands, **self.parsed(partial=True)}, by=request.user)
        return self.shown(module.pk)

    @act()
    def retire(self, request: Request, pk: str) -> Response:
        """No longer offered: no new dates; those that are planned stay."""
        return self.do(policies.may_retire_module, actions.retire_module)

    @act()
    def restore(self, request: Request, pk: str) -> Response:
        """Offered again."""
        return self.do(policies.may_restore_module, actions.restore_module)


class ModuleDateSerializer(serializers.ModelSerializer[ModuleDate]):
    seats_taken = serializers.SerializerMethodField(help_text="Empty for observers, who read no count of people.")
    waiting = serializers.SerializerMethodField(help_text="People on the waiting list; empty for observers.")
    trainer_email = serializers.SerializerMethodField(help_text="Shown to leads only.")

    class Meta:
        model = ModuleDate
        fields = (
            "id", "module", "starts_at", "ends_at", "place", "url", "trainer", "trainer_email", "seats", "seats_taken",
            "waiting", "state", "created_at",
        )  # fmt: skip

    def get_seats_taken(self, date: ModuleDate) -> int | None:
        return self._count(date, "seats_taken")

    def get_waiting(self, date: ModuleDate) -> int | None:
        return self._count(date, "waiting")

    def _count(self, date: ModuleDate, name: str) -> int | None:
        user = self.context["request"].user
        return getattr(date, name) if policies.may_count_people(user, date.module.organisation_id) else None

    def get_trainer_email(self, date: ModuleDate) -> str:
        user = self.context["request"].user
        return date.trainer_email if user.leads(date.module.organisation_id) else ""


class MoveModuleDateSerializer(serializers.Serializer[Any]):
    starts_at = serializers.DateTimeField()
    ends_at = serializers.DateTimeField()
    seats = serializers.IntegerField(min_value=1, max_value=500)
    place = serializers.CharField(max_length=200, required=False, allow_blank=True)
    url = serializers.URLField(max_length=500, required=False, allow_blank=True)
    trainer = serializers.CharField(max_length=120, required=False, allow_blank=True)
    trainer_email = serializers.EmailField(required=False, allow_blank=True)


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
            "id", "module_date", "step", "journey", "holder_name", "state", "queued_at", "late_minutes", "marked_at",
            "marked_by", "created_at",
        )  # fmt: skip


class ModuleDateViewSet(ScopedViewSet):
    """Dated deliveries of modules. People see which seats are taken, not by whom: see enrolments."""

    queryset = (
        ModuleDate.objects.select_related("module__organisation")
        .annotate(
            seats_taken=Count(
                "enrolments", filter=Q(enrolments__isnull=False) & ~Q(enrolments__state__in=WITHOUT_SEAT)
            ),
            waiting=Count("enrolments", filter=Q(enrolments__state=Enrolment.State.WAITING)),
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

    @act()
    def enrol_me(self, request: Request, pk: str) -> Response:
        """A seat for the caller, within what her journey needs."""
        return self.do(policies.may_take_seat, actions.take_seat)

    @act()
    def switch(self, request: Request, pk: str) -> Response:
        """The caller’s seat at another date of this module becomes a seat here."""
        return self.do(policies.may_switch_seat, actions.switch_seat)

    @act()
    def withdraw(self, request: Request, pk: str) -> Response:
        """The caller gives her seat up; it goes to the first who waits."""
        return self.do(policies.may_give_up_seat, actions.give_up_seat)

    @act()
    def wait(self, request: Request, pk: str) -> Response:
        """The caller stands last in line for a seat of this full date."""
        return self.do(policies.may_join_waiting, actions.join_waiting)

    @act()
    def leave_waiting(self, request: Request, pk: str) -> Response:
        """The caller waits no longer."""
        return self.do(policies.may_leave_waiting, actions.leave_waiting)

    @act()
    def send_trainer_link(self, request: Request, pk: str) -> Response:
        """A letter to the trainer with a link to note who came; a former link opens nothing any more."""
        return self.do(policies.may_send_trainer_link, actions.send_trainer_link)

    @act()
    def revoke_trainer_link(self, request: Request, pk: str) -> Response:
        """The link in the trainer’s letter opens nothing any more."""
        return self.do(policies.may_revoke_trainer_link, actions.revoke_trainer_link)

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
        """The seat is free again (or the place in line), the person is told, and the first who waits gets it."""
        return self.do(policies.may_withdraw_enrolment, actions.withdraw_enrolment)
