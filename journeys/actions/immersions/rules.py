"""What an immersion may be: refusals beside their field, what is still missing, and what deserves a second look."""

from collections.abc import Iterator
from datetime import timedelta
from itertools import combinations

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from backend.lib import clock
from backend.web.reading import day as read_day
from journeys.actions.immersions import schedule
from journeys.actions.immersions.facts import Stay, facts_of
from journeys.models import Holder, Immersion, Party, Step
from journeys.models.immersions import OF_AGE, age_on

LONGEST_DAYS = 30
FEWEST_DIGITS = 6
DAY_MINUTES, WEEK_MINUTES = schedule.DAY_MINUTES, schedule.WEEK_MINUTES
YOUNGEST = 16
TWIN_DAYS = 7
SAME_HOST_STAYS, SAME_HOST_DAYS = 2, 60
# What a draft may leave empty and an agreement may not, whoever it is for.
NEEDED_TO_SIGN = (
    "place", "schedule", "tutor_name", "tutor_job", "tutor_email", "activities", "emergency_name", "emergency_phone",
    "insurance", "signatory_name", "signatory_email", "validator_name", "validator_email",
)  # fmt: skip
CLOSED = (Immersion.State.REJECTED, Immersion.State.CANCELLED)

Problem = tuple[str, str]  # field, sentence

__all__ = ["Problem", "Stay", "facts_of", "missing", "problems", "second_look", "twin_of", "warnings", "wrong_minutes"]


def problems(stay: Stay, step: Step, *, new_company: bool = False, is_live: bool = False) -> Iterator[Problem]:
    """Every rule this stay breaks, as (field, sentence); the limits on a day and a week are those of the labour code.

    `new_company`: the host is described on the way, so there is none to check yet. `is_live`: the agreement is in
    force and only amended, so that its first day may be behind.
    """
    if not new_company:
        yield from _wrong_host(stay, step)
    yield from _wrong_people(stay, step)
    yield from _wrong_age(stay, step.journey.holder)
    if not is_live and stay.emergency_phone.strip() and sum(map(str.isdigit, stay.emergency_phone)) < FEWEST_DIGITS:
        yield "emergency_phone", _("A phone number has at least 6 digits: this one could not be called.")
    if stay.days < 1:
        yield "ends_on", _("The last day comes after the first.")
        return
    if not is_live and stay.starts_on < clock.today(step.journey.programme.organisation.time_zone):
        yield "starts_on", _("An agreement is made before the stay: the first day is today or later.")
    if stay.days > LONGEST_DAYS:
        yield "ends_on", _("An immersion lasts at most 30 days in a row: this one has %(days)d.") % {"days": stay.days}
    if stay.schedule:
        for sentence in schedule.problems(stay.schedule, stay.starts_on, stay.ends_on):
            yield schedule.FIELD, sentence
    else:
        yield from wrong_minutes(stay.minutes_planned, stay.days, "minutes_planned")


def _wrong_host(stay: Stay, step: Step) -> Iterator[Problem]:
    if stay.company is None or stay.company.organisation_id != step.journey.programme.organisation_id:
        yield "company", _("Choose a company of your organisation.")
    elif stay.company.is_set_aside:
        yield "company", _("This company is set aside: it receives nobody for now.")
    if stay.site is not None and stay.site.company_id != (stay.company.pk if stay.company else None):
        yield "site", _("This site belongs to another company.")


def _wrong_people(stay: Stay, step: Step) -> Iterator[Problem]:
    if stay.basis == Immersion.Basis.PMSMP and not stay.basis_number.strip():
        yield "basis_number", _("A PMSMP needs the number of its agreement, given by the prescriber.")
    told = set()
    people = signatories(stay, step)
    for (one, _field, first), (two, name, second) in combinations(people, 2):
        if first and first == second and name not in told:
            told.add(name)
            words = {"one": one.label, "two": two.label}
            yield name, _("Two who sign have the same e-mail: %(one)s and %(two)s. Each signs from their own.") % words
    tutor = stay.tutor_email.strip().lower()
    twins = [one for one, _field, email in people if one != Party.COMPANY and email == tutor]
    if tutor and twins:
        words = {"two": twins[0].label}
        yield "tutor_email", _("The tutor has the e-mail of somebody who signs: %(two)s. Each uses their own.") % words
    elif tutor and tutor == step.journey.programme.organisation.contact_email.lower():
        yield "tutor_email", _("This is your organisation’s e-mail: the tutor signs with another.")
    if not stay.is_employed and (stay.employer_name or stay.employer_signatory or stay.employer_email):
        yield "is_employed", _("You named an employer: tick that the person is employed, or empty these lines.")


