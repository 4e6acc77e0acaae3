"""The definitions of one indicator: which is at work, and what differs between two."""

from evaluation.models import Indicator, IndicatorVersion

FORCED = {"measure", "denominator", "shape"}
"""Whoever changes one of these counts something else."""


def changed(old: IndicatorVersion, new: IndicatorVersion) -> list[str]:
    """The names of the facts that differ, in the order of FACTS."""
    return [name for name in IndicatorVersion.FACTS if getattr(old, name) != getattr(new, name)]


def must_be_material(names: list[str]) -> bool:
    """Does this change count something else, whatever is said?"""
    return bool(FORCED & set(names))


def at_work(indicator: Indicator) -> IndicatorVersion | None:
    """Its draft, else the newest one published."""
    return indicator.versions.order_by("-number").first()


def stamp_of(indicator: Indicator) -> str:
    """Says which definition is at work, and how often it was changed: what a page that changes it was made from."""
    found = at_work(indicator)
    return f"{found.pk}.{found.revision}.{int(found.is_draft)}" if found else ""
