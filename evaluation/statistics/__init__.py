"""Numbers and how sure they are: pure functions, no tables, no words. Every interval is at 95 %.

What is not defined on the data given is an `Undefined` with its reason, never inf or nan; what is no data (a negative
count, nan) is a ValueError.
"""

from evaluation.statistics.agreement import Agreement, absolute_agreement
from evaluation.statistics.change import Change, mean_of_sums, paired_change, standardized_interval
from evaluation.statistics.differences import Sample, recovered_difference, welch_difference
from evaluation.statistics.disclosure import differ_by_few, hide_in_list, hide_in_table
from evaluation.statistics.families import benjamini_hochberg, holm
from evaluation.statistics.intervals import (
    Interval,
    newcombe_difference,
    poisson_garwood,
    recommendation_score,
    wilson,
    wilson_corrected,
)
from evaluation.statistics.mcnemar import McNemar, mcnemar
from evaluation.statistics.planning import (
    Detectable,
    ExpectedWidth,
    Size,
    expected_width,
    smallest_detectable,
)
from evaluation.statistics.ranks import Location, SignedRank, hodges_lehmann, signed_rank
from evaluation.statistics.reasons import Reason, Undefined
from evaluation.statistics.reliability import Alpha, ReliableChange, alpha_alone, cronbach_alpha, reliable_change
from evaluation.statistics.responses import Bounds, Disposition, manski_bounds, response_rates
from evaluation.statistics.survival import Survival, survival

__all__ = [
    "Agreement",
    "Alpha",
    "Bounds",
    "Change",
    "Detectable",
    "Disposition",
    "ExpectedWidth",
    "Interval",
    "Location",
    "McNemar",
    "Reason",
    "ReliableChange",
    "Sample",
    "SignedRank",
    "Size",
    "Survival",
    "Undefined",
    "absolute_agreement",
    "alpha_alone",
    "benjamini_hochberg",
    "cronbach_alpha",
    "differ_by_few",
    "expected_width",
    "hide_in_list",
    "hide_in_table",
    "hodges_lehmann",
    "holm",
    "manski_bounds",
    "mcnemar",
    "mean_of_sums",
    "newcombe_difference",
    "paired_change",
    "poisson_garwood",
    "recommendation_score",
    "recovered_difference",
    "reliable_change",
    "response_rates",
    "signed_rank",
    "smallest_detectable",
    "standardized_interval",
    "survival",
    "welch_difference",
    "wilson",
    "wilson_corrected",
]
