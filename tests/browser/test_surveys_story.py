"""A questionnaire from its design to the day its series breaks, in real browsers: a desk, a phone, a keyboard alone."""

from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from backend.accounts.models import Organisation, User
from evaluation import tasks
from evaluation.models import Questionnaire, Wave
from journeys.models import Journey, Programme
from tests.browser.conftest import Complaints, become, watch
from tests.browser.walk import SHOTS, choose, width_of
from tests.factories.journeys import make_journey, make_programme
from tests.factories.sheets import people_of, sent, wave_of
from tests.factories.story import PostOffice

pytestmark = pytest.mark.django_db(transaction=True)
HELP = "Je sais à qui demander de l’aide."
RINGED = """() => {
  const at = document.activeElement;
  const styles = [at, at.nextElementSibling, at.parentElement].filter(Boolean).map((one) => getComputedStyle(one));
  return styles.some((one) => one.outlineStyle !== "none" && parseFloat(one.outlineWidth) > 0);
}"""


class Eyes:
    """One browser of its own; each page it looks at fits its width and is clean."""

    def __init__(self, page: Page, width: int, assert_axe_clean: Callable[[Page], None]) -> None:
        self.page, self.width, self.assert_axe_clean = page, width, assert_axe_clean

    def look(self, name: str) -> None:
        assert self.page.locator("html").get_attribute("lang") == "fr"
        assert width_of(self.page) <= self.width, self.page.url
        if SHOTS:
            self.page.screenshot(path=f"{SHOTS}/surveys-{name}.png", full_page=True, caret="initial")
        self.assert_axe_clean(self.page)

    def press(self, words: str) -> None:
        with self.page.expect_navigation():
            self.page.get_by_role("button", name=words, exact=True).click()

    def follow(self, words: str, within: str = "main") -> None:
        with self.page.expect_navigation():
            self.page.locator(within).get_by_role("link", name=words, exact=True).first.click()

    # --- The keyboard alone ---
    def tab_onto(self, words: str) -> None:
        """The Tab key, until what says this has the focus, and shows it."""
        says = "(document.activeElement.innerText || '').trim()"
        self._tab_until(f"{says} === {words!r}")

    def tab_into(self, name: str) -> None:
        """The same for a field, or a group of points, by its name."""
        self._tab_until(f"document.activeElement.name === {name!r}")

    def _tab_until(self, condition: str) -> None:
        for _press in range(60):
            self.page.keyboard.press("Tab")
            if self.page.evaluate(condition):
                assert self.page.evaluate(RINGED), f"nobody sees where the focus is: {condition}"
                return
        raise AssertionError(f"the keyboard never reaches {condition} on {self.page.url}")

    def enter(self) -> None:
        with self.page.expect_navigation():
            self.page.keyboard.press("Enter")


@pytest.fixture
def eyes(
    new_context: Callable[..., BrowserContext], site: str, complaints: Complaints,
    assert_axe_clean: Callable[[Page], None],
) -> Callable[..., Eyes]:  # fmt: skip
    """`eyes(320)`: one more browser of this width; signed in as `user`, else as nobody."""

    def opened(width: int, user: User | None = None) -> Eyes:
        context = new_context()
        if user:
            become(context, site, user)
        page = context.new_page()
        page.set_viewport_size({"width": width, "height": 800})
        watch(page, site, complaints)
        return Eyes(page, width, assert_axe_clean)

    return opened


def test_from_the_desk_to_a_phone_to_the_keyboard_to_the_broken_series(
    eyes: Callable[..., Eyes], site: str, organisation: Organisation, lead: User, holder: User, post: PostOffice,
    complaints: Complaints,
) -> None:  # fmt: skip
    programme = make_programme(organisation)
    programme.waves.update(stopped_at=programme.created_at)
    desk = eyes(1280, lead)
    desk.page.goto(f"{site}/surveys/questionnaires/new/")
    she_designs_and_publishes(desk)
    start = she_makes_a_wave(desk, site)
    journey = make_journey(organisation, holder, programme=programme)
    tasks.sweep_due_requests()
    link = site + post.link_for(holder.email, "/q/")
    half_on_a_phone(eyes(390), link)
    the_rest_by_keyboard(eyes(320), link)
    everybody_answers_twice_and_the_series_breaks_between(desk, site, programme, start, journey)
    assert not complaints, "\n".join(complaints)


