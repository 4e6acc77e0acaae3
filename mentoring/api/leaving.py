"""A mentor's leaving over the API, her hours, and what the tool asks of people: acts and figures of the pages."""

from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from backend.accounts.queries import organisations_of
from backend.lib import clock
from backend.lib.api import ScopedViewSet, act
from journeys.models import Commitment
from journeys.queries.ledger import COLUMNS, tally
from mentoring import actions, policies
from mentoring.actions import Handed, Handing
from mentoring.forms import PeriodForm
from mentoring.models import Mentor, Mentorship, Session
from mentoring.queries.attestation import SORTS, hours_of, people_of
from mentoring.queries.burden import burden
from mentoring.queries.leaving import leaving_of, wish_of
from mentoring.queries.matching import mentors_to_match

PERIOD = [OpenApiParameter("starts_on", OpenApiTypes.DATE), OpenApiParameter("ends_on", OpenApiTypes.DATE)]
OF_WHOM = OpenApiParameter("organisation", OpenApiTypes.INT, description="By default the first that one leads.")


# --- What is read ---------------------------------------------------------------------------------
class WishOfMentorSerializer(serializers.Serializer[Any]):
    """From when she wishes to stop, in her words."""

    leaves_on = serializers.DateField()
    words = serializers.CharField()
    said_at = serializers.DateTimeField()


class AheadSerializer(serializers.Serializer[Any]):
    """A session to come, and whether whoever is proposed is free then."""

    session = serializers.IntegerField(source="session.pk")
    starts_at = serializers.DateTimeField(source="session.starts_at")
    is_free = serializers.BooleanField()


class MeetingAheadSerializer(serializers.Serializer[Any]):
    """A group session to come, its sessions, and who is proposed to take it (null: nobody is free)."""

    gathering = serializers.IntegerField(source="gathering.pk")
    starts_at = serializers.DateTimeField()
    sessions: Any = serializers.PrimaryKeyRelatedField(many=True, queryset=Session.objects.none())
    proposed = serializers.IntegerField(source="to.pk", default=None, allow_null=True)


class OpenTaskSerializer(serializers.Serializer[Any]):
    """What she had still to do."""

    id = serializers.IntegerField()
    text = serializers.CharField()
    due_on = serializers.DateField(allow_null=True)


class LeavingLineSerializer(serializers.Serializer[Any]):
    """One of her pairs: whom the matcher proposes (else why nobody), what is ahead, what is open."""

    mentorship = serializers.IntegerField(source="pair.pk")
    journey = serializers.IntegerField(source="pair.journey_id")
    holder = serializers.CharField(source="pair.journey.holder")
    proposed = serializers.IntegerField(source="to.pk", default=None, allow_null=True)
    why_nobody = serializers.CharField(source="suggestion.why_nobody")
    ahead = AheadSerializer(many=True)
    commitments = OpenTaskSerializer(many=True)


class RoomSerializer(serializers.Serializer[Any]):
    """A mentor who might follow."""

    mentor = serializers.IntegerField(source="pk")
    name = serializers.CharField(source="user.get_full_name")
    load = serializers.IntegerField()
    capacity = serializers.IntegerField()
    is_paused = serializers.BooleanField()


class LeavingSerializer(serializers.Serializer[Any]):
    """Everything to decide before she leaves."""

    wish = WishOfMentorSerializer(allow_null=True)
    lines = LeavingLineSerializer(many=True)
    meetings = MeetingAheadSerializer(many=True)
    mentors = RoomSerializer(many=True)
    to_log = serializers.IntegerField()
    proposed = serializers.IntegerField(help_text="Pairs only proposed with this mentor, which are withdrawn.")


