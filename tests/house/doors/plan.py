"""Doors onto the plan of a journey: its steps made one's own, a new version taken up, the last change undone."""

from typing import Any

from journeys import actions
from journeys.models import Journey, Programme, Step
from tests.factories.versions import publish_next
from tests.house.doors import FORBIDDEN, HIDDEN, OK, Row, World, allow, row
from tests.house.doors.stays import LEAD_OF_JOURNEY, MENTOR_LEAD_OF_JOURNEY, a_journey, a_milestone_step

LEAD_OF_PROGRAMME = allow("lead") | {"other_steward": FORBIDDEN}
ADDS = {persona: OK if found == HIDDEN else found for persona, found in MENTOR_LEAD_OF_JOURNEY.items()}
"""Of a journey named in the body, a stranger is told nothing: 400 beside the field."""


def a_waived_step(world: World) -> Step:
    return actions.waive_step(world.of(a_milestone_step), reason="Déjà fait", by=world.lead)


def an_own_step(world: World) -> Step:
    return actions.add_step(world.of(a_journey), kind="milestone", title_fr="Local", max_days=30, by=world.lead)


def a_journey_changed_by_its_mentor(world: World) -> Journey:
    journey: Journey = world.of(a_journey)
    actions.add_step(journey, kind="milestone", title_fr="Local", max_days=30, by=world.mentor)
    return journey


def a_journey_changed_by_its_lead(world: World) -> Journey:
    world.of(an_own_step)
    journey: Journey = world.of(a_journey)
    return journey


def an_offered_journey(world: World) -> Journey:
    """A version newer than its own is published."""
    journey: Journey = world.of(a_journey)
    publish_next(journey.programme, add=[{"code": "reseau"}])
    return journey


def the_programme(world: World) -> Programme:
    journey: Journey = world.of(an_offered_journey)
    return journey.programme


def newest(world: World) -> dict[str, Any]:
    programme = world.of(the_programme)
    return {"version": programme.versions.order_by("-number")[0].pk}


def an_addition(world: World) -> dict[str, Any]:
    return {"journey": world.of(a_journey).pk, "kind": "milestone", "title_fr": "Local", "max_days": 30}


DAY = {"due_on": "2027-03-01"}
ROWS: list[Row] = [
    row("journeys:step_add", "GET POST", MENTOR_LEAD_OF_JOURNEY, a_journey),
    row("journeys:step_edit", "GET POST", MENTOR_LEAD_OF_JOURNEY, a_milestone_step),
    row("journeys:step_move", "GET POST", MENTOR_LEAD_OF_JOURNEY, a_milestone_step, data=DAY),
    row("journeys:step_restore", "POST", MENTOR_LEAD_OF_JOURNEY, a_waived_step),
    row("journeys:step_remove", "POST", MENTOR_LEAD_OF_JOURNEY, an_own_step),
    row("journeys:journey_undo", "POST", MENTOR_LEAD_OF_JOURNEY, a_journey_changed_by_its_mentor),
    row("journeys:journey_version", "GET POST", LEAD_OF_JOURNEY, an_offered_journey),
    row("journeys:journey_version_decline", "POST", LEAD_OF_JOURNEY, an_offered_journey, data=newest),
    row("journeys:programme_offer", "GET POST", LEAD_OF_PROGRAMME, the_programme),
    row("api:steps-list", "POST", ADDS, data=an_addition),
    row("api:steps-detail", "PATCH", MENTOR_LEAD_OF_JOURNEY, a_milestone_step, data={"weight": 3}),
    row("api:steps-move", "POST", MENTOR_LEAD_OF_JOURNEY, a_milestone_step, data=DAY),
    row("api:steps-preview-move", "POST", MENTOR_LEAD_OF_JOURNEY, a_milestone_step, data=DAY),
    row("api:steps-advance", "POST", LEAD_OF_JOURNEY, a_milestone_step, data={"state": "in_progress"}),
    row("api:steps-restore", "POST", MENTOR_LEAD_OF_JOURNEY, a_waived_step),
    row("api:steps-remove", "POST", MENTOR_LEAD_OF_JOURNEY, an_own_step),
    row("api:journeys-offer", "GET", LEAD_OF_JOURNEY, an_offered_journey),
    row("api:journeys-apply-version", "POST", LEAD_OF_JOURNEY, an_offered_journey, data=newest),
    row("api:journeys-decline-version", "POST", LEAD_OF_JOURNEY, an_offered_journey, data=newest),
    row("api:journeys-undo", "POST", LEAD_OF_JOURNEY, a_journey_changed_by_its_lead),
]
