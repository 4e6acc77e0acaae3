"""Words that leave the house."""

import pytest
from django.utils import translation
from django.utils.translation import ngettext

from backend.lib.texts import agrees_with, no_formula


@pytest.mark.parametrize("text", ["=1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n1", " =1", "\u00a0+1", "＝1"])
def test_what_a_spreadsheet_would_run_is_preceded_by_an_apostrophe(text: str) -> None:
    assert no_formula(text) == f"'{text}"


@pytest.mark.parametrize("text", ["", "Le Four", "1 = 1", "a@example.org", "'=1", "06 12", "  Awa"])
def test_any_other_text_stays_as_it_is(text: str) -> None:
    assert no_formula(text) == text


@pytest.mark.parametrize(
    ("value", "fr", "en"),
    [(0.5, "point", "points"), (-1, "point", "point"), (1.9, "point", "points"), (2, "points", "points")],
)
def test_a_decimal_number_agrees_as_each_language_has_it(value: float, fr: str, en: str) -> None:
    for language, wanted in (("fr", fr), ("en", en)):
        with translation.override(language):
            said = ngettext("about %(value)s point", "about %(value)s points", agrees_with(value))
        assert said.split()[-1] == wanted
