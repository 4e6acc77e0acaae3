"""The territory on its page, in its files, over the API."""

import csv
import io
from collections.abc import Callable

import pytest
import python_calamine
from django.test import Client
from rest_framework.test import APIClient

from backend.accounts.models import User
from evaluation.queries.scope import Scope
from evaluation.queries.territory import WholeTerritory, tables, whole_territory
from journeys.models import Commune, Programme
from tests.factories.accounts import make_member
from tests.factories.hosts import make_offer
from tests.factories.mentoring import make_mentor
from tests.factories.stays import make_company
from tests.factories.territory import make_people as people

pytestmark = pytest.mark.django_db
ClientOf = Callable[[User], Client]
URL = "/indicators/territory/"
API = "/api/v1/territory/"


def whole(scope: Scope) -> WholeTerritory:
    return whole_territory(scope, {scope.organisation} if scope.organisation else set())


def test_the_page_asks_as_much_of_the_database_for_one_person_as_for_many(
    client_of: ClientOf, programme: Programme, lead: User, small: list[Commune],
    assert_num_queries_same: Callable[..., int],
) -> None:  # fmt: skip
    people(programme, small[0], 1)
    make_company(programme.organisation, commune=small[0])
    client = client_of(lead)

    def more() -> None:
        people(programme, small[1], 4)
        make_mentor(programme.organisation, commune=small[1])
        make_offer(make_company(programme.organisation, commune=small[1]))
        for i in range(3):
            Commune.objects.create(pk=f"9910{i}", name=f"Ajout {i}", population=500)

    assert assert_num_queries_same(lambda: client.get(URL), more) <= 75


def test_the_page_keeps_its_filters_and_says_what_is_empty(
    client_of: ClientOf, programme: Programme, lead: User, small: list[Commune]
) -> None:
    people(programme, small[0], 2)
    client = client_of(lead)
    page = client.get(f"{URL}?period=all&programme={programme.pk}&sort=people").content.decode()
    assert "Personne ne vient de 3 communes sur 4" in page
    assert f"period=all&amp;programme={programme.pk}&amp;sort=name" in page
    assert client.get(f"{URL}?sort=nothing").status_code == 404
    assert client.get(f"{URL}?file=nothing").status_code == 404
    assert f'href="{URL}?' in client.get("/indicators/").content.decode()


def test_the_files_hold_what_the_page_shows(
    client_of: ClientOf, programme: Programme, lead: User, small: list[Commune]
) -> None:
    people(programme, small[0], 6)
    client = client_of(lead)
    data = client.get(f"{URL}?file=csv").content.decode("utf-8-sig")
    head, *rows = csv.reader(io.StringIO(data), delimiter=";")
    assert len(head) == len(tables.COMMUNE_COLUMNS)
    assert [row[:7] for row in rows if row[0] == "99001"] == [["99001", "Valombre", "10000", "6", "non", "6", "2,2019"]]
    assert len(rows) == 5
    areas = client.get(f"{URL}?file=csv&table=neighbourhoods").content.decode("utf-8-sig")
    assert "Recensement inventé, 2024" in areas
    book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(client.get(f"{URL}?file=xlsx").content))
    assert book.sheet_names == ["Communes", "Quartiers", "À propos"]
    sheet = book.get_sheet_by_name("Communes").to_python()
    assert next(row for row in sheet if row[0] == "99001")[3:5] == [6, False]
    assert client.get(f"{URL}?file=csv&table=nothing").status_code == 404


def test_a_hidden_line_is_empty_in_the_files_too(
    client_of: ClientOf, programme: Programme, steward: User, small: list[Commune]
) -> None:
    people(programme, small[0], 3)
    people(programme, small[1], 9)
    people(programme, small[3], 9)
    data = client_of(steward).get(f"{URL}?file=csv").content.decode("utf-8-sig")
    rows = {row[0]: row for row in csv.reader(io.StringIO(data), delimiter=";")}
    assert rows["99001"][3:10] == ["", "oui", "", "", "", "", ""]


def test_without_pyarrow_the_door_says_so_and_what_there_is_instead(
    client_of: ClientOf, lead: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tables, "find_spec", lambda name: None)
    answered = client_of(lead).get(f"{URL}?file=parquet")
    assert answered.status_code == 501
    assert "pyarrow, qui n’est pas installé ici" in answered.content.decode()
    api = APIClient()
    api.force_authenticate(lead)
    refused = api.get(f"{API}table/?as=parquet")
    assert refused.status_code == 501
    assert "CSV" in refused.json()["detail"]
    assert api.get(f"{API}table/?as=doc").status_code == 400
    assert api.get(f"{API}table/?table=doc").status_code == 400


def test_with_pyarrow_each_column_has_its_type_and_its_meaning(
    programme: Programme, scope: Scope, small: list[Commune]
) -> None:
    parquet = pytest.importorskip("pyarrow.parquet")
    people(programme, small[0], 6)
    data = tables.as_parquet(tables.table_of(whole(scope), tables.COMMUNES))
    made = parquet.read_table(io.BytesIO(data))
    assert made.num_rows == 5
    assert made.schema.field("rate").metadata[b"description"]


def test_the_api_gives_the_same_page_by_page(programme: Programme, lead: User, small: list[Commune]) -> None:
    people(programme, small[0], 6)
    api = APIClient()
    api.force_authenticate(lead)
    first = api.get(f"{API}?page_size=2").json()
    assert (first["count"], len(first["results"])) == (5, 2)
    every = {one["code"]: one for one in api.get(API).json()["results"]}
    assert (every["99001"]["people"], every["99001"]["is_hidden"], every["99004"]["people"]) == (6, False, 0)
    assert round(every["99001"]["rate"]["low"], 3) == 2.202
    assert every["99001"]["balance"]["stays_sought"] == 6
    areas = api.get(f"{API}neighbourhoods/").json()["results"]
    assert [(one["name"], one["communes"], one["people"]) for one in areas][:2] == [
        ("La Butte", "Valombre", 0),
        ("Les Tilleuls", "Valombre", 0),
    ]
    told = api.get(f"{API}summary/").json()
    assert (told["communes"], told["empty_communes"]) == (4, ["Grand-Vide", "Isola", "Saint-Bref"])
    assert told["qpv_reference"]["percent"] == 4.0
    stranger = APIClient()
    stranger.force_authenticate(make_member(programme.organisation, "mentor"))
    assert stranger.get(API).status_code == 403
