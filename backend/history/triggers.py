"""The triggers that keep what counted rows were: the same for the ORM, bulk changes and SQL by hand.

They stand apart from migrations: made after each `migrate`, and taken off before one that changes tables, since SQLite
loses them with a table that it writes anew and neither database drops a column that a trigger names.
"""
# ruff: noqa: S608 - names of our own tables and columns, and moments that we write

from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper

from backend.accounts.models import Organisation
from backend.history.kept import KEPT, Kept
from backend.history.models import PastRow

PREFIX = "past_of_"
PAST = PastRow._meta.db_table
ORGANISATION = Organisation._meta.db_table
DROPS = f"{PREFIX}{ORGANISATION}_1"
"""The trigger that drops the past of an organisation along with it."""
NOW = "jalon_now"
"""On SQLite a function of each connection, on PostgreSQL `jalon.now`, a setting that is empty but where the house
believes it is another moment: then the clock is the application's."""


def _name(one: Kept) -> str:
    return f"{PREFIX}{one.table}_{one.mark}"


def _organisation_of(one: Kept) -> str:
    """SQL for the key of the organisation of OLD; parents are still there when a row goes."""
    model: Any = one.model
    sql = ""
    for step in one.organisation.split("__"):
        field = model._meta.get_field(step)
        table, key = model._meta.db_table, model._meta.pk.column
        sql = f'(SELECT "{field.column}" FROM "{table}" WHERE "{key}" = {sql})' if sql else f'OLD."{field.column}"'
        model = field.related_model
    return sql


def _last(one: Kept) -> str:
    key = one.model._meta.pk.column
    return f"""SELECT max("known_until") FROM "{PAST}" WHERE "of_table" = '{one.table}' AND "of_row" = OLD."{key}\""""


INTO = f'INSERT INTO "{PAST}" ("of_table", "of_row", "organisation", "known_from", "known_until", "facts")'


def _on_sqlite(one: Kept) -> list[str]:
    key, made = one.model._meta.pk.column, ", ".join(f"""'{name}', OLD."{name}\"""" for name in one.names)
    changed = " OR ".join(f'OLD."{name}" IS NOT NEW."{name}"' for name in one.names)
    body = (
        f"BEGIN {INTO} SELECT '{one.table}', OLD.\"{key}\", {_organisation_of(one)}, f, u, json_object({made})"
        f' FROM (SELECT coalesce(({_last(one)}), OLD."{one.recorded}") AS f, {NOW}() AS u) WHERE f < u; END'
    )
    only = f" AND ({one.only.format(row='OLD')})" if one.only else ""
    head = f'CREATE TRIGGER "{_name(one)}'
    on = f'ON "{one.table}" FOR EACH ROW WHEN'
    return [f'{head}_u" AFTER UPDATE {on} ({changed}){only} {body}', f'{head}_d" AFTER DELETE {on} 1{only} {body}']


def _on_postgresql(one: Kept) -> list[str]:
    """Nothing in the head of the triggers names a column: PostgreSQL would not let it change its type."""
    key, name = one.model._meta.pk.column, _name(one)
    made = ", ".join(f"""'{column}', OLD."{column}\"""" for column in one.names)
    old, new = (", ".join(f'{side}."{column}"' for column in one.names) for side in ("OLD", "NEW"))
    condition = one.only.format(row="OLD")
    only = f"IF NOT coalesce({condition}, false) THEN RETURN NULL; END IF;" if condition else ""
    body = f"""
        DECLARE f timestamptz; u timestamptz;
        BEGIN
            IF TG_OP = 'UPDATE' THEN
                IF ROW({old}) IS NOT DISTINCT FROM ROW({new}) THEN RETURN NULL; END IF;
            END IF;
            {only}
            u := coalesce(nullif(current_setting('jalon.now', true), '')::timestamptz, now());
            {_last(one)} INTO f;
            f := coalesce(f, OLD."{one.recorded}");
            IF f < u THEN
                {INTO}
                VALUES ('{one.table}', OLD."{key}", {_organisation_of(one)}, f, u, jsonb_build_object({made}));
            END IF;
            RETURN NULL;
        END"""
    return [
        f'CREATE OR REPLACE FUNCTION "{name}"() RETURNS trigger LANGUAGE plpgsql AS $past${body}$past$',
        f'CREATE TRIGGER "{name}" AFTER UPDATE OR DELETE ON "{one.table}" FOR EACH ROW EXECUTE FUNCTION "{name}"()',
    ]


def _organisations(vendor: str) -> list[str]:
    drop = f'DELETE FROM "{PAST}" WHERE "organisation" = OLD."id";'
    if vendor == "sqlite":
        return [f'CREATE TRIGGER "{DROPS}" AFTER DELETE ON "{ORGANISATION}" FOR EACH ROW BEGIN {drop} END']
    return [
        f'CREATE OR REPLACE FUNCTION "{DROPS}"() RETURNS trigger LANGUAGE plpgsql AS'
        f" $past$BEGIN {drop} RETURN NULL; END$past$",
        f'CREATE TRIGGER "{DROPS}" AFTER DELETE ON "{ORGANISATION}" FOR EACH ROW EXECUTE FUNCTION "{DROPS}"()',
    ]


def wanted(vendor: str) -> dict[str, list[str]]:
    """{name of the triggers: the SQL that makes them}, as the tables that are kept ask for."""
    make = _on_sqlite if vendor == "sqlite" else _on_postgresql
    return {_name(one): make(one) for one in KEPT.values() if not one.is_final} | {DROPS: _organisations(vendor)}


def there(connection: BaseDatabaseWrapper) -> dict[str, str]:
    """{name of a trigger of ours: its table}, as they stand in the database."""
    if connection.vendor == "sqlite":
        asked = "SELECT name, tbl_name FROM sqlite_master WHERE type = 'trigger' AND name LIKE %s"
    else:
        asked = (
            "SELECT tgname, relname FROM pg_trigger JOIN pg_class c ON c.oid = tgrelid"
            " WHERE tgname LIKE %s AND c.relnamespace = current_schema()::regnamespace"
        )
    with connection.cursor() as cursor:
        cursor.execute(asked, [f"{PREFIX}%"])
        return dict(cursor.fetchall())


def _plain(name: str) -> str:
    """Without the ending that tells updates from deletes on SQLite."""
    return name[:-2] if name.endswith(("_u", "_d")) else name


def is_whole(connection: BaseDatabaseWrapper) -> bool:
    """Are all of them there, and no others?"""
    return {_plain(name) for name in there(connection)} == set(wanted(connection.vendor))


def set_up(connection: BaseDatabaseWrapper) -> None:
    """All of them as they should be; those that are stay. No row of a counted table is touched."""
    made = wanted(connection.vendor)
    known = there(connection)
    take_off(connection, {name: table for name, table in known.items() if _plain(name) not in made})
    present = {_plain(name) for name in known}
    with connection.cursor() as cursor:
        for name, statements in made.items():
            for sql in statements if name not in present else ():
                cursor.execute(sql)


def take_off(connection: BaseDatabaseWrapper, names: dict[str, str] | None = None) -> None:
    """These triggers go, or all of ours."""
    with connection.cursor() as cursor:
        for name, table in (there(connection) if names is None else names).items():
            if connection.vendor == "sqlite":
                cursor.execute(f'DROP TRIGGER "{name}"')
            else:
                cursor.execute(f'DROP TRIGGER "{name}" ON "{table}"')
                cursor.execute(f'DROP FUNCTION IF EXISTS "{name}"()')
