"""How long matching takes and how good it is, on invented tables: `python -m tests.bench.matching`, by hand.

The default solver at 1,000 people × 300 mentors; with the optional extra `[scale]` also its distance from the optimum
there, and 10,000 × 2,000. Memory is the peak of the process so far.
"""

import os
import resource
import sys
import time

import django
import numpy as np

os.environ |= {"DEMO": "1", "DJANGO_SETTINGS_MODULE": "backend.settings"}
django.setup()

from mentoring.queries.matching import assignment, scale  # noqa: E402 - after the settings

THEMES, COMMUNES, SLICE = 12, 24, 500
Table = tuple[np.ndarray, np.ndarray, np.ndarray]


def a_table(people: int, mentors: int, places: int) -> Table:
    """Scores up to 1,000 drawn as themes, communes and the rest would give them; one pair in twenty may not be."""
    dice = np.random.default_rng(1)
    knows, lives = (dice.random((mentors, THEMES)) < 0.3).astype(np.float32), dice.integers(0, COMMUNES, mentors)
    scores, allowed = np.zeros((people, mentors), dtype=np.int16), np.zeros((people, mentors), dtype=bool)
    for start in range(0, people, SLICE):
        count = min(SLICE, people - start)
        wants = (dice.random((count, THEMES)) < 0.25).astype(np.float32)
        near = dice.integers(0, COMMUNES, count)[:, None] == lives
        shared = 700 * (wants @ knows.T) / np.maximum(wants.sum(axis=1, keepdims=True), 1)
        scores[start : start + count] = shared + 200 * near + dice.integers(0, 100, (count, mentors))
        allowed[start : start + count] = dice.random((count, mentors)) < 0.95
    return scores, np.full(mentors, places), allowed


def peak() -> int:
    """Megabytes."""
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most // (1024 * 1024 if sys.platform == "darwin" else 1024)


def told(what: str, started: float, before: float, result: object) -> None:
    wall, cpu = time.perf_counter() - started, time.process_time() - before
    print(f"{what:<44}{wall:>7.2f} s{cpu:>7.2f} s CPU{peak():>6} MB  {result}")


def main() -> None:
    for places in (4, 3):
        table = a_table(1000, 300, places)
        started, before = time.perf_counter(), time.process_time()
        best = assignment.assign(*table)
        told(f"1,000 × 300, {places} places: exact", started, before, assignment.total(table[0], best))
        started, before = time.perf_counter(), time.process_time()
        assignment.prices(*table, best)
        told("  what every other choice costs", started, before, "")
        if scale.is_there():
            started, before = time.perf_counter(), time.process_time()
            found = scale.flow(*table)
            (people, points), (most, top) = assignment.total(table[0], found), assignment.total(table[0], best)
            said = f"{most - people} people and {1 - points / top:.3%} under the optimum"
            told("  with [scale]", started, before, said)
    if not scale.is_there():
        print("The extra [scale] is not installed: nothing to measure at 10,000 × 2,000.")
        return
    for places in (6, 5, 4):
        table = a_table(10_000, 2_000, places)
        started, before = time.perf_counter(), time.process_time()
        found = scale.flow(*table)
        told(f"10,000 × 2,000, {places} places: [scale]", started, before, assignment.total(table[0], found))


if __name__ == "__main__":
    main()
