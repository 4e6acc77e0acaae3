"""Hours that wait for the person who received them: after how long she is reminded, and a lead is told."""

from datetime import datetime
from typing import Any

from django.db.models import Q

from backend.accounts.models import Organisation, User
from backend.lib import clock
from backend.mail.queries.weekly import in_weekly_letter
from journeys import signals
from journeys.models import Delivery, Journey
from journeys.models.ledger import DeliveryQuerySet

USUAL_DAYS = 14
"""Days after which declared hours are told unconfirmed, where an organisation has not said otherwise."""
YOUNG_DAYS = 2
"""What was declared since is in no reminder yet: its own letter has just asked."""


def confirm_days() -> dict[int, int]:
    """{organisation: its own number of days}: the app above that keeps its terms answers `confirm_days_asked`."""
    answers: list[tuple[Any, Any]] = signals.confirm_days_asked.send(Delivery)
    return {pk: days for _receiver, found in answers for pk, days in (found or {}).items()}


def unconfirmed(rows: DeliveryQuerySet, *, share: float = 1, known: dict[int, int] | None = None) -> DeliveryQuerySet:
    """Declared lines that have waited for more than N days (a `share` of them) since they were recorded. `known`: what
    `confirm_days` says, where it is asked already."""
    told = confirm_days() if known is None else known
    own = {pk: days for pk, days in told.items() if days != USUAL_DAYS}
    field = "journey__programme__organisation"
    late = Q(created_at__lt=_before(USUAL_DAYS * share)) & ~Q(**{f"{field}__in": sorted(own)})
    for pk, days in sorted(own.items()):
        late |= Q(**{field: pk, "created_at__lt": _before(days * share)})
    return rows.filter(late, state=Delivery.State.DECLARED)


def _before(days: float) -> datetime:
    return clock.now() - clock.days(1) * days


def people_to_remind() -> list[tuple[User, Organisation]]:
    """(holder, organisation) with a line that waits for half the time and of which no letter has reminded."""
    lines = unconfirmed(untold_hours(), share=0.5)
    rows = lines.select_related("journey__holder__user", "journey__programme__organisation").order_by("pk")
    return list({(one.journey.holder.user, one.journey.programme.organisation): one for one in rows})


def lines_to_remind(holder: User, organisation: Organisation) -> DeliveryQuerySet:
    """The lines that one reminder tells: all that wait on her journeys here, but those of the last two days."""
    return untold_hours().filter(
        journey__holder__user=holder,
        journey__programme__organisation=organisation,
        created_at__lt=clock.now() - clock.days(YOUNG_DAYS),
    )


def untold_hours() -> DeliveryQuerySet:
    """Declared lines of journeys that are not archived, in no reminder yet nor in a weekly letter of the last seven
    days, of people who can read one."""
    return Delivery.objects.filter(
        state=Delivery.State.DECLARED,
        reminded_at=None,
        journey__state__in=(Journey.State.ACTIVE, Journey.State.PAUSED, Journey.State.COMPLETED),
        journey__archived_at=None,
        journey__holder__user__is_active=True,
    ).exclude(in_weekly_letter(Delivery, "journey__holder__user"))


def waiting_days(delivery: Delivery) -> int:
    """Whole days since the line was recorded."""
    return (clock.now() - delivery.created_at).days
