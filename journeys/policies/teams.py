"""Who may see the team of a project together, and change it."""

from typing import TYPE_CHECKING

from journeys.policies.people import leads

if TYPE_CHECKING:
    from backend.accounts.models import User
    from journeys.models import Carrier, Project, Step


def may_see_team(user: "User", project: "Project") -> bool:
    """Leads and stewards, those who carry it now, and those who accompany one of them: not who has left."""
    if user.leads(project.organisation_id) or user.has_role("steward"):
        return True
    if project.carriers.filter(holder__user=user.pk, left_on=None).exists():
        return True
    return project.journeys.filter(companions__user=user.pk, companions__ended_at=None).exists()


def may_join_project(user: "User", project: "Project") -> bool:
    """A lead of the organisation makes somebody join."""
    return user.leads(project.organisation_id)


def may_leave_project(user: "User", carrier: "Carrier") -> bool:
    """A lead of the organisation notes that somebody leaves."""
    return user.leads(carrier.project.organisation_id)


def may_change_part(user: "User", carrier: "Carrier") -> bool:
    return user.leads(carrier.project.organisation_id)


def may_share_step(user: "User", step: "Step") -> bool:
    """A lead, while the journey runs."""
    return step.journey.is_live and leads(user, step.journey)
