"""Duties that go from row to row: one that breaks stops none of the others, and whoever watches hears of it."""

import logging
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, nullcontext, suppress
from contextvars import ContextVar
from datetime import timedelta
from functools import wraps
from typing import ParamSpec, TypeVar

from django.db import DatabaseError, InterfaceError, OperationalError, connection, models, transaction

from backend.lib import clock
from backend.lib.models import Stumble
from backend.lib.refusal import Refused

log = logging.getLogger("jalon.sweeps")

Row = TypeVar("Row")
Given = ParamSpec("Given")
Said = TypeVar("Said")
OLD = timedelta(days=2)  # every duty rings daily at least: what has not rung since is a duty no more

_broken: ContextVar[list[str] | None] = ContextVar("broken", default=None)


def duty(task: Callable[Given, Said]) -> Callable[Given, Said]:
    """A task that the clock rings. What broke in it is known (`stumbles`) until it rings without."""
    name = f"{task.__module__}.{task.__qualname__}"

    @wraps(task)
    def ring(*args: Given.args, **kwargs: Given.kwargs) -> Said:
        broken: list[str] = []
        token = _broken.set(broken)
        try:
            return task(*args, **kwargs)
        except Exception:  # all of it: the queue keeps the trace, and tries again
            broken.append(name)
            raise
        finally:
            _broken.reset(token)
            with suppress(DatabaseError, InterfaceError):  # /readyz speaks of the database by itself
                _keep(name, len(broken))

    return ring


def each(
    rows: Iterable[Row],
    act: Callable[[Row], object],
    *,
    name: Callable[[Row], str] | None = None,
    is_whole: bool = True,
) -> int:
    """Act on each row, in a transaction of its own if `is_whole`; how many had something done.

    What `act` returns is counted when it is a number, or yes or no; anything else is one. Whoever was faster left a row
    that refuses: no harm. What breaks otherwise stands in the journal under the name of its row (by default its table
    and number: no word of a person).
    """
    done = 0
    for row in rows:
        with alone(row, (name or named)(row)), transaction.atomic() if is_whole else nullcontext():
            said = act(row)
            done += said if isinstance(said, int) else 1
    return done


@contextmanager
def alone(row: object, name: str = "") -> Iterator[None]:
    """What breaks within is of this row: journal, `stumbles`, and on to the next. Only when the database is gone, and
    nothing could be done for the others, is it raised."""
    try:
        yield
    except Refused as refusal:
        log.info("%s left alone: %s", name or named(row), refusal.sentence)
    except Exception as error:
        if isinstance(error, OperationalError | InterfaceError) and not connection.is_usable():
            raise
        name = name or named(row)
        log.exception("%s could not be done", name)
        if (broken := _broken.get()) is not None:
            broken.append(name)


def named(row: object) -> str:
    """Table and number; of several rows, of each."""
    if isinstance(row, models.Model):
        return f"{row._meta.label} {row.pk}"
    if isinstance(row, list | tuple):
        return ", ".join(named(one) for one in row)
    return f"number {row}" if isinstance(row, int) else type(row).__name__


def stumbles() -> list[Stumble]:
    """Duties that could not do all their rows when they last rang, by name."""
    return list(Stumble.objects.filter(last_at__gt=clock.now() - OLD).order_by("name"))


def _keep(name: str, count: int) -> None:
    if count:
        Stumble.objects.update_or_create(name=name, defaults={"rows": count, "last_at": clock.now()})
    elif Stumble.objects.filter(name=name).exists():  # reading first: a duty that fares well writes nothing
        Stumble.objects.filter(name=name).delete()
