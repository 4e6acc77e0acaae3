"""Who is written to before an amendment takes effect: who has not signed it, then the referent. Each at most once."""

from datetime import date, timedelta
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils.functional import SimpleLazyObject

from backend.lib import clock
from backend.lib.workdays import working_days_before
from journeys.actions.extensions import deciders
from journeys.actions.immersions import amendment_letters
from journeys.actions.immersions import signing_letters as letters
from journeys.actions.immersions.amendments import LIVE, OUT, held, stay_with
from journeys.actions.immersions.facts import facts_of
from journeys.actions.immersions.reminders import SIGNATORY_DAYS, is_daytime
from journeys.actions.immersions.schedule import day_of
from journeys.actions.immersions.signing_links import last_letter_at, send_link
from journeys.models import Amendment, Signature
from journeys.queries.amendments import awaited_in
from journeys.queries.signing import PAUSE

NOT_READY = (*OUT, Amendment.State.TO_VALIDATE)
TEAM_DAYS = 1  # working days before it takes effect
WHO_AND_WHERE = ("site", "place", "tutor_name", "tutor_job", "tutor_email")
ONE_DAY = timedelta(days=1)


def _zone(amendment: Amendment) -> str:
    return amendment.immersion.step.journey.programme.organisation.time_zone


def effect_day(amendment: Amendment) -> date:
    """The first day that will not be as it was agreed.

    Another place or tutor holds from the first day of presence after the day it went out to be signed.
    """
    was, now = facts_of(amendment.immersion), stay_with(amendment)
    before, after = ({day_of(one): one["slots"] for one in stay.schedule} for stay in (was, now))
    days = [on for on in {*before, *after} if before.get(on) != after.get(on)]
    if was.starts_on != now.starts_on:
        days.append(min(was.starts_on, now.starts_on))
    if was.ends_on != now.ends_on:
        days.append(min(was.ends_on, now.ends_on) + ONE_DAY)
    if set(amendment.facts) & set(WHO_AND_WHERE):
        sent = amendment.asked_to_sign_at or clock.now()
        first = max(now.starts_on, sent.astimezone(ZoneInfo(_zone(amendment))).date() + ONE_DAY)
        days.append(min((on for on in after if on >= first), default=min(first, now.ends_on)))
    return min(days, default=now.starts_on)


def last_chance(amendment: Amendment) -> date:
    """The last day on which it can still be put in force: after it, a day that has passed would change."""
    was, now = facts_of(amendment.immersion), stay_with(amendment)
    days = [effect_day(amendment), was.ends_on]
    if was.starts_on != now.starts_on:  # on the morning of its first day, a stay begins by itself
        days.append(was.starts_on - ONE_DAY)
    if was.ends_on != now.ends_on:
        days.append(now.ends_on)
    return min(days)


def is_due(amendment: Amendment) -> bool:
    """Could anything be due now about it? Day-time, close enough to its effect, and not too late to be of use."""
    zone = _zone(amendment)
    if amendment.state not in NOT_READY or amendment.immersion.state not in LIVE or not is_daytime(zone):
        return False
    opens = working_days_before(effect_day(amendment), SIGNATORY_DAYS)
    return opens <= clock.today(zone) <= last_chance(amendment)


@transaction.atomic
def remind_of_amendment(amendment: Amendment) -> int:
    """What is due today about this amendment is sent, each letter once; how many are due.

    Two working days before it takes effect: every party that has not answered; if it went out later than that, a day
    after, and at the latest on the last morning when it can still be put in force. The working day before: the
    referent, with who is awaited, but not on the very day it was sent.
    """
    amendment = held(amendment)
    if not is_due(amendment):
        return 0
    return _remind_parties(amendment) + _remind_team(amendment)


def _remind_parties(amendment: Amendment) -> int:
    if amendment.state not in OUT:
        return 0
    effect, sent = effect_day(amendment), 0
    asked = amendment.signatures.filter(state=Signature.State.ASKED).exclude(email="").order_by("pk")
    for signature in asked:
        signature.immersion, signature.amendment = amendment.immersion, amendment
        if not _is_to_remind(signature, amendment, working_days_before(effect, SIGNATORY_DAYS)):
            continue
        signature.reminded_at = clock.now()
        signature.save(update_fields=["reminded_at"])
        key = f"amendment_remind:{signature.pk}:{effect}"
        send_link(signature, letter="amendment_remind", key=key, effect=effect, awaited=_awaited(amendment))
        sent += 1
    return sent


def _is_to_remind(signature: Signature, amendment: Amendment, since: date) -> bool:
    """Not reminded since that day, by hand neither; and not just written to, unless it is the last morning."""
    zone = ZoneInfo(_zone(amendment))
    if signature.reminded_at and signature.reminded_at.astimezone(zone).date() >= since:
        return False
    last, today = last_letter_at(signature), clock.today(str(zone))
    if last is None or clock.now() >= last + PAUSE:
        return True
    return today == last_chance(amendment) and last.astimezone(zone).date() < today


def _remind_team(amendment: Amendment) -> int:
    zone = _zone(amendment)
    effect, today = effect_day(amendment), clock.today(zone)
    sent = amendment.asked_to_sign_at
    if today < working_days_before(effect, TEAM_DAYS) or (sent and sent.astimezone(ZoneInfo(zone)).date() == today):
        return 0
    letters.tell_team(
        "amendment_not_ready", amendment.immersion, deciders(amendment.immersion.step.journey),
        key=f"amendment_not_ready:{amendment.pk}:{amendment.revision}:{effect}", amendment=amendment, effect=effect,
        awaited=_awaited(amendment), page=amendment_letters.page_of(amendment),
    )  # fmt: skip
    return 1


def _awaited(amendment: Amendment) -> SimpleLazyObject:
    """Who is awaited, in the language of the reader."""
    return SimpleLazyObject(lambda: awaited_in(amendment))