# --- What is sent ---------------------------------------------------------------------------------
class HandingSerializer(serializers.Serializer[Any]):
    """Who follows for one pair: a mentor (with `asks`, both are asked first), nobody yet (null), or nobody (`ends`)."""

    mentorship = serializers.IntegerField()
    mentor = serializers.IntegerField(allow_null=True, required=False, default=None)
    asks = serializers.BooleanField(required=False, default=False)
    ends = serializers.BooleanField(required=False, default=False)
    words = serializers.CharField(max_length=4000, required=False, allow_blank=True, default="")


class TakenSerializer(serializers.Serializer[Any]):
    """A group session ahead, and the mentor who takes it."""

    gathering = serializers.IntegerField()
    mentor = serializers.IntegerField()


class LeaveMentorSerializer(serializers.Serializer[Any]):
    """One handing for each of her pairs under way; sessions named in `cancelled` do not pass on, nor do group sessions
    that are not in `gatherings`.
    """

    handings = serializers.ListField(child=HandingSerializer(), max_length=200)
    cancelled = serializers.ListField(child=serializers.IntegerField(), max_length=2000, required=False, default=list)
    gatherings = serializers.ListField(child=TakenSerializer(), max_length=500, required=False, default=list)
    last_day = serializers.DateField(required=False, allow_null=True, help_text="Today, or up to 60 days ago.")


class WishToLeaveSerializer(serializers.Serializer[Any]):
    leaves_on = serializers.DateField()
    words = serializers.CharField(max_length=2000, required=False, allow_blank=True)


class FateSerializer(serializers.Serializer[Any]):
    """What becomes of one pair: who follows, or is asked to; numbers of sessions and of commitments."""

    mentorship = serializers.IntegerField(source="pair.pk")
    mentor = serializers.IntegerField(source="next.pk", default=None, allow_null=True)
    is_asked = serializers.SerializerMethodField()
    ends = serializers.BooleanField()
    moved: Any = serializers.PrimaryKeyRelatedField(many=True, queryset=Session.objects.none())
    cancelled: Any = serializers.PrimaryKeyRelatedField(many=True, queryset=Session.objects.none())
    passed: Any = serializers.PrimaryKeyRelatedField(many=True, queryset=Commitment.objects.none())
    closed: Any = serializers.PrimaryKeyRelatedField(many=True, queryset=Commitment.objects.none())

    def get_is_asked(self, one: Handed) -> bool:
        return one.asked is not None


class HandedSerializer(FateSerializer):
    """The same once done, with the number of the pair that follows or is proposed."""

    followed_by = serializers.SerializerMethodField()

    def get_followed_by(self, one: Handed) -> int | None:
        pair = one.new or one.asked
        return pair.pk if pair else None


class LeftSerializer(serializers.Serializer[Any]):
    """What became of all of them, of what was proposed with her, and of the sessions that she has still to log."""

    handed = HandedSerializer(many=True)
    withdrawn: Any = serializers.PrimaryKeyRelatedField(many=True, queryset=Mentorship.objects.none())
    to_log: Any = serializers.PrimaryKeyRelatedField(many=True, queryset=Session.objects.none())


class LettersSerializer(serializers.Serializer[Any]):
    """How many letters somebody would get, and how many messages that only put her calendar right."""

    name = serializers.CharField()
    words = serializers.IntegerField()
    dates = serializers.IntegerField()


class LookSerializer(serializers.Serializer[Any]):
    """What leaving would do with these choices."""

    handed = FateSerializer(source="left.handed", many=True)
    withdrawn: Any = serializers.PrimaryKeyRelatedField(
        source="left.withdrawn", many=True, queryset=Mentorship.objects.none()
    )
    to_log: Any = serializers.PrimaryKeyRelatedField(source="left.to_log", many=True, queryset=Session.objects.none())
    letters = LettersSerializer(many=True)


# --- Figures --------------------------------------------------------------------------------------
class SortOfHoursSerializer(serializers.Serializer[Any]):
    """Minutes of one sort of time, in all and by state."""

    sort = serializers.CharField()
    minutes = serializers.IntegerField()
    by_state = serializers.DictField(child=serializers.IntegerField())


