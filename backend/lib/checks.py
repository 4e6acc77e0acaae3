"""What Django checks before it starts: settings of the queue under which letters would be lost, doubled or stuck.

The arithmetic is measured (django-q2 1.11): a job's lock starts when it is fetched, not when it is run.
"""

from collections.abc import Iterator
from math import ceil
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, register


def least_retry(cluster: dict[str, Any]) -> int:
    """Seconds a job may be held before it is given to somebody else: it waits behind what was fetched before it, each
    of which may last `timeout` and three seconds to be cut off."""
    before = ceil((cluster["queue_limit"] + cluster["bulk"]) / cluster["workers"])
    return (cluster["timeout"] + 3) * (1 + before) + 30


def check_queue(app_configs: Any = None, **_options: Any) -> list[CheckMessage]:
    """Errors in `Q_CLUSTER` and what depends on it."""
    return list(_wrong(settings.Q_CLUSTER, settings.DATABASES["default"]))


def _wrong(cluster: dict[str, Any], database: dict[str, Any]) -> Iterator[CheckMessage]:
    least = least_retry(cluster)
    if cluster["retry"] < least:
        yield Error(f"Q_CLUSTER: with retry under {least} s a job that still runs is started again.", id="jalon.E001")
    if not settings.EMAIL_TIMEOUT or cluster["timeout"] <= settings.EMAIL_TIMEOUT:
        yield Error("EMAIL_TIMEOUT must end before a job is cut off (Q_CLUSTER timeout).", id="jalon.E002")
    if cluster.get("orm") != "default":
        yield Error(
            "Q_CLUSTER: the queue and the letters must be in one database, for one transaction.", id="jalon.E003"
        )
    if not cluster.get("max_attempts") or cluster.get("ack_failures") or cluster.get("catch_up"):
        yield Error(
            "Q_CLUSTER: a job that fails is tried again some times, not for ever, and no missed hour is rung twice.",
            id="jalon.E004",
        )
    if cluster.get("save_limit", 250) > 0:
        yield Error("Q_CLUSTER: with save_limit above 0 each job reads all that were kept.", id="jalon.E005")
    if database["ENGINE"].endswith("sqlite3"):
        options = database.get("OPTIONS", {})
        if options.get("transaction_mode") != "IMMEDIATE" or "journal_mode=WAL" not in options.get("init_command", ""):
            yield Error("SQLite: without WAL and IMMEDIATE, page and worker lock each other out.", id="jalon.E006")
    elif database.get("CONN_MAX_AGE") and not database.get("CONN_HEALTH_CHECKS"):
        yield Error("CONN_MAX_AGE needs CONN_HEALTH_CHECKS: databases restart.", id="jalon.E007")


def register_all() -> None:
    """Django asks them before `manage.py` does anything."""
    register(check_queue)
