"""What stands in one's calendar over HTTP: read, and answer."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.exceptions import PermissionDenied
from rest_framework.request import Request
from rest_framework.response import Response

from backend.calendars import actions, policies, queries
from backend.calendars.forms import SAYS
from backend.calendars.itip import LONGEST_COMMENT
from backend.calendars.models import Invite, InviteAttendee
from backend.lib.api import ScopedViewSet, act


class InvitedSerializer(serializers.ModelSerializer[InviteAttendee]):
    """Somebody invited, and what she answered; her address is not told."""

    class Meta:
        model = InviteAttendee
        fields = ("id", "user", "name", "role", "partstat", "answered_at")
        read_only_fields = fields


class CalendarEventSerializer(serializers.ModelSerializer[Invite]):
    """A dated thing in people's calendars. `people`: in a group, oneself and who leads it, as in the letters."""

    people = serializers.SerializerMethodField()

    class Meta:
        model = Invite
        fields = (
            "id", "uid", "sequence", "organisation", "starts_at", "ends_at", "title", "place", "url", "state", "people",
        )  # fmt: skip
        read_only_fields = fields

    @extend_schema_field(InvitedSerializer(many=True))
    def get_people(self, invite: Invite) -> Any:
        return InvitedSerializer(queries.people_seen(invite, self.context["request"].user), many=True).data


class AnswerInviteSerializer(serializers.Serializer[Any]):
    """Yes, maybe or no, and a word with it."""

    say = serializers.ChoiceField(list(SAYS))
    comment = serializers.CharField(max_length=LONGEST_COMMENT, required=False, allow_blank=True, default="")


class InviteViewSet(ScopedViewSet):
    """What one is invited to, and for a lead what her organisation has planned."""

    queryset = Invite.objects.prefetch_related("attendees").order_by("-starts_at", "-pk")
    serializer_class = CalendarEventSerializer
    filterset_fields = ("state", "organisation")
    ordering_fields = ("starts_at", "id")

    @act(AnswerInviteSerializer)
    def answer(self, request: Request, pk: str) -> Response:
        """Whether one comes; the last answer stands. For oneself only."""
        invite = self.get_object()
        person = next((one for one in invite.attendees.all() if one.user_id == request.user.pk), None)
        if person is None or not policies.may_answer_invite(request.user, person):
            raise PermissionDenied
        asked = self.parsed()
        actions.answer_invite(person, SAYS[asked["say"]], comment=asked["comment"], by=request.user)
        return self.shown(invite.pk)


routes = [("invites", InviteViewSet)]
