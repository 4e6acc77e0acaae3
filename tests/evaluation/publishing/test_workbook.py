"""A snapshot as a workbook: a sheet a figure, numbers as numbers, names that a workbook takes, no formula."""

import io
import zipfile
from typing import Any

import pytest
import time_machine
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from evaluation.models import Campaign, Snapshot
from evaluation.queries.publishing.workbook import FORBIDDEN, LONGEST, as_xlsx, names_of
from journeys.models import Programme
from tests.factories.journeys import make_programme
from tests.factories.publishing import accompany, publish

pytestmark = pytest.mark.any_database  # a snapshot is text by then; how it is made has tests of its own


def sheets(snapshot: Snapshot) -> dict[str, list[list[Any]]]:
    book = CalamineWorkbook.from_filelike(io.BytesIO(as_xlsx(snapshot)))
    return {name: book.get_sheet_by_name(name).to_python(skip_empty_area=False) for name in book.sheet_names}


def table(rows: list[list[Any]], first: str) -> list[dict[str, Any]]:
    """The table on a sheet whose head begins with `first`, a line each."""
    at = next(i for i, row in enumerate(rows) if row[0] == first)
    return [dict(zip(rows[at], row, strict=True)) for row in rows[at + 1 :]]


@pytest.mark.django_db
def test_each_figure_has_its_sheet_with_typed_numbers(snapshot: Snapshot) -> None:
    found = sheets(snapshot)
    figures = {one["code"]: one for one in snapshot.content["figures"]}
    assert len(found) == 2 + len(figures) + len(snapshot.content["tables"]) + 2
    women = table(found["Part de femmes"], "breakdown")
    assert women[0]["breakdown"] == "tous"
    assert (women[0]["numerator"], women[0]["denominator"], women[0]["missing"]) == (7.0, 13.0, 0.0)
    assert women[0]["value"] == pytest.approx(100 * 7 / 13) and isinstance(women[0]["value"], float)
    assert women[0]["low"] < women[0]["value"] < women[0]["high"] and women[0]["is_hidden"] is False
    hours = table(found["Heures reçues"], "breakdown")
    of_programme = [row for row in hours if row["breakdown"] == "Dispositif" and row["column"] == "minutes"]
    assert [row["value"] for row in (hours[0], *of_programme)] == [350.0, 350.0]


@pytest.mark.django_db
def test_the_summary_has_every_figure_and_the_codebook_every_code(snapshot: Snapshot) -> None:
    found = sheets(snapshot)
    codes = [one["code"] for one in snapshot.content["figures"]]
    summary = table(found["Résumé"], "code")
    assert [row["code"] for row in summary] == codes
    assert next(row["value"] for row in summary if row["code"] == "people") == 13.0
    book = {row[0] for row in found["Codes"]}
    assert book >= {*codes, "value", "missing", "low", "is_hidden", "journeys"}
    assert len([row for row in found["Méthode"] if row[0]]) == 3


@pytest.mark.django_db
def test_a_hidden_number_is_no_number_of_the_workbook(campaign: Campaign, programme: Programme) -> None:
    accompany(programme, 9)
    accompany(programme, 3, "man")
    rows = table(sheets(publish(campaign))["Part de femmes"], "breakdown")
    assert [rows[0][name] for name in ("value", "numerator", "denominator", "missing", "low", "high")] == [""] * 6
    assert rows[0]["is_hidden"] is True


@pytest.mark.django_db
def test_a_name_that_looks_like_a_formula_stays_a_text(campaign: Campaign, programme: Programme) -> None:
    accompany(programme, 7)
    accompany(make_programme(programme.organisation, title_fr='=HYPERLINK("http://x.example","vu")'), 7)
    made = as_xlsx(publish(campaign))
    with zipfile.ZipFile(io.BytesIO(made)) as book:
        pages = [book.read(name).decode() for name in book.namelist() if name.startswith("xl/worksheets/")]
    assert not any("<f>" in page or "hyperlink" in page.lower() for page in pages)
    found = sheets(Snapshot.objects.get())
    assert '=HYPERLINK("http://x.example","vu")' in [row[1] for row in found["Dispositif"]]


@pytest.mark.django_db
def test_the_same_snapshot_gives_the_same_workbook_in_each_language(snapshot: Snapshot) -> None:
    first = as_xlsx(snapshot)
    with time_machine.travel("2027-06-01 12:00", tick=False):
        assert as_xlsx(Snapshot.objects.get(pk=snapshot.pk)) == first
    with translation.override("en"):
        assert list(sheets(snapshot))[:3] == ["About", "Summary", "Hours given by mentors"]


@given(st.lists(st.text(max_size=60), max_size=12))
def test_names_of_sheets_are_taken_by_a_workbook(titles: list[str]) -> None:
    found = names_of(titles)
    assert len({name.casefold() for name in found}) == len(titles)
    for name in found:
        assert 0 < len(name) <= LONGEST and not set(name) & set(FORBIDDEN) and name.strip("'") == name


def test_long_titles_that_begin_alike_are_told_apart() -> None:
    long = "heures données par les mentors et les entreprises"
    assert names_of([long, long.upper(), "a/b"]) == [
        "Heures données par les mentors…", "HEURES DONNÉES PAR LES MEN… (2)", "Ab",
    ]  # fmt: skip
