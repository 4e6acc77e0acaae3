"""An answer of any shape is read into the column of its kind, or refused in a sentence."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from backend.lib.refusal import Refused
from evaluation.models import Choice, Item
from evaluation.queries.given import Kept, Picked, Reading, from_json

K = Item.Kind
CHOICES = (
    Choice(code="A", text_fr="Oui, seul·e"),
    Choice(code="B", text_fr="À plusieurs"),
    Choice(code="X", text_fr="Autre", takes_text=True),
    Choice(code="N", text_fr="Aucun", is_exclusive=True),
    Choice(code="OLD", text_fr="Minitel", is_retired=True),
)


def reading(kind: str, **facts: Any) -> Reading:
    return Reading(Item(code="Q1", kind=kind, **facts), CHOICES if kind in Item.CHOSEN else ())


NUMBER = {"least": Decimal(0), "most": Decimal(1000), "decimals": 2}
READ: list[tuple[str, dict[str, Any], Any, Kept]] = [
    (K.SCALE, {}, 4, Kept(value=4)),
    (K.SCALE, {}, "8", Kept(value=8)),
    (K.SCALE, {"scale_min": -2, "scale_max": 2}, "-2", Kept(value=-2)),
    (K.SCALE, {}, None, Kept(missing="na")),
    (K.SCALE, {}, "na", Kept(missing="na")),
    (K.SCALE, {"allows_no_say": True}, "no_say", Kept(missing="no_say")),
    (K.SCALE, {}, "  ", Kept()),
    (K.RECOMMEND, {}, 0, Kept(value=0)),
    (K.RECOMMEND, {}, "10", Kept(value=10)),
    (K.YES_NO, {}, True, Kept(value=1)),
    (K.YES_NO, {}, "0", Kept(value=0)),
    (K.CONSENT, {}, 1, Kept(value=1)),
    (K.SINGLE, {}, "A", Kept(chosen=" A ")),
    (K.SINGLE, {}, Picked(("X",), " En famille "), Kept(chosen=" X ", text="En famille")),
    (K.SINGLE, {}, {"codes": "A", "text": "sans objet"}, Kept(chosen=" A ")),
    (K.MULTIPLE, {}, ["B", "A"], Kept(chosen=" A B ")),
    (K.MULTIPLE, {}, ["N"], Kept(chosen=" N ")),
    (K.MULTIPLE, {}, [], Kept()),
    (K.NUMBER, NUMBER, "1 000,00", Kept(number=Decimal(1000))),
    (K.NUMBER, NUMBER, "3,25", Kept(number=Decimal("3.25"))),
    (K.NUMBER, NUMBER, 0, Kept(number=Decimal(0))),
    (K.DATE, {}, "2026-02-28", Kept(day=date(2026, 2, 28))),
    (K.DATE, {}, date(2024, 2, 29), Kept(day=date(2024, 2, 29))),
    (K.TEXT, {}, "  deux mots\x00 ", Kept(text="deux mots")),
    (K.TEXT, {}, "\ud83dmoitié\x0b d’un signe\uffff", Kept(text="moitié d’un signe")),
    (K.TEXT, {}, "\x00", Kept()),
    (K.SINGLE, {}, Picked(("X",), "En\x00 famille\ud800"), Kept(chosen=" X ", text="En famille")),
    (K.TEXT, {}, "na", Kept(text="na")),
    (K.TEXT, {}, {"missing": "na"}, Kept(missing="na")),
    (K.LONG_TEXT, {}, "é" * 5000, Kept(text="é" * 5000)),
]
REFUSED: list[tuple[str, dict[str, Any], Any, str]] = [
    (K.SCALE, {}, 9, "échelle"),
    (K.SCALE, {}, 0, "échelle"),
    (K.SCALE, {}, "4,5", "échelle"),
    (K.SCALE, {}, "--5", "échelle"),
    (K.SCALE, {"scale_min": -2}, "-", "échelle"),
    (K.SCALE, {}, ["4"], "échelle"),
    (K.SCALE, {"allows_na": False}, "na", "vraie réponse"),
    (K.SCALE, {}, "no_say", "vraie réponse"),
    (K.RECOMMEND, {}, 11, "échelle"),
    (K.YES_NO, {}, 2, "échelle"),
    (K.SINGLE, {}, ["A", "B"], "une seule"),
    (K.SINGLE, {}, "OLD", "proposé"),
    (K.SINGLE, {}, {"codes": 3}, "proposé"),
    (K.SINGLE, {}, Picked(("X",), "x" * 301), "300"),
    (K.MULTIPLE, {}, ["A", "N"], "Aucun"),
    (K.MULTIPLE, {}, 4, "proposé"),
    (K.NUMBER, NUMBER, "beaucoup", "nombre"),
    (K.NUMBER, NUMBER, "NaN", "nombre"),
    (K.NUMBER, NUMBER, "sNaN", "nombre"),
    (K.NUMBER, NUMBER, "1e400", "nombre"),
    (K.NUMBER, NUMBER, "-0,01", "Au moins 0"),
    (K.NUMBER, NUMBER, "1000,5", "Au plus 1000"),
    (K.NUMBER, NUMBER, "1,001", "2 décimales"),
    (K.NUMBER, {}, "1,5", "entier"),
    (K.DATE, {}, "2026-02-30", "jour"),
    (K.DATE, {}, "0026-02-03", "lointaine"),
    (K.TEXT, {}, "x" * 301, "300"),
    (K.TEXT, {}, 4, "mots"),
    (K.TEXT, {}, {"missing": "no_say"}, "vraie réponse"),
    (K.NOTE, {}, "lu", "mots"),
    (K.NOTE, {}, None, "vraie réponse"),
]


@pytest.mark.parametrize(("kind", "facts", "given", "kept"), READ)
def test_an_answer_that_fits_stands_in_its_column(kind: str, facts: dict[str, Any], given: Any, kept: Kept) -> None:
    assert reading(kind, **facts).read(given) == kept


@pytest.mark.parametrize(("kind", "facts", "given", "words"), REFUSED)
def test_an_answer_that_does_not_fit_is_refused_beside_its_question(
    kind: str, facts: dict[str, Any], given: Any, words: str
) -> None:
    with pytest.raises(Refused, match=words) as refusal:
        reading(kind, **facts).read(given)
    assert refusal.value.field == "Q1"


@pytest.mark.parametrize("kept", [kept for _kind, _facts, _given, kept in READ])
def test_an_answer_comes_back_from_json_as_it_was(kept: Kept) -> None:
    assert from_json(kept.json) == kept