class MentorHoursSerializer(serializers.Serializer[Any]):
    """What her attestation of these days says: no holder is named."""

    starts_on = serializers.DateField()
    ends_on = serializers.DateField()
    people = serializers.IntegerField()
    hours = SortOfHoursSerializer(many=True)


class SpreadSerializer(serializers.Serializer[Any]):
    """Half are at most `middle`, nine in ten at most `high`; null when nothing is known."""

    count = serializers.IntegerField()
    missing = serializers.IntegerField()
    middle = serializers.FloatField(allow_null=True)
    high = serializers.FloatField(allow_null=True)
    most = serializers.FloatField(allow_null=True)


class ShareSerializer(serializers.Serializer[Any]):
    part = serializers.IntegerField()
    whole = serializers.IntegerField()
    percent = serializers.IntegerField(allow_null=True)


class RoleLettersSerializer(serializers.Serializer[Any]):
    role = serializers.CharField()
    letters_a_week = SpreadSerializer(source="a_week")


class KindLettersSerializer(serializers.Serializer[Any]):
    about = serializers.CharField()
    letters = serializers.IntegerField()


class BurdenSerializer(serializers.Serializer[Any]):
    """What the tool asks of people: the cost of a log, letters a person a week, how many are asked twice."""

    starts_on = serializers.DateField()
    ends_on = serializers.DateField()
    seconds = SpreadSerializer()
    taps = SpreadSerializer()
    keys = SpreadSerializer()
    days_to_log = SpreadSerializer()
    unasked = ShareSerializer()
    unlogged = ShareSerializer()
    confirmed = ShareSerializer()
    letters = serializers.IntegerField(source="letters.total")
    people = serializers.IntegerField(source="letters.people")
    letters_a_week = SpreadSerializer(source="letters.a_week")
    by_role = RoleLettersSerializer(source="letters.by_role", many=True)
    by_kind = KindLettersSerializer(source="letters.by_kind", many=True)


def _period(request: Request) -> tuple[date, date]:
    """The days asked, this year without any; days that cannot be are told, as nobody sees a form here."""
    form = PeriodForm(request.query_params)
    found = form.period()
    if form.errors:
        raise serializers.ValidationError(form.errors)
    return found


