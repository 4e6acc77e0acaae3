"""The designer's pages: what a lead types becomes the questionnaire, and nothing typed is lost."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from backend.accounts.models import Organisation, User
from evaluation import actions
from evaluation.models import Answer, Item, Questionnaire, QuestionnaireVersion, Response
from tests.factories.accounts import make_member
from tests.factories.questionnaires import add_item, first_section, make_draft, make_published

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]
ClientOf = Callable[[User], Client]


def at(name: str, version: QuestionnaireVersion, *more: str) -> str:
    return reverse(f"evaluation:{name}", args=[version.pk, *more])


def html(client: Client, url: str, data: Any = None) -> str:
    answer = client.get(url) if data is None else client.post(url, data)
    assert answer.status_code == 200
    return " ".join(answer.content.decode().replace("\u00a0", " ").replace("\u202f", " ").split())


def revision(version: QuestionnaireVersion) -> int:
    version.refresh_from_db()
    return version.revision


def test_a_lead_makes_a_questionnaire_and_lands_on_its_draft(
    client_of: ClientOf, organisation: Organisation, lead: User
) -> None:
    answer = client_of(lead).post(reverse("evaluation:questionnaire_create"), {"title_fr": "Notre bilan"})
    row = Questionnaire.objects.get(title_fr="Notre bilan")
    assert answer.headers["Location"] == at("version_design", row.versions.get())
    assert row.organisation == organisation


def test_a_lead_copies_a_shared_questionnaire(client_of: ClientOf, organisation: Organisation, lead: User) -> None:
    shared = actions.load_questionnaires()[0]
    url = reverse("evaluation:questionnaire_copy", args=[shared.pk])
    client_of(lead).post(url, {"title_fr": "Notre posture", "source": shared.source})
    copy = Questionnaire.objects.get(title_fr="Notre posture")
    assert (copy.organisation, copy.versions.get().items.count()) == (organisation, 15)


@pytest.mark.parametrize(
    ("kind", "typed", "kept"),
    [
        ("scale", {"scale_min": "1", "scale_max": "7", "allows_na": "on"}, {"scale_max": 7, "allows_na": True}),
        ("recommend", {"is_required": "on"}, {"is_required": True}),
        ("yes_no", {"allows_no_say": "on"}, {"allows_no_say": True}),
        ("number", {"unit_fr": "€", "least": "0", "most": "1000000", "decimals": "2"}, {"unit_fr": "€", "decimals": 2}),
        ("date", {"help_fr": "Celle des statuts"}, {"help_fr": "Celle des statuts"}),
        ("text", {"label_fr": "Nom"}, {"label_fr": "Nom"}),
        ("long_text", {"code": "MOTS"}, {"code": "MOTS"}),
        ("consent", {}, {"allows_na": False}),
        ("note", {}, {"allows_na": False}),
    ],
)
def test_a_question_of_each_kind_is_kept_as_typed(
    client_of: ClientOf, organisation: Organisation, lead: User, kind: str, typed: dict[str, str], kept: dict[str, Any]
) -> None:
    draft = make_draft(organisation)
    data = {"text_fr": "Une question", "text_en": "A question", "section": "S1", "revision": "0", **typed}
    answer = client_of(lead).post(at("item_add", draft, "S1", kind), data)
    item = draft.items.get()
    assert answer.headers["Location"] == at("version_design", draft) + f"#item-{item.code}"
    assert (item.kind, item.text_fr, item.text_en) == (kind, "Une question", "A question")
    assert {name: getattr(item, name) for name in kept} == kept


@pytest.mark.parametrize("kind", ["single", "multiple"])
def test_choices_are_kept_line_by_line_in_their_order(
    client_of: ClientOf, organisation: Organisation, lead: User, kind: str
) -> None:
    draft = make_draft(organisation)
    lines = {
        "choice_0_text_fr": "Aucun", "choice_0_is_exclusive": "on", "choice_0_order": "9",
        "choice_1_text_fr": "Autre", "choice_1_text_en": "Other", "choice_1_takes_text": "on", "choice_1_code": "AUT",
        "choice_2_text_fr": "", "choice_3_text_fr": "Un mentor", "choice_3_order": "1",
    }  # fmt: skip
    client_of(lead).post(at("item_add", draft, "S1", kind), {"text_fr": "Qui ?", "section": "S1", **lines})
    rows = draft.items.get().choices.values_list("code", "text_fr", "text_en", "is_exclusive", "takes_text")
    assert list(rows) == [
        ("1", "Un mentor", "", False, False), ("2", "Aucun", "", True, False), ("AUT", "Autre", "Other", False, True),
    ]  # fmt: skip


def test_more_lines_keep_what_was_typed_and_save_nothing(
    client_of: ClientOf, organisation: Organisation, lead: User
) -> None:
    draft = make_draft(organisation)
    data = {"text_fr": "", "section": "S1", "choice_0_text_fr": "Oui", "choice_1_text_fr": "", "more": "choice"}
    page = html(client_of(lead), at("item_add", draft, "S1", "single"), data)
    assert 'name="choice_5_text_fr"' in page
    assert 'name="choice_6_text_fr"' not in page
    assert 'value="Oui"' in page
    assert "errorlist" not in page
    assert not draft.items.exists()


def test_words_of_the_scale_are_kept_and_a_point_has_one_meaning(
    client_of: ClientOf, organisation: Organisation, lead: User
) -> None:
    draft = make_draft(organisation)
    words = {"anchor_0_from": "1", "anchor_0_fr": "jamais", "anchor_1_from": "2", "anchor_1_to": "3",
             "anchor_1_fr": "parfois"}  # fmt: skip
    client = client_of(lead)
    client.post(at("version_update", draft), {"minutes": "3", **words})
    draft.refresh_from_db()
    assert draft.anchors == [
        {"from": 1, "to": 1, "fr": "jamais", "en": ""}, {"from": 2, "to": 3, "fr": "parfois", "en": ""},
    ]  # fmt: skip
    page = html(client, at("version_update", draft), {"minutes": "3", **words, "anchor_0_to": "2"})
    assert "un point a deux sens" in page


def test_a_condition_is_written_in_words_and_shown_in_words(
    client_of: ClientOf, organisation: Organisation, lead: User
) -> None:
    draft = make_draft(organisation)
    add_item(draft, "yes_no", text_fr="Créé ?")
    client = client_of(lead)
    line = {"when_match": "any", "when_0_what": "item:Q1", "when_0_is": "eq", "when_0_value": "Oui",
            "when_1_what": "fact:phase", "when_1_is": "in", "when_1_value": "création, émergence"}  # fmt: skip
    url = at("item_add", draft, "S1", "text")
    client.post(url, {"text_fr": "Quand ?", "section": "S1", **line})
    assert draft.items.get(code="Q2").relevance == {
        "any": [{"item": "Q1", "is": "eq", "than": 1},
                {"fact": "phase", "is": "in", "than": ["creation", "emergence"]}]
    }  # fmt: skip
    page = html(client, at("version_design", draft))
    assert "Posée quand « Q1 · Créé ? » est oui ou « Le parcours : phase du projet » est parmi création" in page
    wrong = html(client, url, {"text_fr": "Et ?", "section": "S1", **line, "when_0_value": "Peut-être"})
    assert "Écrivez l’une de ces valeurs : oui, non." in wrong
    assert "Peut-être" in wrong


def test_two_people_at_one_draft_are_told_and_what_the_second_typed_is_kept(
    client_of: ClientOf, organisation: Organisation, lead: User
) -> None:
    draft = make_draft(organisation)
    item = add_item(draft, "text")
    seen = revision(draft)
    actions.save_item(first_section(draft), item, by=None, text_fr="Saisi par une collègue")
    url, typed = at("item_update", draft, "Q1"), {"text_fr": "Saisi par moi", "section": "S1"}
    client = client_of(lead)
    page = html(client, url, {**typed, "revision": seen})
    assert "Quelqu’un d’autre a changé ce brouillon" in page
    assert "Saisi par une collègue" in page
    assert "Saisi par moi" in page
    assert draft.items.get().text_fr == "Saisi par une collègue"
    client.post(url, {**typed, "revision": revision(draft)})
    assert draft.items.get().text_fr == "Saisi par moi"


def test_a_question_removed_while_it_was_typed_at_can_be_saved_anew(
    client_of: ClientOf, organisation: Organisation, lead: User
) -> None:
    draft = make_draft(organisation)
    item = add_item(draft, "text")
    seen = revision(draft)
    actions.remove_item(item, by=None)
    url, typed = at("item_update", draft, "Q1"), {"text_fr": "Saisi par moi", "section": "S1", "kind": "text"}
    client = client_of(lead)
    page = html(client, url, {**typed, "revision": seen})
    assert "enregistrer encore l’ajoute de nouveau" in page
    assert "Saisi par moi" in page
    client.post(url, {**typed, "revision": revision(draft)})
    assert draft.items.get().text_fr == "Saisi par moi"


def test_a_move_seen_too_late_does_nothing_and_says_so(
    client_of: ClientOf, organisation: Organisation, lead: User
) -> None:
    draft = make_draft(organisation)
    add_item(draft), add_item(draft)
    seen = revision(draft)
    client = client_of(lead)
    client.post(at("item_move", draft, "Q2"), {"move": f"up-{seen}"})
    assert list(draft.items.values_list("code", flat=True)) == ["Q2", "Q1"]
    answer = client.post(at("item_move", draft, "Q2"), {"move": f"down-{seen}"}, follow=True)
    assert "Quelqu’un d’autre a changé ce brouillon" in answer.content.decode()
    assert list(draft.items.values_list("code", flat=True)) == ["Q2", "Q1"]


def test_the_draft_lists_what_is_to_mend_and_where_english_is_missing(
    client_of: ClientOf, organisation: Organisation, lead: User
) -> None:
    draft = make_draft(organisation)
    add_item(draft, "single", choices=[{"code": "", "text_fr": "Oui"}], text_fr="Créé ?", text_en="")
    page = html(client_of(lead), at("version_design", draft))
    assert "« Créé ? » a besoin d’au moins deux choix." in page
    assert "1 endroit où il manque une langue" in page
    assert "L’anglais manque" in page
    assert at("version_publish", draft) not in page


def test_publishing_asks_of_a_reworded_question_whether_its_series_goes_on(
    client_of: ClientOf, organisation: Organisation, lead: User
) -> None:
    draft = actions.draft_version(make_published(organisation).questionnaire, by=None)
    item = draft.items.get()
    actions.save_item(first_section(draft), item, by=None, text_fr="Le module m’a été très utile.")
    url, client = at("version_publish", draft), client_of(lead)
    page = html(client, url)
    assert "<ins>très " in page
    refused = html(client, url, {"note": "Plus précis", "revision": revision(draft)})
    assert "Dites si sa série continue." in refused
    client.post(url, {"note": "Plus précis", "series_Q1": "new", "why_Q1": "« très »", "revision": revision(draft)})
    item.refresh_from_db()
    assert (item.series, item.change_reason) == (2, "« très »")
    page = html(client, at("version_difference", draft))
    assert "rompt la série" in page
    assert "« très »" in page
    assert ">Le module m’a été très utile." in page
    User.objects.filter(pk=lead.pk).update(language="en")
    page = html(client_of(lead), at("version_difference", draft))
    assert ">The module was useful to me." in page and ">Le module m’a été très utile." not in page


def test_the_preview_asks_what_is_relevant_and_keeps_nothing(
    client_of: ClientOf, organisation: Organisation, lead: User
) -> None:
    draft = make_draft(organisation)
    add_item(draft, "yes_no", text_fr="Créé ?")
    later = actions.save_section(draft, by=None, title_fr="Ensuite")
    add_item(draft, "number", later, text_fr="Combien d’emplois ?", relevance={"item": "Q1", "is": "eq", "than": 1})
    add_item(draft, "text", later, text_fr="Un mot ?")
    client, url = client_of(lead), at("version_preview", draft)
    assert "Créé ?" in html(client, url)
    yes = html(client, url, {"number": "1", "shown": "Q1", "Q1": "1"})
    assert "Combien d’emplois ?" in yes
    assert '<input type="hidden" name="Q1" value="1">' in yes
    no = html(client, url, {"number": "1", "shown": "Q1", "Q1": "0"})
    assert "Combien d’emplois ?" not in no
    assert "Un mot ?" in no
    wrong = html(client, url, {"number": "2", "Q1": "1", "Q2": "beaucoup"})
    assert "Combien d’emplois ?" in wrong
    assert "beaucoup" in wrong
    assert "C’est tout" in html(client, url, {"number": "2", "shown": "Q2 Q3", "Q1": "1", "Q2": "3", "Q3": "Merci"})
    assert (Answer.objects.count(), Response.objects.count()) == (0, 0)


def test_an_answer_brings_another_question_up_on_the_screen_it_stands_on(
    client_of: ClientOf, organisation: Organisation, lead: User
) -> None:
    draft = make_draft(organisation)
    add_item(draft, "yes_no", text_fr="Créé ?")
    add_item(draft, "number", text_fr="Combien d’emplois ?", relevance={"item": "Q1", "is": "eq", "than": 1})
    client, url = client_of(lead), at("version_preview", draft)
    again = html(client, url, {"number": "1", "shown": "Q1", "Q1": "1"})
    assert "Combien d’emplois ?" in again
    assert "C’est tout" in html(client, url, {"number": "1", "shown": "Q1", "Q1": "0"})
    assert "C’est tout" in html(client, url, {"number": "1", "shown": "Q1 Q2", "Q1": "1", "Q2": ""})


def test_the_preview_is_of_somebody_whose_journey_one_chooses(
    client_of: ClientOf, organisation: Organisation, lead: User
) -> None:
    draft = make_draft(organisation)
    add_item(draft, "text", text_fr="Et vos statuts ?", relevance={"fact": "phase", "is": "eq", "than": "creation"})
    add_item(draft, "text", text_fr="Un mot ?")
    client, url = client_of(lead), at("version_preview", draft)
    assert "Et vos statuts ?" not in html(client, url)
    assert "Et vos statuts ?" in html(client, f"{url}?phase=creation")


@pytest.mark.parametrize("kind", Item.Kind.values)
def test_the_preview_shows_every_kind(client_of: ClientOf, organisation: Organisation, lead: User, kind: str) -> None:
    draft = make_draft(organisation)
    add_item(draft, kind, text_fr="La question posée")
    assert "La question posée" in html(client_of(lead), at("version_preview", draft))


def test_lists_and_designs_ask_the_same_of_the_database_for_more_rows(
    client_of: ClientOf, organisation: Organisation, lead: User, assert_num_queries_same: Callable[..., int]
) -> None:
    draft = make_draft(organisation)
    add_item(draft, "single")
    client = client_of(lead)

    def more() -> None:
        for _each in range(2):
            add_item(make_draft(organisation))
            add_item(draft, "single")

    assert_num_queries_same(lambda: client.get(reverse("evaluation:questionnaire_list")), more)
    for name in ("version_design", "version_preview"):
        assert_num_queries_same(lambda name=name: client.get(at(name, draft)), more)


def test_a_version_taken_back_opens_as_a_draft(client_of: ClientOf, organisation: Organisation, lead: User) -> None:
    version = make_published(organisation)
    client = client_of(lead)
    assert "La reprendre en brouillon" in html(client, at("version_detail", version))
    client.post(at("version_withdraw", version))
    version.refresh_from_db()
    assert version.is_draft


def test_a_lead_elsewhere_reads_no_draft_and_changes_no_shared_questionnaire(
    client_of: ClientOf, organisation: Organisation, other_organisation: Organisation
) -> None:
    client = client_of(make_member(other_organisation, "lead", "other@example.org"))
    assert client.get(at("version_design", make_draft(organisation))).status_code == 404
    shared = actions.load_questionnaires()[0]
    assert client.post(reverse("evaluation:draft_start", args=[shared.pk])).status_code == 403


def test_a_condition_beyond_the_forms_lines_is_kept_until_it_is_dropped(
    client_of: ClientOf, organisation: Organisation, lead: User
) -> None:
    draft = make_draft(organisation)
    add_item(draft, "yes_no", text_fr="Créé ?")
    beyond = {"not": {"item": "Q1", "is": "eq", "than": 1}}
    add_item(draft, "text", text_fr="Pourquoi ?", relevance=beyond)
    client, url = client_of(lead), at("item_update", draft, "Q2")
    assert "pas (« Q1 · Créé ? » est oui)" in html(client, url)
    typed = {"text_fr": "Et pourquoi ?", "section": "S1"}
    client.post(url, typed)
    assert draft.items.get(code="Q2").relevance == beyond
    client.post(url, {**typed, "drop_condition": "on"})
    assert draft.items.get(code="Q2").relevance == {}


def test_a_question_dropped_from_the_draft_is_brought_back_from_its_page(
    client_of: ClientOf, organisation: Organisation, lead: User
) -> None:
    draft = actions.draft_version(make_published(organisation).questionnaire, by=None)
    client = client_of(lead)
    client.post(at("item_remove", draft, "Q1"), {"move": f"out-{revision(draft)}"})
    page = html(client, at("version_design", draft))
    assert "Retirées depuis la version précédente" in page
    client.post(at("item_restore", draft, "Q1"), {"move": f"in-{revision(draft)}"})
    assert draft.items.get().code == "Q1"


def test_a_retired_questionnaire_is_taken_up_again(client_of: ClientOf, organisation: Organisation, lead: User) -> None:
    row = make_published(organisation).questionnaire
    client = client_of(lead)
    client.post(reverse("evaluation:questionnaire_retire", args=[row.pk]))
    assert "Il est retiré" in html(client, reverse("evaluation:questionnaire_detail", args=[row.pk]))
    client.post(reverse("evaluation:questionnaire_restore", args=[row.pk]))
    row.refresh_from_db()
    assert row.retired_at is None
