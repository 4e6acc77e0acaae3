"""A month of the sweep over amendments: who has not signed is reminded in time and once; the referent too."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine

from backend.accounts.models import Organisation, User
from backend.mail.models import Email
from journeys import actions, tasks
from journeys.actions.immersions.facts import facts_of, followed
from journeys.models import Amendment, Immersion
from tests.factories.journeys import make_journey
from tests.factories.stays import make_immersion

pytestmark = pytest.mark.django_db
PARIS = ZoneInfo("Europe/Paris")
FIRST = date(2026, 11, 23)
ALL = ("company", "holder", "organisation")
Stay = actions.Stay


def days_later(days: int) -> Callable[[Stay], Stay]:
    def moved(was: Stay) -> Stay:
        shift = timedelta(days=days)
        return followed(replace(was, starts_on=was.starts_on + shift, ends_on=was.ends_on + shift), was)[0]

    return moved


def another_tutor(was: Stay) -> Stay:
    return replace(was, tutor_name="Paule", tutor_email="paule@exemple.fr")


def shorter_thursday(was: Stay) -> Stay:
    days = [{**one, "slots": [["09:00", "12:00"]]} if one["on"] == "2026-12-17" else one for one in was.schedule]
    return replace(was, schedule=days)


def two_days_less(was: Stay) -> Stay:
    return followed(replace(was, ends_on=was.ends_on - timedelta(days=2)), was)[0]


# kind -> first day, the change, on which day it goes out (at 15:00), who signs at once,
# then when the parties and the team are written to. Stays last five days, from a Monday unless said otherwise.
Row = tuple[date, Callable[[Stay], Stay], date, tuple[str, ...], dict[date, tuple[str, ...]]]
MONDAY = date(2026, 12, 14)
DUE: dict[date, tuple[str, ...]] = {date(2026, 12, 10): ALL, date(2026, 12, 11): ("team",)}
TABLE: dict[str, Row] = {
    "nobody signs": (MONDAY, days_later(7), FIRST, (), DUE),
    "the company is late": (MONDAY, days_later(7), FIRST, ("holder", "organisation"),
                            {date(2026, 12, 10): ("company",), date(2026, 12, 11): ("team",)}),
    "signed, not validated": (MONDAY, days_later(7), FIRST, ALL, {date(2026, 12, 11): ("team",)}),
    "in force": (MONDAY, days_later(7), FIRST, ALL, {}),
    "given up": (MONDAY, days_later(7), FIRST, (), {}),
    "still a draft": (MONDAY, days_later(7), FIRST, (), {}),
    "changed, sent again": (MONDAY, days_later(7), FIRST, (), DUE),
    "earlier": (date(2026, 12, 21), days_later(-7), FIRST, (), DUE),
    "over Christmas": (date(2026, 12, 28), days_later(7), FIRST, (),
                       {date(2026, 12, 23): ALL, date(2026, 12, 24): ("team",)}),
    "another tutor, before": (MONDAY, another_tutor, FIRST, (), DUE),
    "another tutor, under way": (FIRST, another_tutor, date(2026, 11, 26), (), {date(2026, 11, 27): (*ALL, "team")}),
    "too late to remind": (FIRST, another_tutor, date(2026, 11, 27), (), {}),
    "the hours of Thursday": (MONDAY, shorter_thursday, FIRST, (),
                              {date(2026, 12, 15): ALL, date(2026, 12, 16): ("team",)}),
    "a shorter stay": (MONDAY, two_days_less, FIRST, (), {date(2026, 12, 15): ALL, date(2026, 12, 16): ("team",)}),
    "sent the day before": (date(2026, 12, 2), days_later(7), date(2026, 11, 30), (),
                            {date(2026, 12, 1): (*ALL, "team")}),
    "written to by hand": (MONDAY, days_later(7), FIRST, (), {date(2026, 12, 10): ("holder", "organisation"),
                                                              date(2026, 12, 11): ("team",)}),
}  # fmt: skip


def send(stay: Immersion, kind: str) -> Amendment:
    _start, change, _on, signed, _due = TABLE[kind]
    was = facts_of(stay)
    amendment = actions.draft_amendment(stay, change(was), reason="Travaux", by=None)
    if kind == "still a draft":
        return amendment
    amendment = actions.send_amendment_to_sign(amendment, by=None)
    if kind == "changed, sent again":
        amendment = actions.update_amendment(amendment, days_later(14)(was), reason="Travaux", by=None)
        amendment = actions.send_amendment_to_sign(amendment, by=None)
    for party in signed:
        amendment = actions.record_amendment_signature(amendment, party=party, signed_on=FIRST, by=None)
    if kind == "in force":
        actions.validate_amendment(amendment, by=None)
    if kind == "given up":
        actions.cancel_amendment(amendment, reason="Non", by=None)
    return amendment


def sent_about(amendment: Amendment, lead: User) -> dict[date, tuple[str, ...]]:
    """The reminders of this amendment: day -> to whom, in order."""
    stay = amendment.immersion
    who = {
        "holder@example.org": "holder", stay.signatory_email: "company", stay.validator_email: "organisation",
        lead.email: "team",
    }  # fmt: skip
    asked = [str(one.pk) for one in amendment.signatures.all()]
    found: dict[date, list[str]] = {}
    for one in Email.objects.filter(template__regex=r"/amendment_(remind|not_ready)$"):
        pk, is_remind = one.key.split(":")[1], one.template.endswith("remind")
        if pk in asked if is_remind else pk == str(amendment.pk):
            found.setdefault(one.created_at.astimezone(PARIS).date(), []).append(who[one.to_address])
    return {day: tuple(sorted(people)) for day, people in found.items()}


def test_a_month_of_amendments(
    organisation: Organisation, holder: User, lead: User, clock: time_machine.Traveller
) -> None:
    journey = make_journey(organisation, holder, by=lead)
    stays, sent = {}, {}
    for kind, (start, *_rest) in TABLE.items():
        stays[kind] = make_immersion(journey, state="validated", starts_on=start)
    for shift in range(36):
        today = FIRST + timedelta(days=shift)
        for hour in (3, 9, 15):
            clock.move_to(datetime.combine(today, time(hour, 0), PARIS))
            tasks.sweep_immersions_to_start()
            if hour == 9 and today == date(2026, 12, 10):
                late = sent["written to by hand"].signatures.get(party="company")
                actions.resend_signature(late, by=lead)
            clock.shift(timedelta(minutes=20))
            tasks.sweep_signature_reminders()
            for kind, (_start, _change, on, *_more) in TABLE.items():
                if hour == 15 and on == today:
                    sent[kind] = send(Immersion.objects.get(pk=stays[kind].pk), kind)
    found = {kind: sent_about(amendment, lead) for kind, amendment in sent.items()}
    assert found == {kind: due for kind, (*_facts, due) in TABLE.items()}
    reminders = Email.objects.filter(template__regex=r"/amendment_(remind|not_ready)$")
    assert {one.created_at.astimezone(PARIS).hour for one in reminders} == {9}


def test_what_the_reminder_says(
    organisation: Organisation, holder: User, lead: User, clock: time_machine.Traveller
) -> None:
    stay = make_immersion(make_journey(organisation, holder, by=lead), state="validated", starts_on=MONDAY)
    send(stay, "the company is late")
    for day in (10, 11):
        clock.move_to(datetime(2026, 12, day, 9, tzinfo=PARIS))
        tasks.sweep_signature_reminders()
    [remind] = Email.objects.filter(template__endswith="amendment_remind")
    [team] = Email.objects.filter(template__endswith="amendment_not_ready")
    assert remind.subject.startswith("Votre signature est attendue")
    for letter in (remind, team):
        text = letter.text.replace("\xa0", " ")
        assert "à partir du lundi 14 décembre" in text
        assert "Encore attendu : Entreprise (Dominique Direction)." in text
