"""A questionnaire half answered on one device and finished on another, without network in between; then corrected."""

import os
from collections.abc import Callable
from datetime import date
from decimal import Decimal

import pytest
from django.urls import reverse
from playwright.sync_api import BrowserContext, Page, Route, expect

from backend.accounts import actions as accounts
from backend.accounts.models import Membership, User
from evaluation import actions
from evaluation.models import Answer, Request
from tests.browser.conftest import Complaints, watch
from tests.browser.kept import KEPT, held, kept_with, until
from tests.browser.walk import choose, width_of
from tests.factories.accounts import make_member, make_organisation
from tests.factories.journeys import make_journey
from tests.factories.surveys import ask, make_wave

pytestmark = pytest.mark.django_db(transaction=True)

# How wide the page gets by what it may have to say of answers that wait; then it says nothing again.
WIDEST_SAID = """() => {
  const said = document.querySelector("[data-unsent]");
  const { pages, ...words } = document.querySelector("[data-answers]").dataset;
  const wide = Object.values(words).filter((one) => one.includes(" ")).map((one) => {
    said.textContent = one.replace("{n}", "12");
    return document.documentElement.scrollWidth;
  });
  said.textContent = "";
  return Math.max(...wide);
}"""


def a_letter(**wave: object) -> tuple[Request, str]:
    """Somebody was asked; the path of the link in her letter."""
    organisation = make_organisation("Les Écossolies", slug="ecossolies")
    holder = make_member(organisation, Membership.Role.HOLDER, "holder@example.org", first_name="Hawa")
    journey = make_journey(organisation, holder)
    asked = ask(make_wave(journey.programme, **wave), journey)
    token = accounts.make_link("request_answer", about=asked, user=asked.respondent)[1]
    return asked, reverse("evaluation:link", args=[token])


def shot(page: Page, name: str) -> None:
    if os.environ.get("SHOT"):
        page.screenshot(path=f"{os.environ['SHOT']}-{name}.png", full_page=True, caret="initial")


def kept(code: str) -> Answer:
    return Answer.objects.get(item__code=code)


def waits(page: Page) -> list[str]:
    return page.evaluate("Object.keys(localStorage).filter((name) => name.startsWith('jalon.answers.'))")


def goes_on(page: Page, words: str = "Suivant") -> None:
    """She presses it, and has the next page whole."""
    with page.expect_navigation():
        page.get_by_role("button", name=words).click()


def saved(page: Page) -> None:
    expect(page.locator("[data-status]")).to_contain_text("Enregistré")


def test_half_answered_on_one_device_finished_on_another_without_network_in_between(
    page: Page, context: BrowserContext, site: str, complaints: Complaints,
    new_context: Callable[..., BrowserContext], assert_axe_clean: Callable[[Page], None],
) -> None:  # fmt: skip
    asked, link = a_letter(correction_days=7)
    complaints.tolerate("ERR_INTERNET_DISCONNECTED", "ERR_FAILED", "Failed to fetch")
    page.goto(site + link)
    shot(page, "intro")
    goes_on(page, "Commencer")
    choose(page, "S1", "4")
    saved(page)
    assert not page.locator("#q-M1").count()
    choose(page, "Y1", "1")
    expect(page.locator("#q-M1")).to_be_visible()
    expect(page.locator("[data-status]")).to_contain_text("2 questions se sont ajoutées")
    assert page.evaluate("document.activeElement.name") == "Y1"
    shot(page, "screen")
    assert_axe_clean(page)
    until(page, KEPT)
    until(page, kept_with("q-M1"))

    context.set_offline(True)
    page.locator("[name=M1]").fill("1250,50")
    choose(page, "S1", "5")
    expect(page.locator("[data-unsent]")).to_contain_text("pas encore envoyé : 2")
    shot(page, "cut")
    page.reload()
    expect(page.locator("[name=M1]")).to_have_value("1250,50")
    assert len(waits(page)) == 1
    context.set_offline(False)
    expect(page.locator("[data-unsent]")).to_contain_text("tout est envoyé")
    assert waits(page) == []
    assert (kept("S1").value, kept("M1").number) == (5, Decimal("1250.5"))

    laptop = new_context().new_page()
    laptop.set_viewport_size({"width": 320, "height": 700})
    watch(laptop, site, complaints)
    laptop.goto(site + link)
    goes_on(laptop, "Continuer")
    laptop.locator("[name=D1]").fill("2026-10-05")
    goes_on(laptop)
    expect(laptop.get_by_role("heading", name="Vos appuis")).to_be_visible()
    shot(laptop, "matrix")
    assert width_of(laptop) <= 320
    assert laptop.evaluate(WIDEST_SAID) <= 320
    assert_axe_clean(laptop)
    for code in ("B1", "B2"):
        choose(laptop, code, "3")
    choose(laptop, "B3", "no_say")
    goes_on(laptop)
    choose(laptop, "C1", "other")
    laptop.locator("[name=C1-text]").fill("La mairie")
    choose(laptop, "C2", "shop")
    choose(laptop, "C2", "none")
    expect(laptop.locator('[name=C2][value="shop"]')).not_to_be_checked()
    shot(laptop, "choices")
    assert_axe_clean(laptop)
    goes_on(laptop)
    laptop.locator("[name=L1]").fill("Plus de séances.")
    choose(laptop, "O1", "1")
    shot(laptop, "words")
    assert_axe_clean(laptop)
    goes_on(laptop, "Relire")
    expect(laptop.get_by_text("La mairie")).to_be_visible()
    shot(laptop, "review")
    assert_axe_clean(laptop)
    goes_on(laptop, "Envoyer")
    expect(laptop.get_by_text("Merci")).to_be_visible()
    shot(laptop, "receipt")
    asked.refresh_from_db()
    assert asked.state == "complete"
    assert (kept("D1").day, kept("C1").text, kept("C2").codes) == (date(2026, 10, 5), "La mairie", ("none",))

    goes_on(laptop, "Corriger")
    choose(laptop, "S1", "2")
    saved(laptop)
    assert kept("S1").value == 2


