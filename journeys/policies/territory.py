"""Who states facts of the territory."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from backend.accounts.models import User


def may_state_qpv_reference(user: "User", organisation_id: int | None) -> bool:
    """Leads and stewards, each for her own organisation."""
    return organisation_id in user.organisation_ids("lead", "steward")
