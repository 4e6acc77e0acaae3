"""What is signed, as plain facts: the same give the same fingerprint on any machine."""

import hashlib
import json
from datetime import date, datetime
from typing import Any

from journeys.models import Amendment, Immersion, Paper

# What the parties put their names under, besides who they are.
SIGNED_FACTS = (
    "objective", "basis", "basis_number", "place", "starts_on", "ends_on", "minutes_planned", "schedule", "tutor_name",
    "tutor_job", "tutor_email", "activities", "skills", "conditions", "protection", "insurance", "emergency_name",
    "emergency_phone", "signatory_name", "signatory_job", "signatory_email", "validator_name", "validator_email",
    "born_on", "guardian_name", "guardian_email", "employer_name", "employer_signatory", "employer_email", "language",
)  # fmt: skip


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date | datetime) else value


def agreement_facts(immersion: Immersion) -> dict[str, Any]:
    """Everything an agreement says, in plain values: the same facts give the same fingerprint on any machine."""
    journey, company = immersion.step.journey, immersion.company
    organisation = journey.programme.organisation
    site = immersion.site
    return {
        "paper": Paper.Kind.AGREEMENT.value,
        "immersion": immersion.pk,
        "organisation": [organisation.name, organisation.address],
        "holder": [str(journey.holder), journey.holder.user.email],
        "project": str(journey.project),
        "company": [company.name, (site.siret if site else "") or company.siret, company.address],
        "site": [site.name, site.address] if site else [],
        "renews": immersion.renews_id,
        **{name: _plain(getattr(immersion, name)) for name in SIGNED_FACTS},
    }


def amendment_facts(amendment: Amendment) -> dict[str, Any]:
    """What an amendment changes, on which agreement."""
    return {
        "paper": Paper.Kind.AMENDMENT.value,
        "agreement": amendment.immersion.fingerprint,
        "immersion": amendment.immersion_id,
        "number": amendment.number,
        "was": amendment.was,
        "facts": amendment.facts,
        "reason": amendment.reason,
        "concerned": sorted(amendment.concerned),
    }


def attestation_facts(immersion: Immersion) -> dict[str, Any]:
    """What really happened, once it has."""
    facts = agreement_facts(immersion)
    return {
        **{name: facts[name] for name in ("immersion", "organisation", "holder", "project", "company", "site")},
        "paper": Paper.Kind.ATTESTATION.value,
        "starts_on": _plain(immersion.starts_on),
        "last_day_on": _plain(immersion.last_day_on),
        "minutes_done": immersion.minutes_done,
        "outcome": immersion.outcome,
        "objective": immersion.objective,
        "tutor": [immersion.tutor_name, immersion.tutor_job],
    }


def fingerprint(facts: dict[str, Any]) -> str:
    """64 hexadecimal digits: SHA-256 of the facts as JSON, keys sorted, UTF-8."""
    text = json.dumps(facts, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def has_other_words(immersion: Immersion) -> bool:
    """Does the agreement read otherwise than the text of its fingerprint? Names and addresses live elsewhere, and may
    have changed there since it went out to be signed."""
    return bool(immersion.fingerprint) and fingerprint(agreement_facts(immersion)) != immersion.fingerprint
