"""The sheets of a wave as data to take away: variables, the rows, and the book that says what each code means.

Of a confidential or anonymous wave: no name nor journey nor day, keys drawn anew for each file, rows in no order; what
fewer than five answered is withheld; words go apart from the rows, since they tell who wrote them.
"""

import re
import secrets
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Any

from django.utils.translation import gettext as _

from evaluation.models import Choice, Item, Section, Wave
from evaluation.queries.given import Kept
from evaluation.queries.results.sheets import Asked, Row, sheets_of, versions_of
from evaluation.statistics.disclosure import SMALLEST_GROUP, hide_in_list

Cell = str | int | float | Decimal | date | None
RESERVED = {"ALL", "AND", "BY", "EQ", "GE", "GT", "LE", "LT", "NE", "NOT", "OR", "TO", "WITH"}
"""Words that SPSS keeps for itself."""
YES_NO = ((1, "Oui", "Yes"), (0, "Non", "No"))


@dataclass(frozen=True)
class Variable:
    """One column: an item of one series, one choice of an item of several, or the words beside a choice."""

    name: str
    item: Item
    section: Section
    versions: tuple[int, ...]
    """Numbers of the versions that ask it in this series."""
    choices: tuple[Choice, ...] = ()
    choice: Choice | None = None
    is_words: bool = False
    withheld: bool = False
    answered: int = 0
    not_applicable: int = 0
    no_say: int = 0

    @property
    def is_text(self) -> bool:
        return self.is_words or self.item.kind in Item.WRITTEN

    @property
    def kind(self) -> str:
        return "text" if self.is_words else str(self.item.kind)

    def label(self, language: str) -> str:
        text = getattr(self.item, f"text_{language}") or ""
        if self.choice is not None:
            return f"{text} – {getattr(self.choice, f'text_{language}')}"
        return text

    @property
    def values(self) -> list[tuple[str | int, str, str]]:
        """(value, French, English) of what has a meaning of its own."""
        if self.choice is not None:
            return [(1, "choisi", "chosen"), (0, "non choisi", "not chosen")]
        if self.item.kind in (Item.Kind.YES_NO, Item.Kind.CONSENT):
            return list(YES_NO)
        if self.item.kind == Item.Kind.SINGLE and not self.is_words:
            return [(one.code, one.text_fr, one.text_en) for one in self.choices]
        anchors = self.item.anchors or self.item.version.anchors if self.item.kind == Item.Kind.SCALE else []
        return [
            (point, band.get("fr", ""), band.get("en", ""))
            for band in anchors
            for point in range(band["from"], band["to"] + 1)
        ]

    def kept(self, row: Row, numbers: dict[int, int]) -> Kept:
        if numbers.get(row.version) not in self.versions:
            return Kept()
        return row.answers.get(self.item.code, Kept())

    def cell(self, kept: Kept) -> Cell:
        """The answer; “na” or “no_say” where it is missing on purpose; None for none."""
        if kept.is_empty or self.withheld:
            return None
        if kept.missing:
            return None if self.is_words else kept.missing
        if self.is_words:
            return kept.text or None
        if self.choice is not None:
            return int(self.choice.code in kept.chosen.split())
        return next(
            (one for one in (kept.value, kept.number, kept.day, kept.chosen.strip()) if one not in (None, "")),
            kept.text or None,
        )


@dataclass(frozen=True)
class DataSet:
    """`head` names the cells that come before the variables in each row of `keys`."""

    wave: Wave
    head: tuple[str, ...]
    keys: tuple[tuple[Cell, ...], ...]
    rows: tuple[Row, ...]
    variables: tuple[Variable, ...]
    numbers: dict[int, int]
    """{version id: its number}"""
    hidden: str = ""

    @property
    def is_named(self) -> bool:
        return self.wave.mode == Wave.Mode.IDENTIFIED

    @cached_property
    def columns(self) -> list[Variable]:
        """What stands in the rows."""
        return [one for one in self.variables if self.is_named or not one.is_text]

    def line(self, row: Row) -> Iterator[tuple[Variable, Kept, Cell]]:
        """Each column, what is kept of it on this sheet, and what may be shown of that."""
        for one in self.columns:
            kept = one.kept(row, self.numbers)
            yield one, kept, one.cell(kept)

    def wide(self) -> Iterator[list[Cell]]:
        """One row a sheet."""
        for key, row in zip(self.keys, self.rows, strict=True):
            yield [*key, *(cell for _one, _kept, cell in self.line(row))]

    def long(self) -> Iterator[list[Cell]]:
        """One row an answer: the keys, then variable, code, series, value, its label, why it is missing."""
        for key, row in zip(self.keys, self.rows, strict=True):
            for one, kept, cell in self.line(row):
                if cell is not None:
                    missing, value = (cell, None) if kept.missing else (None, cell)
                    yield [*key, one.name, one.item.code, one.item.series, value, meaning(one, value), missing]

    def words(self) -> list[tuple[str, str]]:
        """(variable, words) that stand apart from the rows, in no order; none where they stand in them."""
        if self.is_named:
            return []
        found = [
            (one.name, text)
            for one in self.variables
            if one.is_text and not one.withheld
            for row in self.rows
            if (text := one.kept(row, self.numbers).text)
        ]
        secrets.SystemRandom().shuffle(found)
        return sorted(found, key=lambda said: said[0])


