"""The past is kept from each `migrate` on, by the clock of the house."""

import sqlite3
from collections.abc import Callable
from datetime import UTC
from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.signals import connection_created
from django.db.models.signals import post_migrate, pre_migrate

from backend.history import actions, triggers
from backend.history.kept import KEPT
from backend.history.models import PastRow
from backend.lib import clock


def listen(app: AppConfig) -> None:
    """Once everything is loaded."""
    pre_migrate.connect(step_aside, sender=app, dispatch_uid="history.step_aside")
    post_migrate.connect(keep_the_past, sender=app, dispatch_uid="history.keep_the_past")
    connection_created.connect(tell_the_clock, dispatch_uid="history.tell_the_clock")


def step_aside(using: str = DEFAULT_DB_ALIAS, plan: Any = (), **kwargs: Any) -> None:
    """Triggers stand in the way of a migration that changes their tables."""
    apps = {one.model._meta.app_label for one in KEPT.values()} | {PastRow._meta.app_label, "accounts"}
    if any(migration.app_label in apps for migration, _backwards in plan or ()):
        triggers.take_off(connections[using])


def keep_the_past(using: str = DEFAULT_DB_ALIAS, **kwargs: Any) -> None:
    """All tables that are to keep their past do."""
    connection = connections[using]
    with connection.cursor() as cursor:
        tables = set(connection.introspection.table_names(cursor))
    if {*KEPT, PastRow._meta.db_table} <= tables:  # else they are not all migrated yet, as in a plan that stops short
        triggers.set_up(connection)
        actions.begin_watching(using)


def tell_the_clock(connection: BaseDatabaseWrapper, **kwargs: Any) -> None:
    """What the triggers ask for the time."""
    if connection.vendor == "sqlite":
        made: sqlite3.Connection = connection.connection
        made.create_function(triggers.NOW, 0, lambda: connection.ops.adapt_datetimefield_value(clock.now()))
    elif told_to_postgresql not in connection.execute_wrappers:
        connection.execute_wrappers.append(told_to_postgresql)


def told_to_postgresql(execute: Callable[..., Any], sql: Any, params: Any, many: bool, context: Any) -> Any:
    """Where the house believes it is another moment, its triggers do too; else the clock is that of the server.

    For the rest of the transaction only: what one believes never stays with a connection that others use after.
    """
    if clock.pretended() is None and not settings.CLOCK_MAY_TRAVEL:
        return execute(sql, params, many, context)
    connection = context["connection"]
    if connection.connection is None or not str(sql).lstrip()[:6].upper().startswith(("UPDATE", "DELETE", "INSERT")):
        return execute(sql, params, many, context)
    is_short = not connection.in_atomic_block
    ask = "SELECT set_config('jalon.now', %s, %s)"
    connection.connection.execute(ask, [clock.now().astimezone(UTC).isoformat(), not is_short])
    try:
        return execute(sql, params, many, context)
    finally:
        if is_short:
            connection.connection.execute(ask, ["", False])
