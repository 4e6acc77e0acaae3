"""From a campaign to a frozen snapshot: prepared, checked, looked over by another lead, published."""

from dataclasses import dataclass, fields
from datetime import date

from django.db import transaction
from django.db.models import F
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from backend.accounts.models import Membership, Organisation, User
from backend.history import actions as history
from backend.lib import clock
from backend.lib.refusal import Refused
from backend.lib.states import move
from evaluation.actions.reach import require_in_reach
from evaluation.actions.sending import send_report, tell_withdrawn
from evaluation.models import Campaign, Release, ReportSchedule, Snapshot
from evaluation.queries.publishing.checks import checks
from evaluation.queries.publishing.content import canonical, digest
from evaluation.queries.publishing.guard import frozen
from journeys.models import Programme

DRAFT, CHECKED, REVIEWED, PUBLISHED = Campaign.State


@dataclass(frozen=True)
class CampaignPlan:
    """What is published: a programme, or all of the organisation, over these days (both included; no first day: from
    the beginning), and by when facts are to be complete."""

    until: date
    closes_on: date
    since: date | None = None
    programme: Programme | None = None
    audience: str = Campaign.Audience.OBSERVERS
    title: str = ""
    note: str = ""

    @property
    def counted(self) -> tuple[object, ...]:
        """What decides which figures are published, and for whom."""
        return self.since, self.until, self.programme and self.programme.pk, self.audience


@transaction.atomic
def create_campaign(
    organisation: Organisation, plan: CampaignPlan, *, by: User | None, schedule: ReportSchedule | None = None
) -> Campaign:
    """A publication in preparation. Nothing of it is read outside before it is published.

    Refused for a programme of another organisation, for days out of reach or in the wrong order, or a closing day
    before the last.
    """
    _require_sound(organisation, plan)
    campaign = Campaign.objects.create(organisation=organisation, schedule=schedule, **vars(plan))
    history.record("create_campaign", campaign, by=by)
    return campaign


def _require_sound(organisation: Organisation, plan: CampaignPlan) -> None:
    for field, day in (("since", plan.since), ("until", plan.until), ("closes_on", plan.closes_on)):
        require_in_reach(day, field)
    if plan.programme is not None and plan.programme.organisation_id != organisation.pk:
        raise Refused(_("This programme is of another organisation."), field="programme")
    if plan.since and plan.until < plan.since:
        raise Refused(_("The last day comes before the first."), field="until")
    if plan.closes_on < plan.until:
        raise Refused(_("Close on the last day or after it: facts come in late."), field="closes_on")


@transaction.atomic
def update_campaign(campaign: Campaign, plan: CampaignPlan, *, by: User | None, revision: int) -> Campaign:
    """What is prepared is this from now on.

    Refused when it is no longer in preparation, when somebody else changed it since `revision` (`is_stale`), and for
    another period, programme or audience once something of it was published: readers know it by those.
    """
    _require_sound(campaign.organisation, plan)
    rows = Campaign.objects.filter(pk=campaign.pk, state=DRAFT)
    if not rows.filter(revision=revision).update(revision=F("revision") + 1):
        if rows.exists():
            raise Refused(_("Somebody else changed this meanwhile."), is_stale=True)
        raise Refused(_("It is no longer in preparation: take it back to preparation to change it."))
    campaign.refresh_from_db()
    was = CampaignPlan(**{field.name: getattr(campaign, field.name) for field in fields(CampaignPlan)})
    if was.counted != plan.counted and campaign.snapshots.exists():
        raise Refused(_("Something of it was published: period, programme and readers stay. Prepare another one."))
    for name, value in vars(plan).items():
        setattr(campaign, name, value)
    campaign.save(update_fields=list(vars(plan)))
    history.record("update_campaign", campaign, by=by)
    return campaign


@transaction.atomic
def check_campaign(campaign: Campaign, *, by: User | None) -> Campaign:
    """A lead has read what is left to mend and lets it go on; how much that was stands in history.

    Refused before the last day of the period is over, or when it is not in preparation.
    """
    if campaign.until >= clock.today():
        raise Refused(_("The period is not over yet: check it once its last day has passed."))
    move(campaign, CHECKED, stamps={"checked_by": by, "reviewed_by": None})
    history.record("check_campaign", campaign, by=by, left=len(checks(campaign)))
    return campaign


