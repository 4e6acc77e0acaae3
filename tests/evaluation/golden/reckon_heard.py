"""What people answered, worked out anew: recommendation, practice, the change seen looking back, progress beyond noise,
and how far mentors and holders agree. Formulas from where they were published."""

from collections.abc import Callable, Sequence
from datetime import timedelta
from functools import cache
from math import sqrt
from statistics import mean, stdev, variance

from scipy import stats

from tests.evaluation.golden.facts import Line
from tests.evaluation.golden.facts_heard import HEARD, SEEN
from tests.evaluation.golden.reckon import (
    FEWEST,
    Cut,
    Golden,
    asks,
    changes,
    is_anonymous,
    journeys,
    lines,
    moment,
    of,
    overall,
    share,
    twice,
    wave_of,
)  # fmt: skip

Z = float(stats.norm.ppf(0.975))
TOGETHER = 5
"""Answers given in confidence count in groups of so many at least."""


# --- One question -----------------------------------------------------------------------------------------
def marks(line: Line) -> dict[str, int]:
    """{code: the answer}, but for what does not apply to her."""
    pairs = (word.split("=") for word in (line.answers or "").split())
    return {code: int(mark) for code, mark in pairs if mark != "x"}


def single(code: str) -> Callable[[Line], float | None]:
    return lambda line: marks(line).get(code)


def looking_back(line: Line) -> float | None:
    """Now less before, when all six sentences have an answer."""
    said = marks(line)
    if len(said) < 6:
        return None
    return mean(said[f"LN{n}"] for n in (1, 2, 3)) - mean(said[f"LB{n}"] for n in (1, 2, 3))


def heard(cut: Cut, wave: str, read: Callable[[Line], float | None]) -> tuple[int, list[float]]:
    """How many were asked in the period, and what was answered."""
    every = [one for one in of(HEARD, cut) if one.wave == wave]
    named = [one for one in every if wave_of(one.id or "", wave).mode == "identified" and cut.covers(one.on("when"))]
    said = [read(one) for one in named if one.state == "complete"]
    asked, points = len(named), [one for one in said if one is not None]
    for programme in {journeys()[one.id or ""].programme for one in every}:
        quiet = [one for one in every if journeys()[one.id or ""].programme == programme and one not in named]
        secret = in_confidence([one for one in quiet if wave_of(one.id or "", wave).mode != "identified"], cut, read)
        if secret:
            asked += max(sum(cut.covers(one.on("when")) for one in quiet), len(secret))
            points += secret
    return asked, points


def in_confidence(found: list[Line], cut: Cut, read: Callable[[Line], float | None]) -> list[float]:
    """Sheets count five by five in the order in which they came, and so do answers: each group on the day of its last.
    Of a part of the people nothing is told."""
    if not cut.is_whole:
        return []
    sheets = sorted((one for one in found if one.state == "complete"), key=lambda one: one.answered or "")
    sheets = sheets[: len(sheets) - len(sheets) % TOGETHER]
    groups: list[list[Line]] = [[]]
    for one in sheets:
        groups[-1].append(one)
        if sum(read(sheet) is not None for sheet in groups[-1]) == TOGETHER:
            groups.append([])
    rest = groups.pop()
    if not groups:
        return []
    groups[-1] += rest
    counted = [one for group in groups if cut.covers(group[-1].on("answered")) for one in group]
    return [value for value in map(read, counted) if value is not None]


def recommendation(cut: Cut) -> Golden:
    """Adjusted Wald: three answers more, ¾ against, 1½ neither, ¾ for.

    Rocks (2016), The American Statistician 70:365.
    """
    asked, said = heard(cut, "leaving", single("EX4"))
    n = len(said)
    would, rather_not = sum(one >= 9 for one in said), sum(one <= 6 for one in said)
    if not n:
        return Golden(None, 0, 0, asked)
    plus, minus = (would + 3 / 4) / (n + 3), (rather_not + 3 / 4) / (n + 3)
    half = Z * sqrt((plus + minus - (plus - minus) ** 2) / (n + 3))
    low, high = max(-1.0, plus - minus - half), min(1.0, plus - minus + half)
    return Golden(100 * (would - rather_not) / n, would - rather_not, n, asked - n, 100 * low, 100 * high)


def practice(cut: Cut) -> Golden:
    asked, said = heard(cut, "tried", single("PP1"))
    return share(int(sum(said)), len(said), asked - len(said))


def perceived(cut: Cut) -> Golden:
    """Student’s interval of a mean. Student (1908), Biometrika 6:1."""
    asked, said = heard(cut, "back", looking_back)
    n = len(said)
    if not n:
        return Golden(None, 0, 0, asked)
    if n == 1 or max(said) - min(said) < 1e-9:
        return Golden(mean(said), None, n, asked - n)
    half = float(stats.t.ppf(0.975, n - 1)) * stdev(said) / sqrt(n)
    return Golden(mean(said), None, n, asked - n, mean(said) - half, mean(said) + half)


# --- Progress beyond noise --------------------------------------------------------------------------------
FEWEST_PEOPLE = 20


def half_way() -> list[Line]:
    """What holders said by name of their posture between both ends."""
    found = [one for one in lines(SEEN) if one.wave == "half"]
    return [one for one in found if wave_of(one.id or "", "half").mode == "identified"]


