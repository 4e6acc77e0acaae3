"""Openings and absences over the API; the free times and the booking are acts of the pair."""

from typing import Any

from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from backend.lib.api import ScopedViewSet, act
from mentoring import actions, policies
from mentoring.models import Absence, Mentor, Opening, OpeningDay, Session
from mentoring.models.sessions import LONGEST, SHORTEST


class OpeningDaySerializer(serializers.ModelSerializer[OpeningDay]):
    """A day on which the opening has other hours, or none."""

    class Meta:
        model = OpeningDay
        fields = ("id", "day", "from_time", "to_time")
        read_only_fields = fields


class OpeningSerializer(serializers.ModelSerializer[Opening]):
    """Hours at which the mentor's own holders may book, on the organisation's clock."""

    days = OpeningDaySerializer(many=True, read_only=True)

    class Meta:
        model = Opening
        fields = (
            "id", "mentor", "repeats", "weekday", "starts_on", "ends_on", "from_time", "to_time", "minutes",
            "minutes_before", "minutes_after", "notice_hours", "weeks_ahead", "most_a_week", "medium", "place", "url",
            "ended_at", "days", "created_at",
        )  # fmt: skip
        read_only_fields = fields


class UpdateOpeningSerializer(serializers.Serializer[Any]):
    """The facts of an opening; what is not sent stays."""

    repeats = serializers.ChoiceField(Opening.Repeats.choices, required=False)
    weekday = serializers.IntegerField(
        min_value=0, max_value=6, required=False, allow_null=True, help_text="0 is Monday; that of starts_on if null."
    )
    starts_on = serializers.DateField(required=False)
    ends_on = serializers.DateField(required=False, allow_null=True)
    from_time = serializers.TimeField(required=False)
    to_time = serializers.TimeField(required=False)
    minutes = serializers.IntegerField(min_value=SHORTEST, max_value=LONGEST, required=False, allow_null=True)
    minutes_before = serializers.IntegerField(min_value=0, max_value=240, required=False)
    minutes_after = serializers.IntegerField(min_value=0, max_value=240, required=False)
    notice_hours = serializers.IntegerField(min_value=0, max_value=336, required=False)
    weeks_ahead = serializers.IntegerField(min_value=1, max_value=26, required=False)
    most_a_week = serializers.IntegerField(min_value=1, max_value=50, required=False, allow_null=True)
    medium = serializers.ChoiceField(Session.Medium.choices, required=False)
    place = serializers.CharField(max_length=200, required=False, allow_blank=True)
    url = serializers.URLField(max_length=500, required=False, allow_blank=True)


class PublishOpeningSerializer(UpdateOpeningSerializer):
    """A new opening of this mentor."""

    mentor = serializers.IntegerField()
    from_time = serializers.TimeField()
    to_time = serializers.TimeField()


class ChangeOpeningDaySerializer(serializers.Serializer[Any]):
    """Other hours on this day; none when they are not sent."""

    day = serializers.DateField()
    from_time = serializers.TimeField(required=False, allow_null=True)
    to_time = serializers.TimeField(required=False, allow_null=True)


class RestoreOpeningDaySerializer(serializers.Serializer[Any]):
    """Which of its exceptions."""

    opening_day = serializers.IntegerField()


class AbsenceSerializer(serializers.ModelSerializer[Absence]):
    class Meta:
        model = Absence
        fields = ("id", "mentor", "starts_on", "ends_on", "created_at")
        read_only_fields = fields


class DeclareAbsenceSerializer(serializers.Serializer[Any]):
    """Days, both included, on which nothing can be booked."""

    mentor = serializers.IntegerField()
    starts_on = serializers.DateField()
    ends_on = serializers.DateField()


class FreeTimeSerializer(serializers.Serializer[Any]):
    """A time that may be booked, and where."""

    starts_at = serializers.DateTimeField()
    ends_at = serializers.DateTimeField()
    opening = serializers.IntegerField(source="opening.pk")
    medium = serializers.CharField(source="opening.medium")
    place = serializers.CharField(source="opening.place")


class BookOpeningSerializer(serializers.Serializer[Any]):
    """One of the free times, and what it is about."""

    starts_at = serializers.DateTimeField()
    agenda = serializers.CharField(max_length=240, required=False, allow_blank=True)


class OpeningViewSet(ScopedViewSet):
    queryset = Opening.objects.select_related("mentor__organisation").prefetch_related("days").order_by("pk")
    serializer_class = OpeningSerializer
    create_class = PublishOpeningSerializer
    update_class = UpdateOpeningSerializer
    filterset_fields = ("mentor", "repeats", "weekday")
    ordering_fields = ("weekday", "from_time", "created_at")

    def create(self, request: Request) -> Response:
        """The people she accompanies may book at these hours."""
        values = self.parsed()
        mentor = self.related(Mentor.objects.select_related("organisation"), values.pop("mentor"), "mentor")
        self.require(policies.may_publish_opening(request.user, mentor))
        return self.shown(actions.publish_opening(mentor, by=request.user, **values).pk, status=201)

    def partial_update(self, request: Request, pk: str) -> Response:
        """Only what is sent changes; what is booked stays."""
        return self.do(policies.may_update_opening, actions.update_opening)

    @act()
    def end(self, request: Request, pk: str) -> Response:
        """Nothing is offered at it any more."""
        return self.do(policies.may_end_opening, actions.end_opening)

    @act(ChangeOpeningDaySerializer)
    def change_day(self, request: Request, pk: str) -> Response:
        """One day on which it has other hours, or none."""
        return self.do(policies.may_change_opening_day, actions.change_opening_day)

    @act(RestoreOpeningDaySerializer)
    def restore_day(self, request: Request, pk: str) -> Response:
        """That day is as any other again."""
        opening = self.get_object()
        self.require(policies.may_update_opening(request.user, opening))
        rows = OpeningDay.objects.select_related("opening__mentor__organisation").filter(opening=opening)
        day = self.related(rows, self.parsed()["opening_day"], "opening_day")
        self.require(policies.may_restore_opening_day(request.user, day))
        actions.restore_opening_day(day, by=request.user)
        return self.shown(opening.pk)


class AbsenceViewSet(ScopedViewSet):
    queryset = Absence.objects.select_related("mentor__organisation").order_by("pk")
    serializer_class = AbsenceSerializer
    create_class = DeclareAbsenceSerializer
    filterset_fields = ("mentor",)
    ordering_fields = ("starts_on", "created_at")

    def create(self, request: Request) -> Response:
        """Nothing can be booked with her on these days."""
        values = self.parsed()
        mentor = self.related(Mentor.objects.select_related("organisation"), values.pop("mentor"), "mentor")
        self.require(policies.may_declare_absence(request.user, mentor))
        return self.shown(actions.declare_absence(mentor, by=request.user, **values).pk, status=201)

    @act(code=204)
    def lift(self, request: Request, pk: str) -> Response:
        """Her openings count on these days again."""
        absence = self.get_object()
        self.require(policies.may_lift_absence(request.user, absence))
        actions.lift_absence(absence, by=request.user)
        return Response(status=204)
