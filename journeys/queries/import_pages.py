"""What the pages of an import show: counts, the lines of one group, each with what is wrong beside its cell."""

from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.core.paginator import Page, Paginator
from django.utils.translation import gettext_lazy as _

from backend.accounts.models import User
from backend.lib import clock
from journeys.models import Import, ImportedFile, Programme
from journeys.queries.imports import (
    CREATE,
    ERROR,
    LABELS,
    SKIPPED,
    UNCHANGED,
    UPDATE,
    Column,
    Known,
    Note,
    Outcome,
    Planner,
    Row,
    Territory,
    count_kinds,
    read_lines,
)
from journeys.queries.imports.columns import Text
from journeys.queries.imports.outcomes import RECOGNISED
from journeys.queries.imports.plan import Change
from journeys.queries.imports.reading import show
from journeys.queries.imports.words import key

LINES_A_PAGE = 50
REMARKS, ALL = "remarks", "all"
GROUPS: dict[str, tuple[Text, Callable[[Outcome], bool]]] = {
    ERROR: (_("To put right"), lambda outcome: outcome.kind == ERROR),
    CREATE: (_("To create"), lambda outcome: outcome.kind == CREATE),
    UPDATE: (_("To update"), lambda outcome: outcome.kind == UPDATE),
    UNCHANGED: (_("Unchanged"), lambda outcome: outcome.kind == UNCHANGED),
    SKIPPED: (_("Left out"), lambda outcome: outcome.kind == SKIPPED),
    REMARKS: (_("With a remark"), lambda outcome: bool(outcome.remarks) and outcome.kind != SKIPPED),
    ALL: (_("All lines"), lambda outcome: True),
}
WORDS: dict[str, tuple[Text, str]] = {
    ERROR: (_("to put right"), "bad"),
    CREATE: (_("to create"), "good"),
    UPDATE: (_("to update"), "info"),
    UNCHANGED: (_("unchanged"), "neutral"),
    SKIPPED: (_("left out"), "neutral"),
}
LONG = ("pitch",)
SHOWN_OF_NEW = (
    "phone",
    "commune",
    "qpv",
    "phase",
    "status",
    "gender",
    "birth",
    "siren",
    "started_on",
    "planned_end_on",
    "referent",
)


@dataclass(frozen=True)
class Cell:
    """One cell as it can be typed again: what it says, what is wrong, what else it might say."""

    field: str
    label: Text
    text: str
    original: str | None
    notes: Sequence[Note] = ()
    alike: int = 0

    @property
    def known(self) -> str:
        """The words of the closed list that it is read with, when one of its own is not among them."""
        return next((note.known for note in self.notes if note.known), "")

    @property
    def is_long(self) -> bool:
        return self.field in LONG or "\n" in self.text or len(self.text) > 80


@dataclass(frozen=True)
class Shown:
    """One line on the page."""

    outcome: Outcome
    wrong: Sequence[Cell]
    others: Sequence[Cell]
    changes: Sequence[tuple[Text, str, str]]
    facts: Sequence[tuple[Text, str]]
    is_edited: bool = False

    @property
    def line(self) -> int:
        return self.outcome.line.line

    @property
    def recognised(self) -> Text:
        """What she is known by, in words; nothing for somebody new."""
        return RECOGNISED.get(self.outcome.matched, "")

    @property
    def has_form(self) -> bool:
        return self.outcome.kind != SKIPPED and (self.is_edited or bool(self.wrong))

    @property
    def words(self) -> Text:
        return WORDS[self.outcome.kind][0]

    @property
    def tone(self) -> str:
        return WORDS[self.outcome.kind][1]

    @property
    def corrected(self) -> list[Cell]:
        return [cell for cell in (*self.wrong, *self.others) if cell.original is not None]


