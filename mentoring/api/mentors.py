"""Mentors over the API: profiles, the charter, trainings, conflicts of interest."""

from typing import Any

from rest_framework import serializers
from rest_framework.parsers import JSONParser, MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from backend.accounts.queries import organisations_of
from backend.lib.api import ScopedViewSet, act
from journeys.models import Commune, Holder, Phase
from mentoring import actions, policies
from mentoring.api.leaving import LeavingActs
from mentoring.models import LONGEST_BIO, Conflict, Mentor, SpokenLanguage, Theme, Training


class TrainingSerializer(serializers.ModelSerializer[Training]):
    class Meta:
        model = Training
        fields = ("id", "title", "followed_on", "hours")
        read_only_fields = fields


class MentorSerializer(serializers.ModelSerializer[Mentor]):
    """A mentor as members of the organisation see her."""

    name = serializers.CharField(source="user.get_full_name", read_only=True)
    email = serializers.SerializerMethodField(help_text="Empty for stewards, who only look on.")
    load = serializers.IntegerField(read_only=True)
    is_here = serializers.BooleanField(
        read_only=True, help_text="False without access any more: with a load, somebody is to decide who follows."
    )
    trainings = TrainingSerializer(many=True, read_only=True)
    photo_url = serializers.CharField(read_only=True, help_text="Empty without a photo. It changes with the photo.")

    class Meta:
        model = Mentor
        fields = (
            "id", "organisation", "name", "email", "headline", "bio", "expertise", "languages", "commune", "capacity",
            "load", "is_here", "hours_a_month", "sectors", "phases", "communes", "meets_remotely", "video_url",
            "paused_from", "paused_until", "charter_accepted_on", "photo_url", "trainings", "created_at",
        )  # fmt: skip
        read_only_fields = fields

    def get_email(self, mentor: Mentor) -> str:
        return mentor.user.email if policies.may_read_mentor_contacts(self.context["request"].user, mentor) else ""


class UpdateMentorSerializer(serializers.Serializer[Any]):
    """A profile; what is not sent stays."""

    headline = serializers.CharField(max_length=160, required=False, allow_blank=True)
    bio = serializers.CharField(required=False, allow_blank=True, max_length=LONGEST_BIO)
    capacity = serializers.IntegerField(min_value=1, max_value=50, required=False)
    expertise = serializers.ListField(child=serializers.ChoiceField(Theme.choices), required=False)
    sectors = serializers.ListField(child=serializers.CharField(max_length=40), max_length=12, required=False)
    phases = serializers.ListField(child=serializers.ChoiceField(Phase.choices), required=False)
    languages = serializers.ListField(child=serializers.ChoiceField(SpokenLanguage.choices), required=False)
    commune = serializers.PrimaryKeyRelatedField(
        queryset=Commune.objects.order_by("name"), required=False, allow_null=True
    )
    communes = serializers.PrimaryKeyRelatedField(queryset=Commune.objects.order_by("name"), many=True, required=False)
    meets_remotely = serializers.BooleanField(required=False)
    hours_a_month = serializers.IntegerField(min_value=1, max_value=200, required=False, allow_null=True)
    video_url = serializers.URLField(max_length=500, required=False, allow_blank=True)
    paused_from = serializers.DateField(required=False, allow_null=True)
    paused_until = serializers.DateField(required=False, allow_null=True)


class CreateMentorSerializer(UpdateMentorSerializer):
    """A person to welcome as mentor."""

    organisation = serializers.IntegerField()
    email = serializers.EmailField()
    first_name = serializers.CharField(max_length=80, required=False)
    last_name = serializers.CharField(max_length=80, required=False)
    language = serializers.ChoiceField(["fr", "en"], required=False)


class KeepPhotoSerializer(serializers.Serializer[Any]):
    """Sent as multipart/form-data."""

    photo = serializers.FileField(help_text="JPEG, PNG or WebP, up to 10 MB. Its middle is kept, as a small square.")


class AddTrainingSerializer(serializers.Serializer[Any]):
    """What she has followed to accompany people."""

    title = serializers.CharField(max_length=160)
    followed_on = serializers.DateField(required=False, allow_null=True)
    hours = serializers.DecimalField(max_digits=5, decimal_places=1, required=False, allow_null=True)


