"""Who may see people and organisations, and who may invite them."""

from typing import TYPE_CHECKING

from django.db.models import Q

if TYPE_CHECKING:
    from backend.accounts.models import ApiToken, Organisation, User


def in_organisations(user: "User", path: str, *roles: str) -> Q:
    """Rows whose `path` leads to an organisation where she holds one of `roles`; a steward has no bounds."""
    if user.has_role("steward"):
        return Q(pk__isnull=False)  # every row; an empty Q() would vanish beside an "or"
    return Q(**{f"{path}__in": user.organisation_ids(*roles)})


def visible_organisations(user: "User") -> Q:
    """One's own organisations; a steward sees every one."""
    if user.has_role("steward"):
        return Q()
    return Q(pk__in=user.organisation_ids())


def visible_users(user: "User") -> Q:
    """Oneself, and for a lead the people of her organisation."""
    return Q(pk=user.pk) | Q(memberships__organisation__in=user.organisation_ids("lead"), memberships__ended_at=None)


def visible_memberships(user: "User") -> Q:
    """One's own roles, and for a lead those of her organisation."""
    return Q(user=user.pk) | Q(organisation__in=user.organisation_ids("lead"))


def visible_api_tokens(user: "User") -> Q:
    """One's own only."""
    return Q(user=user.pk)


def visible_invitations(user: "User") -> Q:
    """A lead sees the invitations of her organisation."""
    return Q(organisation__in=user.organisation_ids("lead"))


def may_invite_person(user: "User", organisation: "Organisation", role: str) -> bool:
    """A lead invites into her own organisation; a steward reads every one, so only who runs the server makes one."""
    return user.leads(organisation.pk) and (role != "steward" or user.is_staff)


def may_create_api_token(user: "User") -> bool:
    """Everybody: a token opens what its owner may do, no more."""
    return user.is_active


def may_revoke_api_token(user: "User", token: "ApiToken") -> bool:
    return token.user_id == user.pk
