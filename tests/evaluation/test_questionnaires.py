"""The instrument and when it is asked."""

import pytest
from django.db import IntegrityError, transaction

from backend.accounts.models import Organisation
from evaluation import actions
from evaluation.models import Item, Questionnaire, QuestionnaireVersion, Wave
from evaluation.queries.answers import sections_of
from evaluation.queries.lacks import minutes_of, must_mend, untranslated
from tests.factories.journeys import make_programme

pytestmark = pytest.mark.django_db


def test_loading_twice_gives_the_posture_of_fifteen_items_in_three_areas_and_the_library_once() -> None:
    actions.load_questionnaires()
    questionnaire = actions.load_questionnaires()[0]
    version = questionnaire.versions.get()
    assert (Questionnaire.objects.count(), QuestionnaireVersion.objects.count()) == (8, 8)
    assert (Item.objects.count(), version.items.count()) == (53, 15)
    assert version.published_at is not None
    assert set(version.items.values_list("scale_min", "scale_max")) == {(1, 8)}
    assert list(version.items.values_list("code", flat=True)) == [f"EC{a}{n}" for a in "123" for n in "12345"]
    areas = [section.title for section in version.sections.order_by("position")]
    assert areas == ["Idées et opportunités", "Ressources", "En action"]
    assert "10.2791/593884" in questionnaire.source


def test_every_point_of_the_scale_has_its_words_in_both_languages() -> None:
    questionnaire = actions.load_questionnaires()[0]
    anchors = questionnaire.versions.get().anchors
    assert [point for band in anchors for point in range(band["from"], band["to"] + 1)] == list(range(1, 9))
    assert all(band["fr"] and band["en"] for band in anchors)


def test_a_programme_asks_at_the_start_and_at_exit_from_the_day_it_is_loaded(organisation: Organisation) -> None:
    programme = make_programme(organisation)
    assert set(programme.waves.values_list("moment", "mode", "open_days")) == {
        ("start", "identified", 30),
        ("exit", "identified", 30),
    }
    actions.set_default_waves(programme)
    assert Wave.objects.filter(programme=programme).count() == 2


def test_the_code_of_an_item_stands_once_in_a_version() -> None:
    questionnaire = actions.load_questionnaires()[0]
    version = questionnaire.versions.get()
    with pytest.raises(IntegrityError), transaction.atomic():
        Item.objects.create(version=version, code="EC11", position=99, text_fr="Encore")


def test_the_library_says_everything_in_both_languages_and_could_be_published_as_it_is() -> None:
    for questionnaire in actions.load_questionnaires():
        version = questionnaire.versions.get()
        sections = sections_of(version)
        assert must_mend(sections) == [], questionnaire.code
        assert untranslated(version, sections) == [], questionnaire.code
        assert questionnaire.organisation is None
        assert abs(version.minutes - minutes_of(sections)) <= 2, questionnaire.code


def test_the_library_leaves_alone_what_was_published() -> None:
    actions.load_questionnaires()
    Item.objects.filter(code="SM1").update(text_fr="Autre")
    actions.load_questionnaires()
    assert Item.objects.get(code="SM1").text_fr == "Autre"
