"""The answers of a wave as files: what stands in them, what never does, and what SPSS makes of them."""

import csv
import io
import json
import re
import shutil
import statistics
import subprocess
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import python_calamine
from django.test import Client
from django.urls import reverse

from backend.accounts.models import Organisation, User
from backend.history.models import Entry
from backend.lib.refusal import Refused
from evaluation import actions
from evaluation.models import Item, QuestionnaireVersion, Wave
from evaluation.queries.results.data import name_for_spss
from journeys.models import Programme
from tests.conftest import missing
from tests.factories.sheets import people_of, sent, wave_of
from tests.factories.surveys import make_questionnaire

pytestmark = pytest.mark.django_db
K = Item.Kind


@pytest.fixture
def version(organisation: Organisation) -> QuestionnaireVersion:
    anchors = [{"from": 1, "to": 2, "fr": "pas l’instant", "en": "not now"}]
    return make_questionnaire(
        organisation,
        {
            "self": {
                "S1": {"allows_no_say": True, "anchors": anchors, "text_fr": 'L\'élan, "ici" ?'},
                "TO": {"kind": K.YES_NO},
                "WHY": {"kind": K.LONG_TEXT},
            },
            "firm": {
                "FORM": {"kind": K.SINGLE, "choices": {"COOP": {}, "na": {}, "OTHER": {"takes_text": True}}},
                "HELP": {"kind": K.MULTIPLE, "choices": {"MENTOR": {}, "MODULE": {}}},
                "JOBS": {"kind": K.NUMBER, "decimals": 2},
                "DAY": {"kind": K.DATE},
                "SCORE": {"kind": K.RECOMMEND},
            },
        },
    )


GIVEN: list[dict[str, Any]] = [
    {"S1": 3, "TO": 1, "WHY": "=1+1", "FORM": "COOP", "HELP": ["MENTOR"], "JOBS": "1.25", "SCORE": 10},
    {"S1": 5, "TO": 0, "WHY": "deux\nlignes, « é »", "FORM": "na", "HELP": ["MENTOR", "MODULE"], "JOBS": "-120.5"},
    {"S1": "no_say", "TO": None, "FORM": {"codes": ["OTHER"], "text": "SCIC"}, "HELP": None, "DAY": "2026-02-28"},
    {"S1": 8, "JOBS": "3", "SCORE": 3, "DAY": "2024-02-29"},
    {"S1": 1, "TO": 1, "JOBS": None, "SCORE": 9},
    {"S1": 2},
]


def filled(programme: Programme, version: QuestionnaireVersion, **facts: Any) -> Wave:
    wave = wave_of(programme, version, **facts)
    for journey, given in zip(people_of(programme, len(GIVEN)), GIVEN, strict=True):
        sent(wave, journey, given)
    return wave


def table(data: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(data.decode("utf-8-sig")), delimiter=";"))


def test_identified_rows_name_who_answered_and_keep_each_answer_in_its_shape(
    programme: Programme, version: QuestionnaireVersion, lead: User
) -> None:
    wave = filled(programme, version)
    rows = table(actions.export_wave(wave, by=lead, file="csv", shape="wide").data)
    assert list(rows[0])[:5] == ["sheet", "journey", "person", "answered_on", "version"]
    assert all(row["person"] and row["journey"] for row in rows)
    by_score = {row["S1"]: row for row in rows}
    assert set(by_score) == {"3", "5", "no_say", "8", "1", "2"}
    first, second, third = (by_score[one] for one in ("3", "5", "no_say"))
    assert (first["v_TO"], first["WHY"], first["FORM"], first["JOBS"]) == ("1", "'=1+1", "COOP", "1,25")
    assert (second["FORM"], second["HELP_MENTOR"], second["HELP_MODULE"]) == ("na", "1", "1")
    assert (third["FORM"], third["FORM_text"], third["HELP_MENTOR"]) == ("OTHER", "SCIC", "na")
    assert (third["DAY"], third["v_TO"], third["JOBS"]) == ("2026-02-28", "na", "")
    long = table(actions.export_wave(wave, by=lead, file="csv", shape="long").data)
    assert len([row for row in long if row["code"] == "S1"]) == 6
    assert [row["label"] for row in long if row["code"] == "S1" and row["value"] == "1"] == ["pas l’instant"]
    assert [row["missing"] for row in long if row["code"] == "S1" and not row["value"]] == ["no_say"]


@pytest.mark.parametrize("mode", [Wave.Mode.CONFIDENTIAL, Wave.Mode.ANONYMOUS])
def test_no_file_of_a_protected_wave_tells_who_answered(
    programme: Programme, version: QuestionnaireVersion, lead: User, mode: str
) -> None:
    wave = filled(programme, version, mode=mode)
    for journey in people_of(programme, 4):
        sent(wave, journey, {"S1": 2})
    people = [one.holder.user for one in programme.journeys.select_related("holder__user")]
    files = [actions.export_wave(wave, by=lead, file="csv", shape=s).data for s in ("wide", "long", "words")]
    files += [actions.export_wave(wave, by=lead, file=form).data for form in ("json", "xlsx")]
    for user in people:
        for data in (*files[:4],):
            assert user.last_name not in data.decode() and user.email not in data.decode()
    rows, again = (table(actions.export_wave(wave, by=lead, file="csv").data) for _each in range(2))
    assert list(rows[0])[:3] == ["sheet", "month", "version"]
    assert not {row["sheet"] for row in rows} & {row["sheet"] for row in again}
    assert re.fullmatch(r"\d{4}-\d\d", rows[0]["month"])
    assert not {"WHY", "FORM_text"} & set(rows[0])
    assert {row["DAY"] for row in rows} == {""}  # two answers only
    assert "SCIC" not in files[2].decode()
    book = {row["variable"]: row for row in json.loads(files[3])["codebook"]}
    assert book["DAY"]["note"] and book["DAY"]["answered"] is None and book["S1"]["answered"] == 9


