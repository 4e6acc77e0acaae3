"""Designing a questionnaire: what can be done to a draft, what a publication fixes, and what the series become."""

from datetime import UTC, datetime
from typing import Any

import pytest

from backend.accounts.models import Organisation, User
from backend.history.models import Entry
from backend.lib.refusal import Refused
from evaluation import actions
from evaluation.models import Item, Questionnaire, QuestionnaireVersion, Wave
from tests.factories.journeys import make_journey
from tests.factories.questionnaires import add_item, first_section, make_draft, make_published

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]
UNLIKE = {"text_fr": "Je suis venu·e par obligation."}


def next_draft(version: QuestionnaireVersion) -> QuestionnaireVersion:
    return actions.draft_version(version.questionnaire, by=None)


def item_of(version: QuestionnaireVersion, code: str = "Q1") -> Item:
    return Item.objects.select_related("section", "version__questionnaire__organisation").get(
        version=version, code=code
    )


def resave(item: Item, **facts: Any) -> Item:
    choices = facts.pop("choices", None)
    return actions.save_item(item.section, item, by=None, choices=choices, **facts)


def test_a_new_questionnaire_is_a_draft_with_a_section_and_a_code_from_its_title(organisation: Organisation) -> None:
    draft = make_draft(organisation)
    assert (draft.number, draft.is_draft, draft.questionnaire.code) == (1, True, "apres-le-module")
    assert list(draft.sections.values_list("code", flat=True)) == ["S1"]
    assert make_draft(organisation).questionnaire.code == "apres-le-module-2"


def test_questions_are_coded_in_order_and_a_code_serves_once(organisation: Organisation) -> None:
    draft = make_draft(organisation)
    assert [add_item(draft, kind).code for kind in ("scale", "yes_no", "note")] == ["Q1", "Q2", "Q3"]
    assert add_item(draft, "text", code="BILAN").code == "BILAN"
    for wrong in ("Q1", "1A", "back", "a b", "na"):
        with pytest.raises(Refused) as refused:
            add_item(draft, "text", code=wrong)
        assert refused.value.field == "code"


def test_every_kind_can_be_added(organisation: Organisation) -> None:
    draft = make_draft(organisation)
    for kind in Item.Kind.values:
        add_item(draft, kind)
    published = actions.publish_version(draft, by=None)
    assert set(published.items.values_list("kind", flat=True)) == set(Item.Kind.values)


def test_the_second_of_two_editors_is_told_and_nothing_of_the_first_is_lost(organisation: Organisation) -> None:
    draft = make_draft(organisation)
    item = add_item(draft)
    seen = draft.revision
    resave(item, text_fr="Première version", revision=seen)
    with pytest.raises(Refused) as refused:
        resave(item_of(draft), text_fr="Seconde version", revision=seen)
    assert refused.value.details == {"is_stale": True}
    assert item_of(draft).text_fr == "Première version"
    draft.refresh_from_db()
    resave(item_of(draft), text_fr="Seconde version", revision=draft.revision)
    assert item_of(draft).text_fr == "Seconde version"


def test_a_published_version_cannot_be_changed(organisation: Organisation) -> None:
    version = make_published(organisation)
    for act in (
        lambda: resave(item_of(version), text_fr="Autre"),
        lambda: actions.save_section(version, by=None, title_fr="Autre"),
        lambda: actions.remove_item(item_of(version), by=None),
        lambda: actions.update_draft(version, by=None, minutes=3, anchors=[]),
        lambda: actions.discard_draft(version, by=None),
    ):
        with pytest.raises(Refused):
            act()
    assert item_of(version).text_fr == "Le module m’a été utile."


def test_the_next_draft_keeps_codes_series_and_choices(organisation: Organisation) -> None:
    version = make_draft(organisation)
    add_item(version, "single")
    actions.publish_version(version, by=None)
    draft = next_draft(version)
    assert (draft.number, draft.is_draft) == (2, True)
    assert next_draft(version) == draft
    choices = item_of(draft).choices.values_list("code", "text_fr")
    assert list(choices) == [("1", "Oui"), ("2", "Non")]


def test_a_published_code_is_neither_edited_nor_given_to_another_question(organisation: Organisation) -> None:
    version = make_published(organisation)
    draft = next_draft(version)
    assert resave(item_of(draft), code="AUTRE", text_fr="Le module m’a aidé·e.").code == "Q1"
    actions.remove_item(item_of(draft), by=None)
    with pytest.raises(Refused, match="Ce code était"):
        add_item(draft, "yes_no", code="Q1")
    assert add_item(draft, "yes_no").code == "Q2"


def test_a_question_removed_comes_back_as_it_was(organisation: Organisation) -> None:
    version = make_published(organisation)
    draft = next_draft(version)
    actions.remove_item(item_of(draft), by=None)
    back = actions.restore_item(draft, "Q1", by=None)
    assert (back.code, back.text_fr, back.series) == ("Q1", "Le module m’a été utile.", 1)
    with pytest.raises(Refused):
        actions.restore_item(draft, "Q1", by=None)


