"""Reports on a schedule: what is due, who reads them, what was sent."""

from datetime import date

from django.db.models import Q, QuerySet

from backend.accounts.models import Membership, Organisation, User
from backend.mail.models import Email
from evaluation.models import Campaign, ReportSchedule, Snapshot
from evaluation.queries.publishing.periods import Period, containing, ended_since

CAUGHT_UP = 12
"""Periods of one schedule opened at most after a stop, the latest."""
READERS = (Membership.Role.LEAD, Membership.Role.OBSERVER)


def may_be_read_by(organisation: Organisation) -> "QuerySet[User]":
    """Who reads the publications of this organisation: its leads and observers, and stewards."""
    held = Q(memberships__organisation=organisation, memberships__role__in=READERS)
    steward = Q(memberships__role=Membership.Role.STEWARD)
    rows = User.objects.filter(held | steward, memberships__ended_at=None, is_active=True)
    return rows.order_by("last_name", "first_name", "pk").distinct()


def readers_of(schedule: ReportSchedule) -> "QuerySet[User]":
    """Whom it is sent to: those chosen, who may still read it."""
    return may_be_read_by(schedule.organisation).filter(pk__in=schedule.readers.values("pk"))


def schedules(user: User) -> "QuerySet[ReportSchedule]":
    return ReportSchedule.objects.visible_to(user).select_related("organisation", "programme")


def due(today: date) -> list[tuple[ReportSchedule, Period]]:
    """(schedule, period) of the campaigns to open: over, not opened yet. Two queries."""
    running = list(ReportSchedule.objects.running().select_related("organisation", "programme").order_by("pk"))
    rows = Campaign.objects.filter(schedule__in=running)
    opened = set(rows.order_by().values_list("schedule", "until"))
    return [
        (one, period)
        for one in running
        for period in ended_since(one.every, one.starts_on, today, CAUGHT_UP)
        if (one.pk, period.last) not in opened
    ]


def closing(today: date) -> "QuerySet[Campaign]":
    """Campaigns of schedules that are to be closed by today and are not published, of which nobody was told."""
    rows = Campaign.objects.filter(schedule__paused_at=None, schedule__isnull=False, closes_on__lte=today)
    rows = rows.filter(reminded_at=None, snapshots=None).exclude(state=Campaign.State.PUBLISHED)
    return rows.select_related("organisation", "programme").order_by("closes_on", "pk")


def next_period(schedule: ReportSchedule, today: date) -> Period:
    """The one that is opened next, once it is over."""
    return containing(schedule.every, max(today, schedule.starts_on))


def letters_of(schedule: ReportSchedule) -> list[tuple[Snapshot, list[Email]]]:
    """What was sent of it, by snapshot, the latest first. Two queries."""
    made = list(
        Snapshot.objects.filter(campaign__schedule=schedule).select_related("campaign").order_by("-published_at", "-pk")
    )
    if not made:
        return []
    found: dict[int, list[Email]] = {one.pk: [] for one in made}
    rows = Email.objects.filter(about_type=Email.objects.about(made[0]).values("about_type")[:1], about_id__in=found)
    for letter in rows.filter(template="evaluation/letters/report").order_by("to_name", "pk"):
        found[letter.about_id or 0].append(letter)
    return [(one, found[one.pk]) for one in made]
