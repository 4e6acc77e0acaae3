"""The outbox over HTTP: read, and send again."""

from typing import Any

from django.conf import settings
from django.forms import model_to_dict
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_field
from rest_framework import serializers, viewsets
from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.response import Response

from backend.accounts.models import Organisation
from backend.accounts.queries import organisations_of
from backend.lib.api import ScopedViewSet, act, reads
from backend.lib.doors import find, require
from backend.mail import actions, gallery, policies, queries
from backend.mail.chosen import near_choice, near_rules_of
from backend.mail.gallery import Sample
from backend.mail.kinds import REFUSABLE
from backend.mail.models import Email, Incoming, LetterChoice
from backend.mail.near import CHOICES, MOMENTS


class EmailSerializer(serializers.ModelSerializer[Email]):
    """One letter, as others may read it: no code and no working link outside the demo."""

    text = serializers.SerializerMethodField()
    to_address = serializers.SerializerMethodField(help_text="One’s own, and that of somebody without an account.")
    last_error = serializers.SerializerMethodField()

    class Meta:
        model = Email
        fields = (
            "id", "template", "organisation", "to_user", "to_address", "to_name", "language", "subject", "text",
            "state", "attempts", "last_error", "uid", "method", "sequence", "created_at", "not_before", "why",
            "sent_at",
        )  # fmt: skip
        read_only_fields = fields

    @extend_schema_field(serializers.CharField())
    def get_text(self, email: Email) -> str:
        return queries.readable_text(email, self.context["request"].user)

    def get_to_address(self, email: Email) -> str:
        return queries.sent_to(email, self.context["request"].user)

    def get_last_error(self, email: Email) -> str:
        return queries.what_went_wrong(email, self.context["request"].user)


RULES = ("opens_at", "closes_at", "asks_a_week", "weekly_day", "weekly_hour")


class HoursSerializer(serializers.Serializer[Any]):
    """From one hour of the day to a later one."""

    opens_at = serializers.IntegerField(min_value=0, max_value=23)
    closes_at = serializers.IntegerField(min_value=1, max_value=24)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if attrs["opens_at"] >= attrs["closes_at"]:
            raise serializers.ValidationError({"closes_at": [_("Choose a later hour than the first.")]})
        return attrs


class LetterRulesSerializer(HoursSerializer):
    """When letters of an organisation that can wait leave, and how many asks a person gets in seven days."""

    organisation = serializers.IntegerField()
    asks_a_week = serializers.IntegerField(min_value=1, max_value=50)
    weekly_day = serializers.IntegerField(
        min_value=0, max_value=5, required=False, help_text="Of the weekly letter: 1 for Monday, 0 for never."
    )
    weekly_hour = serializers.IntegerField(min_value=0, max_value=23, required=False)
    near = serializers.DictField(
        child=serializers.ListField(child=serializers.ChoiceField(choices=MOMENTS)),
        required=False,
        help_text="{kind of dates: when people are reminded of it}; a kind that is not named stays as it is.",
    )


class RetryManySerializer(serializers.Serializer[Any]):
    """Letters to send again, 500 at most."""

    ids = serializers.ListField(
        child=serializers.IntegerField(min_value=1, max_value=2**63 - 1), min_length=1, max_length=500
    )


class StayingSerializer(serializers.Serializer[Any]):
    """A letter that is not sent again, and why."""

    id = serializers.IntegerField()
    detail = serializers.CharField()


class RetriedSerializer(serializers.Serializer[Any]):
    """What became of them: how many leave (`later`: of which at a better hour), and which stay."""

    leaving = serializers.IntegerField()
    later = serializers.IntegerField()
    staying = StayingSerializer(many=True)


def _said_rules(organisation: Organisation) -> dict[str, Any]:
    """When letters of this organisation leave, as its leads chose or as they usually do."""
    near = {kind: sorted(moments) for kind, moments in near_rules_of(organisation).items()}
    return {"organisation": organisation.pk, **model_to_dict(queries.rules_of(organisation), RULES), "near": near}


