"""Another territory loads its own list: what is right is kept, each wrong line is told, nothing is lost."""

from decimal import Decimal
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from backend.accounts.models import Organisation, User
from backend.history.models import Entry
from backend.lib.refusal import Refused
from journeys import actions
from journeys.models import Commune, Neighbourhood, QpvReference
from journeys.queries.territory_files import read_places
from tests.factories.journeys import make_holder, make_project

pytestmark = pytest.mark.django_db
COMMUNES = """insee;nom;codes_postaux;pop_municipale
99001;Valombre;99100/99110;12 500
99002;Saint-Bref;99120;840
2A999;Isola Inventata;20999;
"""
AREAS = """code_qp;libelle;insee_communes;population;source
QN99001A;Les Tilleuls;99001, 99002;2 100;Recensement inventé, 2024
QN99002A;La Butte;99001;;
"""


@pytest.fixture
def files(tmp_path: Path) -> list[str]:
    made = []
    for name, text in (("communes.csv", COMMUNES), ("qpv.csv", AREAS)):
        (tmp_path / name).write_text(text, encoding="utf-8")
        made.append(str(tmp_path / name))
    return made


def load(*arguments: str) -> tuple[str, str]:
    told, wrong = StringIO(), StringIO()
    call_command("load_territory", *arguments, stdout=told, stderr=wrong)
    return told.getvalue(), wrong.getvalue()


def test_a_small_territory_is_loaded_and_brought_up_to_date(files: list[str], tmp_path: Path) -> None:
    load(*files, "--name", "Pays inventé")
    found = Commune.objects.order_by("pk").values_list("pk", "name", "population", "territory")
    assert list(found) == [
        ("2A999", "Isola Inventata", 0, "Pays inventé"),
        ("99001", "Valombre", 12500, "Pays inventé"),
        ("99002", "Saint-Bref", 840, "Pays inventé"),
    ]
    area = Neighbourhood.objects.get(pk="QN99001A")
    assert (area.population, area.population_source) == (2100, "Recensement inventé, 2024")
    assert sorted(area.communes.values_list("pk", flat=True)) == ["99001", "99002"]
    assert Neighbourhood.objects.get(pk="QN99002A").population is None
    later = tmp_path / "later.csv"
    later.write_text("insee,nom\n99001,Valombre-sur-Onde\n", encoding="utf-8")
    load(str(later), "--name", "Pays inventé")
    assert Commune.objects.count() == 3
    renamed = Commune.objects.get(pk="99001")
    assert (renamed.name, renamed.population, renamed.postcodes) == ("Valombre-sur-Onde", 12500, ["99100", "99110"])


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("9900;Trois;99100;5", "« 9900 » n’est pas un code INSEE"),
        ("99003;;99100;5", "Le nom manque"),
        ("99003;Trois;991;5", "« 991 » n’est pas un code postal"),
        ("99003;Trois;99100;beaucoup", "« beaucoup » n’est pas un nombre d’habitant"),
        ("99003;Trois;99100;-5", "« -5 » n’est pas un nombre d’habitant"),
        ("99001;Encore;99100;5", "« 99001 » figure déjà ligne 2"),
        (f"99003;{'x' * 81};99100;5", "80 caractères"),
    ],
)
def test_a_wrong_line_is_told_and_the_others_are_kept(line: str, sentence: str) -> None:
    places = read_places((COMMUNES + line + "\n").encode(), set())
    assert [one.line for one in places.problems] == [5]
    assert sentence in places.problems[0].sentence.replace("\u202f", " ").replace("\xa0", " ")
    assert [one.pk for one in places.communes] == ["99001", "99002", "2A999"]


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("Q;Court;99001;;", "« Q » n’est pas le code d’un quartier"),
        ("QN99003A;Ailleurs;99999;;", "Aucune commune chargée n’a le code INSEE « 99999 »"),
        ("QN99003A;Sans source;99001;50;", "Une population se donne avec sa source"),
    ],
)
def test_a_wrong_neighbourhood_is_told(line: str, sentence: str) -> None:
    places = read_places((AREAS + line + "\n").encode(), {"99001", "99002"})
    assert [one.line for one in places.problems] == [4]
    assert sentence in places.problems[0].sentence.replace("\u202f", " ").replace("\xa0", " ")
    assert len(places.neighbourhoods) == 2


