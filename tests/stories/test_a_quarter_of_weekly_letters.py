"""A quarter of weekly letters for twelve people: what each says, that none is empty, and that nothing is told twice."""

import os
import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import time_machine
from django.test import Client

from backend.accounts.models import Membership, Organisation, User
from backend.lib import clock
from backend.mail import tasks
from backend.mail.models import Email, Mention
from evaluation import tasks as surveys
from evaluation.models import Request
from journeys import actions as journeys
from journeys import tasks as duties
from journeys.models import Companion, Journey, Step
from mentoring import actions as mentoring
from mentoring import tasks as sessions
from mentoring.models import Mentorship
from tests.factories.accounts import make_member, make_user
from tests.factories.evaluation import answer
from tests.factories.journeys import make_companion, make_delivery, make_journey, make_programme
from tests.factories.mentoring import make_pair, make_session
from tests.factories.stays import enrol, make_module_date, module_of
from tests.factories.story import at

FIRST = date(2026, 9, 28)
WEEKS = 13
"""Over the night of 25 October, when clocks go back."""
WEEKLY = "mail/letters/weekly"
DATES = "Votre semaine"
TABLE = Path(__file__).parent / "snapshots" / "a_quarter_of_weekly_letters.txt"


@dataclass
class People:
    """Two leads, two mentors, a referent who mentors too, a trainer and an adviser from elsewhere, five holders."""

    organisation: Organisation
    leads: list[User]
    mentors: list[User]
    both: User
    trainer: User
    adviser: User
    journeys: list[Journey]
    pairs: list[Mentorship] = field(default_factory=list)

    @property
    def holders(self) -> list[User]:
        return [one.holder.user for one in self.journeys]

    @property
    def everybody(self) -> list[User]:
        return [*self.leads, *self.mentors, self.both, self.trainer, self.adviser, *self.holders]


def monday(week: int, hour: str = "08:03") -> datetime:
    """Of this week of the quarter (1 to 13), in Nantes."""
    return at(str(FIRST + timedelta(weeks=week - 1)), hour)


def make_people(organisation: Organisation) -> People:
    def person(role: str, name: str) -> User:
        return make_member(organisation, role, f"{name.lower()}@example.org", first_name=name, last_name="Test")

    leads = [person("lead", name) for name in ("Lia", "Luc")]
    mentors = [person("mentor", name) for name in ("Mona", "Marc")]
    both = person("mentor", "Bea")
    Membership.objects.create(user=both, organisation=organisation, role="lead")
    programme = make_programme(organisation, hole_days=40)
    holders = [person("holder", name) for name in ("Ada", "Ben", "Coline", "Dina", "Enzo")]
    rows = [make_journey(organisation, one, programme=programme, referent=both) for one in holders]
    trainer, adviser = (make_user(f"{name}@b.org", first_name=name, last_name="Test") for name in ("Tom", "Ava"))
    make_companion(rows[0], trainer, Companion.Role.TRAINER)
    make_companion(rows[1], adviser, Companion.Role.ADVISER)
    people = People(organisation, leads, mentors, both, trainer, adviser, rows)
    people.pairs = [
        make_pair(organisation, who, journey=journey)
        for who, journey in zip([mentors[0], mentors[0], mentors[1], both], rows, strict=False)
    ]
    return people


# --- What happens --------------------------------------------------------------------------------------
def happenings(people: People) -> dict[tuple[int, str], Callable[[], Any]]:
    """{(week, time of its Monday): what people do}; the rest is the worker's."""
    ada, ben, coline, dina, enzo = people.journeys
    first, second, third, fourth = people.pairs
    made: dict[str, Any] = {}

    def plan(pair: Mentorship, name: str, days: int) -> None:
        made[name] = make_session(pair, clock.now() + timedelta(days=days, hours=3))

    def log(name: str) -> None:
        mentoring.log_session(made[name], by=made[name].mentorship.mentor.user, summary="Prix fixés")

    def train(name: str, days: int, *who: Journey) -> None:
        made[name] = make_module_date(module_of(ada), starts_at=clock.now() + timedelta(days=days, hours=4))
        enrol(made[name], *who)

    def promise(journey: Journey, owner: User, text: str, days: int) -> None:
        due = clock.now().date() + timedelta(days=days)
        made[text] = journeys.add_commitment(journey, text=text, owner=owner, due_on=due, by=owner)

    def propose() -> None:
        step = Step.objects.get(journey=ada, code="plan")
        made["proposal"] = journeys.propose_milestone(
            step, by=ada.holder.user, reached_on=date(2026, 10, 18), evidence="Relu à deux"
        )

    def all_answer() -> None:
        for request in Request.objects.filter(journey__in=[ada, ben]):
            answer(request, 5)

    return {
        (1, "10:00"): lambda: (plan(first, "s1", 2), plan(second, "s2", 16), plan(fourth, "s4", 3)),
        (1, "11:00"): lambda: train("posture", 8, ada, ben, coline),
        (2, "12:00"): lambda: log("s1"),
        (2, "13:00"): lambda: make_delivery(dina, kind="module", minutes=180, source="module:1"),
        (3, "09:30"): lambda: promise(ben, ben.holder.user, "Appeler la mairie", 11),
        (3, "10:30"): lambda: promise(ben, people.adviser, "Relire les statuts", 18),
        (4, "10:00"): propose,
        (5, "10:00"): lambda: made.update(
            more=journeys.ask_extension(coline, until_on=date(2027, 9, 1), reason="Un local", by=coline.holder.user)
        ),
        (5, "11:00"): lambda: promise(ada, people.trainer, "Envoyer le support", 9),
        (6, "10:00"): lambda: journeys.accept_proposal(made["proposal"], by=people.mentors[0]),
        (6, "11:00"): lambda: journeys.complete_commitment(made["Appeler la mairie"], by=ben.holder.user),
        (7, "10:00"): lambda: journeys.decide_extension(made["more"], granted=True, reason="Oui", by=people.leads[0]),
        (8, "10:00"): lambda: log("s2"),
        (9, "10:00"): lambda: (plan(third, "s3", 9), plan(first, "s5", 8)),
        (10, "10:00"): lambda: train("again", 7, dina, enzo),
        (12, "10:00"): lambda: promise(enzo, enzo.holder.user, "Choisir un nom", 8),
    }  # fmt: skip


