"""The statement that adds rows up: the ORM writes the rows, a text of ours the sums.

Person by person first, then over them: counting different people is then adding up, and sorts no rows. (PostgreSQL
sorts all rows anew for each `COUNT(DISTINCT …)`.) Written as expressions of the ORM, each sum would have its conditions
resolved and compiled anew: with a hundred of them that takes longer than the database.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db import connection
from django.db.models import DecimalField, F, IntegerField, Q, QuerySet

from backend.lib.prepared import Made
from evaluation.queries.measures.measure import ALL, NONE, ONE, Measure, one_if

Line = tuple[Any, ...]


class Columns:
    """What is read of each row, each different thing once."""

    def __init__(self) -> None:
        self.made: dict[str, Any] = {}
        self._names: dict[Any, str] = {}
        self._conditions: dict[int, tuple[str, Q]] = {}

    def path(self, name: str) -> str:
        """A field."""
        return self._column(("path", name), F(name))

    def worth(self, made: Any) -> str:
        """What a row adds: one for each expression, however many measures have it."""
        return self._column(id(made), made)

    def condition(self, only: Q) -> str:
        """Is it one of those? "" where all are."""
        if id(only) not in self._conditions:  # comparing two of them takes longer than all the rest
            told = "" if only == ALL else f"{self._column(only, one_if(only))} = 1"
            self._conditions[id(only)] = (told, only)
        return self._conditions[id(only)][0]

    def _column(self, key: Any, made: Any) -> str:
        name = self._names.setdefault(key, f"c{len(self._names)}")
        self.made.setdefault(name, made)
        return f"r.{name}"


@dataclass(frozen=True)
class Term:
    """One sum: over the rows of one person, then over all people; `of`: the column it adds up, "" where it counts."""

    each: str
    every: str
    of: str = ""


class Sums:
    """The sums over rows that count the same subjects, each different one once.

    `who`: the column of the subject, where any of them counts each once. Otherwise nobody is looked at one by one, nor
    looked for.
    """

    def __init__(self, columns: Columns, subject: str) -> None:
        self.terms: dict[str, Term] = {}
        self.who = ""
        self._subject = subject
        self._columns = columns
        self._names: dict[Any, str] = {}

    def add(self, one: Measure, *, has_sides: bool) -> list[str]:
        """Of this measure: the names of each part of its total in order, "" for what is not asked."""
        if one.is_once:
            value, weight = (self._people(one, name) for name in ("value", "weight"))
            return [value, weight, "", self._rows(one), self._people(one), value, "", "", ""]
        sums = [self._sum(one, name) for name in ("value", "weight", "part")]
        sides = [self._people(one), *self._sides(one)] if has_sides else [""] * 5
        return [*sums, self._rows(one), *sides]

    def _sides(self, one: Measure) -> list[str]:
        """Who is counted and who is not; who has a part and who has none."""
        return [
            self._people(one, "value"),
            "" if one.value is ONE or one.unit else self._people(one, "value", "<="),
            "" if one.part is NONE else self._people(one, "part"),
            self._people(one) if one.part is NONE else self._people(one, "part", "<="),
        ]

    def _rows(self, one: Measure) -> str:
        only = self._columns.condition(one.only)
        return self._term(f"COUNT(CASE WHEN {only} THEN 1 END)" if only else "COUNT(*)", "COALESCE(SUM({}), 0)")

    def _sum(self, one: Measure, part: str) -> str:
        made = getattr(one, part)
        if made is ONE:
            return self._rows(one)
        if made is NONE:
            return ""
        column, only = self._columns.worth(made), self._columns.condition(one.only)
        each = f"SUM(CASE WHEN {only} THEN {column} END)" if only else f"SUM({column})"
        return self._term(each, "COALESCE(SUM({}), 0)", column)

    def _people(self, one: Measure, part: str = "", side: str = ">") -> str:
        self.who = self.who or self._columns.path(self._subject)
        conditions = [self._columns.condition(one.only)]
        if part and getattr(one, part) is not ONE:
            conditions.append(f"{self._columns.worth(getattr(one, part))} {side} 0")
        which = " AND ".join(filter(None, conditions))
        each = f"COUNT(CASE WHEN {which} THEN 1 END)" if which else "COUNT(*)"
        return self._term(each, "COUNT(CASE WHEN {} > 0 THEN p.who END)")

    def _term(self, each: str, every: str, of: str = "") -> str:
        name = self._names.setdefault((each, every), f"s{len(self._names)}")
        self.terms.setdefault(name, Term(each, every.format(f"p.{name}"), of))
        return name


@dataclass(frozen=True)
class Text:
    """Some SQL and its values."""

    sql: str
    values: Sequence[Any] = ()


class Statement:
    """All the sums of some measures that share their rows, by the same keys, in one statement."""

    def __init__(self, measures: Sequence[Measure], *, has_sides: bool = True) -> None:
        self.columns = Columns()
        self._sums: dict[str, Sums] = {}
        self._parts: dict[str, tuple[int, list[str]]] = {}
        for one in sorted(measures, key=lambda one: not one.is_once):
            # whoever counts nobody goes along with the first of the others
            subject = one.subject if has_sides or one.is_once else next(iter(self._sums), one.subject)
            sums = self._sums.setdefault(subject, Sums(self.columns, subject))
            self._parts[one.code] = (list(self._sums).index(subject), sums.add(one, has_sides=has_sides))

    def made(self, rows: "QuerySet[Any]", keys: Sequence[Text] = (), beside: Text | None = None) -> Made:
        """To be put to the database: one line for each group of each subject (see `read`).

        `keys`: what to group by. `beside`: a join that follows the rows, which are called r. EmptyResultSet where there
        can be no row.
        """
        asked = rows.order_by().values(**(self.columns.made or {"c0": F("pk")}))
        text, params = asked.query.sql_with_params()
        source = Text(f"({text}) r {beside.sql if beside else ''}", [*params, *(beside.values if beside else ())])
        wide = max(len(sums.terms) for sums in self._sums.values())
        parts = [_summed(i, sums, source, keys, wide) for i, sums in enumerate(self._sums.values())]
        fields = [
            {name: asked.query.annotations[term.of[2:]].output_field for name, term in sums.terms.items() if term.of}
            for sums in self._sums.values()
        ]
        places = [{name: 1 + len(keys) + i for i, name in enumerate(sums.terms)} for sums in self._sums.values()]
        values = [one for part in parts for one in part.values]
        return " UNION ALL ".join(one.sql for one in parts), values, Shape(self._parts, places, fields)


def read(made: Made) -> "Read":
    """Put to the database."""
    text, values, shape = made
    with connection.cursor() as cursor:
        cursor.execute(text, values)
        return Read(cursor.fetchall(), shape)


def _summed(place: int, sums: Sums, rows: Text, keys: Sequence[Text], wide: int) -> Text:
    """The sums over one kind of subject: its place, the keys, the sums; `wide`: how many sums each line has."""
    named = [f"{key.sql} AS k{i}" for i, key in enumerate(keys)]
    names = [f"k{i}" for i in range(len(keys))]
    values = [*(value for key in keys for value in key.values), *rows.values]
    more = ["0"] * (wide - len(sums.terms))
    if not sums.who:
        terms = [f"COALESCE({term.each}, 0)" for term in sums.terms.values()]
        told = ", ".join([str(place), *named, *terms, *more])
        return Text(f"SELECT {told} FROM {rows.sql}{_by(names)}", values)  # noqa: S608 - our own words, values apart
    each = ", ".join([*named, f"{sums.who} AS who", *(f"{term.each} AS {name}" for name, term in sums.terms.items())])
    people = f"SELECT {each} FROM {rows.sql}{_by([*names, sums.who])}"  # noqa: S608 - as above
    told = ", ".join([str(place), *names, *(term.every for term in sums.terms.values()), *more])
    return Text(f"SELECT {told} FROM ({people}) p{_by(names)}", values)  # noqa: S608 - as above


def _by(names: Iterable[str]) -> str:
    told = ", ".join(names)
    return f" GROUP BY {told}" if told else ""


@dataclass(frozen=True)
class Shape:
    """Where each part of a total stands in a line, subject by subject, and what sort of number it is."""

    parts: dict[str, tuple[int, list[str]]]
    places: list[dict[str, int]]
    fields: list[dict[str, Any]]


@dataclass(frozen=True)
class Read:
    """What the database has answered."""

    lines: Sequence[Line]
    shape: Shape

    def of(self, code: str, keys: int) -> Iterable[tuple[Line, list[Any]]]:
        """(the keys of a group, the parts of its total) of a measure, for each group that has rows of its subject."""
        subject, parts = self.shape.parts[code]
        for line in self.lines:
            if line[0] == subject:
                yield line[1 : 1 + keys], [self._part(subject, name, line) if name else 0 for name in parts]

    def _part(self, subject: int, name: str, line: Line) -> Any:
        value, field = line[self.shape.places[subject][name]], self.shape.fields[subject].get(name)
        if field is None or isinstance(field, IntegerField):
            return int(value)
        if isinstance(field, DecimalField) and not isinstance(value, Decimal):
            return Decimal(str(round(value, field.decimal_places)))
        return value
