"""One indicator opened: everything its page says of it but the rows."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import ngettext

from backend.lib import clock
from backend.web import reading
from backend.web.charts import number
from evaluation.models import Indicator, IndicatorVersion
from evaluation.queries.breakdown import FIELDS, groups_of
from evaluation.queries.indicators import describing, iris
from evaluation.queries.indicators.lacks import adds_up
from evaluation.queries.indicators.measured import find_measures, measure_of, measure_or_none
from evaluation.queries.indicators.narrow import of_denominator, scope_of
from evaluation.queries.indicators.pages import Followed, value_all
from evaluation.queries.indicators.pool import Pool
from evaluation.queries.indicators.valued import Shape, unit_of, write
from evaluation.queries.measures import MEASURES, NOTHING, Measure, Total, grouped
from evaluation.queries.measures.survey import SurveyMeasure
from evaluation.queries.past.former import definitions
from evaluation.queries.past.why import Counted
from evaluation.queries.questions import How
from evaluation.queries.scope import Scope
from evaluation.queries.working import working


@dataclass(frozen=True)
class Part:
    """One line of a breakdown: sums over sums, as the whole."""

    label: str
    shown: str
    value: float | None
    of: str = ""


def page(indicator: Indicator, version: IndicatorVersion, scope: Scope) -> dict[str, Any]:
    """Its value with its working, its target and baseline, its definitions, and its breakdowns for leads."""
    today = clock.today()
    pool = Pool(scope)
    published = list(indicator.versions.published().order_by("-number").select_related("published_by"))
    find_measures([version, *published])
    found = value_all([indicator], pool, today)
    one: Followed | None = found[0] if found else None
    part = scope_of(version, scope)
    second = MEASURES.get(version.denominator)
    return {
        "version": version, "one": one, "part": part, "second_part": of_denominator(part) if part else None,
        "sentences": describing.sentences(version),
        "links": [(code, iris.NAMES[code], iris.address_of(code)) for code in version.iris if code in iris.NAMES],
        "published": [
            (new, describing.difference(old, new) if old else [])
            for new, old in zip(published, [*published[1:], None], strict=True)
        ],
        "targets": _targets(indicator, version, one, today),
        "working": working(one.found.figure, second_is_time=second.is_time if second else None) if one else [],
        "missing": _missing(version, pool, part) if one and not one.found.figure.is_hidden else 0,
        "parts": [] if scope.is_published or part is None else [
            (describing.BREAKDOWNS[name], parts_of(version, part, name))
            for name in version.breakdowns if name in describing.BREAKDOWNS
        ],
    }  # fmt: skip


def _targets(indicator: Indicator, version: IndicatorVersion, one: Followed | None, today: Any) -> list[dict[str, Any]]:
    """Every target it ever had, those that stand first; the one that holds with how it stands."""
    rows = sorted(
        indicator.targets.all(), key=lambda row: (row.replaced_at is not None, row.since is None, row.since or today)
    )
    aim = one.aim if one else None
    return [
        {"target": row, "shown": write(version, float(row.value)),
         "upto": write(version, float(row.upto)) if row.upto is not None else "",
         "aim": aim if aim and aim.target.pk == row.pk else None}
        for row in rows
    ]  # fmt: skip


def _missing(version: IndicatorVersion, pool: Pool, part: Scope | None) -> int:
    """Of how many people (or journeys) it is not known."""
    measure = measure_of(version)
    if part is None or not measure.is_once or not adds_up(measure):
        return 0
    total = pool.narrowed(part).total(version.measure)
    return max(total.subjects - total.weight, 0)


def parts_of(version: IndicatorVersion, scope: Scope, dimension: str) -> list[Part]:
    """The indicator group by group, empty ones too; a query for each of its measures."""
    first = measure_of(version)
    if not adds_up(first):
        return []
    above = grouped([first], scope, FIELDS[dimension])[first.code]
    below = {}
    if version.denominator:
        second = MEASURES[version.denominator]
        below = grouped([second], of_denominator(scope), FIELDS[dimension])[second.code]
    found = []
    for group in groups_of(scope, dimension):
        top, bottom = above.get(group.key, NOTHING), below.get(group.key, NOTHING).value
        if isinstance(first, SurveyMeasure):
            value, told = _answered(first, top)
            found.append(Part(group.label, write(version, value), value, told))
            continue
        if version.shape == Shape.FIGURE and first.is_share:
            bottom = top.weight
        value, told = _value(version, top.value, bottom)
        found.append(Part(group.label, write(version, value), value, told))
    return sorted(found, key=lambda one: (one.value is not None and one.value > 0, -(one.value or 0)))


def _answered(measure: SurveyMeasure, total: Total) -> tuple[float | None, str]:
    """Of those who answered by name: the mean, the share, the score of recommendation; and how many they are. What was
    answered in confidence is told of no part of the people (see `questions_apart`).
    """
    if not total.weight:
        return None, ""
    factor = 100 if measure.is_share or measure.question.how == How.RECOMMEND else 1
    told = ngettext("%(n)s answer", "%(n)s answers", int(total.weight)) % {"n": number(int(total.weight))}
    return factor * total.value / total.weight, told


def _value(version: IndicatorVersion, above: int, below: int) -> tuple[float | None, str]:
    unit = unit_of(version)
    if version.shape == Shape.FIGURE and unit != "%":
        return (above / 60 if unit == "h" else float(above)), ""
    if not below:
        return None, ""
    first = measure_of(version)
    factor = 100 if unit == "%" else 1 / 60 if unit == "h" else 1
    return factor * above / below, f"{_plain(first, above)}/{_plain(MEASURES.get(version.denominator, first), below)}"


def _plain(measure: Measure, value: int) -> str:
    return reading.hours(value) if measure.is_time else number(value)


def rows_of(version: IndicatorVersion, scope: Scope, *, is_second: bool = False) -> Counted | None:
    """What its first measure counts, or its second; None where the scope looks elsewhere or it has no such measure."""
    part = scope_of(version, scope)
    measure = definitions().get(version.denominator) if is_second else measure_or_none(version)
    if part is None or measure is None:
        return None
    return Counted(measure, of_denominator(part) if is_second else part)
