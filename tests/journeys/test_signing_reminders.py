"""Sixty days of the sweep over forty agreements: who is written to and when; nobody wrongly, nobody twice."""

from collections import Counter
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import Any
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
DAYS = 60
HOLIDAYS = {date(2026, 12, 25), date(2027, 1, 1)}
KINDS = ("nobody signs", "the company is late", "signed, not validated", "draft", "validated", "cancelled", "moved")
Line = tuple[date, str, str]  # the day, which letter, to whom

# A stay whose first day is Monday 28 December: Christmas is no working day, so its signatories hear on the 23rd.
OVER_CHRISTMAS = [
    (date(2026, 12, 23), "sign_remind", "company"),
    (date(2026, 12, 23), "sign_remind", "holder"),
    (date(2026, 12, 23), "sign_remind", "organisation"),
    (date(2026, 12, 25), "immersion_not_ready", "team"),
    (date(2026, 12, 27), "immersion_not_ready", "team"),
    (date(2026, 12, 28), "immersion_blocked", "company"),
    (date(2026, 12, 28), "immersion_blocked", "holder"),
    (date(2026, 12, 28), "immersion_blocked", "team"),
    (date(2026, 12, 28), "immersion_blocked", "tutor"),
]


def two_working_days_before(day: date) -> date:
    """By counting on one's fingers."""
    left = 2
    while left:
        day -= timedelta(days=1)
        left -= day.weekday() < 5 and day not in HOLIDAYS
    return day


def expected(kind: str, start: date) -> list[Line]:
    """What is due before a stay of this kind that begins on `start`."""
    parties = {"nobody signs": ("holder", "company", "organisation"), "the company is late": ("company",)}.get(kind, ())
    lines = [(two_working_days_before(start), "sign_remind", who) for who in parties]
    if kind in ("validated", "cancelled"):
        return lines
    lines += [(start - timedelta(days=left), "immersion_not_ready", "team") for left in (3, 1)]
    told = ("team",) if kind == "draft" else ("team", "holder", "company", "tutor")
    return lines + [(start, "immersion_blocked", who) for who in told]


def plan(journey: Journey, number: int) -> tuple[Immersion, str, date]:
    """The agreement, its kind, and its first day: from nine days on, over the holidays, on any day of the week."""
    kind = KINDS[number % len(KINDS)]
    start = FIRST + timedelta(days=9 + number)
    state = {"draft": "draft", "validated": "validated", "signed, not validated": "to_validate"}.get(kind, "to_sign")
    if number == 1:  # one over Christmas that nobody signs
        kind, start, state = "nobody signs", date(2026, 12, 28), "to_sign"
    emails: dict[str, Any] = {
        f"{who}_email": f"{who}{number}@exemple.fr" for who in ("tutor", "signatory", "validator")
    }
    one_day: dict[str, Any] = {"starts_on": start, "ends_on": start, "minutes_planned": 420}
    row = make_immersion(journey, state=state, **one_day, **emails)
    if kind == "the company is late":
        for party in ("holder", "organisation"):
            row = actions.record_signature(row, party=party, signed_on=FIRST, by=None)
    if kind == "cancelled":
        row = actions.cancel_immersion(row, reason="Elle a trouvé ailleurs", by=None)
    if kind == "moved":  # to ten days later, before anything is due: what is due follows the new days
        later = start + timedelta(days=10)
        stay = replace(facts_of(row), starts_on=later, ends_on=later, schedule=days_of(later, [420]))
        row = actions.send_immersion_to_sign(actions.update_immersion(row, stay, by=None), by=None)
        return row, "nobody signs", later
    return row, kind, start


def sent_about(row: Immersion, lead: User) -> list[Line]:
    """The letters of the sweep about this agreement."""
    who = {
        "holder@example.org": "holder", row.signatory_email: "company", row.validator_email: "organisation",
        row.tutor_email: "tutor", lead.email: "team",
    }  # fmt: skip
    ids = [str(one.pk) for one in row.signatures.all()]
    found = []
    for one in Email.objects.filter(template__regex=r"/(sign_remind|immersion_not_ready|immersion_blocked)$"):
        kind, pk = one.template.rsplit("/", 1)[1], one.key.split(":")[1]
        if pk in ids if kind == "sign_remind" else pk == str(row.pk):
            found.append((one.created_at.astimezone(PARIS).date(), kind, who[one.to_address]))
    return sorted(found)


@pytest.mark.any_database
def test_sixty_days_of_forty_agreements(
    organisation: Organisation, holder: User, lead: User, clock: time_machine.Traveller
) -> None:
    journey = make_journey(organisation, holder, by=lead)
    stays = [plan(journey, number) for number in range(40)]
    for shift in range(DAYS):
        for hour in (3, 9, 15):  # the sweep passes at night, and often
            clock.move_to(datetime.combine(FIRST + timedelta(days=shift), time(hour, 20), PARIS))
            tasks.sweep_signature_reminders()
    for row, kind, start in stays:
        assert sent_about(row, lead) == sorted(expected(kind, start)), (kind, start)
    row, kind, start = stays[1]
    assert sent_about(row, lead) == OVER_CHRISTMAS
    assert Counter(kind for _row, kind, _start in stays)["nobody signs"] == 12
    hours = {one.created_at.astimezone(PARIS).hour for one in Email.objects.filter(template__endswith="sign_remind")}
    assert hours == {9}
