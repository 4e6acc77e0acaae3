"""Several people at the same moment, each in her own thread and connection."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

from django.db import connection

from backend.lib.refusal import MAY_BE_REFUSALS, Refused, refusal_of

CROWD = 25  # connections at once: two crowds, of two workers, must fit into the hundred that PostgreSQL admits


def _together(acts: Sequence[Callable[[], Any]]) -> list[Refused | None]:
    crowd = min(len(acts), CROWD)

    def run(act: Callable[[], Any]) -> Refused | None:
        try:
            act()
        except MAY_BE_REFUSALS as error:
            return refusal_of(error)  # as the doors say it
        finally:
            connection.close()
        return None

    with ThreadPoolExecutor(crowd, initializer=Barrier(crowd).wait) as pool:
        return list(pool.map(run, acts))


def at_once(*acts: Callable[[], Any]) -> list[str]:
    """In the order of the acts: "done", or the sentence of the refusal."""
    return [refusal.sentence if refusal else "done" for refusal in _together(acts)]


def fields_at_once(*acts: Callable[[], Any]) -> list[str]:
    """Sorted: "done", or the field refused ("refused" when none is named)."""
    return sorted((refusal.field or "refused") if refusal else "done" for refusal in _together(acts))
