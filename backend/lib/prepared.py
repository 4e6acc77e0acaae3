"""Statements worked out once: the ORM takes longer to write a long one than the database takes to answer it.

What is remembered is text and its values, never a row: a question asked again is put to the database again. A statement
is found again by a key that says everything it was made from. The day and the time zone are added here; the moment
(`clock.now`) is put in anew each time.
"""

from collections import OrderedDict
from collections.abc import Callable, Hashable, Sequence
from copy import copy
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Lock
from typing import Any, TypeVar

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import Model, QuerySet
from django.utils import timezone

from backend.lib import clock

MOST = 10_000_000
"""So many characters of text are remembered, of statements of two to sixty thousand each; those not asked for the
longest are forgotten."""
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
        text, values, (compiler, converters, _rows) = prepared(key, lambda: _compiled(make()))
    except EmptyResultSet:
        return []
    with connection.cursor() as cursor:
        cursor.execute(text, values)
        lines = cursor.fetchall()
    return [tuple(line) for line in _own(compiler).apply_converters(lines, converters)] if converters else lines


def objects(key: Hashable, make: "Callable[[], QuerySet[Row, Row]]") -> list[Row]:
    """The rows of a QuerySet of models, prepared: whole, with what it selects, annotates and prefetches beside (which
    may not ask for the moment: ValueError). No row where there can be none. The key tells the person by `User.standing`
    where the rows are those visible to her.
    """
    try:
        text, values, (compiler, converters, (model, prefetched)) = prepared(key, lambda: _compiled(make()))
    except EmptyResultSet:
        return []
    own = _own(compiler)
    own.as_sql = lambda *args, **kwargs: (text, values)
    own.get_converters = lambda expressions: converters
    found: Any = QuerySet(model)
    found._query = _Written(own)
    found._prefetch_related_lookups = prefetched
    return list(found)


def _compiled(rows: Any) -> Made:
    """The statement, and what reads its rows: a compiler, what makes values of what the database gives (by place, the
    same for every connection), and whose rows they are."""
    compiler = rows.query.get_compiler(connection=connection)
    text, values = compiler.as_sql()
    converters = compiler.get_converters([expression for expression, _sql, _alias in compiler.select])
    compiler.connection = None  # not kept open for a text
    for beside in rows._prefetch_related_lookups:
        asked = getattr(beside, "queryset", None)
        if asked is not None and any(_marked(value) for value in asked.query.sql_with_params()[1]):
            raise ValueError("What is fetched beside is remembered as it was first asked for: it cannot ask the clock.")
    return text, values, (compiler, converters, (rows.model, rows._prefetch_related_lookups))


def _own(compiler: Any) -> Any:
    """The same for this connection: the one that is kept was written on another, perhaps by another thread."""
    own = copy(compiler)
    own.connection, own.using = connection, connection.alias
    return own


@dataclass(frozen=True)
class _Written:
    """The query of a QuerySet, which asks it for its compiler."""

    compiler: Any

    def get_compiler(self, *args: Any, **kwargs: Any) -> Any:
        return self.compiler

    def __getattr__(self, name: str) -> Any:
        return getattr(self.compiler.query, name)


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
