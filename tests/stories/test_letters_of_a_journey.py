"""The letters of a journey: who reads that each was written, answered or came back; the list at its size."""

import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from rest_framework.test import APIClient

from backend.accounts import actions as accounts
from backend.accounts.models import Membership, Organisation, User
from backend.calendars import actions as calendars
from backend.calendars.models import InviteAnswer, InviteAttendee
from backend.lib import clock
from backend.mail import queries as mail
from backend.mail import tasks
from backend.mail.actions import keep_incoming
from backend.mail.models import Email, Incoming
from journeys.models import Journey
from journeys.queries.journeys import full
from journeys.queries.letters import ANSWER, LETTER, REPLY, Asked, Correspondence
from journeys.queries.letters_page import letters_page
from mentoring import actions
from mentoring.models import Mentorship, Session
from tests.backend.mail import raw
from tests.factories.accounts import make_member
from tests.factories.evaluation import make_request
from tests.factories.journeys import make_companion, make_journey
from tests.factories.mail import letters_to, make_email
from tests.factories.mentoring import make_mentor, make_pair, make_session
from tests.factories.stays import enrol, make_module_date, module_of

pytestmark = pytest.mark.django_db
Key = tuple[str, int]
PRIVATE = "Je préfère que cela reste entre nous"


@pytest.fixture(autouse=True)
def takes_replies(settings: Any) -> None:
    settings.ANSWERS_DOMAIN, settings.TAKES_REPLIES = "answers.example.org", True
    settings.MAIL_ADDRESS = "rdv@jalon.localhost"