class RemoveTrainingSerializer(serializers.Serializer[Any]):
    """Which of hers."""

    training = serializers.IntegerField()


class DeclareConflictSerializer(serializers.Serializer[Any]):
    """Whom this mentor must not accompany, and why."""

    holder = serializers.IntegerField()
    reason = serializers.CharField(max_length=240)


class ConflictSerializer(serializers.ModelSerializer[Conflict]):
    class Meta:
        model = Conflict
        fields = ("id", "mentor", "holder", "reason", "created_at")
        read_only_fields = fields


class MentorViewSet(LeavingActs):
    queryset = (
        Mentor.objects.select_related("user")
        .prefetch_related("communes", "trainings")
        .with_load()
        .with_presence()
        .order_by("user__last_name", "user__first_name", "pk")
    )
    serializer_class = MentorSerializer
    create_class = CreateMentorSerializer
    update_class = UpdateMentorSerializer
    filterset_fields = ("organisation", "commune")
    ordering_fields = ("user__last_name", "capacity", "created_at")
    parser_classes = [JSONParser, MultiPartParser]

    def create(self, request: Request) -> Response:
        """A lead welcomes a mentor into her organisation; a letter tells her how to sign in."""
        values = self.parsed()
        organisation = organisations_of(request.user).filter(pk=values.pop("organisation")).first()
        self.require(organisation is not None and policies.may_create_mentor(request.user, organisation))
        mentor = actions.create_mentor(organisation, by=request.user, **values)
        return self.shown(mentor.pk, status=201)

    def partial_update(self, request: Request, pk: str) -> Response:
        """The mentor herself, or a lead."""
        return self.do(policies.may_update_mentor, actions.update_mentor)

    @act()
    def accept_charter(self, request: Request, pk: str) -> Response:
        """The mentor herself, once."""
        return self.do(policies.may_accept_charter, actions.accept_charter)

    @act(AddTrainingSerializer)
    def add_training(self, request: Request, pk: str) -> Response:
        """The mentor herself, or a lead."""
        return self.do(policies.may_add_training, actions.add_training)

    @act(RemoveTrainingSerializer)
    def remove_training(self, request: Request, pk: str) -> Response:
        """It was written by mistake."""
        mentor = self.get_object()
        self.require(policies.may_add_training(request.user, mentor))
        training = self.related(mentor.trainings.all(), self.parsed()["training"], "training")
        self.require(policies.may_remove_training(request.user, training))
        actions.remove_training(training, by=request.user)
        return self.shown(mentor.pk)

    @act(KeepPhotoSerializer)
    def keep_photo(self, request: Request, pk: str) -> Response:
        """The mentor herself, or a lead: in place of the one before."""
        mentor = self.get_object()
        self.require(policies.may_keep_photo(request.user, mentor))
        sent = self.parsed()["photo"]
        actions.keep_photo(mentor, content=sent.read(), by=request.user)
        return self.shown(mentor.pk)

    @act()
    def remove_photo(self, request: Request, pk: str) -> Response:
        """Her initials stand in its place."""
        return self.do(policies.may_remove_photo, actions.remove_photo)

    @act(DeclareConflictSerializer, answers=ConflictSerializer)
    def declare_conflict(self, request: Request, pk: str) -> Response:
        """Never proposed to each other, and not to be paired; a pair that stands is not ended by it."""
        mentor = self.get_object()
        self.require(policies.may_declare_conflict(request.user, mentor))
        values = self.parsed()
        holder = self.related(Holder.objects.all(), values.pop("holder"), "holder")
        return Response(ConflictSerializer(actions.declare_conflict(mentor, holder, by=request.user, **values)).data)


class ConflictViewSet(ScopedViewSet):
    """Conflicts of interest: read by the leads of the organisation and the mentor herself."""

    queryset = Conflict.objects.select_related("mentor__organisation").order_by("pk")
    serializer_class = ConflictSerializer
    filterset_fields = ("mentor", "holder")
    ordering_fields = ("created_at",)

    @act(code=204)
    def lift(self, request: Request, pk: str) -> Response:
        """A lead only: nothing stands between them any more."""
        conflict = self.get_object()
        self.require(policies.may_lift_conflict(request.user, conflict))
        actions.lift_conflict(conflict, by=request.user)
        return Response(status=204)
