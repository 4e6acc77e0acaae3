"""Statements worked out once: the ORM takes longer to write a long one than the database takes to answer it.

What is remembered is text and its values, never a row: a question asked again is put to the database again. A statement
is found again by a key that says everything it was made from. The day and the time zone are added here; the moment
(`clock.now`) is put in anew each time.
"""

from collections import OrderedDict
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Lock
from typing import Any, TypeVar

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import Model, QuerySet
from django.db.models.expressions import Col
from django.utils import timezone

from backend.lib import clock

MOST = 5_000_000
"""So many characters of text are remembered, of statements of two to sixty thousand each; those not asked for the
longest are forgotten. With what goes with them, each character takes three to fifteen bytes: 75 MB at most."""
MARK = 271828
"""Microseconds of the moment for which a statement is worked out: no value ends so, but those of the clock."""
Row = TypeVar("Row", bound=Model)
Made = tuple[str, Sequence[Any], Any]
"""A text, its values, and what else goes with it."""


@dataclass(frozen=True)
class _Kept:
    text: str
    values: tuple[Any, ...]
    moments: dict[int, timedelta]
    """Place of each value that the clock gives, and how far it is from now."""
    more: Any


_kept: OrderedDict[Hashable, _Kept] = OrderedDict()
_lock = Lock()


def prepared(key: Hashable, make: Callable[[], Made]) -> Made:
    """What `make` gives, worked out once for each key, day and time zone.

    Whatever it is made from besides the clock must be told by the key. Where `make` itself reads rows, as the key may
    not tell them, nothing is remembered; nor is what it raises (EmptyResultSet).
    """
    whole = (key, clock.today(), timezone.get_current_timezone_name())
    with _lock:
        found = _kept.get(whole)
        if found is not None:
            _kept.move_to_end(whole)
    if found is None:
        found, has_read = _made(make)
        if not has_read:
            with _lock:
                _kept[whole] = found
                _let_go()
    return found.text, _now(found), found.more


def rows(key: Hashable, make: "Callable[[], QuerySet[Any, Any]]") -> list[tuple[Any, ...]]:
    """The lines of a `values_list`, prepared; as the ORM gives them. No line where there can be none."""
    try:
        text, values, shape = prepared(key, lambda: _compiled(make()))
    except EmptyResultSet:
        return []
    with connection.cursor() as cursor:
        cursor.execute(text, values)
        lines = cursor.fetchall()
    if shape.is_cut:
        lines = [line[: shape.width] for line in lines]
    if not shape.converters:
        return lines
    return [tuple(line) for line in _reader(shape).apply_converters(lines, shape.converters)]


def objects(key: Hashable, make: "Callable[[], QuerySet[Row, Row]]") -> list[Row]:
    """The rows of a QuerySet of models, prepared: whole, with what it selects, annotates and prefetches beside (which
    may not ask for the moment: ValueError). No row where there can be none. The key tells the person by `User.standing`
    where the rows are those visible to her.
    """
    try:
        text, values, shape = prepared(key, lambda: _compiled(make()))
    except EmptyResultSet:
        return []
    reader = _reader(shape)
    reader.as_sql = lambda *args, **kwargs: (text, values)
    reader.get_converters = lambda expressions: shape.converters
    found: Any = QuerySet(shape.model)
    found._query = _Written(reader, shape.is_ordered)
    found._prefetch_related_lookups = shape.beside
    return list(found)


@dataclass(frozen=True)
class _Shape:
    """What makes rows of what the database gives: all that Django reads of the compiler of a statement once it has run.

    The compiler itself, with its conditions and a column of its own for each field of each model, is thirty times as
    large as the text.
    """

    width: int
    is_cut: bool
    """Does the database give more columns, which only the order asks for?"""
    columns: list[tuple[Any]]
    info: Any
    annotations: Any
    """Which columns are fields of which model, and which are annotations; nothing for lines."""
    converters: dict[int, Any]
    """What makes values, by place; the same for every connection."""
    model: type[Model]
    is_ordered: bool
    beside: tuple[Any, ...]
    """What is prefetched."""


