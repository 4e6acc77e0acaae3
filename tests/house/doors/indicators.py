"""Doors of the indicators that leads follow."""

from datetime import date
from decimal import Decimal
from typing import Any

from evaluation import actions
from evaluation.models import Indicator
from tests.factories.indicators import make_indicator
from tests.house.doors import ANY_LEAD, FORBIDDEN, LEAD_ONLY, OK, SIGNED_IN, Row, World, allow, row


def an_indicator(world: World) -> Indicator:
    return make_indicator(world.organisation)


def with_a_draft(world: World) -> Indicator:
    """Published, with a draft at work."""
    indicator = world.of(an_indicator)
    draft = actions.draft_indicator(indicator, by=None)
    actions.update_indicator(draft, by=None, measure="hours")
    return indicator


def an_archived(world: World) -> Indicator:
    return actions.archive_indicator(world.of(an_indicator), by=world.lead)


def a_target(world: World) -> dict[str, Any]:
    indicator = world.of(an_indicator)
    target = actions.set_target(
        indicator, by=None, value=Decimal(10), decided_by="comité", decided_on=date(2026, 1, 5), why="convention"
    )
    return {"pk": indicator.pk, "target": target.pk}


DEFINITION = {
    "title_fr": "Heures", "measure": "hours", "shape": "figure", "matures_from": "started", "direction": "more",
}  # fmt: skip
STEWARDS = {"other_steward": FORBIDDEN}
OF_LEAD = LEAD_ONLY | STEWARDS
"""Everybody of the organisation may know that it is followed, and stewards; only its leads change it."""
READ = allow("lead", "observer", "steward") | {"other_steward": OK}


READERS = allow("lead", "observer", "steward", "other_lead", "other_observer", "other_steward", strangers=FORBIDDEN)
"""Leads; the others are taken to what was published."""


def a_target_to_drop(world: World) -> dict[str, Any]:
    return {"target": a_target(world)["target"]}


API: list[Row] = [
    row("api:own-indicators-list", "GET", SIGNED_IN),
    row("api:own-indicators-list", "POST", ANY_LEAD, data=DEFINITION),
    row("api:own-indicators-detail", "GET", OF_LEAD, an_indicator),
    row("api:own-indicators-detail", "PATCH", OF_LEAD, an_indicator, data={"title_fr": "Autre"}),
    row("api:own-indicators-values", "GET", ANY_LEAD),
    row("api:own-indicators-value", "GET", OF_LEAD, an_indicator),
    row("api:own-indicators-rows", "GET", OF_LEAD, an_indicator),
    row("api:own-indicators-why", "GET", OF_LEAD, an_indicator),
    row("api:own-indicators-changes", "GET", OF_LEAD, an_indicator),
    row("api:own-indicators-publish", "POST", OF_LEAD, with_a_draft, data={"reason": "autrement"}),
    row("api:own-indicators-discard", "POST", OF_LEAD, with_a_draft),
    row("api:own-indicators-archive", "POST", OF_LEAD, an_indicator),
    row("api:own-indicators-restore", "POST", OF_LEAD, an_archived),
    row("api:own-indicators-target", "POST", OF_LEAD, an_indicator),
    row("api:own-indicators-drop-target", "POST", OF_LEAD, an_indicator, data=a_target_to_drop),
    row("api:own-indicators-baseline", "POST", OF_LEAD, an_indicator),
    row("api:indicators-table", "GET", ANY_LEAD, lambda world: {"code": "people"}),
    row("api:indicators-why", "GET", ANY_LEAD, lambda world: {"code": "people"}),
    row("api:indicators-changes", "GET", ANY_LEAD, lambda world: {"code": "people"}),
]
ROWS: list[Row] = [
    *API,
    row("evaluation:indicator_list", "GET", READERS),
    row("evaluation:indicator_create", "GET", READERS),
    row("evaluation:indicator_create", "POST", ANY_LEAD, data=DEFINITION),
    row("evaluation:indicator_detail", "GET", READ, an_indicator),
    row("evaluation:indicator_chart", "GET", READ, an_indicator),
    row("evaluation:indicator_why", "GET", READ, an_indicator),
    row("evaluation:indicator_update", "GET POST", OF_LEAD, an_indicator, data=DEFINITION),
    row("evaluation:indicator_publish", "GET POST", OF_LEAD, with_a_draft, data={"reason": "autrement"}),
    row("evaluation:indicator_discard", "POST", OF_LEAD, with_a_draft),
    row("evaluation:indicator_archive", "GET POST", OF_LEAD, an_indicator),
    row("evaluation:indicator_restore", "POST", OF_LEAD, an_archived),
    row("evaluation:target_set", "GET POST", OF_LEAD, an_indicator),
    row("evaluation:target_drop", "POST", OF_LEAD, a_target),
    row("evaluation:baseline_set", "GET POST", OF_LEAD, an_indicator),
]
