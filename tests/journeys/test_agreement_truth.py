"""What an agreement says, who is written to about it and what starts: nothing that its parties did not sign."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.test import Client

from backend.accounts.models import Organisation, User
from backend.lib import clock as house_clock
from backend.lib.refusal import Refused
from journeys import actions, tasks
from journeys.actions.immersions.facts import facts_of
from journeys.models import HostAsk, Immersion, Journey
from journeys.queries.papers import agreement_sheet
from tests.factories.journeys import make_journey, step_of
from tests.factories.mail import letters_to, link_in
from tests.factories.stays import days_of, make_company, make_immersion

pytestmark = pytest.mark.django_db
Close = Callable[..., Immersion]
COMPANY, TEAM = "dominique@exemple.fr", "camille@exemple.fr"


@pytest.fixture
def journey(organisation: Organisation, holder: User, lead: User) -> Journey:
    return make_journey(organisation, holder, by=lead)


@pytest.fixture
def stay(journey: Journey) -> Immersion:
    """Out to be signed by the holder, the company and the organisation."""
    return make_immersion(journey, state="to_sign", signatory_email=COMPANY, validator_email=TEAM)


def titles(email: str) -> list[str]:
    return [one.template.removeprefix("journeys/letters/") for one in letters_to(email)]


def newest_link(email: str) -> str:
    asked = [one for one in letters_to(email) if one.template.endswith(("sign_ask", "sign_remind"))]
    return link_in(asked[-1], "/signing/").removeprefix("http://testserver")


def sign_all(stay: Immersion) -> None:
    for one in stay.signatures.filter(state="asked"):
        actions.sign_agreement(one, by=None)


def test_a_host_that_changes_in_the_directory_wipes_the_texts_that_name_it(stay: Immersion, lead: User) -> None:
    link = newest_link(COMPANY)
    actions.sign_agreement(stay.signatures.get(party="organisation"), by=None)
    actions.update_company(stay.company, contact_phone="02 40 00 00 00", by=lead)  # not in the text
    stay.refresh_from_db()
    assert (stay.state, stay.signatures.standing().count()) == ("partly_signed", 1)
    actions.update_company(stay.company, address="9 rue Neuve, Nantes", by=lead)
    stay.refresh_from_db()
    assert (stay.state, stay.fingerprint, stay.signatures.standing().count()) == ("draft", "", 0)
    assert titles(TEAM) == ["sign_ask", "sign_receipt", "sign_wiped"]
    assert "Les parties" in letters_to(TEAM)[-1].text
    assert Client().get(link).status_code == 404


def test_a_person_renamed_elsewhere_is_signed_for_by_nobody(stay: Immersion, holder: User, lead: User) -> None:
    sign_all(stay)
    holder.last_name = "Autrement"
    holder.save(update_fields=["last_name"])
    with pytest.raises(Refused, match="depuis l’envoi"):
        actions.validate_immersion(stay, by=lead)
    assert tasks.sweep_changed_texts() == 1
    assert tasks.sweep_changed_texts() == 0
    stay.refresh_from_db()
    assert stay.state == "draft"
    again = actions.send_immersion_to_sign(stay, by=lead)
    sign_all(again)
    assert actions.validate_immersion(again, by=lead).state == "validated"


def test_an_agreement_is_validated_only_while_it_keeps_the_rules(stay: Immersion, lead: User) -> None:
    sign_all(stay)
    actions.set_aside_company(stay.company, reason="Ne répond plus", by=lead)
    with pytest.raises(Refused, match="mise de côté"):
        actions.validate_immersion(stay, by=lead)
    actions.bring_back_company(stay.company, by=lead)
    assert actions.validate_immersion(stay, by=lead).state == "validated"


def test_a_paper_printed_later_says_that_its_names_are_not_those_that_were_signed(stay: Immersion, lead: User) -> None:
    sign_all(stay)
    stay = actions.validate_immersion(stay, by=lead)
    assert "depuis" not in agreement_sheet(stay).status
    actions.update_company(stay.company, name="Autre enseigne", by=lead)
    stay.refresh_from_db()
    assert (stay.state, stay.signatures.standing().count()) == ("validated", 3)
    assert "a changé depuis le texte de cette empreinte" in agreement_sheet(stay).status


def test_a_paper_is_not_signed_before_its_text_went_out(stay: Immersion, lead: User) -> None:
    with pytest.raises(Refused, match="lundi 23 novembre"):
        actions.record_signature(stay, party="holder", signed_on=date(2026, 11, 22), by=lead)
    row = actions.record_signature(stay, party="holder", signed_on=date(2026, 11, 23), by=lead)
    assert row.state == "partly_signed"


def test_nobody_is_written_to_again_about_a_text_that_is_closed(
    stay: Immersion, lead: User, clock: time_machine.Traveller
) -> None:
    actions.cancel_immersion(stay, reason="Plus d’activité", by=lead)
    clock.shift(timedelta(days=2))
    with pytest.raises(Refused, match="plus attendu"):
        actions.resend_signature(stay.signatures.get(party="company"), by=lead)


def test_a_refusal_is_told_once_however_often_the_text_was_changed(stay: Immersion, lead: User) -> None:
    row = actions.update_immersion(stay, replace(facts_of(stay), activities="Autre chose"), by=lead)
    row = actions.send_immersion_to_sign(row, by=lead)
    actions.refuse_agreement(row.signatures.get(party="company", state="asked"), reason="Trop tôt", by=None)
    assert titles(TEAM) == ["sign_ask", "sign_ask", "sign_refused"]


def test_an_amendment_makes_nobody_a_minor_without_a_legal_representative(journey: Journey, lead: User) -> None:
    journey.holder.birth_year = 2008
    journey.holder.save(update_fields=["birth_year"])
    stay = make_immersion(journey, state="validated", born_on=date(2008, 12, 20), starts_on=date(2026, 12, 21))
    for starts, is_young in ((date(2026, 12, 20), False), (date(2026, 12, 19), True)):
        days = days_of(starts, [420] * 5)
        moved = replace(facts_of(stay), starts_on=starts, ends_on=starts + timedelta(days=4), schedule=days)
        if is_young:
            with pytest.raises(Refused, match="moins de 18 ans"):
                actions.draft_amendment(stay, moved, reason="Plus tôt", by=lead)
        else:
            draft = actions.draft_amendment(stay, moved, reason="Plus tôt", by=lead)
            actions.cancel_amendment(draft, reason="Encore plus tôt", by=lead)


def test_the_last_letter_always_holds_the_link_that_opens_wherever_one_lives(
    organisation: Organisation, journey: Journey, clock: time_machine.Traveller
) -> None:
    organisation.time_zone = "Pacific/Noumea"
    organisation.save(update_fields=["time_zone"])
    there = ZoneInfo("Pacific/Noumea")
    make_immersion(journey, state="to_sign", signatory_email=COMPANY, validator_email=TEAM, starts_on=date(2026, 12, 4))
    for hours in range(0, 72, 3):
        clock.move_to(datetime(2026, 12, 1, 8, 30, tzinfo=there) + timedelta(hours=hours))
        tasks.sweep_signature_reminders()
    assert titles(COMPANY) == ["sign_ask", "sign_remind"]
    assert Client().get(newest_link(COMPANY)).status_code == 200


def test_a_journey_that_ends_leaves_no_paper_waiting_even_on_its_day(
    journey: Journey, lead: User, clock: time_machine.Traveller
) -> None:
    stay = make_immersion(journey, state="to_sign", signatory_email=COMPANY, starts_on=date(2026, 11, 25))
    clock.move_to(datetime(2026, 11, 25, 7, 0, tzinfo=ZoneInfo("Europe/Paris")))
    actions.leave_journey(journey, reason="moved", by=lead)
    stay.refresh_from_db()
    assert stay.state == "cancelled"
    clock.shift(timedelta(hours=3))
    tasks.sweep_signature_reminders()
    assert "immersion_blocked" not in titles(COMPANY)


def test_a_journey_that_ends_closes_the_letters_that_companies_have(journey: Journey, lead: User) -> None:
    links = []
    for email in ("un@exemple.fr", "deux@exemple.fr"):
        company = make_company(journey.programme.organisation, contact_email=email)
        ask = actions.send_host_ask(actions.wish_host(company, step_of(journey, "immersion"), by=lead), by=lead)
        links.append(link_in(letters_to(email)[-1], "/hosting/").removeprefix("http://testserver"))
    HostAsk.objects.filter(pk=ask.pk).update(state=HostAsk.State.UNANSWERED)  # as after ten working days
    actions.leave_journey(journey, reason="moved", by=lead)
    assert [Client().get(link).status_code for link in links] == [404, 404]
    assert titles("un@exemple.fr")[-1] == "host_ask_withdrawn"
    assert HostAsk.objects.live().count() == 0


def test_a_stay_is_told_blocked_to_those_who_had_been_asked_even_once_changed(
    stay: Immersion, lead: User, clock: time_machine.Traveller
) -> None:
    actions.update_immersion(stay, replace(facts_of(stay), activities="Autre chose"), by=lead)
    clock.move_to(datetime(2026, 11, 30, 9, 0, tzinfo=ZoneInfo("Europe/Paris")))
    tasks.sweep_signature_reminders()
    tasks.sweep_signature_reminders()
    assert titles(COMPANY) == ["sign_ask", "immersion_blocked"]


def test_a_stay_did_not_happen_only_once_its_day_has_come(journey: Journey, lead: User) -> None:
    stay = make_immersion(journey, state="validated")
    with pytest.raises(Refused, match="pas encore commencé"):
        actions.complete_immersion(stay, outcome="not_happened", reason="Absente", side="holder", by=lead)
    with house_clock.pretend(house_clock.now() + timedelta(days=7)):
        row = actions.complete_immersion(stay, outcome="not_happened", reason="Absente", side="holder", by=lead)
    assert (row.state, row.outcome) == ("completed", "not_happened")


def test_hours_are_closed_on_the_days_as_amended_not_as_they_were_read(journey: Journey, lead: User) -> None:
    read = make_immersion(journey, state="in_progress", starts_on=date(2026, 11, 23), ends_on=date(2026, 11, 27))
    shorter = replace(facts_of(read), ends_on=date(2026, 11, 24), schedule=read.schedule[:2])
    draft = actions.draft_amendment(Immersion.objects.get(pk=read.pk), shorter, reason="Plus court", by=lead)
    out = actions.send_amendment_to_sign(draft, by=lead)
    for party in out.concerned:
        out = actions.record_amendment_signature(out, party=party, signed_on=date(2026, 11, 23), by=lead)
    actions.validate_amendment(out, by=lead)
    with house_clock.pretend(house_clock.now() + timedelta(days=5)):  # the page was open since before the amendment
        row = actions.complete_immersion(read, outcome="completed", minutes_done=840, by=lead)
    assert row.last_day_on == date(2026, 11, 24)


@pytest.mark.parametrize("close", [actions.cancel_immersion, actions.reject_immersion])
def test_whoever_was_asked_to_sign_hears_once_that_the_stay_is_given_up(stay: Immersion, close: Close) -> None:
    actions.sign_agreement(stay.signatures.get(party="company"), by=None)
    close(stay, reason="Les travaux ne sont pas finis", by=None)
    for email in (COMPANY, TEAM, stay.step.journey.holder.user.email):
        assert titles(email)[-1:] == ["stay_cancelled"]
        assert "Les travaux ne sont pas finis" in letters_to(email)[-1].text
    assert titles(COMPANY) == ["sign_ask", "sign_receipt", "stay_cancelled"]


def test_nobody_hears_of_a_draft_that_was_never_sent(journey: Journey) -> None:
    draft = make_immersion(journey, signatory_email=COMPANY)
    actions.cancel_immersion(draft, reason="Autre projet", by=None)
    assert titles(COMPANY) == []
