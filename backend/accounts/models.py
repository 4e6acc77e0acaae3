"""People, the organisations they belong to, and the ways in."""

from datetime import datetime
from typing import Any, ClassVar
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models.functions import Lower
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from knox.settings import CONSTANTS

from backend.accounts import policies
from backend.lib import clock
from backend.lib.models import Stamped

LANGUAGES = [("fr", _("French")), ("en", _("English"))]


def _zone(name: str) -> ZoneInfo:
    """The clock of this name, else that of the house."""
    try:
        return ZoneInfo(name or settings.TIME_ZONE)
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo(settings.TIME_ZONE)


class UserManager(BaseUserManager["User"]):
    """People are found by e-mail, whatever its case."""

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email__iexact=username)

    def create_user(self, email: str, password: str | None = None, **fields: object) -> "User":
        """A person, without a password unless one is given: she signs in with a code by letter."""
        user = self.model(email=email.strip().lower(), **fields)
        if password:
            user.set_password(password)
        else:
            user.set_unusable_password()
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: object) -> "User":
        """A person who runs this server."""
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)


class UserQuerySet(models.QuerySet["User"]):
    def visible_to(self, user: "User") -> "UserQuerySet":
        return self.filter(policies.visible_users(user)).distinct()


class User(AbstractBaseUser, PermissionsMixin):
    """A person with an account; the e-mail is the login."""

    email = models.EmailField(_("e-mail"), unique=True)
    first_name = models.CharField(_("first name"), max_length=80, blank=True)
    last_name = models.CharField(_("last name"), max_length=80, blank=True)
    phone = models.CharField(_("phone"), max_length=32, blank=True)
    language = models.CharField(_("language"), max_length=2, choices=LANGUAGES, blank=True, default="")
    time_zone = models.CharField(_("time zone"), max_length=64, default="Europe/Paris")
    is_active = models.BooleanField(_("may sign in"), default=True)
    is_staff = models.BooleanField(_("runs this server"), default=False)
    date_joined = models.DateTimeField(_("since"), default=clock.now)

    objects: ClassVar[UserManager] = UserManager.from_queryset(UserQuerySet)()

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")
        ordering = ["last_name", "first_name", "pk"]
        constraints = [models.UniqueConstraint(Lower("email"), name="user_email_any_case_once")]

    def __str__(self) -> str:
        return self.get_full_name() or self.email

    def get_full_name(self) -> str:
        return f"{self.first_name} {self.last_name}".strip()

    def get_short_name(self) -> str:
        return self.first_name or self.email

    @property
    def zone(self) -> ZoneInfo:
        """Her own clock, else that of the house; also where hers has no name that is known."""
        return _zone(self.time_zone)

    @cached_property
    def active_roles(self) -> dict[int, set[str]]:
        """{organisation id: roles held now}; one query a request."""
        roles: dict[int, set[str]] = {}
        for organisation_id, role in self.memberships.filter(ended_at=None).values_list("organisation_id", "role"):
            roles.setdefault(organisation_id, set()).add(role)
        return roles

    @property
    def standing(self) -> tuple[Any, ...]:
        """Who she is and the roles she holds: all that decides which rows a statement finds for her (`prepared`)."""
        return self.pk, self.is_staff, *sorted((pk, *sorted(held)) for pk, held in self.active_roles.items())

    def organisation_ids(self, *roles: str) -> set[int]:
        """Ids of the organisations where this person holds one of `roles` (any role when none is named)."""
        wanted = set(roles)
        return {pk for pk, held in self.active_roles.items() if not wanted or held & wanted}

    def leads(self, organisation_id: int | None) -> bool:
        """Is she responsible for the programmes of this organisation?"""
        return organisation_id is not None and "lead" in self.active_roles.get(organisation_id, set())

    def has_role(self, role: str) -> bool:
        """Does she hold `role` somewhere?"""
        return any(role in held for held in self.active_roles.values())

    def only_looks_on(self, organisation_id: int) -> bool:
        """Does she read this organisation as a steward and in no other part? Then she reaches nobody of it by name."""
        return self.has_role("steward") and not self.active_roles.get(organisation_id, set()) - {"steward"}


class Organisation(Stamped):
    """A support organisation."""

    name = models.CharField(_("name"), max_length=120)
    slug = models.SlugField(_("short name"), unique=True)
    language = models.CharField(_("language"), max_length=2, choices=LANGUAGES, default="fr")
    time_zone = models.CharField(_("time zone"), max_length=64, default="Europe/Paris")
    contact_email = models.EmailField(_("contact e-mail"), blank=True)
    contact_phone = models.CharField(_("contact phone"), max_length=32, blank=True)
    address = models.CharField(_("address"), max_length=200, blank=True)
    people = models.ManyToManyField(User, through="Membership", related_name="organisations")

    class Meta:
        verbose_name = _("organisation")
        verbose_name_plural = _("organisations")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    @property
    def zone(self) -> ZoneInfo:
        """Its clock: its days begin at midnight there."""
        return _zone(self.time_zone)