def worker() -> None:
    """One round of the duties that write letters to people of this story; what is due leaves."""
    duties.sweep_commitments()
    duties.sweep_hours_to_confirm()
    sessions.sweep_sessions_to_log()
    sessions.sweep_log_reminders()
    sessions.sweep_questions()
    sessions.sweep_briefings()
    surveys.sweep_due_requests()
    surveys.sweep_reminders()
    tasks.sweep_weekly_letters()
    leave()


def leave() -> None:
    """What is due has left."""
    now = clock.now()
    Email.objects.filter(state="pending", not_before__lte=now).update(state="sent", sent_at=now)


# --- What was written ----------------------------------------------------------------------------------
@dataclass(frozen=True)
class Told:
    """One line of a weekly letter."""

    reader: User
    week: str
    section: str
    line: str
    url: str


def told_in(letter: Email) -> Iterator[Told]:
    section, line = "", ""
    rows = letter.text.splitlines()
    for row, after in zip(rows, [*rows[1:], ""], strict=True):
        if after.startswith("- ") and not row.strip().startswith(("- ", "http")):
            section = row
        if row.startswith("- "):
            line = row.removeprefix("- ")
            yield Told(letter.to_user, letter.key.rpartition(":")[2], section, line, after.strip())


class Pages:
    """What opened for whom; it is not asked for again."""

    def __init__(self) -> None:
        self.seen: set[tuple[User, str]] = set()

    def check(self, one: Told) -> None:
        if (one.reader, one.url) not in self.seen:
            client = Client()
            client.force_login(one.reader)
            answer = client.get(urlsplit(one.url).path)
            assert answer.status_code == 200, one
            self.seen.add((one.reader, one.url))


@pytest.mark.django_db
@pytest.mark.any_database
@pytest.mark.long
def test_a_quarter_of_weekly_letters(organisation: Organisation) -> None:
    with time_machine.travel(monday(1, "07:00"), tick=False):
        people = make_people(organisation)
        leave()
    acts = happenings(people)
    found: list[Told] = []
    pages = Pages()
    for week in range(1, WEEKS + 1):
        for day in (0, 3):
            moments = [(hour, act) for (n, hour), act in acts.items() if n == week and not day]
            with time_machine.travel(monday(week) + timedelta(days=day), tick=False) as traveller:
                worker()
                new = Email.objects.filter(template=WEEKLY, created_at=clock.now()).select_related("to_user")
                for letter in new.order_by("pk"):
                    lines = list(told_in(letter))
                    assert lines, f"{letter} is empty"
                    found += lines
                    for one in lines:
                        pages.check(one)
                for hour, act in moments:
                    traveller.move_to(monday(week, hour))
                    act()
    letters = Counter((one.to_user_id, one.key) for one in Email.objects.filter(template=WEEKLY))
    assert set(letters.values()) == {1}
    again = Counter((one.reader, one.line, one.url) for one in found if one.section != DATES)
    assert [one for one, count in again.items() if count > 1] == []
    assert twice_across_letters() == []
    compare_with_table(found)


def twice_across_letters() -> list[str]:
    """What a weekly letter told and a reminder or a questionnaire told again within seven days, and the other way."""
    told = Mention.objects.filter(email__state="sent").select_related("email").order_by("email__sent_at", "pk")
    seen: dict[tuple[Any, ...], list[Email]] = {}
    for one in told:
        seen.setdefault((one.email.to_user_id, one.thing_type_id, one.thing_id, one.at), []).append(one.email)
    return [
        f"{first.to_name}: {first.key} then {second.key}"
        for letters in seen.values()
        for first, second in pairwise(letters)
        if {first.kind.code, second.kind.code} <= {"weekly", "reminders", "surveys", "hours", "pairs"}
        and "weekly" in (first.kind.code, second.kind.code)
        and second.sent_at - first.sent_at < timedelta(days=6, hours=23)
    ]


def compare_with_table(found: list[Told]) -> None:
    """The whole quarter, person by person; JALON_WRITE_SNAPSHOTS=1 writes it anew."""
    rows = [f"{one.reader.first_name} · {one.week} · {one.section} · {one.line}" for one in found]
    table = "\n".join(sorted(rows, key=lambda row: row.split(" · ")[:2])) + "\n"
    table = re.sub(r"\b(Projet|Entreprise) \d+", r"\1 N", table)  # made one after the other, by every test
    if os.environ.get("JALON_WRITE_SNAPSHOTS"):
        TABLE.parent.mkdir(exist_ok=True)
        TABLE.write_text(table, encoding="utf-8")
    assert table == TABLE.read_text(encoding="utf-8")
