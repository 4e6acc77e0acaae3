"""What can be counted: a registry. A figure, its groups and its rows all come from one measure."""

from evaluation.queries.measures.catalogue import MEASURES
from evaluation.queries.measures.measure import Level, Measure
from evaluation.queries.measures.totals import NOTHING, Groups, Total, added, by_span, grouped, totals

__all__ = ["MEASURES", "NOTHING", "Groups", "Level", "Measure", "Total", "added", "by_span", "grouped", "totals"]
