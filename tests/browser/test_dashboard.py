"""A lead at her dashboard, with a phone, a wide screen, by keyboard alone: figures open, compare, are drawn."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from backend.accounts.models import Organisation, User
from evaluation import actions
from evaluation.models import Indicator
from journeys.models import Programme
from tests.browser.walk import width_of
from tests.factories.indicators import make_indicator
from tests.factories.journeys import make_confirmed_delivery, make_holder, make_journey, make_programme

pytestmark = pytest.mark.django_db(transaction=True)
Looks = Callable[[Page], None]


@pytest.fixture
def programme(organisation: Organisation) -> Programme:
    """Twenty people of 2025, three of them women; twenty of 2026, sixteen of them women."""
    made = make_programme(organisation)
    for year, women in ((2025, 3), (2026, 16)):
        for place in range(20):
            gender = "woman" if place < women else "man"
            person = make_holder(organisation, gender=gender).user
            journey = make_journey(organisation, person, programme=made, started_on=date(year, 5, 4))
            if place < 2:
                make_confirmed_delivery(journey, kind="module", minutes=90, days_ago=10)
    return made


@pytest.fixture
def indicator(programme: Programme) -> Indicator:
    made = make_indicator(programme.organisation, measure="women", title_fr="Part de femmes suivie")
    actions.set_target(
        made, by=None, value=Decimal(45), upto=Decimal(60), decided_by="Copil", decided_on=date(2026, 1, 5),
        why="convention",
    )  # fmt: skip
    return made


def fits(page: Page, clean: Looks) -> None:
    clean(page)
    assert width_of(page) <= (page.viewport_size or {"width": 0})["width"]


@pytest.mark.parametrize("width", [390, 1280])
def test_from_the_dashboard_to_the_rows_and_to_two_cohorts(
    page: Page, site: str, sign_in: Callable[[User], None], assert_axe_clean: Looks, programme: Programme,
    indicator: Indicator, lead: User, width: int,
) -> None:  # fmt: skip
    sign_in(lead)
    page.set_viewport_size({"width": width, "height": 844})
    page.goto(f"{site}/indicators/")
    fits(page, assert_axe_clean)
    card = page.locator(".figure-women").first
    expect(card).to_contain_text("dans les mêmes mois de 2025")
    card.get_by_role("link").click()
    expect(page.locator("h1")).to_have_text("Part de femmes")
    expect(page.get_by_role("link", name="Part de femmes suivie")).to_be_visible()
    fits(page, assert_axe_clean)
    page.get_by_role("navigation", name="Grouper par").get_by_role("link", name="Genre").click()
    expect(page.locator("#by tbody tr").first).to_contain_text("19 sur 19")
    page.locator("#by tbody").get_by_role("link", name="femme").click()
    expect(page.locator("#rows tbody tr")).to_have_count(19)
    page.get_by_role("link", name="Comparer des groupes").click()
    expect(page.locator(".findings")).to_contain_text("Plus haut pour 2026 que pour 2025")
    expect(page.locator("main table").last).to_contain_text("3 sur 20")
    fits(page, assert_axe_clean)
    page.get_by_label("Comparé selon").select_option("qpv")
    page.get_by_role("button", name="Comparer").click()
    expect(page.locator(".findings")).to_contain_text("Trop peu pour conclure")
    assert "by=qpv" in page.url


@pytest.mark.parametrize("width", [390, 1280])
def test_the_chart_of_an_indicator_has_its_table(
    page: Page, site: str, sign_in: Callable[[User], None], assert_axe_clean: Looks, indicator: Indicator, lead: User,
    width: int,
) -> None:  # fmt: skip
    sign_in(lead)
    page.set_viewport_size({"width": width, "height": 844})
    page.goto(f"{site}/indicators/own/{indicator.pk}/")
    page.get_by_role("link", name="Graphique par trimestre ou par groupe").click()
    drawing = page.get_by_role("img", name="Part de femmes suivie")
    expect(drawing).to_be_visible()
    expect(page.locator(".reference-key")).to_have_count(2)
    assert page.locator("#numbers tbody tr").count() == page.locator(".trend-axis span").count() == 7
    fits(page, assert_axe_clean)
    page.get_by_role("navigation", name="Dessiné par").get_by_role("link", name="Genre").click()
    expect(page.locator("#numbers tbody tr").first).to_contain_text("19 sur 19")
    fits(page, assert_axe_clean)
    with page.expect_download() as taken:
        page.get_by_role("link", name="CSV").click()
    assert taken.value.suggested_filename.endswith("-gender.csv")


def press_link(page: Page, words: str) -> None:
    """The Tab key until a link or button of these words has the focus, then Enter."""
    for _press in range(120):
        focused: Any = page.evaluate("(document.activeElement.textContent || '').trim()")
        if words == focused:
            with page.expect_navigation():
                page.keyboard.press("Enter")
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"the keyboard never reaches {words}")


def test_by_keyboard_alone_an_indicator_leads_to_its_chart_by_programme(
    page: Page, site: str, sign_in: Callable[[User], None], programme: Programme, indicator: Indicator, lead: User,
) -> None:  # fmt: skip
    sign_in(lead)
    page.set_viewport_size({"width": 1280, "height": 844})
    page.goto(f"{site}/indicators/")
    press_link(page, "Part de femmes suivie")
    expect(page.locator("h1")).to_have_text("Part de femmes suivie")
    press_link(page, "Graphique par trimestre ou par groupe")
    press_link(page, "Dispositif")
    expect(page.locator("#numbers tbody tr").first).to_contain_text("19 sur 40")