def test_fewer_than_five_sheets_leave_the_house_only_where_they_are_identified(
    programme: Programme, version: QuestionnaireVersion, lead: User
) -> None:
    named, hidden = wave_of(programme, version), wave_of(programme, version, months=1, mode=Wave.Mode.CONFIDENTIAL)
    for journey in people_of(programme, 4):
        sent(named, journey, {"S1": 3})
        sent(hidden, journey, {"S1": 3})
    assert len(table(actions.export_wave(named, by=lead, file="csv").data)) == 4
    with pytest.raises(Refused, match="Moins de cinq"):
        actions.export_wave(hidden, by=lead, file="csv")
    assert list(Entry.objects.filter(verb="export_wave").values_list("about_id", flat=True)) == [named.pk]


def test_a_workbook_holds_rows_answers_and_codes_and_no_formula(
    client_of: Callable[[User], Client], programme: Programme, version: QuestionnaireVersion, lead: User
) -> None:
    wave = filled(programme, version)
    client, url = client_of(lead), reverse("evaluation:wave_export", args=[wave.pk])
    assert client.get(url).status_code == 200
    answered = client.post(url, {"file": "xlsx"})
    assert answered["Content-Disposition"].endswith('.xlsx"')
    book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(answered.content))
    assert book.sheet_names == ["Une ligne par fiche", "Une ligne par réponse", "Codes", "Valeurs"]
    wide = book.get_sheet_by_name("Une ligne par fiche").to_python()
    assert len(wide) == 7 and "=1+1" in [cell for row in wide for cell in row]
    with zipfile.ZipFile(io.BytesIO(answered.content)) as parts:
        assert not any(b"<f>" in parts.read(name) for name in parts.namelist() if "worksheets" in name)
    (entry,) = Entry.objects.filter(verb="export_wave")
    assert (entry.by, entry.details) == (lead, {"file": "xlsx", "sheets": 6})
    assert client.post(url, {"file": "doc"}).status_code == 200
    assert Entry.objects.filter(verb="export_wave").count() == 1


@pytest.mark.any_database
def test_names_of_variables_are_those_that_spss_takes() -> None:
    taken: set[str] = set()
    wanted = ["EC11", "ec11", "with", "Q-1 é", "2nd", "_", "x" * 70]
    assert [name_for_spss(one, taken) for one in wanted] == [
        "EC11", "ec11_2", "v_with", "Q_1", "v_2nd", "v", "x" * 58
    ]  # fmt: skip


def test_pspp_reads_data_and_syntax_and_finds_the_same_means(
    programme: Programme, version: QuestionnaireVersion, lead: User, tmp_path: Path
) -> None:
    if (program := shutil.which("pspp")) is None:
        missing("pspp")
    parcel = actions.export_wave(filled(programme, version), by=lead, file="spss")
    with zipfile.ZipFile(io.BytesIO(parcel.data)) as folder:
        folder.extractall(tmp_path)
    (syntax,) = tmp_path.glob("*.sps")
    names = ["S1", "v_TO", "FORM", "HELP_MENTOR", "HELP_MODULE", "JOBS", "SCORE"]
    asked = " ".join(f"/m_{name} = MEAN({name}) /n_{name} = N({name})" for name in names)
    formats = " ".join(f"m_{name} n_{name} (F20.10)" for name in names)
    more = f"\nDISPLAY DICTIONARY.\nAGGREGATE OUTFILE=* /BREAK=version {asked}.\nFORMATS {formats}.\nLIST.\n"
    (tmp_path / "all.sps").write_text(syntax.read_text() + more)
    run = subprocess.run(
        [str(program), "-O", "format=csv", "all.sps"], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert (run.returncode, run.stderr) == (0, ""), run.stdout
    assert "error" not in run.stdout and "warning" not in run.stdout
    found = means(run.stdout, names)
    expected: dict[str, list[float]] = {
        "S1": [3, 5, 8, 1, 2], "v_TO": [1, 0, 1], "FORM": [1, 2, 3], "HELP_MENTOR": [1, 1], "HELP_MODULE": [0, 1],
        "JOBS": [1.25, -120.5, 3], "SCORE": [10, 3, 9],
    }  # fmt: skip
    for name, values in expected.items():
        assert found[name] == pytest.approx((statistics.mean(values), len(values)), rel=1e-9)
    for words in ('L\'élan, ""ici"" ?', "pas l’instant", "Ne s’applique pas"):
        assert words in run.stdout


def means(output: str, names: list[str]) -> dict[str, tuple[float, float]]:
    """{variable: (mean, n)} out of the list that PSPP prints."""
    lines = list(csv.reader(io.StringIO(output)))
    place = next(i for i, line in enumerate(lines) if f"m_{names[0]}" in line and line[0] == "version")
    held = dict(zip(lines[place], map(float, lines[place + 1]), strict=True))
    return {name: (held[f"m_{name}"], held[f"n_{name}"]) for name in names}
