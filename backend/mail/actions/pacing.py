"""When a letter leaves that can wait: in the hours of its reader, and not more a week than her organisation allows."""

from datetime import timedelta
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

from django.db import models, transaction

from backend.accounts.models import Organisation, User
from backend.history.actions import record
from backend.mail.kinds import KIND_OF, kind_of
from backend.mail.models import Email, LetterHours, LetterRules
from backend.mail.pace import first_free, opened
from backend.mail.queries import asked_of, hours_of, rules_of

LIFE = timedelta(days=14)  # how long an ask may be put off when nothing says when it is over
Why = Email.Why


def keep_pace(email: Email, zone: ZoneInfo, *, is_urgent: bool) -> None:
    """This letter, not yet in the outbox, leaves when its reader may be written to, or is dropped with its reason.

    Only what can be refused waits. Two senders at once count one after the other: the person's row is held.
    """
    wanted, rules = email.not_before, rules_of(email.organisation)
    opens_at, closes_at = hours_of(email.to_user, rules)
    to_open = partial(opened, zone=zone, opens_at=opens_at, closes_at=closes_at)
    leaves = to_open(wanted)
    email.why = Why.HOURS if leaves > wanted else Why.NONE
    if kind_of(email.template).is_ask and email.to_user and not is_urgent:
        person = User.objects.select_for_update(no_key=True).get(pk=email.to_user.pk).pk
        free = first_free(leaves, asked_of([person], leaves)[person], rules.asks_a_week, to_open)
        email.why, leaves = (Why.BUDGET, free) if free > leaves else (email.why, leaves)
    if email.drop_after and leaves >= email.drop_after and (is_urgent or not kind_of(email.template).is_ask):
        leaves, email.why = wanted, Why.NONE  # rather at a bad hour than never
    ends = email.drop_after or (wanted + LIFE if email.why == Why.BUDGET else None)
    email.not_before = leaves
    if ends and leaves >= ends:
        email.state, email.message = Email.State.DROPPED, b""
        email.why = email.why or Why.PASSED


@transaction.atomic
def drop_letters(about: models.Model) -> int:
    """What it is about takes place no more, or was answered: asks and reminders about it stay here; how many."""
    can_wait = [template for template, kind in KIND_OF.items() if kind.is_refusable]
    waiting = Email.objects.about(about).filter(state=Email.State.PENDING, attempts=0, template__in=can_wait)
    return waiting.update(state=Email.State.DROPPED, why=Why.CANCELLED, message=b"")


@transaction.atomic
def set_letter_rules(organisation: Organisation, *, by: User | None, **rules: Any) -> LetterRules:
    """When letters that can wait leave (`opens_at`, `closes_at`: hours of the day) and how many asks a person gets in
    seven days (`asks_a_week`). Those already written leave as they were to."""
    kept, _new = LetterRules.objects.update_or_create(organisation=organisation, defaults=rules)
    record("set_letter_rules", kept, by=by, organisation=organisation, **rules)
    return kept


@transaction.atomic
def choose_hours(user: User, *, opens_at: int, closes_at: int, by: User | None) -> LetterHours:
    """Between which hours of her day letters that can wait reach this person, whatever her organisation says."""
    kept, _new = LetterHours.objects.update_or_create(
        user=user, defaults={"opens_at": opens_at, "closes_at": closes_at}
    )
    record("choose_hours", kept, by=by, opens_at=opens_at, closes_at=closes_at)
    return kept
