"""Two definitions of one indicator compared."""

from evaluation.models import IndicatorVersion

FORCED = {"measure", "denominator", "shape"}
"""Whoever changes one of these counts something else."""


def changed(old: IndicatorVersion, new: IndicatorVersion) -> list[str]:
    """The names of the facts that differ, in the order of FACTS."""
    return [name for name in IndicatorVersion.FACTS if getattr(old, name) != getattr(new, name)]


def must_be_material(names: list[str]) -> bool:
    """Does this change count something else, whatever is said?"""
    return bool(FORCED & set(names))
