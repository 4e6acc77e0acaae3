"""Reminders of commitments and of hours that the clock will send."""

from datetime import datetime, time, timedelta
from typing import Any

from backend.accounts.models import Organisation
from backend.lib import clock
from backend.mail.ahead import Ahead
from backend.mail.weekly import WEEK
from journeys.queries.commitments import MORNING, untold_commitments
from journeys.queries.confirming import USUAL_DAYS, confirm_days, untold_hours

COMMITMENTS, HOURS = "journeys/letters/commitments_due", "journeys/letters/hours_waiting"


def reminders_ahead(organisation: Organisation, now: datetime, until: datetime) -> list[Ahead]:
    """One letter a person and day for what is due, one a person for her hours. Two queries."""
    found: dict[tuple[Any, ...], Ahead] = {}
    near = (now.date(), (until + timedelta(days=2)).date())
    due = untold_commitments(-WEEK).filter(journey__programme__organisation=organisation, due_on__range=near)
    for one in due.select_related("owner").order_by("due_on", "pk"):
        if one.due_on:
            on = one.due_on - timedelta(days=1)
            at = max(now, datetime.combine(on, time(MORNING), one.owner.zone))
            found.setdefault((COMMITMENTS, one.owner_id, on), Ahead(one.owner_id, at, COMMITMENTS, at + clock.days(1)))
    half = clock.days(1) * (confirm_days().get(organisation.pk, USUAL_DAYS) * 0.5)
    lines = untold_hours().filter(journey__programme__organisation=organisation, created_at__lt=until - half)
    for reader, created_at in lines.order_by("created_at", "pk").values_list("journey__holder__user", "created_at"):
        found.setdefault((HOURS, reader), Ahead(reader, max(now, created_at + half), HOURS))
    return [one for one in found.values() if one.at < until]
