"""Who reads each kind of note: a word planted in each, and every place where it might show, for everybody."""

import re
from collections.abc import Iterable
from functools import cached_property
from io import BytesIO
from typing import Any
from zipfile import ZipFile

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from backend.accounts import actions as accounts
from backend.accounts.models import Membership, Organisation, User
from backend.calendars import actions as calendars
from backend.lib import clock
from backend.mail.models import Email
from journeys.models import Delivery
from mentoring import actions, queries, tasks
from mentoring.models import Mentorship, Session
from tests.factories.accounts import make_member
from tests.factories.journeys import make_companion
from tests.factories.mentoring import make_held_session, make_mentor, make_pair, make_session

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]

MARKS = {
    "summary": "Zinnia", "was_summary": "Zibeline", "private": "Quartz", "was_private": "Quetsche",
    "programme": "Wapiti", "was_programme": "Wombat", "draft": "Xylophone",
}  # fmt: skip
SHARED, PROGRAMME, PRIVATE = {"summary", "was_summary"}, {"programme", "was_programme"}, {"private", "was_private"}
NOTHING: set[str] = set()


class House:
    """A held session with a word in each note and one in what each was; everybody who may come near it."""

    def __init__(self, organisation: Organisation, other: Organisation, pair: Mentorship) -> None:
        self.pair, self.organisation = pair, organisation
        role = Membership.Role
        people = {
            "holder": pair.journey.holder.user,
            "mentor": pair.mentor.user,
            "second mentor": self._second_mentor(),
            "former mentor": self._former_mentor(),
            "mentor elsewhere": make_pair(other, make_member(other, role.MENTOR, "m2@example.org")).mentor.user,
            "lead": make_member(organisation, role.LEAD, "lead@example.org", first_name="Léa"),
            "lead elsewhere": make_member(other, role.LEAD, "l2@example.org"),
            "steward": make_member(organisation, role.STEWARD, "s@example.org"),
            "observer": make_member(organisation, role.OBSERVER, "o@example.org"),
            "adviser": self._companion("a@example.org", "adviser"),
            "adviser elsewhere": self._companion("a2@example.org", "adviser", other),
            "referent": self._companion("r@example.org", "referent"),
            "superuser": User.objects.create_superuser("root@example.org", "root"),
        }
        self.people: dict[str, User] = people
        self.session = self._told(people["mentor"])
        self.ahead = make_session(pair)

    def _second_mentor(self) -> User:
        """A pair that stands beside the first."""
        mentor = make_mentor(self.organisation)
        Mentorship.objects.create(
            mentor=mentor, journey=self.pair.journey, state="active", is_primary=False, started_on=clock.today()
        )
        make_companion(self.pair.journey, mentor.user)
        return mentor.user

    def _former_mentor(self) -> User:
        """She had accompanied this journey before."""
        former = make_mentor(self.organisation)
        Mentorship.objects.create(
            mentor=former, journey=self.pair.journey, state="ended", is_primary=False, started_on=clock.today(),
            ended_on=clock.today(), end_reason="other",
        )  # fmt: skip
        return former.user

    def _companion(self, email: str, role: str, organisation: Organisation | None = None) -> User:
        person = make_member(organisation or self.organisation, Membership.Role.MENTOR, email)
        make_companion(self.pair.journey, person, role)
        return person

    def _told(self, mentor: User) -> Session:
        session = make_held_session(self.pair, summary=MARKS["was_summary"])  # told in the letter to the holder
        for kind in ("was_", ""):
            words = {
                name: MARKS[kind + name.removesuffix("_note")] for name in ("summary", "private_note", "programme_note")
            }
            actions.update_log(session, by=mentor, **words)
        actions.keep_draft(session, fields={"summary": [MARKS["draft"]]}, revision=0, device="phone", by=mentor)
        return session

    @cached_property
    def feeds(self) -> list[str]:
        """The calendars that the two have subscribed to: whoever has the address reads them."""
        tokens = [
            calendars.open_feed(self.people[who], name="Bureau", by=self.people[who])[1] for who in ("mentor", "holder")
        ]
        return [reverse("calendars:feed", args=[token]) for token in tokens]

    @cached_property
    def places(self) -> dict[str, list[str]]:
        """{what it is: its addresses}."""
        session, pair, journey = self.session.pk, self.pair.pk, self.pair.journey_id
        programme = self.pair.journey.programme_id
        line = Delivery.objects.get(journey=journey)
        words = (MARKS["summary"], MARKS["private"])
        told = Email.objects.filter(template="mentoring/letters/confirm_hours")
        return {
            "session": [reverse("mentoring:session", args=[session])],
            "log": [reverse("mentoring:session_log", args=[session])],
            "briefing": [reverse("mentoring:session_briefing", args=[self.ahead.pk])],
            "event": [reverse("mentoring:session_ics", args=[self.ahead.pk]), *self.feeds],
            "pair": [reverse("mentoring:mentorship", args=[pair])],
            "journey": [f"/journeys/{journey}/", f"/journeys/{journey}/hours/", f"/journeys/{journey}/letters/"],
            "home": [reverse("home")],
            "lists": ["/sessions/?show=past", "/journeys/", "/mentors/", f"/mentors/{self.pair.mentor_id}/"],
            "searches": [f"/sessions/?show=past&search={words[1]}", f"/journeys/?q={words[0]}"],
            "exports": [
                "/journeys/export.csv", f"/journeys/export.xlsx?way=columns&q={words[1]}",
                f"/journeys/{journey}/hours/period.xlsx?starts_on=2026-01-01&ends_on=2026-12-31",
                f"/programmes/{programme}/hours/", f"/programmes/{programme}/hours.xlsx",
                f"/mentors/{self.pair.mentor_id}/hours/", f"/api/v1/mentors/{self.pair.mentor_id}/hours/",
                f"/api/v1/journeys/{journey}/hours/", "/api/v1/mentors/burden/",
            ],
            "letters": ["/letters/", *(f"/letters/{one.pk}/body/" for one in told.order_by("pk"))],
            "api session": [f"/api/v1/sessions/{session}/", "/api/v1/sessions/"],
            "api": [
                "/api/v1/mentorships/", f"/api/v1/mentorships/{pair}/",
                f"/api/v1/journeys/{journey}/", "/api/v1/journeys/", "/api/v1/mentor-gatherings/",
                "/api/v1/deliveries/", f"/api/v1/deliveries/{line.pk}/", "/api/v1/commitments/", "/api/v1/emails/",
            ],
            "admin": [f"/admin/mentoring/session/{session}/change/", "/admin/mentoring/session/"],
        }  # fmt: skip

    def read(self, client: Client, addresses: Iterable[str]) -> set[str]:
        """The marks that can be read at these addresses. What was typed to search is no finding."""
        found = set()
        for url in addresses:
            answer = client.get(url)
            shown = text_of(answer)
            searched = url.split("=")[-1] if "=" in url else ""
            found |= {kind for kind, word in MARKS.items() if word in shown and word != searched}
        return found