@cache
def noise() -> float | None:
    """The change that noise alone exceeds in 5 of 100 people who have not changed: 1.96 · √2 · s · √(1 − α), s and α
    those of the first whole sheet of each person. Jacobson & Truax (1991), J. Consult. Clin. Psychol. 59:12; α as
    Cronbach (1951), Psychometrika 16:297, has it, from the variances of items and of totals."""
    by_name = [one for one in asks() if not is_anonymous(one)]
    sheets = [(one.when or "", one) for one in by_name if one.state == "complete"]
    sheets += [(one.answered or "", one) for one in half_way()]
    first: dict[str | None, str] = {}
    for _when, one in sorted(sheets, key=lambda pair: pair[0]):
        first.setdefault(journeys()[one.id or ""].person, (one.answers or "").replace(" ", ""))
    table = [[int(mark) for mark in sheet] for sheet in first.values() if "." not in sheet]
    if len(table) < FEWEST_PEOPLE:
        return None
    k = len(table[0])
    alpha = k / (k - 1) * (1 - sum(map(variance, zip(*table, strict=True))) / variance(map(sum, table)))
    return Z * sqrt(2) * stdev(map(mean, table)) * sqrt(1 - alpha)


def reliable(cut: Cut) -> Golden:
    both = twice(cut)
    known, threshold = changes(both), noise()
    if not known or threshold is None:
        return Golden(None, 0, len(known), len(both) - len(known))
    up = sum(after - before > threshold for before, after in known)
    return share(up, len(known), len(both) - len(known))


# --- Holder and mentor ------------------------------------------------------------------------------------
WINDOW = timedelta(days=60)


def by_holder(journey: str | None) -> list[Line]:
    """The complete sheets of a holder by name; those of `asks` were answered at once."""
    found = [one for one in asks() if not is_anonymous(one)] + half_way()
    return [one for one in found if one.id == journey and one.state == "complete"]


def answered(line: Line) -> str:
    return line.words.get("answered") or line.when or ""


def views(cut: Cut) -> tuple[int, list[tuple[float, float]]]:
    """How many mentors were asked, once for each journey that one has answered; and (holder, mentor) where both are
    known, within sixty days of each other."""
    found = [one for one in of(SEEN, cut) if one.wave in ("mentor", "close") and cut.covers(one.on("when"))]
    found = [one for one in found if wave_of(one.id or "", one.wave or "").mode == "identified"]
    sent = {one.id: one for one in sorted(found, key=answered) if one.state == "complete"}
    silent = [one for one in found if one.id not in sent]
    scores = []
    for one in sent.values():
        at = moment(answered(one))
        near = [sheet for sheet in by_holder(one.id) if abs(moment(answered(sheet)) - at) <= WINDOW]
        if near:
            both = overall(max(near, key=answered).answers), overall(one.answers)
            scores += [both] if None not in both else []
    return len(sent) + len(silent), scores


def agreement(cut: Cut) -> Golden:
    """ICC(2,1) of Shrout & Fleiss (1979), Psychological Bulletin 86:420; its interval as McGraw & Wong (1996),
    Psychological Methods 1:30, table 7, case A. Below nought it is weighed as nought."""
    asked, scores = views(cut)
    n, k = len(scores), 2
    if n < FEWEST:
        return Golden(None, None, n, asked - n)
    rows, columns, left = mean_squares(scores)
    if rows == 0 or columns == left == 0:
        return Golden(None, None, n, asked - n)
    icc = (rows - left) / (rows + (k - 1) * left + k / n * (columns - left))
    rho = max(icc, 0.0)
    a, b = k * rho / (n * (1 - rho)), 1 + k * rho * (n - 1) / (n * (1 - rho))
    degrees = (a * columns + b * left) ** 2 / (
        (a * columns) ** 2 / (k - 1) + (b * left) ** 2 / ((n - 1) * (k - 1))
    )  # fmt: skip
    below, above = stats.f.ppf(0.975, n - 1, degrees), stats.f.ppf(0.975, degrees, n - 1)
    rest = k * columns + (k * n - k - n) * left
    low = n * (rows - below * left) / (below * rest + n * rows)
    high = n * (above * rows - left) / (rest + n * above * rows)
    return Golden(icc, None, n, asked - n, float(low), float(high))


def mean_squares(scores: Sequence[tuple[float, float]]) -> tuple[float, float, float]:
    """Between journeys, between raters, and what is left: the two-way table of an analysis of variance."""
    n, k = len(scores), 2
    middle = mean(one for both in scores for one in both)
    whole = sum((one - middle) ** 2 for both in scores for one in both)
    rows = k * sum((mean(both) - middle) ** 2 for both in scores)
    columns = n * sum((mean(side) - middle) ** 2 for side in zip(*scores, strict=True))
    return rows / (n - 1), columns / (k - 1), (whole - rows - columns) / ((n - 1) * (k - 1))


RECKONED = {
    "recommendation": recommendation,
    "practice": practice,
    "perceived": perceived,
    "reliable": reliable,
    "agreement": agreement,
}
"""One for each figure of what was answered beside the change of posture."""
