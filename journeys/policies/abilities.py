"""What one person may do with one journey, all at once: the same booleans for pages and API."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from journeys.policies import journeys as rights
from journeys.policies.bridges import may_bridge_journey
from journeys.policies.extensions import may_ask_extension
from journeys.policies.people import carries, leads
from journeys.policies.states import may_archive_journey, may_reopen_journey, may_unarchive_journey
from journeys.policies.steps import may_add_commitment

if TYPE_CHECKING:
    from backend.accounts.models import User
    from journeys.models import Journey


@dataclass(frozen=True)
class Abilities:
    """`leads`: responsible for its programme. `carries`: it is her own. The rest is named after the action."""

    leads: bool
    carries: bool
    pause_journey: bool
    resume_journey: bool
    complete_journey: bool
    leave_journey: bool
    archive_journey: bool
    unarchive_journey: bool
    reopen_journey: bool
    bridge_journey: bool
    ask_extension: bool
    add_commitment: bool
    change_steps: bool


def abilities(user: "User", journey: "Journey") -> Abilities:
    """What `user` may do with `journey` as it stands: the right, and a state in which it makes sense."""
    is_lead = leads(user, journey)
    is_over, is_away = not journey.is_live, journey.archived_at is not None
    goes_on = journey.state in ("active", "paused")
    return Abilities(
        leads=is_lead,
        carries=carries(user, journey),
        pause_journey=journey.state == "active" and rights.may_pause_journey(user, journey),
        resume_journey=journey.state == "paused" and rights.may_resume_journey(user, journey),
        complete_journey=journey.state == "active" and rights.may_complete_journey(user, journey),
        leave_journey=journey.is_live and rights.may_leave_journey(user, journey),
        archive_journey=is_over and not is_away and may_archive_journey(user, journey),
        unarchive_journey=is_away and may_unarchive_journey(user, journey),
        reopen_journey=is_over and may_reopen_journey(user, journey),
        bridge_journey=goes_on and may_bridge_journey(user, journey),
        ask_extension=goes_on and may_ask_extension(user, journey),
        add_commitment=may_add_commitment(user, journey),
        change_steps=journey.is_live and is_lead,
    )