def text_of(answer: HttpResponse | Any) -> str:
    """What can be read of it: of a workbook, each of its sheets."""
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content
    if content.startswith(b"PK"):
        with ZipFile(BytesIO(content)) as book:
            content = b" ".join(book.read(name) for name in book.namelist())
    return str(content.decode("utf-8", "replace"))


@pytest.fixture
def house(organisation: Organisation, other_organisation: Organisation, pair: Mentorship) -> House:
    return House(organisation, other_organisation, pair)


OF_LEAD = {
    "session": SHARED | PROGRAMME,
    "log": {"summary", "programme"},
    "briefing": {"summary"},
    "pair": {"summary"},
    "letters": {"was_summary"},  # the letters of her organisation: this one went to the holder
    "api": {"was_summary"},
    "api session": {"summary", "programme"},
}
EXPECTED: dict[str, dict[str, set[str]]] = {
    "holder": {
        "session": SHARED,
        "pair": {"summary"},
        "letters": {"was_summary"},  # her own
        "api": {"was_summary"},
        "api session": {"summary"},
    },
    "mentor": {
        "session": SHARED | PROGRAMME | PRIVATE,
        "log": {"programme", "private", "draft"},  # the draft of the summary stands in its box
        "briefing": {"summary"},
        "home": {"summary"},  # what was decided last, for the next session
        "pair": {"summary"},
        "api session": {"summary", "programme", "private"},
    },
    "second mentor": {},
    "lead": OF_LEAD,
}
"""{who: {where: which notes}}; elsewhere, and for everybody else, none."""


