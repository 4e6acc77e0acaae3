"""Signing an agreement: sent out, signed or refused by each party, validated. Nothing starts before validation."""

from datetime import date

from django.conf import settings
from django.db import transaction
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from backend.accounts.models import User
from backend.lib import clock
from backend.lib.refusal import Refused
from backend.lib.states import move
from journeys.actions.extensions import deciders
from journeys.actions.immersions import invites
from journeys.actions.immersions import signing_letters as letters
from journeys.actions.immersions.drafts import locked, note, refuse_missing, refuse_problems, word
from journeys.actions.immersions.papers import seal_agreement
from journeys.actions.immersions.rules import facts_of
from journeys.actions.immersions.signing_links import ask_parties, close_link, refuse_other_day
from journeys.actions.immersions.stays import reject_immersion
from journeys.models import Immersion, Party, Signature
from journeys.queries.paper_facts import has_other_words
from journeys.signals import amendment_answered

State = Immersion.State
OUT = (State.TO_SIGN, State.PARTLY_SIGNED)


def signed_by(immersion: Immersion) -> set[str]:
    """The parties whose signature stands under the text of the agreement as it went out."""
    rows = immersion.signatures.standing().filter(fingerprint=immersion.fingerprint)
    return set(rows.values_list("party", flat=True))


def _refuse_other_words(immersion: Immersion) -> None:
    if has_other_words(immersion):
        raise Refused(
            _(
                "A name or an address of the parties has changed since this text went out: open the agreement, "
                "save it, and send it to sign again."
            )
        )


@transaction.atomic
def send_immersion_to_sign(immersion: Immersion, *, by: User | None) -> Immersion:
    """The agreement goes out: each party is asked by a letter with her own link; one without an e-mail signs on paper.

    Its text has a fingerprint from now on. Refused unless it is a draft in order, with all that an agreement needs.
    """
    immersion = locked(immersion)
    stay = facts_of(immersion)
    refuse_problems(stay, immersion.step)
    refuse_missing(stay, immersion.step)
    move(immersion, State.TO_SIGN, stamps={"asked_to_sign_at": clock.now()})
    seal_agreement(immersion)
    ask_parties(immersion, immersion.parties)
    note("send_immersion_to_sign", immersion, by=by)
    return immersion


@transaction.atomic
def record_signature(immersion: Immersion, *, party: str, signed_on: date, by: User | None) -> Immersion:
    """This party's signed paper has come. Partly signed until the last, then to validate. The same twice is once.

    Refused for a day to come or before it went out, an unknown party, or when it is not out to be signed.
    """
    immersion = locked(immersion)
    if party not in immersion.parties:
        raise Refused(_("Say who signed: project holder, company or organisation."), field="party")
    was = immersion.signatures.standing().filter(party=party).first()
    if was is not None and was.signed_on == signed_on:
        return immersion
    if immersion.state not in OUT:
        raise Refused(_("This immersion is %(state)s: it is not out to be signed.") % {"state": word(immersion)})
    if was is not None:
        raise Refused(_("This party’s signature is recorded already."), field="party")
    refuse_other_day(signed_on, immersion.asked_to_sign_at, immersion)
    _refuse_other_words(immersion)
    stamps = {"signed_on": signed_on, "answered_at": clock.now(), "method": Signature.Method.PAPER, "recorded_by": by}
    asked = immersion.signatures.filter(amendment=None, party=party, state=Signature.State.ASKED).first()
    if asked is None:
        asked = Signature.objects.create(
            immersion=immersion, party=party, fingerprint=immersion.fingerprint, state=Signature.State.ASKED
        )
    move(asked, Signature.State.SIGNED, stamps=stamps)
    close_link(asked)
    note("record_signature", immersion, by=by, party=party, signed_on=signed_on)
    return _advance(immersion)


@transaction.atomic
def sign_agreement(signature: Signature, *, fingerprint: str = "", address: str = "", by: User | None) -> Signature:
    """This party signs the text she has read, online: when, the fingerprint of that text and a hash of her network
    address are kept; a receipt goes to her by letter, and her link opens nothing more.

    Refused when she has answered already, and when the text changed since she was asked, or is not that of the
    `fingerprint` she gives. `address`: of her network.
    """
    immersion = locked(signature.immersion)
    _refuse_other_text(signature, immersion)
    if fingerprint and fingerprint != signature.fingerprint:
        raise Refused(_("This text is not to be signed any more."), field="fingerprint")
    stamps = {
        "signed_on": clock.today(immersion.step.journey.programme.organisation.time_zone),
        "answered_at": clock.now(),
        "method": Signature.Method.LINK,
        "address_hash": hash_of(address),
        "recorded_by": by,
    }
    move(signature, Signature.State.SIGNED, stamps=stamps)
    close_link(signature)
    note("sign_agreement", immersion, by=by, party=signature.party, fingerprint=signature.fingerprint)
    if signature.amendment_id:
        amendment_answered.send(Signature, signature=signature, by=by)
    else:
        _advance(immersion)
    signature.immersion = immersion
    letters.thank(signature)
    return signature


