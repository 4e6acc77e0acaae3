"""Matching: who would accompany whom best. It proposes; people decide."""

from mentoring.queries.matching.criteria import CRITERIA, weights_of
from mentoring.queries.matching.plans import Plan, Ranked, cohort_plan, mentors_to_match, ranked_for

__all__ = ["CRITERIA", "Plan", "Ranked", "cohort_plan", "mentors_to_match", "ranked_for", "weights_of"]
