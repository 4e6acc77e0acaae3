"""Who may publish figures, read what was published, and put it on a schedule."""

from typing import TYPE_CHECKING

from django.db.models import Q

if TYPE_CHECKING:
    from backend.accounts.models import User
    from evaluation.models import Campaign, ReportSchedule, Snapshot


def visible_campaigns(user: "User") -> Q:
    """What her organisation prepares is for its leads; others read what was published."""
    return Q(organisation__in=user.organisation_ids("lead"))


def visible_snapshots(user: "User") -> Q:
    """Leads and observers of the organisation; all for a steward. One withdrawn is for leads only."""
    led = Q(campaign__organisation__in=user.organisation_ids("lead"))
    if user.has_role("steward"):
        return led | Q(withdrawn_at=None)
    return led | Q(campaign__organisation__in=user.organisation_ids("observer"), withdrawn_at=None)


def may_create_campaign(user: "User", organisation_id: int | None) -> bool:
    """A lead, for her organisation."""
    return user.leads(organisation_id)


def may_check_campaign(user: "User", campaign: "Campaign") -> bool:
    """A lead of the organisation."""
    return user.leads(campaign.organisation_id)


def may_review_campaign(user: "User", campaign: "Campaign") -> bool:
    """A lead of the organisation; that it is another than who checked, the action says."""
    return may_check_campaign(user, campaign)


def may_publish_campaign(user: "User", campaign: "Campaign") -> bool:
    return may_check_campaign(user, campaign)


def may_reopen_campaign(user: "User", campaign: "Campaign") -> bool:
    return may_check_campaign(user, campaign)


def may_discard_campaign(user: "User", campaign: "Campaign") -> bool:
    return may_check_campaign(user, campaign)


def may_update_campaign(user: "User", campaign: "Campaign") -> bool:
    return may_check_campaign(user, campaign)


def may_withdraw_campaign(user: "User", campaign: "Campaign") -> bool:
    return may_check_campaign(user, campaign)


def may_verify_snapshot(user: "User", snapshot: "Snapshot") -> bool:
    """A lead of the organisation: recomputing reads rows that only leads read."""
    return user.leads(snapshot.campaign.organisation_id)


def visible_schedules(user: "User") -> Q:
    """What is sent, when and to whom is for the leads of the organisation."""
    return Q(organisation__in=user.organisation_ids("lead"))


def may_create_schedule(user: "User", organisation_id: int | None) -> bool:
    """A lead, for her organisation."""
    return user.leads(organisation_id)


def may_update_schedule(user: "User", schedule: "ReportSchedule") -> bool:
    return user.leads(schedule.organisation_id)


def may_pause_schedule(user: "User", schedule: "ReportSchedule") -> bool:
    return may_update_schedule(user, schedule)


def may_resume_schedule(user: "User", schedule: "ReportSchedule") -> bool:
    return may_update_schedule(user, schedule)


def may_drop_schedule(user: "User", schedule: "ReportSchedule") -> bool:
    return may_update_schedule(user, schedule)
