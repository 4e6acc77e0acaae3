"""People, organisations and roles over HTTP: read."""

from typing import Any

from rest_framework import serializers

from backend.accounts import policies
from backend.accounts.models import Membership, Organisation, User
from backend.lib.api import ScopedViewSet


class OrganisationSerializer(serializers.ModelSerializer[Organisation]):
    class Meta:
        model = Organisation
        fields = (
            "id", "name", "slug", "language", "time_zone", "contact_email", "contact_phone", "address", "created_at",
        )  # fmt: skip


class OrganisationViewSet(ScopedViewSet):
    """One's own organisations; a steward sees every one."""

    queryset = Organisation.objects.order_by("name", "pk")
    serializer_class = OrganisationSerializer
    filterset_fields = ("slug", "name")
    ordering_fields = ("name", "id")

    def get_queryset(self) -> Any:
        rows = Organisation.objects.order_by("name", "pk")
        if getattr(self, "swagger_fake_view", False):
            return rows.none()
        return rows.filter(policies.visible_organisations(self.request.user))


class MembershipSerializer(serializers.ModelSerializer[Membership]):
    name = serializers.CharField(source="user.get_full_name", read_only=True)

    class Meta:
        model = Membership
        fields = ("id", "user", "name", "organisation", "role", "created_at", "ended_at")


class MembershipViewSet(ScopedViewSet):
    """One's own roles, and for a lead those of her organisation."""

    queryset = Membership.objects.select_related("user").order_by("organisation", "role", "pk")
    serializer_class = MembershipSerializer
    filterset_fields = {"user": ["exact"], "organisation": ["exact"], "role": ["exact"], "ended_at": ["isnull"]}
    ordering_fields = ("created_at", "id")


class PersonSerializer(serializers.ModelSerializer[User]):
    email = serializers.SerializerMethodField(help_text="One’s own only; for a holder’s see `companions/contacts/`.")

    class Meta:
        model = User
        # No phone, no date: an account may belong to other organisations too, and these are theirs.
        fields = ("id", "first_name", "last_name", "email", "language", "time_zone")

    def get_email(self, person: User) -> str:
        return person.email if person == self.context["request"].user else ""


class PersonViewSet(ScopedViewSet):
    """Oneself, and for a lead the people of her organisation."""

    queryset = User.objects.order_by("last_name", "first_name", "pk")
    serializer_class = PersonSerializer
    # By role: see memberships. A filter over them here would tell of the person's roles in other organisations.
    filterset_fields = ("email", "last_name")
    ordering_fields = ("last_name", "id")


routes = [
    ("organisations", OrganisationViewSet),
    ("memberships", MembershipViewSet),
    ("people", PersonViewSet),
]
