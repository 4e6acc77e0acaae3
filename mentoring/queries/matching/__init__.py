"""Matching: who would accompany whom best. It proposes; people decide."""

from mentoring.queries.matching.criteria import CRITERIA, hours_spent, weights_of, without_hours
from mentoring.queries.matching.plans import Line, Plan, Ranked, cohort_plan, mentors_to_match, ranked_for

__all__ = [
    "CRITERIA",
    "Line",
    "Plan",
    "Ranked",
    "cohort_plan",
    "hours_spent",
    "mentors_to_match",
    "ranked_for",
    "weights_of",
    "without_hours",
]
