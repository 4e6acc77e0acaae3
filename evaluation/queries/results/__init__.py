"""The results of one wave: how many answered, then each question with what it says and how sure that is."""

from evaluation.queries.results.board import ItemResult, Results, SectionResult, results_of
from evaluation.queries.results.narrowing import DIMENSIONS, Narrowing
from evaluation.queries.results.sheets import Row, previous_wave, sheets_of, versions_of
from evaluation.queries.results.wording import Shown, ShownSection, shown

__all__ = [
    "DIMENSIONS",
    "ItemResult",
    "Narrowing",
    "Results",
    "Row",
    "SectionResult",
    "Shown",
    "ShownSection",
    "previous_wave",
    "results_of",
    "sheets_of",
    "shown",
    "versions_of",
]