class House:
    """A journey with two mentors, a referent, an adviser, and a letter of each kind; another journey beside it."""

    def __init__(self, organisation: Organisation, other: Organisation) -> None:
        role = Membership.Role
        self.organisation = organisation
        self.lead = make_member(organisation, role.LEAD, "lead@example.org", first_name="Léa", last_name="Roy")
        self.pair = make_pair(organisation)
        self.journey, self.mentor = self.pair.journey, self.pair.mentor.user
        self.holder = self.journey.holder.user
        self.other_pair = make_pair(organisation, self.pair.mentor)
        self.second = self._second_mentor(role)
        former = make_mentor(organisation)
        self.adviser = self._companion("a@example.org", "adviser")
        self.referent = self._companion("r@example.org", "referent")
        self.people: dict[str, User] = {
            "holder": self.holder,
            "mentor": self.mentor,
            "second mentor": self.second.mentor.user,
            "referent": self.referent,
            "adviser": self.adviser,
            "lead": self.lead,
            "steward": make_member(organisation, role.STEWARD, "s@example.org"),
            "observer": make_member(organisation, role.OBSERVER, "o@example.org"),
            "mentor elsewhere": former.user,
            "lead elsewhere": make_member(other, role.LEAD, "l2@example.org"),
            "other holder": self.other_pair.journey.holder.user,
        }
        self.session = make_session(self.pair)
        self.keys: dict[str, Key] = {}
        self._letters()
        self._answers()
        self._replies()

    def _second_mentor(self, role: Any) -> Mentorship:
        mentor = make_mentor(self.organisation)
        pair = Mentorship.objects.create(
            mentor=mentor, journey=self.journey, state="active", is_primary=False, started_on=clock.today()
        )
        make_companion(self.journey, mentor.user)
        return pair

    def _companion(self, email: str, part: str) -> User:
        person = make_member(self.organisation, Membership.Role.MENTOR, email, first_name="Ada", last_name=email[0])
        make_companion(self.journey, person, part)
        return person

    def note(self, what: str, email: Email) -> Email:
        self.keys[what] = (LETTER, email.pk)
        return email

    def _to(self, person: User, template: str, about: Any = None) -> Email:
        rows = Email.objects.filter(to_user=person, template=template).order_by("-pk")
        return (rows.about(about) if about else rows)[0]

    def _letters(self) -> None:
        invite, holder, mentor = "calendars/letters/invite", self.holder, self.mentor
        make_session(self.second, clock.now() + timedelta(days=3))
        second = Session.objects.get(mentorship=self.second)
        enrolment = enrol(make_module_date(module_of(self.journey)), self.journey)[0]
        actions.ask_question(self.session)
        actions.write_question(self.session, text=PRIVATE, by=holder)
        actions.brief_mentor([self.session])
        gathering = actions.plan_gathering(
            self.pair.mentor, pairs=[self.pair, self.other_pair], starts_at=clock.now() + timedelta(days=9),
            place="Solilab", by=mentor,
        )  # fmt: skip
        self.gathering = gathering
        other_holder = self.other_pair.journey.holder.user
        for what, email in {
            "session to holder": self._to(holder, invite, self.session),
            "session to mentor": self._to(mentor, invite, self.session),
            "second mentor’s session to holder": self._to(holder, invite, second),
            "module to holder": self._to(holder, invite, enrolment),
            "question to holder": self._to(holder, "mentoring/letters/session_question"),
            "briefing to mentor": self._to(mentor, "mentoring/letters/briefing"),
            "group to holder": self._to(holder, invite, gathering),
            "group to mentor": self._to(mentor, invite, gathering),
            "group to other holder": self._to(other_holder, invite, gathering),
            "survey to holder": self._to(holder, "evaluation/letters/survey_request", make_request(self.journey)),
            "adviser invited": make_email(
                self.adviser, organisation=self.organisation, about=self.adviser.accompanied.get()
            ),
            "to a tutor": make_email("tutor@example.org", organisation=self.organisation, about=self.journey),
            "about nothing": make_email(holder, organisation=self.organisation),
            "about another journey": make_email(mentor, organisation=self.organisation, about=self.other_pair.journey),
        }.items():
            self.note(what, email)

    def _answers(self) -> None:
        for what, about, person in (
            ("holder comes", self.session, self.holder),
            ("mentor comes", self.session, self.mentor),
            ("other holder comes", self.gathering, self.other_pair.journey.holder.user),
        ):
            place = InviteAttendee.objects.get(invite__in=_invites(about), user=person)
            answer = calendars.answer_invite(place, "ACCEPTED", by=person)
            assert answer is not None
            self.keys[what] = (ANSWER, answer.pk)
        place = InviteAttendee.objects.get(invite__in=_invites(self.gathering), user=self.holder)
        waits = InviteAnswer.objects.create(
            key="waits", invite=place.invite, attendee=place, kind="REPLY", partstat="DECLINED", treatment="waiting",
            received_at=clock.now(),
        )  # fmt: skip
        self.keys["holder’s unproved no"] = (ANSWER, waits.pk)

    def _replies(self) -> None:
        """The holder answers the letter of her session; the mentor’s own letter comes back."""
        letter = self._to(self.holder, "calendars/letters/invite", self.session)
        content = raw.note(PRIVATE, to=f"re-{letter.reply_token}@answers.example.org", sender=self.holder.email)
        self.keys["holder answers in words"] = (REPLY, come(content).pk)
        self.note("her words to mentor", self._to(self.mentor, "mail/letters/reply"))
        sent = self._to(self.mentor, "calendars/letters/invite", self.session)
        Email.objects.filter(pk=sent.pk).update(state="sent", sent_at=sent.created_at)
        back = come(raw.report(raw.POSTFIX, Email.objects.get(pk=sent.pk)))
        self.keys["mentor’s letter came back"] = (REPLY, back.pk)


def come(content: bytes) -> Incoming:
    """It comes in and is treated."""
    incoming = keep_incoming(content, way="imap")
    tasks.treat(incoming.pk)
    return Incoming.objects.get(pk=incoming.pk)


def _invites(about: Any) -> Any:
    from backend.calendars.models import Invite

    return Invite.objects.about(about).order_by().values("pk")


@pytest.fixture
def house(organisation: Organisation, other_organisation: Organisation) -> House:
    return House(organisation, other_organisation)


