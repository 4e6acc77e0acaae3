"""Reading bytes: any separator, any encoding French offices still use, workbooks as people make them."""

import io
import zipfile
from datetime import date
from typing import Any

import pytest

from backend.lib.spreadsheets import Unreadable, clean, decode, find_delimiter, parse_csv, read
from tests.factories.imports import make_csv, make_workbook

FRENCH = "Prénom;Nom;Projet\nZoé;Lœuvre;L’épicerie à 5 €\nAnaïs;Noël;Forêt où ça pousse\n"
ROWS = [["Prénom", "Nom", "Projet"], ["Zoé", "Lœuvre", "L’épicerie à 5 €"], ["Anaïs", "Noël", "Forêt où ça pousse"]]


@pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252", "mac_roman"])
def test_accents_ligatures_and_euros_survive_every_encoding(codec: str) -> None:
    assert read(FRENCH.encode(codec))[0].rows == ROWS


def test_an_old_dos_export_is_told_from_windows() -> None:
    text = "Prénom;Ville\nHélène;Rezé\nThérèse;Orvault\n"
    assert read(text.encode("cp850"))[0].rows[1] == ["Hélène", "Rezé"]


@pytest.mark.parametrize("letter", list("éèêëàâçîïôùûüœæÉÈÀÇŒ’“”«»–…€°"))
def test_one_single_accent_in_windows_1252_is_enough(letter: str) -> None:
    assert decode(f"a;b\nabc{letter}def;x\n".encode("cp1252")) == f"a;b\nabc{letter}def;x\n"


def test_two_files_glued_together_are_read_line_by_line() -> None:
    assert decode("Zoé\n".encode() + "Noël\n".encode("cp1252")) == "Zoé\nNoël\n"


def test_text_written_in_utf8_twice_is_put_right() -> None:
    assert clean("PrÃ©nom") == "Prénom"
    assert clean("Lâ€™Ã©picerie") == "L’épicerie"
    assert clean("JOÃO") == "JOÃO"


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_separator_is_found_whatever_the_cells_hold(delimiter: str) -> None:
    data = make_csv(
        ["Nom", "Projet", "Note"], ["A", "un, deux; trois", "x"], ["B", "1,5 km", "y, z"], delimiter=delimiter
    )
    assert find_delimiter(data.decode()) == delimiter
    assert parse_csv(data.decode())[1] == ["A", "un, deux; trois", "x"]


def test_excel_may_name_its_separator_on_the_first_line() -> None:
    assert parse_csv("sep=,\r\na,b;c\r\n1,2\r\n") == [[""], ["a", "b;c"], ["1", "2"]]


def test_a_quote_that_never_closes_swallows_no_line() -> None:
    rows = parse_csv('nom;projet;note\nA;"Le projet;1\nB;b;2\nC;c;3\n')
    assert rows == [["nom", "projet", "note"], ["A", "Le projet", "1"], ["B", "b", "2"], ["C", "c", "3"]]


def test_line_breaks_and_doubled_quotes_inside_cells() -> None:
    assert parse_csv('a;b\n"un\r\ndeux";"dit ""oui"""\n') == [["a", "b"], ["un\ndeux", 'dit "oui"']]


def test_what_cannot_be_seen_goes_away() -> None:
    assert clean("\ufeff \u200bAwa\u00a0\u202fDiallo \t") == "Awa Diallo"
    assert clean("e\u0301te\u0301") == "été"


def test_a_workbook_gives_plain_numbers_and_iso_days() -> None:
    def write(book: Any, sheet: Any) -> None:
        sheet.write_row(2, 0, ["Nom", "Tél", "Date", "Oui", "Rien"])
        sheet.write(3, 0, "Noël")
        sheet.write_number(3, 1, 612345678)
        sheet.write_datetime(3, 2, date(2026, 3, 12), book.add_format({"num_format": "dd/mm/yyyy"}))
        sheet.write_boolean(3, 3, True)
        sheet.write_formula(3, 4, "=1/0", None, "#DIV/0!")

    [sheet] = read(make_workbook(write))
    assert sheet.rows[0] == sheet.rows[1] == [""] * 5
    assert sheet.rows[3][:4] == ["Noël", "612345678", "2026-03-12", "true"]


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "empty"),
        (b" \r\n ", "empty"),
        (b"%PDF-1.7 \x00\x01", "not_a_table"),
        (b"\x89PNG\r\n\x1a\n", "not_a_table"),
        (b"PK\x03\x04 not a zip", "not_a_table"),
        (bytes(range(1, 9)) * 50, "not_a_table"),
        (b"\xd0\xcf\x11\xe0" + "EncryptedPackage".encode("utf-16-le"), "protected"),
    ],
)
def test_what_is_no_table_is_refused_with_its_reason(data: bytes, reason: str) -> None:
    with pytest.raises(Unreadable) as refused:
        read(data)
    assert refused.value.reason == reason


def test_a_workbook_that_unfolds_into_gigabytes_is_not_opened() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as bomb, bomb.open("xl/worksheets/sheet1.xml", "w") as sheet:
        for _ in range(201):
            sheet.write(b" " * 1024 * 1024)
    assert len(out.getvalue()) < 1024 * 1024
    with pytest.raises(Unreadable) as refused:
        read(out.getvalue())
    assert refused.value.reason == "too_heavy"


@pytest.mark.parametrize(("corner", "row"), [("XFD", 1048576), ("ZZZZ", 4294967295), ("ZZ", 100000), ("OJ", 8000)])
def test_a_workbook_of_a_few_bytes_whose_last_cell_is_far_away_takes_no_more_than_its_own_process(
    corner: str, row: int
) -> None:
    before = zipfile.ZipFile(io.BytesIO(make_workbook(lambda _book, sheet: sheet.write(0, 0, "type"))))
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as after:
        for name in before.namelist():
            text = before.read(name)
            if name == "xl/worksheets/sheet1.xml":
                cell = f'<row r="{row}"><c r="{corner}{row}"><v>1</v></c></row></sheetData>'
                text = text.replace(b"</sheetData>", cell.encode())
            after.writestr(name, text)
    with pytest.raises(Unreadable) as refused:
        read(out.getvalue())
    assert refused.value.reason == "too_heavy"


def test_one_long_text_that_thousands_of_cells_share_is_not_unfolded() -> None:
    text = "x" * 30_000
    data = make_workbook(lambda _book, sheet: [sheet.write(r, c, text) for r in range(24) for c in range(300)])
    assert len(data) < 100_000
    with pytest.raises(Unreadable) as refused:
        read(data)
    assert refused.value.reason == "too_heavy"