LONG_HEAD = ("variable", "code", "series", "value", "label", "missing")


def meaning(variable: Variable, value: Cell) -> str | None:
    return next((fr for one, fr, _en in variable.values if one == value), None)


def data_set(wave: Wave) -> DataSet:
    """Everything that was sent in a wave, as its mode allows. `hidden`: why there is nothing. Eight queries."""
    rows = sheets_of([wave])[wave.pk]
    named = wave.mode == Wave.Mode.IDENTIFIED
    if not named and len(rows) < SMALLEST_GROUP:
        why = _("Fewer than five people have answered: nothing is shown, so that nobody is recognised.")
        return DataSet(wave, (), (), (), (), {}, hidden=why)
    if named:
        rows.sort(key=lambda row: (row.on or date.min, row.person))
    versions = versions_of(rows, wave)
    numbers = {one.version.pk: one.version.number for one in versions}
    head = ("sheet", "journey", "person", "answered_on", "version") if named else ("sheet", "month", "version")
    keys = (_key(row, i, numbers) for i, row in enumerate(rows, start=1)) if named else _loose_keys(rows, numbers)
    return DataSet(
        wave, head, tuple(keys), tuple(rows),
        tuple(_variables(versions, rows, numbers, protected=not named)), numbers,
    )  # fmt: skip


def _key(row: Row, place: int, numbers: dict[int, int]) -> tuple[Cell, ...]:
    return place, row.journey, row.name, row.on, numbers[row.version]


def _loose_keys(rows: Sequence[Row], numbers: dict[int, int]) -> Iterator[tuple[Cell, ...]]:
    """Of rows whose person is not told: the month of the latest for all of them, and no version that fewer than five
    answered, for who answered when, or was asked which version, is no secret.
    """
    month = max((row.month for row in rows if row.month), default=None)
    counted = sorted(Counter(row.version for row in rows).items())
    hidden = hide_in_list([n for _version, n in counted])
    told = {version: numbers[version] for i, (version, _n) in enumerate(counted) if i not in hidden}
    for row in rows:
        yield secrets.token_hex(5), month.strftime("%Y-%m") if month else None, told.get(row.version)


# --- Variables ------------------------------------------------------------------------------------
def _variables(
    versions: Sequence[Asked], rows: Sequence[Row], numbers: dict[int, int], *, protected: bool
) -> Iterator[Variable]:
    """Those of the latest version in order, then what only earlier ones asked."""
    taken: set[str] = {"SHEET", "JOURNEY", "PERSON", "ANSWERED_ON", "MONTH", "VERSION"}
    latest = {one.code: one.series for one in versions[0].items} if versions else {}
    seen: dict[tuple[str, int], tuple[Section, Item]] = {}
    for asked in versions:
        for key, place in asked.places.items():
            seen.setdefault(key, place)
    for (code, series), (section, item) in seen.items():
        base = code if latest.get(code, series) == series else f"{code}_s{series}"
        mine = [asked for asked in versions if (code, series) in asked.places]
        made = Variable("", item, section, tuple(asked.version.number for asked in mine), choices=_choices(mine, item))
        yield from _counted(made, base, rows, numbers, taken, protected=protected)