NOBODY, GONE = 403, 404
HERS = {"session to holder", "second mentor’s session to holder", "module to holder", "question to holder",
        "group to holder", "survey to holder"}  # fmt: skip
SEEN: dict[str, set[str] | int] = {
    "holder": HERS | {"holder comes", "mentor comes", "holder’s unproved no", "holder answers in words"},
    "mentor": {
        "session to holder", "session to mentor", "module to holder", "briefing to mentor", "group to holder",
        "group to mentor", "holder comes", "mentor comes", "her words to mentor",
    },
    "second mentor": {"second mentor’s session to holder", "module to holder"},
    "referent": {"module to holder"},
    "adviser": {"adviser invited"},
    "lead": HERS | {
        "session to mentor", "briefing to mentor", "group to mentor", "adviser invited", "to a tutor", "holder comes",
        "mentor comes", "holder’s unproved no", "holder answers in words", "mentor’s letter came back",
    },
    "steward": NOBODY, "observer": GONE, "mentor elsewhere": GONE, "lead elsewhere": GONE, "other holder": GONE,
}  # fmt: skip


def test_each_reads_of_the_letters_what_is_hers_to_know(house: House, client_of: Callable[[User], Client]) -> None:
    names = {key: what for what, key in house.keys.items()}
    assert len(names) == len(house.keys)
    found: dict[str, set[str] | int] = {}
    for who, person in house.people.items():
        answer = _program(person).get(f"/api/v1/journeys/{house.journey.pk}/thread/", {"page_size": 200})
        page = client_of(person).get(f"/journeys/{house.journey.pk}/letters/")
        assert page.status_code == answer.status_code, who
        if answer.status_code == 200:
            told = {names.get((one["sort"], one["id"]), "") for one in answer.json()["results"]}
            found[who] = told - {""}
            said = page.content.decode() + answer.content.decode()
            others = {one.email for one in house.people.values() if one != person} | {"tutor@example.org"}
            assert [one for one in (PRIVATE, *sorted(others)) if one in said] == [], who
        else:
            found[who] = answer.status_code
    assert found == SEEN


def _program(person: User) -> APIClient:
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {accounts.create_api_token(person, name='T', days=1, by=person)[1]}")
    return client


def test_only_what_one_may_open_is_a_link_and_a_lead_never_reads_words_of_two(
    house: House, client_of: Callable[[User], Client], settings: Any
) -> None:
    mentor = client_of(house.mentor).get(f"/journeys/{house.journey.pk}/letters/").content.decode()
    hers, not_hers = house.keys["her words to mentor"][1], house.keys["session to holder"][1]
    assert (f"/letters/{hers}/" in mentor, f"/letters/{not_hers}/" in mentor) == (True, False)
    settings.DEMO = False
    for what in ("her words to mentor", "briefing to mentor"):
        email = Email.objects.get(pk=house.keys[what][1])
        read = [PRIVATE in mail.readable_text(email, one) for one in (house.mentor, house.lead)]
        assert read == [True, False], what
        shown = client_of(house.lead).get(f"/letters/{email.pk}/").content.decode()
        assert (PRIVATE in shown, "reste entre deux personnes" in shown) == (False, True)


def test_the_list_is_narrowed_to_letters_answers_and_a_person(house: House) -> None:
    def told(**asked: str) -> set[str]:
        answer = _program(house.lead).get(
            f"/api/v1/journeys/{house.journey.pk}/thread/", {"page_size": "200", **asked}
        ).json()  # fmt: skip
        return {names[key] for one in answer["results"] if (key := (one["sort"], one["id"])) in names}

    names = {key: what for what, key in house.keys.items()}
    everything = SEEN["lead"]
    assert isinstance(everything, set)
    answers = {"holder comes", "mentor comes", "holder’s unproved no", "holder answers in words",
               "mentor’s letter came back"}  # fmt: skip
    assert (told(show="letters"), told(show="answers")) == (everything - answers, answers)
    assert told(person="none") == {"to a tutor"}
    assert told(person=str(house.mentor.pk), show="answers") == {"mentor comes", "mentor’s letter came back"}
    bad = _program(house.lead).get(f"/api/v1/journeys/{house.journey.pk}/thread/", {"person": "x"})
    assert (bad.status_code, list(bad.json())) == (400, ["person"])


