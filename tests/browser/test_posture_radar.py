"""One’s own radar, with what others see: its words are read on a phone, in both schemes and languages."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from backend.accounts.models import Organisation, User
from backend.lib import clock as hours
from evaluation.models import POSTURE, QuestionnaireVersion
from journeys.models import Journey
from tests.browser.walk import SHOTS, width_of
from tests.factories.accounts import make_staff
from tests.factories.evaluation import codes, make_answered
from tests.factories.journeys import make_companion, make_journey
from tests.factories.voices import answer_voice, ask_voice, shared_waves

pytestmark = pytest.mark.django_db(transaction=True)
SCREENS = [(390, "fr", "light"), (1280, "en", "dark")]
SMALLEST = 12
"""Pixels: no word of the drawing is smaller on a phone."""


@pytest.fixture
def journey(organisation: Organisation, holder: User, mentor: User) -> Journey:
    found = make_journey(organisation, holder)
    make_companion(found, mentor)
    return found


def look(page: Page, url: str, screen: tuple[int, str, str], name: str, clean: Callable[[Page], None]) -> None:
    width, language, theme = screen
    page.set_viewport_size({"width": width, "height": 844})
    page.emulate_media(color_scheme="dark" if theme == "dark" else "light")
    page.goto(url)
    expect(page.locator("h1")).to_be_visible()
    for fold in page.locator("main details").all():
        fold.locator("summary").click()
    clean(page)
    assert width_of(page) <= width
    if SHOTS:
        page.screenshot(path=f"{SHOTS}/{name}-{width}-{language}-{theme}.png", full_page=True)


def sizes(page: Page) -> list[float]:
    """The height of letters of each word of the first radar, in pixels on the screen."""
    return page.locator(".radar").first.evaluate(
        "svg => [...svg.querySelectorAll('text')].map(one => parseFloat(getComputedStyle(one).fontSize)"
        " * svg.getBoundingClientRect().width / svg.viewBox.baseVal.width)"
    )


@pytest.mark.parametrize("screen", SCREENS)
def test_ones_own_radar_reads_on_any_screen(
    page: Page, site: str, sign_in: Callable[[User], None], assert_axe_clean: Callable[[Page], None],
    journey: Journey, holder: User, mentor: User, screen: tuple[int, str, str],
) -> None:  # fmt: skip
    """Before any answer, after the first, and with all there is: before, now, and what others see."""
    others(journey)
    User.objects.update(language=screen[1])
    url, home = f"{site}/my-posture/", f"{site}/"
    sign_in(holder)
    look(page, url, screen, "posture-nothing", assert_axe_clean)
    expect(page.locator(".radar")).to_have_count(0)
    make_answered(journey, "start", {f"EC{area}{n}": area + n for area in (1, 2, 3) for n in range(1, 6)})
    look(page, url, screen, "posture-once", assert_axe_clean)
    expect(page.locator(".radar-legend li")).to_have_count(1)
    make_answered(journey, "exit", {f"EC{area}{n}": 2 + area + n % 3 for area in (1, 2, 3) for n in range(1, 6)})
    side_by_side(journey, mentor)
    look(page, home, screen, "home-full", assert_axe_clean)
    look(page, url, screen, "posture-full", assert_axe_clean)
    expect(page.locator(".radar-legend li")).to_have_count(4)
    assert min(sizes(page)) >= SMALLEST


def others(journey: Journey) -> None:
    """Twenty people who answered the first time, each in their own way."""
    for n in range(20):
        values = {f"EC{area}{i}": 1 + (n * area + i * (n % 3)) % 8 for area in (1, 2, 3) for i in range(1, 6)}
        make_answered(make_journey(journey.programme.organisation, programme=journey.programme), "start", values)


def side_by_side(journey: Journey, mentor: User) -> None:
    version = QuestionnaireVersion.objects.get(questionnaire__code=POSTURE)
    people = {"holder": journey.holder.user, "mentor": mentor, "tutor": None}
    for role, wave in shared_waves(journey.programme, version).items():
        request = ask_voice(wave, version, journey, people[role], hours.now() - timedelta(days=3))
        scores = {"holder": 6, "mentor": 5, "tutor": 4}
        answer_voice(request, {code: scores[role] + (code[2] == "3") for code in codes(request)})


@pytest.mark.parametrize("screen", SCREENS)
def test_the_style_guide_shows_radars(
    page: Page, site: str, sign_in: Callable[[User], None], assert_axe_clean: Callable[[Page], None],
    screen: tuple[int, str, str],
) -> None:  # fmt: skip
    staff = make_staff()
    User.objects.update(language=screen[1])
    sign_in(staff)
    page.set_viewport_size({"width": screen[0], "height": 844})
    page.goto(f"{site}/styleguide/")
    expect(page.locator(".radar")).to_have_count(2)
    expect(page.locator(".radar-key li")).to_have_count(10)
    assert_axe_clean(page)
    if SHOTS:
        page.locator("#charts").screenshot(path=f"{SHOTS}/radars-{screen[0]}.png")
