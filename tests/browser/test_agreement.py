"""How far views agree, on a phone and on a screen, in both languages and both themes."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from backend.accounts.models import Organisation, User
from evaluation.models import QuestionnaireVersion, Wave
from journeys.models import Programme
from tests.browser.walk import SHOTS, width_of
from tests.factories.journeys import make_journey, make_programme
from tests.factories.sheets import wave_of
from tests.factories.surveys import make_questionnaire
from tests.factories.voices import answer_voice, ask_voice

pytestmark = pytest.mark.django_db(transaction=True)
AREAS = {
    "Oser": ("Daring", {"O1": "Je sais à qui demander de l’aide quand je bute.", "O2": "Je décide sans tout savoir."}),
    "Tenir": ("Holding on", {"T1": "Je tiens mes échéances.", "T2": "Je dis non quand il le faut."}),
}


@pytest.fixture
def asked(organisation: Organisation, mentor: User) -> tuple[Programme, QuestionnaireVersion]:
    """Twelve journeys that holder and mentor answered about; on six of them the tutor too."""
    sections = {
        code: {"*": {"title_fr": code, "title_en": english, "least_answered": 1}}
        | {item: {"text_fr": text, "text_en": f"Sentence {item}, in English."} for item, text in items.items()}
        for code, (english, items) in AREAS.items()
    }
    version, programme = make_questionnaire(organisation, sections), make_programme(organisation)
    waves = {role: wave_of(programme, version, moment="mid", audience=role) for role in Wave.VOICES}
    for place in range(12):
        journey = make_journey(organisation, programme=programme)
        scores = {"holder": 2 + place % 6, "mentor": 1 + (place + place // 5) % 6, "tutor": 2 + place % 6}
        for role, person in (("holder", journey.holder.user), ("mentor", mentor), ("tutor", None)):
            if role != "tutor" or place < 6:
                score = scores[role]
                given = {"O1": score, "O2": 1 + score % 7, "T1": score + 1, "T2": score}
                answer_voice(ask_voice(waves[role], version, journey, person), given)
    return programme, version


@pytest.mark.parametrize(
    ("width", "language", "theme"), [(390, "fr", "light"), (1280, "fr", "light"), (1280, "en", "dark")]
)
def test_agreement_reads_on_any_screen(
    page: Page, site: str, sign_in: Callable[[User], None], assert_axe_clean: Callable[[Page], None],
    asked: tuple[Programme, QuestionnaireVersion], lead: User, width: int, language: str, theme: str,
) -> None:  # fmt: skip
    programme, version = asked
    User.objects.filter(pk=lead.pk).update(language=language)
    sign_in(lead)
    page.set_viewport_size({"width": width, "height": 844})
    page.emulate_media(color_scheme="dark" if theme == "dark" else "light")
    for name, path in (
        ("agreement", f"agreement/{programme.pk}/{version.questionnaire_id}/"),
        ("questionnaire", f"questionnaires/{version.questionnaire_id}/"),
        ("wave", f"{programme.waves.filter(audience='holder', questionnaire=version.questionnaire).get().pk}/"),
    ):
        page.goto(f"{site}/surveys/{path}")
        expect(page.locator("h1")).to_be_visible()
        if SHOTS:
            page.screenshot(path=f"{SHOTS}/{name}-{width}-{language}-{theme}.png", full_page=True)
        page.evaluate("document.querySelectorAll('details.details').forEach(one => one.open = true)")
        assert_axe_clean(page)
        assert width_of(page) <= width
        if SHOTS:
            page.screenshot(path=f"{SHOTS}/{name}-{width}-{language}-{theme}-open.png", full_page=True)
