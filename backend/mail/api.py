"""The outbox over HTTP: read, and send again."""

from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from backend.accounts.queries import organisations_of
from backend.lib.api import ScopedViewSet, act
from backend.mail import actions, policies, queries
from backend.mail.kinds import REFUSABLE
from backend.mail.models import Email, LetterChoice


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
        return Response({"organisation": ours.pk, **said})


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


routes = [("emails", EmailViewSet), ("letter-choices", LetterChoiceViewSet)]
