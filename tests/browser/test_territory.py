"""The territory on a phone: the empty communes first, sorted in the address, clean to axe."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from backend.accounts.models import Organisation, User
from tests.factories.journeys import make_programme
from tests.factories.territory import make_people, make_small_territory

pytestmark = pytest.mark.django_db(transaction=True)


def test_the_empty_communes_come_first_and_the_page_fits_a_phone(
    page: Page, site: str, sign_in: Callable[[User], None], assert_axe_clean: Callable[[Page], None],
    organisation: Organisation, lead: User,
) -> None:  # fmt: skip
    communes = make_small_territory()
    make_people(make_programme(organisation), communes[0], 6)
    sign_in(lead)
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(f"{site}/indicators/")
    page.get_by_role("link", name="Territoire").click()
    first = page.locator("#communes tbody tr").first
    expect(first).to_contain_text("Grand-Vide")
    assert_axe_clean(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.get_by_role("link", name="personnes", exact=True).click()
    expect(first).to_contain_text("Valombre")
    assert "sort=people" in page.url
