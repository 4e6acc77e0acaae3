"""Forty journeys over fourteen months: every figure of the catalogue equals what the tables say, however it is cut."""

from collections.abc import Iterator
from dataclasses import astuple, replace
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.db import transaction
from django.utils import translation

from evaluation.queries.breakdown import FIELDS
from evaluation.queries.drawn import Figure
from evaluation.queries.exports import lines_of
from evaluation.queries.figures import Found, board
from evaluation.queries.lines import row_set
from evaluation.queries.measures import MEASURES, NOTHING, Total, grouped, totals
from evaluation.queries.measures.survey import SurveyMeasure
from evaluation.queries.scope import NOT_KNOWN as NONE
from evaluation.queries.scope import Scope, quarter
from tests.evaluation.golden import reckon, reckon_after, reckon_heard, reckon_more
from tests.evaluation.golden.facts import COMMUNES, JOURNEYS, STEPS, TODAY, table
from tests.evaluation.golden.load import World, load
from tests.evaluation.golden.reckon import Cut, Golden

pytestmark = pytest.mark.django_db
RECKONED = reckon.RECKONED | reckon_more.RECKONED | reckon_after.RECKONED | reckon_heard.RECKONED
EVENING = datetime(2026, 11, 23, 20, 0, tzinfo=ZoneInfo("Europe/Paris"))
NEAR = {"rel": 1e-9, "abs": 1e-9}
# before and after the night in which the clocks go forward, up to the one in which they go back
SPRING, SUMMER = (date(2025, 10, 1), date(2026, 3, 29)), (date(2026, 3, 30), date(2026, 10, 25))


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: Any) -> Iterator[World]:
    """Played once for the whole file, and gone after it."""
    with django_db_blocker.unblock(), transaction.atomic():
        with time_machine.travel(EVENING, tick=False), translation.override("fr"):
            made = load()
        yield made
        transaction.set_rollback(True)


def periods(**part: Any) -> list[Cut]:
    return [Cut(**part), *(Cut(**part, since=since, until=until) for since, until in (SPRING, SUMMER))]


def cohort(name: str, **more: Any) -> Cut:
    first, last = quarter(name)
    return Cut(first=first, last=last, **more)


CUTS = [
    *periods(),
    *periods(organisation="ecossolies"),
    *periods(organisation="ruche"),
    *(cut for code in STEPS for cut in periods(programme=code)),
    *(Cut(commune=name) for name in [*COMMUNES, "none"]),
    *(cut for value in ("inside", "outside", "unknown") for cut in periods(qpv=value)),
    Cut(neighbourhood="QN04413M"),
    Cut(neighbourhood="QN04405M"),
    *(cohort(name) for name in ("2025-4", "2026-1", "2026-2", "2026-3")),
    cohort("2026-1", programme="incub", since=SUMMER[0], until=SUMMER[1]),
    Cut(programme="incub", qpv="inside", since=date(2026, 1, 1), until=date(2026, 1, 1)),
    Cut(since=date(2026, 10, 25), until=date(2026, 10, 25)),
    Cut(since=date(2026, 3, 29), until=date(2026, 3, 29)),
    Cut(until=date(2025, 9, 30)),
]
THREE_YEARS_ON = date(2029, 12, 31)
LATER = [
    Cut(until=THREE_YEARS_ON),
    Cut(organisation="ecossolies", until=THREE_YEARS_ON),
    *(Cut(programme=code, until=THREE_YEARS_ON) for code in STEPS),
    *(Cut(qpv=value, until=THREE_YEARS_ON) for value in ("inside", "outside", "unknown")),
    Cut(commune="Nantes", until=THREE_YEARS_ON),
    cohort("2025-4", until=THREE_YEARS_ON),
    Cut(since=date(2027, 1, 1), until=date(2027, 12, 31)),
    # the last day of February is six months after that of August; a year after its creation a project is old enough
    Cut(since=date(2027, 2, 27), until=date(2027, 2, 27)),
    Cut(since=date(2027, 2, 28), until=date(2027, 2, 28)),
    Cut(until=date(2027, 9, 13)),
    Cut(until=date(2027, 9, 14)),
    Cut(until=date(2029, 8, 28)),
    Cut(until=date(2029, 8, 29)),
]
"""What came of it, told long after: at the end, and where a day more is another figure."""


def scope_of(cut: Cut, world: World) -> Scope:
    """The same part, as a page of figures says it."""
    named = f"{cut.first.year}-{(cut.first.month + 2) // 3}" if cut.first else ""
    commune = "none" if cut.commune == "none" else COMMUNES.get(cut.commune, "")
    return Scope(
        organisation=world.organisations[cut.organisation].pk if cut.organisation else None,
        programme=world.programmes[cut.programme].pk if cut.programme else None,
        commune=commune, qpv=cut.qpv, neighbourhood=cut.neighbourhood, cohort=named, since=cut.since, until=cut.until,
    )  # fmt: skip


def as_told(one: Figure, found: Found, golden: Golden) -> Golden:
    """The figure, with what is missing where the tables say how much is."""
    missing = None if golden.missing is None else missing_of(one, found)
    return Golden(one.value, one.numerator, one.denominator, missing, one.low, one.high)


