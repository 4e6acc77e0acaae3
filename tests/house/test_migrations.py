"""The tests start from the tables of the models: what `manage.py migrate` makes of an empty database is the same."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import sqlparse
from django.conf import settings
from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.utils import ConnectionHandler

from tests.house.source import ROOT, nothing

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.long]

COUNTED = re.compile(r"fk_\d+$|__unnamed_constraint_\d+__$|sqlite_autoindex_")
OURS = "|".join(f"{name.rpartition('.')[2]}_" for name in settings.FIRST_PARTY_APPS)
KINDS = ("primary_key", "unique", "foreign_key", "check", "index")


@pytest.fixture
def empty_database(tmp_path: Path) -> Iterator[tuple[str, str]]:
    """(DATABASE_URL, name) of a database of the kind that the tests use, with nothing in it."""
    if connection.vendor == "sqlite":
        yield f"sqlite:///{tmp_path / 'migrated.sqlite3'}", str(tmp_path / "migrated.sqlite3")
        return
    name = f"{connection.settings_dict['NAME']}_migrated"
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE DATABASE {connection.ops.quote_name(name)}")
    yield f"{os.environ['DATABASE_URL'].rpartition('/')[0]}/{name}", name
    with connection.cursor() as cursor:
        cursor.execute(f"DROP DATABASE {connection.ops.quote_name(name)}")


def tables_of(database: BaseDatabaseWrapper) -> set[str]:
    """Each column and each constraint of each table of ours, in a line; without the names that SQLite counts up."""
    found: set[str] = set()
    with database.cursor() as cursor:
        for table in filter(re.compile(OURS).match, database.introspection.table_names(cursor)):
            for column in database.introspection.get_table_description(cursor, table):
                kind = database.introspection.get_field_type(column.type_code, column)
                found.add(f"{table}.{column.name} {kind} {column.display_size} null={column.null_ok}")
            for name, what in database.introspection.get_constraints(cursor, table).items():
                known = "" if COUNTED.match(name) else name
                found.add(f"{table}: {known} {[what[kind] for kind in KINDS]} {what['columns']}")
    return found


def test_migrating_an_empty_database_gives_the_tables_of_the_models(
    empty_database: tuple[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sqlparse, "parse", cache(sqlparse.parse))  # SQLite tells a table as text: read once each
    url, name = empty_database
    command = [sys.executable, "manage.py", "migrate", "--verbosity", "0"]
    subprocess.run(command, cwd=ROOT, env={**os.environ, "DATABASE_URL": url}, check=True)
    migrated: Any = ConnectionHandler({"default": {**settings.DATABASES["default"], "NAME": name}})["default"]
    there, expected = tables_of(migrated), tables_of(connection)
    migrated.close()
    nothing(expected - there, "the models say it, no migration makes it")
    nothing(there - expected, "a migration makes it, no model says it")
