"""A lead designs a questionnaire on her phone, in part by keyboard: every kind of question, a look, published."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from backend.accounts.models import Organisation, User
from evaluation.models import Item, Questionnaire
from tests.browser.walk import tab_to, width_of

pytestmark = pytest.mark.django_db(transaction=True)
NAMES = {
    "scale": "Échelle", "recommend": "Recommandation, de 0 à 10", "yes_no": "Oui ou non", "single": "Un seul choix",
    "multiple": "Plusieurs choix", "number": "Nombre", "date": "Date", "text": "Texte court",
    "long_text": "Texte long", "consent": "Consentement", "note": "Texte à lire",
}  # fmt: skip


class Desk:
    """The page of a draft and what is typed there."""

    def __init__(self, page: Page, assert_axe_clean: Callable[[Page], None]) -> None:
        self.page, self.assert_axe_clean = page, assert_axe_clean

    def look(self) -> None:
        assert width_of(self.page) <= 390, self.page.url
        self.assert_axe_clean(self.page)

    def type_into(self, field: str, words: str) -> None:
        """By the keyboard alone: the field is reached by Tab."""
        tab_to(self.page, field)
        self.page.keyboard.type(words)

    def fill(self, field: str, words: str) -> None:
        self.page.locator(f"#{field}").fill(words)

    def save(self) -> None:
        with self.page.expect_navigation():
            self.page.get_by_role("button", name="Enregistrer la question").press("Enter")

    def add(self, kind: str, fr: str, en: str) -> None:
        """Onto the page of a new question of this kind, its words typed in both languages."""
        fold = self.page.locator("details:has(.design-kinds)")
        if not fold.evaluate("fold => fold.open"):
            fold.locator("summary").press("Enter")
        self.page.locator(f".design-kinds a[href$='/add/{kind}/']").press("Enter")
        self.page.wait_for_url(f"**/add/{kind}/")
        write = self.type_into if kind == "scale" else self.fill
        write("id_text_fr", fr)
        write("id_text_en", en)


def test_a_questionnaire_of_every_kind_is_designed_seen_and_published_on_a_phone(
    page: Page, site: str, organisation: Organisation, lead: User, sign_in: Callable[[User], None],
    assert_axe_clean: Callable[[Page], None],
) -> None:  # fmt: skip
    sign_in(lead)
    desk = Desk(page, assert_axe_clean)
    page.goto(f"{site}/surveys/questionnaires/new/")
    desk.fill("id_title_fr", "Un an après")
    desk.fill("id_title_en", "One year later")
    desk.look()
    page.get_by_role("button", name="Passer à ses questions").press("Enter")
    page.wait_for_url("**/design/")
    desk.look()
    for kind in NAMES:
        desk.add(kind, f"Question {kind}", f"Question {kind}")
        if kind in ("single", "multiple"):
            for n, (fr, en) in enumerate((("Oui", "Yes"), ("Plus tard", "Later"))):
                desk.fill(f"id_choice_{n}_text_fr", fr)
                desk.fill(f"id_choice_{n}_text_en", en)
        if kind == "number":
            desk.fill("id_unit_fr", "emplois")
            page.locator("summary", has_text="Quand elle est posée").press("Enter")
            page.locator("#id_when_0_what").select_option("item:Q4")
            page.locator("#id_when_0_is").select_option("eq")
            desk.fill("id_when_0_value", "oui")
        if kind in ("scale", "multiple", "number"):
            desk.look()
        desk.save()
        expect(page.locator(f"#item-Q{list(NAMES).index(kind) + 1}")).to_contain_text(f"Question {kind}")
    expect(page.locator("#item-Q6 .design-condition")).to_contain_text("est Oui")
    desk.look()
    page.locator("#item-Q2").get_by_role("button", name="Monter").press("Enter")
    expect(page.locator(".design-item").first).to_have_id("item-Q2")

    preview(page, desk)
    with page.expect_navigation():
        page.get_by_role("link", name="Publier").click()
    desk.look()
    with page.expect_navigation():
        page.get_by_role("button", name="Publier").press("Enter")
    desk.look()
    version = Questionnaire.objects.get(title_fr="Un an après").versions.get()
    assert not version.is_draft
    assert set(version.items.values_list("kind", flat=True)) == set(Item.Kind.values)


def preview(page: Page, desk: Desk) -> None:
    """An answer brings another question up; then back to the draft."""
    page.get_by_role("link", name="Voir tel que posé").click()
    page.wait_for_url("**/preview/")
    expect(page.locator("#q-Q4")).to_be_visible()
    expect(page.locator("#q-Q6")).to_have_count(0)
    desk.look()
    page.locator("#q-Q4").get_by_text("Oui").click()
    page.get_by_role("button", name="Suivant").click()
    expect(page.locator("#q-Q6")).to_be_visible()
    page.get_by_role("button", name="Suivant").click()
    page.get_by_role("button", name="Recommencer").wait_for()
    desk.look()
    page.get_by_role("link", name="Le brouillon").click()
    page.wait_for_url("**/design/")
