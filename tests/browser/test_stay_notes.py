"""A note on a phone while the network is down: kept there, sent once when it is back."""

import os
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import BrowserContext, Error, Page, expect

from backend.accounts.models import Membership, User
from journeys import actions
from journeys.models import Immersion
from tests.browser.conftest import Complaints
from tests.browser.kept import KEPT, NOTHING_KEPT, until
from tests.factories.accounts import make_member, make_organisation
from tests.factories.journeys import make_journey
from tests.factories.stays import make_immersion

pytestmark = pytest.mark.django_db(transaction=True)


def a_stay() -> tuple[Immersion, User]:
    """One that runs, of this holder."""
    organisation = make_organisation("Les Écossolies", slug="ecossolies")
    lead = make_member(organisation, Membership.Role.LEAD, "lead@example.org")
    holder = make_member(organisation, Membership.Role.HOLDER, "holder@example.org")
    starts = timezone.localdate() - timedelta(days=2)
    stay = make_immersion(make_journey(organisation, holder, by=lead), state="in_progress", starts_on=starts)
    actions.write_questions(stay, ["Qui fixe les prix ?"], by=holder)
    return stay, holder


def test_a_note_written_without_network_is_sent_once_when_it_is_back(
    page: Page,
    context: BrowserContext,
    site: str,
    sign_in: Callable[[User], None],
    complaints: Complaints,
    assert_axe_clean: Callable[[Page], None],
) -> None:
    stay, holder = a_stay()
    sign_in(holder)
    page.goto(site + reverse("journeys:stay_notes", args=[stay.pk]))
    complaints.tolerate("ERR_INTERNET_DISCONNECTED", "ERR_FAILED", "Failed to fetch")
    context.set_offline(True)
    box = page.get_by_label("Que remarquez-vous")
    box.fill("Tout est pesé deux fois")
    page.get_by_role("button", name="Garder cette note").press("Enter")
    expect(page.locator("[data-notes-status]")).to_contain_text("Gardé sur ce téléphone")
    expect(page.get_by_role("heading", name="En attente d’envoi")).to_be_visible()
    box.fill("Le patron répond au téléphone")  # typed, not yet noted
    assert stay.observations.count() == 0
    if os.environ.get("SHOT"):
        page.screenshot(path=f"{os.environ['SHOT']}-offline.png", full_page=True)
    context.set_offline(False)
    expect(page.locator("[data-notes-kept] li")).to_have_count(1)
    page.reload()  # nothing is sent again, and what was being typed is still there
    expect(page.locator("[data-notes-kept] li")).to_have_count(1)
    expect(box).to_have_value("Le patron répond au téléphone")
    assert [one.text for one in stay.observations.all()] == ["Tout est pesé deux fois"]
    assert_axe_clean(page)


def test_the_page_opens_again_without_network_for_her_alone(
    page: Page,
    context: BrowserContext,
    site: str,
    sign_in: Callable[[User], None],
    complaints: Complaints,
    assert_axe_clean: Callable[[Page], None],
) -> None:
    stay, holder = a_stay()
    sign_in(holder)
    url = site + reverse("journeys:stay_notes", args=[stay.pk])
    page.goto(url)
    until(page, KEPT)
    complaints.tolerate("ERR_INTERNET_DISCONNECTED", "ERR_FAILED", "Failed to fetch")
    other = context.new_page()
    context.set_offline(True)
    page.get_by_label("Que remarquez-vous").fill("Tout est pesé deux fois")
    page.get_by_role("button", name="Garder cette note").press("Enter")
    page.reload()
    expect(page.get_by_text("Pas de réseau")).to_be_visible()
    expect(page.locator("[data-notes-count]")).to_have_text("1")
    expect(page.locator("[data-notes-waiting] li")).to_have_text("Tout est pesé deux fois")
    assert_axe_clean(page)
    if os.environ.get("SHOT"):
        page.screenshot(path=f"{os.environ['SHOT']}-reload.png", full_page=True)
    with pytest.raises(Error):
        other.goto(site + reverse("journeys:immersion_detail", args=[stay.pk]))  # nothing else of the site is kept
    context.set_offline(False)
    expect(page.locator("[data-notes-kept] li")).to_have_count(1)
    expect(page.get_by_text("Pas de réseau")).to_be_hidden()
    assert [one.text for one in stay.observations.all()] == ["Tout est pesé deux fois"]

    page.reload()
    until(page, KEPT)
    page.get_by_role("button", name="Menu").click()
    page.get_by_role("button", name="Se déconnecter").click()
    page.wait_for_url("**/accounts/login/**")
    until(page, NOTHING_KEPT)
    context.set_offline(True)
    with pytest.raises(Error):
        other.goto(url)
    context.set_offline(False)

    sign_in(holder)
    page.goto(url)
    until(page, KEPT)
    sign_in(make_member(stay.company.organisation, Membership.Role.MENTOR, "mentor@example.org"))
    page.goto(site)  # somebody else, without a word of goodbye
    until(page, NOTHING_KEPT)
