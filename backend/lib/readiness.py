"""Is this server fit to answer? Each check gives "" or a short reason."""

from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor

from backend.lib import heartbeat, jobs


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
    """The worker's pulse is fresh and the clock's duties ring in time."""
    if not heartbeat.is_alive():
        last = heartbeat.last_beat()
        return f"no pulse since {last:%Y-%m-%dT%H:%M:%SZ}" if last else "no pulse yet"
    late = jobs.late_schedules()
    return f"late: {', '.join(late)}" if late else ""
