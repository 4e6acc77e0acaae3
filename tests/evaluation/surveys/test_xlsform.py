"""Questionnaires from other tools come in, ours leave for them, and what leaves comes back the same."""

from typing import Any

import pytest

from backend.lib.spreadsheets import Sheet
from evaluation.queries.design_file import wrong_with
from evaluation.queries.xlsform import Imported, from_xlsform
from evaluation.queries.xlsform_out import to_xlsform
from evaluation.queries.xlsform_relevant import NotOurs, read_relevant, write_relevant

HEADS = (
    "type | name | label::French (fr) | label::English (en) | hint | required | relevant | constraint | appearance"
    " | parameters"
)
SURVEY = [
    [cell.strip() for cell in line.split("|")]
    for line in (
        HEADS,
        "start | start",
        "begin group | vous | Vous | You",
        "select_one oui_non | creee | Entreprise créée ? | Firm created? | | yes",
        "date | quand | Quand ? | When? | Un jour à peu près | | ${creee} = 'oui'",
        "integer | emplois | Combien d’emplois ? | | | | ${creee} = 'oui' | . >= 0 and . < 500",
        "decimal | part | Part bio",
        "end group",
        "begin_group | avis | Votre avis | | | | not(selected(${creee}, 'nsp')) and ${emplois} > 2 | | table-list",
        "range | clair | C’était clair | | | | | | | start=1 end=5 step=1",
        "range | conseil | Conseilleriez-vous ? | | | | | | | start=0 end=10 step=1",
        "end_group",
        "select_multiple aides or_other | aides | Quelles aides ?",
        "text | mot | Un mot | | | | selected(${aides}, 'pret d honneur') | | multiline",
        "acknowledge | accord | J’accepte",
        "geopoint | lieu | Où ?",
        "calculate | total",
        "begin repeat | enfants | Enfants",
        "text | prenom | Prénom",
        "end repeat",
    )
]
CHOICES = [
    ["list_name", "name", "label::French (fr)", "label::English (en)"],
    ["oui_non", "oui", "Oui", "Yes"],
    ["oui_non", "non", "Non", "No"],
    ["aides", "pret d honneur", "Prêt d’honneur", ""],
    ["aides", "arce", "ARCE", ""],
]


def imported() -> Imported:
    found = from_xlsform(
        [Sheet("survey", SURVEY), Sheet("choices", CHOICES), Sheet("settings", [["form_title"], ["Bilan"]])]
    )
    assert found is not None
    return found


def test_a_form_of_another_tool_comes_in_with_its_sections_kinds_and_conditions() -> None:
    data = imported().data
    assert data["title_fr"] == "Bilan"
    assert [(one["code"], one.get("layout", "list")) for one in data["sections"]] == [
        ("vous", "list"), ("avis", "matrix"), ("S1", "list"),
    ]  # fmt: skip
    items = {item["code"]: item for section in data["sections"] for item in section["items"]}
    assert {code: item["kind"] for code, item in items.items()} == {
        "creee": "yes_no", "quand": "date", "emplois": "number", "part": "number", "clair": "scale",
        "conseil": "recommend", "aides": "multiple", "mot": "long_text", "accord": "consent",
    }  # fmt: skip
    assert (items["emplois"]["least"], items["emplois"]["most"], items["part"]["decimals"]) == ("0", "499", 2)
    assert (items["clair"]["scale_min"], items["clair"]["scale_max"]) == (1, 5)
    assert (items["creee"]["text_en"], items["creee"]["is_required"]) == ("Firm created?", True)
    assert [choice["code"] for choice in items["aides"]["choices"]] == ["pret_d_honneur", "arce", "other"]
    assert items["quand"]["help_fr"] == "Un jour à peu près"


def test_a_condition_on_yes_is_one_on_the_point_that_yes_is() -> None:
    items = {item["code"]: item for section in imported().data["sections"] for item in section["items"]}
    assert items["quand"]["relevance"] == {"item": "creee", "is": "eq", "than": 1}
    assert items["mot"]["relevance"] == {"item": "aides", "is": "has", "than": "pret_d_honneur"}


