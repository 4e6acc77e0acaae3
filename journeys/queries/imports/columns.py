"""Which column is what: the words people write above their columns, in French and in English."""

import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TypedDict

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from backend.lib.spreadsheets import Rows, Sheet
from journeys.queries.imports.words import key

Text = str | Promise
LABELS: dict[str, Text] = {
    "first_name": _("First name"),
    "last_name": _("Last name"),
    "email": _("E-mail"),
    "phone": _("Phone"),
    "gender": _("Gender"),
    "birth": _("Date or year of birth"),
    "status": _("Status on entry"),
    "project": _("Project name"),
    "pitch": _("In a few words"),
    "themes": _("Themes"),
    "phase": _("Phase"),
    "legal_form": _("Legal form"),
    "commune": _("Commune"),
    "postcode": _("Postcode"),
    "insee": _("INSEE code"),
    "qpv": _("Priority neighbourhood (QPV)"),
    "general_interest": _("Of general interest"),
    "siren": _("SIREN"),
    "started_on": _("Date of entry"),
    "planned_end_on": _("Planned end"),
    "referent": _("Referent’s e-mail"),
}
FIELDS = tuple(LABELS)
# One column for both names, split when the file is read.
FULL_NAME: dict[str, Text] = {
    "full_name": _("First name and last name"),
    "full_name_last_first": _("Last name and first name"),
}
MANDATORY = ("last_name", "email", "project")

# {field: titles}, folded: lower case, without accents or punctuation.
TITLES: dict[str, list[str]] = json.loads((Path(__file__).parents[2] / "data" / "import_columns.json").read_text())
ASIDE = re.compile(r"[(\[{].*?[)\]}]|[*:?]")
HEADER_WITHIN = 40  # a header lower than this line is not looked for


class Column(TypedDict):
    """One column of the file: its title there, and the field it is read as ("" when it is left out)."""

    title: str
    field: str


@dataclass(frozen=True)
class Header:
    """Where the header was found: the sheet, the index of its row, and its columns."""

    sheet: Sheet
    row: int
    columns: list[Column]


def names_of(titles: Mapping[str, Iterable[str]]) -> dict[str, str]:
    """{title without blanks: field} from {field: titles}, folded."""
    return {title.replace(" ", ""): field for field, names in titles.items() for title in names}


FIELD_OF = names_of(TITLES)


def field_of(title: str, names: Mapping[str, str] = FIELD_OF) -> str:
    """The field a column title names; "" when it names none we know."""
    if title.isdigit():
        return ""
    whole, core = (key(part).replace(" ", "") for part in (title, ASIDE.sub(" ", title)))
    return names.get(whole) or names.get(core, "")


@dataclass(frozen=True)
class Listing:
    """A kind of file, by whom it lists: its fields in the reader's words, those it needs, the titles it knows."""

    name: str
    labels: Mapping[str, Text]
    needed: Sequence[str]
    names: Callable[[], Mapping[str, str]]
    """{title without blanks: field}, folded."""

    @cached_property
    def read_as(self) -> dict[str, Text]:
        """Every field that a column can be."""
        return {**self.labels, **FULL_NAME}

    def lacking(self, columns: Iterable[Column]) -> list[str]:
        """The fields that every file needs and no column holds."""
        found = {column["field"] for column in columns}
        if found & set(FULL_NAME):
            found.add("last_name")
        return [field for field in self.needed if field not in found]


HOLDERS = Listing("holders", LABELS, MANDATORY, lambda: FIELD_OF)


def find_header(sheets: Iterable[Sheet], names: Mapping[str, str] = FIELD_OF) -> Header | None:
    """The row, in the first lines of any sheet, that names the most fields we know (at least two)."""
    best, most = None, 1
    for sheet in sheets:
        for index, row in enumerate(sheet.rows[:HEADER_WITHIN]):
            columns = [Column(title=title, field=field_of(title, names)) for title in row]
            named = len({column["field"] for column in columns} - {""})
            if named > most:
                best, most = Header(sheet, index, columns), named
    return best


def body(header: Header) -> Iterable[tuple[int, list[str]]]:
    """(line of the file from 1, cells) of each row under the header that holds something; repeated headers left out."""
    titles = [column["title"] for column in header.columns]
    for index, row in enumerate(header.sheet.rows[header.row + 1 :], start=header.row + 2):
        if any(row) and row[: len(titles)] != titles:
            yield index, row


def titles_seen(sheets: Sequence[Sheet]) -> list[str]:
    """The cells of the first row with at least two of them: what we saw where a header was expected."""
    rows: Rows = [row for sheet in sheets for row in sheet.rows[:HEADER_WITHIN]]
    return next(([cell for cell in row if cell][:20] for row in rows if sum(map(bool, row)) > 1), [])