def test_what_is_answered_before_the_page_is_all_there_is_kept_too(page: Page, site: str) -> None:
    _asked, link = a_letter()
    slow: list[Route] = []
    page.route("**/answers*.js", lambda route: slow.append(route))
    page.goto(f"{site}{link}3/", wait_until="commit")
    choose(page, "O1", "1")
    page.locator("[name=L1]").fill("Plus de séances.")
    way = held(page, slow)
    assert not Answer.objects.exists()
    way.continue_()
    saved(page)
    assert (kept("O1").value, kept("L1").text) == (1, "Plus de séances.")


def test_a_press_that_lasts_while_words_are_kept_is_not_lost(page: Page, site: str) -> None:
    """What the page then says is a line longer: the page does not move under the finger."""
    _asked, link = a_letter()
    page.goto(f"{site}{link}3/")
    page.locator("[name=L1]").fill("Plus de séances.")
    assert page.evaluate("scrollY") == 0  # where no browser keeps the place by itself
    box = page.locator('[name=O1][value="1"]')
    page.locator("label").filter(has=box).hover(position={"x": 30, "y": 8})
    page.mouse.down()
    saved(page)
    page.mouse.up()
    expect(box).to_be_checked()
    expect(page.locator("[data-status]")).to_contain_text("Il reste 7 questions")
    assert (kept("O1").value, kept("L1").text) == (1, "Plus de séances.")


def test_an_answer_changed_while_the_one_before_is_on_its_way_stands(page: Page, site: str) -> None:
    """On a slow network the first one is kept a minute after it was given, and after the second was."""
    _asked, link = a_letter()
    slow: list[Route] = []
    page.clock.install()
    page.route("**/save/", lambda route: slow.append(route), times=1)
    page.goto(f"{site}{link}1/")
    choose(page, "S1", "4")
    way = held(page, slow)
    choose(page, "S1", "5")
    page.clock.fast_forward(60_000)
    way.continue_()
    until(page, "!Object.keys(localStorage).some((name) => name.startsWith('jalon.answers.'))")
    assert kept("S1").value == 5


def test_the_next_part_opens_without_network_and_nothing_stays_on_the_device_once_sent(
    page: Page, context: BrowserContext, site: str, complaints: Complaints, sign_in: Callable[[User], None]
) -> None:
    asked, link = a_letter()
    complaints.tolerate("ERR_INTERNET_DISCONNECTED", "ERR_FAILED", "Failed to fetch")
    page.goto(f"{site}{link}1/")
    until(page, KEPT)
    until(page, f"caches.match('{site}{link}2/').then(Boolean)")
    context.set_offline(True)
    choose(page, "S1", "3")
    expect(page.locator("[data-unsent]")).to_contain_text("pas encore envoyé : 1")
    goes_on(page)
    expect(page.get_by_role("heading", name="Vos appuis")).to_be_visible()
    choose(page, "B1", "2")
    expect(page.locator("[data-unsent]")).to_contain_text("pas encore envoyé : 2")
    context.set_offline(False)
    expect(page.locator("[data-unsent]")).to_contain_text("tout est envoyé")
    assert (kept("S1").value, kept("B1").value, waits(page)) == (3, 2, [])

    actions.complete_request(asked, by=asked.respondent)
    page.goto(site + link)
    expect(page.get_by_text("Merci")).to_be_visible()
    until(page, f"caches.match('{site}{link}1/').then((copy) => !copy)")
    page.evaluate(f"localStorage.setItem('jalon.answers.{asked.respondent_id}.9', '{{\"items\": {{}}}}')")
    sign_in(make_member(asked.journey.programme.organisation, Membership.Role.LEAD, "lead@example.org"))
    page.goto(site)
    assert waits(page) == []


def test_answers_that_wait_are_never_sent_as_somebody_elses(
    page: Page, context: BrowserContext, site: str, complaints: Complaints, sign_in: Callable[[User], None]
) -> None:
    """Kept without network by one person; another signs in on the same browser before it is back."""
    asked, _link = a_letter()
    other = make_member(asked.journey.programme.organisation, Membership.Role.HOLDER, "other@example.org")
    theirs = ask(asked.wave, make_journey(asked.journey.programme.organisation, other))
    complaints.tolerate("ERR_INTERNET_DISCONNECTED", "ERR_FAILED", "Failed to fetch", "403", "404")
    assert asked.respondent is not None
    sign_in(asked.respondent)
    page.goto(site + reverse("evaluation:request_screen", args=[asked.pk, 1]))
    context.set_offline(True)
    choose(page, "S1", "5")
    expect(page.locator("[data-unsent]")).to_contain_text("pas encore envoyé : 1")

    sign_in(other)
    context.set_offline(False)
    expect(page.locator("[data-unsent]")).to_contain_text("Rouvrez cette page")
    assert not Answer.objects.exists()
    page.goto(site + reverse("evaluation:request_screen", args=[theirs.pk, 1]))
    assert (page.locator("[name=S1]:checked").count(), waits(page)) == (0, [])
    choose(page, "S1", "2")
    saved(page)
    assert list(Answer.objects.values_list("response__request", "value")) == [(theirs.pk, 2)]