def signatories(stay: Stay, step: Step) -> list[tuple[Party, str, str]]:
    """Who may have to sign, with the field of the e-mail and the e-mail itself; the holder’s has no field."""
    found = [
        (Party.HOLDER, "", step.journey.holder.user.email),
        (Party.COMPANY, "signatory_email", stay.signatory_email),
        (Party.ORGANISATION, "validator_email", stay.validator_email),
        (Party.GUARDIAN, "guardian_email", stay.guardian_email),
        (Party.EMPLOYER, "employer_email", stay.employer_email),
    ]
    return [(party, name, email.strip().lower()) for party, name, email in found]


# --- Age ------------------------------------------------------------------------------------------
def ages(stay: Stay, holder: Holder) -> tuple[int, int] | None:
    """The youngest and the oldest she can be on the first day; None when neither date nor year is known."""
    if stay.born_on:
        return (age_on(stay.born_on, stay.starts_on),) * 2
    if holder.birth_year:
        oldest = stay.starts_on.year - holder.birth_year
        return oldest - 1, oldest
    return None


def needs_birth(stay: Stay, holder: Holder) -> bool:
    """Is the date of birth needed to know whether she is 16, or of age? Asked of nobody else."""
    found = ages(stay, holder)
    return found is None or any(found[0] < limit <= found[1] for limit in (YOUNGEST, OF_AGE))


def is_young(stay: Stay, holder: Holder) -> bool:
    """Surely under 18 on the first day: a legal representative signs too."""
    found = ages(stay, holder)
    return found is not None and found[1] < OF_AGE


def may_be_young(stay: Stay, holder: Holder) -> bool:
    """Perhaps under 18 on the first day, as far as is known."""
    found = ages(stay, holder)
    return found is None or found[0] < OF_AGE


def _wrong_age(stay: Stay, holder: Holder) -> Iterator[Problem]:
    if stay.born_on and holder.birth_year and stay.born_on.year != holder.birth_year:
        yield "born_on", _("The year of birth on file is %(year)d.") % {"year": holder.birth_year}
    elif stay.born_on and stay.born_on >= stay.starts_on:
        yield "born_on", _("Check the year.")
    else:
        found = ages(stay, holder)
        if found is not None and found[1] < YOUNGEST:
            yield "starts_on", _("An immersion is for people of 16 or more on the first day.")


# --- Hours without a schedule ---------------------------------------------------------------------
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


# --- Before it is sent to sign --------------------------------------------------------------------
def missing(stay: Stay, step: Step) -> Iterator[Problem]:
    """What a draft may leave open and an agreement may not, in the order of its pages, as (field, sentence).

    The field `siret` is the company’s, or that of the site.
    """
    if not stay.siret:
        yield "siret", _("The SIRET of the company, or of the site.")
    words = {
        "place": _("The place of the stay."),
        "schedule": _("The schedule, day by day."),
        "tutor_name": _("The tutor who receives the person."),
        "tutor_job": _("The tutor’s job."),
        "tutor_email": _("The tutor’s e-mail: they are asked how it goes."),
        "activities": _("What the person will see and do."),
        "emergency_name": _("Whom to call in an emergency."),
        "emergency_phone": _("The phone number to call in an emergency."),
        "insurance": _("The insurance: insurer and contract."),
        "signatory_name": _("Who signs for the company."),
        "signatory_email": _("The e-mail of who signs for the company."),
        "validator_name": _("Who signs for your organisation."),
        "validator_email": _("The e-mail of who signs for your organisation."),
    }
    yield from ((name, words[name]) for name in NEEDED_TO_SIGN if not getattr(stay, name))
    yield from _missing_of_person(stay, step.journey.holder)