def test_what_we_have_no_question_for_is_named() -> None:
    notes = " ".join(imported().notes)
    assert [name in notes for name in ("lieu", "total", "enfants", "prenom", "start")] == [
        True,
        True,
        True,
        False,
        False,
    ]


def test_a_form_that_came_in_is_a_questionnaire() -> None:
    assert wrong_with(imported().data) == []


RELEVANT: list[tuple[str, dict[str, Any]]] = [
    ("${a} = 'x'", {"item": "a", "is": "eq", "than": "x"}),
    ("3 < ${a}", {"item": "a", "is": "gt", "than": 3}),
    ("${a} >= 2.5", {"item": "a", "is": "ge", "than": 2.5}),
    ("${a} != ''", {"item": "a", "is": "answered"}),
    ('${a} = ""', {"item": "a", "is": "unanswered"}),
    ("selected(${a}, 'b')", {"item": "a", "is": "has", "than": "b"}),
    ("not(${a} = 1)", {"not": {"item": "a", "is": "eq", "than": 1}}),
    (
        "${a} = 1 and (${b} = 2 or ${c} = 3)",
        {"all": [
            {"item": "a", "is": "eq", "than": 1},
            {"any": [{"item": "b", "is": "eq", "than": 2}, {"item": "c", "is": "eq", "than": 3}]},
        ]},
    ),
    ("", {}),
]  # fmt: skip


@pytest.mark.parametrize(("text", "condition"), RELEVANT)
def test_a_condition_is_read_and_written_back(text: str, condition: dict[str, Any]) -> None:
    assert read_relevant(text) == condition
    assert read_relevant(write_relevant(condition)) == condition


@pytest.mark.parametrize(
    "text",
    [
        "count-selected(${a}) > 1",
        "${a} +",
        "${a} = ${b}",
        "((((((${a} = 1))))))",
        "${a} = 1 and",
        "today()",
        "é",
        "'a' = 'b'",
    ],
)
def test_a_condition_that_is_not_ours_is_said_so(text: str) -> None:
    with pytest.raises(NotOurs):
        read_relevant(text)


WHOLE: dict[str, Any] = {
    "jalon": 1,
    "title_fr": "Bilan",
    "title_en": "Review",
    "minutes": 7,
    "anchors": [{"from": 1, "to": 8, "fr": "peu", "en": "little"}],
    "sections": [
        {
            "code": "A", "title_fr": "Un", "title_en": "One", "text_fr": "Lisez", "layout": "matrix",
            "least_answered": 2,
            "items": [
                {"code": "Q1", "kind": "scale", "text_fr": "Je sais", "scale_min": 1, "scale_max": 5, "allows_na": True,
                 "label_fr": "Savoir", "anchors": [{"from": 1, "to": 5, "fr": "bof", "en": "meh"}]},
                {"code": "Q2", "kind": "scale", "text_fr": "Je fais", "scale_min": 1, "scale_max": 5,
                 "allows_na": False},
            ],
        },
        {
            "code": "B", "relevance": {"fact": "phase", "is": "in", "than": ["creation"]},
            "items": [
                {"code": "Q3", "kind": "recommend", "text_fr": "Conseiller ?", "allows_na": False, "is_required": True},
                {"code": "Q4", "kind": "yes_no", "text_fr": "Créée ?", "allows_na": False, "allows_no_say": True},
                {"code": "Q5", "kind": "number", "text_fr": "Emplois", "allows_na": False, "least": "0", "most": "99.5",
                 "decimals": 1, "unit_fr": "ETP", "unit_en": "FTE", "relevance": {"item": "Q4", "is": "eq", "than": 1}},
                {"code": "Q6", "kind": "multiple", "text_fr": "Quoi ?", "allows_na": False, "choices": [
                    {"code": "A", "text_fr": "Ah", "text_en": "Oh"},
                    {"code": "N", "text_fr": "Rien", "is_exclusive": True},
                    {"code": "X", "text_fr": "Autre", "takes_text": True},
                    {"code": "O", "text_fr": "Vieux", "is_retired": True},
                ]},
                {"code": "Q7", "kind": "single", "text_fr": "Un seul", "allows_na": False, "choices": [
                    {"code": "yes", "text_fr": "Oui"}, {"code": "no", "text_fr": "Non"},
                ]},
                {"code": "Q8", "kind": "date", "text_fr": "Quand ?", "help_fr": "environ", "allows_na": False},
                {"code": "Q9", "kind": "text", "text_fr": "Mot", "text_en": "Word", "allows_na": False},
                {"code": "Q10", "kind": "long_text", "text_fr": "Mots", "allows_na": False},
                {"code": "Q11", "kind": "consent", "text_fr": "D’accord", "allows_na": False},
                {"code": "Q12", "kind": "note", "text_fr": "À lire", "allows_na": False},
            ],
        },
    ],
}  # fmt: skip


