"""Every page of the URL map in a real browser, as each person whom the permission matrix lets in.

Each is opened in French on a phone in the light and in English on a wide screen in the dark: nothing complains, nothing
is asked of another host, nothing overflows down to 320 px, and axe finds nothing.
"""

from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.urls import reverse
from playwright.sync_api import BrowserContext, Page

from backend.accounts.models import User
from tests.browser.conftest import Complaints
from tests.factories.territory import load_territory
from tests.house.doors import OK, ROLES, Row, World
from tests.house.source import nothing
from tests.house.test_permission_matrix import ROWS, arguments

pytestmark = pytest.mark.django_db(transaction=True)

PEOPLE = ("lead", "mentor", "holder", "observer", "steward", "link_bearer", "anonymous")
NO_PAGES = {
    "healthz": "read by machines",
    "readyz": "read by machines",
    "demo_sign_in": "only leads to a home",
    "account_logout": "changes who looks",
    "mail:email_body": "a letter as mail programs show it, inside the page of the letter",
    "web:favicon": "a picture",
}
# These show each person something else: axe reads them for everybody, the others for the first who may open them.
EACH_SEES_HER_OWN = {
    "home", "journeys:journey_detail", "journeys:journey_ledger", "journeys:ledger", "mentoring:mentorship",
    "mentoring:session", "mentoring:session_list", "evaluation:indicators", "journeys:immersion_detail",
}  # fmt: skip
AXE = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    "resultTypes": ["violations"],
}
COLOURS = {"runOnly": {"type": "rule", "values": ["color-contrast"]}, "resultTypes": ["violations"]}
WIDEST = """() => [...document.querySelectorAll("body *")].filter(
    one => one.getBoundingClientRect().right > innerWidth + 1
).slice(-1).map(one => one.outerHTML.slice(0, 120))[0] || ''"""


def pages_of(persona: str) -> list[Row]:
    """The doors this person may open and read."""
    return [
        row
        for row in ROWS
        if "GET" in row.methods
        and row.pattern[persona] == OK
        and not row.name.startswith("api:")
        and row.name not in NO_PAGES
        and (persona != "link_bearer" or row.link)
    ]


def is_read_by_axe(row: Row, persona: str) -> bool:
    first = next(one for one in PEOPLE if row.pattern[one] == OK)
    return persona == first or row.name in EACH_SEES_HER_OWN


def axe(page: Page, language: str) -> list[str]:
    """Every rule at first; of the second look, in the dark, only what can have changed."""
    found = Axe().run(page, options=AXE if language == "fr" else COLOURS).response["violations"]
    return [f"axe {one['id']}: {one['nodes'][0]['html'][:160]} ({len(one['nodes'])})" for one in found]


def overflow(page: Page, width: int) -> list[str]:
    page.set_viewport_size({"width": width, "height": 844})
    wide = page.evaluate("document.documentElement.scrollWidth")
    return [f"{wide} px wide at {width}: {page.evaluate(WIDEST)}"] if wide > width else []


def look(page: Page, language: str, *, with_axe: bool) -> list[str]:
    """What is wrong with the page as it stands: French on a light phone, English on a dark wide screen."""
    said = page.locator("html").get_attribute("lang")
    wrong = [] if said == language else [f"in {said}, not in {language}"]
    for width in (320, 390) if language == "fr" else (320, 1280):
        wrong += overflow(page, width)
    return wrong + (axe(page, language) if with_axe else [])


def is_html(context: BrowserContext, address: str) -> bool:
    """A page, and not a file to download."""
    return context.request.head(address).headers.get("content-type", "").startswith("text/html")


@pytest.mark.parametrize("persona", PEOPLE)
def test_every_page_is_clean_for(
    persona: str,
    page: Page,
    context: BrowserContext,
    site: str,
    complaints: Complaints,
    sign_in: Callable[[User], None],
) -> None:
    load_territory()
    world = World()
    person = world.people[persona]
    addresses = [(row, reverse(row.name, kwargs=arguments(row, persona, world))) for row in pages_of(persona)]
    found: list[str] = []
    for language, scheme in (("fr", "light"), ("en", "dark")):
        User.objects.update(language=language)
        context.clear_cookies()
        if person:
            sign_in(person)
        else:
            context.add_cookies([{"name": "django_language", "value": language, "url": site}])
        page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
        if language == "fr":
            addresses = [one for one in addresses if is_html(context, site + one[1])]
        for row, address in addresses:
            with_axe = is_read_by_axe(row, persona)
            if language == "en" and not with_axe:  # the same page as the first person's
                continue
            page.goto(site + address)
            wrong = look(page, language, with_axe=with_axe)
            found += [f"{address} ({row.name}) {language} {scheme}: {one}" for one in [*wrong, *complaints]]
            complaints.clear()
    nothing(found)


@pytest.mark.parametrize("persona", ROLES[:3])
def test_a_keyboard_reaches_the_main_act_of_the_home(
    persona: str, page: Page, site: str, sign_in: Callable[[User], None]
) -> None:
    load_territory()
    world = World()
    for row in pages_of(persona):
        if row.name in ("journeys:journey_detail", "mentoring:session", "mentoring:mentor_pair"):
            arguments(row, persona, world)
    person = world.people[persona]
    assert person is not None
    sign_in(person)
    page.goto(site)
    page.keyboard.press("Tab")
    skip = page.locator("a.skip")
    assert skip.evaluate("one => one === document.activeElement && one.getBoundingClientRect().top >= 0")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"
    act = page.locator("main .button-main").first
    for _step in range(12):
        page.keyboard.press("Tab")
        here = page.evaluate(
            "() => { const s = getComputedStyle(document.activeElement); return [s.outlineStyle, s.outlineWidth] }"
        )
        assert here[0] != "none" and here[1] != "0px", page.evaluate("document.activeElement.outerHTML")
        if act.evaluate("one => one === document.activeElement"):
            return
    pytest.fail(f"twelve tabs after the skip link, and the main act of {persona} is not reached")