def _compiled(rows: Any) -> Made:
    """The statement, and the shape of its rows."""
    compiler = rows.query.get_compiler(connection=connection)
    text, values = compiler.as_sql()
    converters = compiler.get_converters([expression for expression, _sql, _alias in compiler.select])
    beside = rows._prefetch_related_lookups
    if any(_asks_the_clock(one) for one in beside):
        raise ValueError("What is fetched beside is remembered as it was first asked for: it cannot ask the clock.")
    width, info = len(compiler.select), compiler.klass_info
    columns = [_column(one) for one, _sql, _alias in compiler.select] if info else []
    notes, is_cut = compiler.annotation_col_map, compiler.has_extra_select
    return text, values, _Shape(width, is_cut, columns, info, notes, converters, rows.model, rows.ordered, beside)


def _asks_the_clock(beside: Any) -> bool:
    """Does what is fetched beside, or beside that?"""
    rows = getattr(beside, "queryset", None)
    if rows is None:
        return False
    try:
        values = rows.query.sql_with_params()[1]
    except EmptyResultSet:  # nothing is found beside, which says nothing of the rows themselves
        values = ()
    return any(map(_marked, values)) or any(map(_asks_the_clock, rows._prefetch_related_lookups))


def _column(expression: Any) -> tuple[Any]:
    """The field that a column holds: one object for all statements. What is no field is read by its place."""
    if type(expression) is not Col:
        return (None,)
    return _columns.setdefault((expression.alias, expression.target), (expression,))


_columns: dict[tuple[str, Any], tuple[Col]] = {}
"""As many as there are fields, in each of the few names that a table has in statements."""


def _reader(shape: _Shape) -> Any:
    """A compiler of this connection, which reads rows of this shape."""
    compiler: Any = connection.ops.compiler("SQLCompiler")
    made = compiler(None, connection, connection.alias)
    made.select, made.klass_info, made.annotation_col_map = shape.columns, shape.info, shape.annotations
    made.col_count, made.has_extra_select = shape.width, shape.is_cut
    return made


@dataclass(frozen=True)
class _Written:
    """The query of a QuerySet, which asks it for its compiler; and, where it wants to know, whether it is in order."""

    compiler: Any
    order_by: bool
    extra_order_by = default_ordering = False

    def get_compiler(self, *args: Any, **kwargs: Any) -> Any:
        return self.compiler

    def is_empty(self) -> bool:
        return False


def forget() -> None:
    """All of them; for tests."""
    with _lock:
        _kept.clear()


def _let_go() -> None:
    """Forget the oldest, where there are too many."""
    size = sum(len(one.text) for one in _kept.values())
    while size > MOST:
        size -= len(_kept.popitem(last=False)[1].text)


def _made(make: Callable[[], Made]) -> tuple[_Kept, bool]:
    """What is to be remembered; has anything been read to make it?"""
    reads = []

    def note(execute: Callable[..., Any], sql: str, *given: Any) -> Any:
        reads.append(sql)
        return execute(sql, *given)

    mark = clock.now().replace(microsecond=MARK)
    with clock.pretend(mark), connection.execute_wrapper(note):
        text, values, more = make()
    moments = {place: moment - mark for place, value in enumerate(values) if (moment := _marked(value)) is not None}
    return _Kept(text, tuple(values), moments, more), bool(reads)


def _marked(value: Any) -> datetime | None:
    """The moment that this value is, if the clock gave it."""
    if isinstance(value, str) and value.endswith(str(MARK)):
        try:
            value = datetime.fromisoformat(value)
        except ValueError:
            return None
    if not isinstance(value, datetime) or value.microsecond != MARK:
        return None
    return value if timezone.is_aware(value) else timezone.make_aware(value, connection.timezone)


def _now(kept: _Kept) -> Sequence[Any]:
    """The values, the moment being this one."""
    if not kept.moments:
        return kept.values
    values, now, adapted = list(kept.values), clock.now(), connection.ops.adapt_datetimefield_value
    for place, away in kept.moments.items():
        values[place] = adapted(now + away)
    return values
