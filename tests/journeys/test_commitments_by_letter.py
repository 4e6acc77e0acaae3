"""What is due is told once by one letter, and done, moved, dropped or undone from its link."""

import re
from datetime import date, timedelta

import pytest
import time_machine
from django.test import Client

from backend.accounts.models import Organisation, User
from backend.lib import clock as house
from backend.mail.models import Email
from journeys import actions, tasks
from journeys.models import Commitment, Journey
from journeys.queries.letters import Correspondence
from tests.factories.journeys import make_companion, make_journey

pytestmark = pytest.mark.django_db
LETTER = "journeys/letters/commitments_due"


@pytest.fixture
def journey(organisation: Organisation, holder: User, lead: User, mentor: User) -> Journey:
    journey = make_journey(organisation, holder, referent=lead)
    make_companion(journey, mentor)
    return journey


def promise(journey: Journey, text: str, owner: User, days: int) -> Commitment:
    """Due so many days after today, promised two days ago."""
    with time_machine.travel(house.now() - timedelta(days=2), tick=False):
        return actions.add_commitment(
            journey, text=text, owner=owner, due_on=house.today() + timedelta(days=2 + days), by=owner
        )


def link_of(letter: Email) -> str:
    found = re.search(r"http://testserver(/commitments/link/[\w-]+/)", letter.text)
    assert found
    return found[1]


def test_one_letter_for_all_that_is_due_once_for_each_date(
    journey: Journey, holder: User, mentor: User, clock: time_machine.Traveller
) -> None:
    bank, lease, later = (promise(journey, what, holder, n) for what, n in (("Banque", 0), ("Bail", 1), ("Site", 3)))
    promise(journey, "Comptes", holder, -1)
    done = promise(journey, "Statuts", holder, 1)
    actions.complete_commitment(done, by=holder)
    promise(journey, "Lettre", mentor, 1)
    clock.move_to(house.now().replace(hour=6))  # 7:00 in Nantes: too early
    assert tasks.sweep_commitments() == 0
    clock.shift(timedelta(hours=2))
    assert (tasks.sweep_commitments(), tasks.sweep_commitments()) == (2, 0)
    letter = Email.objects.get(template=LETTER, to_user=holder)
    text = letter.text.replace("\u00a0", " ")
    assert letter.subject.replace("\u00a0", " ") == "2 engagements arrivent à échéance"
    assert text.index("Banque") < text.index("Bail") < text.index("Comptes")
    assert "Site" not in text and "Statuts" not in text and "Lettre" not in text
    clock.shift(timedelta(days=1))
    assert tasks.sweep_commitments() == 0
    actions.move_commitment(bank, due_on=house.today() + timedelta(days=1), by=holder)
    assert (tasks.sweep_commitments(), Email.objects.filter(template=LETTER, to_user=holder).count()) == (1, 2)
    assert {one.told_for for one in (bank, lease, later) if not one.refresh_from_db()} == {
        date(2026, 11, 25), date(2026, 11, 24), None
    }  # fmt: skip


def test_a_worker_stopped_for_two_days_tells_nothing_that_is_past(
    journey: Journey, holder: User, clock: time_machine.Traveller
) -> None:
    promise(journey, "Banque", holder, 0)
    clock.shift(timedelta(days=2))
    assert tasks.sweep_commitments() == 0


def test_the_link_ticks_undoes_moves_and_drops_and_reading_it_changes_nothing(
    journey: Journey, holder: User, mentor: User, anonymous: Client
) -> None:
    bank, lease = promise(journey, "Banque", holder, 1), promise(journey, "Bail", holder, 1)
    hers_not = promise(journey, "Lettre", mentor, 1)
    tasks.sweep_commitments()
    link = link_of(Email.objects.get(template=LETTER, to_user=holder))
    for _time in range(10):
        page = anonymous.get(link).content.decode()
        anonymous.head(link)
    assert "Banque" in page and "Bail" in page and "Lettre" not in page
    assert Commitment.objects.open().count() == 3
    for _tap in range(2):
        anonymous.post(link, {"act": "done", "commitment": bank.pk})
    bank.refresh_from_db()
    assert bank.done_at is not None and bank.done_by == holder
    assert "coché par Hawa Diallo" in anonymous.get(link).content.decode()
    anonymous.post(link, {"act": "undo", "commitment": bank.pk})
    anonymous.post(link, {"act": "move", "commitment": bank.pk, f"c{bank.pk}-due_on": "2026-12-04"})
    wrong = anonymous.post(link, {"act": "move", "commitment": lease.pk, f"c{lease.pk}-due_on": "2026-11-02"})
    assert "Choisissez un jour à venir" in wrong.content.decode() and 'value="2026-11-02"' in wrong.content.decode()
    anonymous.post(link, {"act": "drop", "commitment": lease.pk, f"c{lease.pk}-reason": "Autre local"})
    anonymous.post(link, {"act": "done", "commitment": hers_not.pk})
    rows = {one.pk: one for one in Commitment.objects.all()}
    assert (rows[bank.pk].due_on, rows[bank.pk].done_at) == (date(2026, 12, 4), None)
    assert (rows[lease.pk].drop_reason, rows[lease.pk].dropped_by) == ("Autre local", holder)
    assert rows[hers_not.pk].is_open


def test_a_letter_about_several_journeys_stands_on_each_of_them_and_on_no_other(
    journey: Journey, organisation: Organisation, lead: User, mentor: User, holder: User, clock: time_machine.Traveller
) -> None:
    second, third = make_journey(organisation, referent=lead), make_journey(organisation, referent=lead)
    for one in (second, third):
        make_companion(one, mentor)
    for one, days in ((journey, 1), (second, 1), (third, 9)):
        promise(one, "Lettre", mentor, days)
    clock.shift(timedelta(hours=2))
    assert tasks.sweep_commitments() == 1
    letter = Email.objects.get(template=LETTER)
    assert (letter.to_user, letter.about) == (mentor, None)
    found = {
        (person, one): any(letter in rows for rows in Correspondence(one, person).letters)
        for one in (journey, second, third)
        for person in (mentor, lead, holder)
    }
    assert {key for key, stands in found.items() if stands} == {
        (mentor, journey), (mentor, second), (lead, journey), (lead, second),
    }  # fmt: skip
