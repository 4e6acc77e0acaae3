"""Reading the spreadsheets people really have: any CSV or workbook, as rows of text, whatever they mean."""

import csv
import io
import re
import unicodedata
import zipfile
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.utils.translation import gettext_lazy as _

from backend.lib.workbooks import read_apart

Rows = list[list[str]]

ACCEPTED = ".csv,.tsv,.txt,.xlsx,.xlsm,.xls,.ods,text/csv"
"""What the box that takes a file offers to read."""
LARGEST = 10 * 1024 * 1024  # bytes
TOO_LARGE = _("This file is larger than 10 MB: split it, or keep only the columns you need.")
DELIMITERS = (";", ",", "\t", "|")
# What Excel, Numbers and the old DOS export write when they do not write Unicode, likeliest first.
OLD_CODECS = ("cp1252", "mac_roman", "cp850")
FREQUENT = set("éèàçêôâîÉÈÀ’œŒ“”…")  # weigh more: a wrong codec shows other letters in their place
ORDINARY = set("éèêëàâäîïôöùûüçœæÉÈÊËÀÂÎÏÔŒÇ’‘“”«»–—…€°·²ñ \xa0\u202f")
WORKBOOK_STARTS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")  # zip (xlsx, ods), OLE (xls, and workbooks with a password)
HEAVIEST = 200 * 1024 * 1024  # bytes once unzipped
# Invisible characters that copies from web pages and letters leave in cells.
INVISIBLE = dict.fromkeys(map(ord, "\u200b\u200c\u200d\u200e\u200f\u2060\ufeff\u00ad"))
BLANKS = re.compile(r"[^\S\n]+")


