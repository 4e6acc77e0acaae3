"""The difference between two versions of a programme, step by step. Steps are the same when their code is."""

import hashlib
import json
from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Prefetch

from journeys.models import ProgrammeVersion, StepTemplate

FACTS = (
    *("kind", "title_fr", "title_en", "weight", "is_required", "is_shared", "min_days", "max_days"),
    *("minutes_expected", "occurrences", "evidence_fr", "evidence_en", "resources", "module_id"),
)
"""What a template step says, but for its code, its place and what it waits for."""


@dataclass(frozen=True)
class StepDifference:
    """One step of either version: `old` or `new` is None where it is not there.

    `facts`: the names in FACTS whose values differ. `after_added` and `after_removed`: codes it waits for.
    `is_moved`: it stands elsewhere among the steps that both versions have.
    """

    code: str
    old: StepTemplate | None
    new: StepTemplate | None
    facts: tuple[str, ...] = ()
    after_added: tuple[str, ...] = ()
    after_removed: tuple[str, ...] = ()
    is_moved: bool = False

    @property
    def step(self) -> StepTemplate:
        """As it is now, else as it was."""
        found = self.new or self.old
        assert found is not None
        return found

    @property
    def is_added(self) -> bool:
        return self.old is None

    @property
    def is_removed(self) -> bool:
        return self.new is None

    @property
    def is_changed(self) -> bool:
        """In both, and not the same: a fact, what it waits for, or its place."""
        kept = self.old is not None and self.new is not None
        return kept and bool(self.facts or self.after_added or self.after_removed or self.is_moved)

    @property
    def is_same(self) -> bool:
        return not (self.is_added or self.is_removed or self.is_changed)


@dataclass(frozen=True)
class Difference:
    """Every step of both versions by code: the new version's in their order, then those it no longer has."""

    steps: Mapping[str, StepDifference]

    @property
    def added(self) -> list[StepDifference]:
        return [one for one in self.steps.values() if one.is_added]

    @property
    def removed(self) -> list[StepDifference]:
        return [one for one in self.steps.values() if one.is_removed]

    @property
    def changed(self) -> list[StepDifference]:
        return [one for one in self.steps.values() if one.is_changed]

    @property
    def is_empty(self) -> bool:
        return all(one.is_same for one in self.steps.values())


def steps_of(version: ProgrammeVersion | None) -> list[StepTemplate]:
    """The steps of a version in order, each with `after` fetched (in order) and its module: two queries."""
    if version is None:
        return []
    before = StepTemplate.objects.order_by("position", "pk")
    rows = StepTemplate.objects.filter(version=version).select_related("module").order_by("position", "pk")
    return list(rows.prefetch_related(Prefetch("after", queryset=before)))


def difference(old: ProgrammeVersion | None, new: ProgrammeVersion) -> Difference:
    """What `new` changes to `old` (None: to nothing). Four queries."""
    return compare(steps_of(old), steps_of(new))


def compare(old: Sequence[StepTemplate], new: Sequence[StepTemplate]) -> Difference:
    """The same for two lists of steps in order, with `after` fetched."""
    were, are = {step.code: step for step in old}, {step.code: step for step in new}
    moved = _moved([code for code in were if code in are], [code for code in are if code in were])
    codes = [*are, *(code for code in were if code not in are)]
    return Difference({code: _step(code, were.get(code), are.get(code), code in moved) for code in codes})


def _step(code: str, old: StepTemplate | None, new: StepTemplate | None, is_moved: bool) -> StepDifference:
    if old is None or new is None:
        return StepDifference(code, old, new)
    before, now = after_codes(old), after_codes(new)
    return StepDifference(
        code,
        old,
        new,
        facts=tuple(name for name in FACTS if getattr(old, name) != getattr(new, name)),
        after_added=tuple(one for one in now if one not in before),
        after_removed=tuple(one for one in before if one not in now),
        is_moved=is_moved,
    )


def after_codes(step: StepTemplate) -> tuple[str, ...]:
    """The codes of what comes before it."""
    return tuple(one.code for one in step.after.all())


def _moved(was: Sequence[str], now: Sequence[str]) -> set[str]:
    """The fewest codes to move to get from one order to the other: all but a longest run kept in order."""
    places = {code: place for place, code in enumerate(was)}
    tails: list[int] = []
    chains: list[list[str]] = []
    for code in now:
        place = places[code]
        at = bisect_left(tails, place)
        chain = [*(chains[at - 1] if at else []), code]
        tails[at : at + 1] = [place]
        chains[at : at + 1] = [chain]
    return set(now) - set(chains[-1] if chains else [])


def stamp_of(step: StepTemplate) -> str:
    """Sixteen characters that change with anything the step says: what a form read, so that a second save can tell."""
    facts: dict[str, Any] = {name: getattr(step, name) for name in FACTS}
    facts["after"] = sorted(after_codes(step))
    return digest(facts)


def digest(facts: Mapping[str, Any]) -> str:
    """Sixteen hexadecimal characters for these facts."""
    return hashlib.sha256(json.dumps(facts, sort_keys=True).encode()).hexdigest()[:16]
