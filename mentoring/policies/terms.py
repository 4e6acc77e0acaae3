"""Who may see and keep what an organisation decides once about its mentoring."""

from typing import TYPE_CHECKING

from django.db.models import Q

if TYPE_CHECKING:
    from backend.accounts.models import Organisation, User


def visible_terms(user: "User") -> Q:
    """The leads of the organisation."""
    return Q(organisation__in=user.organisation_ids("lead"))


def may_keep_terms(user: "User", organisation: "Organisation") -> bool:
    """A lead of the organisation."""
    return user.leads(organisation.pk)
