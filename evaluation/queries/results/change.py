"""What changed since the wave before: the same people where they are known, else two groups; one series only."""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import mean

from django.utils.translation import gettext as _

from evaluation import statistics
from evaluation.models import Item
from evaluation.queries import words
from evaluation.queries.given import Kept
from evaluation.queries.results.counts import numbers_in, point_label
from evaluation.queries.results.sheets import Row
from evaluation.statistics import Change, Interval, Location, McNemar, Undefined
from evaluation.statistics.disclosure import SMALLEST_GROUP

Pair = tuple[Kept, Kept]
"""Of one person: before, after."""


@dataclass(frozen=True)
class ShareChange:
    """One answer, in two groups: the difference of the shares with Newcombe's interval; of the same people also how
    many came to it and how many left it.
    """

    label: str
    before: tuple[int, int]
    after: tuple[int, int]
    gap: Interval | Undefined | None = None
    moved: McNemar | Undefined | None = None


@dataclass(frozen=True)
class ItemChange:
    """`n` people compared with themselves, or two groups (`is_paired` False). `why_not`: why nothing is compared."""

    n: int = 0
    is_paired: bool = True
    change: Change | Undefined | None = None
    typical: Location | Undefined | None = None
    means: tuple[float, float] | None = None
    shares: tuple[ShareChange, ...] = ()
    why_not: str = ""

    @property
    def precision(self) -> str:
        return words.gain(self.change) if self.change is not None else ""

    @property
    def mean(self) -> float | None:
        if isinstance(self.change, Change):
            return self.change.mean
        return self.change.value if self.change else None


def pairs_of(before: Sequence[Row], after: Sequence[Row]) -> list[tuple[Row, Row]]:
    """Of each person with a sheet in both, the latest of each; sheets that nobody can be told by pair with none."""
    latest: list[dict[str, Row]] = [{}, {}]
    for known, rows in zip(latest, (before, after), strict=True):
        for row in sorted(rows, key=lambda row: (row.on is not None, row.on)):
            if row.person:
                known[row.person] = row
    return [(latest[0][person], row) for person, row in sorted(latest[1].items()) if person in latest[0]]


def item_change(
    item: Item, labels: Sequence[tuple[str, str]], before: Sequence[Row], after: Sequence[Row], *, paired: bool
) -> ItemChange | None:
    """The change of one item; `before` and `after`: the sheets on which it was asked, in one same series. None for
    kinds that cannot be compared (words, days). Fewer than five pairs, or than five answers in a group: only why not.
    """
    if item.kind in Item.WRITTEN or item.kind == Item.Kind.DATE:
        return None
    if paired:
        return _paired(item, labels, before, after)
    return _unpaired(item, labels, _said(item, before), _said(item, after))


def _paired(item: Item, labels: Sequence[tuple[str, str]], before: Sequence[Row], after: Sequence[Row]) -> ItemChange:
    found = [(_kept(item, a), _kept(item, b)) for a, b in pairs_of(before, after)]
    pairs = [(a, b) for a, b in found if _says(a) and _says(b)]
    first, last = numbers_in(item, [a for a, _b in pairs]), numbers_in(item, [b for _a, b in pairs])
    if first or len(pairs) < SMALLEST_GROUP:
        return change_of(list(zip(first, last, strict=True)), known=len(pairs))
    return ItemChange(len(pairs), shares=tuple(_moved(code, label, pairs) for code, label in labels))


def change_of(pairs: Sequence[tuple[float, float]], *, known: int | None = None) -> ItemChange:
    """The mean and the typical change of people measured twice; only why not, for fewer than five. `known`: how many
    there are, where no mean can be taken."""
    n = len(pairs) if known is None else known
    if n < SMALLEST_GROUP:
        few = _("Fewer than five people answered both times: too few to compare.")
        return ItemChange(n, why_not=few if n else _("Nobody answered both times."))
    first, last = [a for a, _b in pairs], [b for _a, b in pairs]
    return ItemChange(
        n, change=statistics.paired_change(first, last), typical=statistics.hodges_lehmann(first, last),
        means=(mean(first), mean(last)),
    )  # fmt: skip


def _unpaired(item: Item, labels: Sequence[tuple[str, str]], before: list[Kept], after: list[Kept]) -> ItemChange:
    if min(len(before), len(after)) < SMALLEST_GROUP:
        return ItemChange(0, is_paired=False, why_not=_("Fewer than five answers in one of the waves."))
    first, last = numbers_in(item, before), numbers_in(item, after)
    if first:
        return ItemChange(len(after), is_paired=False, means=(mean(first), mean(last)))
    shares = []
    for code, label in labels:
        old = sum(has(one, code) for one in before), len(before)
        new = sum(has(one, code) for one in after), len(after)
        shares.append(ShareChange(label, old, new, gap=statistics.newcombe_difference(new, old)))
    return ItemChange(len(after), is_paired=False, shares=tuple(shares))


def _moved(code: str, label: str, pairs: list[Pair]) -> ShareChange:
    n = len(pairs)
    had, has_it = [has(a, code) for a, _b in pairs], [has(b, code) for _a, b in pairs]
    gained = sum(new and not old for old, new in zip(had, has_it, strict=True))
    lost = sum(old and not new for old, new in zip(had, has_it, strict=True))
    return ShareChange(label, (sum(had), n), (sum(has_it), n), moved=statistics.mcnemar(gained, lost))


def labels_of(item: Item, choices: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
    """What can be compared by its share: the choices, or yes."""
    if item.kind in (Item.Kind.YES_NO, Item.Kind.CONSENT):
        return [("1", point_label(item, 1))]
    return list(choices)


def has(kept: Kept, code: str) -> bool:
    return code in kept.chosen.split() or (kept.value is not None and str(kept.value) == code)


def _kept(item: Item, row: Row) -> Kept:
    return row.answers.get(item.code, Kept())


def _says(kept: Kept) -> bool:
    return not kept.is_empty and not kept.missing


def _said(item: Item, rows: Sequence[Row]) -> list[Kept]:
    return [one for one in (_kept(item, row) for row in rows) if _says(one)]