@transaction.atomic
def review_campaign(campaign: Campaign, *, by: User | None) -> Campaign:
    """Another lead has looked it over. Refused to the one who checked it."""
    if by is not None and by.pk == campaign.checked_by_id:
        raise Refused(_("You checked it: another lead looks it over."))
    move(campaign, REVIEWED, stamps={"reviewed_by": by})
    history.record("review_campaign", campaign, by=by)
    return campaign


@transaction.atomic
def reopen_campaign(campaign: Campaign, *, by: User | None) -> Campaign:
    """It is in preparation again; what was published stays until the next snapshot replaces it."""
    move(campaign, DRAFT, stamps={"checked_by": None, "reviewed_by": None})
    history.record("reopen_campaign", campaign, by=by)
    return campaign


@transaction.atomic
def discard_campaign(campaign: Campaign, *, by: User | None) -> None:
    """It is no more. Refused once something of it was published: that stays."""
    if campaign.snapshots.exists():
        raise Refused(_("Something of it was published: it stays."))
    history.record("discard_campaign", campaign, by=by)
    campaign.delete()


@transaction.atomic
def publish_campaign(campaign: Campaign, *, by: User | None) -> Snapshot:
    """Its figures as they stand now are frozen in a snapshot, which replaces the one before.

    What would tell of few people by subtraction from figures published before is hidden, with the reason. Of two leads
    who publish at once, one does. Refused before it was checked, and before another lead looked it over
    where the organisation has another; refused when nothing has changed since the snapshot before.
    """
    if campaign.state == CHECKED and other_leads(campaign, campaign.checked_by):
        raise Refused(_("Another lead looks it over first."))
    move(campaign, PUBLISHED)
    # Of one organisation one publication at a time: each is held against all that came before.
    Organisation.objects.select_for_update(no_key=True).get(pk=campaign.organisation_id)
    now = clock.now()  # before anything is read: recomputed later, it is as known at this moment
    made = frozen(campaign)
    body = canonical(made.content)
    before = campaign.snapshots.order_by("-number").first()
    if before and before.sha256 == digest(body) and not before.withdrawn_at:
        raise Refused(_("Nothing has changed since it was published: there is nothing new to publish."))
    campaign.snapshots.current().update(replaced_at=now)
    snapshot = Snapshot.objects.create(
        campaign=campaign, number=before.number + 1 if before else 1, body=body.decode(), sha256=digest(body),
        published_at=now, published_by=by,
    )  # fmt: skip
    Release.objects.bulk_create(
        [
            Release(snapshot=snapshot, figure=figure, part=part, people=people)
            for (figure, part), people in made.released.items()
        ],
        batch_size=200,
    )
    history.record("publish_campaign", campaign, by=by, number=snapshot.number, sha256=snapshot.sha256)
    send_report(snapshot, by=by)
    return snapshot


@transaction.atomic
def withdraw_campaign(campaign: Campaign, *, by: User | None, why: str) -> Campaign:
    """What was published of it is read by its leads only from now on, with the reason, and whoever was written to is
    told so; the campaign is in preparation again. What readers saw still counts against what comes after.

    Refused without a reason, or when nothing of it is published.
    """
    if not why.strip():
        raise Refused(_("Say in a few words why."), field="why")
    if campaign.state != DRAFT:
        move(campaign, DRAFT, stamps={"checked_by": None, "reviewed_by": None})
    now, read = clock.now(), list(campaign.snapshots.filter(withdrawn_at=None))
    stamps = {"withdrawn_at": now, "withdrawn_why": why.strip()}
    if not campaign.snapshots.filter(withdrawn_at=None).update(**stamps, replaced_at=Coalesce("replaced_at", now)):
        raise Refused(_("Nothing of it is published."))
    history.record("withdraw_campaign", campaign, by=by, why=why.strip())
    for snapshot in read:
        snapshot.refresh_from_db()
        tell_withdrawn(snapshot)
    return campaign


def other_leads(campaign: Campaign, than: User | None) -> bool:
    """Has the organisation a lead besides this one, who could look the figures over?"""
    leads = Membership.objects.active().filter(organisation=campaign.organisation, role=Membership.Role.LEAD)
    return leads.exclude(user=than).exists() if than else leads.count() > 1
