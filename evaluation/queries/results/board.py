"""The results of one wave put together: its questions in order, narrowed to a group, with nothing that tells of one."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from django.utils.translation import gettext as _

from backend.lib import clock
from evaluation import statistics
from evaluation.models import Choice, Item, QuestionnaireVersion, Request, Section, Wave
from evaluation.queries import words
from evaluation.queries.correcting import can_still_change
from evaluation.queries.given import Kept
from evaluation.queries.relevance import holds, named_facts
from evaluation.queries.results.change import ItemChange, item_change, labels_of
from evaluation.queries.results.counts import Counts, Middle, count, main_share, middle_of
from evaluation.queries.results.narrowing import Narrowing, groups_of, split
from evaluation.queries.results.scores import Scoring
from evaluation.queries.results.sheets import Asked, Key, Row, break_reasons, previous_wave, sheets_of, versions_of
from evaluation.statistics import Alpha, Bounds, Undefined
from evaluation.statistics.disclosure import SMALLEST_GROUP


@dataclass(frozen=True)
class ItemResult:
    """One question; `hidden` says why it shows nothing, `earlier` that it is asked otherwise now."""

    number: int
    item: Item
    counts: Counts | None
    change: ItemChange | None = None
    hidden: str = ""
    earlier: str = ""
    reached: int = 0
    """How many people the wave asked, where it asked this of all of them; 0 where that is not known."""

    @property
    def bounds(self) -> Bounds | None:
        """Between what the share told of lies, whatever those who did not say would have said; those to whom it does
        not apply are no part of it. None where nobody was silent, or too few answered.
        """
        if self.counts is None or self.counts.answered < words.FEWEST:
            return None
        share, concerned = main_share(self.item, self.counts), self.reached - self.counts.not_applicable
        if share is None or concerned <= self.counts.answered:
            return None
        found = statistics.manski_bounds(share.n, self.counts.answered, concerned)
        return found if isinstance(found, Bounds) else None

    @property
    def anchor(self) -> str:
        return f"q-{self.item.code}-{self.item.series}"


@dataclass(frozen=True)
class SectionResult:
    """One section; its score is the mean of its people's scores, each the mean of the scales that person answered."""

    section: Section
    items: tuple[ItemResult, ...]
    score: Middle | None = None
    change: ItemChange | None = None
    alpha: Alpha | Undefined | None = None
    """Of the scales of the latest version; None without a score, with one scale, or where a group is looked at."""


@dataclass(frozen=True)
class Results:
    """`sent`: the sheets counted; `hidden`: why nothing is shown. `before`: the wave it is compared with."""

    wave: Wave
    sent: int
    asked: int
    sections: tuple[SectionResult, ...] = ()
    versions: tuple[QuestionnaireVersion, ...] = ()
    before: Wave | None = None
    narrowed: Narrowing | None = None
    groups: tuple[Narrowing, ...] = ()
    groups_wait: str = ""
    """Why there are no groups yet."""
    hidden: str = ""

    @property
    def items(self) -> list[ItemResult]:
        return [result for section in self.sections for result in section.items]


@dataclass(frozen=True)
class _Group:
    """The sheets at work: those of the wave (or of a group of it), those before, and whose each is."""

    wave: Wave
    rows: list[Row]
    before: list[Row]
    versions: dict[int, Asked]
    """Every version that any of them answers."""
    paired: bool
    protected: bool
    groups: dict[str, list[Row]] = field(default_factory=dict)
    """All groups of the dimension asked for, when the page is narrowed; the one shown is `shown`."""
    shown: str = ""
    reached: int = 0
    """How many people the wave asked; 0 when the page is narrowed, for nobody counts the silent of a group."""
    reasons: dict[Key, str] = field(default_factory=dict)
    """Why each series began anew."""


