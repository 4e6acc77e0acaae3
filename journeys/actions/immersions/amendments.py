"""Amending an agreement in force: drafted beside it, numbered, signed by those it concerns, and only then in force.

Until it is, nothing of the stay changes. One amendment of an agreement is open at a time.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from backend.accounts.models import User
from backend.lib import clock
from backend.lib.refusal import Refused
from backend.lib.states import move
from backend.web.reading import day as read_day
from journeys.actions.extensions import deciders
from journeys.actions.immersions import amendment_letters as letters
from journeys.actions.immersions.drafts import ChangedMeanwhile, locked, note, write_facts
from journeys.actions.immersions.facts import Stay, changes, facts_of, from_plain, plain, tidy
from journeys.actions.immersions.papers import seal_amendment
from journeys.actions.immersions.rules import Problem, may_be_young, missing, problems
from journeys.actions.immersions.schedule import day_of
from journeys.actions.immersions.signing_links import ask_parties, close_link, refuse_other_day
from journeys.models import Amendment, Immersion, Party, Signature

State = Amendment.State
LIVE = (Immersion.State.VALIDATED, Immersion.State.IN_PROGRESS)
OUT = (State.TO_SIGN, State.PARTLY_SIGNED)
AMENDABLE = (
    "starts_on", "ends_on", "site", "place", "minutes_planned", "schedule", "tutor_name", "tutor_job", "tutor_email",
)  # fmt: skip
# What her employer agreed to: these days and hours, whoever receives her.
OF_EMPLOYER = ("starts_on", "ends_on", "minutes_planned", "schedule")


def concerned_by(immersion: Immersion, names: list[str]) -> list[Party]:
    """Who signs a change of these facts: every party of the agreement, her employer only for days and hours."""
    if not names:
        return []
    parties = immersion.parties
    if not set(names) & set(OF_EMPLOYER):
        parties = [party for party in parties if party != Party.EMPLOYER]
    return parties


def stay_with(amendment: Amendment) -> Stay:
    """The stay as it will be once this amendment is in force."""
    return replace(facts_of(amendment.immersion), **from_plain(amendment.facts))


def held(amendment: Amendment) -> Amendment:
    """The amendment as it stands now; its immersion is held until the end of the transaction, and so is everything
    signed about it."""
    immersion = locked(amendment.immersion)
    row = Amendment.objects.get(pk=amendment.pk)
    row.immersion = immersion
    return row


class AmendmentChanged(ChangedMeanwhile):
    """Somebody saved another version of this amendment, or drafted it, meanwhile: nothing was written."""

    def __init__(self, amendment: Amendment, *, mine: Stay, reason: str, sentence: str) -> None:
        super().__init__(mine=mine, theirs=stay_with(amendment), revision=amendment.revision, sentence=sentence)
        self.amendment, self.reason = amendment, reason
        if reason != amendment.reason:
            self.details["conflicts"]["reason"] = {"yours": reason, "now": amendment.reason}


# --- Rules ------------------------------------------------------------------------------------------
def _refuse_closed(immersion: Immersion) -> None:
    if immersion.state not in LIVE or immersion.last_day_on is not None:
        raise Refused(_("Only an agreement in force is amended: before, change it; after, it is over."))


def _checked(immersion: Immersion, stay: Stay) -> Stay:
    """The stay in order. Refused for another fact than AMENDABLE, for a broken rule, and for a day that has passed."""
    stay, was = tidy(stay), facts_of(immersion)
    if set(changes(was, stay)) - set(AMENDABLE):
        raise Refused(_("An amendment changes dates, place, schedule or tutor, and nothing else."))
    for field, sentence in _back_dated(immersion, was, stay):
        raise Refused(sentence, field=field)
    is_moved = stay.starts_on != was.starts_on
    if is_moved and not stay.guardian_email and may_be_young(stay, immersion.step.journey.holder):
        sentence = _("This person may be under 18 that day, and no legal representative signs: make a new agreement.")
        raise Refused(sentence, field="starts_on")
    for field, sentence in problems(stay, immersion.step, is_live=True):
        if field in AMENDABLE:
            raise Refused(sentence, field=field)
    return stay


def _back_dated(immersion: Immersion, was: Stay, now: Stay) -> Iterator[Problem]:
    """What this change would rewrite of days that have passed."""
    today = clock.today(immersion.step.journey.programme.organisation.time_zone)
    has_begun = was.starts_on < today or immersion.state == Immersion.State.IN_PROGRESS
    if was.ends_on < today:
        yield "ends_on", _("Its last day has passed: it can’t be amended any more.")
    if now.starts_on != was.starts_on and has_begun:
        yield "starts_on", _("It has begun: its first day stays %(day)s.") % {"day": read_day(was.starts_on)}
    elif now.starts_on != was.starts_on and now.starts_on < today:
        yield "starts_on", _("An amendment is made before the stay: choose today or later.")
    if now.ends_on != was.ends_on and now.ends_on < today:
        yield "ends_on", _("This day has passed. If the stay stopped, say that it ended early.")
    before, after = ({day_of(one): one["slots"] for one in stay.schedule} for stay in (was, now))
    passed: list[date] = sorted(on for on in {*before, *after} if on < today and before.get(on) != after.get(on))
    if passed:
        yield "schedule", _("%(day)s has passed: its hours stay as they were.") % {"day": read_day(passed[0])}


# --- Drafted, changed -------------------------------------------------------------------------------
@transaction.atomic
def draft_amendment(immersion: Immersion, stay: Stay, *, reason: str, by: User | None) -> Amendment:
    """The next amendment of this agreement, which will make the stay as given; it may change nothing yet.

    Refused unless the agreement is in force, while another is open (AmendmentChanged, with both versions), without a
    reason, for a fact that no amendment changes, when it breaks a rule of agreements, and when it would change a day
    that has passed.
    """
    immersion = locked(immersion)
    _refuse_closed(immersion)
    other = immersion.amendments.open().first()
    if other is not None:
        other.immersion = immersion
        sentence = _("Amendment no. %(number)d is open: finish or cancel it first.") % {"number": other.number}
        raise AmendmentChanged(other, mine=tidy(stay), reason=_tidy_reason(reason), sentence=sentence)
    last = immersion.amendments.aggregate(last=Max("number"))["last"] or 0
    amendment = Amendment(immersion=immersion, number=last + 1, drafted_by=by)
    _write(amendment, _checked(immersion, stay), reason)
    amendment.save()
    note("draft_amendment", immersion, by=by, number=amendment.number, fields=sorted(amendment.facts))
    return amendment


def _write(amendment: Amendment, stay: Stay, reason: str) -> None:
    if not reason.strip():
        raise Refused(_("Say why: those who sign will read it."), field="reason")
    was = facts_of(amendment.immersion)
    names = list(changes(was, stay))
    amendment.was, amendment.facts = plain(was, names), plain(stay, names)
    amendment.concerned = [str(party) for party in concerned_by(amendment.immersion, names)]
    amendment.reason = _tidy_reason(reason)


def _tidy_reason(reason: str) -> str:
    return reason.strip()[:240]


@transaction.atomic
def update_amendment(
    amendment: Amendment, stay: Stay, *, reason: str, revision: int | None = None, by: User | None
) -> Amendment:
    """The open amendment reads as given. Any change wipes its signatures and makes it a draft again; none changes
    nothing. Who had signed it is told once.

    `revision`: that of the amendment when it was read; AmendmentChanged when somebody changed it since, with both
    versions; refused as for drafting.
    """
    amendment = held(amendment)
    _refuse_over(amendment)
    _refuse_closed(amendment.immersion)
    stay, reason = tidy(stay), _tidy_reason(reason)
    if (stay, reason) == (stay_with(amendment), amendment.reason):
        return amendment
    if revision is not None and revision != amendment.revision:
        sentence = _("Somebody changed this amendment while you were writing. Nothing is lost: choose what to keep.")
        raise AmendmentChanged(amendment, mine=stay, reason=reason, sentence=sentence)
    _write(amendment, _checked(amendment.immersion, stay), reason)
    amendment.revision += 1
    amendment.save(update_fields=["was", "facts", "concerned", "reason", "revision"])
    wiped = list(amendment.signatures.exclude(state=Signature.State.WIPED).order_by("pk"))
    amendment.signatures.filter(pk__in=[one.pk for one in wiped]).update(state=Signature.State.WIPED)
    if amendment.state != State.DRAFT:
        move(amendment, State.DRAFT, stamps={"asked_to_sign_at": None, "fingerprint": ""})
    signed = [one for one in wiped if one.state == Signature.State.SIGNED]
    note(
        "update_amendment", amendment.immersion, by=by, number=amendment.number, fields=sorted(amendment.facts),
        signatures_wiped=sorted(one.party for one in signed),
    )  # fmt: skip
    for one in wiped:
        close_link(one)
    letters.tell_parties(amendment, signed, "wiped", key=f"amendment_wiped:{amendment.pk}:{amendment.revision}")
    return amendment


def _refuse_over(amendment: Amendment) -> None:
    if amendment.state not in Amendment.OPEN:
        state = str(amendment.get_state_display()).lower()
        raise Refused(_("This amendment is %(state)s: nothing more is done with it.") % {"state": state})


# --- Signed -----------------------------------------------------------------------------------------
@transaction.atomic
def send_amendment_to_sign(amendment: Amendment, *, by: User | None) -> Amendment:
    """It goes out: each party it concerns is asked by a letter with her own link, on a text with a fingerprint.

    Refused unless it is a draft that changes something, in order and with all that an agreement needs.
    """
    amendment = held(amendment)
    immersion = amendment.immersion
    _refuse_over(amendment)
    _refuse_closed(immersion)
    if not amendment.facts:
        raise Refused(_("This amendment changes nothing yet."))
    stay = _checked(immersion, stay_with(amendment))
    for field, sentence in missing(stay, immersion.step):
        if field in amendment.facts or (field == "siret" and "site" in amendment.facts):
            raise Refused(_("Still missing before it can be signed: %(what)s") % {"what": sentence}, field=field)
    move(amendment, State.TO_SIGN, stamps={"asked_to_sign_at": clock.now()})
    seal_amendment(amendment)
    ask_parties(immersion, parties_of(amendment), amendment=amendment)
    note("send_amendment_to_sign", immersion, by=by, number=amendment.number)
    return amendment


def parties_of(amendment: Amendment) -> list[Party]:
    """Who must sign it, in the order of the paper."""
    return [party for party in amendment.immersion.parties if party in amendment.concerned]


@transaction.atomic
def record_amendment_signature(amendment: Amendment, *, party: str, signed_on: date, by: User | None) -> Amendment:
    """This party's signed paper has come. Refused for a day to come or before it went out, a party it does not
    concern or that has answered, or when it is not out to be signed."""
    amendment = held(amendment)
    if party not in parties_of(amendment):
        raise Refused(_("This party does not sign this amendment."), field="party")
    if amendment.state not in OUT:
        raise Refused(_("This amendment is not out to be signed."))
    refuse_other_day(signed_on, amendment.asked_to_sign_at, amendment.immersion)
    asked = amendment.signatures.filter(party=party, state=Signature.State.ASKED).first()
    if asked is None:
        raise Refused(_("This party’s signature is recorded already."), field="party")
    stamps = {"signed_on": signed_on, "answered_at": clock.now(), "method": Signature.Method.PAPER, "recorded_by": by}
    move(asked, Signature.State.SIGNED, stamps=stamps)
    close_link(asked)
    note("record_amendment_signature", amendment.immersion, by=by, number=amendment.number, party=party)
    return _advance(amendment)


def hear_amendment_answer(signature: Signature, *, by: User | None) -> None:
    """A party answered online: signed, it goes on; refused, the amendment is rejected and the agreement holds."""
    if signature.amendment is None:
        return
    amendment = held(signature.amendment)
    if signature.state == Signature.State.SIGNED:
        _advance(amendment)
    elif signature.state == Signature.State.REFUSED:
        said = f"{Party(signature.party).label} : {signature.reason}"[:240]
        _close(amendment, State.REJECTED, said, verb="reject_amendment", by=by)


def _advance(amendment: Amendment) -> Amendment:
    is_whole = not missing_of(amendment)
    now = State.TO_VALIDATE if is_whole else State.PARTLY_SIGNED
    if amendment.state != now:
        move(amendment, now)
    if is_whole:
        people = deciders(amendment.immersion.step.journey)
        letters.tell_team(amendment, people, "whole", key=f"amendment_whole:{amendment.pk}:{amendment.revision}")
    return amendment


def missing_of(amendment: Amendment) -> list[Party]:
    """The parties whose signature of this text is still awaited."""
    rows = amendment.signatures.filter(state=Signature.State.SIGNED, fingerprint=amendment.fingerprint)
    signed = set(rows.values_list("party", flat=True))
    return [party for party in parties_of(amendment) if party not in signed]


# --- In force, or closed ----------------------------------------------------------------------------
@transaction.atomic
def validate_amendment(amendment: Amendment, *, by: User | None) -> Amendment:
    """In force: the stay is as amended from now on, in calendars too; holder, company and tutor have one letter each.

    The fingerprint of the agreement stays that of the text signed first. Refused until everybody concerned has signed,
    when a day it changes has passed meanwhile, and once the stay is over.
    """
    amendment = held(amendment)
    immersion = amendment.immersion
    _refuse_over(amendment)
    _refuse_closed(immersion)
    left = missing_of(amendment) if amendment.state != State.DRAFT else parties_of(amendment)
    if left or amendment.state != State.TO_VALIDATE:
        names = ", ".join(str(party.label) for party in left)
        raise Refused(_("Still to sign: %(names)s.") % {"names": names or "—"})
    if plain(facts_of(immersion), amendment.was) != amendment.was:
        raise Refused(_("The agreement is no longer the one that this amends: read it over."))
    stay = _checked(immersion, stay_with(amendment))
    move(amendment, State.IN_FORCE, stamps={"in_force_at": clock.now(), "validated_by": by})
    write_facts(immersion, stay)
    note("validate_amendment", immersion, by=by, number=amendment.number, fields=sorted(amendment.facts))
    letters.tell_in_force(amendment, by=by)
    return amendment


@transaction.atomic
def reject_amendment(amendment: Amendment, *, reason: str, by: User | None) -> Amendment:
    """A party or the organisation says no, and why: the agreement holds as it was. Refused for a draft."""
    return _close(held(amendment), State.REJECTED, reason, verb="reject_amendment", by=by)


@transaction.atomic
def cancel_amendment(amendment: Amendment, *, reason: str, by: User | None) -> Amendment:
    """Given up before it was in force, and why: the agreement holds as it was."""
    return _close(held(amendment), State.CANCELLED, reason, verb="cancel_amendment", by=by)


def close_open_amendment(immersion: Immersion, reason: str, *, by: User | None) -> None:
    """The stay is over: whatever was to be amended is not any more."""
    for amendment in immersion.amendments.open():
        amendment.immersion = immersion
        _close(amendment, State.CANCELLED, reason, verb="cancel_amendment", by=by)


def _close(amendment: Amendment, state: Amendment.State, reason: str, *, verb: str, by: User | None) -> Amendment:
    """Closed with its reason; whoever was asked to sign is told once, the team too when a party refused."""
    if not reason.strip():
        raise Refused(_("Say why: the people concerned will ask."), field="reason")
    _refuse_over(amendment)
    move(amendment, state, stamps={"closing_reason": reason.strip()[:240]})
    asked = list(amendment.signatures.exclude(state=Signature.State.WIPED).order_by("pk"))
    for one in asked:
        close_link(one)
    note(verb, amendment.immersion, by=by, number=amendment.number, reason=reason.strip())
    told: dict[str, Any] = {"key": f"amendment_closed:{amendment.pk}"}
    letters.tell_parties(amendment, asked, "closed", **told)
    if any(one.state == Signature.State.REFUSED for one in asked):
        known = {one.email for one in asked}
        people = [one for one in deciders(amendment.immersion.step.journey) if one.email.lower() not in known]
        letters.tell_team(amendment, people, "closed", **told)
    return amendment
