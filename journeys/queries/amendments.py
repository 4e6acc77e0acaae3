"""Amendments in words: what each changes, before and after; and the agreement as it was first signed."""

from collections.abc import Iterable, Mapping
from copy import copy
from datetime import date
from typing import Any

from django.utils.text import capfirst
from django.utils.translation import gettext, override

from backend.accounts.models import User
from journeys import policies
from journeys.models import Amendment, Immersion, Party, Signature, Site
from journeys.queries.agreements import Line, label_of, shown
from journeys.queries.signing import Signing, live_signatures

State = Amendment.State
OUT = (State.TO_SIGN, State.PARTLY_SIGNED)
LIVE = (Immersion.State.VALIDATED, Immersion.State.IN_PROGRESS)
RENEWABLE = (*LIVE, Immersion.State.COMPLETED, Immersion.State.ASSESSED)
CLOSED = (Immersion.State.REJECTED, Immersion.State.CANCELLED)


# --- In words ---------------------------------------------------------------------------------------
def changes_in_words(amendment: Amendment) -> list[list[str]]:
    """Rows of [what, before, after], in the order of the agreement and in its language."""
    with override(amendment.immersion.language):
        return _rows(amendment, amendment.was, amendment.facts)


def differences(amendment: Amendment) -> list[list[str]]:
    """The same for a page, in the language in use; of the schedule, only the days that differ."""
    was, now = dict(amendment.was), dict(amendment.facts)
    if "schedule" in now:
        before, after = was.get("schedule") or [], now["schedule"]
        was["schedule"] = [one for one in before if one not in after]
        now["schedule"] = [one for one in after if one not in before]
    return _rows(amendment, was, now)


def _rows(amendment: Amendment, was: Mapping[str, Any], now: Mapping[str, Any]) -> list[list[str]]:
    names = [one.name for one in Immersion._meta.concrete_fields if one.name in amendment.facts]
    sites = Site.objects.in_bulk([pk for pk in (was.get("site"), now.get("site")) if pk])
    return [[label_of(name), _words(name, was.get(name), sites), _words(name, now[name], sites)] for name in names]


def _words(name: str, stored: Any, sites: Mapping[int, Site]) -> str:
    """A stored fact as a person reads it."""
    if name == "site":
        return shown(name, sites.get(stored))
    return shown(name, date.fromisoformat(stored) if stored and name in ("starts_on", "ends_on") else stored)


def reason_line(before: str, mine: str, theirs: str) -> list[Line]:
    """Why, when two people gave another reason for one amendment."""
    if mine == theirs:
        return []
    keep = "theirs" if mine == before else "mine" if theirs == before else ""
    return [Line("reason", gettext("Why"), before or "–", mine or "–", theirs or "–", keep)]


# --- As it was --------------------------------------------------------------------------------------
def as_signed(immersion: Immersion) -> Immersion:
    """The agreement as its parties signed it: without what amendments in force have changed since. Never saved."""
    return without(immersion, immersion.amendments.filter(state=State.IN_FORCE).order_by("-number"))


def as_amended(amendment: Amendment) -> Amendment:
    """The amendment, with its immersion as it stood when it was signed. Never saved."""
    row = copy(amendment)
    later = amendment.immersion.amendments.filter(state=State.IN_FORCE, number__gte=amendment.number)
    row.immersion = without(amendment.immersion, later.order_by("-number"))
    return row


def without(immersion: Immersion, amendments: Iterable[Amendment]) -> Immersion:
    """The stay before these amendments, given the latest first."""
    row = copy(immersion)
    for amendment in amendments:
        for name, value in amendment.was.items():
            _set(row, name, value)
    return row


def as_it_will_be(amendment: Amendment) -> Immersion:
    """The stay as this amendment makes it, for a page that draws it. Never saved."""
    row = copy(amendment.immersion)
    for name, value in amendment.facts.items():
        _set(row, name, value)
    return row


def _set(row: Immersion, name: str, value: Any) -> None:
    if name == "site":
        row.site_id = value
    else:
        setattr(row, name, date.fromisoformat(value) if name in ("starts_on", "ends_on") else value)


# --- On pages ---------------------------------------------------------------------------------------
def signings_of(amendment: Amendment) -> list[Signing]:
    """The parties it concerns, in the order of the paper, each with what she did."""
    found = {one.party: one for one in live_signatures(amendment.immersion, amendment)}
    return [
        Signing(str(party), capfirst(str(party.label)), found[party].name if party in found else "", found.get(party))
        for party in Party
        if party in amendment.concerned
    ]


def awaited_in(amendment: Amendment) -> list[str]:
    """Who has still to answer it, in words, in the language in use: “company (name)”."""
    left = [one for one in signings_of(amendment) if one.is_awaited] if amendment.state in OUT else []
    return [f"{one.label} ({one.name})" if one.name else one.label for one in left]


def own_amendment_signature(user: User, amendment: Amendment) -> Signature | None:
    """The one that is asked of her now, signed in."""
    rows = live_signatures(amendment.immersion, amendment) if amendment.state in OUT else []
    asked = [one for one in rows if one.state == Signature.State.ASKED]
    return next((one for one in asked if policies.may_sign_agreement(user, one)), None)


def acts(user: User, amendment: Amendment) -> dict[str, bool]:
    """What she may do now with it: her right, and the state it is in."""
    state = amendment.state
    return {
        "update": state in Amendment.OPEN and policies.may_update_amendment(user, amendment),
        "send": state == State.DRAFT and bool(amendment.facts) and policies.may_send_amendment_to_sign(user, amendment),
        "sign": state in OUT and policies.may_record_amendment_signature(user, amendment),
        "resend": state in OUT and policies.may_record_amendment_signature(user, amendment),
        "validate": state == State.TO_VALIDATE and policies.may_validate_amendment(user, amendment),
        "reject": state in (*OUT, State.TO_VALIDATE) and policies.may_reject_amendment(user, amendment),
        "cancel": state in Amendment.OPEN and policies.may_cancel_amendment(user, amendment),
        "read_papers": policies.may_read_papers(user, amendment.immersion),
    }


def of_stay(user: User, immersion: Immersion) -> dict[str, Any]:
    """What the page of a stay shows of its amendments, and may do next."""
    rows = list(immersion.amendments.order_by("number"))
    for one in rows:
        one.immersion = immersion
    opened = next((one for one in rows if one.state in Amendment.OPEN), None)
    is_live = immersion.state in LIVE and immersion.last_day_on is None
    renewal = immersion.renewals.exclude(state__in=CLOSED).order_by("pk").first()
    happened = immersion.state in RENEWABLE and immersion.outcome != Immersion.Outcome.NOT_HAPPENED
    return {
        "amendments": rows,
        "open_amendment": opened,
        "amendment_to_sign": own_amendment_signature(user, opened) if opened else None,
        "renewal": renewal,
        "may_amend": is_live and opened is None and policies.may_draft_amendment(user, immersion),
        "may_end_early": immersion.state in LIVE
        and immersion.starts_on < immersion.ends_on
        and policies.may_end_early(user, immersion),
        "may_renew": happened and renewal is None and policies.may_renew_immersion(user, immersion),
    }
