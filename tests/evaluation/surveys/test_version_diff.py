"""What differs between two versions, and whether the series goes on: a table."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from evaluation.queries.version_diff import ChoiceText, ItemText, SectionText, VersionText, Weight, compare, marked

pytestmark = pytest.mark.any_database

SCALE = ItemText("Q1", "scale", "S1", text_fr="Le module m’a été utile.", text_en="Useful.", scale=(1, 5))
ABOVE = replace(SCALE, intro_fr="Pensez aux trois derniers mois.")
BANDS = ((1, 1, "pas du tout", "not at all"), (5, 5, "tout à fait", "fully"))
YES, NO = ChoiceText("1", "Oui", "Yes"), ChoiceText("2", "Non", "No")
SINGLE = ItemText("Q2", "single", "S1", text_fr="Créé ?", choices=(YES, NO))
NUMBER = ItemText("Q3", "number", "S1", text_fr="Combien ?", unit_fr="€", least=Decimal(0))
TABLE: list[tuple[str, ItemText, dict[str, Any], Weight]] = [
    ("kind", SCALE, {"kind": "recommend"}, Weight.FORCED),
    ("points of the scale", SCALE, {"scale": (1, 7)}, Weight.FORCED),
    ("reworded", SCALE, {"text_fr": "Le module m’a plu."}, Weight.JUDGED),
    ("reworded in English only", SCALE, {"text_en": "It was fun."}, Weight.JUDGED),
    ("a capital and a full stop", SCALE, {"text_fr": "le module m’a été utile"}, Weight.FREE),
    ("a translation that was missing", SINGLE, {"text_en": "Created?"}, Weight.FREE),
    ("help added", SCALE, {"help_fr": "En pensant à aujourd’hui."}, Weight.FREE),
    ("words above it", SCALE, {"intro_fr": "Pensez aux trois derniers mois."}, Weight.JUDGED),
    ("other words above it", ABOVE, {"intro_fr": "Pensez à l’année passée."}, Weight.JUDGED),
    ("no words above it any more", ABOVE, {"intro_fr": ""}, Weight.JUDGED),
    ("words above it translated", ABOVE, {"intro_en": "Think of the last three months."}, Weight.FREE),
    ("words above it with a full stop", ABOVE, {"intro_fr": "Pensez aux trois derniers mois"}, Weight.FREE),
    ("short name", SCALE, {"label_fr": "Utilité"}, Weight.FREE),
    ("needed", SCALE, {"is_required": True}, Weight.FREE),
    ("another condition", SCALE, {"relevance": ({"fact": "phase", "is": "eq", "than": "creation"},)}, Weight.JUDGED),
    ("words of the scale", SCALE, {"anchors": BANDS}, Weight.JUDGED),
    ("another section", SCALE, {"section": "S2"}, Weight.FREE),
    ("another scored section", replace(SCALE, is_scored=True), {"section": "S2"}, Weight.FORCED),
    ("its section gets a score", SCALE, {"is_scored": True}, Weight.JUDGED),
    ("a choice added", SINGLE, {"choices": (YES, NO, ChoiceText("3", "Peut-être"))}, Weight.JUDGED),
    ("a choice retired", SINGLE, {"choices": (YES, replace(NO, is_retired=True))}, Weight.JUDGED),
    ("a choice corrected in one language", SINGLE, {"choices": (YES, replace(NO, en="Not yet"))}, Weight.JUDGED),
    ("a choice that means otherwise", SINGLE, {"choices": (YES, ChoiceText("2", "Bientôt", "Soon"))}, Weight.FORCED),
    ("choices in another order", SINGLE, {"choices": (NO, YES)}, Weight.FREE),
    ("another unit", NUMBER, {"unit_fr": "k€"}, Weight.FORCED),
    ("another bound", NUMBER, {"least": Decimal(1)}, Weight.JUDGED),
]


@pytest.mark.parametrize(("item", "change", "weight"), [row[1:] for row in TABLE], ids=[row[0] for row in TABLE])
def test_each_change_weighs_what_it_does_to_the_series(item: ItemText, change: dict[str, Any], weight: Weight) -> None:
    (found,) = compare(VersionText(items=(item,)), VersionText(items=(replace(item, **change),))).items
    assert (found.became, found.weight) == ("changed", weight)
    assert set(change) == {fact.name for fact in found.facts}


def test_what_came_what_went_and_what_moved_is_told_apart() -> None:
    a, b, c, d = (ItemText(code) for code in "ABCD")
    found = compare(VersionText(items=(a, b, c)), VersionText(items=(c, a, d)))
    assert [(one.code, one.became) for one in found.items] == [
        ("C", "moved"), ("A", "same"), ("D", "added"), ("B", "removed"),
    ]  # fmt: skip
    assert not found.is_empty


def test_the_same_differs_in_nothing() -> None:
    version = VersionText((SectionText("S1", "Titre"),), (SCALE, SINGLE))
    assert compare(version, version).is_empty


def test_a_section_says_what_changed_in_it() -> None:
    (found,) = compare(
        VersionText((SectionText("S1", "Avant"),)), VersionText((SectionText("S1", "Après", least_answered=3),))
    ).sections
    assert [(fact.name, fact.old, fact.new) for fact in found.facts] == [
        ("title_fr", "Avant", "Après"), ("least_answered", None, 3),
    ]  # fmt: skip


def test_changed_words_are_marked_within_the_sentence() -> None:
    found = marked("Le module m’a été utile.", "Le module m’a été très utile !")
    assert [(one.kind, one.text) for one in found] == [
        ("same", "Le module m’a été "), ("come", "très "), ("same", "utile"), ("gone", "."), ("come", " !"),
    ]  # fmt: skip
