"""Who states facts of the territory."""

from typing import TYPE_CHECKING

from django.apps import apps

if TYPE_CHECKING:
    from backend.accounts.models import User


def may_state_qpv_reference(user: "User", organisation_id: int | None) -> bool:
    """Leads and stewards, each for her own organisation."""
    return organisation_id in user.organisation_ids("lead", "steward")


def may_load_list(user: "User") -> bool:
    """The list of communes and neighbourhoods is one for every organisation: a steward’s, who follows the territory for
    all; a lead’s where hers is the only organisation here.
    """
    if user.has_role("steward"):
        return True
    organisations = apps.get_model("accounts", "Organisation").objects
    return user.has_role("lead") and not organisations.exclude(pk__in=user.organisation_ids("lead")).exists()
