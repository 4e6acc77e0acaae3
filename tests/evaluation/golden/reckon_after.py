"""What came of the journeys, worked out anew: sums, shares of those of whom it is known, survival by scipy."""

from calendar import monthrange
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cache
from warnings import catch_warnings, simplefilter

import numpy as np
from scipy import stats

from tests.evaluation.golden.facts import Line
from tests.evaluation.golden.facts_after import ANSWERS, COOPERATIONS, OUTCOMES
from tests.evaluation.golden.reckon import FEWEST, Cut, Golden, journeys, lines, share

THREE_YEARS = 1095
POSITIVE = ("created", "took_over", "employed", "training", "project_created", "employment")
KNOWN = (*POSITIVE, "gave_up", "given_up", "other_job", "seeking")


@dataclass(frozen=True)
class Fact:
    """One that stands: neither withdrawn nor replaced."""

    journey: str
    kind: str
    day: date
    words: str
    noted: str
    """Of two of the same day the one noted last says more."""

    @property
    def project(self) -> str | None:
        return journeys()[self.journey].project


@cache
def standing() -> list[Fact]:
    """What leads noted, then what holders told: of what one follow-up heard twice, the last."""
    found = lines(OUTCOMES)
    replaced = {one.instead for one in found}
    noted = [
        Fact(one.id or "", one.kind or "", one.on("day") or date.max, one.facts or "", f"{one.noted}T10:00")
        for one in found
        if not one.over and one.fact not in replaced
    ]
    told: dict[tuple[str | None, ...], Fact] = {}
    for one in lines(ANSWERS):
        key = (one.id, one.months, one.kind)
        if one.kind == "never" or (key in told and not one.day and told[key].words == one.facts):
            continue
        day = one.on("day") or one.on("when") or date.max
        told[key] = Fact(one.id or "", one.kind or "", day, one.facts or "", one.when or "")
    return [*noted, *told.values()]


def of_kind(kind: str, until: date) -> list[Fact]:
    """Those known by then, the oldest first."""
    found = [one for one in standing() if one.kind == kind and one.day <= until]
    return sorted(found, key=lambda one: (one.day, one.noted))


def in_period(kind: str, cut: Cut) -> list[Fact]:
    return [one for one in of_kind(kind, cut.until) if cut.covers(one.day) and cut.has(journeys()[one.journey])]


def months_on(day: date, months: int) -> date:
    """The same day so many months later, or the last of a month that has no such day."""
    years, month = divmod(day.month - 1 + months, 12)
    last = monthrange(day.year + years, month + 1)[1]
    return date(day.year + years, month + 1, min(day.day, last))


def gone(cut: Cut) -> list[Line]:
    """Journeys that came to an end, some day."""
    return [one for one in journeys().values() if cut.has(one) and one.ended and one.how != "bridged"]


# --- Counted and added up ---------------------------------------------------------------------------------
def created(cut: Cut) -> Golden:
    count = len({one.project for one in in_period("created", cut)})
    return Golden(count, count, None)


@cache
def agreed() -> list[Line]:
    """Cooperations that stand."""
    replaced = {one.instead for one in lines(COOPERATIONS)}
    return [one for one in lines(COOPERATIONS) if not one.over and one.fact not in replaced]


def cooperations(cut: Cut) -> Golden:
    by_name = {one.fact: one for one in lines(COOPERATIONS)}
    here = [one for one in agreed() if cut.has(journeys()[one.id or ""]) and cut.covers(one.on("day") or date.max)]
    both = 0
    for one in here:
        was = by_name.get(one.instead)
        told = was if was is not None and was.whom == one.whom else one
        both += bool(told.holder and told.partner)
    return Golden(both, both, len(here))


def untold(kind: str, cut: Cut) -> int:
    """Projects of journeys that ended six months ago, of which nothing of this kind was told, on whatever journey."""
    due = {one.project for one in gone(cut) if months_on(one.on("ended") or date.max, 6) <= cut.until}
    return len(due - {one.project for one in of_kind(kind, cut.until)})


