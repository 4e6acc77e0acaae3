"""A stay in a company, told by the four phones it happens on: holder, signatory of the company, tutor, lead."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

import pytest
from playwright.sync_api import expect

from journeys.models import Amendment, Company, Delivery, Immersion, Journey, Signature
from journeys.tasks import sweep_immersions_to_start, sweep_stays
from tests.browser.walk import Walk, tab_to
from tests.factories.accounts import make_member, make_organisation
from tests.factories.journeys import make_journey, make_programme
from tests.factories.stays import make_company
from tests.factories.story import HEROINE, Cast, PostOffice, at

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.long]

SIGNATORY, TUTOR = "dominique@boulange.example", "paule@boulange.example"


@dataclass
class Phones:
    """Four browsers that share nothing, and the post between them."""

    lead: Walk
    holder: Walk
    signatory: Walk
    tutor: Walk
    post: PostOffice

    @property
    def stay(self) -> Immersion:
        return Immersion.objects.get()

    def subjects_to(self, address: str) -> list[str]:
        return [str(one["Subject"]) for one in self.post.letters_to(address)]

    @property
    def page_of_stay(self) -> str:
        return f"/immersions/{self.stay.pk}/"


@pytest.fixture
def phones(new_phone: Callable[[Cast], Walk], post: PostOffice) -> Phones:
    """A journey with an immersion to plan; the clock runs, and jumps when the story says so."""
    cast = a_journey()
    return Phones(new_phone(cast), new_phone(cast), new_phone(cast), new_phone(cast), post)


def a_journey() -> Cast:
    """An organisation, its lead and mentor, a holder on a journey that the lead follows, and a company."""
    organisation = make_organisation("Les Écossolies", slug="ecossolies")
    lead = make_member(organisation, "lead", "lea@example.org", first_name="Léa", last_name="Riou")
    mentor = make_member(organisation, "mentor", "marc@example.org", first_name="Marc", last_name="Tessier")
    holder = make_member(organisation, "holder", HEROINE, first_name="Zoé", last_name="Lambert")
    programme = make_programme(organisation)
    journey = make_journey(organisation, holder, programme=programme, referent=lead, name="L’épicerie du Ranzay")
    journey.holder.birth_year = 1990
    journey.holder.save(update_fields=["birth_year"])
    make_company(
        organisation, "La Boulange solidaire", contact_name="Dominique Levain", contact_email=SIGNATORY,
        address="3 quai de la Fosse, Nantes",
    )  # fmt: skip
    return Cast(organisation, programme, lead, mentor)


def test_a_stay_from_its_draft_to_what_both_sides_say_of_it(phones: Phones) -> None:
    """Each phone opens what its letters lead to, the lead what her pages lead to; no action is called by the test."""
    the_lead_drafts_the_agreement(phones)
    she_fills_the_grid_with_the_keyboard_alone(phones)
    holder_and_company_sign_from_their_letters(phones)
    she_edits_and_who_had_signed_is_told(phones)
    all_three_sign_again(phones)
    she_validates_and_calendars_know(phones)
    an_amendment_is_signed_and_holds(phones)
    half_way_something_is_wrong(phones)
    both_sides_say_how_it_went(phones)
    the_real_hours_are_in_the_ledger(phones)


# --- 1 --------------------------------------------------------------------------------------------
def the_lead_drafts_the_agreement(phones: Phones) -> None:
    lead = phones.lead
    lead.become(lead.cast.lead)
    lead.open(f"/journeys/{Journey.objects.get().pk}/")
    lead.follow("/immersion/")
    lead.unfold()
    lead.look("plan")
    lead.type(company=Company.objects.get().pk, starts_on=date(2026, 12, 7), ends_on=date(2026, 12, 4))
    lead.type(minutes_planned_0=35, tutor_name="Paule Guérin", tutor_email=HEROINE, tutor_job="Cheffe d’atelier")
    lead.page.get_by_label("Jours réguliers").uncheck()
    lead.type(activities="Pétrir, tenir la caisse, suivre une livraison.", protection="Chaussures fermées, prêtées")
    lead.type(emergency_name="Sam Lambert", emergency_phone="06 12 34 56 78", insurance="Assureur, contrat 12345")
    lead.press()
    lead.look("plan-refused")
    assert not Immersion.objects.exists()
    last, email = lead.page.locator("#id_ends_on"), lead.page.locator("#id_tutor_email")
    expect(last).to_have_accessible_description(re.compile("Le dernier jour vient après le premier"))
    expect(last).to_be_focused()
    expect(email).to_have_accessible_description(re.compile("même e-mail qu’un signataire"))
    expect(email).to_have_value(HEROINE)
    expect(lead.page.locator("#id_insurance")).to_have_value("Assureur, contrat 12345")
    lead.type(ends_on=date(2026, 12, 11), tutor_email=TUTOR)
    lead.press()
    lead.look("draft")
    known = phones.stay  # from what is known of company and holder: typed by nobody
    assert (known.signatory_email, known.place, known.validator_email) == (
        SIGNATORY, "3 quai de la Fosse, Nantes", lead.cast.lead.email
    )  # fmt: skip


# --- 2 --------------------------------------------------------------------------------------------
def she_fills_the_grid_with_the_keyboard_alone(phones: Phones) -> None:
    page, keys = phones.lead.page, phones.lead.page.keyboard
    phones.lead.follow("/schedule/")
    for part, typed in (("0_from", "0900AM"), ("0_to", "1230PM"), ("1_from", "0130PM"), ("1_to", "0500PM")):
        tab_to(page, f"id_2026-12-07_{part}")
        keys.type(typed)
    expect(page.locator("#total-2026-12-07")).to_have_text("7 h")
    tab_to(page, "copy-2026-12-07")
    keys.press("Enter")
    expect(page.locator("#id_2026-12-11_1_to")).to_have_value("17:00")
    tab_to(page, "id_2026-12-11_1_to")
    keys.press("ArrowDown")
    expect(page.locator("#total-2026-12-07-week")).to_have_text("34 h")
    phones.lead.look("grid")
    with page.expect_navigation():
        keys.press("Enter")
    hours = [(len(one["slots"]), one["slots"][-1][-1]) for one in phones.stay.schedule]
    assert hours == [(2, "17:00")] * 4 + [(2, "16:00")]


# --- 3 --------------------------------------------------------------------------------------------
def signs(phone: Walk, email: str = "", name: str = "") -> None:
    """She opens the link of her letter (or has followed it), reads, and signs."""
    if email:
        phone.open(phone.post.link_for(email, "/signing/"))
    if name:
        phone.look(name)
    phone.page.get_by_label(re.compile("j’ai lu ce texte et je le signe")).check()
    phone.press()
    phone.says("votre signature est enregistrée" if email else "C’est signé")


def holder_and_company_sign_from_their_letters(phones: Phones) -> None:
    phones.lead.press("form[action$='/send/'] button")
    expect(phones.lead.page.get_by_role("button", name="Relancer")).to_have_count(0)  # they were written to just now
    signs(phones.holder, HEROINE, "sign")
    signs(phones.signatory, SIGNATORY)
    phones.signatory.look("signed")
    assert signed(phones) == {"holder", "company"}


def signed(phones: Phones) -> set[str]:
    return {one.party for one in phones.stay.signatures.filter(state=Signature.State.SIGNED, amendment=None)}


# --- 4 --------------------------------------------------------------------------------------------
def she_edits_and_who_had_signed_is_told(phones: Phones) -> None:
    lead = phones.lead
    lead.open(phones.page_of_stay)
    lead.look("partly-signed")
    lead.follow("/edit/")
    lead.says("Les signatures seront effacées")
    lead.look("edit")
    lead.type(protection="Chaussures fermées et charlotte, prêtées")
    lead.press()
    assert (signed(phones), phones.stay.state) == (set(), Immersion.State.DRAFT)
    for email in (HEROINE, SIGNATORY):
        letter = phones.post.letters_to(email)[-1]
        assert "La convention a changé" in str(letter["Subject"])
        assert "Ce qui a changé : Équipements de protection." in phones.post.text_of(letter).replace("\u00a0", " ")
    assert not any("a changé" in subject for subject in phones.subjects_to(lead.cast.lead.email))  # had not signed


# --- 5 --------------------------------------------------------------------------------------------
def all_three_sign_again(phones: Phones) -> None:
    lead = phones.lead
    lead.press("form[action$='/send/'] button")
    signs(phones.holder, HEROINE)
    signs(phones.signatory, SIGNATORY)
    lead.open(phones.page_of_stay)
    lead.follow("/signatures/")
    signs(lead)
    assert signed(phones) == {"holder", "company", "organisation"}


# --- 6 --------------------------------------------------------------------------------------------
def she_validates_and_calendars_know(phones: Phones) -> None:
    phones.lead.press("form[action$='/validate/'] button")
    for email in (HEROINE, TUTOR):
        [(method, _uid, sequence, start)] = phones.post.invites_to(email)
        assert (method, sequence, start) == ("REQUEST", 0, at("2026-12-07", "09:00"))
    assert "Immersion validée :" in phones.subjects_to(SIGNATORY)[-1].replace("\u00a0", " ")


# --- 7 --------------------------------------------------------------------------------------------
def an_amendment_is_signed_and_holds(phones: Phones) -> None:
    lead = phones.lead
    lead.follow("/amend/")
    lead.look("amend")
    lead.type(ends_on=date(2026, 12, 15), reason="Une livraison de plus à suivre")
    lead.press()
    lead.says("Le dernier jour, mardi 15 décembre, n’a pas d’horaires.")
    lead.look("amendment")
    lead.follow("/schedule/")
    lead.page.locator("#copy-2026-12-11").click()
    expect(lead.page.locator("#id_2026-12-15_1_to")).to_have_value("16:00")
    lead.press("button:has-text('Enregistrer')")
    lead.press("form[action$='/send/'] button")
    signs(phones.holder, HEROINE, "amendment-sign")
    signs(phones.signatory, SIGNATORY)
    assert (phones.stay.ends_on, phones.stay.minutes_planned) == (date(2026, 12, 11), 34 * 60)
    lead.travel("2026-11-24", "11:00")
    lead.become(lead.cast.lead)
    lead.open(f"/amendments/{Amendment.objects.get().pk}/")
    expect(lead.page.get_by_role("button", name="Relancer")).to_have_count(1)
    lead.follow("/signatures/")
    signs(lead)
    lead.press("form[action$='/validate/'] button")
    lead.look("amendment-in-force")
    assert (phones.stay.ends_on, phones.stay.minutes_planned) == (date(2026, 12, 15), 46 * 60)
    for email in (HEROINE, TUTOR):
        first, moved = phones.post.invites_to(email)
        assert moved == ("REQUEST", first[1], 1, at("2026-12-07", "09:00"))


# --- 8 --------------------------------------------------------------------------------------------
def half_way_something_is_wrong(phones: Phones) -> None:
    lead, tutor, holder = phones.lead, phones.tutor, phones.holder
    lead.travel("2026-12-07", "09:00")
    sweep_immersions_to_start()
    lead.travel("2026-12-11", "10:00")
    sweep_stays()
    tutor.open(phones.post.link_for(TUTOR, "/check-ins/"))
    tutor.look("check-in")
    tutor.press("button[value=wrong]")
    assert "Quelque chose ne va pas" in phones.subjects_to(lead.cast.lead.email)[-1]
    tutor.look("check-in-wrong")
    tutor.type(words="Elle n’a pas de chaussures.")
    tutor.press()
    tutor.says("Merci : c’est noté")
    holder.open(phones.post.link_for(HEROINE, "/check-ins/"))
    holder.press("button[value=good]")
    holder.says("Votre réponse : tout va bien")
    letter = phones.post.letters_to(lead.cast.lead.email)[-1]
    assert "Elle n’a pas de chaussures." in phones.post.text_of(letter)
    lead.become(lead.cast.lead)
    lead.open("/")
    lead.says("Elle n’a pas de chaussures.")
    lead.look("lead-home-alert")
    lead.follow(phones.page_of_stay)
    lead.says("Le tuteur ou la tutrice signale que quelque chose ne va pas Elle n’a pas de chaussures.", "Tout va bien")
    lead.look("stay-alert")


# --- 9 --------------------------------------------------------------------------------------------
def both_sides_say_how_it_went(phones: Phones) -> None:
    lead, tutor, holder = phones.lead, phones.tutor, phones.holder
    lead.travel("2026-12-14", "09:00")
    sweep_stays()
    lead.travel("2026-12-15", "18:00")
    tutor.open(phones.post.link_for(TUTOR, "/assessments/"))
    tutor.look("assess")
    tutor.type(outcome="completed", minutes_0=45, minutes_1=0, reached=3, followed="hiring")
    tutor.type(learned="Elle tient la caisse seule")
    tutor.press()
    tutor.says("n’a pas encore répondu")
    tutor.look("assess-thanks")
    holder.open(phones.post.link_for(HEROINE, "/assessment/"))
    holder.type(login=HEROINE)
    holder.press()
    holder.type(code=phones.post.code_for(HEROINE))
    holder.press()
    holder.type(outcome="completed", minutes_0=45, minutes_1=0, reached=4, learned="Le pain se vend le matin")
    assert "tient la caisse seule" not in holder.page.content()
    holder.press()
    holder.says("tient la caisse seule")
    holder.look("stay-holder")
    assert "Le pain se vend le matin" in phones.post.text_of(phones.post.letters_to(TUTOR)[-1])


def the_real_hours_are_in_the_ledger(phones: Phones) -> None:
    lead = phones.lead
    lead.become(lead.cast.lead)
    lead.open(phones.page_of_stay)
    lead.follow("/complete/")
    lead.look("complete")
    lead.press()
    lead.look("assessed")
    stay, line = phones.stay, Delivery.objects.get()
    assert (stay.state, stay.outcome) == (Immersion.State.ASSESSED, Immersion.Outcome.COMPLETED)
    assert (line.kind, line.state, line.minutes) == ("immersion", "declared", 45 * 60)
    lead.open(f"/journeys/{line.journey_id}/hours/")
    lead.says("heures reçues 45 h", "mardi 15 décembre à 17 h")
    lead.look("hours")
