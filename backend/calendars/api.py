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
from backend.calendars.models import Feed, Invite, InviteAttendee, OwnCalendar
from backend.calendars.troubles import sentence_of
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


class KindsField(serializers.ListField):
    """Codes of the kinds chosen; gives those left out, as the actions take them."""

    child = serializers.CharField(max_length=20)

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"max_length": 20, "help_text": HOW, **kwargs})

    def to_internal_value(self, data: Any) -> list[str]:
        chosen, codes = super().to_internal_value(data), [kind.code for kind in queries.kinds()]
        if unknown := sorted(set(chosen) - set(codes)):
            raise serializers.ValidationError(f"{', '.join(unknown)}: {', '.join(codes)}?")
        return [code for code in codes if code not in chosen]


class FeedFactsSerializer(serializers.Serializer[Any]):
    name = serializers.CharField(max_length=60)
    kinds = KindsField(required=False)


def left_out(data: dict[str, Any]) -> dict[str, Any]:
    """What was parsed, as the actions take it."""
    return {"left_out" if name == "kinds" else name: value for name, value in data.items()}


def me(request: Request) -> User:
    assert isinstance(request.user, User)
    return request.user


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
        user = me(self.request)
        self.require(policies.may_open_feed(user, user))
        feed, secret = actions.open_feed(user, **self.facts(), by=user)
        return self.told(feed, secret, 201)

    def partial_update(self, request: Request, pk: str) -> Response:
        """Its name or what it carries; the address stays."""
        feed = self.get_object()
        self.require(policies.may_update_feed(me(self.request), feed))
        return self.shown(actions.update_feed(feed, **self.facts(partial=True), by=me(self.request)).pk)

    @act(answers=MadeFeedSerializer)
    def renew(self, request: Request, pk: str) -> Response:
        """A new address in its place; the former gives nothing any more."""
        feed = self.get_object()
        self.require(policies.may_renew_feed(me(self.request), feed))
        return self.told(feed, actions.renew_feed(feed, by=me(self.request)), 200)

    @act(code=204)
    def close(self, request: Request, pk: str) -> Response:
        """It gives nothing any more."""
        feed = self.get_object()
        self.require(policies.may_close_feed(me(self.request), feed))
        actions.close_feed(feed, by=me(self.request))
        return Response(status=204)

    def facts(self, *, partial: bool = False) -> dict[str, Any]:
        """As the actions take them."""
        return left_out(self.parsed(partial=partial))

    def told(self, feed: Feed, secret: str, status: int) -> Response:
        row = self.get_queryset().get(pk=feed.pk)
        told = MadeFeedSerializer(row, context={**self.get_serializer_context(), "secret": secret})
        return Response(told.data, status=status, headers={"Cache-Control": "no-store"})


# --- Calendars of one's own -----------------------------------------------------------------------
class OwnCalendarSerializer(serializers.ModelSerializer[OwnCalendar]):
    """A calendar on one's own server, without its password. `offered`: while one chooses, the calendars found there."""

    kinds = serializers.SerializerMethodField(help_text=HOW)
    offered = serializers.SerializerMethodField()
    trouble = serializers.SerializerMethodField(help_text="What stands in the way, as a sentence; empty: nothing does.")

    class Meta:
        model = OwnCalendar
        fields = (
            "id", "server", "username", "name", "url", "offered", "kinds", "state", "reason", "trouble", "waiting",
            "kept_at", "written_at", "not_before", "created_at",
        )  # fmt: skip
        read_only_fields = fields

    @extend_schema_field(serializers.ListField(child=serializers.CharField()))
    def get_kinds(self, calendar: OwnCalendar) -> list[str]:
        return [kind.code for kind in queries.kinds() if kind.code not in calendar.left_out]

    @extend_schema_field(serializers.ListField(child=serializers.DictField(child=serializers.CharField())))
    def get_offered(self, calendar: OwnCalendar) -> list[dict[str, str]]:
        return [{"url": url, "name": name} for url, name in calendar.offered]

    @extend_schema_field(serializers.CharField())
    def get_trouble(self, calendar: OwnCalendar) -> str:
        return str(sentence_of(calendar.reason)) if calendar.reason else ""


class KindsSerializer(serializers.Serializer[Any]):
    kinds = KindsField(required=False)


class ConnectCalendarSerializer(KindsSerializer):
    server = serializers.CharField(max_length=500)
    username = serializers.CharField(max_length=254)
    password = serializers.CharField(max_length=500, trim_whitespace=False, write_only=True)


class ChooseCalendarSerializer(serializers.Serializer[Any]):
    url = serializers.CharField(max_length=1000, help_text="One of those offered.")


class CalendarPasswordSerializer(serializers.Serializer[Any]):
    password = serializers.CharField(max_length=500, trim_whitespace=False, write_only=True)


class DisconnectCalendarSerializer(serializers.Serializer[Any]):
    remove = serializers.BooleanField(default=True, help_text="Take away what was written there, as far as it goes.")


class OwnCalendarViewSet(ScopedViewSet):
    """One's own calendars that Jalon keeps in step over CalDAV, until they are disconnected."""

    queryset = OwnCalendar.objects.order_by("created_at", "pk")
    serializer_class = OwnCalendarSerializer
    create_class = ConnectCalendarSerializer
    update_class = KindsSerializer
    ordering_fields = ("created_at", "id")

    def create(self, request: Request) -> Response:
        """Connect one: its server is asked at once. With several calendars there, choose one of those offered."""
        user = me(request)
        self.require(policies.may_connect_calendar(user, user))
        calendar = actions.connect_calendar(user, by=user, **left_out(self.parsed()))
        return self.shown(calendar.pk, 201)

    def partial_update(self, request: Request, pk: str) -> Response:
        """The kinds of dates that it carries."""
        calendar = self.get_object()
        self.require(policies.may_update_calendar(me(request), calendar))
        asked = left_out(self.parsed(partial=True))
        if asked:
            actions.update_calendar(calendar, by=me(request), **asked)
        return self.shown(calendar.pk)

    @act(ChooseCalendarSerializer)
    def choose(self, request: Request, pk: str) -> Response:
        """Keep this one of the calendars offered in step."""
        return self.do(policies.may_choose_calendar, actions.choose_calendar)

    @act()
    def search(self, request: Request, pk: str) -> Response:
        """Ask the server for the calendars it has today, to choose another."""
        return self.do(policies.may_search_calendars, actions.search_calendars)

    @act(CalendarPasswordSerializer)
    def password(self, request: Request, pk: str) -> Response:
        """A new password, tried on the server at once."""
        return self.do(policies.may_renew_calendar_password, actions.renew_calendar_password)

    @act()
    def retry(self, request: Request, pk: str) -> Response:
        """Try again now, also what the server would not take."""
        return self.do(policies.may_retry_calendar, actions.retry_calendar)

    @act(DisconnectCalendarSerializer, code=204)
    def disconnect(self, request: Request, pk: str) -> Response:
        """Write nothing there any more and forget the password."""
        calendar = self.get_object()
        self.require(policies.may_disconnect_calendar(me(request), calendar))
        actions.disconnect_calendar(calendar, by=me(request), **self.parsed())
        return Response(status=204)


routes = [("invites", InviteViewSet), ("feeds", FeedViewSet), ("own-calendars", OwnCalendarViewSet)]
