"""The log on a phone: how many taps, keystrokes and seconds; what is typed without network; two devices."""

import os
from collections.abc import Callable

import pytest
from django.urls import reverse
from playwright.sync_api import BrowserContext, Page, Route, expect

from backend.accounts import actions as accounts
from backend.accounts.models import Membership, User
from mentoring.models import LogDraft, Session
from tests.browser.conftest import Complaints, become, watch
from tests.browser.kept import KEPT, NOTHING_KEPT, held, until
from tests.factories.accounts import make_member, make_organisation
from tests.factories.mentoring import make_held_session, make_pair, make_past_session

pytestmark = pytest.mark.django_db(transaction=True)


def a_mentor() -> tuple[User, Session, Session, str]:
    """She, a session to log, one logged, and the path of the link in her letter."""
    organisation = make_organisation("Les Écossolies", slug="ecossolies")
    mentor = make_member(organisation, Membership.Role.MENTOR, "mentor@example.org", first_name="Marc")
    holder = make_member(organisation, Membership.Role.HOLDER, "holder@example.org", first_name="Hawa")
    pair = make_pair(organisation, mentor, holder)
    held = make_held_session(pair, hours_ago=30)
    session = make_past_session(pair)
    token = accounts.make_link("session_log", about=session, user=mentor)[1]
    return mentor, session, held, reverse("mentoring:session_log_link", args=[token])


def shot(page: Page, name: str) -> None:
    if os.environ.get("SHOT"):
        page.screenshot(path=f"{os.environ['SHOT']}-{name}.png", full_page=True)


def test_the_simple_log_is_one_tap_on_the_page_and_the_full_one_fits_in_a_minute(
    page: Page, site: str, assert_axe_clean: Callable[[Page], None], record_property: Callable[[str, object], None]
) -> None:
    _mentor, session, _held, link = a_mentor()
    page.goto(site + link)  # the first tap: the link of the letter
    shot(page, "planned")
    page.get_by_role("button", name="Tenue comme prévu").click()
    expect(page.get_by_text("C’est noté").first).to_be_visible()
    session.refresh_from_db()
    simple = (session.log_taps, session.log_keys, session.log_seconds)
    record_property("simple log at 390 px: taps after the link, keystrokes, seconds", simple)
    assert (session.state, session.log_taps, session.log_keys) == ("held", 1, 0)
    assert_axe_clean(page)
    shot(page, "boxes")

    page.get_by_label("Résumé partagé").click()
    page.keyboard.type("Le prix est fixé, la banque dit oui.")
    page.locator("details:has([name=next_text]) > summary").first.click()
    page.locator("[name=next_text]").click()
    page.keyboard.type("Appeler la banque")
    page.get_by_text("Prochaine séance", exact=True).click()
    page.locator("[name=plan_next]").check()
    page.get_by_text("Thèmes et compétences").click()
    page.get_by_text("financement", exact=True).click()
    page.get_by_text("Prendre l’initiative").click()
    page.get_by_text("Note privée", exact=True).first.click()
    page.get_by_label("Note privée").click()
    page.keyboard.type("Fatiguée.")
    shot(page, "full")
    looked = page.evaluate("performance.now()")
    assert_axe_clean(page)
    looked = (page.evaluate("performance.now()") - looked) / 1000  # the checker's seconds, not hers
    page.get_by_role("button", name="Garder cela").click()
    expect(page.get_by_text("C’est gardé").first).to_be_visible()
    session.refresh_from_db()
    full = (session.log_taps, session.log_keys, session.log_seconds)
    record_property("full log at 390 px, both pages: taps, keystrokes, seconds", full)
    assert (session.summary, session.competencies) == ("Le prix est fixé, la banque dit oui.", ["EC31"])
    assert Session.objects.filter(state="planned").count() == 1
    assert (session.log_taps, session.log_keys) == (12, 60)  # the accents, typed at one go, press no key here
    assert session.log_seconds is not None and session.log_seconds - looked < 60


