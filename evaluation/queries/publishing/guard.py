"""Figures about to be published, held against those published before: what would tell of a few people by subtraction
is hidden, and says so.

All snapshots of the organisation count, replaced ones and those for other readers too: who reads one may well read the
other. A group is held against the same kind of groups and the whole.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils import translation
from django.utils.translation import ngettext

from backend.web import reading
from evaluation.models import Campaign, Release, Snapshot
from evaluation.queries.breakdown import COLUMNS, FIELDS
from evaluation.queries.measures import MEASURES, Measure
from evaluation.queries.publishing.content import LANGUAGES, content, scope_of
from evaluation.queries.scope import Scope
from evaluation.statistics.differencing import isolated, too_close

People = dict[str, str]
CODES = {"people": "people", "gain": "posture", **{name: column.code for name, column in COLUMNS.items()}}
"""Column of a table by group → the measure of its figure."""
OF_PEOPLE = ("user", "respondent")


@dataclass(frozen=True)
class Frozen:
    """What is published, and who was counted in each number of it that is shown: {(figure, part): people}."""

    content: dict[str, Any]
    released: dict[tuple[str, str], People]


def frozen(campaign: Campaign, *, version: str = "", before: Snapshot | None = None) -> Frozen:
    """The content of a campaign, guarded by what was published before (`before` that snapshot, where it is recomputed
    later)."""
    found = content(campaign, version=version)
    scope = scope_of(campaign)
    earlier = _earlier(campaign, before)
    released: dict[tuple[str, str], People] = {}
    for one in found["figures"]:
        measure = MEASURES.get(one["code"])
        if measure is None or one["is_hidden"] or not measure.subject.endswith(OF_PEOPLE):
            continue
        parts = counted(measure, scope)
        reason = _reason(parts.get("", {}), earlier.get((one["code"], ""), []), scope.smallest_group)
        if reason:
            _hide(found, one, reason)
            continue
        released[one["code"], ""] = parts.get("", {})
        for table in found["tables"]:
            released |= _guarded(table, one["code"], parts, earlier, scope.smallest_group)
    return Frozen(found, released)


def counted(measure: Measure, scope: Scope) -> dict[str, People]:
    """{"" for the whole, "commune:44109" for a group: {person: what they add}}. One query."""
    names = [f"{measure.path}{field}" for field in FIELDS.values()]
    sums: dict[str, dict[str, list[int]]] = {"": {}}
    for person, value, part, *places in measure.rows(scope).order_by().values_list("subject", "value", "part", *names):
        for key in ("", *(f"{name}:{place}" for name, place in zip(FIELDS, places, strict=True))):
            known = sums.setdefault(key, {}).setdefault(str(person), [0, 0, 0, 0])
            for i, more in enumerate((1, value or 0, part or 0, int(value is None))):
                known[i] += more
    return {
        key: {person: "/".join(map(str, known)) for person, known in people.items()} for key, people in sums.items()
    }


Earlier = dict[tuple[str, str], list[tuple[People, Snapshot]]]


def _earlier(campaign: Campaign, before: Snapshot | None) -> Earlier:
    """{(figure, part): who was counted in it, and where}, the oldest first. One query."""
    rows = Release.objects.filter(snapshot__campaign__organisation=campaign.organisation_id)
    if before is not None:
        rows = rows.filter(snapshot__lt=before.pk)
    found: Earlier = {}
    for row in rows.select_related("snapshot").order_by("snapshot", "pk"):
        found.setdefault((row.figure, row.part), []).append((row.people, row.snapshot))
    return found


def _reason(new: People, earlier: Iterable[tuple[People, Snapshot]], smallest: int) -> dict[str, str]:
    """Why it cannot be shown, in both languages; {} where it can."""
    known = list(earlier)
    close = too_close(new, [people for people, _snapshot in known], smallest)
    if close:
        return {language: _close_words(language, close[1], known[close[0]][1]) for language in LANGUAGES}
    few = isolated([*(people for people, _snapshot in known), new], smallest) if known else 0
    return {language: _together_words(language, few) for language in LANGUAGES} if few else {}


def _close_words(language: str, people: int, snapshot: Snapshot) -> str:
    with translation.override(language):
        words = ngettext(
            "Hidden: it would tell about %(n)s person by subtraction from what was published on %(day)s.",
            "Hidden: it would tell about %(n)s people by subtraction from what was published on %(day)s.",
            people,
        )
        return words % {"n": people, "day": reading.dated(reading.as_day(snapshot.published_at))}


def _together_words(language: str, people: int) -> str:
    with translation.override(language):
        words = ngettext(
            "Hidden: beside what was published before, it would tell about %(n)s person by subtraction.",
            "Hidden: beside what was published before, it would tell about %(n)s people by subtraction.",
            people,
        )
        return words % {"n": people}


def _hide(found: dict[str, Any], one: dict[str, Any], reason: dict[str, str]) -> None:
    """The figure, and its column in every table, which would add up to it."""
    one |= dict.fromkeys(("value", "numerator", "denominator", "low", "high"), None) | {"is_hidden": True}
    for language in LANGUAGES:
        one[language] |= {"shown": "–", "unit": "", "note": reason[language], "precision": ""}
    code = one["code"]
    for table in found["tables"]:
        for name in (name for name, known in CODES.items() if known == code):
            _hide_column(table, name)
    if code == "people":
        found["people"] = None
    if code.startswith("hours"):
        found["hours"] = None
    if code == "milestones":
        found["milestones"] = []


def _hide_column(table: dict[str, Any], name: str) -> None:
    for line in table["lines"]:
        line["cells"][name] = None
        line["hidden"] = sorted({*line["hidden"], name})


def _guarded(
    table: dict[str, Any], code: str, parts: dict[str, People], earlier: Earlier, smallest: int
) -> dict[tuple[str, str], People]:
    """The groups of this table that may be told, with who is counted; where one may not, the whole column is hidden,
    for the others and their total would give it away."""
    columns = [name for name, known in CODES.items() if known == code]
    told = {
        f"{table['code']}:{line['key']}": parts.get(f"{table['code']}:{line['key']}", {})
        for line in table["lines"]
        if any(name in line["cells"] and name not in line["hidden"] for name in columns)
    }
    whole = earlier.get((code, ""), [])
    for part, people in told.items():
        same = [one for (figure, name), found in earlier.items() if (figure, name) == (code, part) for one in found]
        if too_close(people, [known for known, _snapshot in [*same, *whole]], smallest):
            for name in columns:
                _hide_column(table, name)
            return {}
    return {(code, part): people for part, people in told.items() if people}
