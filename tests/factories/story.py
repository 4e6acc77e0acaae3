"""What both tellings of the main story share: the spreadsheet of the lead, the worker, the letters that came."""

# ruff: noqa: E501 - a line of data is read better whole

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from typing import Any
from zoneinfo import ZoneInfo

import vobject
from django.utils.module_loading import import_string
from django_q.models import OrmQ

from backend.accounts.models import Membership, Organisation, User
from journeys import actions as journeys
from journeys.models import Programme
from mentoring import actions as mentoring
from tests.factories.accounts import make_member, make_organisation
from tests.factories.imports import make_csv
from tests.factories.journeys import make_journey, make_programme
from tests.factories.mail import Mailbox, smtp_server
from tests.factories.mentoring import make_mentor, make_pair, make_session
from tests.factories.territory import load_territory

PARIS = ZoneInfo("Europe/Paris")
HEROINE = "zoe.lambert@example.org"
WRONG_EMAIL, RIGHT_EMAIL = "moussa.diop@example", "moussa.diop@example.org"
HEADER = ["PRENOM", "Nom", "Adresse e-mail", "N° tél.", "Civilité", "Situation", "Nom du projet", "Code Postal", "QPV ?",
          "Date d'entrée"]  # fmt: skip
PEOPLE = [
    ["Zoé", "LAMBERT", HEROINE, "612345678", "Mme", "Demandeuse d’emploi", "L’épicerie du Ranzay", "44300", "Ranzay",
     "23/11/2026"],
    ["Moussa", "Diop", WRONG_EMAIL, "06.12.34.56.79", "M.", "RSA", "Cuisine de rue", "44800", "non", "23/11/2026"],
    ["", "", "", "", "", "", "", "", "", ""],
    ["Anaïs", "Noël", "anais.noel@example.org", "", "F", "salarié(e)", "Forêt comestible", "44400", "Château", "23/11/26"],
    ["Élodie", "de La Tour", "elodie@example.org", "0612345680", "Mme", "étudiante", "Recyclerie", "44100", "oui", "23/11/2026"],
    ["Jean-Marc", "O’Neill", "jm.oneill@example.org", "", "H", "Auto-entrepreneur", "Réparer", "44700", "non", "23/11/2026"],
    ["Fatou", "N’DIAYE", "fatou@example.org", "", "Mme", "", "Couture du Sillon", "44800", "Le Sillon de Bretagne",
     "23/11/2026"],
]  # fmt: skip
OTHERS = ("anais.noel@example.org", "elodie@example.org", "jm.oneill@example.org", "fatou@example.org", RIGHT_EMAIL)


def at(day: str, clock: str) -> datetime:
    """`at("2026-11-27", "10:00")` in Nantes."""
    return datetime.fromisoformat(f"{day}T{clock}").replace(tzinfo=PARIS)


def cohort() -> bytes:
    """What the lead's spreadsheet saves as CSV: semicolons, Windows-1252, one empty line, one wrong e-mail."""
    return make_csv(HEADER, *PEOPLE, encoding="cp1252")


@dataclass
class Cast:
    """Who is there before the story begins."""

    organisation: Organisation
    programme: Programme
    lead: User
    mentor: User

    @property
    def holder(self) -> User:
        return User.objects.get(email=HEROINE)


def make_cast() -> Cast:
    """An organisation with its programmes, a lead and a mentor; nobody on a journey yet."""
    load_territory()
    organisation = make_organisation("Les Écossolies", slug="ecossolies")
    lead = make_member(organisation, Membership.Role.LEAD, "lea@example.org", first_name="Léa", last_name="Riou")
    programmes = journeys.load_programmes(organisation, by=lead)
    mentor = mentoring.create_mentor(
        organisation,
        email="marc@example.org",
        first_name="Marc",
        last_name="Tessier",
        language="fr",
        by=lead,
        capacity=2,
    )
    programme = next(one for one in programmes if one.code == "incubation-ess")
    return Cast(organisation, programme, lead, mentor.user)


def make_small_cast() -> Cast:
    """A lead, and a mentor and a holder who are a pair and meet tomorrow."""
    organisation = make_organisation("Les Écossolies", slug="ecossolies")
    lead = make_member(organisation, "lead", "lea@example.org", first_name="Léa", last_name="Riou")
    marc = make_member(organisation, "mentor", "marc@example.org", first_name="Marc", last_name="Tessier")
    zoe = make_member(organisation, "holder", HEROINE, first_name="Zoé", last_name="Lambert")
    programme = make_programme(organisation)
    journey = make_journey(organisation, zoe, programme=programme, referent=lead, name="L’épicerie du Ranzay")
    make_session(make_pair(organisation, make_mentor(organisation, marc), journey=journey))
    return Cast(organisation, programme, lead, marc)


def work() -> int:
    """What the worker does: every job that waits, oldest first, those they ring included; how many."""
    done = 0
    while job := OrmQ.objects.order_by("pk").first():
        task = job.task
        job.delete()
        import_string(task["func"])(*task["args"])
        done += 1
    return done


@contextmanager
def post_office(settings: Any) -> Iterator["PostOffice"]:
    """A real SMTP server that the settings name."""
    with smtp_server() as box:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", box.port
        settings.EMAIL_HOST_USER = settings.EMAIL_HOST_PASSWORD = ""
        settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
        yield PostOffice(box)


@dataclass
class PostOffice:
    """The letters as they came to people's own mail programs."""

    box: Mailbox

    def letters_to(self, address: str) -> list[EmailMessage]:
        """After the worker has done its round, oldest first."""
        work()
        pairs = zip(self.box.recipients, self.box.read(), strict=True)
        return [letter for to, letter in pairs if to == address]

    def text_of(self, letter: EmailMessage) -> str:
        body = letter.get_body(("plain",))
        assert body is not None
        return str(body.get_content())

    def code_for(self, address: str) -> str:
        """The newest sign-in code."""
        texts = [self.text_of(letter) for letter in self.letters_to(address)]
        found = [code for text in texts for code in re.findall(r"\b\d{6}\b", text)]
        assert found, f"no letter to {address} holds a code"
        return str(found[-1])

    def link_for(self, address: str, part: str) -> str:
        """The path of the newest link that contains `part`."""
        for letter in reversed(self.letters_to(address)):
            if found := re.search(rf"https?://[^/\s]+(\S*{part}\S*)", self.text_of(letter)):
                return found.group(1).rstrip(".,;)")
        raise AssertionError(f"no letter to {address} links to {part}")

    def invites_to(self, address: str) -> list[tuple[str, str, int, datetime]]:
        """(method, uid, sequence, start) of each invite, as vobject reads it."""
        found = []
        for letter in self.letters_to(address):
            part = next((one for one in letter.walk() if one.get_content_type() == "text/calendar"), None)
            if part is not None:
                calendar = vobject.readOne(part.get_payload(decode=True).decode())
                event = calendar.vevent
                start = event.dtstart.value.astimezone(PARIS)
                found.append((calendar.method.value, event.uid.value, int(event.sequence.value), start))
        return found
