"""Who is written to before a stay begins: signatories, the referent, both sides when it is blocked. Each at most once.

Keys hold the first day: when the days of a stay move, what is due for the new ones is due again.
"""

from datetime import date, timedelta
from zoneinfo import ZoneInfo

from django.db import transaction

from backend.lib import clock
from backend.lib.workdays import working_days_before
from journeys.actions.extensions import deciders
from journeys.actions.immersions import signing_letters as letters
from journeys.actions.immersions.drafts import locked
from journeys.actions.immersions.signing_links import last_letter_at, send_link
from journeys.models import Immersion, Signature
from journeys.queries.signing import PAUSE

State = Immersion.State
OUT = (State.TO_SIGN, State.PARTLY_SIGNED)
NOT_READY = (State.DRAFT, *OUT, State.TO_VALIDATE)
SIGNATORY_DAYS = 2  # working days before the first
TEAM_DAYS = (3, 1)  # days before the first
CATCH_UP = timedelta(days=3)  # a worker that was stopped says it late, not never
FROM_HOUR, UNTIL_HOUR = 8, 20  # nobody is reminded at night


def is_daytime(zone: str) -> bool:
    """Is it an hour at which people may be written to there?"""
    return FROM_HOUR <= clock.now().astimezone(ZoneInfo(zone)).hour < UNTIL_HOUR


def is_due(immersion: Immersion) -> bool:
    """Could anything be due now about this stay? Asks no query: day-time, and close enough to its first day."""
    zone = immersion.step.journey.programme.organisation.time_zone
    today = clock.today(zone)
    if not is_daytime(zone):
        return False
    first = min(
        working_days_before(immersion.starts_on, SIGNATORY_DAYS), immersion.starts_on - timedelta(max(TEAM_DAYS))
    )
    return first <= today <= immersion.starts_on + CATCH_UP and immersion.state in NOT_READY


@transaction.atomic
def remind_before_start(immersion: Immersion) -> int:
    """What is due today about this stay is sent, each letter once; how many are due.

    Two working days before the first: every party that has not answered. Three days and one day before: the referent,
    with who is awaited. On the first day, not validated: it is blocked, and both sides and the referent are told.
    """
    immersion = locked(immersion)
    today = clock.today(immersion.step.journey.programme.organisation.time_zone)
    if not is_due(immersion):
        return 0
    if today >= immersion.starts_on:
        return _tell_blocked(immersion)
    return _remind_parties(immersion, today) + _remind_team(immersion, today)


def _remind_parties(immersion: Immersion, today: date) -> int:
    since = working_days_before(immersion.starts_on, SIGNATORY_DAYS)
    if immersion.state not in OUT or today < since:
        return 0
    zone = ZoneInfo(immersion.step.journey.programme.organisation.time_zone)
    asked = immersion.signatures.filter(amendment=None, state=Signature.State.ASKED).exclude(email="").order_by("pk")
    sent = 0
    for signature in asked:
        last = last_letter_at(signature)
        has_been = signature.reminded_at and signature.reminded_at.astimezone(zone).date() >= since
        if has_been or (last is not None and clock.now() < last + PAUSE):
            continue
        signature.reminded_at = clock.now()
        signature.save(update_fields=["reminded_at"])
        send_link(signature, letter=letters.REMIND, key=f"sign_remind:{signature.pk}:{immersion.starts_on}")
        sent += 1
    return sent


def _remind_team(immersion: Immersion, today: date) -> int:
    left = (immersion.starts_on - today).days
    due = [days for days in TEAM_DAYS if left <= days]
    if not due:
        return 0
    key = f"immersion_not_ready:{immersion.pk}:{immersion.starts_on}:{min(due)}"
    letters.tell_team("immersion_not_ready", immersion, deciders(immersion.step.journey), key=key, left=left)
    return 1


def _tell_blocked(immersion: Immersion) -> int:
    key = f"immersion_blocked:{immersion.pk}:{immersion.starts_on}"
    letters.tell_team("immersion_blocked", immersion, deciders(immersion.step.journey), key=f"{key}:team")
    has_been_out = immersion.state != State.DRAFT or immersion.signatures.filter(amendment=None).exists()
    if has_been_out:  # nobody outside has heard of another draft
        letters.tell_sides("immersion_blocked", immersion, key=key)
    return 1
