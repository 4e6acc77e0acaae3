"""Every page of the URL map in a real browser, as each person whom the permission matrix lets in.

Each is opened in French and in English, on a phone and on a wide screen, in the light and in the dark: nothing
complains, nothing is asked of another host, nothing overflows down to 320 px, and axe finds nothing.
"""

from collections.abc import Callable

import pytest
from django.urls import reverse
from playwright.sync_api import BrowserContext, Error, Page, expect

from backend.accounts.models import User
from tests.browser.conftest import Complaints, violations
from tests.browser.walk import width_of
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
    "mail:letter_sample_body": "a letter as mail programs show it, inside the page of the sample",
    "mail:email_retry": "leads back to the letter",
    "calendars:calendar_choose": "shows the page of the calendar",
    "calendars:calendar_password": "shows the page of the calendar",
    "calendars:calendar_update": "shows the page of the calendar",
    "calendars:feed_renew": "leads back to the page of addresses",
    "web:favicon": "a picture",
    "mentoring:mentor_photo": "a picture",
}
# These show each person something else: axe reads them for everybody, the others for the first who may open them.
EACH_SEES_HER_OWN = {
    "home", "journeys:journey_detail", "journeys:journey_ledger", "journeys:ledger", "mentoring:mentorship",
    "mentoring:session", "mentoring:session_list", "evaluation:indicators", "journeys:immersion_detail",
}  # fmt: skip
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


def overflow(page: Page, width: int) -> list[str]:
    page.set_viewport_size({"width": width, "height": 844})
    wide = width_of(page)
    return [f"{wide} px wide at {width}: {page.evaluate(WIDEST)}"] if wide > width else []


def look(page: Page, language: str, *, with_axe: bool) -> list[str]:
    """What is wrong with the page as it stands, in the light on a phone, then in the dark on a wide screen.

    Every rule in French in the light; in the dark only what a colour can change, and in English only the widths.
    """
    said = page.locator("html").get_attribute("lang")
    wrong = [] if said == language else [f"in {said}, not in {language}"]
    wrong += overflow(page, 320)
    if language == "en":
        return wrong + overflow(page, 1280)
    wrong += overflow(page, 390)
    if with_axe:
        wrong += violations(page)
        wrong += overflow(page, 1280)
        page.emulate_media(color_scheme="dark")
        wrong += [f"in the dark: {one}" for one in violations(page, "color-contrast")]
        page.emulate_media(color_scheme="light")
    return wrong


def opens(page: Page, address: str) -> bool:
    """Is it a page? A file to download is none."""
    try:
        answer = page.goto(address)
    except Error as error:
        if "Download is starting" in str(error):
            return False
        raise
    return answer is not None and answer.headers["content-type"].startswith("text/html")


BOTH = ("link_bearer", "mentor")
"""Who is also shown the pages in English and in the dark: the others’ pages are drawn by the same parts."""


PARTS = {"lead": 3, "mentor": 2}
"""Who has so many pages that they are shared out among several workers."""
SHARES = [(persona, part) for persona in PEOPLE for part in range(PARTS.get(persona, 1))]


@pytest.mark.long
@pytest.mark.parametrize(("persona", "part"), SHARES)
def test_every_page_is_clean_for(
    persona: str,
    part: int,
    page: Page,
    context: BrowserContext,
    site: str,
    complaints: Complaints,
    sign_in: Callable[[User], None],
) -> None:
    load_territory()
    world = World()
    person = world.people[persona]
    every = [(row, reverse(row.name, kwargs=arguments(row, persona, world))) for row in pages_of(persona)]
    addresses = every[part :: PARTS.get(persona, 1)]
    found: list[str] = []
    for language in ("fr", "en") if persona in BOTH else ("fr",):
        User.objects.update(language=language)
        context.clear_cookies()
        if person:
            sign_in(person)
        else:
            context.add_cookies([{"name": "django_language", "value": language, "url": site}])
        pages = []
        for row, address in addresses:
            if not opens(page, site + address):
                continue
            with_axe = is_read_by_axe(row, persona)
            found += [
                f"{address} ({row.name}) {language}: {one}"
                for one in [*look(page, language, with_axe=with_axe), *complaints]
            ]
            complaints.clear()
            if with_axe:  # the others are the same as the first person's
                pages.append((row, address))
        addresses = pages
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
    expect(page.locator("#main")).to_be_focused()
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
