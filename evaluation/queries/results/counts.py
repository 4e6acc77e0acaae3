"""What a group answered to one item: counts with their shares, means, scores, days, words."""

import secrets
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from statistics import mean, median

from django.utils import formats
from django.utils.translation import gettext as _

from backend.web.charts import number
from evaluation import statistics
from evaluation.models import Choice, Item
from evaluation.queries.given import Kept
from evaluation.queries.results.sheets import Row
from evaluation.statistics import Interval, Undefined

MOST_BARS = 8
"""A number with more different values than this is drawn in bins."""
BINS = 6


@dataclass(frozen=True)
class Share:
    """One bar: how many gave this answer, of those who answered."""

    code: str
    label: str
    n: int
    of: int
    is_retired: bool = False

    @property
    def interval(self) -> Interval | Undefined:
        return statistics.wilson(self.n, self.of)

    @property
    def percent(self) -> int | None:
        return round(100 * self.n / self.of) if self.of else None


@dataclass(frozen=True)
class Said:
    """Words somebody wrote; `name` only where the reader may know whose they are."""

    text: str
    name: str = ""


@dataclass(frozen=True)
class Middle:
    """Numbers or points in short; the mean with its interval (None: not defined)."""

    n: int
    mean: float
    median: float
    low: float | None
    high: float | None
    least: float | None
    most: float | None
    """None where the extreme would show one person."""


@dataclass(frozen=True)
class Counts:
    """What was answered to one item. `asked` = `answered` + `not_applicable` + `no_say` + `silent`."""

    asked: int
    answered: int
    not_applicable: int
    no_say: int
    shares: tuple[Share, ...] = ()
    middle: Middle | None = None
    score: Interval | Undefined | None = None
    """The recommendation score, in points from −100 to 100."""
    words: tuple[Said, ...] = ()

    @property
    def silent(self) -> int:
        return self.asked - self.answered - self.not_applicable - self.no_say


def count(item: Item, choices: Sequence[Choice], rows: Sequence[Row], *, names: bool, exact: bool) -> Counts:
    """`rows`: the sheets on which the item was asked. `names`: the reader may know who wrote; `exact`: single numbers
    and days may be shown (else they are only shown together).
    """
    kept = [row.answers.get(item.code, Kept()) for row in rows]
    said = [one for one in kept if not one.is_empty and not one.missing]
    words = [(one.text, row.name) for row, one in zip(rows, kept, strict=True) if one.text]
    secrets.SystemRandom().shuffle(words)
    made = Counts(
        asked=len(rows),
        answered=len(said),
        not_applicable=sum(one.missing == "na" for one in kept),
        no_say=sum(one.missing == "no_say" for one in kept),
        shares=_shares(item, choices, said, exact=exact),
        middle=middle_of(numbers_in(item, said), exact=exact),
        score=_score(item, said),
        words=tuple(Said(text, name if names else "") for text, name in words),
    )
    return made


def main_share(item: Item, counts: Counts) -> Share | None:
    """The answer that a finding tells of: yes, else the choice that most took; None where it tells of no share."""
    if not counts.shares or counts.middle is not None or item.kind == Item.Kind.DATE:
        return None
    return counts.shares[0] if item.kind in Item.POINTS else max(counts.shares, key=lambda share: share.n)


def numbers_in(item: Item, said: Sequence[Kept]) -> list[float]:
    """The answers as numbers, where a mean of them says something."""
    if item.kind in (Item.Kind.SCALE, Item.Kind.RECOMMEND):
        return [float(one.value) for one in said if one.value is not None]
    if item.kind == Item.Kind.NUMBER:
        return [float(one.number) for one in said if one.number is not None]
    return []


def _shares(item: Item, choices: Sequence[Choice], said: Sequence[Kept], *, exact: bool) -> tuple[Share, ...]:
    of = len(said)
    if item.kind in Item.POINTS:
        points = Counter(one.value for one in said)
        low, high = item.bounds
        return tuple(Share(str(p), point_label(item, p), points[p], of) for p in _order(item, low, high))
    if item.kind in Item.CHOSEN:
        taken = Counter(code for one in said for code in one.chosen.split())
        return tuple(
            Share(one.code, one.text, taken[one.code], of, one.is_retired)
            for one in choices
            if taken[one.code] or not one.is_retired
        )
    if item.kind == Item.Kind.NUMBER and exact:
        return _bins(item, [float(one.number) for one in said if one.number is not None])
    if item.kind == Item.Kind.DATE:
        return _days([one.day for one in said if one.day is not None], exact=exact)
    return ()


def _order(item: Item, low: int, high: int) -> Sequence[int]:
    """Yes before no; scales upwards."""
    return (1, 0) if high - low == 1 and item.kind in (Item.Kind.YES_NO, Item.Kind.CONSENT) else range(low, high + 1)


def point_label(item: Item, point: int) -> str:
    if item.kind in (Item.Kind.YES_NO, Item.Kind.CONSENT):
        return _("Yes") if point else _("No")
    return number(point)


def _bins(item: Item, values: list[float]) -> tuple[Share, ...]:
    """Each value by itself while there are few, else classes of the same width."""
    of, places = len(values), item.decimals or 0

    def shown(value: float) -> str:
        return number(value, decimals=places)

    if len(set(values)) <= MOST_BARS:
        return tuple(Share(str(one), shown(one), n, of) for one, n in sorted(Counter(values).items()))
    low, high = min(values), max(values)
    width = (high - low) / BINS
    held = Counter(min(int((value - low) / width), BINS - 1) for value in values)
    return tuple(
        Share(
            str(i),
            _("%(low)s to %(high)s") % {"low": shown(low + i * width), "high": shown(low + (i + 1) * width)},
            held[i],
            of,
        )
        for i in range(BINS)
    )


def _days(days: list[date], *, exact: bool) -> tuple[Share, ...]:
    """By month while they are in a year or so and may be told that finely, else by year."""
    by_month = exact and bool(days) and (max(days) - min(days)).days <= 400
    start: Callable[[date], date] = (
        (lambda day: day.replace(day=1)) if by_month else (lambda day: day.replace(month=1, day=1))
    )
    counted = Counter(map(start, days))
    form = "F Y" if by_month else "Y"
    return tuple(
        Share(day.isoformat(), formats.date_format(day, form), n, len(days)) for day, n in sorted(counted.items())
    )


def middle_of(values: list[float], *, exact: bool) -> Middle | None:
    """None without any. The t interval of a mean is that of the change from zero."""
    if not values:
        return None
    found = statistics.paired_change([0.0] * len(values), values)
    low, high = (None, None) if isinstance(found, Undefined) else (found.low, found.high)
    ends = (min(values), max(values)) if exact else (None, None)
    return Middle(len(values), mean(values), median(values), low, high, *ends)


def _score(item: Item, said: Sequence[Kept]) -> Interval | Undefined | None:
    """0–6 would rather not recommend, 7 and 8 neither, 9 and 10 would."""
    if item.kind != Item.Kind.RECOMMEND:
        return None
    points = [one.value for one in said if one.value is not None]
    low, high = sum(p <= 6 for p in points), sum(p >= 9 for p in points)
    return statistics.recommendation_score(low, len(points) - low - high, high)
