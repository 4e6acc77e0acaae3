"""The measure that a definition names: of the catalogue, or of a question by its code."""

from collections.abc import Iterable

from evaluation.models import IndicatorVersion
from evaluation.queries.measures import MEASURES, Measure
from evaluation.queries.measures.survey import SurveyMeasure, measures_of
from evaluation.queries.past.former import definitions

KEPT = "_measured"


def find_measures(versions: Iterable[IndicatorVersion]) -> None:
    """Have the measures of all these at hand: two queries where any of them counts answers, none else."""
    waiting = [one for one in versions if not _is_at_hand(one)]
    codes = {one.measure for one in waiting if one.measure not in MEASURES}
    found = measures_of(codes) if codes else {}
    for one in waiting:
        vars(one)[KEPT] = (one.measure, MEASURES.get(one.measure) or found.get(one.measure))


def measure_named(code: str) -> Measure | None:
    """The measure of the catalogue or of a question that this code names."""
    return MEASURES.get(code) or measures_of([code]).get(code)


def measure_or_none(version: IndicatorVersion) -> Measure | None:
    """None for one that is in the catalogue no more, or whose question was never published."""
    if version.measure in MEASURES:
        return definitions()[version.measure]
    find_measures([version])
    found: Measure | None = vars(version)[KEPT][1]
    return found


def measure_of(version: IndicatorVersion) -> Measure:
    """KeyError where there is none (see `is_known`)."""
    found = measure_or_none(version)
    if found is None:
        raise KeyError(version.measure)
    return found


def is_known(version: IndicatorVersion) -> bool:
    """Are its measures still there?"""
    return measure_or_none(version) is not None and version.denominator in ("", *MEASURES)


def counts_answers(version: IndicatorVersion) -> bool:
    """Is its measure a question or a score, outside the catalogue?"""
    return version.measure not in MEASURES and isinstance(measure_or_none(version), SurveyMeasure)


def named(measure: Measure) -> str:
    """What a measure is called; a question with its questionnaire."""
    source = measure.source if isinstance(measure, SurveyMeasure) else ""
    return f"{measure.title} ({source})" if source else str(measure.title)


def _is_at_hand(version: IndicatorVersion) -> bool:
    return vars(version).get(KEPT, ("",))[0] == version.measure
