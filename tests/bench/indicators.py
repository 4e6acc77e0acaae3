"""The page of indicators at a hundred thousand journeys and a million lines of hours, beside hand-written SQL.

`make bench-indicators`; DATABASE_URL names a PostgreSQL server, where a scratch database is made, filled and dropped.
Both are timed in turns in one run, in milliseconds of the wall, and told as a ratio: the page (database, figures,
template) over the SQL that somebody who knows the tables would write for the same figures.
"""

import os
import resource
import statistics
import time
from collections.abc import Callable
from datetime import date
from typing import Any

from tests.bench.by_hand import SQL
from tests.bench.crowd import JOURNEYS, LINES, fill

ROUNDS, GOAL = 5, 1.5
PERIODS = {"year": (date(2026, 1, 1), "?period=dates&since=2026-01-01&until=2026-11-23"),
           "all": (date(2000, 1, 1), "?period=dates&since=2000-01-01&until=2026-11-23")}  # fmt: skip


def timed(act: Callable[[], Any]) -> float:
    """Milliseconds."""
    start = time.perf_counter()
    act()
    return (time.perf_counter() - start) * 1000


def by_hand(since: date) -> list[list[Any]]:
    """The same figures, statement by statement."""
    from django.db import connection

    found = []
    with connection.cursor() as cursor:
        for statement in SQL.values():
            cursor.execute(statement, {"since": since, "after": date(2026, 11, 24)})
            found.append(cursor.fetchall())
    return found


def check(since: date, made: Any) -> None:
    """The two give the same figures, or they are not to be compared."""
    figures = {one.code: (one.numerator, one.denominator) for one in made.figures}
    told = dict(zip(SQL, by_hand(since), strict=True))
    whole = {name: next(row for row in rows if row[0] is None and row[1]) for name, rows in told.items()}
    people, hours, steps, asked = (whole[name] for name in ("journeys", "hours", "steps", "requests"))
    expected = {
        "people": (people[2], None), "women": (people[3], people[4]), "qpv": (people[5], people[6]),
        "left": (people[8], people[9]), "hours": (hours[3], hours[2]), "immersions": (steps[2], steps[3]),
        "milestones": (steps[4], steps[5]), "response": (asked[2], asked[3]), "bridges": (whole["bridges"][2], None),
        "no_hole": (whole["waits"][2], whole["waits"][3]),
    }  # fmt: skip
    assert {code: figures[code] for code in expected} == expected, (figures, expected)


def measure(lead: Any) -> bool:
    """One line for each period; True when every ratio is within the goal."""
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    client = Client()
    client.force_login(lead)
    kept = True
    print(f"{'':<8}{'first ms':>10}{'again ms':>10}{'SQL ms':>10}{'ratio':>8}{'goal':>6}{'queries':>9}{'MiB':>7}")
    for name, (since, query) in PERIODS.items():
        url = f"/indicators/{query}"
        first = timed(lambda url=url: client.get(url))  # type: ignore[misc]
        answer = client.get(url)
        assert answer.status_code == 200, answer.status_code
        check(since, answer.context["board"])
        pairs = [(timed(lambda: client.get(url)), timed(lambda: by_hand(since))) for _each in range(ROUNDS)]  # noqa: B023 - called at once
        again, sql = (statistics.median(side) for side in zip(*pairs, strict=True))
        ratio = statistics.median(page / hand for page, hand in pairs)
        with CaptureQueriesContext(connection) as queries:
            client.get(url)
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
        kept &= ratio <= GOAL
        line = f"{name:<8}{first:>10.0f}{again:>10.0f}{sql:>10.0f}{ratio:>8.2f}{GOAL:>6}{len(queries):>9}{peak:>7}"
        print(line, "" if ratio <= GOAL else "  over")
        if os.environ.get("BENCH_QUERIES"):
            for one in sorted(queries, key=lambda one: -float(one["time"]))[:12]:
                print(f"  {float(one['time']) * 1000:>8.0f}  {one['sql'][: int(os.environ['BENCH_QUERIES'])]}")
    return kept


def main() -> None:
    os.environ |= {"DEMO": "1", "DJANGO_SETTINGS_MODULE": "tests.settings", "ALLOWED_HOSTS": "testserver"}
    import django

    django.setup()
    from django.conf import settings
    from django.db import connection

    if connection.vendor != "postgresql":
        raise SystemExit("DATABASE_URL names a PostgreSQL server: at this size there is no other.")
    settings.DEBUG = False
    connection.settings_dict["OPTIONS"]["options"] = "-c jit=off"  # as the house has it
    name = connection.settings_dict["NAME"]
    connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    try:
        start = time.perf_counter()
        lead = fill()
        print(f"{JOURNEYS} journeys, {JOURNEYS * LINES} lines of hours: filled in {time.perf_counter() - start:.0f} s")
        print("Within the goals." if measure(lead) else "Some are over their goal.")
    finally:
        connection.creation.destroy_test_db(name, verbosity=0)


if __name__ == "__main__":
    main()
