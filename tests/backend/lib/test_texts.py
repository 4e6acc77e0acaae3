"""Words that leave the house."""

import pytest

from backend.lib.texts import no_formula


@pytest.mark.parametrize("text", ["=1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n1", " =1", "\u00a0+1", "＝1"])
def test_what_a_spreadsheet_would_run_is_preceded_by_an_apostrophe(text: str) -> None:
    assert no_formula(text) == f"'{text}"


@pytest.mark.parametrize("text", ["", "Le Four", "1 = 1", "a@example.org", "'=1", "06 12", "  Awa"])
def test_any_other_text_stays_as_it_is(text: str) -> None:
    assert no_formula(text) == text
