"""The difference between two versions of a questionnaire, item by item, and what it does to the series. Pure.

An item is the same when its code is. A change is *forced* to break the series where answers before and after can't be
compared (kind, points of the scale, unit, what a choice means, the section whose score it is part of); it is *judged*
by a person where words decide; and it is *free* where answers stay what they were (short names, a translation that was
missing, order, whether an answer is needed).
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from difflib import SequenceMatcher
from enum import StrEnum
from typing import Any

from backend.lib.texts import fold, pick


class Weight(StrEnum):
    FORCED = "forced"
    JUDGED = "judged"
    FREE = "free"


@dataclass(frozen=True)
class ChoiceText:
    """One choice as a version words it."""

    code: str
    fr: str
    en: str = ""
    is_retired: bool = False
    is_exclusive: bool = False
    takes_text: bool = False


@dataclass(frozen=True)
class ItemText:
    """One item as a version words it. `is_scored`: a scale in a section that has a score. `anchors`: (from, to, fr, en)
    that hold for it, its own or the version's. `intro_…`: what its section says above it. `relevance`: the section's
    condition and its own."""

    code: str
    kind: str = "scale"
    section: str = ""
    is_scored: bool = False
    text_fr: str = ""
    text_en: str = ""
    label_fr: str = ""
    label_en: str = ""
    help_fr: str = ""
    help_en: str = ""
    intro_fr: str = ""
    intro_en: str = ""
    scale: tuple[int, int] | None = None
    anchors: tuple[tuple[int, int, str, str], ...] = ()
    choices: tuple[ChoiceText, ...] = ()
    unit_fr: str = ""
    unit_en: str = ""
    least: Decimal | None = None
    most: Decimal | None = None
    decimals: int = 0
    is_required: bool = False
    allows_na: bool = True
    allows_no_say: bool = False
    relevance: tuple[Mapping[str, Any], ...] = ()
    series: int = 1

    @property
    def text(self) -> str:
        return pick(self, "text")


@dataclass(frozen=True)
class SectionText:
    """One section as a version words it."""

    code: str
    title_fr: str = ""
    title_en: str = ""
    text_fr: str = ""
    text_en: str = ""
    layout: str = "list"
    least_answered: int | None = None


@dataclass(frozen=True)
class VersionText:
    """What a version says, in order."""

    sections: tuple[SectionText, ...] = ()
    items: tuple[ItemText, ...] = ()


@dataclass(frozen=True)
class Fact:
    """One thing that differs: the name of a field of `ItemText` or `SectionText`, before and after."""

    name: str
    old: Any
    new: Any
    weight: Weight = Weight.FREE


@dataclass(frozen=True)
class Change:
    """One item or section of either version; `old` or `new` is None where it is not there."""

    code: str
    old: Any
    new: Any
    facts: tuple[Fact, ...] = ()
    is_moved: bool = False

    @property
    def became(self) -> str:
        if self.old is None or self.new is None:
            return "added" if self.old is None else "removed"
        return "changed" if self.facts else "moved" if self.is_moved else "same"

    @property
    def now(self) -> Any:
        """As it is, else as it was."""
        return self.new or self.old

    @property
    def weight(self) -> Weight:
        """The heaviest of its facts."""
        weights = {fact.weight for fact in self.facts}
        return next((one for one in Weight if one in weights), Weight.FREE)


@dataclass(frozen=True)
class Difference:
    """Every item and section of both versions: the new one's in order, then those that it has no more."""

    items: tuple[Change, ...] = ()
    sections: tuple[Change, ...] = field(default=())

    @property
    def is_empty(self) -> bool:
        return all(one.became == "same" for one in (*self.items, *self.sections))

    def that(self, became: str) -> list[Change]:
        return [one for one in self.items if one.became == became]

    @property
    def judged(self) -> list[Change]:
        """Those whose effect on the series a person has to say."""
        return [one for one in self.items if one.weight == Weight.JUDGED]

    @property
    def forced(self) -> list[Change]:
        return [one for one in self.items if one.weight == Weight.FORCED]


REWORDED = ("text_fr", "text_en", "help_fr", "help_en")
FREE = ("label_fr", "label_en", "is_required", "allows_na", "allows_no_say")
INTRO = ("intro_fr", "intro_en")
NUMBERS = ("least", "most", "decimals")
SECTION = ("title_fr", "title_en", "text_fr", "text_en", "layout", "least_answered")


def compare(old: VersionText, new: VersionText) -> Difference:
    """What `new` changes to `old`."""
    return Difference(_changes(old.items, new.items, _item_facts), _changes(old.sections, new.sections, _section_facts))


def _changes(old: Sequence[Any], new: Sequence[Any], facts: Any) -> tuple[Change, ...]:
    were, are = {one.code: one for one in old}, {one.code: one for one in new}
    moved = _moved([code for code in were if code in are], [code for code in are if code in were])
    kept = [
        Change(code, were.get(code), one, facts(were[code], one) if code in were else (), code in moved)
        for code, one in are.items()
    ]
    return (*kept, *(Change(code, one, None) for code, one in were.items() if code not in are))


