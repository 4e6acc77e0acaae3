"""The lines of an import, read and checked without looking at who is already here."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any, NotRequired, TypedDict

from journeys.queries.imports.columns import FULL_NAME, Column, Header, body
from journeys.queries.imports.places import Found, Territory
from journeys.queries.imports.problems import Note
from journeys.queries.imports.values import check, split_name
from journeys.queries.imports.words import is_nothing, key

MODEL_EMAIL = "awa.exemple@exemple.fr"  # the example line of the model file; never imported
PLACES = ("insee", "commune", "postcode")  # the order in which they are believed


class Row(TypedDict):
    """One line as it is kept in `Import.rows`: texts only, corrections included."""

    line: int
    cells: dict[str, str]
    skip: NotRequired[bool]
    split: NotRequired[str]
    was: NotRequired[dict[str, str]]


@dataclass
class Line:
    """One line read: values by field (empty cells left out) and what is wrong or worth saying."""

    index: int
    line: int
    texts: dict[str, str]
    was: Mapping[str, str] = field(default_factory=dict)
    values: dict[str, Any] = field(default_factory=dict)
    notes: list[Note] = field(default_factory=list)
    is_skipped: bool = False

    @property
    def errors(self) -> list[Note]:
        return [note for note in self.notes if note.is_error]

    @property
    def name(self) -> str:
        texts = self.texts
        first, last = (str(self.values.get(name) or texts.get(name, "")) for name in ("first_name", "last_name"))
        return f"{first} {last}".strip()

    @cached_property
    def person_key(self) -> tuple[str, str]:
        """Name and project, as two spellings share them."""
        return person_key(self.values.get("first_name", ""), self.values.get("last_name", "")), self.project_key[0]

    @cached_property
    def project_key(self) -> tuple[str, str]:
        """A project is one by its name and its commune."""
        return key(str(self.values.get("project", ""))), str(self.values.get("commune", ""))


def person_key(first: str, last: str) -> str:
    """Both names in any order, as two spellings share them."""
    return " ".join(sorted(key(f"{first} {last}").split()))


# --- From the file --------------------------------------------------------------------------------
def rows_of(header: Header) -> Iterator[Row]:
    """What is kept of each line: the columns we read and nothing else. A second column of one field fills its gaps."""
    for number, cells in body(header):
        row = row_of(header.columns, number, cells)
        if row is not None:
            yield row


def row_of(columns: Sequence[Column], number: int, cells: Sequence[str]) -> Row | None:
    """One line as these columns say; None when they hold nothing there."""
    kept: dict[str, str] = {}
    for text, column in zip(cells, columns, strict=False):
        name = column["field"]
        if text and name and name not in kept:
            kept[name] = text
    return _with_names(Row(line=number, cells=kept)) if kept else None


def _with_names(row: Row) -> Row:
    """First and last name from a column that holds both, unless they have their own."""
    cells = row["cells"]
    for name in FULL_NAME:
        whole = cells.pop(name, "")
        if whole and "last_name" not in cells:
            first, last, is_sure = split_name(whole, last_first=name != "full_name")
            cells.update({"first_name": cells.get("first_name", first), "last_name": last})
            if not is_sure:
                row["split"] = whole
    return row


# --- Checked --------------------------------------------------------------------------------------
def read_lines(rows: Iterable[Row], territory: Territory, today: date) -> list[Line]:
    """Every line checked on its own, then against the others: whoever comes twice is flagged the second time."""
    lines = [read_line(index, row, territory, today) for index, row in enumerate(rows)]
    flag_twice(lines)
    return lines


def read_line(index: int, row: Row, territory: Territory, today: date) -> Line:
    """One line checked on its own."""
    texts = row["cells"]
    line = Line(index, row["line"], texts, was=row.get("was", {}))
    for name, text in texts.items():
        if name in PLACES or name == "qpv":
            continue
        value, note = check(name, text, today)
        if note:
            line.notes.append(note)
        elif value not in (None, "", []):
            line.values[name] = value
    _place(line, territory)
    _need(line)
    start, end = line.values.get("started_on"), line.values.get("planned_end_on")
    if start and end and end <= start:
        line.notes.append(Note("end_before_start", "planned_end_on", {"start": f"{start:%d/%m/%Y}"}))
    if "split" in row:
        said = {"text": row["split"], "first": texts.get("first_name", ""), "last": texts.get("last_name", "")}
        line.notes.append(Note("name_split", "last_name", said))
    line.is_skipped = row.get("skip", line.values.get("email") == MODEL_EMAIL)
    return line


def _need(line: Line) -> None:
    """A person has a name and a project; whether an e-mail is needed depends on who is known (see `plan`)."""
    wrong = {note.field for note in line.notes if note.is_error}
    for name in ("last_name", "project"):
        if name not in line.values and name not in wrong:
            line.notes.append(Note("missing", name))


def _place(line: Line, territory: Territory) -> None:
    """The commune from its INSEE code, name or postcode, and the neighbourhood."""
    doubt: Note | None = None
    for name in PLACES:
        text = line.texts.get(name, "")
        if not text or is_nothing(text):
            continue
        found = territory.find_commune(text, name)
        if found.value:
            line.values["commune"] = found.value
            doubt = None
            break
        if doubt is None or (found.choices and not doubt.choices):
            doubt = commune_note(name, text, found)
    if doubt:
        line.notes.append(doubt)
    _quarter(line, territory)


def commune_note(name: str, text: str, found: Found) -> Note:
    code = "commune_close" if any(sign.isalpha() for sign in text) else "commune_shared"
    if found.is_elsewhere:
        code = "commune_elsewhere"
    elif found.is_two_codes:
        code = "commune_either"
    return Note(code, name, {"text": text}, found.choices)


def _quarter(line: Line, territory: Territory) -> None:
    text = line.texts.get("qpv", "")
    if not text or is_nothing(text):
        return
    answer, found = territory.find_qpv(text)
    if not answer:
        line.notes.append(Note("qpv_unknown", "qpv", {"text": text}, found.choices))
        return
    line.values["qpv"] = (answer, found.value)
    commune = line.values.get("commune")
    if found.value and commune:
        quarter = territory.neighbourhoods[found.value]
        if commune not in {one.insee for one in quarter.communes.all()}:
            said = {"name": quarter.name, "commune": territory.commune_name(commune)}
            line.notes.append(Note("qpv_not_in_commune", "qpv", said))


def flag_twice(lines: Iterable[Line]) -> None:
    """The second line of one e-mail, or of one person with one project, is an error that names the first."""
    emails: dict[str, int] = {}
    people: dict[tuple[str, str], int] = {}
    for line in lines:
        if line.is_skipped:
            continue
        email, person = line.values.get("email"), line.person_key
        if email and email in emails:
            line.notes.append(Note("email_twice", "email", {"line": emails[email]}))
        elif all(person) and person in people:
            line.notes.append(Note("person_twice", "last_name", {"line": people[person]}))
        if email:
            emails.setdefault(email, line.line)
        if all(person):
            people.setdefault(person, line.line)
