"""What the rows of a figure added on a day, held in the database beside what they add on another: only what differs
between two days leaves it.
"""
# ruff: noqa: S608 - names of our own; what a query is asked is given to the database apart

from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connections, transaction
from django.db.models import F, QuerySet
from django.utils import timezone

COLUMNS = ("id", "subject", "value", "weight", "happened", "recorded")
SIDES = ("was", "same", "now")
"""On the first day, by both definitions; on the second."""


@dataclass(frozen=True)
class Given:
    """What one row adds to a figure, when it happened and when it was recorded."""

    pk: int
    value: Any
    weight: int
    on: date | None
    recorded: datetime


Pair = tuple[Given | None, Given | None]


class Held:
    """Rows of a figure in temporary tables of this connection, one for each side."""

    def __init__(self, using: str) -> None:
        self._connection = connections[using]
        self._read: dict[str, Callable[[Any], Given]] = {}
        """How to read what a side holds; one that is not there holds nothing."""

    def keep(self, side: str, rows: "QuerySet[Any]", happened: str, *, is_once: bool) -> None:
        """What these rows add now; `is_once`: a subject counts once, and is what two sides have in common."""
        names = ("pk", "subject", "value", "weighs", happened, "created_at")
        given = {f"given_{column}": F(name) for column, name in zip(COLUMNS, names, strict=True)}
        asked = rows.order_by().annotate(**given).values_list(*given)
        compiler = asked.query.get_compiler(connection=self._connection)
        try:
            sql, values = compiler.as_sql()
        except EmptyResultSet:
            return
        converters = compiler.get_converters([one for one, _sql, _alias in compiler.select])

        def read(cells: Any) -> Given:
            (pk, _subject, value, weight, on, recorded), *_none = compiler.apply_converters([list(cells)], converters)
            day = timezone.localdate(on) if isinstance(on, datetime) else on
            return Given(pk, value or 0, weight or 0, day, recorded)

        self._read[side] = read
        key = "coalesce(CAST(subject AS text), '-' || id)" if is_once else "id"
        with self._connection.cursor() as cursor:
            cursor.execute(
                f"CREATE TEMPORARY TABLE {_table(side)} AS WITH given ({', '.join(COLUMNS)}) AS ({sql})"
                f" SELECT given.*, {key} AS compared FROM given",
                values,
            )

    def sums(self, side: str) -> tuple[Any, int]:
        """What its rows add up to."""
        if side not in self._read:
            return 0, 0
        with self._connection.cursor() as cursor:
            cursor.execute(f"SELECT coalesce(sum(value), 0), coalesce(sum(weight), 0) FROM {_table(side)}")
            value, weight = cursor.fetchone()
        return (int(value) if value == int(value) else value), int(weight)

    def differing(self, one: str, other: str) -> Iterator[Pair]:
        """Each row that adds something else on these two sides; None on the side where it does not count."""
        if not {one, other} <= self._read.keys():
            yield from ((given, None) for given in self.all_of(one))
            yield from ((None, given) for given in self.all_of(other))
            return
        differs = " OR ".join(f"coalesce(a.{name}, 0) <> coalesce(b.{name}, 0)" for name in ("value", "weight"))
        first, second = (", ".join(f"{side}.{column}" for column in COLUMNS) for side in "ab")
        with self._connection.cursor() as cursor:
            cursor.execute(
                f"SELECT {first}, {second} FROM {_table(one)} a LEFT JOIN {_table(other)} b ON a.compared = b.compared"
                f" WHERE {differs} UNION ALL SELECT {first}, {second} FROM {_table(other)} b LEFT JOIN {_table(one)} a"
                f" ON a.compared = b.compared WHERE a.id IS NULL AND ({differs})"
            )
            found = cursor.fetchall()
        for cells in found:
            was, now = cells[: len(COLUMNS)], cells[len(COLUMNS) :]
            yield (
                self._read[one](was) if was[0] is not None else None,
                self._read[other](now) if now[0] is not None else None,
            )

    def drop(self) -> None:
        """Nothing is held any more."""
        with self._connection.cursor() as cursor:
            for side in SIDES:
                cursor.execute(f"DROP TABLE IF EXISTS {_table(side)}")

    def all_of(self, side: str) -> list[Given]:
        """Every row that adds something."""
        if side not in self._read:
            return []
        with self._connection.cursor() as cursor:
            cursor.execute(f"SELECT {', '.join(COLUMNS)} FROM {_table(side)} WHERE value <> 0 OR weight <> 0")
            return [self._read[side](cells) for cells in cursor.fetchall()]


def _table(side: str) -> str:
    return f"jalon_given_{side}"


@contextmanager
def holding(using: str) -> Iterator[Held]:
    """For as long as one compares. On PostgreSQL in one transaction, so that an error takes the tables away too; on
    SQLite, where that would keep everybody else from writing, outside one."""
    connection = connections[using]
    with nullcontext() if connection.vendor == "sqlite" else transaction.atomic(using=using):
        held = Held(using)
        try:
            yield held
        except BaseException:
            if connection.vendor == "sqlite":
                held.drop()
            raise  # on PostgreSQL nothing more can be asked: the transaction takes them away
        held.drop()
