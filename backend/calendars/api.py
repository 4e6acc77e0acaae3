"""What stands in one's calendar over HTTP: read, and answer; and the addresses where programs read it."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.exceptions import PermissionDenied
from rest_framework.request import Request
from rest_framework.response import Response

from backend.accounts.models import User
from backend.calendars import actions, policies, queries
from backend.calendars.forms import SAYS
from backend.calendars.itip import LONGEST_COMMENT
from backend.calendars.models import Feed, Invite, InviteAttendee
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
        own = (one for one in invite.attendees.all() if one.user_id == request.user.pk and one.removed_at is None)
        person = next(own, None)
        if person is None or not policies.may_answer_invite(request.user, person):
            raise PermissionDenied
        asked = self.parsed()
        actions.answer_invite(person, SAYS[asked["say"]], comment=asked["comment"], by=request.user)
        return self.shown(invite.pk)


# --- The addresses of one's calendar --------------------------------------------------------------
HOW = "Codes of what it carries: sessions, modules, immersions, milestones, surveys."


SHOWN = ("id", "name", "kinds", "created_at", "renewed_at", "last_used_at", "last_used_by")


class FeedSerializer(serializers.ModelSerializer[Feed]):
    """One address, without its secret."""

    kinds = serializers.SerializerMethodField(help_text=HOW)

    class Meta:
        model = Feed
        fields: tuple[str, ...] = SHOWN
        read_only_fields: tuple[str, ...] = SHOWN

    @extend_schema_field(serializers.ListField(child=serializers.CharField()))
    def get_kinds(self, feed: Feed) -> list[str]:
        return [kind.code for kind in queries.kinds() if kind.code not in feed.left_out]


class MadeFeedSerializer(FeedSerializer):
    """The same, and the address: told this once."""

    address = serializers.SerializerMethodField(help_text="To subscribe to; kept as a hash, so never told again.")

    class Meta(FeedSerializer.Meta):
        fields = (*SHOWN, "address")
        read_only_fields = fields

    @extend_schema_field(serializers.URLField())
    def get_address(self, feed: Feed) -> str:
        return queries.feed_address(self.context["secret"])


class FeedFactsSerializer(serializers.Serializer[Any]):
    name = serializers.CharField(max_length=60)
    kinds = serializers.ListField(
        child=serializers.CharField(max_length=20), max_length=20, required=False, help_text=HOW
    )

    def validate_kinds(self, chosen: list[str]) -> list[str]:
        """What is left out, as the actions take it."""
        codes = [kind.code for kind in queries.kinds()]
        if unknown := sorted(set(chosen) - set(codes)):
            raise serializers.ValidationError(f"{', '.join(unknown)}: {', '.join(codes)}?")
        return [code for code in codes if code not in chosen]


class FeedViewSet(ScopedViewSet):
    """One's own addresses, while they are open."""

    queryset = Feed.objects.order_by("created_at", "pk")
    serializer_class = FeedSerializer
    create_class = FeedFactsSerializer
    update_class = FeedFactsSerializer
    written_class = MadeFeedSerializer
    ordering_fields = ("created_at", "id")

    def create(self, request: Request) -> Response:
        """Make an address; the answer is the only one that tells it."""
        user = self.me()
        self.require(policies.may_open_feed(user, user))
        feed, secret = actions.open_feed(user, **self.facts(), by=user)
        return self.told(feed, secret, 201)

    def partial_update(self, request: Request, pk: str) -> Response:
        """Its name or what it carries; the address stays."""
        feed = self.get_object()
        self.require(policies.may_update_feed(self.me(), feed))
        return self.shown(actions.update_feed(feed, **self.facts(partial=True), by=self.me()).pk)

    @act(answers=MadeFeedSerializer)
    def renew(self, request: Request, pk: str) -> Response:
        """A new address in its place; the former gives nothing any more."""
        feed = self.get_object()
        self.require(policies.may_renew_feed(self.me(), feed))
        return self.told(feed, actions.renew_feed(feed, by=self.me()), 200)

    @act(code=204)
    def close(self, request: Request, pk: str) -> Response:
        """It gives nothing any more."""
        feed = self.get_object()
        self.require(policies.may_close_feed(self.me(), feed))
        actions.close_feed(feed, by=self.me())
        return Response(status=204)

    def me(self) -> User:
        assert isinstance(self.request.user, User)
        return self.request.user

    def facts(self, *, partial: bool = False) -> dict[str, Any]:
        """As the actions take them."""
        data = self.parsed(partial=partial)
        return {"left_out" if name == "kinds" else name: value for name, value in data.items()}

    def told(self, feed: Feed, secret: str, status: int) -> Response:
        row = self.get_queryset().get(pk=feed.pk)
        told = MadeFeedSerializer(row, context={**self.get_serializer_context(), "secret": secret})
        return Response(told.data, status=status, headers={"Cache-Control": "no-store"})


routes = [("invites", InviteViewSet), ("feeds", FeedViewSet)]
