"""What came of a journey, fact by fact: noted, corrected, shown, withdrawn; nothing is ever edited or deleted."""

from datetime import date
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from backend.accounts import actions as accounts
from backend.accounts.models import User
from backend.history import actions as history
from backend.lib import clock
from backend.lib.refusal import Refused
from backend.lib.states import move
from journeys.actions.outcomes.letters import COOPERATION, ask_partner
from journeys.models import FollowUp, Journey, Outcome, Project

Kind, State = Outcome.Kind, Outcome.State
SAID = ("holder_confirmed_at", "partner_confirmed_at", "partner_declined_at")
SHOWN_BY = ("note", "proof_url", "proof_file")


def note(verb: str, outcome: Outcome, *, by: User | None, **details: object) -> None:
    """A line of history, in the organisation of the journey."""
    history.record(verb, outcome, by=by, organisation=outcome.journey.programme.organisation, **details)


@transaction.atomic
def add_outcome(
    journey: Journey, *, kind: str, happened_on: date, by: User | None, source: str = Outcome.Source.LEAD,
    follow_up: FollowUp | None = None, **facts: Any,
) -> Outcome:  # fmt: skip
    """This came of the journey, as somebody says; it counts from now on, by the day it happened.

    `facts`: the columns of its kind (see `Outcome`). Refused before the journey is under way; for a day to come, or
    before its start; for a second creation of the same project; without what its kind needs; with a document of
    another journey.
    """
    _check_day(journey, happened_on)
    _check_facts(kind, facts)
    check_file(journey, facts.get("proof_file"))
    if kind == Kind.CREATED:
        _check_first(journey)
    made = _kept(
        Outcome(
            journey=journey, kind=kind, happened_on=happened_on, source=source, recorded_by=by, follow_up=follow_up,
            **facts,
        )
    )  # fmt: skip
    note("add_outcome", made, by=by, kind=str(kind), day=happened_on.isoformat())
    return made


def _kept(made: Outcome) -> Outcome:
    try:
        with transaction.atomic():
            made.save()
    except IntegrityError:
        raise Refused(_("This was noted meanwhile: correct that line instead.")) from None
    return made


def _check_day(journey: Journey, day: date) -> None:
    if journey.state == Journey.State.DRAFT:
        raise Refused(_("The journey has not begun."))
    if day > clock.today(journey.programme.organisation.time_zone):
        raise Refused(_("Say what has happened: this day is still to come."), field="happened_on")
    if day < journey.started_on:
        raise Refused(_("This day is before the journey began."), field="happened_on")


def _check_facts(kind: str, facts: dict[str, Any]) -> None:
    codes = Outcome.CODES.get(kind)
    if codes and facts.get("code") not in codes.values:
        raise Refused(_("Choose one of the answers."), field="code")
    if kind == Kind.JOBS and (facts.get("jobs_created") is None or facts.get("jobs_lost") is None):
        raise Refused(_("Say how many jobs were created, and how many were lost; 0 when none."), field="jobs_created")
    if kind == Kind.FUNDING and not facts.get("amount_cents"):
        raise Refused(_("Say how much was obtained."), field="amount")
    if kind == Kind.COOPERATION and not facts.get("partner"):
        raise Refused(_("Say with whom."), field="partner")


def _check_first(journey: Journey) -> None:
    """A project is created once, whoever of its team says so; its row is held meanwhile."""
    Project.objects.select_for_update(no_key=True).get(pk=journey.project_id)
    known = Outcome.objects.standing().filter(kind=Kind.CREATED, journey__project=journey.project_id)
    if known.exists():
        raise Refused(_("The creation of this project is noted already: correct that line instead."))


@transaction.atomic
def correct_outcome(
    outcome: Outcome, *, happened_on: date, reason: str, by: User | None, source: str = Outcome.Source.LEAD,
    **facts: Any,
) -> Outcome:  # fmt: skip
    """The right line takes the place of this one, which stays withdrawn with the reason: figures of before are known.

    What showed the former line does not show the new one: it is declared, until it is proven. What both sides of a
    cooperation have said, a no included, stands as long as it is with the same; whoever was asked by letter and has not
    answered is asked anew, for the former link is closed. Refused as `add_outcome`, without a reason, once withdrawn.
    """
    _check_day(outcome.journey, happened_on)
    _check_facts(outcome.kind, facts)
    check_file(outcome.journey, facts.get("proof_file"))
    _withdraw(outcome, reason)
    outcome.refresh_from_db(fields=SAID)  # held by now: what was said meanwhile is not lost
    same = {name: getattr(outcome, name) for name in SAID}
    is_same = all(facts.get(name, "") == getattr(outcome, name) for name in ("partner", "partner_email"))
    made = _kept(
        Outcome(
            journey=outcome.journey, kind=outcome.kind, happened_on=happened_on, source=source, recorded_by=by,
            follow_up=outcome.follow_up, replaces=outcome, **(same if is_same else {}), **facts,
        )
    )  # fmt: skip
    note("correct_outcome", made, by=by, reason=reason, was=outcome.pk)
    if made.waits_for_partner:
        ask_partner(made)
    return made


@transaction.atomic
def prove_outcome(outcome: Outcome, *, by: User | None, **shown: Any) -> Outcome:
    """Somebody has seen what shows it (`note`, `proof_url`, `proof_file`: at least one).

    Refused without any, for a document of another journey, and once it is withdrawn.
    """
    shown = {name: shown[name] for name in SHOWN_BY if shown.get(name)}
    if not (shown or any(getattr(outcome, name) for name in SHOWN_BY)):
        raise Refused(_("Say what shows it: a few words, a link, or a document."), field="note")
    check_file(outcome.journey, shown.get("proof_file"))
    move(outcome, State.PROVEN, stamps={"proven_at": clock.now(), **shown})
    note("prove_outcome", outcome, by=by)
    return outcome


def check_file(journey: Journey, file: Any) -> None:
    """Refused for a document of another journey."""
    if file is not None and file.step.journey_id != journey.pk:
        raise Refused(_("This document is of another journey."), field="proof_file")


@transaction.atomic
def withdraw_outcome(outcome: Outcome, *, reason: str, by: User | None) -> Outcome:
    """It counts no more, and stays to be read with the reason. Refused without one, and once withdrawn."""
    _withdraw(outcome, reason)
    note("withdraw_outcome", outcome, by=by, reason=reason)
    return outcome


def _withdraw(outcome: Outcome, reason: str) -> None:
    if not reason.strip():
        raise Refused(_("Say why."), field="reason")
    stamps = {"withdrawn_at": clock.now(), "withdraw_reason": reason.strip()[:240]}
    move(outcome, State.WITHDRAWN, stamps=stamps)
    accounts.revoke_links(outcome, purpose=COOPERATION)