class EmailViewSet(ScopedViewSet):
    """Letters in the outbox: one's own, and for a lead those of her organisation."""

    queryset = Email.objects.defer("message", "calendar", "html")
    serializer_class = EmailSerializer
    filterset_fields = ("state", "template", "organisation", "to_user", "method")
    ordering_fields = ("created_at", "sent_at", "id")

    @act()
    def retry(self, request: Request, **_path: Any) -> Response:
        """Send again a letter that was refused or given up."""
        return self.do(policies.may_retry_email, actions.retry_email)

    @act(RetryManySerializer, detail=False, answers=RetriedSerializer)
    def retry_many(self, request: Request) -> Response:
        """Send again letters of one’s organisation that were refused or given up; which stay, and why. Others than
        these are passed over."""
        self.require(policies.may_retry_emails(request.user))
        lost = queries.retriable(request.user).filter(pk__in=self.parsed()["ids"])
        found = actions.retry_emails(lost, by=request.user)
        staying = [{"id": pk, "detail": why} for pk, why in found.staying.items()]
        return Response({"leaving": found.leaving, "later": found.later, "staying": staying})

    @act(LetterRulesSerializer, detail=False, answers=LetterRulesSerializer)
    def rules(self, request: Request) -> Response:
        """Set when letters of one’s organisation that can wait leave, and how many asks a person gets a week."""
        self.require(policies.may_see_outbox(request.user))
        said = self.parsed()
        ours = organisations_of(request.user).filter(pk=said.pop("organisation")).first()
        if ours is None:
            raise serializers.ValidationError({"organisation": [_("No such row for you.")]})
        self.require(policies.may_set_letter_rules(request.user, ours))
        actions.set_letter_rules(ours, by=request.user, **said)
        return Response(_said_rules(ours))

    @reads(rules, answers=LetterRulesSerializer(many=True))
    def rules_now(self, request: Request) -> Response:
        """When letters of each organisation that one leads leave, and how many asks a person gets a week."""
        self.require(policies.may_see_outbox(request.user))
        led = organisations_of(request.user, "lead").order_by("pk")
        return Response([_said_rules(one) for one in led])


class IncomingSerializer(serializers.ModelSerializer[Incoming]):
    """One letter received, as the page shows it: what it says and from where only while it is set aside."""

    subject = serializers.CharField()
    sender = serializers.SerializerMethodField(help_text="Of one that was set aside.")
    said = serializers.SerializerMethodField(help_text="Of one that was set aside, for thirty days.")

    class Meta:
        model = Incoming
        fields = (
            "id", "organisation", "subject", "sender", "said", "kind", "state", "reason", "way", "letter",
            "received_at", "settled_at",
        )  # fmt: skip
        read_only_fields = fields

    @extend_schema_field(serializers.CharField())
    def get_sender(self, incoming: Incoming) -> str:
        return incoming.sender if incoming.state == Incoming.State.ASIDE else ""

    @extend_schema_field(serializers.CharField())
    def get_said(self, incoming: Incoming) -> str:
        return queries.said_aside(incoming)


class IncomingViewSet(ScopedViewSet):
    """Letters received for the organisations that one leads: answers, and what came back or was set aside."""

    queryset = Incoming.objects.defer("recipient", "note")
    serializer_class = IncomingSerializer
    filterset_fields = ("organisation", "state", "kind", "reason", "letter")
    ordering_fields = ("received_at", "id")

    @act()
    def settle(self, request: Request, **_path: Any) -> Response:
        """A letter that was set aside is dealt with."""
        return self.do(policies.may_settle_incoming, actions.settle_incoming)


class LetterChoiceSerializer(serializers.ModelSerializer[LetterChoice]):
    """A kind of letter that one chose about. A kind that is not listed is sent."""

    name = serializers.CharField(source="get_kind_display", read_only=True)

    class Meta:
        model = LetterChoice
        fields = ("id", "kind", "name", "is_wanted", "created_at")


class ChooseLettersSerializer(serializers.Serializer[Any]):
    """Whether letters of this kind are wanted."""

    kind = serializers.ChoiceField(choices=[(kind.code, kind.label) for kind in REFUSABLE])
    is_wanted = serializers.BooleanField()


class NearChoiceSerializer(serializers.Serializer[Any]):
    """When one is reminded of dates: "" as each organisation chose, "day" before, 7 days ("week") before, or "both"."""

    moments = serializers.ChoiceField(choices=CHOICES, allow_blank=True)