@transaction.atomic
def refuse_agreement(signature: Signature, *, reason: str, address: str = "", by: User | None) -> Signature:
    """This party says no, and why: the agreement is rejected, all links close, and everybody concerned is told once.

    Refused without a reason, and as for signing.
    """
    if not reason.strip():
        raise Refused(_("Say why: the people concerned will ask."), field="reason")
    immersion = locked(signature.immersion)
    _refuse_other_text(signature, immersion)
    stamps = {"answered_at": clock.now(), "reason": reason.strip()[:240], "address_hash": hash_of(address)}
    move(signature, Signature.State.REFUSED, stamps={**stamps, "recorded_by": by})
    close_link(signature)
    note("refuse_agreement", immersion, by=by, party=signature.party, reason=reason.strip())
    if signature.amendment_id:
        amendment_answered.send(Signature, signature=signature, by=by)
        return signature
    for one in immersion.signatures.filter(amendment=None, state=Signature.State.ASKED):
        close_link(one)
    said = f"{Party(signature.party).label} : {reason.strip()}"
    reject_immersion(immersion, reason=said, by=by)
    letters.tell_refused(immersion, signature, [immersion.step.journey.holder.user, *deciders(immersion.step.journey)])
    return signature


def tell_wiped(wiped: list[Signature], fields: list[str]) -> None:
    """The links of a text that has changed close; who had signed it is told, once, that it no longer counts."""
    for one in wiped:
        close_link(one)
        if one.state == Signature.State.SIGNED:
            letters.tell_wiped(one, fields)


def hash_of(address: str) -> str:
    """A keyed hash of a network address: enough to compare two, not to find one."""
    return salted_hmac("jalon.signature.address", address, secret=settings.SECRET_KEY, algorithm="sha256").hexdigest()


def _refuse_other_text(signature: Signature, immersion: Immersion) -> None:
    signature.refresh_from_db()
    if not signature.is_awaited or (signature.amendment is None and has_other_words(immersion)):
        raise Refused(_("This text is not to be signed any more."))


def _advance(immersion: Immersion) -> Immersion:
    """Partly signed, or to validate once all have signed; then the team is told."""
    is_whole = signed_by(immersion) >= set(immersion.parties)
    now = State.TO_VALIDATE if is_whole else State.PARTLY_SIGNED
    if immersion.state != now:
        move(immersion, now)
    if is_whole:
        key = f"sign_whole:{immersion.pk}:{immersion.revision}"
        letters.tell_team("sign_whole", immersion, deciders(immersion.step.journey), key=key)
    return immersion


@transaction.atomic
def validate_immersion(immersion: Immersion, *, by: User | None) -> Immersion:
    """The agreement is in force: the stay may start on its day; holder, company and tutor are told by letter.

    Refused until every party has signed, once its first day has passed (an agreement is never back-dated), and when
    what is known of the parties since makes it another text, or breaks a rule of agreements.
    """
    immersion = locked(immersion)
    signed = signed_by(immersion)
    missing = [party for party in immersion.parties if party not in signed]
    if missing:
        names = ", ".join(str(party.label) for party in missing)
        raise Refused(_("Still to sign: %(names)s.") % {"names": names})
    if immersion.starts_on < clock.today(immersion.step.journey.programme.organisation.time_zone):
        raise Refused(_("Its first day has passed: choose other days, and have it signed again."))
    _refuse_other_words(immersion)
    stay = facts_of(immersion)
    refuse_problems(stay, immersion.step)
    refuse_missing(stay, immersion.step)
    move(immersion, State.VALIDATED, stamps={"validated_at": clock.now(), "validated_by": by})
    note("validate_immersion", immersion, by=by)
    key = f"immersion_validated:{immersion.pk}:{immersion.revision}"
    invites.tell_sides("immersion_validated", immersion, key=key, by=by)
    return immersion