def test_what_is_typed_and_tapped_without_network_is_sent_when_it_is_back(
    page: Page,
    context: BrowserContext,
    site: str,
    sign_in: Callable[[User], None],
    complaints: Complaints,
    assert_axe_clean: Callable[[Page], None],
) -> None:
    mentor, session, held, link = a_mentor()
    sign_in(mentor)
    complaints.tolerate("ERR_INTERNET_DISCONNECTED", "ERR_FAILED", "Failed to fetch")
    page.goto(site + reverse("mentoring:session_log", args=[held.pk]))
    until(page, KEPT)
    page.get_by_label("Résumé partagé").fill("Avant la coupure")
    expect(page.locator("[data-log-saved]")).to_contain_text("Brouillon enregistré")
    context.set_offline(True)
    page.get_by_label("Résumé partagé").fill("Dans le tunnel")
    expect(page.locator("[data-log-state]")).to_contain_text("Pas de réseau")
    page.reload()
    expect(page.get_by_label("Résumé partagé")).to_have_value("Dans le tunnel")
    expect(page.locator("[data-log-state]")).to_contain_text("telle que vous l’avez vue")
    assert_axe_clean(page)
    shot(page, "cut")
    context.set_offline(False)
    expect(page.locator("[data-log-saved]")).to_contain_text("Brouillon enregistré")
    page.reload()
    expect(page.get_by_label("Résumé partagé")).to_have_value("Dans le tunnel")
    expect(page.get_by_text("Votre brouillon est revenu")).to_be_visible()
    assert LogDraft.objects.get().fields["summary"] == ["Dans le tunnel"]
    shot(page, "draft")

    context.clear_cookies()
    page.goto(site + link)
    until(page, KEPT)
    context.set_offline(True)
    page.reload()
    page.get_by_role("button", name="comme prévu").click()
    expect(page.locator("[data-log-state]")).to_contain_text("votre geste est gardé")
    session.refresh_from_db()
    assert session.state == "planned"
    context.set_offline(False)
    expect(page.get_by_label("Résumé partagé")).to_be_visible()
    session.refresh_from_db()
    assert (session.state, session.log_taps) == ("held", 1)

    sign_in(mentor)
    page.goto(site + reverse("mentoring:session_log", args=[held.pk]))
    until(page, KEPT)
    page.get_by_role("button", name="Garder cela").click()
    expect(page.get_by_text("C’est gardé").first).to_be_visible()
    until(page, f"caches.match('{site}{reverse('mentoring:session_log', args=[held.pk])}').then((copy) => !copy)")
    page.get_by_role("button", name="Menu").click()
    page.get_by_role("button", name="Se déconnecter").click()
    page.wait_for_url("**/accounts/login/**")
    until(page, NOTHING_KEPT)


def test_two_devices_show_both_texts_and_lose_neither(
    page: Page, site: str, sign_in: Callable[[User], None], complaints: Complaints,
    new_context: Callable[..., BrowserContext],
) -> None:  # fmt: skip
    mentor, _session, held, _link = a_mentor()
    sign_in(mentor)
    complaints.tolerate("409")
    url = site + reverse("mentoring:session_log", args=[held.pk])
    second = new_context()
    become(second, site, mentor)
    laptop = second.new_page()
    laptop.set_viewport_size({"width": 1280, "height": 900})
    watch(laptop, site, complaints)
    for one in (page, laptop):
        one.goto(url)
    page.get_by_label("Résumé partagé").fill("Du téléphone")
    expect(page.locator("[data-log-saved]")).to_contain_text("Brouillon enregistré")
    laptop.get_by_label("Résumé partagé").fill("De l’ordinateur")
    expect(laptop.get_by_text("Deux appareils, deux textes")).to_be_visible()
    expect(laptop.locator("[data-log-other]")).to_have_text("Du téléphone")
    shot(laptop, "two")
    laptop.get_by_role("button", name="Garder les deux").click()
    expect(laptop.get_by_label("Résumé partagé")).to_have_value("Du téléphone\n\nDe l’ordinateur")
    expect(laptop.locator("[data-log-saved]")).to_contain_text("Brouillon enregistré")
    laptop.get_by_role("button", name="Garder cela").click()
    expect(laptop.get_by_text("C’est gardé").first).to_be_visible()
    held.refresh_from_db()
    assert held.summary == "Du téléphone\n\nDe l’ordinateur"
    assert not LogDraft.objects.exists()


def test_one_device_that_types_on_while_its_draft_is_on_its_way_is_not_taken_for_two(
    page: Page, site: str, sign_in: Callable[[User], None]
) -> None:
    mentor, _session, logged, _link = a_mentor()
    sign_in(mentor)
    slow: list[Route] = []

    def hold(route: Route) -> None:
        """The first draft takes a long way."""
        if slow or route.request.method != "POST":
            route.fallback()
        else:
            slow.append(route)

    page.clock.install()
    page.goto(site + reverse("mentoring:session_log", args=[logged.pk]))
    page.route("**/log/", hold)
    box = page.get_by_label("Résumé partagé")
    box.fill("Un")
    page.clock.fast_forward(5_000)
    way = held(page, slow)
    box.fill("Un, puis deux")
    page.clock.fast_forward(5_000)
    way.continue_()
    expect(page.locator("[data-log-saved]")).to_contain_text("Brouillon enregistré")
    with page.expect_response(lambda answer: answer.request.method == "POST"):
        page.clock.fast_forward(5_000)
    expect(page.get_by_text("Deux appareils, deux textes")).to_be_hidden()
    assert LogDraft.objects.get().fields["summary"] == ["Un, puis deux"]
