"""Papers of a stay, before they are files: the agreement, its amendments, the attestation; each known by a fingerprint.

The fingerprint is the SHA-256 of the facts that are signed, never of the file: signatures come later on the same text.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import override, pgettext

from backend.web.reading import clock_time, hours
from journeys.models import Amendment, Immersion, Paper, Party, Signature
from journeys.queries.paper_facts import has_other_words
from journeys.queries.paper_words import clauses, schedule_words, written

State = Immersion.State
Fact = tuple[str, str]


@dataclass(frozen=True)
class Grid:
    """A table with its head; empty `rows` show nothing."""

    title: str
    head: list[str]
    rows: list[list[str]]
    note: str = ""


@dataclass(frozen=True)
class Sheet:
    """One document to typeset; dated `at`, whenever it is printed."""

    kind: str
    title: str
    subtitle: str
    author: str
    language: str
    at: datetime
    name: str
    status: str
    sections: list[tuple[str, list[Fact]]] = field(default_factory=list)
    grids: list[Grid] = field(default_factory=list)
    text: list[str] = field(default_factory=list)
    clauses: list[str] = field(default_factory=list)
    signatures: Grid | None = None
    fingerprint: str = ""


# --- The agreement ----------------------------------------------------------------------------------
def agreement_sheet(immersion: Immersion) -> Sheet:
    """The agreement in its own language, with the signatures given so far."""
    with override(immersion.language):
        journey = immersion.step.journey
        signatures = [one for one in immersion.signatures.all() if one.amendment_id is None]
        return Sheet(
            kind=Paper.Kind.AGREEMENT,
            title=_("Agreement of immersion"),
            subtitle=f"{journey.holder} · {immersion.company}",
            author=journey.programme.organisation.name,
            language=immersion.language,
            at=_known_at(immersion.created_at, immersion.asked_to_sign_at, immersion.validated_at, signatures),
            name=f"{pgettext('file name', 'agreement')}-{immersion.pk}",
            status=" ".join(filter(None, [_agreement_status(immersion), _names_changed(immersion)])),
            sections=[
                (_("The parties"), _parties(immersion)),
                (_("The stay"), _stay(immersion)),
                (_("What is planned"), _plans(immersion)),
                (_("Safety and insurance"), _safety(immersion)),
            ],
            grids=_schedule(immersion.schedule),
            signatures=_signatures(immersion.parties, signatures, immersion),
            clauses=clauses(immersion),
            fingerprint=immersion.fingerprint,
        )


def _agreement_status(immersion: Immersion) -> str:
    """Where it stands, so that no draft is taken for an agreement."""
    zone = _zone(immersion)
    if immersion.state in (State.VALIDATED, State.IN_PROGRESS, State.COMPLETED, State.ASSESSED):
        if immersion.validated_at is None:
            return _("Signed by all parties and validated.")
        day = written(immersion.validated_at.astimezone(zone).date())
        return _("Signed by all parties, validated on %(day)s.") % {"day": day}
    if immersion.state in (State.REJECTED, State.CANCELLED):
        return _("Not in force: it was rejected or cancelled.")
    if immersion.state == State.DRAFT:
        return _("Draft: nothing has been signed, and nothing starts.")
    return _("Not in force yet: nothing starts before every party has signed and the organisation has validated.")


def _names_changed(immersion: Immersion) -> str:
    """Names live in the directory: printed again later, a text that was signed says that they are not those of then."""
    if not has_other_words(immersion):
        return ""
    return _("A name or an address of the parties has changed since the text of this fingerprint: it is shown as now.")


def _named(facts: Iterable[tuple[str, Any]]) -> list[Fact]:
    """Those that say something."""
    return [(term, str(words)) for term, words in facts if words]


def _and(*parts: object) -> str:
    return ", ".join(str(part) for part in parts if part)


def _parties(immersion: Immersion) -> list[Fact]:
    journey, company, site = immersion.step.journey, immersion.company, immersion.site
    organisation = journey.programme.organisation
    siret = (site.siret if site else "") or company.siret
    born = _("born on %(day)s") % {"day": written(immersion.born_on)} if immersion.born_on else ""
    held_by = _("represented by %(person)s")
    return _named(
        [
            (capfirst(str(Party.HOLDER.label)), _and(journey.holder, born)),
            (_("Project"), str(journey.project)),
            (
                capfirst(str(Party.COMPANY.label)),
                _and(
                    company, site, _("SIRET %(number)s") % {"number": siret} if siret else "", company.address,
                    held_by % {"person": _and(immersion.signatory_name, immersion.signatory_job)}
                    if immersion.signatory_name else "",
                ),
            ),
            (
                capfirst(str(Party.ORGANISATION.label)),
                _and(
                    organisation, organisation.address,
                    held_by % {"person": immersion.validator_name} if immersion.validator_name else "",
                ),
            ),
            (capfirst(str(Party.GUARDIAN.label)), immersion.guardian_name),
            (
                capfirst(str(Party.EMPLOYER.label)),
                _and(
                    immersion.employer_name,
                    held_by % {"person": immersion.employer_signatory} if immersion.employer_signatory else "",
                ),
            ),
        ]
    )  # fmt: skip


def _stay(immersion: Immersion) -> list[Fact]:
    days = _("%(start)s to %(end)s") % {"start": written(immersion.starts_on), "end": written(immersion.ends_on)}
    basis = _and(capfirst(str(immersion.get_basis_display())), immersion.basis_number)
    return _named(
        [
            (_("Objective"), capfirst(str(immersion.get_objective_display()))),
            (_("Legal basis"), basis),
            (_("When"), _and(days, _("%(hours)s in all") % {"hours": hours(immersion.minutes_planned)})),
            (_("Where"), immersion.place or immersion.company.address),
            (_("Tutor"), _and(immersion.tutor_name, immersion.tutor_job)),
        ]
    )


def _plans(immersion: Immersion) -> list[Fact]:
    return _named(
        [
            (_("Activities"), immersion.activities),
            (_("Skills to observe or try"), immersion.skills),
            (_("Conditions of access"), immersion.conditions),
        ]
    )


def _safety(immersion: Immersion) -> list[Fact]:
    return _named(
        [
            (_("Protective equipment"), immersion.protection),
            (_("Insurance"), immersion.insurance),
            (_("In an emergency"), _and(immersion.emergency_name, immersion.emergency_phone)),
        ]
    )


def _schedule(schedule: list[dict[str, Any]]) -> list[Grid]:
    rows = [list(row) for row in schedule_words(schedule)]
    return [Grid(_("Schedule"), [_("Day"), _("From, to"), _("Hours")], rows)] if rows else []


def _signatures(parties: list[Party], signatures: list[Signature], immersion: Immersion) -> Grid:
    found = {one.party: one for one in signatures if one.state != Signature.State.WIPED}
    rows = []
    for party in parties:
        one = found.get(party)
        rows.append([capfirst(str(party.label)), one.name if one else "", _how_signed(one, immersion)])
    return Grid(_("Signatures"), [_("Party"), _("Name"), _("Signed")], rows)


def _how_signed(one: Signature | None, immersion: Immersion) -> str:
    if one is None or one.state == Signature.State.ASKED:
        return _("not yet")
    if one.signed_on is None:
        return str(one.get_state_display())
    if one.method == Signature.Method.LINK and one.answered_at:
        at = one.answered_at.astimezone(_zone(immersion))
        return _("online on %(day)s at %(hour)s") % {"day": written(at.date()), "hour": clock_time(at)}
    return _("on paper on %(day)s") % {"day": written(one.signed_on)}


# --- The amendment, the attestation -----------------------------------------------------------------
def amendment_sheet(amendment: Amendment, changes: list[list[str]]) -> Sheet:
    """What an amendment changes, before and after: `changes` are rows of [what, before, after] in its language."""
    immersion = amendment.immersion
    with override(immersion.language):
        journey = immersion.step.journey
        signatures = list(amendment.signatures.all())
        parties = [party for party in Party if party in amendment.concerned]
        in_force = amendment.in_force_at
        day = written(in_force.astimezone(_zone(immersion)).date()) if in_force else ""
        return Sheet(
            kind=Paper.Kind.AMENDMENT,
            title=_("Amendment no. %(number)d to the agreement of immersion") % {"number": amendment.number},
            subtitle=f"{journey.holder} · {immersion.company}",
            author=journey.programme.organisation.name,
            language=immersion.language,
            at=_known_at(amendment.created_at, amendment.asked_to_sign_at, in_force, signatures),
            name=f"{pgettext('file name', 'amendment')}-{immersion.pk}-{amendment.number}",
            status=_("In force since %(day)s.") % {"day": day}
            if in_force
            else _("Not in force: until it is, the agreement holds as it was."),
            sections=[
                (
                    _("What it amends"),
                    _named(
                        [
                            (_("Stay"), _stay(immersion)[2][1]),
                            (_("Fingerprint of the agreement"), immersion.fingerprint),
                            (_("Why"), amendment.reason),
                        ]
                    ),
                )
            ],
            grids=[Grid(_("What changes"), [_("What"), _("Before"), _("From now on")], changes)],
            signatures=_signatures(parties, signatures, immersion),
            clauses=[_("Everything that this amendment does not name stays as it was signed.")],
            fingerprint=amendment.fingerprint,
        )


def attestation_sheet(immersion: Immersion) -> Sheet:
    """What the holder can show: where she was received, from when to when, how long, for what."""
    with override(immersion.language):
        journey = immersion.step.journey
        organisation = journey.programme.organisation
        last = immersion.last_day_on or immersion.ends_on
        found = immersion.papers.filter(kind=Paper.Kind.ATTESTATION, replaced_at=None).order_by("-pk").first()
        at = found.created_at if found else immersion.created_at
        made = _("%(organisation)s, on %(day)s.") % {
            "organisation": organisation, "day": written(at.astimezone(_zone(immersion)).date())
        }  # fmt: skip
        return Sheet(
            kind=Paper.Kind.ATTESTATION,
            title=_("Attestation of immersion"),
            subtitle=str(journey.holder),
            author=organisation.name,
            language=immersion.language,
            at=at,
            name=f"{pgettext('file name', 'attestation')}-{immersion.pk}",
            status="",
            text=[_certified(immersion, last)],
            sections=[
                (
                    _("The stay"),
                    _named(
                        [
                            (_("Objective"), capfirst(str(immersion.get_objective_display()))),
                            (_("Activities"), immersion.activities),
                            (_("Tutor"), _and(immersion.tutor_name, immersion.tutor_job)),
                            (_("How it went"), capfirst(str(immersion.get_outcome_display()))),
                        ]
                    ),
                )
            ],
            clauses=[_("Made to be shown wherever it is of use."), made],
            fingerprint=found.fingerprint if found else "",
        )


def _certified(immersion: Immersion, last: date) -> str:
    """The sentence that an attestation is for."""
    journey = immersion.step.journey
    return _(
        "%(organisation)s certifies that %(person)s was received by %(company)s for an immersion, "
        "from %(start)s to %(end)s, for %(hours)s of presence."
    ) % {
        "organisation": journey.programme.organisation,
        "person": journey.holder,
        "company": immersion.company,
        "start": written(immersion.starts_on),
        "end": written(last),
        "hours": hours(immersion.minutes_done or 0),
    }


def _zone(immersion: Immersion) -> ZoneInfo:
    return ZoneInfo(immersion.step.journey.programme.organisation.time_zone)


def _known_at(*stamps: datetime | list[Signature] | None) -> datetime:
    """The latest moment at which what the paper says changed: its date, whenever it is printed."""
    found: list[datetime] = []
    for one in stamps:
        if isinstance(one, list):
            found += [row.answered_at or row.created_at for row in one if row.state == Signature.State.SIGNED]
        elif one is not None:
            found.append(one)
    return max(found, default=datetime(2000, 1, 1, tzinfo=UTC))


# --- Anybody who holds a paper ----------------------------------------------------------------------
def known_paper(text: str) -> Paper | None:
    """The document whose printed fingerprint this is, typed with or without spaces; None when there is none."""
    digits = "".join(text.split()).lower()
    if len(digits) != 64 or not set(digits) <= set("0123456789abcdef"):
        return None
    return Paper.objects.filter(fingerprint=digits).select_related("immersion", "amendment").first()


def paper_standing(paper: Paper) -> str:
    """One of "replaced", "in_force", "waiting", "closed": what somebody who holds this paper may rely on."""
    if paper.replaced_at is not None:
        return "replaced"
    if paper.kind == Paper.Kind.AMENDMENT and paper.amendment is not None:
        state = paper.amendment.state
        if state == Amendment.State.IN_FORCE:
            return "in_force"
        return "waiting" if state in Amendment.OPEN else "closed"
    state = paper.immersion.state
    if state in (State.VALIDATED, State.IN_PROGRESS, State.COMPLETED, State.ASSESSED):
        return "in_force"
    return "closed" if state in (State.REJECTED, State.CANCELLED) else "waiting"