def test_zeros_before_a_number_hide_no_slip_of_the_finger() -> None:
    for people in ("0" * 12 + "9" * 30, "0" * 5_000 + "9" * 9, "1" * 5_000):
        found = read_places(f"insee;nom;population\n99001;Valombre;{people}\n".encode(), set())
        assert [one.line for one in found.problems] == [2]
    found = read_places(f"insee;nom;population\n99001;Valombre;{'0' * 5_000}7\n".encode(), set())
    assert [one.population for one in found.communes] == [7]


@pytest.mark.parametrize("data", [b"", b"%PDF-1.7", b"a;b\n1;2\n"])
def test_a_file_that_is_no_territory_is_told(data: bytes) -> None:
    places = read_places(data, set())
    assert [(one.line, "première ligne" in one.sentence) for one in places.problems] == [(1, True)]


def test_with_wrong_lines_nothing_is_written_unless_asked(files: list[str]) -> None:
    with Path(files[0]).open("a", encoding="utf-8") as file:
        file.write("9900;Trois;99100;5\n")
    with pytest.raises(CommandError, match="1 lines in error"):
        load(*files, "--name", "Pays inventé")
    assert not Commune.objects.exists()
    load(*files, "--name", "Pays inventé", "--dry-run", "--skip-errors")
    assert not Commune.objects.exists()
    _told, wrong = load(*files, "--name", "Pays inventé", "--skip-errors")
    assert wrong.startswith("communes.csv, line 5:")
    assert (Commune.objects.count(), Neighbourhood.objects.count()) == (3, 2)


def test_only_removes_what_nothing_names_and_setup_does_not_bring_it_back(
    files: list[str], organisation: Organisation
) -> None:
    actions.load_territory()
    nantes = Commune.objects.get(name="Nantes")
    make_project(organisation, make_holder(organisation), commune=nantes)
    area = Neighbourhood.objects.get(pk="QN04418M")
    make_project(organisation, make_holder(organisation), qpv="inside", neighbourhood=area)
    told, _wrong = load(*files, "--name", "Pays inventé", "--only")
    kept = sorted(Commune.objects.exclude(territory="Pays inventé").values_list("name", flat=True))
    assert kept == ["Nantes", "Rezé"]  # Rezé: its neighbourhood is named by a project
    assert "Nantes, Rezé" in told
    assert sorted(Neighbourhood.objects.values_list("pk", flat=True)) == ["QN04418M", "QN99001A", "QN99002A"]
    actions.load_first_territory()
    assert Commune.objects.count() == 5


def test_the_territory_that_comes_with_jalon_keeps_the_source_of_its_populations() -> None:
    assert actions.load_territory() == (24, 15)
    area = Neighbourhood.objects.get(name="Bellevue")
    assert (area.population, area.population_source) == (16066, "source secondaire à vérifier")


def test_a_reference_is_stated_with_its_source_and_history_keeps_the_one_before(
    organisation: Organisation, lead: User
) -> None:
    with pytest.raises(Refused):
        actions.state_qpv_reference(organisation, percent=Decimal("7.5"), year=2024, source=" ", by=lead)
    actions.state_qpv_reference(organisation, percent=Decimal("7.5"), year=2023, source="Essai", by=lead)
    actions.state_qpv_reference(organisation, percent=Decimal("7.8"), year=2024, source="Essai", by=lead)
    stated = QpvReference.objects.get()
    assert (stated.percent, stated.year) == (Decimal("7.8"), 2024)
    latest = Entry.objects.filter(verb="state_qpv_reference").order_by("-pk")[0]
    assert latest.details["before"] == "7.5\u202f% (Essai, 2023)"