def _choices(versions: Sequence[Asked], item: Item) -> tuple[Choice, ...]:
    """Of every version in which it is the same series, the latest words first, retired ones too."""
    known: dict[str, Choice] = {}
    for asked in versions:
        for choice in asked.places[(item.code, item.series)][1].choices.all():
            known.setdefault(choice.code, choice)
    return tuple(known.values())


def _counted(
    made: Variable, base: str, rows: Sequence[Row], numbers: dict[int, int], taken: set[str], *, protected: bool
) -> Iterator[Variable]:
    kept = [made.kept(row, numbers) for row in rows]
    said = [one for one in kept if not one.is_empty and not one.missing]

    def column(name: str, answered: int, **more: Any) -> Variable:
        return Variable(
            name_for_spss(name, taken), made.item, made.section, made.versions, made.choices, **more,
            withheld=protected and answered < SMALLEST_GROUP, answered=answered,
            not_applicable=sum(one.missing == "na" for one in kept),
            no_say=sum(one.missing == "no_say" for one in kept),
        )  # fmt: skip

    if made.item.kind == Item.Kind.MULTIPLE:
        for choice in made.choices:
            yield column(f"{base}_{choice.code}", len(said), choice=choice)
    else:
        yield column(base, len(said))
    if any(one.takes_text for one in made.choices):
        yield column(f"{base}_text", sum(1 for one in said if one.text), is_words=True)


def name_for_spss(wanted: str, taken: set[str]) -> str:
    """A name that SPSS, R and spreadsheets take: a letter first, then letters, digits and underscores, 64 at most, no
    word that SPSS keeps for itself, each once whatever its capitals. It is added to `taken`.
    """
    plain = re.sub(r"[^A-Za-z0-9_]", "_", wanted)[:58].strip("_") or "v"
    name = plain if plain[0].isalpha() and plain.upper() not in RESERVED else f"v_{plain}"
    base, n = name, 2
    while name.upper() in taken:
        name, n = f"{base}_{n}", n + 1
    taken.add(name.upper())
    return name


# --- The book of codes ----------------------------------------------------------------------------
BOOK_HEAD = (
    "variable", "code", "series", "versions", "section", "kind", "label_fr", "label_en", "unit_fr", "unit_en",
    "values", "missing", "sheets", "answered", "na", "no_say", "note",
)  # fmt: skip
VALUES_HEAD = ("variable", "value", "label_fr", "label_en")


def book(data: DataSet) -> Iterator[list[Cell]]:
    """One row a variable: what was asked, what its values mean, how many answered."""
    for one in data.variables:
        item = one.item
        missing = [code for code, allowed in (("na", item.allows_na), ("no_say", item.allows_no_say)) if allowed]
        yield [
            one.name, item.code, item.series, " ".join(map(str, sorted(one.versions))), one.section.code, one.kind,
            one.label("fr"), one.label("en"), item.unit_fr, item.unit_en,
            "; ".join(f"{value} = {fr}" for value, fr, _en in one.values) or _range(item), " ".join(missing),
            len(data.rows), *([None] * 3 if one.withheld else [one.answered, one.not_applicable, one.no_say]),
            _note(data, one),
        ]  # fmt: skip


def _range(item: Item) -> str:
    if item.kind in Item.POINTS:
        return "{}–{}".format(*item.bounds)
    if item.kind == Item.Kind.NUMBER and (item.least is not None or item.most is not None):
        return f"{_bound(item.least)}–{_bound(item.most)}"
    return "yyyy-mm-dd" if item.kind == Item.Kind.DATE else ""


def _bound(number: Decimal | None) -> str:
    return "…" if number is None else format(number.normalize(), "f")


def _note(data: DataSet, one: Variable) -> str:
    parts = [one.item.change_reason] if one.item.change_reason else []
    if one.withheld:
        parts.append(_("withheld: fewer than five answers"))
    elif one.is_text and not data.is_named:
        parts.append(_("words stand apart from the rows, in no order"))
    return "; ".join(parts)


def values(data: DataSet) -> Iterator[list[Cell]]:
    """One row for each value that has a meaning, and for each reason why an answer is missing."""
    for one in data.variables:
        for value, fr, en in one.values:
            yield [one.name, value, fr, en]
        if one.item.allows_na and not one.is_words:
            yield [one.name, "na", "Ne s’applique pas", "Does not apply"]
        if one.item.allows_no_say and not one.is_words:
            yield [one.name, "no_say", "Préfère ne pas répondre", "Prefers not to say"]
