"""The facts of an agreement: what is read, compared, drafted, amended and printed about a stay."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import date
from typing import Any

from django.db.models import Model

from backend.accounts.models import User
from backend.lib.texts import straight
from journeys.actions.immersions.schedule import Schedule, follow, normalise, total
from journeys.models import Company, Holder, Immersion, Site, Step

ROWS: dict[str, type[Model]] = {"company": Company, "site": Site}
DAYS = ("born_on", "starts_on", "ends_on")
EMAILS = ("tutor_email", "signatory_email", "validator_email", "guardian_email", "employer_email")
# What belongs to the person, and is never carried over to somebody else’s agreement.
PERSONAL = (
    "born_on", "guardian_name", "guardian_email", "is_employed", "employer_name", "employer_signatory",
    "employer_email", "emergency_name", "emergency_phone",
)  # fmt: skip
# What the company knows best, and may complete from a link.
OF_COMPANY = (
    "site", "place", "tutor_name", "tutor_job", "tutor_email", "activities", "skills", "conditions", "protection",
    "insurance", "signatory_name", "signatory_job", "signatory_email", "minutes_planned", "schedule",
)  # fmt: skip


@dataclass(frozen=True)
class Stay:
    """The facts of an immersion that rules look at; each has the name of its column."""

    company: Company | None  # None: described on the way
    tutor_name: str
    starts_on: date
    ends_on: date
    minutes_planned: int = 0  # that of the schedule, when there is one
    site: Site | None = None
    place: str = ""
    tutor_job: str = ""
    tutor_email: str = ""
    objective: str = Immersion.Objective.CONFIRM
    basis: str = Immersion.Basis.OWN
    basis_number: str = ""
    activities: str = ""
    skills: str = ""
    conditions: str = ""
    protection: str = ""
    emergency_name: str = ""
    emergency_phone: str = ""
    insurance: str = ""
    signatory_name: str = ""
    signatory_job: str = ""
    signatory_email: str = ""
    validator_name: str = ""
    validator_email: str = ""
    born_on: date | None = None
    guardian_name: str = ""
    guardian_email: str = ""
    is_employed: bool = False
    employer_name: str = ""
    employer_signatory: str = ""
    employer_email: str = ""
    language: str = "fr"
    schedule: Schedule = field(default_factory=list)

    @property
    def days(self) -> int:
        """Calendar days, first and last included."""
        return (self.ends_on - self.starts_on).days + 1

    @property
    def siret(self) -> str:
        """The number of the site where it takes place, else of its company."""
        return (self.site.siret if self.site else "") or (self.company.siret if self.company else "")


FACTS = tuple(one.name for one in fields(Stay))


def facts_of(immersion: Immersion) -> Stay:
    """The stay as it stands."""
    return Stay(**{name: getattr(immersion, name) for name in FACTS})


def as_dict(stay: Stay) -> dict[str, Any]:
    """Name -> value of each fact, rows and days as they are."""
    return {name: getattr(stay, name) for name in FACTS}


def changes(was: Stay, now: Stay) -> dict[str, Any]:
    """Name -> new value of each fact that differs."""
    return {name: getattr(now, name) for name in FACTS if getattr(now, name) != getattr(was, name)}


def tidy(stay: Stay) -> Stay:
    """Spaces trimmed, nothing that turns words around, e-mails in lower case, the schedule in order, the hours its own.

    Refused for a schedule that cannot be read.
    """
    texts = {name: value for name, value in as_dict(stay).items() if isinstance(value, str)}
    words: dict[str, Any] = {name: straight(value).strip() for name, value in texts.items()}
    words |= {name: words[name].lower() for name in EMAILS}
    days = normalise(stay.schedule)
    minutes = total(days) if days else stay.minutes_planned
    return replace(stay, **words, schedule=days, minutes_planned=minutes)


def plain(stay: Stay, names: Iterable[str] = FACTS) -> dict[str, Any]:
    """The named facts as JSON: rows by their id, days in ISO form."""
    return {name: _plain(getattr(stay, name)) for name in names}


def _plain(value: Any) -> Any:
    if isinstance(value, Model):
        return value.pk
    return value.isoformat() if isinstance(value, date) else value


def from_plain(data: Mapping[str, Any]) -> dict[str, Any]:
    """What `plain` wrote, as facts again; a row that is gone is None."""
    return {name: _read(name, value) for name, value in data.items() if name in FACTS}


def _read(name: str, value: Any) -> Any:
    if name in ROWS:
        return ROWS[name]._default_manager.filter(pk=value).first() if value else None
    if name in DAYS:
        return date.fromisoformat(value) if value else None
    return value


# --- Drafting -------------------------------------------------------------------------------------
def place_of(company: Company | None, site: Site | None) -> str:
    """Where a stay at this company takes place, as far as the directory knows."""
    where = site if site and (site.address or site.commune_id) else company
    if where is None:
        return ""
    return ", ".join(part for part in (where.address, str(where.commune or "")) if part)


def drafted(stay: Stay, step: Step, *, by: User | None) -> Stay:
    """The same stay with what it leaves empty filled from what is known of the company, the holder and her team."""
    journey, company = step.journey, stay.company
    signs = journey.referent or by
    known: dict[str, Any] = {"place": place_of(company, stay.site), "insurance": _usual_insurance(step)}
    if company and not (stay.signatory_name or stay.signatory_email):
        known |= {"signatory_name": company.contact_name, "signatory_email": company.contact_email}
    if signs and not (stay.validator_name or stay.validator_email):
        known |= {"validator_name": str(signs), "validator_email": signs.email}
    fills = {name: value for name, value in known.items() if value and not getattr(stay, name)}
    return replace(stay, **fills)


def first_facts(step: Step) -> dict[str, Any]:
    """What a form proposes before anything is typed."""
    journey = step.journey
    return {
        "objective": Immersion.Objective.CONFIRM,
        "basis": Immersion.Basis.OWN,
        "language": journey.programme.organisation.language,
        "is_employed": journey.holder.status == Holder.Status.EMPLOYED,
    }


def _usual_insurance(step: Step) -> str:
    """The insurance of the organisation’s last agreement."""
    rows = Immersion.objects.filter(step__journey__programme__organisation=step.journey.programme.organisation_id)
    last = rows.exclude(insurance="").order_by("-pk").values_list("insurance", flat=True).first()
    return last or ""


def followed(stay: Stay, was: Stay) -> tuple[Stay, list[date]]:
    """A change made by hand in the agreement, and what follows from it; the days that fell out of the schedule.

    Another company or site: place and signatory follow, where they were those of the former one. Other dates: see
    `schedule.follow`.
    """
    more: dict[str, Any] = {}
    if (stay.company, stay.site) != (was.company, was.site):
        if stay.place in ("", place_of(was.company, was.site)):
            more["place"] = place_of(stay.company, stay.site)
        former = was.company
        if former and stay.company and stay.company != former and stay.signatory_email == former.contact_email:
            more |= {"signatory_name": stay.company.contact_name, "signatory_email": stay.company.contact_email}
    fallen: list[date] = []
    now, then = (stay.starts_on, stay.ends_on), (was.starts_on, was.ends_on)
    if now != then and stay.schedule and stay.schedule == was.schedule and now[0] <= now[1]:
        more["schedule"], fallen = follow(stay.schedule, then, now)
    return replace(stay, **more), fallen
