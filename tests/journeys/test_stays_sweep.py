"""Thirty days of the sweep over a dozen stays: who is asked what, and when; who has answered is asked no more."""

from dataclasses import replace
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine

from backend.accounts.models import Organisation, User
from backend.mail.models import Email
from journeys import actions, tasks
from journeys.actions.immersions.facts import facts_of
from journeys.models import Immersion, Journey
from tests.factories.journeys import make_journey
from tests.factories.stays import days_of, make_immersion

pytestmark = pytest.mark.django_db
PARIS = ZoneInfo("Europe/Paris")
FIRST = date(2026, 11, 23)
Line = tuple[date, str, str]

# kind -> days of the stay, then what each side gets and on which day of it (1 is the first).
# She tells how it went on day 6 in "she answers"; on day 4 of "made longer" the tutor has told how it goes, she has
# not, and four days are added: her asking follows the new days.
EXPECTED: dict[str, tuple[int, list[tuple[int, str, str]]]] = {
    "nobody answers": (6, [(3, "check", "holder"), (3, "check", "tutor"), (5, "assess", "holder"),
                           (5, "assess", "tutor"), (9, "assess", "holder"), (9, "assess", "tutor"),
                           (16, "assess", "holder"), (16, "assess", "tutor")]),
    "she answers": (6, [(3, "check", "holder"), (3, "check", "tutor"), (5, "assess", "holder"),
                        (5, "assess", "tutor"), (9, "assess", "tutor"), (16, "assess", "tutor")]),
    "one day": (1, [(1, "assess", "holder"), (1, "assess", "tutor"), (4, "assess", "holder"), (4, "assess", "tutor"),
                    (11, "assess", "holder"), (11, "assess", "tutor")]),
    "three days": (3, [(2, "check", "holder"), (2, "check", "tutor"), (2, "assess", "holder"),
                       (2, "assess", "tutor"), (6, "assess", "holder"), (6, "assess", "tutor"),
                       (13, "assess", "holder"), (13, "assess", "tutor")]),
    "ends early": (6, [(2, "assess", "holder"), (2, "assess", "tutor"), (5, "assess", "holder"),
                       (5, "assess", "tutor"), (12, "assess", "holder"), (12, "assess", "tutor")]),
    "cancelled": (6, []),
    "two days": (2, [(1, "assess", "holder"), (1, "assess", "tutor"), (5, "assess", "holder"), (5, "assess", "tutor"),
                     (12, "assess", "holder"), (12, "assess", "tutor")]),
    "made longer": (6, [(3, "check", "holder"), (3, "check", "tutor"), (5, "check", "holder"), (9, "assess", "holder"),
                        (9, "assess", "tutor"), (13, "assess", "holder"), (13, "assess", "tutor"),
                        (20, "assess", "holder"), (20, "assess", "tutor")]),
}  # fmt: skip
KINDS = list(EXPECTED)


def act_of_the_day(row: Immersion, kind: str, day: int) -> None:
    """What people do that day, in the morning."""
    stay = Immersion.objects.select_related("step__journey__programme__organisation").get(pk=row.pk)
    if kind == "she answers" and day == 6:
        actions.answer_assessment(stay, side="holder", outcome="completed", minutes=600, reached=3, by=None)
    if kind == "ends early" and day == 2:
        facts = {"minutes_done": 420, "last_day_on": stay.starts_on + timedelta(days=1), "side": "company"}
        actions.complete_immersion(stay, outcome="partial", reason="Fermé", by=None, **facts)
    if kind == "cancelled" and day == 2:
        actions.cancel_immersion(stay, reason="Malade", by=None)
    if kind == "made longer" and day == 4:
        actions.answer_check_in(stay, side="tutor", mood="good", by=None)
        four_more_days(stay)


def four_more_days(stay: Immersion) -> None:
    """By an amendment that is signed and put in force."""
    was = facts_of(stay)
    days = [*was.schedule, *days_of(was.ends_on + timedelta(days=1), [240] * 4)]
    longer = replace(was, ends_on=was.ends_on + timedelta(days=4), schedule=days)
    amendment = actions.draft_amendment(stay, longer, reason="Un salon", by=None)
    amendment = actions.send_amendment_to_sign(amendment, by=None)
    for party in amendment.concerned:
        today = datetime.now(PARIS).date()
        amendment = actions.record_amendment_signature(amendment, party=party, signed_on=today, by=None)
    actions.validate_amendment(amendment, by=None)


def sent_about(row: Immersion) -> list[Line]:
    """The asks of this stay: the day, which, to which side."""
    found = []
    for one in Email.objects.filter(template__regex=r"/(check_in_ask|assessment_ask)$"):
        name, pk, side = one.key.split(":")[:3]
        if pk == str(row.pk):
            assert one.to_address == (row.tutor_email if side == "tutor" else "holder@example.org")
            kind = "check" if name == "check_in_ask" else "assess"
            found.append((one.created_at.astimezone(PARIS).date(), kind, side))
    return sorted(found)


@pytest.mark.any_database
def test_thirty_days_of_a_dozen_stays(
    organisation: Organisation, holder: User, lead: User, clock: time_machine.Traveller
) -> None:
    journey: Journey = make_journey(organisation, holder, by=lead)
    stays = []
    for number in range(12):
        kind = KINDS[number % len(KINDS)]
        start, days = FIRST + timedelta(days=1 + number), EXPECTED[kind][0]
        ends = start + timedelta(days=days - 1)
        row = make_immersion(journey, state="validated", starts_on=start, ends_on=ends, minutes_planned=420 * days)
        stays.append((row, kind, start))
    for shift in range(30):
        today = FIRST + timedelta(days=shift)
        for hour in (3, 9, 15):  # at night nobody is written to, though stays begin
            clock.move_to(datetime.combine(today, time(hour, 30), PARIS))
            tasks.sweep_immersions_to_start()
            if hour == 9:
                for row, kind, start in stays:
                    act_of_the_day(row, kind, (today - start).days + 1)
            tasks.sweep_stays()
    for row, kind, start in stays:
        wanted = sorted((start + timedelta(days=day - 1), what, who) for day, what, who in EXPECTED[kind][1])
        assert sent_about(row) == wanted, kind
    asked = Email.objects.filter(template__regex=r"/(check_in_ask|assessment_ask)$")
    assert {one.created_at.astimezone(PARIS).hour for one in asked} == {9}
