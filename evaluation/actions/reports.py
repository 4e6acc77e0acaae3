"""Reports sent on a schedule: set up, changed, paused, and what the clock opens for them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils.translation import gettext as _

from backend.accounts.models import Organisation, User
from backend.history import actions as history
from backend.lib import clock
from backend.lib.refusal import Refused
from evaluation.actions.publishing import CampaignPlan, create_campaign
from evaluation.actions.sending import tell_leads
from evaluation.models import Campaign, ReportSchedule
from evaluation.queries.publishing.periods import Period, last_ended
from evaluation.queries.publishing.schedules import may_be_read_by
from journeys.models import Programme

LONGEST = 120
"""Days from the end of a period to the closing day."""


@dataclass(frozen=True)
class SchedulePlan:
    """Which report, how often, and by when it is closed. `has_last`: also of the period that ended last."""

    every: str
    closes_after: int = 14
    programme: Programme | None = None
    audience: str = Campaign.Audience.OBSERVERS
    has_last: bool = False


@transaction.atomic
def create_schedule(
    organisation: Organisation, plan: SchedulePlan, readers: Iterable[User], *, by: User | None
) -> ReportSchedule:
    """From the period under way on, a campaign is opened once each period is over.

    Refused when this report is scheduled already, for a programme of another organisation, and for readers who may
    not read what it publishes.
    """
    chosen = list(readers)
    _require_sound(organisation, plan, chosen)
    today = clock.today()
    starts_on = last_ended(plan.every, today).last if plan.has_last else today
    schedule = ReportSchedule(organisation=organisation, starts_on=starts_on)
    _save(schedule, plan)
    schedule.readers.set(chosen)
    history.record("create_schedule", schedule, by=by, readers=len(chosen))
    return schedule


@transaction.atomic
def update_schedule(
    schedule: ReportSchedule, plan: SchedulePlan, readers: Iterable[User], *, by: User | None, revision: int
) -> ReportSchedule:
    """It is this from now on; campaigns opened before stay as they are. Refused as when it was made, and when somebody
    else changed it since `revision` (`is_stale`)."""
    chosen = list(readers)
    _require_sound(schedule.organisation, plan, chosen)
    claimed = ReportSchedule.objects.filter(pk=schedule.pk, revision=revision).update(revision=F("revision") + 1)
    if not claimed:
        raise Refused(_("Somebody else changed this meanwhile."), is_stale=True)
    schedule.refresh_from_db()
    if plan.every != schedule.every:
        schedule.starts_on = clock.today()
    _save(schedule, plan)
    schedule.readers.set(chosen)
    history.record("update_schedule", schedule, by=by, readers=len(chosen))
    return schedule


def _require_sound(organisation: Organisation, plan: SchedulePlan, readers: list[User]) -> None:
    if plan.programme is not None and plan.programme.organisation_id != organisation.pk:
        raise Refused(_("This programme is of another organisation."), field="programme")
    if not 0 <= plan.closes_after <= LONGEST:
        raise Refused(_("Between 0 and %(n)s days.") % {"n": LONGEST}, field="closes_after")
    allowed = set(may_be_read_by(organisation).values_list("pk", flat=True))
    if any(reader.pk not in allowed for reader in readers):
        raise Refused(_("Choose among those who may read the publications."), field="readers")


def _save(schedule: ReportSchedule, plan: SchedulePlan) -> None:
    for name in ("every", "closes_after", "programme", "audience"):
        setattr(schedule, name, getattr(plan, name))
    try:
        with transaction.atomic():
            schedule.save()
    except IntegrityError:
        words = _("This report is on a schedule already: change that one.")
        raise Refused(words, field="programme") from None


@transaction.atomic
def pause_schedule(schedule: ReportSchedule, *, by: User | None) -> ReportSchedule:
    """Nothing is opened, and nobody written to, until it goes on."""
    if not ReportSchedule.objects.filter(pk=schedule.pk, paused_at=None).update(paused_at=clock.now()):
        raise Refused(_("It is paused already."))
    history.record("pause_schedule", schedule, by=by)
    return schedule


@transaction.atomic
def resume_schedule(schedule: ReportSchedule, *, by: User | None) -> ReportSchedule:
    """It goes on with the period under way; those that ended meanwhile are not opened."""
    rows = ReportSchedule.objects.filter(pk=schedule.pk, paused_at__isnull=False)
    if not rows.update(paused_at=None, starts_on=clock.today()):
        raise Refused(_("It is not paused."))
    history.record("resume_schedule", schedule, by=by)
    return schedule


@transaction.atomic
def drop_schedule(schedule: ReportSchedule, *, by: User | None) -> None:
    """It is no more; its campaigns stay, and are sent to nobody."""
    history.record("drop_schedule", schedule, by=by)
    schedule.delete()


@transaction.atomic
def open_report(schedule: ReportSchedule, period: Period, *, by: User | None) -> Campaign:
    """The campaign of one period, with what to mend told to each lead. Refused where it is there, or it is paused."""
    held = ReportSchedule.objects.select_for_update().filter(pk=schedule.pk, paused_at=None).first()
    if held is None or held.campaigns.filter(until=period.last).exists():
        raise Refused(_("Its campaign is open already, or it is paused."))
    plan = CampaignPlan(
        since=period.first, until=period.last, closes_on=closing_day(held, period.last), programme=held.programme,
        audience=held.audience,
    )  # fmt: skip
    campaign = create_campaign(held.organisation, plan, by=by, schedule=held)
    tell_leads(campaign, is_closing=False)
    return campaign


def closing_day(schedule: ReportSchedule, last: date) -> date:
    """Never passed on the day it opens: after a stop, leads still have as many days."""
    return max(last, clock.today() - timedelta(days=1)) + timedelta(days=schedule.closes_after)


@transaction.atomic
def remind_campaign(campaign: Campaign, *, by: User | None) -> int:
    """Its closing day has come and it is not published: each lead hears so, once; how many."""
    rows = Campaign.objects.filter(pk=campaign.pk, reminded_at=None).exclude(state=Campaign.State.PUBLISHED)
    if not rows.update(reminded_at=clock.now()):
        raise Refused(_("It was said already, or it is published."))
    return tell_leads(campaign, is_closing=True)