class LeavingActs(ScopedViewSet):
    """What is done with a mentor who leaves, and the figures of those who stay."""

    def _handings(self, mentor: Mentor, sent: list[dict[str, Any]]) -> list[Handing]:
        """As the page offers them: her own pairs, and mentors who are here."""
        numbers = [one["mentorship"] for one in sent]
        pairs = mentor.mentorships.visible_to(self.request.user).filter(state=Mentorship.State.ACTIVE)
        known = set(pairs.order_by().values_list("pk", flat=True))
        if len(set(numbers)) < len(numbers) or not set(numbers) <= known:
            raise serializers.ValidationError(
                {"handings": [_("Name each of this mentor’s mentorships under way once, and no other.")]}
            )
        wanted = {one["mentor"] for one in sent} - {None}
        rows = mentors_to_match(mentor.organisation_id).exclude(pk=mentor.pk).filter(pk__in=wanted)
        mentors = {one.pk: one for one in rows}
        if wanted - set(mentors) or any(one["ends"] and one["mentor"] for one in sent):
            raise serializers.ValidationError(
                {"handings": [_("Name a mentor who is here, or say that it ends: never both.")]}
            )
        if any(one["asks"] and one["mentor"] is None for one in sent):
            raise serializers.ValidationError({"handings": [_("Name the mentor who is to be asked.")]})
        return [
            Handing(
                one["mentorship"], mentors.get(one["mentor"]), asks=one["asks"], ends=one["ends"], words=one["words"]
            )
            for one in sent
        ]

    def _choices(self, mentor: Mentor) -> dict[str, Any]:
        """What was sent, as the page would: her own pairs and group sessions, and mentors who are here."""
        values = self.parsed()
        handings = self._handings(mentor, values.pop("handings"))
        taken = {one["gathering"]: one["mentor"] for one in values.pop("gatherings")}
        rows = mentors_to_match(mentor.organisation_id).exclude(pk=mentor.pk).filter(pk__in=set(taken.values()))
        mentors = {one.pk: one for one in rows}
        hers = set(mentor.gatherings.filter(pk__in=taken).order_by().values_list("pk", flat=True))
        if set(taken) - hers or set(taken.values()) - set(mentors):
            raise serializers.ValidationError(
                {"gatherings": [_("Name group sessions of this mentor, each with a mentor who is here.")]}
            )
        return {**values, "handings": handings, "gatherings": {pk: mentors[taken[pk]] for pk in hers}}

    @act(answers=LeavingSerializer, method="get")
    def leaving(self, request: Request, pk: str) -> Response:
        """What is to decide if she leaves, and whom the matcher proposes; nothing is done."""
        mentor = self.get_object()
        self.require(policies.may_leave_mentor(request.user, mentor))
        found = leaving_of(mentor, clock.now())
        return Response(LeavingSerializer({**vars(found), "wish": wish_of(mentor)}).data)

    @act(LeaveMentorSerializer, answers=LookSerializer)
    def look_at_leaving(self, request: Request, pk: str) -> Response:
        """The choices of `leave`: what they would do, and how many letters each would get. Nothing is done."""
        mentor = self.get_object()
        self.require(policies.may_look_at_leaving(request.user, mentor))
        look = actions.look_at_leaving(mentor, by=request.user, **self._choices(mentor))
        return Response(LookSerializer(look).data)

    @act(LeaveMentorSerializer, answers=LeftSerializer)
    def leave(self, request: Request, pk: str) -> Response:
        """A lead: everything is handed over at once, everybody is told by one letter, her role ends."""
        mentor = self.get_object()
        self.require(policies.may_leave_mentor(request.user, mentor))
        left = actions.leave_mentor(mentor, by=request.user, **self._choices(mentor))
        return Response(LeftSerializer(left).data)

    @act(WishToLeaveSerializer)
    def wish_to_leave(self, request: Request, pk: str) -> Response:
        """The mentor herself: the leads read it, nothing changes until one of them acts."""
        return self.do(policies.may_wish_to_leave, actions.wish_to_leave)

    @act()
    def stay(self, request: Request, pk: str) -> Response:
        """She has changed her mind."""
        return self.do(policies.may_stay, actions.stay)

    @extend_schema(parameters=PERIOD)
    @act(answers=MentorHoursSerializer, method="get")
    def hours(self, request: Request, pk: str) -> Response:
        """Herself or a lead: the figures of her attestation; without days, this year."""
        mentor = self.get_object()
        self.require(policies.may_read_attestation(request.user, mentor))
        first, last = _period(request)
        found = tally(hours_of(mentor, first, last))
        hours = [
            {
                "sort": sort,
                "minutes": found.standing(sort=sort),
                "by_state": {state: found.minutes(state, sort=sort) for state in COLUMNS},
            }
            for sort in SORTS
        ]
        about = {"starts_on": first, "ends_on": last, "people": people_of(mentor, first, last), "hours": hours}
        return Response(MentorHoursSerializer(about).data)

    @extend_schema(parameters=[OF_WHOM, *PERIOD])
    @act(answers=BurdenSerializer, method="get", detail=False)
    def burden(self, request: Request) -> Response:
        """A lead: what the tool asked of people over these days; without days, this year."""
        led = organisations_of(request.user, "lead").order_by("name", "pk")
        asked = request.query_params.get("organisation")
        organisation = next((one for one in led if asked in (None, "", str(one.pk))), None)
        self.require(organisation is not None and policies.may_read_burden(request.user, organisation))
        first, last = _period(request)
        found = BurdenSerializer({**vars(burden(organisation, first, last)), "starts_on": first, "ends_on": last})
        return Response(found.data)
