"""A new version of a programme against one journey, by the codes of steps: what would be taken, kept, added, dropped.

Three sides: *base*, the template that a step was copied from; *mine*, the step; *theirs*, the template of the new
version. What was changed for this person wins, and is named. Pure: nothing is read, nothing is written.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any

from journeys.queries.cascade import OPEN, Cascade, Line, Plan, compare, reaches, settle, window

Facts = Mapping[str, Any]
DATED = ("min_days", "max_days")


@dataclass(frozen=True)
class Template:
    """One step of a version: what it says, and the codes of what it waits for."""

    pk: int
    code: str
    facts: Facts
    after: frozenset[str]


@dataclass(frozen=True)
class Mine:
    """One step of a journey beside the template it was copied from (none: it is the person's own)."""

    facts: Facts
    base: Template | None
    has_records: bool = False


@dataclass(frozen=True)
class Difference:
    """One fact of one step: as it is on the journey, and as the other side says it."""

    code: str
    name: str
    mine: Any
    theirs: Any


@dataclass
class Merge:
    """What taking up a version does to one journey. `plan` is the result; `facts` what each step takes."""

    plan: Plan
    order: list[str] = field(default_factory=list)
    added: list[str] = field(default_factory=list)
    taken: list[Difference] = field(default_factory=list)
    kept: list[Difference] = field(default_factory=list)
    dropped: list[str] = field(default_factory=list)
    kept_whole: list[tuple[str, str]] = field(default_factory=list)  # (code, why): gone from the version, stays here
    left_out: list[tuple[str, str]] = field(default_factory=list)  # (later, earlier): would close a ring
    facts: dict[str, dict[str, Any]] = field(default_factory=dict)
    cascade: Cascade = field(default_factory=Cascade)


def merge(
    plan: Plan, mine: Mapping[str, Mine], theirs: Mapping[str, Template], version: Iterable[str], today: date
) -> Merge:
    """The three sides brought together. `version`: the codes of the version that the journey is on."""
    result = Merge(plan)
    base_codes = set(version)
    lines = dict(plan.lines)
    for code, line in plan.lines.items():
        step, their = mine[code], theirs.get(code)
        if step.base is None:
            if their is not None:
                result.kept_whole.append((code, "own"))
        elif their is None:
            lines[code] = _gone(result, line, step)
        elif line.state in OPEN:
            lines[code] = _merged(result, line, step, their)
    for code, their in theirs.items():
        if code not in lines and code not in base_codes:
            result.added.append(code)
            lines[code] = _new(plan, their)
    merged = replace(plan, lines=lines)
    merged = _with_edges(result, merged, mine, theirs)
    result.plan = _in_time(result, settle(plan, merged), today)
    result.order = _order(list(plan.lines), [code for code in theirs if code in lines])
    result.cascade = compare(plan, result.plan)
    return result


def _gone(result: Merge, line: Line, step: Mine) -> Line:
    """No longer in the version: it goes only if nothing was planned, recorded or changed for this person."""
    if line.state in ("done", "waived", "abandoned"):
        return line
    why = ""
    if line.state != "planned":
        why = line.state
    elif step.has_records:
        why = "recorded"
    elif is_edited(line, step):
        why = "edited"
    if why:
        result.kept_whole.append((line.code, why))
        return line
    result.dropped.append(line.code)
    return replace(line, state="waived")


def is_edited(line: Line, step: Mine) -> bool:
    """Was anything of it changed for this person?"""
    base = step.base
    return base is not None and (line.is_pinned or line.after != base.after or step.facts != base.facts)


def _merged(result: Merge, line: Line, step: Mine, their: Template) -> Line:
    """Field by field: theirs where it was not changed here. The kind only while nothing is planned nor recorded."""
    assert step.base is not None
    takes: dict[str, Any] = {}
    for name, value in their.facts.items():
        here, base = step.facts[name], step.base.facts[name]
        if here == value:
            continue
        frozen = name in ("kind", "module_id") and (line.state != "planned" or step.has_records)
        if here == base and not frozen:
            takes[name] = value
            result.taken.append(Difference(line.code, name, here, value))
        else:
            result.kept.append(Difference(line.code, name, here, value))
    low, high = (takes[name] if name in takes else step.facts[name] for name in DATED)
    if low > high:  # one side was changed here, the other there
        for name in DATED:
            takes.pop(name, None)
        low, high = (step.facts[name] for name in DATED)
        result.taken = [one for one in result.taken if one.code != line.code or one.name not in DATED]
    if takes:
        result.facts[line.code] = takes
    return replace(line, min_days=low, max_days=high, kind=takes.get("kind", line.kind))


def _new(plan: Plan, their: Template) -> Line:
    low, high = (their.facts[name] for name in DATED)
    earliest, due = window(plan.starts_on, low, high)
    return Line(their.code, "", "planned", low, high, earliest, due, kind=str(their.facts["kind"]))


def _with_edges(result: Merge, plan: Plan, mine: Mapping[str, Mine], theirs: Mapping[str, Template]) -> Plan:
    """Prerequisites: those kept here, and what the version adds; one that would close a ring is left out and named."""
    after = plan.after
    wanted: list[tuple[str, str]] = []
    for code, line in plan.lines.items():
        their = theirs.get(code)
        step = mine.get(code)
        if their is None or not line.is_open or (step is not None and step.base is None):
            continue
        base = step.base.after if step is not None and step.base is not None else frozenset()
        after[code] = line.after - (base - their.after)
        wanted += [(code, earlier) for earlier in sorted(their.after - base - line.after) if earlier in plan.lines]
    for later, earlier in wanted:
        if reaches(after, earlier, later):
            result.left_out.append((later, earlier))
        else:
            after[later] |= {earlier}
    return plan.put(*(replace(line, after=after[code]) for code, line in plan.lines.items()))


def _in_time(result: Merge, plan: Plan, today: date) -> Plan:
    """A step that the version adds never arrives late: its days begin today then, and its limit is reported."""
    settled = plan
    for code in result.added:
        line = settled.lines[code]
        if line.due_on < today:
            length = line.due_on - line.earliest_on
            late = replace(line, earliest_on=today, due_on=today + max(length, timedelta(days=1)))
            settled = settle(settled, settled.put(late))
    return settled


def _order(mine: list[str], theirs: list[str]) -> list[str]:
    """The order of the version; a step that is not in it stands behind the one that it stood behind."""
    order = list(theirs)
    for place, code in enumerate(mine):
        if code not in order:
            order.insert(order.index(mine[place - 1]) + 1 if place else 0, code)
    return order
