"""Two people at one draft: what the second one meant to move has moved, or is gone."""

import pytest

from backend.accounts.models import Organisation
from backend.lib.refusal import MAY_BE_REFUSALS, Refused, refusal_of
from evaluation import actions
from evaluation.models import Item, QuestionnaireVersion, Section
from tests.factories.questionnaires import add_item, make_draft


@pytest.fixture
def draft(organisation: Organisation) -> QuestionnaireVersion:
    return make_draft(organisation)


def fresh(version: QuestionnaireVersion) -> QuestionnaireVersion:
    return QuestionnaireVersion.objects.get(pk=version.pk)


@pytest.mark.django_db
def test_a_question_moves_from_where_it_stands_by_now(draft: QuestionnaireVersion) -> None:
    item = add_item(draft)
    other = actions.save_section(fresh(draft), by=None, title_fr="Suite")
    seen = Item.objects.select_related("section", "version__questionnaire").get(pk=item.pk)
    actions.move_item(Item.objects.get(pk=item.pk), is_up=False, by=None)
    actions.move_item(seen, is_up=False, by=None)
    assert Item.objects.get(pk=item.pk).section == other


@pytest.mark.django_db
def test_a_section_removed_meanwhile_is_not_moved(draft: QuestionnaireVersion) -> None:
    add_item(draft)
    section = actions.save_section(fresh(draft), by=None, title_fr="Suite")
    seen = Section.objects.select_related("version__questionnaire").get(pk=section.pk)
    actions.remove_section(Section.objects.get(pk=section.pk), by=None)
    with pytest.raises(MAY_BE_REFUSALS) as error:
        actions.move_section(seen, is_up=True, by=None)
    assert "retiré" in refusal_of(error.value).sentence


@pytest.mark.django_db
def test_what_is_saved_stays_where_it_was_moved_meanwhile(draft: QuestionnaireVersion) -> None:
    """The one who saves read the question, or the section, before the other moved it."""
    first, second = add_item(draft), add_item(draft)
    seen = Item.objects.select_related("section__version__questionnaire").get(pk=first.pk)
    actions.move_item(Item.objects.get(pk=second.pk), is_up=True, by=None)
    actions.save_item(seen.section, seen, by=None, label_fr="Autrement")
    rows = list(Item.objects.filter(version=draft).order_by("position").values_list("pk", "position", "label_fr"))
    assert [(pk, position) for pk, position, _label in rows] == [(second.pk, 1), (first.pk, 2)]
    assert rows[1][2] == "Autrement"

    section = draft.sections.get()
    other = actions.save_section(fresh(draft), by=None, title_fr="Suite")
    actions.move_section(Section.objects.get(pk=other.pk), is_up=True, by=None)
    actions.save_section(fresh(draft), section, by=None, title_fr="Début")
    places = draft.sections.order_by("position").values_list("pk", "position")
    assert list(places) == [(other.pk, 1), (section.pk, 2)]


@pytest.mark.django_db
def test_what_was_removed_meanwhile_is_not_saved(draft: QuestionnaireVersion) -> None:
    item = add_item(draft)
    section = actions.save_section(fresh(draft), by=None, title_fr="Suite")
    seen = Section.objects.select_related("version__questionnaire").get(pk=section.pk)
    actions.remove_section(Section.objects.get(pk=section.pk), by=None)
    moved = Item.objects.select_related("section__version__questionnaire").get(pk=item.pk)
    for save in (
        lambda: actions.save_section(fresh(draft), seen, by=None, title_fr="Encore"),
        lambda: actions.save_item(seen, moved, by=None),
    ):
        with pytest.raises(MAY_BE_REFUSALS) as error:
            save()
        assert "retiré" in refusal_of(error.value).sentence
    assert draft.sections.count() == 1


@pytest.mark.django_db
def test_no_more_is_offered_than_somebody_can_choose_at_once(draft: QuestionnaireVersion) -> None:
    choices = [{"code": f"{n:020d}", "text_fr": f"Choix {n}"} for n in range(40)]
    with pytest.raises(Refused, match="trop de choix"):
        add_item(draft, "multiple", choices=choices)
    assert add_item(draft, "multiple", choices=choices[:30]).choices.count() == 30