def she_designs_and_publishes(desk: Eyes) -> None:
    page = desk.page
    page.locator("#id_title_fr").fill("Où en êtes-vous ?")
    page.locator("#id_title_en").fill("Where are you?")
    desk.press("Passer à ses questions")
    adds(desk, "scale", HELP, "I know whom to ask for help.")
    adds(desk, "yes_no", "Avez-vous vendu ?", "Have you sold?")
    adds(desk, "number", "Pour combien par mois ?", "How much a month?", id_unit_fr="€", id_unit_en="€")
    desk.follow("Modifier", "#item-Q3")
    page.locator("summary", has_text="Quand elle est posée").click()
    page.locator("#id_when_0_what").select_option("item:Q2")
    page.locator("#id_when_0_is").select_option("eq")
    page.locator("#id_when_0_value").fill("oui")
    desk.look("item")
    desk.press("Enregistrer la question")
    desk.follow("Ajouter une partie")
    page.locator("#id_title_fr").fill("Pour finir")
    page.locator("#id_title_en").fill("To end with")
    desk.press("Enregistrer la partie")
    adds(desk, "long_text", "Que changer ?", "What to change?")
    expect(page.locator("#item-Q3 .design-condition")).to_contain_text("est oui")
    desk.look("draft")
    desk.follow("Publier")
    desk.look("publish")
    desk.press("Publier")
    desk.look("questionnaire")


def adds(desk: Eyes, kind: str, fr: str, en: str, **more: str) -> None:
    fold = desk.page.locator("details:has(.design-kinds)").last
    if not fold.evaluate("fold => fold.open"):
        fold.locator("summary").click()
    with desk.page.expect_navigation():
        fold.locator(f"a[href$='/add/{kind}/']").click()
    for name, words in {"id_text_fr": fr, "id_text_en": en, **more}.items():
        desk.page.locator(f"#{name}").fill(words)
    desk.press("Enregistrer la question")


def she_makes_a_wave(desk: Eyes, site: str) -> Wave:
    page = desk.page
    page.goto(f"{site}/surveys/")
    desk.follow("Créer une vague")
    page.locator("#id_questionnaire").select_option(label="Où en êtes-vous ?")
    page.locator("#id_moment").select_option("start")
    page.locator("#id_days").fill("0")
    desk.press("Voir qui serait sollicité")
    desk.look("wave-form")
    desk.press("Créer la vague")
    desk.look("wave")
    return Wave.objects.get(stopped_at=None, moment="start")


def half_on_a_phone(phone: Eyes, link: str) -> None:
    phone.page.goto(link)
    phone.look("intro")
    phone.press("Commencer")
    choose(phone.page, "Q1", "2")
    expect(phone.page.locator("[data-status]")).to_contain_text("Enregistré")
    phone.look("half")
    phone.page.context.close()


def the_rest_by_keyboard(laptop: Eyes, link: str) -> None:
    """Continue, arrows in a group of points, a field that comes with an answer, on, review, send."""
    page, keys = laptop.page, laptop.page.keyboard
    page.goto(link)
    laptop.tab_onto("Continuer")
    laptop.enter()
    expect(page.locator('[name=Q1][value="2"]')).to_be_checked()
    laptop.tab_into("Q1")
    keys.press("ArrowRight")
    expect(page.locator('[name=Q1][value="3"]')).to_be_checked()
    laptop.tab_into("Q2")
    keys.press("Space")
    expect(page.locator("#q-Q3")).to_be_visible()
    assert page.evaluate("document.activeElement.name") == "Q2"
    laptop.tab_into("Q3")
    keys.type("1250")
    laptop.look("keyboard")
    laptop.tab_onto("Suivant")
    laptop.enter()
    laptop.tab_into("Q4")
    keys.type("Des dates plus tôt.")
    laptop.tab_onto("Relire mes réponses")
    laptop.enter()
    expect(page.locator("main")).to_contain_text("Des dates plus tôt.")
    laptop.look("review")
    laptop.tab_onto("Envoyer mes réponses")
    laptop.enter()
    expect(page.get_by_text("Merci")).to_be_visible()
    laptop.look("receipt")


def everybody_answers_twice_and_the_series_breaks_between(
    desk: Eyes, site: str, programme: Programme, start: Wave, first: Journey
) -> None:
    page = desk.page
    others = people_of(programme, 5)
    for journey in others:
        sent(start, journey, {"Q1": 2, "Q2": 0})
    questionnaire = Questionnaire.objects.get(title_fr="Où en êtes-vous ?")
    page.goto(f"{site}/surveys/questionnaires/{questionnaire.pk}/")
    desk.press("Modifier ses questions")
    desk.follow("Modifier", "#item-Q1")
    page.locator("#id_scale_max").fill("10")
    desk.press("Enregistrer la question")
    desk.follow("Publier")
    page.locator("#id_note").fill("Dix points, comme ailleurs")
    desk.look("publish-breaks")
    desk.press("Publier")
    desk.follow("Version 2")
    desk.follow("Ce qui a changé")
    expect(page.locator("main")).to_contain_text("rompt la série")
    desk.look("difference")
    end = wave_of(programme, questionnaire.versions.get(number=2), moment=Wave.Moment.EXIT)
    for journey in (first, *others):
        sent(end, journey, {"Q1": 8, "Q2": 1})
    page.goto(f"{site}/surveys/{end.pk}/results/")
    expect(page.locator("#q-Q1-2")).to_contain_text("La série repart")
    expect(page.locator("#q-Q1-2")).to_contain_text("Dix points, comme ailleurs")
    expect(page.locator("#q-Q2-1")).to_contain_text("les mêmes 6 personnes")
    desk.look("results")
