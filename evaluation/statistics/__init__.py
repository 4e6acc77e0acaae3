"""Numbers and how sure they are: pure functions, no tables, no words. Every interval is at 95 %."""

from evaluation.statistics.change import Change, Location, SignedRank, hodges_lehmann, paired_change, signed_rank
from evaluation.statistics.disclosure import hide_in_list, hide_in_table
from evaluation.statistics.intervals import Interval, newcombe_difference, poisson_garwood, recommendation_score, wilson
from evaluation.statistics.responses import Disposition, response_rates

__all__ = [
    "Change",
    "Disposition",
    "Interval",
    "Location",
    "SignedRank",
    "hide_in_list",
    "hide_in_table",
    "hodges_lehmann",
    "newcombe_difference",
    "paired_change",
    "poisson_garwood",
    "recommendation_score",
    "response_rates",
    "signed_rank",
    "wilson",
]