@pytest.mark.filterwarnings("ignore:The default scheme")  # of an address, in the forms of the admin
def test_everybody_reads_in_every_place_what_was_named_above_the_box_and_nothing_else(house: House) -> None:
    found: dict[str, dict[str, set[str]]] = {}
    for name, person in house.people.items():
        client = Client()
        client.force_login(person)
        seen = {place: house.read(client, addresses) for place, addresses in house.places.items()}
        found[name] = {place: marks for place, marks in seen.items() if marks}
    anonymous = {place: house.read(Client(), addresses) for place, addresses in house.places.items()}
    found["anonymous"] = {place: marks for place, marks in anonymous.items() if marks}
    expected = {name: {place: marks for place, marks in EXPECTED.get(name, {}).items() if marks} for name in found}
    assert found == expected


def test_no_search_finds_a_session_by_a_word_of_its_notes(house: House) -> None:
    for name, person in house.people.items():
        found = {
            kind
            for kind, word in MARKS.items()
            if queries.list_sessions(person, "past", now=clock.now(), search=word).exists()
        }
        assert found == NOTHING, name
    named = queries.list_sessions(house.people["lead"], "past", now=clock.now(), search="Diallo")
    assert list(named) == [house.session]


def links_of(purpose: str) -> list[str]:
    texts = Email.objects.values_list("text", flat=True)
    return [found for text in texts for found in re.findall(rf"http://testserver(/{purpose}/[\w-]+/)", text)]


def test_letters_and_their_links_tell_no_note_but_the_summary_to_the_holder(house: House) -> None:
    _link, token = accounts.make_link("session_log", about=house.session, user=house.people["mentor"])
    assert house.read(Client(), [reverse("mentoring:session_log_link", args=[token])]) == NOTHING
    assert links_of("confirm")
    assert house.read(Client(), links_of("confirm")) <= SHARED
    tasks.sweep_sessions_to_log()
    texts = [f"{one.to_address} {one.subject} {one.text} {one.html}" for one in Email.objects.order_by("pk")]
    told = {kind for kind, word in MARKS.items() if any(word in text for text in texts)}
    assert told == {"was_summary"}
    assert all("holder@example.org" in text for text in texts for kind in SHARED if MARKS[kind] in text)


def test_readers_stay_the_same_when_a_pair_ends_or_its_mentor_becomes_a_lead(house: House) -> None:
    mentor, places = house.people["mentor"], ("session", "pair", "home", "api session", "letters")
    addresses = [url for place in places for url in house.places[place]]
    client = Client()
    client.force_login(mentor)
    actions.end_mentorship(house.pair, reason="other", by=None)
    assert house.read(client, addresses) == NOTHING
    make_member(house.organisation, Membership.Role.LEAD, mentor.email)
    assert house.read(client, addresses) == SHARED | PROGRAMME | PRIVATE  # a lead's, and the private words she wrote
    lead = Client()
    lead.force_login(house.people["lead"])
    assert house.read(lead, addresses) == SHARED | PROGRAMME
    holder = Client()
    holder.force_login(house.people["holder"])
    assert house.read(holder, addresses) == SHARED
    after = actions.pair_mentor(house.pair.journey, make_mentor(house.organisation), by=None)
    following = Client()
    following.force_login(after.mentor.user)
    pages = [*addresses, reverse("mentoring:mentorship", args=[after.pk])]
    assert house.read(following, pages) == {"summary"}  # the briefing of who comes next
