"""Rows behind a figure as a typed table: CSV, and Parquet where pyarrow is installed."""

import csv
import io
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from importlib import import_module

import pytest
from django.test import Client
from django.urls import reverse

from backend.accounts.models import User
from evaluation.queries import rows_table
from evaluation.queries.territory.tables import has_parquet
from journeys.models import Programme
from tests.factories.journeys import make_commune, make_delivery, make_journey

pytestmark = pytest.mark.django_db
ClientOf = Callable[[User], Client]
URL = reverse("api:indicators-table", args=["hours"])
NEEDS_ARROW = pytest.mark.skipif(not has_parquet(), reason="pyarrow is not installed: Parquet files are not written")


@pytest.fixture
def minutes(programme: Programme) -> list[int]:
    journey = make_journey(programme.organisation, programme=programme)
    given = [60, 45, 30]
    for one in given:
        make_delivery(journey, minutes=one, days_ago=3)
    return given


def test_the_table_in_csv_is_for_programs(client_of: ClientOf, lead: User, observer: User, minutes: list[int]) -> None:
    answer = client_of(lead).get(URL)
    assert answer["Content-Disposition"] == 'attachment; filename="jalon-hours-2026-11-23.csv"'
    lines = list(csv.DictReader(io.StringIO(answer.content.decode(), newline="")))
    assert tuple(lines[0]) == rows_table.CODES
    assert [(line["day"], line["value"]) for line in lines] == [
        ("2026-11-20", f"{one}.000000") for one in minutes[::-1]
    ]
    assert client_of(observer).get(URL).status_code == 403
    assert client_of(lead).get(URL, {"as": "pdf"}).json() == {"as": ["csv, parquet"]}


def test_without_pyarrow_it_says_so(
    client_of: ClientOf, lead: User, minutes: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("evaluation.api.figures.has_parquet", lambda: False)
    answer = client_of(lead).get(URL, {"as": "parquet"})
    assert answer.status_code == 501 and "pyarrow" in answer.json()["detail"]


@NEEDS_ARROW
def test_the_table_in_parquet_is_typed_and_tells_its_definition(
    client_of: ClientOf, lead: User, minutes: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    parquet = import_module("pyarrow.parquet")
    monkeypatch.setattr(rows_table, "BATCH", 2)  # two groups of rows
    file = parquet.ParquetFile(io.BytesIO(client_of(lead).get(URL, {"as": "parquet"}).content))
    found = file.read()
    assert file.num_row_groups == 2
    assert [str(one.type) for one in found.schema] == [
        "int64", "string", "dictionary<values=string, indices=int32, ordered=0>",
        "dictionary<values=string, indices=int32, ordered=0>", "date32[day]", "string",
        "dictionary<values=string, indices=int32, ordered=0>", "decimal128(24, 6)",
    ]  # fmt: skip
    rows = found.to_pylist()
    assert [(row["day"], row["value"]) for row in rows] == [
        (date(2026, 11, 20), Decimal(one)) for one in minutes[::-1]
    ]  # fmt: skip
    told = {key.decode(): value.decode() for key, value in found.schema.metadata.items()}
    assert (told["figure"], told["unit"], told["definition_version"]) == ("hours", "minutes", "1")
    assert found.schema.field("day").metadata[b"description"].decode() == rows_table.COLUMNS[4].about
    nothing = client_of(lead).get(URL, {"as": "parquet", "period": "last"}).content
    assert parquet.read_table(io.BytesIO(nothing)).num_rows == 0


@NEEDS_ARROW
def test_the_territory_in_parquet_too(client_of: ClientOf, lead: User, minutes: list[int]) -> None:
    parquet = import_module("pyarrow.parquet")
    make_commune("44109", "Nantes")
    url = reverse("api:territory-table")
    for table in ("communes", "neighbourhoods"):
        found = parquet.read_table(io.BytesIO(client_of(lead).get(url, {"as": "parquet", "table": table}).content))
        assert found.schema.metadata[b"table"] == table.encode()
        assert all(one.metadata[b"description"] for one in found.schema)
        if table == "communes":
            assert "Nantes" in [row["name"] for row in found.to_pylist()]