class LetterChoiceViewSet(ScopedViewSet):
    """The letters that one does without: one's own choices."""

    queryset = LetterChoice.objects.all()
    serializer_class = LetterChoiceSerializer
    filterset_fields = ("kind", "is_wanted")
    ordering_fields = ("kind", "id")

    @act(ChooseLettersSerializer, detail=False, answers=LetterChoiceSerializer(many=True))
    def choose(self, request: Request) -> Response:
        """Stop the letters of a kind, or get them again; answers with every choice made."""
        said = self.parsed()
        self.require(policies.may_choose_letters(request.user, request.user))
        actions.choose_letters(request.user, {said["kind"]: said["is_wanted"]}, by=request.user)
        return Response(self.get_serializer(self.get_queryset(), many=True).data)

    @act(HoursSerializer, detail=False, answers=HoursSerializer)
    def hours(self, request: Request) -> Response:
        """Choose between which hours of one’s day letters that can wait come."""
        said = self.parsed()
        self.require(policies.may_choose_hours(request.user, request.user))
        actions.choose_hours(request.user, **said, by=request.user)
        return Response(said)

    @reads(hours, answers=HoursSerializer)
    def hours_now(self, request: Request) -> Response:
        """Between which hours of one’s day letters that can wait come."""
        return Response(queries.own_hours(request.user))

    @act(NearChoiceSerializer, detail=False, answers=NearChoiceSerializer)
    def near(self, request: Request) -> Response:
        """Choose when one is reminded of dates that are near."""
        said = self.parsed()
        self.require(policies.may_choose_near(request.user, request.user))
        actions.choose_near(request.user, said["moments"], by=request.user)
        return Response(said)

    @reads(near, answers=NearChoiceSerializer)
    def near_now(self, request: Request) -> Response:
        """When one is reminded of dates that are near."""
        return Response({"moments": near_choice(request.user)})


class AskedSampleSerializer(serializers.Serializer[Any]):
    """In whose name, in which language, and which of the things that the letter may say."""

    organisation = serializers.IntegerField(required=False)
    language = serializers.ChoiceField(choices=settings.LANGUAGES, required=False, default=settings.LANGUAGE_CODE)
    face = serializers.CharField(required=False, default="", allow_blank=True)


class SampleSerializer(serializers.Serializer[Any]):
    """A letter that Jalon may write: who gets it, when it leaves, and what else it may say (`faces`)."""

    id = serializers.SerializerMethodField(help_text="Its app and its name.")
    template = serializers.CharField()
    kind = serializers.CharField(source="kind.code")
    is_refusable = serializers.BooleanField(source="kind.is_refusable")
    is_ask = serializers.BooleanField(source="kind.is_ask")
    readers = serializers.ListField(child=serializers.CharField())
    when = serializers.CharField()
    faces = serializers.DictField(child=serializers.CharField())

    @extend_schema_field(serializers.CharField())
    def get_id(self, sample: Sample) -> str:
        return f"{sample.app}.{sample.name}"


class WrittenSampleSerializer(SampleSerializer):
    """That letter as it would be written, with sample data. Its links open nothing."""

    subject = serializers.CharField()
    text = serializers.CharField()
    html = serializers.CharField()


SAMPLE_ASKED = [
    OpenApiParameter("organisation", OpenApiTypes.INT, description="One that you lead; the first of them by default."),
    OpenApiParameter("language", OpenApiTypes.STR, enum=[code for code, _name in settings.LANGUAGES]),
]


class LetterSampleViewSet(viewsets.ViewSet):
    """Every letter with sample data, for the leads of an organisation."""

    lookup_value_regex = r"[a-z]+\.[a-z_]+"

    def _asked(self, request: Request) -> tuple[Organisation, str, str]:
        """In whose name, in which language, which face; 404 for a stranger, 403 for whoever does not lead."""
        require(policies.may_see_outbox(request.user))
        asked = AskedSampleSerializer(data=request.query_params)
        asked.is_valid(raise_exception=True)
        said = asked.validated_data
        pk = said.get("organisation")
        first = organisations_of(request.user, "lead").order_by("name", "pk")[:1].get()
        house: Organisation = first if pk is None else find(organisations_of(request.user), pk=pk)
        require(policies.may_see_letter_samples(request.user, house))
        return house, said["language"], said["face"]

    @extend_schema(parameters=SAMPLE_ASKED, responses=SampleSerializer(many=True))
    def list(self, request: Request) -> Response:
        """Every letter, in the order in which the kinds are told."""
        self._asked(request)
        return Response(SampleSerializer(gallery.samples(), many=True).data)

    @extend_schema(
        parameters=[*SAMPLE_ASKED, OpenApiParameter("face", OpenApiTypes.STR, description="One of its `faces`.")],
        responses=WrittenSampleSerializer,
    )
    def retrieve(self, request: Request, pk: str) -> Response:
        """One letter, as it would be written."""
        house, language, face = self._asked(request)
        found = gallery.find_sample(pk.replace(".", "/letters/"))
        if found is None or (face and face not in found.faces):
            raise NotFound
        letter = gallery.shown(found, house, language, face)
        written = {"subject": letter.subject, "text": letter.text, "html": letter.html}
        return Response({**SampleSerializer(found).data, **written})


routes = [
    ("emails", EmailViewSet), ("letters-received", IncomingViewSet), ("letter-choices", LetterChoiceViewSet),
    ("letter-samples", LetterSampleViewSet),
]  # fmt: skip
