"""What the clock rings for: each finds all rows due now, then acts on each in a transaction of its own."""

import logging
from collections.abc import Callable, Iterable
from typing import Any

from django.db import transaction

from backend.lib import clock, jobs
from backend.lib.refusal import Refused
from evaluation import actions
from evaluation.queries import requests

BATCH = 200
"""Asks per ring, so that a job stays well under its minute; a great cohort rings again at once."""
logger = logging.getLogger("jalon.evaluation")


def sweep_due_requests() -> int:
    """Ask everybody whose start or exit wave is due; how many letters were written. Rung twice, it asks once."""
    for programme in requests.programmes_without_waves():
        actions.set_default_waves(programme)
    due = requests.due_requests(clock.today(), BATCH)
    sent = _each(due, lambda pair: actions.send_request(pair[0], pair[1], by=None))
    if sent and len(due) == BATCH:
        with transaction.atomic():
            jobs.enqueue("evaluation.tasks.sweep_due_requests")
    return sent


def sweep_reminders() -> int:
    """Remind those who have not sent their answers; how many letters were written."""
    due = list(requests.requests_to_remind(clock.now())[:BATCH])
    return _each(due, lambda request: actions.remind_request(request, by=None))


def sweep_expired_requests() -> int:
    """Mark letters that came back, and close what is past its day; how many requests were closed."""
    returned = list(requests.returned_requests()[:BATCH])
    bounced = _each(returned, lambda request: actions.bounce_request(request, by=None))
    return bounced + actions.expire_requests()


def _each(rows: Iterable[Any], act: Callable[[Any], object]) -> int:
    """Act on each row; one that is refused meanwhile is left, and the rest goes on."""
    done = 0
    for row in rows:
        try:
            act(row)
            done += 1
        except Refused as refusal:
            logger.info("left alone: %s", refusal)
    return done
