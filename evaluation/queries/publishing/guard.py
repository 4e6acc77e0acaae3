"""Figures about to be published, held against those published before: what would tell of a few people by subtraction
is hidden, and says so.

All snapshots of the organisation count, replaced ones and those for other readers too: who reads one may well read the
other. Every number is held against them, groups, kinds of hours, milestones and motives too: against the same number
and the whole of before (`too_close`), and all those that share their rows together (`Ledger`).
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from django.utils import timezone, translation
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from backend.web import reading
from evaluation.models import Campaign, Release, Snapshot
from evaluation.queries.measures import MEASURES, Measure
from evaluation.queries.publishing import behind
from evaluation.queries.publishing.behind import WHOLE, People
from evaluation.queries.publishing.cells import CODES, Shown, hide_cell, hide_unknown, motives_of, shown_of
from evaluation.queries.publishing.content import LANGUAGES, content, scope_of
from evaluation.queries.scope import Scope
from evaluation.statistics.differencing import Cell, Ledger, Rule, too_close

Words = dict[str, str]
"""A sentence in both languages; {}: there is none."""
Earlier = dict[tuple[str, str], list[tuple[People, Snapshot]]]
"""{(figure, part): who was counted in it, and where}, the oldest first."""


@dataclass(frozen=True)
class Frozen:
    """What is published, and who was counted in each number of it that is shown: {(figure, part): people}."""

    content: dict[str, Any]
    released: dict[tuple[str, str], People]


def frozen(campaign: Campaign, *, version: str = "", before: Snapshot | None = None) -> Frozen:
    """The content of a campaign, guarded by what was published before (`before` that snapshot, where it is recomputed
    later)."""
    with timezone.override(campaign.organisation.zone):  # days are those of the organisation, whoever publishes
        return _frozen(campaign, version, before)


def _frozen(campaign: Campaign, version: str, before: Snapshot | None) -> Frozen:
    found = content(campaign, version=version)
    scope = scope_of(campaign)
    guard = Guard(found, scope, _earlier(campaign, before))
    hide_unknown(found)
    for family in _families(found):
        guard.look(family)
    found["withheld"] = guard.withheld
    return Frozen(found, guard.released)


def _families(found: dict[str, Any]) -> list[list[tuple[dict[str, Any], Measure | None]]]:
    """The figures that are shown, those together that are counted on the same rows."""
    families: dict[Any, list[tuple[dict[str, Any], Measure | None]]] = {}
    for one in found["figures"]:
        measure = MEASURES.get(one["code"])
        if not one["is_hidden"]:
            families.setdefault(measure.base if measure else one["code"], []).append((one, measure))
    return list(families.values())


def _earlier(campaign: Campaign, before: Snapshot | None) -> Earlier:
    """One query."""
    rows = Release.objects.filter(snapshot__campaign__organisation=campaign.organisation_id)
    if before is not None:
        rows = rows.filter(snapshot__lt=before.pk)
    found: Earlier = {}
    for row in rows.select_related("snapshot").order_by("snapshot", "pk"):
        found.setdefault((row.figure, row.part), []).append((row.people, row.snapshot))
    return found


@dataclass
class Guard:
    """Takes out of a content what may not be told, and keeps who is behind the rest."""

    found: dict[str, Any]
    scope: Scope
    earlier: Earlier
    released: dict[tuple[str, str], People] = field(default_factory=dict)
    withheld: list[Words] = field(default_factory=list)
    """Why numbers are missing that no small group of their own explains."""
    _read: dict[int, dict[str, str]] = field(default_factory=dict)

    def look(self, family: list[tuple[dict[str, Any], Measure | None]]) -> None:
        """One family of figures: each alone, then all of them together with all that was released."""
        asked: list[tuple[dict[str, Any], Measure, dict[str, People], list[Shown]]] = []
        for one, measure in family:
            if measure is None:
                self._hide(one, _unknown_words())
                continue
            people = self._behind(measure)
            if reason := self._reason(measure, WHOLE, people.get(WHOLE, {})):
                self._hide(one, reason)
            else:
                asked.append((one, measure, people, self._alone(one, measure, people)))
        if asked:
            self._together(asked)

    def _behind(self, measure: Measure) -> dict[str, People]:
        found = behind.counted(measure, self.scope)
        return found | behind.spent_apart(self.scope) if measure.code == "hours" else found

    def _reason(self, measure: Measure, part: str, new: People) -> Words:
        """Why this number cannot be shown beside the same one of before, and the whole; {} where it can."""
        same = self.earlier.get((measure.code, part), [])
        known = same if part == WHOLE else [*same, *self.earlier.get((measure.code, WHOLE), [])]
        close = too_close(
            behind.by_person(new), [self._persons(old) for old, _snapshot in known], self.scope.smallest_group
        )
        if close:
            return _close_words(known[close[0]][1])
        if behind.adds_amounts(measure):
            if behind.is_one_persons(new):
                return _dominated_words()
            for old, snapshot in same:
                if behind.is_one_persons_change(new, old):
                    return _close_words(snapshot)
        return {}

    def _persons(self, old: People) -> dict[str, str]:
        """Of what was released before, person by person, worked out once."""
        if id(old) not in self._read:
            self._read[id(old)] = behind.by_person(old)
        return self._read[id(old)]

    def _alone(self, one: dict[str, Any], measure: Measure, people: dict[str, People]) -> list[Shown]:
        """The numbers of this figure that may be shown for themselves.

        Beside one that is too close to an earlier one, none of its block is: the others and their total would tell it.
        """
        shown = [*shown_of(self.found, measure.code)]
        if measure.code == behind.OF_MOTIVES:
            shown += motives_of(self.found, sorted(people))
        reasons = {cell.part: self._reason(measure, cell.part, people.get(cell.part, {})) for cell in shown}
        closed = {cell.block: reasons[cell.part] for cell in shown if reasons[cell.part]}
        for cell in shown:
            if cell.block in closed:
                cell.hide()
        self._say(one, closed.values())
        return [cell for cell in shown if cell.block not in closed]

    def _together(self, asked: list[tuple[dict[str, Any], Measure, dict[str, People], list[Shown]]]) -> None:
        """Whole figures first, then their parts block by block: of each as much as the rule lets through."""
        ledger = Ledger(self._known({measure for _one, measure, *_rest in asked}), self._rule(asked))
        parts = [
            (measure, people, cell) for _one, measure, people, shown in asked for cell in [None, *shown]
        ]  # fmt: skip
        if not ledger.exposes([self._cell(measure, people, cell) for measure, people, cell in parts]):
            for measure, people, cell in parts:
                self._release(measure, people, cell.part if cell else WHOLE)
            return
        for one, measure, people, shown in asked:
            _kept, fewest = ledger.admit([self._cell(measure, people, None)])
            if fewest:
                self._hide(one, _together_words())
                continue
            self._release(measure, people, WHOLE)
            for block in dict.fromkeys(cell.block for cell in shown):
                cells = [cell for cell in shown if cell.block == block]
                kept, fewest = ledger.admit([self._cell(measure, people, cell) for cell in cells])
                for cell in cells:
                    if (measure.code, cell.part) in kept:
                        self._release(measure, people, cell.part)
                    else:
                        cell.hide()
                if fewest:
                    self._say(one, [_together_words()])

    def _known(self, measures: set[Measure]) -> list[frozenset[str]]:
        """What was released of figures that are counted on the same rows."""
        bases = {measure.base for measure in measures}
        return [
            side
            for (figure, _part), found in self.earlier.items()
            if figure in MEASURES and MEASURES[figure].base in bases
            for people, _snapshot in found
            for side in behind.sides_of(people, MEASURES[figure], self.scope.smallest_group)
        ]

    def _rule(self, asked: list[tuple[dict[str, Any], Measure, dict[str, People], list[Shown]]]) -> Rule:
        amounts: dict[str, int] = {}
        for _one, measure, people, _shown in asked:
            if not behind.adds_amounts(measure):
                return Rule(self.scope.smallest_group, behind.person_of)
            for known in people.values():
                amounts |= {entry: behind.amount_of(adds) for entry, adds in known.items()}
        return Rule(self.scope.smallest_group, behind.person_of, lambda entry: amounts.get(entry, 0))

    def _cell(self, measure: Measure, people: dict[str, People], cell: Shown | None) -> Cell:
        part = cell.part if cell else WHOLE
        sides = behind.sides_of(people.get(part, {}), measure, self.scope.smallest_group)
        return Cell((measure.code, part), sides)

    def _release(self, measure: Measure, people: dict[str, People], part: str) -> None:
        if part == WHOLE or people.get(part):
            self.released[measure.code, part] = people.get(part, {})

    def _say(self, one: dict[str, Any], reasons: Iterable[Words]) -> None:
        for reason in reasons:
            told = {}
            for language in LANGUAGES:
                with translation.override(language):
                    told[language] = _("%(figure)s, some parts. %(reason)s") % {
                        "figure": capfirst(one[language]["title"]), "reason": reason[language],
                    }  # fmt: skip
            if told not in self.withheld:
                self.withheld.append(told)

    def _hide(self, one: dict[str, Any], reason: Words) -> None:
        """The figure, and its column in every table, which would add up to it."""
        one |= {
            name: None for name in ("value", "numerator", "denominator", "low", "high", "missing") if name in one
        } | {"is_hidden": True}
        for language in LANGUAGES:
            one[language] |= {"shown": "–", "unit": "", "note": reason[language], "precision": ""}
            if one.get("target"):
                one["target"]["standing"] = "unknown"
                one["target"][language]["standing"] = ""
        code = one["code"]
        for table in self.found["tables"]:
            for name in (name for name, known in CODES.items() if known == code):
                for line in table["lines"]:
                    hide_cell(line, name)
        if code == "people":
            self.found["people"] = None
        if code.startswith("hours"):
            self.found["hours"] = None
        if code == "milestones":
            self.found["milestones"] = []


# --- In words: how many people are behind a difference would itself tell what is hidden -----------
def _close_words(snapshot: Snapshot) -> Words:
    def sentence() -> str:
        return _("Hidden: it would tell about a few people by subtraction from what was published on %(day)s.") % {
            "day": reading.dated(reading.as_day(snapshot.published_at))
        }

    return _in_both(sentence)


def _together_words() -> Words:
    return _in_both(
        lambda: _("Hidden: beside the other figures published, it would tell about a few people by subtraction.")
    )


def _dominated_words() -> Words:
    return _in_both(lambda: _("Hidden: one person makes up nearly all of it."))


def _unknown_words() -> Words:
    return _in_both(lambda: _("Hidden: it can’t be held against what was published before."))


def _in_both(sentence: Callable[[], str]) -> Words:
    found = {}
    for language in LANGUAGES:
        with translation.override(language):
            found[language] = sentence()
    return found
