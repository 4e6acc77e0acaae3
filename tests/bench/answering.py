"""Two hundred people answer at a time: 5,000 saves of an answer, item by item,.

`make bench-answers`; with DATABASE_URL set to a PostgreSQL server, there. A scratch database is made, filled and
dropped. What is timed is the action, from its call to its commit; the two hundred share CONNECTIONS connections, as
they would the workers of a server. Fails when an answer is lost or kept twice.
"""

import multiprocessing
import os
import statistics
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

PEOPLE, SAVES = 200, 5_000
PROCESSES, THREADS = 4, 12
CONNECTIONS = PROCESSES * THREADS


def acts() -> Iterator[tuple[int, int]]:
    """(person, turn): everybody's first answer, then everybody's second, …"""
    for turn in range(SAVES // PEOPLE):
        for person in range(PEOPLE):
            yield person, turn


def save_some(part: tuple[int, list[int], list[str]]) -> list[float]:
    """The saves of one process, in order, by several threads; milliseconds of each."""
    from django.db import connection, connections

    from evaluation import actions
    from evaluation.models import Request

    number, asked, codes = part
    connections.close_all()  # those of the parent are not ours
    mine = [(person, turn) for person, turn in acts() if person % PROCESSES == number]

    def save(act: tuple[int, int]) -> float:
        person, turn = act
        request = Request.objects.select_related("wave", "version", "journey__project", "journey__programme").get(
            pk=asked[person]
        )
        start = time.perf_counter()
        actions.save_answers(request, {codes[turn % len(codes)]: 1 + (person + turn) % 8}, by=None)
        return (time.perf_counter() - start) * 1000

    with ThreadPoolExecutor(THREADS) as threads:
        spent = list(threads.map(save, mine))
        list(threads.map(lambda _n: connection.close(), range(THREADS)))
    return spent


def measure() -> bool:
    from django.db import connections

    from evaluation.models import Answer, Response
    from tests.factories.accounts import make_organisation
    from tests.factories.evaluation import codes, make_request
    from tests.factories.journeys import make_journey, make_programme

    organisation = make_organisation("Deux cents", slug="deux-cents")
    programme = make_programme(organisation)
    requests = [make_request(make_journey(organisation, programme=programme)) for _each in range(PEOPLE)]
    asked, items = [one.pk for one in requests], codes(requests[0])
    connections.close_all()
    start = time.perf_counter()
    with multiprocessing.get_context("fork").Pool(PROCESSES) as pool:
        parts = pool.map(save_some, [(number, asked, items) for number in range(PROCESSES)])
    took, spent = time.perf_counter() - start, sorted(one for part in parts for one in part)
    kept, sheets = Answer.objects.count(), Response.objects.count()
    p95 = spent[int(len(spent) * 0.95)]
    print(f"{len(spent)} saves by {PEOPLE} people over {CONNECTIONS} connections in {took:.1f} s")
    print(f"median {statistics.median(spent):.0f} ms, p95 {p95:.0f} ms, slowest {spent[-1]:.0f} ms")
    print(f"{sheets} sheets, {kept} answers kept, {PEOPLE * len(items)} expected")
    return (sheets, kept, len(spent)) == (PEOPLE, PEOPLE * len(items), SAVES)


def main() -> None:
    os.environ |= {"DEMO": "1", "DJANGO_SETTINGS_MODULE": "tests.settings", "ALLOWED_HOSTS": "testserver"}
    import django

    django.setup()
    from django.db import connection

    creation: Any = connection.creation
    name = connection.settings_dict["NAME"]
    creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    try:
        assert measure(), "an answer was lost, or kept twice"
    finally:
        creation.destroy_test_db(name, verbosity=0)


if __name__ == "__main__":
    main()
