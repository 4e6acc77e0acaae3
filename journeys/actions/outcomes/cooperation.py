"""A cooperation counts once both sides have said so: the holder in one tap, the other side from its letter."""

from django.db import transaction
from django.utils.translation import gettext as _

from backend.accounts import actions as accounts
from backend.accounts.models import User
from backend.lib import clock
from backend.lib.refusal import Refused
from journeys.actions.outcomes.facts import note
from journeys.actions.outcomes.letters import COOPERATION, ask_partner
from journeys.models import Outcome

SIDES = ("holder", "partner")


@transaction.atomic
def confirm_cooperation(outcome: Outcome, *, by: User | None) -> Outcome:
    """The holder says: we do cooperate. The other side is asked by letter only then, where its e-mail is known.

    Said twice is said once. Refused for what is no cooperation, or was withdrawn.
    """
    _stamp(outcome, "holder", by=by)
    return outcome


@transaction.atomic
def note_cooperation(outcome: Outcome, *, side: str, words: str, by: User | None) -> Outcome:
    """A lead was told by this side (holder or partner) that they do cooperate: how, in her words, stands in history.

    Refused without words, as `confirm_cooperation`, and for the other side once it has said no.
    """
    if side not in SIDES:
        raise Refused(_("Choose one of the answers."), field="side")
    if not words.strip():
        raise Refused(_("Say how you know: who told you, and when."), field="words")
    if side == "partner" and outcome.partner_declined_at:
        raise Refused(_("The other side has said no."))
    _stamp(outcome, side, by=by, words=words.strip())
    return outcome


@transaction.atomic
def answer_cooperation(outcome: Outcome, *, is_true: bool) -> Outcome:
    """The other side says yes or no from its link, which then opens nothing any more. Refused once it has answered."""
    if outcome.partner_declined_at or outcome.partner_confirmed_at:
        raise Refused(_("This was answered already."))
    if is_true:
        _stamp(outcome, "partner", by=None, words=outcome.partner_email)
        return outcome
    _write(outcome, "partner_declined_at")
    note("decline_cooperation", outcome, by=None, words=outcome.partner_email)
    return outcome


def _stamp(outcome: Outcome, side: str, *, by: User | None, words: str = "") -> None:
    if outcome.kind != Outcome.Kind.COOPERATION:
        raise Refused(_("Only a cooperation is confirmed by both sides."))
    if _write(outcome, f"{side}_confirmed_at"):
        note("confirm_cooperation", outcome, by=by, side=side, words=words)
        if side == "holder" and outcome.waits_for_partner:
            ask_partner(outcome)


def _write(outcome: Outcome, field: str) -> bool:
    """Now, unless it was said before; False then. The other side’s link closes with its answer."""
    rows = Outcome.objects.standing().filter(pk=outcome.pk)
    now = clock.now()
    done = rows.filter(**{field: None}).update(**{field: now})
    if not done and not rows.exists():
        raise Refused(_("This line was withdrawn meanwhile."))
    if done:
        setattr(outcome, field, now)
        if field.startswith("partner"):
            accounts.revoke_links(outcome, purpose=COOPERATION)
    return bool(done)
