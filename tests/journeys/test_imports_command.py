"""`manage.py import_holders`: the same import, its counts and its errors on the terminal."""

# ruff: noqa: E501 - a line of data is read better whole

import io
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from backend.accounts.models import Organisation
from journeys.models import Import, Journey, Programme
from tests.factories import imports as files
from tests.factories.journeys import make_programme
from tests.factories.territory import load_territory


@pytest.fixture
def programme(organisation: Organisation) -> Programme:
    load_territory()
    return make_programme(organisation, "incubation-ess")


def run(path: Path, *words: str) -> tuple[str, str]:
    out, err = io.StringIO(), io.StringIO()
    call_command("import_holders", str(path), "--programme", "incubation-ess", *words, stdout=out, stderr=err)
    return out.getvalue(), err.getvalue()


@pytest.fixture
def ugly(tmp_path: Path) -> Path:
    path = tmp_path / "cohorte.csv"
    path.write_bytes(files.ugly_french())
    return path


@pytest.fixture
def clean(tmp_path: Path) -> Path:
    path = tmp_path / "longue.xlsx"
    path.write_bytes(files.long_workbook(210))
    return path


def test_with_errors_it_lists_them_and_writes_nothing(programme: Programme, ugly: Path) -> None:
    out, err = io.StringIO(), io.StringIO()
    with pytest.raises(CommandError) as refused:
        call_command("import_holders", str(ugly), "--programme", "incubation-ess", stdout=out, stderr=err)
    assert (str(refused.value), refused.value.returncode) == ("5 lines in error: nothing was written.", 1)
    assert [line.split(":")[0] for line in err.getvalue().splitlines()] == [
        "line 3, Code postal", "line 5, Téléphone", "line 6, Adresse e-mail", "line 10, Adresse e-mail", "line 11, Date d’entrée",
    ]  # fmt: skip
    assert err.getvalue().splitlines()[0].endswith("[Carquefou | Mauves-sur-Loire | Thouaré-sur-Loire]")
    assert out.getvalue().splitlines() == [
        "Columns left out: Observations", "     5 à créer", "     0 à mettre à jour", "     0 inchangée", "     5 à corriger", "     0 écartée",
    ]  # fmt: skip
    assert (Import.objects.count(), Journey.objects.count()) == (0, 0)


def test_told_to_skip_errors_it_writes_the_rest(programme: Programme, ugly: Path) -> None:
    out, _err = run(ugly, "--skip-errors")
    assert out.splitlines()[-1] == "Done: 5 lines written."
    assert Journey.objects.count() == 5


def test_a_dry_run_writes_nothing(programme: Programme, clean: Path) -> None:
    out, err = run(clean, "--dry-run")
    assert (out.splitlines()[0], out.splitlines()[-1], err) == ("   210 à créer", "Dry run: nothing was written.", "")
    assert (Import.objects.count(), Journey.objects.count()) == (0, 0)


def test_more_than_two_hundred_lines_are_written_without_a_worker_and_once(programme: Programme, clean: Path) -> None:
    assert run(clean)[0].splitlines()[-1] == "Done: 210 lines written."
    assert run(clean)[0].splitlines()[-1] == "Done: nothing to change."
    assert Journey.objects.count() == 210


def test_a_wrong_encoding_may_be_forced(programme: Programme, tmp_path: Path) -> None:
    path = tmp_path / "grec.csv"
    path.write_bytes(
        "Prénom;Nom;Courriel;Projet\nΑθηνά;Παππά;athina@example.org;Ελιά\n".encode()
        .decode()
        .replace("é", "e")
        .encode("iso8859-7")
    )
    run(path, "--encoding", "iso8859-7")
    assert str(Journey.objects.get().holder) == "Αθηνά Παππά"


def test_unknown_codes_and_doubled_ones_are_explained(
    programme: Programme, other_organisation: Organisation, clean: Path
) -> None:
    with pytest.raises(CommandError, match=r"No programme has the code 'nope'\. There are: incubation-ess\."):
        call_command("import_holders", str(clean), "--programme", "nope")
    make_programme(other_organisation, "incubation-ess")
    with pytest.raises(CommandError, match=r"add --organisation, one of ecossolies, ruche\."):
        run(clean)
    run(clean, "--organisation", "ruche", "--dry-run")


def test_a_file_that_is_not_there_or_no_table_is_said(programme: Programme, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="No such file"):
        run(tmp_path / "rien.csv")
    path = tmp_path / "photo.csv"
    path.write_bytes(b"\x89PNG\r\n")
    with pytest.raises(CommandError, match="Ce fichier n’a pas pu être lu comme un tableau"):
        run(path)
