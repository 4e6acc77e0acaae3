"""The page of indicators at a hundred thousand journeys and a million lines of hours, beside hand-written SQL.

`make bench-indicators`; DATABASE_URL names a PostgreSQL server, where a scratch database is made, filled and dropped
(`BENCH_KEEP=name` fills and keeps a database of that name, and finds it filled the next time; `BENCH_JOURNEYS` for
fewer). Everything is timed in turns in one run, in milliseconds, and told as a ratio: the page (database, figures,
template) over the SQL that somebody who knows the tables would write for the same figures. The ratio is that of the
processor’s time of this process and of PostgreSQL together, which other work on the machine changes less than the
clock; PostgreSQL then works for each side in one process. The page as known on a past day is told as a ratio over the
same page of today.
"""

import os
import resource
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from functools import partial
from statistics import median
from typing import Any

from tests.bench import crowd
from tests.bench.by_hand import SQL
from tests.bench.many import cpu
from tests.bench.parts import PARTS, check

ROUNDS, GOAL, GOAL_OF_THE_PAST = 3, 1.5, 2.5
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
    before = date(AFTER.year - 1, AFTER.month, AFTER.day) if since.year == UNTIL.year else FIRST
    with connection.cursor() as cursor:
        for name in names:
            cursor.execute(SQL[name], {"since": since, "after": AFTER, "first": FIRST, "before": before})
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


def in_turns(ours: Callable[[], Any], hand: Callable[[], Any], rounds: int = ROUNDS) -> Beside:
    """A B A B …"""
    pairs = [(timed(ours), timed(hand)) for _each in range(rounds)]
    first, second = (
        (median(one[0] for one in side), median(one[1] for one in side)) for side in zip(*pairs, strict=True)
    )
    return Beside(first, second, median(one[1] / other[1] for one, other in pairs))


def figures(scope: Any) -> None:
    """Figure by figure, once each, after `check` has read all the same rows."""
    print(f"\n{'this year, in ms':<24}{HEAD}")
    for name, (act, statements) in PARTS.items():
        found = in_turns(lambda: act(scope), lambda: by_hand(scope.since, statements), 1)  # noqa: B023 - at once
        print(f"{name:<24}{found}", flush=True)


def pages(client: Any) -> bool:
    """One line for each page; True when the ratios are within the goals."""
    print(f"\n{'page, in ms':<22}{'first':>9}{'its CPU':>9}{HEAD}{'first':>8}{'queries':>9}{'MiB':>6}")
    worst, of_today = 0.0, 0.0
    for name, since in PERIODS.items():
        first, found = page(client, name, f"/indicators/?period=dates&since={since}&until={UNTIL}", since)
        assert found
        worst, of_today = max(worst, first / found.hand[1], found.ratio), of_today or found.ours[1]
    this_year = f"period=dates&since={PERIODS['this year']}&until={UNTIL}"
    of_the_past, _none = page(client, f"known on {crowd.KNOWN}", f"/indicators/?{this_year}&known={crowd.KNOWN}")
    page(client, "territory", f"/indicators/territory/?{this_year}")
    past = of_the_past / of_today
    print(f"As known on a past day: {past:.1f} times the same page of today (goal: {GOAL_OF_THE_PAST}).")
    return worst <= GOAL and past <= GOAL_OF_THE_PAST


def visit(client: Any, url: str) -> None:
    answer = client.get(url)
    assert answer.status_code == 200, (url, answer.status_code)


def page(client: Any, name: str, url: str, since: date | None = None) -> tuple[float, Beside | None]:
    """One line: the first view of a process that has just begun to serve, the repeated one beside the SQL by hand,
    where there is some; (the processor’s time of the first view, or of the repeated one where it stands alone; what it
    is beside)."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    opened = partial(visit, client, url)
    if since:
        by_hand(since)  # so that the rows are as near for the first view as for those it is held against
    with CaptureQueriesContext(connection) as queries:
        first, worked = timed(opened)
        asked = len(queries)
    found = in_turns(opened, lambda: by_hand(since)) if since else None
    again = [timed(opened) for _each in range(0 if found else ROUNDS - 1)]
    clock, alone = (median(one[side] for one in again) if again else 0.0 for side in (0, 1))
    told = f"{found}{worked / found.hand[1]:>8.2f}" if found else f"{clock:>9.0f}{alone:>18.0f}"
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(f"{name:<22}{first:>9.0f}{worked:>9.0f}{told:<52}{asked:>9}{peak:>6}", flush=True)
    return (worked if found else alone), found


def openings(client: Any) -> None:
    """How long each figure takes to open: its rows, its rows as known on a past day, and why it has changed since."""
    from evaluation.queries.measures import MEASURES

    asked = f"period=dates&since={PERIODS['this year']}&until={UNTIL}"
    print(f"\n{'a figure opens, ms CPU':<24}{'slowest':>9}{'':3}{'':<18}{'then':>9}{'':3}{'':<18}{'middle':>9}")
    for name, rest, more in (("rows", "", ""), ("rows known then", "", f"&known={crowd.KNOWN}"),
                             ("why it changed", "why/", f"&before={crowd.KNOWN}&after={UNTIL}")):  # fmt: skip
        taken = []
        for code in MEASURES:
            url = f"/indicators/figures/{code}/{rest}?{asked}{more}"
            taken.append((timed(partial(visit, client, url))[1], code))
        (most, slowest), (less, second), *_others = sorted(taken, reverse=True)
        middle = median(worked for worked, _code in taken)
        print(f"{name:<24}{most:>9.0f}   {slowest:<18}{less:>9.0f}   {second:<18}{middle:>9.0f}", flush=True)


def measure(lead: Any) -> bool:
    """All of it; True when every ratio is within its goal."""
    from django.test import Client

    import backend.wsgi  # noqa: F401 - a process that serves has read the code of its pages
    from evaluation.queries.scope import Scope

    client = Client()
    client.force_login(lead)
    organisation = lead.memberships.get().organisation_id
    kept = pages(client)
    for since in PERIODS.values():
        check(Scope(organisation=organisation, since=since, until=UNTIL), by_hand(since))
    print("\nBoth give the same figures.")
    openings(client)
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
        over = f"Over a goal ({GOAL} beside the SQL by hand, {GOAL_OF_THE_PAST} of the past)."
        print("Within the goals." if measure(lead) else over)


if __name__ == "__main__":
    main()