def test_the_list_says_what_became_of_each_letter(organisation: Organisation, lead: User) -> None:
    journey = make_journey(organisation)
    holder = journey.holder.user
    letters = {state: make_email(holder, organisation=organisation, about=journey) for state in
               ("sent", "pending", "dropped", "kept_back", "unwanted")}  # fmt: skip
    for state, more in {
        "sent": {"sent_at": clock.now() + timedelta(days=1)},
        "pending": {"why": "hours", "not_before": clock.now() + timedelta(hours=23)},
        "dropped": {"why": "passed"},
        "kept_back": {},
        "unwanted": {},
    }.items():
        Email.objects.filter(pk=letters[state].pk).update(state=state, **more)
    page = letters_page(Correspondence(full(Journey.objects.filter(pk=journey.pk)).get(), lead), Asked(), "")
    found = {line.state: (line.word, line.more) for _day, lines in page["days"] for line in lines}
    assert found == {
        "sent": ("envoyé", "parti le mardi 24 novembre à 9\xa0h"),
        "pending": ("en attente", "hors des heures où les courriers partent, jusqu’au mardi 24 novembre à 8\xa0h"),
        "dropped": ("sans objet", "le moment était passé"),
        "kept_back": ("retenu", ""),
        "unwanted": ("non souhaité", ""),
    }


def test_the_page_costs_the_same_for_one_letter_and_for_three(
    organisation: Organisation, lead: User, client_of: Callable[[User], Client],
    assert_num_queries_same: Callable[..., int],
) -> None:  # fmt: skip
    pair = make_pair(organisation)
    journey, holder = pair.journey, pair.journey.holder.user

    def fill(number: int) -> None:
        make_session(pair, clock.now() + timedelta(days=number))
        place = InviteAttendee.objects.filter(user=holder).order_by("-pk")[0]
        calendars.answer_invite(place, "ACCEPTED", by=holder)
        letter = letters_to(holder)[-1]
        come(raw.note("Oui", to=f"re-{letter.reply_token}@answers.example.org", sender=holder.email, mark=str(number)))

    fill(1)
    client = client_of(lead)
    page = f"/journeys/{journey.pk}/letters/"
    assert_num_queries_same(lambda: client.get(page), lambda: [fill(number) for number in (2, 3)])


@pytest.mark.long
def test_a_page_of_ten_thousand_letters_is_found_at_once(organisation: Organisation, lead: User) -> None:
    """A tenth of a second on an idle machine; the bound leaves room for a busy one."""
    journey, other = make_journey(organisation), make_journey(organisation)
    model = make_email(journey.holder.user, organisation=organisation, about=journey)
    facts = {
        field.attname: getattr(model, field.attname) for field in Email._meta.concrete_fields if field.attname != "id"
    }
    facts |= {"message": b"", "html": "", "reply_token": ""}
    rows = [
        Email(**facts | {
            "key": f"n{number}", "message_id": f"<n{number}@example.org>", "about_id": (journey, other)[number % 2].pk,
            "created_at": clock.now() - timedelta(minutes=number),
        })
        for number in range(10_000)
    ]  # fmt: skip
    Email.objects.bulk_create(rows, batch_size=500)
    found, spent = full(Journey.objects.filter(pk=journey.pk)).get(), []
    for _time in range(3):
        began = time.perf_counter()
        page = letters_page(Correspondence(found, lead), Asked(), "3")
        spent.append(time.perf_counter() - began)
    assert (page["page"].paginator.count, sum(len(lines) for _day, lines in page["days"])) == (5001, 30)
    assert min(spent) < 0.5