def results_of(wave: Wave, narrowing: str = "") -> Results:
    """Everything about one wave, in as many queries whatever the sheets. `narrowing`: "phase:creation".

    Fewer than five sheets of a confidential or anonymous wave show nothing; nor does a question that fewer than five
    answered, nor one that would tell of a small group by what is left. Groups of a confidential wave wait until no
    sheet of it can come or change any more: one grows by one where the whole grows by five. KeyError for a group that
    there is not.
    """
    asked = Request.objects.asked().filter(wave=wave).count()
    before = previous_wave(wave)
    sheets = sheets_of([wave, *([before] if before else [])])
    rows, earlier = sheets[wave.pk], sheets[before.pk] if before else []
    protected = wave.mode != Wave.Mode.IDENTIFIED
    empty = Results(wave, len(rows), asked, before=before)
    if protected and len(rows) < SMALLEST_GROUP:
        return replace(empty, sent=0, hidden=_few_sheets())
    if not rows:
        return replace(empty, hidden=_("Nobody has sent answers yet."))
    waits = _groups_wait(wave)
    groups = () if waits else groups_of(rows, protected=protected)
    empty = replace(empty, groups=groups, groups_wait=waits)
    narrowed = None
    parts: dict[str, list[Row]] = {}
    if narrowing:
        narrowed = {group.key: group for group in groups}[narrowing]
        if before and _groups_wait(before):  # so would who is compared
            before, empty, earlier = None, replace(empty, before=None), []
        parts = split(rows, narrowed.dimension)
        rows, earlier = parts[narrowed.value], split(earlier, narrowed.dimension).get(narrowed.value, [])
        if narrowed.is_hidden:
            return replace(empty, sent=0, narrowed=narrowed, hidden=_small_group())
    found = versions_of([*sheets[wave.pk], *earlier], wave)
    shares_people = before is not None and not (wave.is_anonymous or before.is_anonymous)
    own = [asked for asked in found if asked.version.pk in {row.version for row in rows}]
    group = _Group(
        wave, rows, earlier if before else [], {one.version.pk: one for one in found}, paired=shares_people,
        protected=protected or (before is not None and before.mode != Wave.Mode.IDENTIFIED),
        groups=parts if protected else {}, shown=narrowed.value if narrowed else "",
        reached=0 if narrowed else asked, reasons=break_reasons(wave) if before else {},
    )  # fmt: skip
    return replace(
        empty, sent=len(rows), sections=_sections(group, own), versions=tuple(one.version for one in own),
        narrowed=narrowed,
    )  # fmt: skip


def _groups_wait(wave: Wave) -> str:
    if wave.mode == Wave.Mode.CONFIDENTIAL and can_still_change(wave, clock.now()):
        return _(
            "Groups are shown once this wave is over: stopped, with nothing left to answer or to correct. Before that,"
            " a group that grows by one person would show what they answered."
        )
    return ""


def _few_sheets() -> str:
    return _("Fewer than five people have answered: nothing is shown, so that nobody is recognised.")


def _small_group() -> str:
    return _("This group is too small, or would let a small one be worked out: nothing of it is shown.")


# --- Sections and items ---------------------------------------------------------------------------
def _sections(group: _Group, own: Sequence[Asked]) -> tuple[SectionResult, ...]:
    """The sections of the latest version, what only earlier ones asked after what stands in the same section."""
    order: dict[str, Section] = {}
    items: dict[str, dict[Key, Item]] = {}
    for asked in own:
        for section in asked.sections:
            order.setdefault(section.code, section)
            for item in section.items.all():
                if item.is_asked:
                    items.setdefault(section.code, {}).setdefault((item.code, item.series), item)
    latest = {(item.code, item.series) for item in own[0].items} if own else set()
    made, number = [], 0
    for code, section in order.items():
        results = []
        for key, item in items.get(code, {}).items():
            if _elsewhere(items, code, key):
                continue
            number += 1
            made_of = _item_result(group, number, item, is_latest=key in latest)
            results.append(replace(made_of, reached=group.reached if _of_all(own, key) else 0))
        if results:
            made.append(_scored(group, SectionResult(section, tuple(results))))
    return tuple(made)


def _of_all(own: Sequence[Asked], key: Key) -> bool:
    """Does every version that was answered ask it of everybody?"""
    places = [asked.places.get(key) for asked in own]
    return all(place is not None and not any(one.relevance for one in place) for place in places)


def _elsewhere(items: dict[str, dict[Key, Item]], code: str, key: Key) -> bool:
    """Did it move here from, or away to, a section that is listed before?"""
    first = next(name for name, held in items.items() if key in held)
    return first != code


