"""What the clock rings for: each finds all rows due now, then acts on each in a transaction of its own."""

from django.db import transaction

from backend.lib import clock, jobs
from backend.lib.sweeps import duty, each
from evaluation import actions
from evaluation.models import ReportSchedule
from evaluation.queries import requests
from evaluation.queries.due import due_now
from evaluation.queries.publishing import schedules
from evaluation.queries.publishing.periods import Period

BATCH = 200
"""Asks per ring, so that a job stays well under its minute; a great cohort rings again at once."""


@duty
def sweep_due_requests() -> int:
    """Ask everybody who is due; how many letters were written. Rung twice, it asks once."""
    each(requests.programmes_without_waves(), actions.set_default_waves)
    due = due_now(BATCH)
    sent = each(due, lambda one: actions.send_due(one, by=None), name=lambda one: str(one.asking))
    if sent and len(due) == BATCH:
        with transaction.atomic():
            jobs.enqueue("evaluation.tasks.sweep_due_requests")
    return sent


@duty
def sweep_reminders() -> int:
    """Remind those who have not sent their answers; how many letters were written."""
    due = list(requests.requests_to_remind(clock.now())[:BATCH])
    return each(due, lambda request: actions.remind_request(request, by=None))


@duty
def sweep_expired_requests() -> int:
    """Mark letters that came back, and close what is past its day; how many requests were closed."""
    returned = list(requests.returned_requests()[:BATCH])
    bounced = each(returned, lambda request: actions.bounce_request(request, by=None))
    return bounced + actions.expire_requests()


@duty
def sweep_sealed_sheets() -> int:
    """Seal by today's key what waits under a key of before; how many waves that was of."""
    return each(actions.waves_to_seal_anew(), actions.seal_anew)


@duty
def sweep_reports() -> int:
    """Open the campaigns of periods that are over, and remind leads of those to be closed; how many of both."""
    today = clock.today()
    opened = each(schedules.due(today), lambda one: bool(actions.open_report(*one, by=None)), name=_period_named)
    return opened + each(schedules.closing(today), lambda one: bool(actions.remind_campaign(one, by=None)))


def _period_named(one: tuple[ReportSchedule, Period]) -> str:
    return f"evaluation.ReportSchedule {one[0].pk}, {one[1].last}"
