"""The strict page really hears what goes wrong, and the sign-in page is clean."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import Complaints
from tests.browser.walk import width_of

pytestmark = pytest.mark.any_database


def test_a_page_that_is_not_there_is_heard(page: Page, site: str, complaints: Complaints) -> None:
    page.goto(f"{site}/no-such-page/")
    assert [text for text in complaints if "404" in text]
    complaints.tolerate("404")  # what is still on its way
    complaints.clear()


def test_another_host_is_refused(page: Page, site: str, complaints: Complaints) -> None:
    page.goto(f"{site}/healthz")
    with pytest.raises(Exception, match="ERR_NAME_NOT_RESOLVED"):
        page.goto("http://elsewhere.example/")
    assert "left for http://elsewhere.example/" in complaints
    complaints.tolerate("elsewhere.example", "ERR_NAME_NOT_RESOLVED")  # what is still on its way
    complaints.clear()


def test_the_sign_in_page_is_clean_on_a_phone(page: Page, site: str, assert_axe_clean: Callable[[Page], None]) -> None:
    page.goto(f"{site}/accounts/login/")
    assert page.locator("html").get_attribute("lang") == "fr"
    assert width_of(page) <= 390
    assert_axe_clean(page)
