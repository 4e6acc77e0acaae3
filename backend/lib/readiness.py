"""Is this server fit to answer? Each check gives "" or a short reason."""

from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor

from backend.lib import heartbeat, jobs, sweeps


def database() -> str:
    """The database answers."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError as error:
        return f"no answer: {type(error).__name__}"
    return ""


def migrations() -> str:
    """Every migration of this version is applied."""
    executor = MigrationExecutor(connection)
    waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return f"{len(waiting)} to apply" if waiting else ""


def queue() -> str:
    """The worker's pulse is fresh, the clock's duties ring in time, and what rang is taken up."""
    if wrong := heartbeat.what_is_wrong():
        return wrong
    if late := jobs.late_schedules():
        return f"late: {', '.join(late)}"
    waiting = jobs.oldest_waiting()
    return f"a job waits since {waiting}" if waiting > jobs.LATE else ""


def duties() -> str:
    """Each duty did all that was due when it last rang. Which rows failed, the journal knows: anybody may ask here."""
    return "; ".join(
        f"{one.name.rpartition('.')[2]}: {one.rows} failed, since {one.since:%Y-%m-%dT%H:%M:%SZ}"
        for one in sweeps.stumbles()
    )
