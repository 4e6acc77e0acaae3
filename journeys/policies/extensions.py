"""Who may ask for more time, and who decides."""

from typing import TYPE_CHECKING

from journeys.policies.people import accompanies, carries, leads

if TYPE_CHECKING:
    from backend.accounts.models import User
    from journeys.models import Extension, Journey


def may_list_extensions(user: "User") -> bool:
    """The list of what waits is for those who decide."""
    return user.has_role("lead")


def may_ask_extension(user: "User", journey: "Journey") -> bool:
    """The holder, whoever accompanies her, or a lead for her, while the journey is not over."""
    return journey.is_live and (carries(user, journey) or accompanies(user, journey) or leads(user, journey))


def may_decide_extension(user: "User", extension: "Extension") -> bool:
    return leads(user, extension.journey)


def may_withdraw_extension(user: "User", extension: "Extension") -> bool:
    """Whoever asked."""
    return extension.asked_by_id == user.pk