class Judged(ABC):
    """Lines of a file with what confirming would do to each: counted, grouped, shown. `LABELS` are its fields."""

    labels: Mapping[str, Text] = LABELS
    outcomes: list[Outcome]
    counts: dict[str, int]
    header: Sequence[Column]

    @cached_property
    def alike(self) -> Counter[tuple[str, str]]:
        """How many lines say each wrong text."""
        return Counter(
            (name, outcome.line.texts.get(name, ""))
            for outcome in self.outcomes
            for name in {note.field for note in outcome.errors} - {""}
            if outcome.kind == ERROR
        )

    @property
    def writes(self) -> int:
        """How many lines confirming would write."""
        return self.counts[CREATE] + self.counts[UPDATE]

    @property
    def changes_nothing(self) -> bool:
        return self.writes == 0 and self.counts[ERROR] == 0

    def first_group(self) -> str:
        """What to look at first: what is wrong, else what is new."""
        return next((kind for kind in (ERROR, CREATE, UPDATE) if self.counts[kind]), ALL)

    def groups(self, current: str) -> list[tuple[Text, str, bool, int]]:
        """The tabs: (label, address, is it this one, how many), without the empty ones."""
        counted = ((name, label, sum(map(belongs, self.outcomes))) for name, (label, belongs) in GROUPS.items())
        return [
            (label, f"?show={name}", name == current, many) for name, label, many in counted if many or name == current
        ]

    def page(self, group: str, number: str | int) -> Page:
        """The lines of one group, fifty at a time."""
        return Paginator([one for one in self.outcomes if GROUPS[group][1](one)], LINES_A_PAGE).get_page(number)

    def shown(self, outcome: Outcome, *, is_edited: bool = False) -> Shown:
        """One outcome ready for its template."""
        line = outcome.line
        notes: dict[str, list[Note]] = {}
        for note in outcome.notes:
            if note.is_error:
                notes.setdefault(note.field, []).append(note)
        has_column = {column["field"] for column in self.header}
        if has_column & {"full_name", "full_name_last_first"}:
            has_column |= {"first_name", "last_name"}
        asked = [name for name in self.labels if name in has_column or name in line.texts or name in notes]
        cells = [self._cell(outcome, name, notes.get(name, [])) for name in asked]
        return Shown(
            outcome,
            wrong=[cell for cell in cells if cell.notes],
            others=[cell for cell in cells if not cell.notes],
            changes=[(self.labels[one.field], *self.said(one)) for one in outcome.changes],
            facts=self.facts(outcome) if outcome.kind == CREATE else [],
            is_edited=is_edited,
        )

    def looked_at(self, asked: Mapping[str, str]) -> dict[str, Any]:
        """What a page shows of it: of the group asked for, else of what to look at first, fifty lines, one of them
        maybe open to be typed again."""
        group = asked.get("show", "")
        group = group if group in GROUPS else self.first_group()
        page = self.page(group, asked.get("page", 1))
        edited = asked.get("edit", "")
        lines = [self.shown(one, is_edited=str(one.line.line) == edited) for one in page.object_list]
        told = {"preview": self, "group": group, "page": page, "page_number": page.number, "lines": lines}
        return told | {"tabs": self.groups(group)}

    @abstractmethod
    def said(self, change: Change) -> tuple[str, str]:
        """A change in words: before, after."""

    @abstractmethod
    def facts(self, outcome: Outcome) -> list[tuple[Text, str]]:
        """What is worth reading of somebody new."""

    def _cell(self, outcome: Outcome, name: str, notes: list[Note]) -> Cell:
        line = outcome.line
        text = line.texts.get(name, "")
        alike = (
            self.alike[name, text] - 1 if notes and text and notes[0].code not in ("email_twice", "person_twice") else 0
        )
        return Cell(name, self.labels[name], text, line.was.get(name), notes, max(0, alike))

    def line(self, number: int) -> Outcome | None:
        """The outcome of this line of the file."""
        return next((outcome for outcome in self.outcomes if outcome.line.line == number), None)


class Preview(Judged):
    """What confirming an import would do now."""

    def __init__(self, batch: Import) -> None:
        self.batch, self.header = batch, batch.header
        territory = Territory.load()
        lines = read_lines(batch.rows, territory, clock.today())
        self.known = Known(batch.programme, territory, by_name=batch.matching == Import.Matching.NAME)
        self.known.meet(lines)
        planner = Planner(lines, self.known)
        self.outcomes = [planner.judge(line) for line in lines]
        self.counts = count_kinds(self.outcomes)

    def said(self, change: Change) -> tuple[str, str]:
        """Of a phone that stands already only its end is told, enough to know which one it is."""
        old, new = (show(change.field, value, self.known) for value in (change.old, change.new))
        return (f"… {old[-2:]}" if old and change.field == "phone" else old), new

    def facts(self, outcome: Outcome) -> list[tuple[Text, str]]:
        values = outcome.line.values | ({"referent": outcome.referent.pk} if outcome.referent else {})
        said = [(LABELS[name], show(name, values[name], self.known)) for name in SHOWN_OF_NEW if name in values]
        if "started_on" not in values:
            said.append((LABELS["started_on"], show("started_on", self.batch.starts_on, self.known)))
        return said


def concerns_others(rows: Sequence[Row], line: int, before: Mapping[str, str], after: Mapping[str, str]) -> bool:
    """May correcting this line change what is said of another? Lines meet by e-mail and by project."""
    for name in ("email", "project"):
        if before.get(name) == after.get(name):
            continue
        said = {key(before.get(name, "")), key(after.get(name, ""))} - {""}
        if any(row["line"] != line and key(row["cells"].get(name, "")) in said for row in rows):
            return True
    return False


def columns_ignored(batch: ImportedFile) -> list[str]:
    """Titles of the columns we leave out."""
    return [one["title"] for one in batch.header if not one["field"] and one["title"]]


def left_aside(
    batch: ImportedFile, labels: Mapping[str, Text] = LABELS
) -> list[tuple[int, str, list[tuple[Text, str]]]]:
    """(line, name, [(field, sentence)]) of each line that a finished import did not write."""
    return [
        (line, name, [(labels.get(field, ""), Note(code, field, params).sentence) for code, field, params in notes])
        for line, name, notes in batch.result.get("left", [])
    ]


def programmes_to_fill(user: User) -> list[Programme]:
    """The open programmes she may import into, her organisations in order."""
    rows = Programme.objects.filter(organisation__in=user.organisation_ids("lead"), is_open=True)
    return list(rows.select_related("organisation").order_by("organisation__name", "title_fr", "pk"))


def recent_imports(user: User, most: int = 8) -> list[Import]:
    """The last imports of her organisations, without their lines."""
    rows = Import.objects.visible_to(user).exclude(state=Import.State.DISCARDED)
    return list(
        rows.defer("rows", "header").select_related("programme", "made_by").order_by("-created_at", "pk")[:most]
    )
