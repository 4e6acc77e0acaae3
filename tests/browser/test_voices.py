"""Three views of one journey: each answers first, then reads the others; on a phone and on a screen."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from backend.accounts.models import Organisation, User
from backend.lib import clock as hours
from evaluation.models import POSTURE, Questionnaire, Request
from journeys.models import Journey
from tests.browser.walk import SHOTS, width_of
from tests.factories.evaluation import codes
from tests.factories.journeys import make_companion, make_journey
from tests.factories.voices import answer_voice, ask_voice, shared_waves

pytestmark = pytest.mark.django_db(transaction=True)
HOLDER, MENTOR, TUTOR = "644737654476666", "647665364573667", "65675656457666-"
Requests = dict[str, Request]


@pytest.fixture
def journey(organisation: Organisation, holder: User, mentor: User) -> Journey:
    found = make_journey(organisation, holder)
    make_companion(found, mentor)
    return found


@pytest.fixture
def asked(journey: Journey, holder: User, mentor: User) -> Requests:
    """The three were asked nine days ago; nobody has answered."""
    questionnaire = Questionnaire.objects.get(code=POSTURE)
    version = questionnaire.versions.get()
    waves = shared_waves(journey.programme, version)
    people = {"holder": holder, "mentor": mentor, "tutor": None}
    at = hours.now() - timedelta(days=9)
    return {role: ask_voice(wave, version, journey, people[role], at) for role, wave in waves.items()}


def say(request: Request, scores: str, days: int = 4) -> None:
    given = {code: None if one == "-" else int(one) for code, one in zip(codes(request), scores, strict=True)}
    answer_voice(request, given, hours.now() - timedelta(days=days))


def test_the_mentor_answers_and_then_sees_while_the_holder_waits(
    page: Page, site: str, sign_in: Callable[[User], None], assert_axe_clean: Callable[[Page], None],
    journey: Journey, asked: Requests, holder: User, mentor: User,
) -> None:  # fmt: skip
    say(asked["tutor"], TUTOR)
    there = f"{site}/surveys/voices/{journey.pk}/"
    sign_in(mentor)
    page.goto(f"{site}/journeys/{journey.pk}/")
    page.get_by_role("link", name="Regards côte à côte").click()
    expect(page.get_by_role("heading", name="D’abord, votre propre regard")).to_be_visible()
    assert_axe_clean(page)
    page.get_by_role("link", name="Répondre").click()
    expect(page.get_by_text("celles de Hawa Diallo et de la personne qui a été son tuteur")).to_be_visible()
    say(asked["mentor"], MENTOR)
    page.goto(there)
    expect(page.get_by_text("Sur 12 des 14 phrases notées par au moins deux personnes")).to_be_visible()
    expect(page.locator(".talk").first).to_contain_text("Paule Tutrice")
    sign_in(holder)
    page.goto(there)
    expect(page.get_by_role("heading", name="D’abord, votre propre regard")).to_be_visible()
    expect(page.locator(".talk")).to_have_count(0)
    say(asked["holder"], HOLDER)
    page.goto(there)
    expect(page.get_by_role("heading", name="À se dire")).to_be_visible()
    assert_axe_clean(page)


@pytest.mark.parametrize(
    ("width", "language", "theme"), [(390, "fr", "light"), (1280, "fr", "light"), (1280, "en", "dark")]
)
@pytest.mark.parametrize("state", ["full", "alone", "waiting", "nobody"])
def test_the_views_read_on_any_screen(
    page: Page, site: str, sign_in: Callable[[User], None], assert_axe_clean: Callable[[Page], None],
    journey: Journey, asked: Requests, holder: User, mentor: User, lead: User,
    state: str, width: int, language: str, theme: str,
) -> None:  # fmt: skip
    User.objects.update(language=language)
    if state in ("full", "alone"):
        say(asked["holder"], HOLDER)
    if state == "full":
        say(asked["mentor"], MENTOR, days=3)
        say(asked["tutor"], TUTOR, days=6)
    sign_in(holder if state == "waiting" else mentor if state == "full" and width == 390 else lead)
    page.set_viewport_size({"width": width, "height": 844})
    page.emulate_media(color_scheme="dark" if theme == "dark" else "light")
    page.goto(f"{site}/surveys/voices/{journey.pk}/")
    expect(page.locator("h1")).to_be_visible()
    for fold in page.locator("main details").all():
        fold.locator("summary").click()
    assert_axe_clean(page)
    assert width_of(page) <= width
    if SHOTS:
        page.screenshot(path=f"{SHOTS}/voices-{state}-{width}-{language}-{theme}.png", full_page=True)