def missing_of(one: Figure, found: Found) -> int:
    """People, journeys or projects of which it is not known, as the page tells it."""
    measure, known = one.measure, one.denominator or 0
    if isinstance(measure, SurveyMeasure):
        return found.answers(measure).asked - known
    apart = {
        "jobs": lambda: found.after.unknown.jobs,
        "funding": lambda: found.after.unknown.funding,
        "reliable": lambda: found.gains.asked - known,
        "agreement": lambda: found.views.asked - known,
        "exits": lambda: found.total("exits").rows - known,
    }
    return apart[one.code]() if one.code in apart else found.total(one.code).missing


def near(golden: Golden) -> Golden:
    """Equal but for the last digits of a fraction."""
    fractions = {name: getattr(golden, name) for name in ("value", "low", "high")}
    known = {name: pytest.approx(value, **NEAR) for name, value in fractions.items() if value is not None}
    return replace(golden, **known)


def named(cut: Cut) -> str:
    """What tells a cut from the whole."""
    told = [str(value) for value in vars(cut).values() if value not in ("", None, TODAY)]
    return " ".join(told) or "whole"


def test_there_are_forty_journeys_over_fourteen_months(world: World) -> None:
    days = [line.on("start") for line in table(JOURNEYS)]
    assert len(world.journeys) == len(days) == 40
    assert (min(days), max(days)) == (date(2025, 10, 1), TODAY)


def test_every_figure_of_the_catalogue_is_worked_out() -> None:
    assert set(MEASURES) == set(RECKONED)


@pytest.mark.parametrize("cut", [*CUTS, *LATER], ids=named)
def test_every_figure_is_what_the_tables_say(world: World, cut: Cut) -> None:
    golden = {code: work_out(cut) for code, work_out in RECKONED.items()}
    with time_machine.travel(cut.now, tick=False):
        found = Found(scope_of(cut, world))
        told = {one.code: as_told(one, found, golden[one.code]) for one in board(found.scope, found).figures}
    assert told == {code: near(one) for code, one in golden.items()}


def test_a_few_figures_worked_out_by_hand(world: World) -> None:
    """Counted in the tables with a pencil: no code of ours stands between them and the figure."""
    told = {one.code: (one.numerator, one.denominator) for one in board(scope_of(Cut(), world)).figures}
    by_hand = {
        "people": (34, None),
        "women": (16, 31),  # three have not told
        "communes": (8, 24),
        "left": (7, 40),  # over a bridge nobody leaves
        "hours_training": (3870, 5430),
        "hours_immersion": (0, 12_060),
        "immersions": (9, 30),  # of 40: ten were due after the last day, or after their journey had ended
        "response": (63, 74),  # of 93: three were asked without names, and sixteen can still answer
        "bridges": (3, None),
        "created": (13, None),
        "cooperations": (6, 11),
        "exits": (8, 11),  # of 13: of two it is not known
        "helped": (3, 4),  # of six people, one of whom says so of one of two journeys
        "recommendation": (4, 12),  # seven would, three would rather not
        "practice": (14, 20),  # three of five by name, eleven of fifteen in confidence
    }
    assert {code: told[code] for code in by_hand} == by_hand
    values = {one.code: one.value for one in board(scope_of(Cut(), world)).figures}
    assert (values["jobs"], values["funding"]) == (10.05, 83_835.67)


def test_survival_worked_out_by_hand(world: World) -> None:
    """Fourteen were created, three of which nothing was heard again, and a fourth only until day 237. Of the ten others
    one stopped on day 625, and of the nine left another on day 629: 9 / 10 of 8 / 9. Seven were followed for three
    years, one of them to the day."""
    with time_machine.travel(LATER[0].now, tick=False):
        found = next(one for one in board(scope_of(LATER[0], world)).figures if one.code == "survival")
    assert (found.value, found.denominator) == (pytest.approx(80), 14)


def test_the_hours_of_the_two_odd_nights_are_those_of_a_clock_in_nantes(world: World) -> None:
    """From half past one to a minute before midnight it is one day, be it of 23 hours or of 25."""
    night = scope_of(Cut(since=SPRING[1], until=SPRING[1]), world)
    found = [(line.value, line.day) for line in lines_of(row_set("hours_mentoring", night))]
    assert sorted(found) == [(45, SPRING[1]), (60, SPRING[1]), (75, SPRING[1])]
    back = scope_of(Cut(since=SUMMER[1], until=SUMMER[1]), world)
    assert sorted(line.value or 0 for line in lines_of(row_set("hours_mentoring", back))) == [35, 50]


SUMS = ("value", "weight", "part", "rows")
"""What a page takes of a total; how many people stand on each side it asks for where it is published only."""


def sums(total: Total) -> tuple[float, ...]:
    return tuple(float(one) for one in astuple(total))


@pytest.mark.parametrize("dimension", FIELDS)
def test_every_group_is_what_its_own_page_says(world: World, dimension: str) -> None:
    """Grouped in one query, or asked for alone: the same sums."""
    whole = scope_of(Cut(organisation="ecossolies"), world)
    measures = list(MEASURES.values())
    found = grouped(measures, whole, FIELDS[dimension])
    keys = {key for groups in found.values() for key in groups}
    for key in keys:
        narrow = whole.narrowed(**{dimension: NONE if key is None else key})
        alone, page = totals(measures, narrow), Found(narrow)
        for one in measures:
            told, shown = alone[one.code], page.total(one.code)
            assert sums(found[one.code].get(key, NOTHING)) == pytest.approx(sums(told), **NEAR), (one.code, key)
            same = [pytest.approx(float(getattr(told, name)), **NEAR) for name in SUMS]
            assert [float(getattr(shown, name)) for name in SUMS] == same, (one.code, key)