def _missing_of_person(stay: Stay, holder: Holder) -> Iterator[Problem]:
    if needs_birth(stay, holder):
        yield (
            "born_on",
            _("The date of birth: it says whether the person is 16, and whether a legal representative signs."),
        )
    young = is_young(stay, holder)
    if young or stay.guardian_name or stay.guardian_email:
        if not stay.guardian_name:
            under_age = _("Under 18: the name of a legal representative, who signs too.")
            yield "guardian_name", under_age if young else _("The name of the legal representative, who signs too.")
        if not stay.guardian_email:
            yield "guardian_email", _("The legal representative’s e-mail.")
    if stay.is_employed:
        needed = {
            "employer_name": _("Employed: the name of the employer, who signs too."),
            "employer_signatory": _("Who signs for the employer."),
            "employer_email": _("The e-mail of who signs for the employer."),
        }
        yield from ((name, sentence) for name, sentence in needed.items() if not getattr(stay, name))


# --- A second look --------------------------------------------------------------------------------
def _others(stay: Stay, step: Step, but: Immersion | None) -> "QuerySet[Immersion]":
    """Her other stays at this host that took place or will."""
    others = Immersion.objects.filter(step__journey__holder=step.journey.holder_id, company=stay.company)
    others = others.exclude(state__in=CLOSED).exclude(outcome=Immersion.Outcome.NOT_HAPPENED)
    return others.exclude(pk=but.pk) if but is not None else others


def twin_of(
    stay: Stay, step: Step, *, but: Immersion | None = None, renews: Immersion | None = None
) -> Immersion | None:
    """Another stay of the same person at the same host that begins within seven days: perhaps the same one.

    `but` is this stay itself, once drafted; `renews` the former one of a renewal, which is surely another.
    """
    near = timedelta(days=TWIN_DAYS)
    twins = _others(stay, step, but).filter(starts_on__range=(stay.starts_on - near, stay.starts_on + near))
    former = renews.pk if renews else but.renews_id if but else None
    if former:
        twins = twins.exclude(pk=former)
    if but:
        twins = twins.exclude(renews=but)
    return twins.order_by("starts_on", "pk").first()


def twin_sentence(twin: Immersion) -> str:
    """The possible duplicate, said to whoever drafts another."""
    return _("Possible duplicate: this person already has an immersion at %(company)s from %(day)s.") % {
        "company": twin.company, "day": f"{twin.starts_on:%d/%m/%Y}"
    }  # fmt: skip


def second_look(
    stay: Stay, step: Step, *, but: Immersion | None = None, renews: Immersion | None = None
) -> Iterator[str]:
    """What the days at this host deserve to be told of without being refused: a possible duplicate, too many of them.

    `but` and `renews` as for `twin_of`.
    """
    twin = twin_of(stay, step, but=but, renews=renews)
    if twin is not None:
        yield twin_sentence(twin)
    count, days = cumulated(stay, _others(stay, step, but))
    if count >= SAME_HOST_STAYS or days >= SAME_HOST_DAYS:
        sentence = _("With this one: %(count)d immersions and %(days)d days at the same host within 12 months.")
        yield sentence % {"count": count, "days": days}


def warnings(stay: Stay, step: Step, *, but: Immersion | None = None) -> Iterator[str]:
    """All that deserves a second look: the days at this host, and what the schedule asks of her."""
    yield from second_look(stay, step, but=but)
    if stay.schedule:
        present = {schedule.day_of(one) for one in stay.schedule if one["slots"]}
        if stay.ends_on not in present:
            yield _("The last day, %(day)s, has no hours.") % {"day": read_day(stay.ends_on)}
    zone = step.journey.programme.organisation.time_zone
    yield from schedule.warnings(stay.schedule, zone, is_young=is_young(stay, step.journey.holder))


def cumulated(stay: Stay, others: "QuerySet[Immersion]") -> tuple[int, int]:
    """How many stays, and how many days, at this host in the fullest twelve months that hold this stay’s first day."""
    year = timedelta(days=365)
    around = others.filter(starts_on__gt=stay.starts_on - year, starts_on__lt=stay.starts_on + year)
    spans = [(stay.starts_on, stay.days)]
    spans += [(one.starts_on, (one.ends_on - one.starts_on).days + 1) for one in around]
    found = []
    for first, _days in spans:
        if first <= stay.starts_on < first + year:
            within = [days for start, days in spans if first <= start < first + year]
            found.append((len(within), sum(within)))
    return max(count for count, _days in found), max(days for _count, days in found)
