"""The follow-up groups of journeys over HTTP: who accompanies, invited and ended."""

from typing import Any

from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from backend.accounts.models import User
from backend.lib.api import ReasonSerializer, ScopedViewSet, act
from journeys import actions, policies
from journeys.models import Companion, Journey


class GroupMemberSerializer(serializers.ModelSerializer[Companion]):
    """One part in a follow-up group. Contact details: see `contacts`."""

    name = serializers.CharField(source="user.get_full_name", read_only=True)

    class Meta:
        model = Companion
        fields = ("id", "journey", "user", "name", "role", "home", "invited_by", "created_at", "ended_at")


class InviteSerializer(serializers.Serializer[Any]):
    journey = serializers.IntegerField()
    role = serializers.ChoiceField([one for one in Companion.Role.choices if one[0] != Companion.Role.MENTOR])
    user = serializers.IntegerField(required=False, help_text="A lead, for a referent; else somebody by e-mail:")
    email = serializers.EmailField(required=False)
    first_name = serializers.CharField(required=False, max_length=80)
    last_name = serializers.CharField(required=False, max_length=80)
    home = serializers.CharField(required=False, max_length=120, help_text="The organisation this person comes from.")

    def validate(self, data: dict[str, Any]) -> dict[str, Any]:
        """A person by her number, or all three of e-mail, first name and name."""
        missing = [name for name in ("email", "first_name", "last_name") if not data.get(name)]
        if not data.get("user") and missing:
            raise serializers.ValidationError({name: ["Give this, or a user."] for name in missing})
        return data


class OfJourneySerializer(serializers.Serializer[Any]):
    journey = serializers.IntegerField()


class ContactSerializer(serializers.Serializer[Any]):
    """How to reach the holder and those around her."""

    user = serializers.IntegerField(source="pk")
    name = serializers.CharField(source="get_full_name")
    email = serializers.EmailField()
    phone = serializers.CharField()


class CompanionViewSet(ScopedViewSet):
    """Who accompanies whom, from when to when."""

    queryset = Companion.objects.select_related(
        "user", "journey__programme__organisation", "journey__holder__user", "journey__project"
    ).order_by("journey", "pk")
    serializer_class = GroupMemberSerializer
    create_class = InviteSerializer
    filterset_fields = {"journey": ["exact"], "user": ["exact"], "role": ["exact"], "ended_at": ["isnull"]}
    ordering_fields = ("created_at", "ended_at", "id")

    def _journey(self, pk: int) -> Journey:
        rows = Journey.objects.select_related("programme__organisation", "holder__user", "project")
        found: Journey = self.related(rows.prefetch_related("companions__user"), pk, "journey")
        return found

    def create(self, request: Request) -> Response:
        """Invite somebody to accompany this journey; a letter tells her."""
        data = self.parsed()
        journey = self._journey(data["journey"])
        self.require(policies.may_invite_companion(request.user, journey))
        guest = actions.Guest(*(data.get(name, "") for name in ("email", "first_name", "last_name", "home")))
        person = self.related(User.objects, data["user"], "user") if data.get("user") else guest
        companion = actions.invite_companion(journey, person, data["role"], home=data.get("home", ""), by=request.user)
        return self.shown(companion.pk, 201)

    @act(ReasonSerializer)
    def end(self, request: Request, pk: str) -> Response:
        """She accompanies it no more, and why: the journey is closed to her from this moment."""
        companion = self.get_object()
        self.require(policies.may_leave_group(request.user, companion))
        actions.leave_group(companion, **self.parsed(), by=request.user)
        companion.refresh_from_db()  # whoever took her own leave sees it no more: print what was done
        return Response(self.get_serializer(companion).data)

    @act(OfJourneySerializer, answers=ContactSerializer(many=True), detail=False)
    def contacts(self, request: Request) -> Response:
        """How to reach the holder and those around her now; history remembers it when you are not one of them."""
        journey = self._journey(self.parsed()["journey"])
        self.require(policies.may_reveal_contacts(request.user, journey))
        if not policies.reads_contacts(request.user, journey):
            actions.reveal_contacts(journey, by=request.user)
        now = [one.user for one in journey.companions.all() if one.ended_at is None]
        holder = journey.holder.user
        holder.phone = journey.holder.phone or holder.phone
        return Response(ContactSerializer([holder, *dict.fromkeys(now)], many=True).data)
