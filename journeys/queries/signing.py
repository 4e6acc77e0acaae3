"""Who is awaited, as pages and letters name them; what a signatory reads before she signs."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.text import capfirst

from backend.lib import clock
from journeys.models import Amendment, Immersion, Party, Signature

State = Signature.State
PAUSE = timedelta(hours=24)  # between two letters that somebody asks for


@dataclass(frozen=True)
class Signing:
    """One party and what she did; `row` is None when she was never asked."""

    party: str
    label: str
    name: str
    row: Signature | None

    @property
    def is_awaited(self) -> bool:
        return self.row is None or self.row.state == State.ASKED

    @property
    def last_letter_at(self) -> datetime | None:
        stamps = [self.row.asked_at, self.row.reminded_at] if self.row else []
        return max((one for one in stamps if one), default=None)

    @property
    def may_be_written_again(self) -> bool:
        """Has the pause since her last letter passed?"""
        last = self.last_letter_at
        return bool(self.row and self.row.email) and (last is None or clock.now() >= last + PAUSE)


def signatories(immersion: Immersion) -> dict[Party, tuple[str, str]]:
    """(name, e-mail) of who signs for each party of this agreement; an empty e-mail means on paper."""
    holder = immersion.step.journey.holder
    known = {
        Party.HOLDER: (str(holder), holder.user.email),
        Party.COMPANY: (immersion.signatory_name or immersion.tutor_name, immersion.signatory_email),
        Party.ORGANISATION: (immersion.validator_name, immersion.validator_email),
        Party.GUARDIAN: (immersion.guardian_name, immersion.guardian_email),
        Party.EMPLOYER: (immersion.employer_signatory, immersion.employer_email),
    }
    return {party: known[party] for party in immersion.parties}


def live_signatures(immersion: Immersion, amendment: Amendment | None = None) -> list[Signature]:
    """The rows that count for the agreement, or for one amendment of it, in the order they were asked."""
    wanted = amendment.pk if amendment else None
    rows = [one for one in immersion.signatures.all() if one.state != State.WIPED and one.amendment_id == wanted]
    return sorted(rows, key=lambda one: one.pk)


def signings(immersion: Immersion) -> list[Signing]:
    """The parties in the order of the paper, each with what she did."""
    found, people = {one.party: one for one in live_signatures(immersion)}, signatories(immersion)
    named = {party: (found[party].name if party in found else "") or people[party][0] for party in immersion.parties}
    return [
        Signing(str(party), capfirst(str(party.label)), named[party], found.get(party)) for party in immersion.parties
    ]


def awaited(immersion: Immersion) -> list[Signing]:
    """Those whose answer is awaited; nobody once all have signed."""
    return [one for one in signings(immersion) if one.is_awaited]


def awaited_words(immersion: Immersion) -> list[str]:
    """Who is awaited, in words: “company (name)”; in the language in use."""
    if immersion.state not in (Immersion.State.TO_SIGN, Immersion.State.PARTLY_SIGNED):
        return []
    return [f"{one.label} ({one.name})" if one.name else one.label for one in awaited(immersion)]
