"""What an immersion may be: refusals beside their field, and what only deserves a second look."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Q
from django.utils.translation import gettext as _

from journeys.models import Company, Immersion, Step

LONGEST_DAYS = 30
DAY_MINUTES, WEEK_MINUTES = 10 * 60, 48 * 60
YOUNGEST = 16
TWIN_DAYS = 7
SAME_HOST_STAYS, SAME_HOST_DAYS = 2, 60
CLOSED = (Immersion.State.REJECTED, Immersion.State.CANCELLED)

Problem = tuple[str, str]  # field, sentence


@dataclass(frozen=True)
class Stay:
    """The facts of an immersion that rules look at."""

    company: Company | None  # None: described on the way
    tutor_name: str
    starts_on: date
    ends_on: date
    minutes_planned: int
    tutor_job: str = ""
    tutor_email: str = ""
    objective: str = Immersion.Objective.CONFIRM
    basis: str = Immersion.Basis.OWN
    basis_number: str = ""
    activities: str = ""

    @property
    def days(self) -> int:
        """Calendar days, first and last included."""
        return (self.ends_on - self.starts_on).days + 1


def problems(stay: Stay, step: Step, *, new_company: bool = False) -> Iterator[Problem]:
    """Every rule this stay breaks, as (field, sentence); the limits on a day and a week are those of the labour code.

    `new_company`: the host is described on the way, so there is none to check yet.
    """
    if not new_company:
        yield from _wrong_host(stay, step)
    yield from _wrong_people(stay, step)
    if stay.days < 1:
        yield "ends_on", _("The last day comes after the first.")
        return
    if stay.days > LONGEST_DAYS:
        yield "ends_on", _("An immersion lasts at most 30 days in a row: this one has %(days)d.") % {"days": stay.days}
    yield from wrong_minutes(stay.minutes_planned, stay.days, "minutes_planned")
    born = step.journey.holder.birth_year
    if born and stay.starts_on.year - born < YOUNGEST:
        yield "starts_on", _("An immersion is for people of 16 or more on the first day.")


def _wrong_host(stay: Stay, step: Step) -> Iterator[Problem]:
    if stay.company is None or stay.company.organisation_id != step.journey.programme.organisation_id:
        yield "company", _("Choose a company of your organisation.")
    elif stay.company.is_set_aside:
        yield "company", _("This company is set aside: it receives nobody for now.")


def _wrong_people(stay: Stay, step: Step) -> Iterator[Problem]:
    journey = step.journey
    if not stay.tutor_name.strip():
        yield "tutor_name", _("Name the tutor who receives the person.")
    if stay.basis == Immersion.Basis.PMSMP and not stay.basis_number.strip():
        yield "basis_number", _("A PMSMP needs the number of its agreement, given by the prescriber.")
    email = stay.tutor_email.strip().lower()
    if email and email == journey.holder.user.email.lower():
        yield "tutor_email", _("The tutor and the project holder can’t share an e-mail: each signs for herself.")
    elif email and email == journey.programme.organisation.contact_email.lower():
        yield "tutor_email", _("This is your organisation’s e-mail: the tutor signs with another.")


def wrong_minutes(minutes: int, days: int, field: str) -> Iterator[Problem]:
    """At most 10 h a day and 48 h a week on average, over `days` calendar days."""
    if minutes < 1:
        yield field, _("Say how many hours.")
    elif minutes > DAY_MINUTES * days:
        yield field, _("That is more than 10 h a day: %(most)d h at most over these days.") % {"most": 10 * days}
    elif minutes * 7 > WEEK_MINUTES * max(days, 7):
        yield (
            field,
            _("That is more than 48 h a week: %(most)d h at most over these days.")
            % {"most": WEEK_MINUTES * max(days, 7) // 7 // 60},
        )


def warnings(stay: Stay, step: Step, *, but: Immersion | None = None) -> Iterator[str]:
    """What deserves a second look without being refused: a possible duplicate, a host that receives her often."""
    others = Immersion.objects.filter(step__journey__holder=step.journey.holder_id, company=stay.company)
    others = others.exclude(state__in=CLOSED).exclude(outcome=Immersion.Outcome.NOT_HAPPENED)
    others = others.exclude(pk=but.pk) if but is not None else others
    near = timedelta(days=TWIN_DAYS)
    twin = others.filter(starts_on__range=(stay.starts_on - near, stay.starts_on + near)).first()
    if twin is not None:
        yield _("Possible duplicate: this person already has an immersion at %(company)s from %(day)s.") % {
            "company": stay.company, "day": f"{twin.starts_on:%d/%m/%Y}"
        }  # fmt: skip
    year = timedelta(days=365)
    around = Q(starts_on__gt=stay.starts_on - year) & Q(starts_on__lt=stay.starts_on + year)
    recent = list(others.filter(around).order_by("starts_on"))
    days = stay.days + sum((one.ends_on - one.starts_on).days + 1 for one in recent)
    if len(recent) + 1 >= SAME_HOST_STAYS or days >= SAME_HOST_DAYS:
        sentence = _("With this one: %(count)d immersions and %(days)d days at the same host within 12 months.")
        yield sentence % {"count": len(recent) + 1, "days": days}


def facts_of(immersion: Immersion) -> Stay:
    """The stay as it stands."""
    return Stay(
        company=immersion.company,
        tutor_name=immersion.tutor_name,
        starts_on=immersion.starts_on,
        ends_on=immersion.ends_on,
        minutes_planned=immersion.minutes_planned,
        tutor_job=immersion.tutor_job,
        tutor_email=immersion.tutor_email,
        objective=immersion.objective,
        basis=immersion.basis,
        basis_number=immersion.basis_number,
        activities=immersion.activities,
    )
