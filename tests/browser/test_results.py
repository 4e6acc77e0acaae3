"""The results of a wave on a phone and on a screen, in both languages and both themes."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from backend.accounts.models import Organisation, User
from evaluation import actions
from evaluation.models import Item, Wave
from tests.browser.walk import SHOTS, width_of
from tests.factories.journeys import make_programme
from tests.factories.sheets import people_of, sent, wave_of
from tests.factories.surveys import make_questionnaire

pytestmark = pytest.mark.django_db(transaction=True)
K = Item.Kind


@pytest.fixture
def wave(organisation: Organisation) -> Wave:
    """At exit, of eight people who answered at the start too."""
    choices = {
        "COOP": {"text_fr": "Une coopérative", "text_en": "A cooperative"},
        "SAS": {"text_fr": "Une société par actions simplifiée, seul·e ou à plusieurs", "text_en": "A company"},
    }
    version = make_questionnaire(
        organisation,
        {
            "A": {
                "*": {"title_fr": "Oser", "title_en": "Daring", "least_answered": 2},
                "S1": {"text_fr": "Je sais à qui demander de l’aide quand je bute.", "text_en": "I know whom to ask."},
                "S2": {"text_fr": "Je décide sans tout savoir.", "text_en": "I decide without knowing all."},
                "YES": {"kind": K.YES_NO, "text_fr": "Avez-vous vendu ?", "text_en": "Have you sold?"},
            },
            "B": {
                "*": {"title_fr": "Et maintenant", "title_en": "And now"},
                "FORM": {"kind": K.SINGLE, "text_fr": "Quelle forme ?", "text_en": "Which form?", "choices": choices},
                "JOBS": {"kind": K.NUMBER, "text_fr": "Combien d’emplois ?", "text_en": "How many jobs?"},
                "DAY": {"kind": K.DATE, "text_fr": "Première vente", "text_en": "First sale"},
                "SCORE": {"kind": K.RECOMMEND, "text_fr": "Recommanderiez-vous ?", "text_en": "Recommend?"},
                "WHY": {"kind": K.LONG_TEXT, "text_fr": "Que changer ?", "text_en": "What to change?"},
            },
        },
    )
    programme = make_programme(organisation)
    start, end = wave_of(programme, version), wave_of(programme, version, moment=Wave.Moment.EXIT)
    for place, journey in enumerate(people_of(programme, 8)):
        sent(start, journey, {"S1": 2 + place % 3, "S2": 3, "YES": 0, "FORM": "SAS"})
        sent(end, journey, {
            "S1": 4 + place % 4, "S2": None if place == 7 else 3 + place % 2, "YES": int(place < 6),
            "FORM": "COOP" if place < 5 else "SAS", "JOBS": place % 3, "DAY": f"2026-0{1 + place % 4}-10",
            "SCORE": 10 - place, "WHY": f"Plus de temps avec le mentor, et des dates plus tôt ({place}).",
        })  # fmt: skip
    actions.send_request(end, people_of(programme, 1)[0], by=None)
    return end


@pytest.mark.parametrize(
    ("width", "language", "theme"), [(390, "fr", "light"), (1280, "fr", "light"), (1280, "en", "dark")]
)
def test_results_read_on_any_screen(
    page: Page, site: str, sign_in: Callable[[User], None], assert_axe_clean: Callable[[Page], None], wave: Wave,
    lead: User, width: int, language: str, theme: str,
) -> None:  # fmt: skip
    User.objects.filter(pk=lead.pk).update(language=language)
    sign_in(lead)
    page.set_viewport_size({"width": width, "height": 844})
    page.emulate_media(color_scheme="dark" if theme == "dark" else "light")
    for name, path in (("page", "results/"), ("meeting", "results/?view=present"), ("export", "export/")):
        page.goto(f"{site}/surveys/{wave.pk}/{path}")
        expect(page.locator("h1")).to_be_visible()
        page.evaluate("document.querySelectorAll('details.details').forEach(one => one.open = true)")
        assert_axe_clean(page)
        assert width_of(page) <= width
        if SHOTS:
            page.screenshot(path=f"{SHOTS}/results-{name}-{width}-{language}-{theme}.png", full_page=True)


def test_a_meeting_goes_from_question_to_question(
    page: Page, site: str, sign_in: Callable[[User], None], wave: Wave, lead: User
) -> None:
    sign_in(lead)
    page.goto(f"{site}/surveys/{wave.pk}/results/?view=present")
    page.get_by_role("link", name="Commencer").click()
    expect(page.get_by_role("heading", name="Je sais à qui demander de l’aide quand je bute.")).to_be_in_viewport()
    page.locator("#q-S1-1").get_by_role("link", name="Question suivante").click()
    expect(page.get_by_role("heading", name="Je décide sans tout savoir.")).to_be_in_viewport()