class Unreadable(Exception):
    """This is no table we can read; `reason` is one of empty, not_a_table, protected, too_heavy."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True)
class Sheet:
    """One sheet of a file: its name ("" for CSV) and its rows; `rows[0]` is line 1 of the file."""

    name: str
    rows: Rows


def read(data: bytes, *, encoding: str = "") -> list[Sheet]:
    """The sheets of a file, cells as clean text: numbers without ".0", days as yyyy-mm-dd.

    `encoding` forces the codec of a CSV. Raises Unreadable.
    """
    if not data.strip():
        raise Unreadable("empty")
    if data.startswith(WORKBOOK_STARTS):
        return _read_workbook(data)
    if _looks_binary(data):
        raise Unreadable("not_a_table")
    return [Sheet("", parse_csv(decode(data, encoding=encoding)))]


def clean(text: str) -> str:
    """Without what cannot be seen: zero-width characters, hard and repeated spaces, blanks at both ends."""
    if "\r" in text or "\x00" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\x00", "")
    if not text.isascii():
        text = _undo_double_utf8(unicodedata.normalize("NFC", text).translate(INVISIBLE))
    return BLANKS.sub(" ", text).strip()


# --- Bytes to text --------------------------------------------------------------------------------
def _looks_binary(data: bytes) -> bool:
    """A picture, a PDF: control characters that no text has (UTF-16 is text, and says so by its marks or zeros)."""
    head = data[:4096]
    if head.startswith((b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"GIF8")):
        return True
    if head.startswith((b"\xff\xfe", b"\xfe\xff")) or _wide_codec(head):
        return False
    return sum(byte < 9 or 13 < byte < 32 for byte in head) > len(head) // 50


def _wide_codec(head: bytes) -> str:
    """UTF-16 without its mark: every other byte of Latin text is zero."""
    even, odd = head[0::2].count(0), head[1::2].count(0)
    half = len(head) // 2 or 1
    if odd > 0.4 * half and even < 0.1 * half:
        return "utf-16-le"
    return "utf-16-be" if even > 0.4 * half and odd < 0.1 * half else ""


def decode(data: bytes, *, encoding: str = "") -> str:
    """The text of a file in UTF-8, UTF-16, Windows-1252, Mac Roman or DOS 850, told apart by what French looks like.

    Line by line when the file mixes two of them, as files glued together do. Raises Unreadable for a codec unknown.
    """
    if encoding:
        try:
            return data.decode(encoding, errors="replace")
        except LookupError:
            raise Unreadable("not_a_table") from None
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", errors="replace")
    if wide := _wide_codec(data[:4096]):
        return data.decode(wide, errors="replace")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return _decode_lines(data.removeprefix(b"\xef\xbb\xbf"))


def _decode_lines(data: bytes) -> str:
    lines: list[str | bytes] = []
    for line in data.splitlines(keepends=True):
        try:
            lines.append(line.decode("utf-8"))
        except UnicodeDecodeError:
            lines.append(line)
    codec = _old_codec(b"".join(line for line in lines if isinstance(line, bytes)))
    return "".join(line if isinstance(line, str) else line.decode(codec, errors="replace") for line in lines)


def _old_codec(data: bytes) -> str:
    """The one codec in which the characters beyond ASCII are those of French; Windows-1252 when none is better."""
    beyond = bytes(byte for byte in data if byte > 127)

    def frenchness(codec: str) -> int:
        text = beyond.decode(codec, errors="replace")
        return sum(3 if sign in FREQUENT else sign in ORDINARY for sign in text)

    return max(OLD_CODECS, key=frenchness)


def _undo_double_utf8(text: str) -> str:
    """ "PrÃ©nom" is "Prénom" written in UTF-8 twice; anything else is left as it is."""
    if "Ã" not in text and "â€" not in text and "Å" not in text:
        return text
    try:
        return text.encode("cp1252").decode("utf-8")
    except UnicodeError:
        return text


# --- CSV ------------------------------------------------------------------------------------------
def parse_csv(text: str) -> Rows:
    """Rows of a CSV whatever separates its cells; a quote that never closes does not swallow the lines after it."""
    text = text.replace("\x00", "")
    start = re.match(r"\ufeff?sep=(.)\r?\n", text)
    delimiter = start[1] if start else find_delimiter(text)
    body = text[start.end() :] if start else text
    rows = _split(body, delimiter)
    if _swallowed(rows, delimiter):
        rows = [[cell.strip('"') for cell in row] for row in _split(body, delimiter, quoting=csv.QUOTE_NONE)]
    lines = [[clean(cell) for cell in row] for row in rows]
    return [[""], *lines] if start else lines


def _split(text: str, delimiter: str, *, quoting: int = csv.QUOTE_MINIMAL) -> Rows:
    try:
        return list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, quoting=quoting))  # type: ignore[arg-type]  # typeshed wants a literal
    except csv.Error:
        raise Unreadable("not_a_table") from None


def _swallowed(rows: Rows, delimiter: str) -> bool:
    """Does a cell hold whole lines of the table?"""
    width = max(map(len, rows), default=0)
    return width > 1 and any(
        line.count(delimiter) >= width - 1
        for row in rows
        for cell in row
        if "\n" in cell
        for line in cell.splitlines()[1:]
    )


def find_delimiter(text: str) -> str:
    """The separator that gives the most lines one same number of cells, then the most cells."""
    head = "\n".join([line for line in text[:200_000].splitlines() if line.strip()][:60])

    def evenness(delimiter: str) -> tuple[int, int]:
        widths = Counter(len(row) for row in csv.reader(io.StringIO(head), delimiter=delimiter) if len(row) > 1)
        return max(((lines, width) for width, lines in widths.items()), default=(0, 0))

    try:
        return max(DELIMITERS, key=evenness)
    except csv.Error:
        raise Unreadable("not_a_table") from None


# --- Workbooks ------------------------------------------------------------------------------------
def _read_workbook(data: bytes) -> list[Sheet]:
    _refuse_bombs(data)
    found = read_apart(data)
    if isinstance(found, str):
        raise Unreadable(found)
    if not any(rows for _name, rows in found):
        raise Unreadable("empty")
    return [Sheet(name, rows) for name, rows in found]


def _refuse_bombs(data: bytes) -> None:
    """A small zip may unfold into gigabytes: look at what it announces first."""
    if data.startswith(b"PK"):
        try:
            with zipfile.ZipFile(io.BytesIO(data)) as folder:
                if sum(entry.file_size for entry in folder.infolist()) > HEAVIEST:
                    raise Unreadable("too_heavy")
        except zipfile.BadZipFile:
            raise Unreadable("not_a_table") from None


def _whole(number: float) -> str:
    return str(int(number)) if number == int(number) and abs(number) < 1e15 else repr(number)


WRITERS: dict[type, Callable[..., str]] = {
    str: clean,
    float: _whole,
    int: str,
    bool: lambda value: "true" if value else "false",
    datetime: lambda value: value.date().isoformat(),
    date: date.isoformat,
    time: lambda value: value.strftime("%H:%M"),
    timedelta: str,
}


def write_cell(value: object) -> str:
    """One cell of a workbook as text."""
    return WRITERS.get(type(value), str)(value) if value is not None else ""
