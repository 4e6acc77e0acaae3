"""Who is in the demo: organisations, leads, mentors, companies, holders with their projects."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from random import Random

from backend.accounts import actions as accounts
from backend.accounts.models import Membership, Organisation, User
from backend.lib.texts import fold
from evaluation.management.demo import people, portraits
from journeys import actions as journeys
from journeys.models import Commune, Company, Holder, Neighbourhood, Phase, Programme, Project
from mentoring import actions as mentoring
from mentoring.models import Mentor

# slug, name, programme, holders, mentors
ORGANISATIONS = (
    ("atelier-des-communs", "L’Atelier des Communs", "incubation-ess", 32, 12),
    ("cap-creation", "Cap Création Loire", "creation-classique", 16, 7),
    ("estuaire-cooperation", "Estuaire Coopération", "consolidation-ess", 12, 5),
)
PHASES = {"incubation-ess": ("emergence", "creation"), "creation-classique": ("creation",),
          "consolidation-ess": ("consolidation", "scale_up")}  # fmt: skip
EMPTY = ("Carquefou", "Le Pellerin", "Mauves-sur-Loire", "Saint-Léger-les-Vignes")
"""Communes nobody comes from: the territory has news to tell."""


@dataclass
class House:
    """One organisation of the demo, with its people."""

    organisation: Organisation
    programme: Programme
    lead: User
    mentors: list[Mentor] = field(default_factory=list)
    companies: list[Company] = field(default_factory=list)
    pairs: list[tuple[Project, Holder]] = field(default_factory=list)


class Cast:
    """Draws the same people every time: everything comes from one seeded source."""

    def __init__(self, seed: int = 44) -> None:
        self.random = Random(seed)
        self._names = self._draw_names()
        self._projects = iter(people.PROJECTS)
        self._communes = self._spread()

    def _draw_names(self) -> Iterator[tuple[str, str, str]]:
        """(first name, last name, gender), each last name once before any comes back."""
        last = list(people.LAST)
        self.random.shuffle(last)
        first = [(name, "woman") for name in people.FIRST_WOMEN] + [(name, "man") for name in people.FIRST_MEN]
        self.random.shuffle(first)
        pairs = [(first[n % len(first)], last[n % len(last)]) for n in range(160)]
        return iter([(name, surname, gender) for (name, gender), surname in pairs])

    def _spread(self) -> list[Commune]:
        """Every commune but the EMPTY ones at least twice, the larger ones more often: 60 places."""
        communes = list(Commune.objects.exclude(name__in=EMPTY).order_by("-population"))
        return communes + communes + communes[:4] * 5

    def person(self, language: str = "fr", domain: str = "exemple.fr") -> tuple[User, str]:
        """A new person with an account, and her gender."""
        first, last, gender = next(self._names)
        email = f"{fold(first)}.{fold(last)}@{domain}".replace(" ", "-").replace("'", "")
        phone = f"+336{self.random.randrange(10_000_000, 99_999_999)}"
        user = accounts.ensure_person(email, by=None, first_name=first, last_name=last, language=language, phone=phone)
        return user, gender

    def house(self, slug: str, name: str, code: str) -> House:
        """An organisation with its lead and the one programme it offers."""
        organisation = Organisation.objects.create(
            slug=slug,
            name=name,
            contact_email=f"contact@{slug}.exemple.fr",
            contact_phone="+33240000000",
            address=self.random.choice(people.PLACES),
        )
        lead, _gender = self.person(domain=f"{slug}.exemple.fr")
        accounts.grant_role(lead, organisation, Membership.Role.LEAD, by=None)
        programme = journeys.load_programmes(organisation, codes=[code], by=lead)[0]
        return House(organisation, programme, lead)

    def add_mentors(self, house: House, number: int) -> None:
        """Mentors with what they know; one has little room, one counts in hours, one has not accepted the charter;
        a few have a portrait."""
        for index in range(number):
            user, gender = self.person(language="en" if index == 4 else "fr")
            own = Random(f"{house.organisation.slug}-mentor-{index}")
            themes, sectors = people.KNOW_HOW[index % len(people.KNOW_HOW)]
            mentor = mentoring.create_mentor(
                house.organisation,
                email=user.email,
                capacity=1 if index == 1 else self.random.choice((3, 4, 5)),
                hours_a_month=12 if index % 5 == 3 else None,
                expertise=themes,
                sectors=sectors,
                phases=list(Phase.values[index % 3 : index % 3 + 2]),
                languages=["fr", "en"] if index % 3 == 1 else ["fr"],
                commune=self.random.choice(self._communes),
                communes=own.sample(list(Commune.objects.order_by("-population")[:12]), 2),
                meets_remotely=index % 4 != 2,
                headline=people.HEADLINES[index % len(people.HEADLINES)],
                by=house.lead,
            )
            house.mentors.append(mentor)
            for title, hours in people.TRAININGS[: index % 3]:
                mentoring.add_training(mentor, title=title, hours=Decimal(str(hours)), by=house.lead)
            if index % 6 != 5:
                mentoring.accept_charter(mentor, by=user)
            if index in portraits.OF_MENTORS:
                mentoring.keep_photo(mentor, content=portraits.portray(gender, index), by=user)

    def add_companies(self, houses: list[House]) -> None:
        """Twenty hosts, shared out between the organisations."""
        for index, (name, activity, insee) in enumerate(people.COMPANIES):
            house = houses[index % len(houses)]
            first, last, _gender = next(self._names)
            house.companies.append(
                journeys.create_company(
                    house.organisation,
                    name=name,
                    activity=activity,
                    siret=self.siret(),
                    commune=Commune.objects.get(insee=insee),
                    contact_name=f"{first} {last}",
                    contact_email=f"contact{index}@entreprise.exemple.fr",
                    by=house.lead,
                )
            )

    def siret(self) -> str:
        """A number that passes the check and belongs to nobody we know of."""
        body = "9" + "".join(str(self.random.randrange(10)) for _ in range(7))
        siren = body + _luhn(body)
        rest = siren + "0001"
        return rest + _luhn(rest)

    def add_holders(self, house: House, number: int, code: str) -> None:
        """Holders with a project each, one after another through all communes."""
        for _index in range(number):
            user, gender = self.person(language="en" if self.random.random() < 0.08 else "fr")
            accounts.grant_role(user, house.organisation, Membership.Role.HOLDER, by=house.lead)
            holder = Holder.objects.create(
                organisation=house.organisation,
                user=user,
                gender=gender,
                birth_year=self.random.randrange(1964, 2003),
                status=self.random.choice(("job_seeker", "job_seeker", "employed", "self_employed", "student")),
                phone=user.phone,
            )
            house.pairs.append((self._project(house, holder, code), holder))

    def _project(self, house: House, holder: Holder, code: str) -> Project:
        name, pitch, themes, general = next(self._projects)
        commune = self._communes.pop(0)
        areas = list(Neighbourhood.objects.filter(communes=commune).order_by("code"))
        inside = bool(areas) and self.random.random() < 0.55
        qpv = "inside" if inside else self.random.choice(("outside", "outside", "outside", "unknown"))
        project = Project.objects.create(
            organisation=house.organisation,
            name=name,
            pitch=pitch,
            themes=themes,
            phase=self.random.choice(PHASES[code]),
            commune=commune,
            qpv=qpv,
            neighbourhood=self.random.choice(areas) if inside else None,
            is_general_interest=general,
        )
        project.holders.add(holder)
        return project


def _luhn(digits: str) -> str:
    """The check digit that makes `digits` + it valid."""
    total = 0
    for place, digit in enumerate(reversed(digits)):
        value = int(digit) * (2 if place % 2 == 0 else 1)
        total += value - 9 if value > 9 else value
    return str(-total % 10)