class MembershipQuerySet(models.QuerySet["Membership"]):
    def active(self) -> "MembershipQuerySet":
        return self.filter(ended_at=None)

    def visible_to(self, user: User) -> "MembershipQuerySet":
        return self.filter(policies.visible_memberships(user))


class Membership(Stamped):
    """One person's role in one organisation."""

    class Role(models.TextChoices):
        LEAD = "lead", _("programme lead")
        MENTOR = "mentor", _("mentor")
        HOLDER = "holder", _("project holder")
        OBSERVER = "observer", _("observer")
        STEWARD = "steward", _("territory steward")

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="memberships")
    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="memberships")
    role = models.CharField(_("role"), max_length=10, choices=Role)
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)

    objects = MembershipQuerySet.as_manager()

    class Meta:
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        ordering = ["organisation", "role", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "organisation", "role"],
                condition=models.Q(ended_at=None),
                name="membership_one_active_role_each",
            ),
            models.CheckConstraint(
                condition=models.Q(role__in=["lead", "mentor", "holder", "observer", "steward"]),
                name="membership_known_role",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} · {self.get_role_display()} · {self.organisation}"


class InvitationQuerySet(models.QuerySet["Invitation"]):
    def open(self) -> "InvitationQuerySet":
        return self.filter(accepted_at=None, revoked_at=None, expires_at__gt=clock.now())

    def visible_to(self, user: User) -> "InvitationQuerySet":
        return self.filter(policies.visible_invitations(user))


class Invitation(Stamped):
    """A person asked by letter to join with a role; it expires."""

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="invitations")
    email = models.EmailField(_("e-mail"))
    role = models.CharField(_("role"), max_length=10, choices=Membership.Role)
    invited_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    token_hash = models.CharField(max_length=64, unique=True, editable=False)
    expires_at = models.DateTimeField(_("expires"))
    accepted_at = models.DateTimeField(_("accepted"), null=True, blank=True)
    revoked_at = models.DateTimeField(pgettext_lazy("invitation", "withdrawn"), null=True, blank=True)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")
        ordering = ["-created_at", "pk"]

    def __str__(self) -> str:
        return f"{self.email} · {self.get_role_display()}"

    @property
    def is_open(self) -> bool:
        return self.accepted_at is None and self.revoked_at is None and self.expires_at > clock.now()


class Link(Stamped):
    """A signed link: one purpose, about one row, for one person; it expires and can be revoked."""

    purpose = models.CharField(max_length=40)
    about_type = models.ForeignKey(ContentType, on_delete=models.CASCADE)
    about_id = models.PositiveBigIntegerField()
    about = GenericForeignKey("about_type", "about_id")
    user = models.ForeignKey(User, null=True, blank=True, on_delete=models.CASCADE, related_name="links")
    email = models.EmailField(blank=True)
    token_hash = models.CharField(max_length=64, unique=True, editable=False)
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)
    last_used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("signed link")
        verbose_name_plural = _("signed links")
        ordering = ["-created_at", "pk"]
        indexes = [models.Index(fields=["about_type", "about_id", "purpose"], name="link_about_purpose")]

    def __str__(self) -> str:
        return f"{self.purpose} · {self.about_type_id}/{self.about_id}"

    def is_open(self, at: datetime | None = None) -> bool:
        return self.revoked_at is None and self.expires_at > (at or clock.now())


class ApiTokenQuerySet(models.QuerySet["ApiToken"]):
    def visible_to(self, user: User) -> "ApiTokenQuerySet":
        return self.filter(policies.visible_api_tokens(user))


class ApiToken(models.Model):
    """A named key to the API for one person; its secret is shown once and kept as a hash, as knox reads it."""

    digest = models.CharField(max_length=CONSTANTS.DIGEST_LENGTH, primary_key=True)
    token_key = models.CharField(
        max_length=CONSTANTS.MAXIMUM_TOKEN_PREFIX_LENGTH + CONSTANTS.TOKEN_KEY_LENGTH, db_index=True
    )
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="auth_token_set")
    created = models.DateTimeField(auto_now_add=True)
    expiry = models.DateTimeField(null=True, blank=True)
    name = models.CharField(_("name"), max_length=80)

    objects = ApiTokenQuerySet.as_manager()

    class Meta:
        verbose_name = _("API token")
        verbose_name_plural = _("API tokens")
        ordering = ["-created", "digest"]

    def __str__(self) -> str:
        return self.name

    @property
    def is_live(self) -> bool:
        return self.expiry is None or self.expiry > clock.now()
