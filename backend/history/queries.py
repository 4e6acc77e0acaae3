"""What tables said on a past date: views of the past that stand before them, for as long as one reads."""
# ruff: noqa: S608 - names of our own tables and columns, and moments that we write

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connections, models, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Max

from backend.history.kept import KEPT, Kept
from backend.history.models import PastRow, WatchedTable
from backend.lib import clock

PAST = PastRow._meta.db_table
_LOOKING = "jalon_looks_back"
"""Set on a connection while it reads the past."""
PLANS = "SELECT set_config('enable_material', %s, true)"
"""PostgreSQL knows no statistics of a view in two parts: it expects a few rows where there are thousands, and would
hold each of them against every row of another table put aside. Without putting aside it looks them up by a hash."""


def known_since(using: str = DEFAULT_DB_ALIAS) -> datetime | None:
    """From when on the past of every table is known; None: from the beginning. One query."""
    return WatchedTable.objects.using(using).aggregate(since=Max("since"))["since"]


def can_look_back(using: str = DEFAULT_DB_ALIAS) -> bool:
    """May this server put temporary views before the tables? On PostgreSQL its role may lack the right (TEMPORARY)."""
    connection = connections[using]
    if connection.vendor == "sqlite":
        return True
    with connection.cursor() as cursor:
        cursor.execute("SELECT has_database_privilege(current_database(), 'TEMPORARY')")
        return bool(cursor.fetchone()[0])


@contextmanager
def as_known_on(moment: datetime, *, using: str = DEFAULT_DB_ALIAS) -> Iterator[None]:
    """Within this block the tables that keep their past say what they said at `moment`, and it is that moment.

    Every query reads them so, whoever wrote it: temporary views of the same names come first in both databases, for
    this connection alone. What keeps no past (names, programmes, waves, answers) is as it is now. Read only, and
    everything read within: a lazy query that is run later sees the present. RuntimeError within another such block.
    """
    connection = connections[using]
    if getattr(connection, _LOOKING, False):
        raise RuntimeError("already looking back: one past at a time")
    setattr(connection, _LOOKING, True)
    try:
        with _views(connection, moment), clock.pretend(moment):
            yield
    finally:
        setattr(connection, _LOOKING, False)


@contextmanager
def _views(connection: BaseDatabaseWrapper, moment: datetime) -> Iterator[None]:
    """On PostgreSQL in a transaction, so that an error takes them away too; on SQLite, where that would keep everybody
    else from writing, outside one."""
    if connection.vendor == "sqlite":
        connection.ensure_connection()
        run: Any = connection.connection.execute
        made = []
        try:
            for one in KEPT.values():
                run(_view(one, connection, "main", moment))
                made.append(one.table)
            yield
        finally:
            try:
                for table in made:
                    run(f'DROP VIEW temp."{table}"')
            except Exception:
                connection.close()  # with every view that is left: the next reader must find the present
                raise
        return
    with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
        cursor.execute("SELECT current_schema(), current_setting('enable_material')")
        schema, plans = cursor.fetchone()
        for one in KEPT.values():
            cursor.execute(_view(one, connection, schema, moment))
        cursor.execute(PLANS, ["off"])
        yield
        cursor.execute(PLANS, [plans])
        for one in KEPT.values():
            cursor.execute(f'DROP VIEW pg_temp."{one.table}"')


def _view(one: Kept, connection: BaseDatabaseWrapper, schema: str, moment: datetime) -> str:
    """Rows that have not changed since, and former states of those that have."""
    table, key = one.table, one.model._meta.pk.column
    real = f'"{schema}"."{table}"'
    past = f'"{schema}"."{PAST}"'
    at = f"'{_written(connection, moment)}'"
    fields = one.model._meta.concrete_fields
    now = ", ".join(f'c."{field.column}"' for field in fields)
    then = ", ".join(f'{_former(field, one, connection)} AS "{field.column}"' for field in fields)
    only = f" AND {one.only.format(row='c')}" if one.only else ""
    written = f'CREATE TEMPORARY VIEW "{table}" AS SELECT {now} FROM {real} c WHERE c."{one.recorded}" <= {at}{only}'
    if one.is_final:
        return written
    return (
        f"{written} AND NOT EXISTS (SELECT 1 FROM {past} p WHERE p.\"of_table\" = '{table}'"
        f' AND p."of_row" = c."{key}" AND p."known_until" > {at}) UNION ALL'
        f' SELECT {then} FROM {past} p LEFT JOIN {real} c ON c."{key}" = p."of_row"'
        f' WHERE p."of_table" = \'{table}\' AND p."known_until" > {at} AND p."known_from" <= {at}'
    )


def _written(connection: BaseDatabaseWrapper, moment: datetime) -> str:
    """As the database compares it."""
    if connection.vendor == "sqlite":
        return str(connection.ops.adapt_datetimefield_value(moment))
    return moment.astimezone(UTC).isoformat()


def _former(field: "models.Field[Any, Any]", one: Kept, connection: BaseDatabaseWrapper) -> str:
    """SQL for what a column was; what is not kept is as it is now, and empty where the row is gone."""
    if field.primary_key:
        return 'p."of_row"'
    if field.column in one.names:
        if connection.vendor == "sqlite":
            return f"json_extract(p.\"facts\", '$.{field.column}')"
        return f"(p.\"facts\" ->> '{field.column}')::{field.db_type(connection)}"
    if isinstance(field, models.CharField | models.TextField) and not field.null:
        return f"coalesce(c.\"{field.column}\", '')"
    return f'c."{field.column}"'
