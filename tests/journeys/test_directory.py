"""The directory of hosts: found by sector however it is written, taken away as a file without a live formula."""

import csv
import io
from collections.abc import Callable
from typing import Any
from zipfile import ZipFile

import pytest
from django.test import Client
from python_calamine import CalamineWorkbook

from backend.accounts.models import Organisation, User
from journeys.models import Company
from journeys.queries import companies as queries
from tests.factories.accounts import make_organisation
from tests.factories.stays import make_company

pytestmark = pytest.mark.django_db
Browser = Callable[[User], Client]


def test_a_sector_is_found_however_it_is_written_and_by_the_database(
    organisation: Organisation, lead: User, client_of: Browser, django_assert_num_queries: Any
) -> None:
    for name, sectors in (
        ("Un", ["Ébénisterie", "bois"]), ("Deux", ["ébénisterie"]), ("Trois", ["EBENISTERIE", "vente"]),
        ("Quatre", ["ébénisterie d’art"]), ("Cinq", []), ("Six", ['"bois"']),
    ):  # fmt: skip
        make_company(organisation, name, sectors=sectors)
    make_company(make_organisation(), "Ailleurs", sectors=["ébénisterie"])
    client = client_of(lead)
    page = client.get("/companies/", {"sector": "Ébénisterie"})
    assert {company.name for company, _places in page.context["lines"]} == {"Un", "Deux", "Trois"}
    labels = [label for _value, label in page.context["form"].fields["sector"].choices][1:]
    assert [len([one for one in labels if one.casefold() == word]) for word in ("bois", "vente")] == [1, 1]
    assert len(labels) == 5  # the three spellings count once
    queries.written_sectors(lead)  # her roles are read once
    with django_assert_num_queries(2):  # the spellings, then the rows
        found = list(queries.companies(lead, sector="ebenisterie").values_list("name", flat=True))
    assert sorted(found) == ["Deux", "Trois", "Un"]
    assert list(queries.companies(lead, sector="absent")) == []
    assert [one.name for one in queries.companies(lead, sector='"bois"')] == ["Six"]


DANGEROUS = ["=1+1", "+33 1", "-2", "@SUM(A1)", "\t=1+1", "＝1+1"]


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_a_file_of_the_directory_holds_no_formula(
    organisation: Organisation, lead: User, client_of: Browser, form: str
) -> None:
    for text in DANGEROUS:
        row = make_company(organisation, sectors=["x"])
        whole = {"name": text, "activity": text, "address": text, "accessibility": text, "contact_name": text}
        Company.objects.filter(pk=row.pk).update(**whole, sectors=[text], contact_phone=text)
    data = client_of(lead).get(f"/companies/export.{form}").content
    if form == "csv":
        rows = list(csv.reader(io.StringIO(data.decode("utf-8-sig")), delimiter=";"))[1:]
        assert {row[0] for row in rows} == {f"'{text}" for text in DANGEROUS}
        assert not [cell for row in rows for cell in row if cell.strip()[:1] in tuple("=+-@＝")]
    else:
        rows = CalamineWorkbook.from_filelike(io.BytesIO(data)).get_sheet_by_index(0).to_python()[1:]
        assert sorted(row[0] for row in rows) == sorted(DANGEROUS)  # texts, as they are
        assert b"<f" not in ZipFile(io.BytesIO(data)).read("xl/worksheets/sheet1.xml")
