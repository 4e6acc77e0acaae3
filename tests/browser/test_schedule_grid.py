"""The grid of a schedule by keyboard alone, on a phone, behind the company's link."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from backend.accounts import actions as accounts
from backend.accounts.models import Organisation
from backend.lib import clock
from journeys.actions.immersions.sharing import PURPOSE
from journeys.models import Immersion
from tests.browser.walk import tab_to, width_of
from tests.factories.journeys import make_journey
from tests.factories.stays import make_immersion

# A field that has just come, and has the focus, takes keys once it is drawn.
DRAWN = "() => new Promise((go) => requestAnimationFrame(() => requestAnimationFrame(go)))"
pytestmark = pytest.mark.django_db(transaction=True)


def test_a_week_is_written_with_the_keyboard_alone(
    page: Page, site: str, organisation: Organisation, assert_axe_clean: Callable[[Page], None]
) -> None:
    monday = clock.today() + timedelta(days=14 - clock.today().weekday())
    stay = make_immersion(make_journey(organisation), starts_on=monday, minutes_planned=7)
    _link, token = accounts.make_link(PURPOSE, about=stay, email="c@exemple.fr", days=14)
    page.goto(f"{site}/agreements/{token}/schedule/")
    for index, part, keys in ((0, "from", "0900AM"), (0, "to", "1230PM"), (1, "from", "0130PM"), (1, "to", "0500PM")):
        tab_to(page, f"id_{monday}_{index}_{part}")
        page.keyboard.type(keys)
    expect(page.locator(f"#total-{monday}")).to_have_text("7 h")
    tab_to(page, f"copy-{monday}")
    page.keyboard.press("Enter")
    friday = monday + timedelta(days=4)
    expect(page.locator(f"#id_{friday}_1_to")).to_have_value("17:00")
    expect(page.locator(f"#copy-{monday}")).to_be_focused()
    assert width_of(page) <= 390
    assert_axe_clean(page)
    tab_to(page, f"more-{monday}-2")
    page.keyboard.press("Enter")
    expect(page.locator(f"#id_{monday}_2_from")).to_be_focused()
    page.evaluate(DRAWN)
    page.keyboard.type("0600PM")
    expect(page.locator(f"#id_{monday}_2_from")).to_have_value("18:00")
    tab_to(page, f"id_{monday}_2_to")
    page.keyboard.type("0730PM")
    expect(page.locator(f"#total-{monday}")).to_have_text("8 h 30")
    tab_to(page, f"more-{friday}-2")
    page.keyboard.press("Enter")  # what was added on another day stays
    expect(page.locator(f"#id_{friday}_2_from")).to_be_focused()
    expect(page.locator(f"#id_{monday}_2_to")).to_have_value("19:30")
    assert width_of(page) <= 390
    assert_axe_clean(page)
    page.locator(f"#id_{friday}_1_to").focus()
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert [len(one["slots"]) for one in Immersion.objects.get().schedule] == [3, 2, 2, 2, 2]
