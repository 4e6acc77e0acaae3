"""Who is behind each number of a publication: the figure, its groups, its kinds of hours, its milestones, its motives.

A part is named "" for the whole, "commune:44109" for a group, "kind:training", "cell:training/declared" or
"state:declared" for hours, "title:" and a mark for a milestone, "reason:…" for a motive. In each of them stand entries:
a person, or where her rows are of several kinds "person/kind/state": a part of what she adds. Ids only, never a name.
"""

import hashlib
from collections.abc import Iterator
from typing import Any

from evaluation.queries import rows
from evaluation.queries.breakdown import FIELDS
from evaluation.queries.gains import gains
from evaluation.queries.measures import Measure
from evaluation.queries.scope import Scope
from evaluation.statistics.differencing import dominated
from journeys.models import Delivery

People = dict[str, str]
"""{entry: what it adds, as "rows/value/part/not known/more"}"""
OWN: dict[Any, tuple[str, ...]] = {rows.contact_deliveries: ("kind", "state"), rows.planned_steps: ("title_fr",)}
"""Fields of the rows of a base that tell parts of a figure apart."""
OF_MOTIVES = "left"
WHOLE = ""
SURELY = "|sure"
"""After the name of a group: of its hours those that are sure."""
AMOUNTS = ("funding", "jobs")
"""Figures that add up amounts, besides hours."""


def person_of(entry: str) -> str:
    """Whose an entry is."""
    return entry.split("/", 1)[0]


def mark_of(title: str) -> str:
    """Stands for a title, which may say something of somebody."""
    return hashlib.sha256(title.encode()).hexdigest()[:12]


def own_fields(measure: Measure) -> tuple[str, ...]:
    return ("leave_reason",) if measure.code == OF_MOTIVES else OWN.get(measure.base, ())


def adds_amounts(measure: Measure) -> bool:
    """Can one person make up nearly all of it?"""
    return measure.is_time or measure.code in AMOUNTS


def counted(measure: Measure, scope: Scope) -> dict[str, People]:
    """{part: {entry: what it adds}}. One query; four for the change of posture."""
    own, person, more = own_fields(measure), _person(measure), _fingerprints(measure, scope)
    places = [f"{measure.path}{field}" for field in FIELDS.values()]
    is_once = measure.is_once and measure.subject == person
    sums: dict[str, dict[str, list[int]]] = {WHOLE: {}}
    found = measure.every_row(scope).order_by("pk").values_list("pk", person, "value", "part", *own, *places)
    for pk, who, value, part, *rest in found:
        mine = rest[: len(own)]
        if measure.base is rows.planned_steps:
            mine = [mark_of(title) for title in mine]
        entry = "/".join(map(str, (who, *mine)))
        row = [1, int(value or 0), int(part or 0), int(value is None), more.get(pk, 0)]
        for name in (WHOLE, *_groups(rest[len(own) :], is_sure=bool(part)), *_own_parts(measure, mine, value)):
            known = sums.setdefault(name, {})
            known[entry] = _together(known[entry], row, is_once=is_once) if entry in known else row
    return {name: {entry: "/".join(map(str, one)) for entry, one in known.items()} for name, known in sums.items()}


def spent_apart(scope: Scope) -> dict[str, People]:
    """{"sort:travel": …}: preparation and travel, which no measure counts. One query."""
    sums: dict[str, dict[str, int]] = {}
    asked = rows.deliveries(scope).filter(sort__in=(Delivery.Sort.PREPARATION, Delivery.Sort.TRAVEL)).order_by("pk")
    for who, sort, minutes in asked.values_list("journey__holder__user", "sort", "minutes"):
        known = sums.setdefault(f"sort:{sort}", {})
        known[f"{who}/{sort}"] = known.get(f"{who}/{sort}", 0) + minutes
    return {name: {entry: f"1/{minutes}/0/0/0" for entry, minutes in known.items()} for name, known in sums.items()}


def _person(measure: Measure) -> str:
    """Her id on the row: the subject, or the holder of the journey where projects or communes are counted."""
    return measure.subject if measure.subject.endswith(("user", "respondent")) else f"{measure.path}holder__user"


def _fingerprints(measure: Measure, scope: Scope) -> dict[int, int]:
    """{row: another number whenever what she answered is another}, where its value says only whether she did."""
    if measure.code != "posture":
        return {}
    return {
        pair.request: sum(round(1e4 * (before + 3 * after)) for before, after in pair.areas.values())
        for pair in gains(scope).pairs
    }


def _together(known: list[int], row: list[int], *, is_once: bool) -> list[int]:
    if is_once:
        return [1, max(known[1], row[1]), max(known[2], row[2]), min(known[3], row[3]), max(known[4], row[4])]
    return [one + another for one, another in zip(known, row, strict=True)]


def _groups(places: list[Any], *, is_sure: bool) -> Iterator[str]:
    for name, place in zip(FIELDS, places, strict=True):
        yield f"{name}:{place}"
        if is_sure:
            yield f"{name}:{place}{SURELY}"


def _own_parts(measure: Measure, mine: list[Any], value: Any) -> list[str]:
    if measure.base is rows.contact_deliveries:
        kind, state = mine
        return [f"kind:{kind}", f"state:{state}", f"cell:{kind}/{state}"]
    if measure.code == OF_MOTIVES:
        return [f"reason:{one}" for one in mine if value]
    return [f"title:{one}" for one in mine]


# --- What it adds ---------------------------------------------------------------------------------
def sides_of(people: People, measure: Measure | None, smallest: int) -> tuple[frozenset[str], ...]:
    """Those counted, and of them those on one side (who add to the value, who have a part, of whom it is not known).

    A side of few people is told nowhere: a number hides where it stands on it. Of amounts only the whole is told.
    """
    everybody = frozenset(people)
    if measure is None or adds_amounts(measure):
        return (everybody,)
    found = [everybody]
    for place in (1, 2, 3):
        side = frozenset(entry for entry, adds in people.items() if adds.split("/")[place] != "0")
        numbers = [len({person_of(entry) for entry in one}) for one in (side, everybody - side)]
        if min(numbers) >= smallest:
            found.append(side)
    return tuple(found)


def amount_of(adds: str) -> int:
    return int(adds.split("/")[1])


def is_one_persons(people: People) -> bool:
    """Does one of them make up nearly all of the amount (the p% rule)?"""
    return dominated(_by_person(people).values())


def is_one_persons_change(new: People, old: People) -> bool:
    """The same of the difference between two releases of one amount."""
    before, after = _by_person(old), _by_person(new)
    return dominated(abs(after.get(one, 0) - before.get(one, 0)) for one in {*before, *after})


def _by_person(people: People) -> dict[str, int]:
    found: dict[str, int] = {}
    for entry, adds in people.items():
        found[person_of(entry)] = found.get(person_of(entry), 0) + amount_of(adds)
    return found


def by_person(people: People) -> dict[str, str]:
    """{person: all that she adds}: two releases are compared person by person."""
    found: dict[str, list[str]] = {}
    for entry, adds in people.items():
        found.setdefault(person_of(entry), []).append(f"{entry}={adds}")
    return {person: " ".join(sorted(all_of_it)) for person, all_of_it in found.items()}