def test_a_published_choice_left_out_is_retired_and_a_new_one_gets_a_code_of_its_own(
    organisation: Organisation,
) -> None:
    version = make_draft(organisation)
    add_item(version, "single")
    actions.publish_version(version, by=None)
    draft = next_draft(version)
    kept = {"code": "1", "text_fr": "Oui", "text_en": "Yes"}
    new = {"code": "", "text_fr": "Bientôt", "text_en": "Soon"}
    resave(item_of(draft), choices=[kept, new])
    resave(item_of(draft), choices=[kept, {**new, "code": "3"}])
    rows = item_of(draft).choices.order_by("position").values_list("code", "text_fr", "is_retired")
    assert list(rows) == [("1", "Oui", False), ("3", "Bientôt", False), ("2", "Non", True)]


def test_a_choice_that_was_never_published_goes_away(organisation: Organisation) -> None:
    item = add_item(make_draft(organisation), "single")
    resave(item, choices=[{"code": "1", "text_fr": "Oui"}])
    assert list(item.choices.values_list("code", flat=True)) == ["1"]


def test_what_a_question_depends_on_stands_before_it(organisation: Organisation) -> None:
    draft = make_draft(organisation)
    first, second = add_item(draft, "yes_no"), add_item(draft, "text")
    condition = {"item": "Q1", "is": "eq", "than": 1}
    resave(second, relevance=condition)
    for act in (
        lambda: resave(item_of(draft), relevance={"item": "Q2", "is": "answered"}),
        lambda: resave(item_of(draft), relevance={"item": "Q1", "is": "answered"}),
        lambda: actions.move_item(item_of(draft, "Q2"), is_up=True, by=None),
        lambda: actions.remove_item(item_of(draft), by=None),
        lambda: actions.save_section(draft, first_section(draft), by=None, relevance=condition),
    ):
        with pytest.raises(Refused, match="dépend"):
            act()
    assert item_of(draft, "Q2").relevance == condition
    assert first.pk == item_of(draft).pk


def test_a_question_moves_within_its_section_and_into_the_next(organisation: Organisation) -> None:
    draft = make_draft(organisation)
    add_item(draft), add_item(draft)
    other = actions.save_section(draft, by=None, title_fr="Ensuite")
    add_item(draft, section=other)

    def order() -> list[tuple[str, str]]:
        return list(draft.items.values_list("section__code", "code"))

    actions.move_item(item_of(draft, "Q1"), is_up=False, by=None)
    assert order() == [("S1", "Q2"), ("S1", "Q1"), ("S2", "Q3")]
    actions.move_item(item_of(draft, "Q1"), is_up=False, by=None)
    assert order() == [("S1", "Q2"), ("S2", "Q1"), ("S2", "Q3")]
    actions.move_item(item_of(draft, "Q1"), is_up=True, by=None)
    assert order() == [("S1", "Q2"), ("S1", "Q1"), ("S2", "Q3")]
    actions.move_item(item_of(draft, "Q2"), is_up=True, by=None)
    assert order()[0] == ("S1", "Q2")


def test_sections_change_places_and_only_an_empty_one_goes(organisation: Organisation) -> None:
    draft = make_draft(organisation)
    add_item(draft)
    other = actions.save_section(draft, by=None, title_fr="Ensuite")
    actions.move_section(other, is_up=True, by=None)
    assert list(draft.sections.values_list("code", flat=True)) == ["S2", "S1"]
    with pytest.raises(Refused):
        actions.remove_section(draft.sections.get(code="S1"), by=None)
    actions.remove_section(draft.sections.get(code="S2"), by=None)
    assert list(draft.sections.values_list("code", flat=True)) == ["S1"]


def test_a_draft_that_lacks_something_is_not_published(organisation: Organisation) -> None:
    draft = make_draft(organisation)
    with pytest.raises(Refused, match="pas encore de question"):
        actions.publish_version(draft, by=None)
    add_item(draft, "single", choices=[{"code": "", "text_fr": "Oui"}])
    with pytest.raises(Refused, match="deux choix"):
        actions.publish_version(draft, by=None)
    draft.refresh_from_db()
    assert draft.is_draft


@pytest.mark.parametrize(("is_material", "series"), [(False, 1), (True, 2)])
def test_a_reworded_question_goes_on_or_begins_anew_as_it_is_judged(
    organisation: Organisation, lead: User, is_material: bool, series: int
) -> None:
    draft = next_draft(make_published(organisation))
    resave(item_of(draft), **UNLIKE)
    actions.publish_version(draft, by=lead, note="Plus clair", material={"Q1": is_material})
    item = item_of(draft)
    assert (item.series, item.change_reason) == (series, "Plus clair")
    assert (draft.published_by, draft.note) == (lead, "Plus clair")


def test_a_reworded_question_is_not_published_before_it_is_judged(organisation: Organisation) -> None:
    draft = next_draft(make_published(organisation))
    resave(item_of(draft), **UNLIKE)
    with pytest.raises(Refused) as refused:
        actions.publish_version(draft, by=None, note="Plus clair")
    assert refused.value.field == "Q1"
    with pytest.raises(Refused) as refused:
        actions.publish_version(draft, by=None, material={"Q1": False})
    assert refused.value.field == "note"


