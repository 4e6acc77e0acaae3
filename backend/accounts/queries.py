"""Reads about people, for pages and for the apps above."""

import hashlib
from collections.abc import Callable, Hashable
from typing import TYPE_CHECKING, Any

from django.contrib.contenttypes.models import ContentType

from backend.accounts.models import Invitation, Link, Membership, Organisation, User
from backend.lib import clock, prepared

if TYPE_CHECKING:
    from django.db.models import Model, QuerySet


def digest(token: str) -> str:
    """What is kept of a secret: its SHA-256, 64 hexadecimal characters."""
    return hashlib.sha256(token.encode()).hexdigest()


def open_link(token: str, purpose: str) -> Link | None:
    """The live link behind `token` for this one purpose; None when unknown, expired, revoked or for something else."""
    link = (
        Link.objects.select_related("user", "about_type")
        .filter(token_hash=digest(token), purpose=purpose, revoked_at=None, expires_at__gt=clock.now())
        .first()
    )
    if link is None or link.about is None:
        return None
    if link.user and not link.user.is_active:
        return None
    return link


def links_about(about: "Model", *, purpose: str) -> "QuerySet[Link]":
    """Every link ever made about this row for this purpose, open or not."""
    kind = ContentType.objects.get_for_model(about)
    return Link.objects.filter(about_type=kind, about_id=about.pk, purpose=purpose)


def open_invitation(token: str) -> Invitation | None:
    """The invitation behind `token` while it can still be accepted."""
    return Invitation.objects.open().select_related("organisation").filter(token_hash=digest(token)).first()


def leads_of(organisation: Organisation) -> "QuerySet[User]":
    """The people responsible for this organisation's programmes."""
    return User.objects.filter(
        memberships__organisation=organisation,
        memberships__role=Membership.Role.LEAD,
        memberships__ended_at=None,
        is_active=True,
    ).distinct()


def organisations_of(user: User, *roles: str) -> "QuerySet[Organisation]":
    """The organisations where she holds one of `roles`."""
    return Organisation.objects.filter(pk__in=user.organisation_ids(*roles))


def first_of(role: str) -> User | None:
    """The first person who has this role somewhere: the demo signs her in."""
    rows = Membership.objects.active().filter(role=role, user__is_active=True).select_related("user")
    first = rows.order_by("organisation_id", "pk").first()
    return first.user if first else None


def find_person(email: str) -> User | None:
    """The person with this e-mail, whatever its case."""
    return User.objects.filter(email__iexact=email.strip()).first()


def with_names(rows: "QuerySet[Any, Any]", path: str) -> "QuerySet[Any, Any]":
    """The same rows for a page that shows no more of them than the name of the person at `path`: no other column is
    read, nor anything fetched beside them."""
    names = [f"{path}__{name}" for name in ("first_name", "last_name", "email")]
    return rows.select_related(None).prefetch_related(None).select_related(path).only(*names)


def named(key: Hashable, rows: "Callable[[], QuerySet[Any, Any]]", path: str) -> list[Any]:
    """The rows of `with_names`, by a statement that is remembered under this key (see `prepared`)."""
    return prepared.objects(("named", path, key), lambda: with_names(rows(), path))
