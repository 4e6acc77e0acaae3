"""What a question’s answers say, in words and as rows of a chart: first the finding, with how sure it is."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from backend.web.charts import number
from backend.web.reading import percent
from evaluation.models import Item
from evaluation.queries import words
from evaluation.queries.results.board import ItemResult, Results, SectionResult
from evaluation.queries.results.change import ItemChange, ShareChange
from evaluation.queries.results.counts import Counts, Middle, Share, main_share
from evaluation.statistics import Alpha, Interval, McNemar, Undefined, holm

Table = tuple[list[str], list[tuple[str, ...]]]
"""The head, and the rows."""


@dataclass(frozen=True)
class Shown:
    """One question as the page shows it."""

    result: ItemResult
    finding: str
    rows: list[tuple[str, int | None]]
    """Bars: each answer and its share in percent."""
    table: Table
    counted: str
    change: str
    change_table: Table | None
    silence: str = ""
    """Between what the share told of lies, whatever the silent would have said; "" where that adds nothing."""

    @property
    def words(self) -> Any:
        return self.result.counts.words if self.result.counts else ()


@dataclass(frozen=True)
class ShownSection:
    """One section as the page shows it: the words of its score ("" without) and of its change, and for the evaluator
    whether its questions go together, in words and in numbers ("" without).
    """

    title: str
    score: str
    change: str
    items: list[Shown]
    together: str = ""
    alpha: str = ""
    change_table: Table | None = None


def shown(found: Results) -> list[ShownSection]:
    return [_section(one) for one in found.sections]


def _section(one: SectionResult) -> ShownSection:
    top = max((result.item.bounds[1] for result in one.items if result.item.kind == Item.Kind.SCALE), default=0)
    score = _("Score: %(mean)s") % {"mean": _mean(one.score, top)} if one.score else ""
    return ShownSection(
        one.section.title, score, change_words(one.change), [_item(item) for item in one.items],
        together=words.together(one.alpha) if one.alpha else "", alpha=alpha_words(one.alpha),
        change_table=_change_table(one.change),
    )  # fmt: skip


def alpha_words(alpha: Alpha | Undefined | None) -> str:
    """The coefficient for the evaluator; "" where there is none, or over too few people."""
    if not isinstance(alpha, Alpha) or alpha.n < words.FEWEST:
        return ""
    return _(
        "Cronbach’s alpha: %(value)s, between %(low)s and %(high)s (Feldt’s interval), over the %(n)s people who"
        " answered all %(items)s questions."
    ) % {
        "value": words.coefficient(alpha.value), "low": words.coefficient(alpha.low),
        "high": words.coefficient(alpha.high), "n": number(alpha.n), "items": alpha.items,
    }  # fmt: skip


def _item(result: ItemResult) -> Shown:
    counts = result.counts
    if counts is None:
        return Shown(result, "", [], ([], []), "", "", None)
    return Shown(
        result,
        finding=finding(result.item, counts),
        rows=[(_bar_label(share), share.percent) for share in counts.shares] if counts.answered else [],
        table=_table(counts),
        counted=counted(counts),
        change=change_words(result.change),
        change_table=_change_table(result.change),
        silence=silence(result),
    )


def silence(result: ItemResult) -> str:
    """ "“Yes”: between 3 and 8 in 10, whatever the others would have said." And of how many people that is."""
    if (bounds := result.bounds) is None or result.counts is None:
        return ""
    share = main_share(result.item, result.counts)
    return _("“%(choice)s”: %(words)s. Of the %(asked)s people concerned, %(answered)s answered.") % {
        "choice": share.label if share else "", "words": words.whatever_the_silent(bounds),
        "asked": number(bounds.asked), "answered": number(bounds.answered),
    }  # fmt: skip


def _bar_label(share: Share) -> str:
    label = _("%(choice)s (no longer offered)") % {"choice": share.label} if share.is_retired else share.label
    return f"{label} · {words.of(share.n, share.of)}" if share.n else label


def finding(item: Item, counts: Counts) -> str:
    """The one sentence to keep: “Yes: between 5 and 8 in 10.”"""
    if not counts.answered:
        return _("Nobody answered.")
    if item.kind in Item.WRITTEN:
        return ngettext("%(n)d answer in words.", "%(n)d answers in words.", counts.answered) % {"n": counts.answered}
    if counts.score is not None:
        return _recommendation(counts.score, counts.answered)
    if counts.middle is not None:
        top = item.bounds[1] if item.kind == Item.Kind.SCALE else 0
        return _("Mean: %(mean)s") % {"mean": _mean(counts.middle, top, item.unit)}
    first = main_share(item, counts)
    if first is None:
        return ""
    said = {"choice": first.label, "words": words.in_ten(first.interval, first.of)}
    if item.kind in Item.POINTS:
        return _("%(choice)s: %(words)s.") % said
    return _("Most often “%(choice)s”: %(words)s.") % said


def _recommendation(score: Interval | Undefined, n: int) -> str:
    if isinstance(score, Undefined):
        return words.reason(score).capitalize() + "."
    return _("Recommendation score %(score)s: %(words)s.") % {
        "score": _points(score.value), "words": words.recommendation(score, n),
    }  # fmt: skip


def _points(value: float) -> str:
    return f"{'+' if value > 0 else '−' if value < 0 else ''}{number(abs(round(value)))}"


def _mean(middle: Middle, top: int, unit: str = "") -> str:
    """ "5.0 out of 8, between 3.2 and 6.8"; no bounds on too few answers."""
    value = number(middle.mean, unit, decimals=1)
    shown = _("%(mean)s out of %(top)s") % {"mean": value, "top": top} if top else value
    if middle.n < words.FEWEST:
        return _("%(mean)s, but too few answers to conclude.") % {"mean": shown}
    if middle.low is None or middle.high is None:
        return _("%(mean)s: all the same.") % {"mean": shown}
    low, high = number(middle.low, decimals=1), number(middle.high, decimals=1)
    return _("%(mean)s, between %(low)s and %(high)s.") % {"mean": shown, "low": low, "high": high}


def counted(counts: Counts) -> str:
    """ "12 answered of 15 asked; 2 does not apply; 1 prefers not to say" — the reasons apart from silence."""
    parts = [_("%(answered)s answered of %(asked)s asked") % {
        "answered": number(counts.answered), "asked": number(counts.asked),
    }]  # fmt: skip
    for n, text in (
        (counts.not_applicable, _("does not apply: %(n)s")),
        (counts.no_say, _("prefer not to say: %(n)s")),
        (counts.silent, _("left empty: %(n)s")),
    ):
        if n:
            parts.append(text % {"n": number(n)})
    return " · ".join(parts)


def _table(counts: Counts) -> Table:
    head = [pgettext("in a table", "Answer"), _("People"), _("Share"), _("Lower bound"), _("Upper bound")]
    rows: list[tuple[str, ...]] = [(share.label, number(share.n), *_bounds(share.interval)) for share in counts.shares]
    if counts.middle is not None:
        rows.append((_("Median"), number(counts.middle.median, decimals=1), "", "", ""))
    if counts.middle is not None and counts.middle.least is not None:
        rows.append((_("Smallest"), number(counts.middle.least), "", "", ""))
        rows.append((_("Greatest"), number(counts.middle.most), "", "", ""))
    return head, rows


def _bounds(interval: Interval | Undefined) -> tuple[str, str, str]:
    if isinstance(interval, Undefined):
        return "–", "–", "–"
    value, low, high = (percent(round(100 * one)) for one in (interval.value, interval.low, interval.high))
    return value, low, high


# --- Change ---------------------------------------------------------------------------------------
def change_words(change: ItemChange | None) -> str:
    """The change since the wave before in one sentence, or why there is none; "" where nothing can be compared."""
    if change is None:
        return ""
    if change.why_not:
        return change.why_not
    if change.is_paired and change.change is not None:
        return _("Since the wave before: %(mean)s on average, %(words)s (the same %(n)s people).") % {
            "mean": words.signed(change.mean), "words": change.precision, "n": number(change.n),
        }  # fmt: skip
    if change.means is not None:
        return _("%(before)s in the wave before, %(after)s now: who is who is not known, so nothing is concluded.") % {
            "before": number(change.means[0], decimals=1), "after": number(change.means[1], decimals=1),
        }  # fmt: skip
    return _share_words(change) if change.shares else ""


def _share_words(change: ItemChange) -> str:
    """Of the choice whose share moved most."""
    moved = max(change.shares, key=lambda one: abs(_gap(one)))
    if not _gap(moved):
        sentence = (
            _("Since the wave before, of the same %(n)s people: no share has changed.")
            if change.is_paired
            else _("Since the wave before: no share has changed.")
        )
    else:
        sentence = (
            _("Since the wave before, of the same %(n)s people: “%(choice)s” from %(before)s to %(after)s.")
            if change.is_paired
            else _("Since the wave before: “%(choice)s” from %(before)s to %(after)s.")
        )
    return sentence % {
        "n": number(change.n), "choice": moved.label, "before": percent(_percent(moved.before)),
        "after": percent(_percent(moved.after)),
    }  # fmt: skip


def _percent(part: tuple[int, int]) -> int:
    return round(100 * part[0] / part[1])


def _gap(one: ShareChange) -> float:
    return one.after[0] / one.after[1] - one.before[0] / one.before[1]


def _change_table(change: ItemChange | None) -> Table | None:
    if change is None or change.why_not:
        return None
    if change.shares:
        return _share_table(change)
    if not change.is_paired or change.means is None:
        return None
    head = [_("Before"), _("This wave"), _("Mean change"), _("Interval"), _("Typical change"), _("Interval")]
    cells = [number(mean, decimals=1) for mean in change.means]
    found, typical = change.change, change.typical
    low, high = (None, None) if found is None or isinstance(found, Undefined) else (found.low, found.high)
    cells += [words.signed(change.mean), _between(low, high)]
    if typical is None or isinstance(typical, Undefined):
        cells += [words.signed(typical.value if typical else None), "–"]
    else:
        cells += [words.signed(typical.value), _between(typical.low, typical.high)]
    return head, [tuple(cells)]


def _between(low: float | None, high: float | None) -> str:
    return "–" if low is None or high is None else f"{words.signed(low)} … {words.signed(high)}"


def _share_table(change: ItemChange) -> Table:
    more = (
        [_("Came to it"), _("Left it"), _("Beyond chance?")]
        if change.is_paired
        else [_("Difference (points in 100)"), _("Interval")]
    )
    chances = iter(holm([one.moved.p_mid for one in change.shares if isinstance(one.moved, McNemar)]))
    rows = []
    for one in change.shares:
        cells = [one.label, words.of(*one.before), words.of(*one.after)]
        if change.is_paired:
            moved = one.moved if isinstance(one.moved, McNemar) else None
            cells += [number(moved.gained if moved else 0), number(moved.lost if moved else 0)]
            cells.append(_chance(next(chances)) if moved else _("nobody changed"))
        elif isinstance(one.gap, Interval):
            low, high = _points(100 * one.gap.low), _points(100 * one.gap.high)
            cells += [_points(100 * one.gap.value), f"{low} … {high}"]
        rows.append(tuple(cells))
    return [pgettext("in a table", "Answer"), _("Before"), _("This wave"), *more], rows


def _chance(p: float) -> str:
    """Whether chance alone moves answers one way as far: in words, then the p-value."""
    said = _("beyond chance") if p < 0.05 else _("within chance")
    shown = number(max(p, 0.001), decimals=3 if p < 0.1 else 2)
    return f"{said} (p {'<' if p < 0.001 else '='} {shown})"
