"""Another territory loads its own list on a page: seen before it is written, and nothing that is named vanishes."""

import io
from collections.abc import Callable
from typing import Any

import pytest
import xlsxwriter
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from rest_framework.test import APIClient

from backend.accounts.models import Organisation, User
from backend.history.models import Entry
from journeys import actions
from journeys.models import Commune, Neighbourhood, Programme, QpvReference
from tests.factories.accounts import make_organisation
from tests.factories.indicators import make_indicator
from tests.factories.territory import make_people

pytestmark = pytest.mark.django_db
ClientOf = Callable[[User], Client]
URL = "/indicators/territory/list/"
API = "/api/v1/territory-lists/load/"
COMMUNES = "insee;nom;pop_municipale\n99001;Valombre-sur-Onde;10 000\n99009;Éclaircie;500\n"
AREAS = "code_qp;libelle;insee_communes;population;source\nQN1;La Butte;99001;1100;Recensement inventé, 2024\n"


def sent(**facts: Any) -> dict[str, Any]:
    return {"territory": "Pays", "communes": "", "areas": "", "seen": "", **facts}


def plain(text: str) -> str:
    """Without the spaces that do not break."""
    return text.replace("\u202f", " ").replace("\xa0", " ")


def seen_of(answer: Any) -> str:
    return str(answer.context["form"]["seen"].value())


def test_what_would_change_is_told_before_anything_is_written(
    client_of: ClientOf, steward: User, programme: Programme, small: list[Commune]
) -> None:
    make_people(programme, small[1], 2)
    client, given = client_of(steward), sent(communes=COMMUNES, areas=AREAS, is_whole="on")
    looked = client.post(URL, given)
    changes = looked.context["changes"]
    assert [one.code for one in changes.added] == ["99009"]
    assert {one.code: [plain(told) for told in one.told] for one in changes.changed} == {
        "99001": ["nom : Valombre, désormais Valombre-sur-Onde"],
        "QN1": ["habitants : 1000, désormais 1100"],
    }
    assert [one.code for one in changes.removed] == ["QN2", "99004", "99003"]
    assert [(one.code, *map(plain, one.told)) for one in changes.stays] == [("99002", "2 projets, 2 parcours")]
    assert Commune.objects.get(pk="99001").name == "Valombre"
    assert not Commune.objects.filter(pk="99009").exists()
    page = looked.content.decode()
    assert "gardés, car utilisés" in page
    assert "Charger cette liste" in page
    loaded = client.post(URL, given | {"seen": seen_of(looked)})
    assert (loaded.status_code, loaded["Location"]) == (302, "/indicators/territory/")
    assert sorted(Commune.objects.values_list("pk", flat=True)) == ["99001", "99002", "99009"]
    assert list(Neighbourhood.objects.values_list("pk", "population")) == [("QN1", 1100)]
    entry = Entry.objects.get(verb="load_list")
    assert (entry.by, entry.details["removed"]) == (steward, ["QN2 Les Tilleuls", "99004 Grand-Vide", "99003 Isola"])


def test_what_was_seen_and_no_other_change_is_loaded(
    client_of: ClientOf, steward: User, programme: Programme, small: list[Commune]
) -> None:
    client, given = client_of(steward), sent(communes=COMMUNES, is_whole="on")
    seen = seen_of(client.post(URL, given))
    make_people(programme, small[1], 1)
    again = client.post(URL, given | {"seen": seen})
    assert [one.code for one in again.context["changes"].stays] == ["99002"]
    assert Commune.objects.filter(pk="99004").exists()
    assert not Commune.objects.filter(pk="99009").exists()
    assert client.post(URL, given | {"seen": seen_of(again)}).status_code == 302
    assert Commune.objects.filter(pk="99002").exists()


def test_a_list_that_is_not_the_whole_removes_nothing(client_of: ClientOf, steward: User, small: list[Commune]) -> None:
    client, given = client_of(steward), sent(communes=COMMUNES)
    looked = client.post(URL, given)
    assert not looked.context["changes"].removed
    client.post(URL, given | {"seen": seen_of(looked)})
    assert Commune.objects.count() == 5
    assert Neighbourhood.objects.count() == 2


@pytest.mark.parametrize("text", [COMMUNES, COMMUNES.replace(";", ",")])
@pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "cp1252"])
def test_a_file_is_read_whatever_its_letters_and_separator(
    client_of: ClientOf, steward: User, text: str, codec: str
) -> None:
    file = SimpleUploadedFile("communes.csv", text.encode(codec), "text/csv")
    looked = client_of(steward).post(URL, sent(communes_file=file))
    assert [one.name for one in looked.context["changes"].added] == ["Valombre-sur-Onde", "Éclaircie"]
    assert "Éclaircie" in looked.context["form"]["communes"].value()


def test_a_workbook_becomes_lines_that_can_be_mended(client_of: ClientOf, steward: User) -> None:
    data = io.BytesIO()
    lines = (("insee", "nom", "pop_municipale"), ("99001", "Valombre", 12), ("9900", "Trop court", 1))
    with xlsxwriter.Workbook(data) as book:
        sheet = book.add_worksheet()
        for place, cells in enumerate(lines):
            sheet.write_row(place, 0, cells)
    file = SimpleUploadedFile("communes.xlsx", data.getvalue())
    form = client_of(steward).post(URL, sent(communes_file=file)).context["form"]
    told = plain(form.errors["communes"][0])
    assert told == "Ligne 3 : « 9900 » n’est pas un code INSEE : cinq chiffres, ou 2A ou 2B et trois chiffres."
    mended = ["insee;nom;pop_municipale", "99001;Valombre;12", "9900;Trop court;1"]
    assert form["communes"].value().splitlines() == mended