@pytest.mark.parametrize("what", ["above it", "of its scale"])
def test_words_around_a_question_are_judged_as_its_own(organisation: Organisation, what: str) -> None:
    """What a section says above its questions, or what the points of all scales mean, makes them other questions."""
    draft = next_draft(make_published(organisation))
    add_item(draft, "note", text_fr="Merci !")
    if what == "above it":
        actions.save_section(draft, first_section(draft), by=None, text_fr="Pensez aux trois derniers mois.")
    else:
        actions.update_draft(draft, by=None, minutes=2, anchors=[{"from": 1, "to": 5, "fr": "jamais – toujours"}])
    draft.refresh_from_db()
    with pytest.raises(Refused) as refused:
        actions.publish_version(draft, by=None, note="Plus précis")
    assert refused.value.field == "Q1"
    actions.publish_version(draft, by=None, note="Plus précis", material={"Q1": True}, reasons={"Q1": "Autre période"})
    item = item_of(draft)
    assert (item.series, item.change_reason) == (2, "Autre période")


def test_another_scale_breaks_the_series_whatever_is_said(organisation: Organisation) -> None:
    draft = next_draft(make_published(organisation))
    resave(item_of(draft), scale_max=7)
    actions.publish_version(draft, by=None, note="Sept points", material={"Q1": False})
    assert item_of(draft).series == 2


def test_a_question_added_breaks_no_series(organisation: Organisation) -> None:
    draft = next_draft(make_published(organisation))
    add_item(draft, "yes_no")
    actions.publish_version(draft, by=None, note="Une question de plus")
    assert list(draft.items.values_list("code", "series", "change_reason")) == [("Q1", 1, ""), ("Q2", 1, "")]


def test_a_draft_that_changes_nothing_is_not_published(organisation: Organisation) -> None:
    draft = next_draft(make_published(organisation))
    with pytest.raises(Refused, match="la même chose"):
        actions.publish_version(draft, by=None, note="Rien")


def test_a_version_nobody_was_asked_is_taken_back_and_its_series_judged_anew(organisation: Organisation) -> None:
    draft = next_draft(make_published(organisation))
    resave(item_of(draft), scale_max=7)
    actions.publish_version(draft, by=None, note="Sept points")
    again = actions.withdraw_version(draft, by=None)
    assert again.is_draft
    resave(item_of(again), scale_max=5)
    add_item(again, "text")
    actions.publish_version(again, by=None, note="Une question de plus")
    assert item_of(again).series == 1


def test_a_version_that_was_asked_is_frozen(organisation: Organisation) -> None:
    version = make_published(organisation)
    journey = make_journey(organisation)
    wave = Wave.objects.create(programme=journey.programme, questionnaire=version.questionnaire, moment="mid")
    actions.send_request(wave, journey, by=None)
    with pytest.raises(Refused, match="posée"):
        actions.withdraw_version(version, by=None)
    with pytest.raises(Refused, match="vague"):
        actions.retire_questionnaire(version.questionnaire, by=None)
    wave.stopped_at = datetime(2026, 11, 23, tzinfo=UTC)
    wave.save()
    assert actions.retire_questionnaire(version.questionnaire, by=None).retired_at
    with pytest.raises(Refused, match="retiré"):
        next_draft(version)
    assert actions.restore_questionnaire(version.questionnaire, by=None).retired_at is None


def test_a_copy_is_the_organisations_own_and_its_series_begin_anew(organisation: Organisation, lead: User) -> None:
    shared = actions.load_questionnaires()[0]
    shared.versions.get().items.update(series=3)
    copy = actions.copy_questionnaire(shared, organisation, by=lead, title_fr="Notre posture")
    assert (copy.questionnaire.organisation, copy.questionnaire.title_fr) == (organisation, "Notre posture")
    assert (copy.is_draft, copy.items.count(), set(copy.items.values_list("series", flat=True))) == (True, 15, {1})
    assert copy.anchors == shared.versions.get().anchors
    assert copy.sections.get(code="EC1").least_answered == 3


def test_a_discarded_first_draft_takes_its_questionnaire_along(organisation: Organisation) -> None:
    draft = make_draft(organisation)
    actions.discard_draft(draft, by=None)
    assert not Questionnaire.objects.filter(organisation=organisation).exists()
    version = make_published(organisation)
    actions.discard_draft(next_draft(version), by=None)
    assert list(version.questionnaire.versions.values_list("number", flat=True)) == [1]


def test_each_act_leaves_a_line_of_history(organisation: Organisation, lead: User) -> None:
    draft = make_draft(organisation, by=lead)
    actions.save_item(first_section(draft), None, by=lead, kind="yes_no", text_fr="Créé ?")
    actions.publish_version(draft, by=lead)
    verbs = Entry.objects.filter(organisation=organisation, by=lead).order_by("pk").values_list("verb", flat=True)
    assert list(verbs) == ["create_questionnaire", "save_item", "publish_version"]
