"""The page of indicators at a hundred thousand journeys and a million lines of hours, beside hand-written SQL.

`make bench-indicators`; DATABASE_URL names a PostgreSQL server, where a scratch database is made, filled and dropped
(`BENCH_KEEP=name` fills and keeps a database of that name, and finds it filled the next time; `BENCH_JOURNEYS` for
fewer). Everything is timed in turns in one run, in milliseconds, and told as a ratio: the page (database, figures,
template) over the SQL that somebody who knows the tables would write for the same figures. The ratio is that of the
processor’s time of this process and of PostgreSQL together, which other work on the machine changes less than the
clock; PostgreSQL then works for each side in one process.
"""

import os
import resource
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from statistics import median
from typing import Any

from tests.bench import crowd
from tests.bench.by_hand import SQL
from tests.bench.many import cpu
from tests.bench.parts import PARTS, check

ROUNDS, GOAL = 3, 1.5
UNTIL, AFTER, FIRST = date(2026, 11, 23), date(2026, 11, 24), date(2025, 1, 1)
PERIODS = {"this year": date(2026, 1, 1), "from the beginning": date(2000, 1, 1)}


def timed(act: Callable[[], Any]) -> tuple[float, float]:
    """Milliseconds: by the clock, and of the processor."""
    start, worked = time.perf_counter(), cpu()
    act()
    return (time.perf_counter() - start) * 1000, cpu() - worked


def by_hand(since: date, names: Any = SQL) -> dict[str, list[Any]]:
    """The same figures, statement by statement: {statement: its lines}."""
    from django.db import connection

    found = {}
    with connection.cursor() as cursor:
        for name in names:
            cursor.execute(SQL[name], {"since": since, "after": AFTER, "first": FIRST})
            found[name] = cursor.fetchall()
    return found


@dataclass(frozen=True)
class Beside:
    """Medians, in milliseconds: ours and by hand, by the clock and of the processor; and of the ratio of the latter."""

    ours: tuple[float, float]
    hand: tuple[float, float]
    ratio: float

    def __str__(self) -> str:
        times = (self.ours[0], self.hand[0], self.ours[1], self.hand[1])
        return f"{''.join(f'{one:>9.0f}' for one in times)}{self.ratio:>8.2f}"


HEAD = f"{'clock':>9}{'by hand':>9}{'CPU':>9}{'by hand':>9}{'ratio':>8}"


def in_turns(ours: Callable[[], Any], hand: Callable[[], Any]) -> Beside:
    """A B A B …"""
    pairs = [(timed(ours), timed(hand)) for _each in range(ROUNDS)]
    first, second = (
        (median(one[0] for one in side), median(one[1] for one in side)) for side in zip(*pairs, strict=True)
    )
    return Beside(first, second, median(one[1] / other[1] for one, other in pairs))


def figures(scope: Any) -> None:
    """Figure by figure."""
    print(f"\n{'this year, in ms':<24}{HEAD}")
    for name, (act, statements) in PARTS.items():
        found = in_turns(lambda: act(scope), lambda: by_hand(scope.since, statements))  # noqa: B023 - at once
        print(f"{name:<24}{found}", flush=True)


def pages(client: Any) -> bool:
    """One line for each page; True when the ratios of the page of figures are within the goal."""
    print(f"\n{'page, in ms':<24}{'first':>9}{HEAD}{'queries':>9}{'MiB':>7}")
    kept = True
    for name, since in PERIODS.items():
        hand = lambda since=since: by_hand(since)  # noqa: E731 - it is bound to this period
        kept &= page(client, name, f"/indicators/?period=dates&since={since}&until={UNTIL}", hand)
    this_year = f"period=dates&since={PERIODS['this year']}&until={UNTIL}"
    page(client, f"as known on {crowd.KNOWN}", f"/indicators/?{this_year}&known={crowd.KNOWN}", None)
    page(client, "territory", f"/indicators/territory/?{this_year}", None)
    return kept


def page(client: Any, name: str, url: str, hand: Callable[[], Any] | None) -> bool:
    """One line: the first view, the repeated one beside the SQL by hand, where there is some; is it within the goal?"""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    def opened() -> None:
        answer = client.get(url)
        assert answer.status_code == 200, (url, answer.status_code)

    first, _cpu = timed(opened)
    found = in_turns(opened, hand) if hand else None
    again = [timed(opened) for _each in range(0 if found else ROUNDS)]
    alone = "" if found else f"{median(one[0] for one in again):>9.0f}{median(one[1] for one in again):>18.0f}"
    with CaptureQueriesContext(connection) as queries:
        opened()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    over = "  over" if found and found.ratio > GOAL else ""
    print(f"{name:<24}{first:>9.0f}{found or alone!s:<44}{len(queries):>9}{peak:>7}{over}", flush=True)
    return not over


def measure(lead: Any) -> bool:
    """All of it; True when every ratio is within the goal."""
    from django.test import Client

    from evaluation.queries.scope import Scope

    client = Client()
    client.force_login(lead)
    organisation = lead.memberships.get().organisation_id
    kept = pages(client)
    for since in PERIODS.values():
        check(Scope(organisation=organisation, since=since, until=UNTIL), by_hand(since))
    print("\nBoth give the same figures.")
    figures(Scope(organisation=organisation, since=PERIODS["this year"], until=UNTIL))
    return kept


@contextmanager
def database() -> Iterator[Any]:
    """The lead of a filled database; one that is kept, or one that goes."""
    from django.db import connection

    from backend.accounts.models import User

    kept = os.environ.get("BENCH_KEEP", "")
    test = connection.settings_dict["TEST"]
    test["NAME"] = kept or test["NAME"]
    name = connection.settings_dict["NAME"]
    start = time.perf_counter()
    connection.creation.create_test_db(verbosity=0, autoclobber=not kept, serialize=False, keepdb=bool(kept))
    made = time.perf_counter()
    print(f"a database with its tables: {made - start:.0f} s", flush=True)
    try:
        lead = User.objects.filter(email=crowd.LEAD).first() or crowd.fill()
        lines = crowd.JOURNEYS * crowd.LINES
        print(f"{crowd.JOURNEYS} journeys, {lines} lines of hours: filled in {time.perf_counter() - made:.0f} s")
        yield lead
    finally:
        connection.creation.destroy_test_db(name, verbosity=0, keepdb=bool(kept))


def main() -> None:
    os.environ |= {"DEMO": "1", "DJANGO_SETTINGS_MODULE": "tests.settings", "ALLOWED_HOSTS": "testserver"}
    import django

    django.setup()
    from django.conf import settings
    from django.db import connection

    if connection.vendor != "postgresql":
        raise SystemExit("DATABASE_URL names a PostgreSQL server: at this size there is no other.")
    settings.DEBUG = False
    options = connection.settings_dict["OPTIONS"]
    options["options"] = f"{options['options']} -c max_parallel_workers_per_gather=0"
    with database() as lead:
        print("Within the goal." if measure(lead) else f"Over the goal of {GOAL}.")


if __name__ == "__main__":
    main()
