"""Amending an agreement in force: beside it, numbered, signed by those concerned, and only then in force."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.test import Client
from icalendar import Calendar

from backend.accounts.models import Organisation, User
from backend.calendars.models import Invite
from backend.calendars.queries import feed_of
from backend.lib import clock
from backend.lib.refusal import Refused
from backend.mail.models import Email
from journeys import actions
from journeys.actions.immersions.facts import facts_of
from journeys.actions.immersions.rules import warnings
from journeys.actions.immersions.schedule import follow
from journeys.models import Amendment, Immersion, Journey
from journeys.queries.amendments import as_signed, changes_in_words, differences
from journeys.queries.paper_facts import agreement_facts, fingerprint
from tests.factories.journeys import make_journey
from tests.factories.mail import letters_to, link_in
from tests.factories.stays import make_immersion

pytestmark = pytest.mark.django_db
COMPANY, HOLDER, TEAM = "dominique@exemple.fr", "holder@example.org", "camille@exemple.fr"


@pytest.fixture
def journey(organisation: Organisation, holder: User, lead: User) -> Journey:
    return make_journey(organisation, holder, by=lead)


@pytest.fixture
def stay(journey: Journey) -> Immersion:
    """In force, five days from 30 November 2026 to 4 December, seven hours each."""
    return make_immersion(journey, state="validated", signatory_email=COMPANY, validator_email=TEAM)


def later(stay: Immersion, days: int = 7) -> actions.Stay:
    """The same stay, `days` later."""
    was, shift = facts_of(stay), timedelta(days=days)
    now = (was.starts_on + shift, was.ends_on + shift)
    moved, _fallen = follow(was.schedule, (was.starts_on, was.ends_on), now)
    return replace(was, starts_on=now[0], ends_on=now[1], schedule=moved)


def amend(stay: Immersion, wanted: actions.Stay | None = None, reason: str = "Travaux") -> Amendment:
    return actions.draft_amendment(stay, wanted or later(stay), reason=reason, by=None)


def path_for(email: str) -> str:
    asked = [one for one in letters_to(email) if one.template.endswith("sign_ask")]
    return link_in(asked[-1], "/signing/").removeprefix("http://testserver")


def titles(email: str) -> list[str]:
    return [one.template.removeprefix("journeys/letters/") for one in letters_to(email)]


def in_force(amendment: Amendment) -> Amendment:
    amendment = actions.send_amendment_to_sign(amendment, by=None)
    for party in amendment.concerned:
        actions.record_amendment_signature(amendment, party=party, signed_on=clock.today(), by=None)
    return actions.validate_amendment(amendment, by=None)


def fresh(row: Any) -> Any:
    return type(row).objects.get(pk=row.pk)


def test_nothing_changes_until_everybody_concerned_has_signed_and_it_is_validated(stay: Immersion) -> None:
    agreed = stay.fingerprint
    amendment = actions.send_amendment_to_sign(amend(stay), by=None)
    assert (amendment.number, amendment.concerned) == (1, ["holder", "company", "organisation"])
    for email in (HOLDER, COMPANY):
        assert Client().post(path_for(email), {"act": "sign", "agreed": "on"}).status_code == 302
    with pytest.raises(Refused, match="structure"):
        actions.validate_amendment(amendment, by=None)
    assert (fresh(stay).starts_on, fresh(amendment).state) == (date(2026, 11, 30), "partly_signed")
    assert "avenant n°\u00a01" in letters_to(COMPANY)[-1].text
    Client().post(path_for(TEAM), {"act": "sign", "agreed": "on"})
    assert (fresh(stay).starts_on, fresh(amendment).state) == (date(2026, 11, 30), "to_validate")
    actions.validate_amendment(amendment, by=None)
    now = fresh(stay)
    assert (now.starts_on, now.ends_on, now.schedule[0]["on"]) == (date(2026, 12, 7), date(2026, 12, 11), "2026-12-07")
    assert (now.state, now.fingerprint) == ("validated", agreed)
    with pytest.raises(Refused):
        actions.validate_amendment(amendment, by=None)
    for email in (HOLDER, COMPANY, stay.tutor_email):
        assert titles(email).count("amendment_news") == 1, email


def test_a_change_while_it_is_signed_wipes_the_signatures_told_once(stay: Immersion) -> None:
    amendment = actions.send_amendment_to_sign(amend(stay), by=None)
    former = path_for(TEAM)
    Client().post(path_for(COMPANY), {"act": "sign", "agreed": "on"})
    changed = replace(later(stay), place="Quai des Antilles")
    for _twice in range(2):
        actions.update_amendment(fresh(amendment), changed, reason="Travaux", by=None)
    now = fresh(amendment)
    assert (now.state, now.revision, now.fingerprint) == ("draft", 1, "")
    assert titles(COMPANY)[-1] == "amendment_news" and titles(COMPANY).count("amendment_news") == 1
    assert titles(TEAM).count("amendment_news") == 0
    assert Client().post(former, {"act": "sign", "agreed": "on"}).status_code == 404
    asked = now.signatures.get(party="organisation")
    with pytest.raises(Refused):  # her page was open while it was edited
        actions.sign_agreement(asked, by=None)
    with pytest.raises(Refused, match="pendant que vous écriviez"):
        actions.update_amendment(now, replace(changed, place="Ailleurs"), reason="Travaux", revision=0, by=None)


def test_a_refusal_rejects_the_amendment_and_the_agreement_holds(stay: Immersion, lead: User) -> None:
    amendment = actions.send_amendment_to_sign(amend(stay), by=None)
    left = path_for(HOLDER)
    Client().post(path_for(COMPANY), {"act": "refuse", "reason": "Inventaire"})
    assert (fresh(amendment).state, fresh(stay).state) == ("rejected", "validated")
    assert fresh(amendment).closing_reason.endswith("Inventaire")
    assert Client().get(left).status_code == 404
    assert titles(HOLDER)[-1] == titles(lead.email)[-1] == "amendment_news"
    assert amend(stay).number == 2


def test_two_leads_at_once_make_one_amendment(stay: Immersion) -> None:
    first = amend(stay)
    with pytest.raises(Refused, match="n°\u00a01"):
        amend(stay)
    actions.cancel_amendment(first, reason="Doublon", by=None)
    assert amend(stay).number == 2


@pytest.mark.parametrize(
    ("names", "concerned"),
    [
        ({"tutor_name": "Paule"}, ["holder", "company", "organisation", "guardian"]),
        ({"place": "Ailleurs"}, ["holder", "company", "organisation", "guardian"]),
        ({"ends_on": date(2026, 12, 5)}, ["holder", "company", "organisation", "guardian", "employer"]),
    ],
)
def test_those_concerned_sign(stay: Immersion, names: dict[str, Any], concerned: list[str]) -> None:
    people = {"guardian_name": "P", "guardian_email": "p@exemple.fr", "is_employed": True}
    Immersion.objects.filter(pk=stay.pk).update(**people, employer_name="E", employer_email="e@exemple.fr")
    amendment = amend(stay, replace(facts_of(fresh(stay)), **names))
    assert (amendment.concerned, sorted(amendment.facts)) == (concerned, sorted(names))


@pytest.mark.parametrize(
    ("names", "field"),
    [
        ({"activities": "Autre chose"}, None),
        ({"ends_on": date(2026, 12, 30)}, "ends_on"),  # 31 days
        ({"starts_on": date(2026, 11, 22)}, "starts_on"),  # yesterday
        ({"ends_on": date(2026, 12, 3)}, "schedule"),  # hours on the 4th
        ({"tutor_email": HOLDER}, "tutor_email"),
    ],
)
def test_the_rules_of_agreements_hold(stay: Immersion, names: dict[str, Any], field: str | None) -> None:
    with pytest.raises(Refused) as refusal:
        amend(stay, replace(facts_of(stay), **names))
    assert refusal.value.field == field
    assert amend(stay, replace(facts_of(stay), ends_on=date(2026, 12, 29))).facts == {"ends_on": "2026-12-29"}


def test_a_day_that_has_passed_is_never_rewritten(stay: Immersion, clock: time_machine.Traveller) -> None:
    sent = actions.send_amendment_to_sign(amend(stay), by=None)
    for party in sent.concerned:
        actions.record_amendment_signature(sent, party=party, signed_on=date(2026, 11, 23), by=None)
    clock.move_to("2026-12-02T08:00:00+01:00")
    stay = actions.start_immersion(fresh(stay), by=None)
    with pytest.raises(Refused, match="Elle a commencé"):  # signed by all, but validated too late
        actions.validate_amendment(sent, by=None)
    actions.cancel_amendment(fresh(sent), reason="Trop tard", by=None)
    was = facts_of(stay)
    short = [["09:00", "12:00"]]
    for shift, is_passed in ((1, True), (2, False)):
        days = [{**day, "slots": short} if index == shift else day for index, day in enumerate(was.schedule)]
        if is_passed:
            with pytest.raises(Refused) as refusal:
                amend(stay, replace(was, schedule=days))
            assert refusal.value.field == "schedule"
        else:
            in_force(amend(stay, replace(was, schedule=days)))
    now = fresh(stay)
    assert (now.schedule[2]["slots"], now.minutes_planned) == (short, was.minutes_planned - 7 * 60 + 3 * 60)


def test_the_agreement_keeps_its_text_and_the_next_amendment_starts_from_what_holds(stay: Immersion) -> None:
    in_force(amend(stay))
    assert as_signed(fresh(stay)).starts_on == date(2026, 11, 30)
    second = amend(fresh(stay), replace(facts_of(fresh(stay)), tutor_name="Paule"))
    assert (second.number, second.was["tutor_name"]) == (2, stay.tutor_name)
    in_force(second)
    signed = as_signed(fresh(stay))
    assert (signed.tutor_name, fingerprint(agreement_facts(signed))) == (stay.tutor_name, stay.fingerprint)


# --- Calendars --------------------------------------------------------------------------------------
def events(email: str) -> list[Any]:
    """The VEVENTs of the newest letter with an invite to this address."""
    sent = [one for one in letters_to(email) if one.method]
    return list(Calendar.from_ical(bytes(sent[-1].calendar)).walk("VEVENT"))


def leave() -> None:
    """Every letter has left the house."""
    Email.objects.filter(state="pending").update(state="sent", attempts=1, sent_at=clock.now())


def invited(email: str) -> list[str]:
    return [one.method for one in letters_to(email) if one.method]


def test_days_reach_holder_and_tutor_in_one_letter_each_and_follow_the_amendment(stay: Immersion) -> None:
    invite = Invite.objects.get()
    for email in (HOLDER, stay.tutor_email):
        assert (titles(email).count("immersion_validated"), invited(email)) == (1, ["REQUEST"])
    assert invited(COMPANY) == []
    actions.send_amendment_to_sign(amend(stay), by=None)
    assert (fresh(invite).sequence, invited(HOLDER)) == (0, ["REQUEST"])  # nothing moves before it is in force
    actions.cancel_amendment(Amendment.objects.get(), reason="Non", by=None)
    in_force(amend(fresh(stay)))
    moved = Invite.objects.get()
    assert (moved.uid, moved.sequence, moved.days[0][0]) == (invite.uid, 1, "2026-12-07")
    for email in (HOLDER, stay.tutor_email):
        assert invited(email) == ["REQUEST", "REQUEST"]


def test_another_tutor_is_invited_and_the_former_one_is_not_any_more(stay: Immersion) -> None:
    leave()
    in_force(amend(stay, replace(facts_of(stay), tutor_name="Paule", tutor_email="paule@exemple.fr")))
    assert (invited("paule@exemple.fr"), invited(stay.tutor_email)) == (["REQUEST"], ["REQUEST", "CANCEL"])


def test_an_early_end_takes_the_days_after_it_away_and_cancelling_takes_all(stay: Immersion) -> None:
    open_one = amend(stay)
    facts = {"last_day_on": date(2026, 12, 2), "reason": "Fermeture", "side": "company"}
    for _twice in range(2):
        actions.end_early(fresh(stay), **facts, by=None)
    assert (fresh(open_one).state, fresh(stay).ends_on) == ("cancelled", date(2026, 12, 4))
    assert [day[0] for day in Invite.objects.get().days] == ["2026-11-30", "2026-12-01", "2026-12-02"]
    for email in (HOLDER, COMPANY, stay.tutor_email):
        assert titles(email).count("stay_ended") == 1
    with pytest.raises(Refused):
        amend(fresh(stay))
    leave()
    actions.cancel_immersion(fresh(stay), reason="Plus rien", by=None)
    assert (invited(HOLDER), Invite.objects.get().state) == (["REQUEST", "REQUEST", "CANCEL"], "cancelled")


def test_cancelling_a_stay_under_way_keeps_the_days_that_have_begun(
    stay: Immersion, clock: time_machine.Traveller
) -> None:
    leave()
    clock.move_to("2026-12-02T10:00:00+01:00")  # Wednesday: begun at 8:00
    actions.cancel_immersion(actions.start_immersion(fresh(stay), by=None), reason="Fermeture", by=None)
    kept = Invite.objects.get()
    assert [day[0] for day in kept.days] == ["2026-11-30", "2026-12-01", "2026-12-02"]
    assert feed_of(stay.step.journey.holder.user, ["milestones"]).count(b"BEGIN:VEVENT") == 1
    assert (kept.state, invited(HOLDER), invited(stay.tutor_email)) == ("confirmed", ["REQUEST"] * 2, ["REQUEST"] * 2)
    for email in (HOLDER, COMPANY, stay.tutor_email):
        assert titles(email).count("stay_cancelled") == 1
        assert "Fermeture" in letters_to(email)[-1].text


def test_a_stay_cancelled_before_it_begins_leaves_the_calendars_and_its_signatory_is_told(stay: Immersion) -> None:
    leave()
    actions.cancel_immersion(stay, reason="Travaux", by=None)
    assert (invited(HOLDER), Invite.objects.get().state) == (["REQUEST", "CANCEL"], "cancelled")
    told = {email: titles(email).count("stay_cancelled") for email in (HOLDER, COMPANY, stay.tutor_email)}
    assert told == {HOLDER: 0, COMPANY: 1, stay.tutor_email: 0}


def test_hours_after_an_early_end_are_refused(stay: Immersion, clock: time_machine.Traveller) -> None:
    actions.end_early(stay, last_day_on=date(2026, 12, 1), reason="Malade", side="holder", by=None)
    clock.move_to("2026-12-05T08:00:00+01:00")
    now = actions.start_immersion(fresh(stay), by=None)
    for wrong in ({"outcome": "completed", "minutes_done": 60}, {"outcome": "partial", "minutes_done": 21 * 60}):
        with pytest.raises(Refused):
            actions.complete_immersion(now, **wrong, by=None)
    with pytest.raises(Refused):
        actions.complete_immersion(now, outcome="partial", minutes_done=60, last_day_on=date(2026, 12, 2), by=None)
    done = actions.complete_immersion(now, outcome="partial", minutes_done=14 * 60, by=None)
    assert (done.last_day_on, done.closing_reason, done.closing_side) == (date(2026, 12, 1), "Malade", "holder")


def test_a_series_keeps_wall_clock_hours_when_clocks_change(journey: Journey) -> None:
    days = [{"on": f"2027-03-{day}", "slots": [["09:00", "12:30"], ["13:30", "17:00"]]} for day in (25, 26, 29, 30)]
    days[1] = {"on": "2027-03-26", "slots": [["14:00", "18:00"]]}
    make_immersion(journey, state="validated", starts_on=date(2027, 3, 25), ends_on=date(2027, 3, 30), schedule=days)
    master, *others = events(HOLDER)
    assert master["RRULE"].to_ical() == b"FREQ=DAILY;COUNT=6"
    found = {one["RECURRENCE-ID"].dt: one for one in others}
    off = {one.dt for one in master["EXDATE"].dts}
    length, zone, seen = master["DTEND"].dt - master["DTSTART"].dt, ZoneInfo("Europe/Paris"), {}
    for shift in range(6):
        at = master["DTSTART"].dt + timedelta(days=shift)
        if at not in off:
            moved = found.get(at)
            start, end = (moved["DTSTART"].dt, moved["DTEND"].dt) if moved else (at, at + length)
            start, end = start.astimezone(zone), end.astimezone(zone)
            seen[f"{start:%m-%d}"] = (f"{start:%H:%M}", f"{end:%H:%M}")
    whole = ("09:00", "17:00")
    assert feed_of(journey.holder.user, ["milestones"]).count(b"BEGIN:VEVENT") == 1 + len(others)
    assert seen == {"03-25": whole, "03-26": ("14:00", "18:00"), "03-29": whole, "03-30": whole}


# --- Renewal ----------------------------------------------------------------------------------------
def test_a_renewal_is_a_linked_draft_on_later_days_signed_by_nobody(stay: Immersion) -> None:
    with pytest.raises(Refused) as refusal:
        actions.renew_immersion(stay, starts_on=date(2026, 12, 4), ends_on=date(2026, 12, 11), by=None)
    assert refusal.value.field == "starts_on"
    days = {"starts_on": date(2026, 12, 5), "ends_on": date(2027, 1, 3)}
    renewal = actions.renew_immersion(stay, **days, by=None)
    assert (renewal.renews, renewal.state, renewal.signatures.count()) == (stay, "draft", 0)
    with pytest.raises(Refused):
        actions.renew_immersion(stay, **days, by=None)
    assert any("2 immersions" in one for one in warnings(facts_of(renewal), renewal.step, but=renewal))


def test_the_page_shows_the_days_that_differ_and_the_paper_the_whole_schedule(stay: Immersion) -> None:
    was = facts_of(stay)
    shorter = [*was.schedule[:-1], {**was.schedule[-1], "slots": [["08:00", "12:00"]]}]
    amendment = amend(stay, replace(was, schedule=shorter))
    [page] = [row for row in differences(amendment) if row[0] == "Horaires"]
    [paper] = [row for row in changes_in_words(amendment) if row[0] == "Horaires"]
    assert [len(words.splitlines()) for words in page[1:]] == [1, 1]
    assert [len(words.splitlines()) for words in paper[1:]] == [5, 5]
