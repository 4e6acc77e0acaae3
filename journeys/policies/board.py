"""Who keeps views of the board, and who acts on many journeys at once."""

from typing import TYPE_CHECKING

from journeys.policies.journeys import may_list_journeys
from journeys.policies.people import leads

if TYPE_CHECKING:
    from backend.accounts.models import User
    from journeys.models import Journey, SavedView


def may_create_saved_view(user: "User") -> bool:
    """Whoever opens the board keeps views of it; `may_share_saved_view` says with whom."""
    return may_list_journeys(user)


def may_share_saved_view(user: "User", organisation_id: int | None) -> bool:
    """With nobody, or with the leads of an organisation that she leads."""
    return organisation_id is None or user.leads(organisation_id)


def may_update_saved_view(user: "User", view: "SavedView") -> bool:
    """One kept for herself; a shared one is every present lead's of that organisation, whoever made it."""
    if view.organisation_id is None:
        return view.user_id == user.pk
    return user.leads(view.organisation_id)


def may_delete_saved_view(user: "User", view: "SavedView") -> bool:
    """As she may rename it."""
    return may_update_saved_view(user, view)


def may_act_on_many(user: "User") -> bool:
    """Leads tick rows; which of them she leads is asked row by row."""
    return user.has_role("lead")


def may_message_holder(user: "User", journey: "Journey") -> bool:
    """A lead writes to the people of her programmes."""
    return leads(user, journey)