def _item_result(group: _Group, number: int, item: Item, *, is_latest: bool) -> ItemResult:
    earlier = "" if is_latest else _("As it was asked in an earlier version.")
    choices = _choices(group, item)
    rows = _asked_of(group, item, group.rows)
    counts = count(item, choices, rows, names=group.wave.mode == Wave.Mode.IDENTIFIED, exact=not group.protected)
    if group.protected and (why := _why_hidden(group, item, counts)):
        return ItemResult(number, item, None, hidden=why, earlier=earlier)
    if group.groups:  # words of a part of a protected wave would tell whose they are
        counts = replace(counts, words=())
    return ItemResult(number, item, counts, change=_change(group, item, choices, rows), earlier=earlier)


def _choices(group: _Group, item: Item) -> list[Choice]:
    """Those of every version in which it is the same series, the latest words first."""
    known: dict[str, Choice] = {}
    for asked in group.versions.values():
        for one in asked.items:
            if (one.code, one.series) == (item.code, item.series):
                for choice in one.choices.all():
                    known.setdefault(choice.code, choice)
    return list(known.values())


def _why_hidden(group: _Group, item: Item, counts: Counts) -> str:
    if 0 < counts.answered < SMALLEST_GROUP:
        return _("Fewer than five people answered: nothing is shown, so that nobody is recognised.")
    if group.groups:
        values = list(group.groups)
        answered = [sum(_answers(item, row) for row in _asked_of(group, item, group.groups[one])) for one in values]
        if values.index(group.shown) in statistics.hide_in_list(answered):
            return _small_group()
    return ""


def _answers(item: Item, row: Row) -> bool:
    kept = row.answers.get(item.code, Kept())
    return not kept.is_empty and not kept.missing


def _asked_of(group: _Group, item: Item, rows: Sequence[Row]) -> list[Row]:
    """The sheets on which this series of the item was asked, by what each had answered before it. Where a fact decides
    and nobody knows whose the sheet is, only those that hold an answer.
    """
    return [row for row in rows if _was_asked(group.versions[row.version], item, row)]


def _was_asked(asked: Asked, item: Item, row: Row) -> bool:
    if (place := asked.places.get((item.code, item.series))) is None:
        return False
    if item.code in row.answers:
        return True
    conditions = [one.relevance for one in place if one.relevance]
    if not row.facts and any(True for condition in conditions for _fact in named_facts(condition)):
        return False
    return all(holds(condition, row.plain, row.facts) for condition in conditions)


# --- Change ---------------------------------------------------------------------------------------
def _change(group: _Group, item: Item, choices: Sequence[Choice], rows: Sequence[Row]) -> ItemChange | None:
    if not group.before:
        return None
    earlier = _asked_of(group, item, group.before)
    if not earlier:
        return _broken(group, item)
    labels = labels_of(item, [(one.code, one.text) for one in choices])
    return item_change(item, labels, earlier, rows, paired=group.paired)


def _broken(group: _Group, item: Item) -> ItemChange | None:
    """Nothing to compare with: was it asked otherwise?"""
    answered = {row.version for row in group.before}
    for asked in group.versions.values():
        if asked.version.pk in answered and any(one.code == item.code for one in asked.items):
            reason = group.reasons.get((item.code, item.series)) or _("no reason given")
            return ItemChange(
                why_not=_("The series starts anew: the question has changed since the wave before (%(reason)s).")
                % {"reason": reason}
            )
    return None


def _scored(group: _Group, made: SectionResult) -> SectionResult:
    """With the mean of its people's scores, and its change where every scale in it stays in its series. Of a scale that
    broke within the wave only the latest series counts."""
    least = made.section.least_answered
    if not least:
        return made
    scales: dict[str, int] = {}
    for one in made.items:
        if one.item.kind == Item.Kind.SCALE:
            scales.setdefault(one.item.code, one.item.series)
    scoring = Scoring(frozenset(scales.items()), least, group.versions)
    now = scoring.of_all(group.rows)
    if not now or (group.protected and (len(now) < SMALLEST_GROUP or any(one.hidden for one in made.items))):
        return made
    latest = [(one.item.code, one.item.series) for one in made.items if not one.earlier]
    return replace(
        made,
        score=middle_of(now, exact=False),
        change=scoring.change(group.before, group.rows) if group.before and group.paired else None,
        alpha=scoring.alpha(group.rows, latest) if group.reached else None,
    )