def jobs(cut: Cut) -> Golden:
    made = [one.words.split("/") for one in in_period("jobs", cut)]
    net = sum(float(new) - float(lost) for new, lost in made)
    return Golden(net if made else None, None, None, untold("jobs", cut))


def funding(cut: Cut) -> Golden:
    euros = [float(one.words.split(":")[1]) for one in in_period("funding", cut)]
    return Golden(sum(euros) if euros else None, None, None, untold("funding", cut))


# --- Shares -----------------------------------------------------------------------------------------------
def last_word(facts: Iterable[Fact], journey: str | None) -> str | None:
    said = [one.words for one in facts if one.journey == journey]
    return said[-1] if said else None


def exits(cut: Cut) -> Golden:
    told = of_kind("exit", cut.until)
    projects = {one.project for one in of_kind("created", cut.until)}
    ended = [one for one in gone(cut) if cut.covers(one.on("ended") or date.max)]
    went = [last_word(told, one.id) or ("created" if one.project in projects else one.how) for one in ended]
    known = [one for one in went if one in KNOWN]
    return share(sum(one in POSITIVE for one in known), len(known), len(went) - len(known))


def helped(cut: Cut) -> Golden:
    """By person: helped if one of their journeys did."""
    told = of_kind("help", cut.until)
    said: dict[str | None, set[str | None]] = {}
    for one in gone(cut):
        if cut.covers(months_on(one.on("ended") or date.max, 6)):
            said.setdefault(one.person, set()).add(last_word(told, one.id))
    known = [words for words in said.values() if words & {"a_lot", "somewhat", "not"}]
    return share(sum(bool(words & {"a_lot", "somewhat"}) for words in known), len(known), len(said) - len(known))


# --- Survival ---------------------------------------------------------------------------------------------
OF_PROJECT = ("created", "jobs", "funding", "activity")


def followed(cut: Cut) -> tuple[list[int], list[int]]:
    """Days from the creation: of the projects that stopped, and of those that had not when last heard of."""
    stopped, going = [], []
    told = [one for kind in OF_PROJECT for one in of_kind(kind, cut.until)]
    spoken = [(journeys()[one.id or ""].project, one.on("day") or date.max) for one in agreed()]
    heard = [(one.project, one.day) for one in told] + [(who, day) for who, day in spoken if day <= cut.until]
    for made in of_kind("created", cut.until):
        if not cut.has(journeys()[made.journey]) or months_on(made.day, 12) > cut.until:
            continue
        stops = [one.day for one in told if one.project == made.project and one.words == "stopped"]
        ends = [day for day in stops if day >= made.day]
        if ends:
            stopped.append((min(ends) - made.day).days)
        else:
            going.append((max(day for project, day in heard if project == made.project) - made.day).days)
    return stopped, going


def survival(cut: Cut) -> Golden:
    """The curve of Kaplan and Meier with Greenwood's interval on the log-log scale, as scipy has them."""
    stopped, going = followed(cut)
    every = [*stopped, *going]
    if sum(days >= THREE_YEARS for days in every) < FEWEST:
        return Golden(None, None, len(every))
    curve = stats.ecdf(stats.CensoredData(uncensored=stopped, right=going)).sf
    value = float(curve.evaluate(THREE_YEARS))
    if value in (0, 1):
        return Golden(100 * value, None, len(every))
    with catch_warnings():
        simplefilter("ignore")  # once the last has stopped there are no bounds: years later
        bounds = curve.confidence_interval(0.95, method="log-log")
    low, high = (100 * float(one.evaluate(THREE_YEARS)) for one in (bounds.low, bounds.high))
    assert np.isfinite([low, high]).all()
    return Golden(100 * value, None, len(every), None, low, high)


RECKONED = {
    "created": created,
    "cooperations": cooperations,
    "exits": exits,
    "helped": helped,
    "jobs": jobs,
    "funding": funding,
    "survival": survival,
}
"""One for each figure of what came of journeys."""
