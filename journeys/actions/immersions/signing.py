"""Signing an agreement: sent out, signed by each party, validated. Nothing starts before validation."""

from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from backend.accounts.models import User
from backend.lib import clock
from backend.lib.refusal import Refused
from backend.lib.states import move
from journeys.actions.immersions.drafts import locked, note, refuse_missing, refuse_problems, word
from journeys.actions.immersions.papers import seal_agreement
from journeys.actions.immersions.rules import facts_of
from journeys.models import Immersion, Signature

State = Immersion.State


def signed_by(immersion: Immersion) -> set[str]:
    """The parties whose signature of the agreement stands."""
    return set(immersion.signatures.standing().values_list("party", flat=True))


@transaction.atomic
def send_immersion_to_sign(immersion: Immersion, *, by: User | None) -> Immersion:
    """The agreement goes out on paper: the three parties have it to sign. Refused unless it is a draft in order."""
    stay = facts_of(immersion)
    refuse_problems(stay, immersion.step)
    refuse_missing(stay, immersion.step)
    move(immersion, State.TO_SIGN, stamps={"asked_to_sign_at": clock.now()})
    seal_agreement(immersion)
    note("send_immersion_to_sign", immersion, by=by)
    return immersion


@transaction.atomic
def record_signature(immersion: Immersion, *, party: str, signed_on: date, by: User | None) -> Immersion:
    """This party's signed paper has come. Partly signed until the third, then to validate. The same twice is once.

    Refused for a day to come, an unknown party, or when it is not out to be signed.
    """
    if party not in immersion.parties:
        raise Refused(_("Say who signed: project holder, company or organisation."), field="party")
    if signed_on > clock.today():
        raise Refused(_("A paper is signed on a day that has come."), field="signed_on")
    immersion = locked(immersion)
    was = immersion.signatures.standing().filter(party=party).first()
    if was is not None and was.signed_on == signed_on:
        return immersion
    if immersion.state not in (State.TO_SIGN, State.PARTLY_SIGNED):
        raise Refused(_("This immersion is %(state)s: it is not out to be signed.") % {"state": word(immersion)})
    if was is not None:
        raise Refused(_("This party’s signature is recorded already."), field="party")
    Signature.objects.create(immersion=immersion, party=party, signed_on=signed_on, recorded_by=by)
    is_whole = signed_by(immersion) >= set(immersion.parties)
    now = State.TO_VALIDATE if is_whole else State.PARTLY_SIGNED
    if immersion.state != now:
        move(immersion, now)
    note("record_signature", immersion, by=by, party=party, signed_on=signed_on)
    return immersion


@transaction.atomic
def validate_immersion(immersion: Immersion, *, by: User | None) -> Immersion:
    """The agreement is in force: the stay may start on its day. Refused until all three have signed."""
    signed = signed_by(immersion)
    missing = [party for party in immersion.parties if party not in signed]
    if missing:
        names = ", ".join(str(party.label) for party in missing)
        raise Refused(_("Still to sign: %(names)s.") % {"names": names})
    move(immersion, State.VALIDATED, stamps={"validated_at": clock.now(), "validated_by": by})
    note("validate_immersion", immersion, by=by)
    return immersion
