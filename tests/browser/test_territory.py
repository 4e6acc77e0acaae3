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


def test_another_list_is_seen_before_it_is_loaded(
    page: Page, site: str, sign_in: Callable[[User], None], assert_axe_clean: Callable[[Page], None],
    organisation: Organisation, lead: User,
) -> None:  # fmt: skip
    communes = make_small_territory()
    make_people(make_programme(organisation), communes[1], 2)
    sign_in(lead)
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(f"{site}/indicators/territory/")
    page.get_by_role("link", name="Charger une liste").click()
    assert_axe_clean(page)
    given = "insee;nom\n99001;Valombre-sur-Onde\n9900;Trop court\n".encode("cp1252")
    file = {"name": "communes.csv", "mimeType": "text/csv", "buffer": given}
    page.get_by_label("Fichier des communes").set_input_files([file])  # type: ignore[list-item]  # a file made of bytes
    page.get_by_label("C’est la liste entière").check()
    page.get_by_role("button", name="Voir ce qui changerait").click()
    expect(page.get_by_text("n’est pas un code INSEE").first).to_be_visible()
    lines = page.get_by_label("Communes, ligne par ligne")
    lines.fill(lines.input_value().replace("9900;Trop court\n", "99009;Éclaircie\n"))
    page.get_by_role("button", name="Voir ce qui changerait").click()
    expect(page.locator("#changes")).to_contain_text("2 projets, 2 parcours")
    assert_axe_clean(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.get_by_role("button", name="Charger cette liste").click()
    expect(page.locator("#communes")).to_contain_text("Éclaircie")
    expect(page.locator("#communes")).to_contain_text("Saint-Bref")
    expect(page.locator("#communes")).not_to_contain_text("Grand-Vide")