def _moved(was: Sequence[str], now: Sequence[str]) -> set[str]:
    """The codes that stand elsewhere among those that both have."""
    blocks = SequenceMatcher(None, was, now, autojunk=False).get_matching_blocks()
    return set(now) - {code for block in blocks for code in now[block.b : block.b + block.size]}


def _section_facts(old: SectionText, new: SectionText) -> tuple[Fact, ...]:
    return tuple(Fact(name, a, b) for name in SECTION if (a := getattr(old, name)) != (b := getattr(new, name)))


def _item_facts(old: ItemText, new: ItemText) -> tuple[Fact, ...]:
    if old.kind != new.kind:
        return (Fact("kind", old.kind, new.kind, Weight.FORCED), *_plain(old, new, REWORDED, _wording))
    found = [
        *_plain(old, new, REWORDED, _wording),
        *_plain(old, new, INTRO, _framing(old)),
        *_plain(old, new, ("scale",), lambda _a, _b: Weight.FORCED),
        *_plain(old, new, ("anchors",), _anchors),
        *_plain(old, new, ("choices",), _choices),
        *_plain(old, new, ("unit_fr", "unit_en"), _unit),
        *_plain(old, new, NUMBERS, lambda _a, _b: Weight.JUDGED),
        *_plain(old, new, ("relevance",), lambda _a, _b: Weight.JUDGED),
        *_plain(old, new, FREE, lambda _a, _b: Weight.FREE),
    ]
    if old.section != new.section:
        by_score = old.is_scored or new.is_scored
        found.append(Fact("section", old.section, new.section, Weight.FORCED if by_score else Weight.FREE))
    elif old.is_scored != new.is_scored:
        found.append(Fact("is_scored", old.is_scored, new.is_scored, Weight.JUDGED))
    return tuple(found)


def _plain(old: ItemText, new: ItemText, names: Iterable[str], weigh: Any) -> list[Fact]:
    pairs = ((name, getattr(old, name), getattr(new, name)) for name in names)
    return [Fact(name, a, b, weigh(a, b)) for name, a, b in pairs if a != b]


def _is_retyped(old: str, new: str) -> bool:
    """Only capitals, accents, spaces or punctuation differ, or the words were missing before."""
    return not old or _bare(old) == _bare(new)


def _bare(text: str) -> str:
    return " ".join(re.findall(r"\w+", fold(text)))


def _wording(old: str, new: str) -> Weight:
    return Weight.FREE if _is_retyped(old, new) else Weight.JUDGED


def _framing(old: ItemText) -> Any:
    """“In the last three months” above a question makes another one of it, also where nothing stood before."""
    return _wording if old.intro_fr or old.intro_en else lambda _a, _b: Weight.JUDGED


def _unit(old: str, new: str) -> Weight:
    """Euros are not thousands of euros."""
    return Weight.FREE if _is_retyped(old, new) else Weight.FORCED


def _anchors(old: Sequence[tuple[int, int, str, str]], new: Sequence[tuple[int, int, str, str]]) -> Weight:
    same = [band[:2] for band in old] == [band[:2] for band in new]
    pairs = zip(old, new, strict=False)
    retyped = same and all(_is_retyped(a[2], b[2]) and _is_retyped(a[3], b[3]) for a, b in pairs)
    return Weight.FREE if retyped else Weight.JUDGED


def _choices(old: Sequence[ChoiceText], new: Sequence[ChoiceText]) -> Weight:
    """Forced where a code means something else, which is when no language says any more what it said."""
    were = {one.code: one for one in old}
    pairs = [(were[one.code], one) for one in new if one.code in were]
    if any(_means_otherwise(a, b) for a, b in pairs):
        return Weight.FORCED
    same_set = len(pairs) == len(old) == len(new)
    flags = all((a.is_retired, a.is_exclusive) == (b.is_retired, b.is_exclusive) for a, b in pairs)
    retyped = all(_is_retyped(a.fr, b.fr) and _is_retyped(a.en, b.en) for a, b in pairs)
    return Weight.FREE if same_set and flags and retyped else Weight.JUDGED


def _means_otherwise(old: ChoiceText, new: ChoiceText) -> bool:
    said = [(a, b) for a, b in ((old.fr, new.fr), (old.en, new.en)) if a]
    return bool(said) and all(_bare(a) != _bare(b) for a, b in said)


@dataclass(frozen=True)
class Mark:
    """Some words in a row: `same` in both texts, `gone` from the old one, or `come` with the new one."""

    kind: str
    text: str


def marked(old: str, new: str) -> list[Mark]:
    """Both texts in one, the words that changed marked."""
    was, now = (re.findall(r"\s+|\w+|[^\w\s]", text) for text in (old, new))
    marks = []
    for tag, i, j, k, m in SequenceMatcher(None, was, now, autojunk=False).get_opcodes():
        if tag == "equal":
            marks.append(Mark("same", "".join(was[i:j])))
            continue
        marks += [Mark(kind, text) for kind, text in (("gone", "".join(was[i:j])), ("come", "".join(now[k:m]))) if text]
    return marks