def sheets(data: dict[str, Any]) -> list[Sheet]:
    found = []
    for name, rows in to_xlsform(data).items():
        heads = list(dict.fromkeys(head for row in rows for head in row))
        found.append(Sheet(name, [heads, *([row.get(head, "") for head in heads] for row in rows)]))
    return found


def test_what_leaves_comes_back_the_same() -> None:
    back = from_xlsform(sheets(WHOLE))
    assert back is not None
    assert (wrong_with(WHOLE), back.notes) == ([], [])
    assert back.data == WHOLE


def test_a_workbook_without_a_survey_is_no_form() -> None:
    assert from_xlsform([Sheet("Feuil1", [["Nom"], ["Hawa"]])]) is None
    assert from_xlsform([Sheet("survey", [["name"], ["a"]])]) is None


def form_of(*lines: dict[str, str], settings: dict[str, str] | None = None) -> Imported:
    heads = sorted({head for line in lines for head in line})
    rows = [[line.get(head, "") for head in heads] for line in lines]
    sheets = [Sheet("survey", [heads, *rows]), Sheet("choices", [["list_name", "name"], *([["l", "c"]] * 300)])]
    told = settings or {"form_title": "Bilan"}
    found = from_xlsform([*sheets, Sheet("settings", [[*told], [*told.values()]])])
    assert found is not None
    return found


NINES = "9" * 5000
NO_CONDITIONS = ["5", '"x"', "[1]", '{"item": "Q1"}', '{"all": 5}', '{"item": ["a"], "is": "eq", "than": 1}',
                 "[" * 20000, '{"not":' * 3000 + "1" + "}" * 3000]  # fmt: skip


@pytest.mark.parametrize("cell", NO_CONDITIONS)
def test_a_cell_of_ours_that_is_no_condition_is_left_where_it_is(cell: str) -> None:
    found = form_of({"type": "text", "name": "Q1", "label": "Quoi ?", "jalon_relevance": cell, "jalon_anchors": cell})
    assert "relevance" not in found.data["sections"][0]["items"][0]


def test_numbers_longer_than_any_are_taken_for_none() -> None:
    found = form_of(
        {"type": "begin group", "name": "A", "label": "Avis", "jalon_least_answered": NINES},
        {"type": "integer", "name": "Q1", "label": "Combien ?", "constraint": f". > {NINES}"},
        {"type": "text", "name": "Q2", "label": "Et ?", "relevant": f"${{Q1}} = {NINES}"},
        settings={"form_title": "Bilan", "jalon_minutes": NINES},
    )
    assert wrong_with(found.data) == []
    assert ("Q2" in found.notes[0], len(found.notes[0]) < 600) == (True, True)


@pytest.mark.parametrize(
    "line",
    [
        {"type": "text", "name": "Q1", "label": "Quoi ?"},
        {"type": "begin group", "name": "G", "label": "Avis"},
        {"type": "select_one l", "name": "Q1", "label": "Lequel ?"},
    ],
)
def test_of_a_form_without_end_no_more_is_read_than_it_takes_to_say_so(line: dict[str, str]) -> None:
    found = form_of(*[line] * 5000)
    read = [item for section in found.data["sections"] for item in section["items"]]
    assert (len(read) <= 401, len(found.data["sections"]) <= 301) == (True, True)
    assert sum(len(item.get("choices", ())) for item in read) <= 401 * 201
    assert "trop long" in wrong_with(found.data)[0]