def test_wrong_lines_are_told_one_by_one_and_nothing_typed_is_lost(
    client_of: ClientOf, steward: User, small: list[Commune]
) -> None:
    wrong = COMMUNES + "9900;Trois;5\n99010;;5\n"
    given = sent(
        territory="Pays", communes=wrong, areas=COMMUNES, is_whole="on", percent="7,8", year="2024", source="Essai"
    )
    answered = client_of(steward).post(URL, given)
    form = answered.context["form"]
    assert [plain(one)[:7] for one in form.errors["communes"]] == ["Ligne 4", "Ligne 5"]
    told = "Ligne 1 : Ce sont des communes : mettez-les dans la case des communes."
    assert [plain(one) for one in form.errors["areas"]] == [told]
    assert {name: form[name].value() for name in ("communes", "areas", "percent", "source")} == {
        "communes": wrong, "areas": COMMUNES, "percent": "7,8", "source": "Essai",
    }  # fmt: skip
    assert answered.context["changes"] is None
    assert Commune.objects.count() == 4


@pytest.mark.parametrize(
    ("facts", "field", "sentence"),
    [
        ({}, "communes_file", "Choisissez un fichier"),
        ({"communes": "a;b\n1;2\n"}, "communes", "première ligne"),
        ({"communes": "insee;nom\n"}, "communes", "Aucune ligne"),
        ({"communes": "insee;nom\n" + "99001;V\n" * 5001}, "communes", "Plus de 5"),
        ({"communes": COMMUNES, "percent": "7,8"}, "source", "tous les trois"),
        ({"communes": COMMUNES, "percent": "7,8", "year": "2999", "source": "x"}, "year", "à venir"),
        ({"communes_file": SimpleUploadedFile("a.csv", b"%PDF-1.7 x")}, "communes_file", "ne se lit pas"),
    ],
)
def test_what_can_not_be_loaded_is_told_beside_its_field(
    client_of: ClientOf, steward: User, facts: dict[str, Any], field: str, sentence: str
) -> None:
    form = client_of(steward).post(URL, sent(**facts)).context["form"]
    assert sentence in plain(" ".join(form.errors[field]))


def test_the_same_list_again_has_nothing_to_load(client_of: ClientOf, steward: User) -> None:
    actions.load_territory()
    client = client_of(steward)
    stands = client.get(f"{URL}?file=communes").content.decode("utf-8-sig")
    areas = client.get(f"{URL}?file=areas").content.decode("utf-8-sig")
    again = client.post(URL, sent(territory="Nantes Métropole", communes=stands, areas=areas, is_whole="on"))
    assert "il n’y a rien à charger" in " ".join(again.context["form"].non_field_errors())
    assert client.get(f"{URL}?file=other").status_code == 404


def test_the_share_of_residents_is_stated_in_the_same_act(
    client_of: ClientOf, steward: User, small: list[Commune]
) -> None:
    client = client_of(steward)
    given = sent(communes=COMMUNES, percent="7,8", year="2024", source="Recensement inventé")
    looked = client.post(URL, given)
    assert "7,8" in looked.content.decode()
    assert not QpvReference.objects.exists()
    client.post(URL, given | {"seen": seen_of(looked)})
    assert str(QpvReference.objects.get()) == "7.8\u202f% (Recensement inventé, 2024)"


def test_what_an_indicator_is_narrowed_to_stays(
    client_of: ClientOf, organisation: Organisation, steward: User, small: list[Commune]
) -> None:
    make_indicator(organisation, narrow={"commune": "99004"})
    changes = client_of(steward).post(URL, sent(communes=COMMUNES, is_whole="on")).context["changes"]
    assert [(one.code, *map(plain, one.told)) for one in changes.stays if one.code == "99004"] == [
        ("99004", "un indicateur")
    ]


def test_only_who_answers_for_the_list_of_all_changes_it(
    client_of: ClientOf, lead: User, steward: User, observer: User
) -> None:
    assert client_of(lead).get(URL).status_code == 200  # hers is the only organisation
    assert URL in client_of(lead).get("/indicators/territory/").content.decode()
    make_organisation()
    refused = client_of(lead).get(URL)
    assert refused.status_code == 403
    assert "commune à toutes les structures" in refused.content.decode()
    assert client_of(lead).post(URL, sent(communes=COMMUNES)).status_code == 403
    assert URL not in client_of(lead).get("/indicators/territory/").content.decode()
    assert client_of(observer).get(URL).status_code == 403
    assert client_of(steward).get(URL).status_code == 200


def test_over_the_api_the_same_is_seen_then_loaded(steward: User, small: list[Commune]) -> None:
    api = APIClient()
    api.force_authenticate(steward)
    given = {"territory": "Pays", "communes": COMMUNES, "neighbourhoods": AREAS, "is_whole": True}
    seen = api.post(API, given, format="json").json()
    assert (seen["is_loaded"], [one["code"] for one in seen["removed"]]) == (False, ["QN2", "99004", "99003", "99002"])
    assert not Commune.objects.filter(pk="99009").exists()
    assert api.post(API, given | {"seen": "other"}, format="json").status_code == 409
    loaded = api.post(API, given | {"seen": seen["seen"]}, format="json")
    assert (loaded.status_code, loaded.json()["is_loaded"]) == (200, True)
    assert sorted(Commune.objects.values_list("pk", flat=True)) == ["99001", "99009"]
    wrong = api.post(API, given | {"communes": "insee;nom\n9;x\n"}, format="json").json()
    assert (wrong["wrong"][0]["table"], wrong["wrong"][0]["line"]) == ("communes", 2)
    assert wrong["seen"] == ""
    assert api.post(API, {"communes": COMMUNES}, format="json").status_code == 400
