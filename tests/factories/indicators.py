"""Indicators, made by calling the actions."""

from typing import Any

from backend.accounts.models import Organisation
from evaluation import actions
from evaluation.models import Indicator, IndicatorVersion
from journeys.models import Programme


def make_indicator_draft(
    organisation: Organisation, *, programme: Programme | None = None, **facts: Any
) -> IndicatorVersion:
    """Not published yet: people accompanied, unless told otherwise."""
    usual = {"title_fr": "Personnes suivies", "title_en": "People followed", "measure": "people"}
    return actions.create_indicator(organisation, by=None, programme=programme, **(usual | facts))


def make_indicator(organisation: Organisation, *, programme: Programme | None = None, **facts: Any) -> Indicator:
    """Published."""
    draft = make_indicator_draft(organisation, programme=programme, **facts)
    return actions.publish_indicator(draft, by=None).indicator


def redefine(indicator: Indicator, *, is_material: bool = True, **facts: Any) -> IndicatorVersion:
    """Its next definition, published."""
    draft = actions.draft_indicator(indicator, by=None)
    actions.update_indicator(draft, by=None, **facts)
    return actions.publish_indicator(draft, by=None, is_material=is_material, reason="On compte autrement.")
