"""The French catalogues without gettext's programs."""

from pathlib import Path
from typing import Any

import pytest
from django.utils.translation import gettext, override

from backend.lib import catalogues

PAGE = """{% extends "web/base.html" %}
  <p title="{% translate "It is 5 % more" %}">« été »  it's unbalanced
      {% blocktranslate trimmed count n=rows|length with name=person.name %}
        One row of {{ name }}
      {% plural %}
        {{ n }} rows of {{ name }}
      {% endblocktranslate %}
  {% button label=_("Save it") %} {% translate "May" context "month" %}
"""
CODE = """
from django.utils.translation import gettext_lazy as _, ngettext
LABEL = _("A label for %(name)s")
"""


@pytest.fixture
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A small house with one page and one module, and no catalogue yet."""
    (tmp_path / "journeys" / "templates").mkdir(parents=True)
    (tmp_path / "journeys" / "templates" / "page.html").write_text(PAGE)
    (tmp_path / "journeys" / "models.py").write_text(CODE)
    monkeypatch.setattr(catalogues, "ROOT", tmp_path)
    return tmp_path


def translate(*pairs: tuple[str, str]) -> None:
    path = catalogues.path_of("journeys")
    text = path.read_text()
    for english, french in pairs:
        assert english in text
        text = text.replace(english, french)
    path.write_text(text)


ALL = (
    ('"It is 5 %% more"\nmsgstr ""', '"It is 5 %% more"\nmsgstr "C’est 5 %% de plus"'),
    ('msgstr[0] ""', 'msgstr[0] "Une ligne de %(name)s"'),
    ('msgstr[1] ""', 'msgstr[1] "%(n)s lignes de %(name)s"'),
    ('"Save it"\nmsgstr ""', '"Save it"\nmsgstr "Enregistrer"'),
    ('"May"\nmsgstr ""', '"May"\nmsgstr "mai"'),
    ('"A label for %(name)s"\nmsgstr ""', '"A label for %(name)s"\nmsgstr "Un libellé pour %(name)s"'),
)


@pytest.mark.usefixtures("house")
def test_every_text_of_pages_and_code_is_found_and_missing_until_translated() -> None:
    assert catalogues.update("journeys") == 5
    assert len(catalogues.problems("journeys")) == 5
    translate(*ALL)
    assert catalogues.problems("journeys") == []


@pytest.mark.usefixtures("house")
def test_updating_again_changes_nothing() -> None:
    catalogues.update("journeys")
    translate(*ALL)
    before = catalogues.path_of("journeys").read_text()
    catalogues.update("journeys")
    assert catalogues.path_of("journeys").read_text() == before


@pytest.mark.parametrize(
    ("right", "wrong", "said"),
    [
        ("Un libellé pour %(name)s", "Un libellé pour %(nom)s", "differ in %(name)s, %(nom)s"),
        ("%(n)s lignes de", "Des lignes de", "differ in %(n)s"),
        ("Un libellé pour", "Un libellé : pour", "may begin with a sign"),
        ('msgctxt "month"', '#, fuzzy\nmsgctxt "month"', "is marked fuzzy"),
    ],
)
@pytest.mark.usefixtures("house")
def test_a_doubtful_translation_is_named(right: str, wrong: str, said: str) -> None:
    catalogues.update("journeys")
    translate(*ALL, (right, wrong))
    (sentence,) = catalogues.problems("journeys")
    assert sentence.startswith("journeys: ")
    assert sentence.endswith(said)


def test_french_signs_are_tied_to_the_word_before_them(house: Path) -> None:
    catalogues.update("journeys")
    translate(*ALL, ("Un libellé pour %(name)s", "« Un libellé » : %(name)s"))
    catalogues.update("journeys")
    assert "«\u00a0Un libellé\u00a0»\u00a0: %(name)s" in catalogues.path_of("journeys").read_text()
    assert catalogues.problems("journeys") == []


def test_a_translation_survives_while_its_text_is_away_unless_tidied(house: Path) -> None:
    catalogues.update("journeys")
    translate(*ALL)
    (house / "journeys" / "models.py").write_text("")
    catalogues.update("journeys")
    assert '#~ msgstr "Un libellé pour %(name)s"' in catalogues.path_of("journeys").read_text()
    (house / "journeys" / "models.py").write_text(CODE)
    catalogues.update("journeys")
    assert catalogues.problems("journeys") == []
    (house / "journeys" / "models.py").write_text("")
    catalogues.update("journeys", tidy=True)
    assert "Un libellé" not in catalogues.path_of("journeys").read_text()


@pytest.mark.usefixtures("house")
def test_compiling_writes_once_what_django_reads() -> None:
    catalogues.update("journeys")
    translate(*ALL)
    assert catalogues.compile_one("journeys") is True
    assert catalogues.compile_one("journeys") is False
    assert b"Enregistrer" in catalogues.path_of("journeys").with_suffix(".mo").read_bytes()


def test_texts_are_french_in_the_process_that_compiled_them(house: Path, settings: Any) -> None:
    settings.LOCALE_PATHS = [house / "journeys" / "locale"]
    with override("fr"):
        assert gettext("Save it") == "Save it"
    catalogues.update("journeys")
    translate(*ALL)
    catalogues.compile_one("journeys")
    with override("fr"):
        assert gettext("Save it") == "Enregistrer"
