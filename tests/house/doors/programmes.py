"""Doors of the programme designer."""

import json
from typing import Any

from journeys import actions
from journeys.models import Programme, ProgrammeVersion, StepTemplate
from journeys.queries.programme_files import programme_file
from tests.factories.journeys import make_programme
from tests.house.doors import LEAD_HIDDEN, OTHERS, SIGNED_IN, Row, World, allow, row
from tests.house.doors.stays import LEAD_OF_OFFER, LEADS, READ_OFFER


def a_programme(world: World) -> Programme:
    return make_programme(world.organisation)


def a_version(world: World) -> ProgrammeVersion:
    programme: Programme = world.of(a_programme)
    return programme.versions.get(number=1)


def a_draft(world: World) -> ProgrammeVersion:
    return actions.start_draft(world.of(a_programme), by=world.lead)


def a_step(world: World) -> StepTemplate:
    draft: ProgrammeVersion = world.of(a_draft)
    return draft.steps.get(code="immersion")


def a_published_step(world: World) -> StepTemplate:
    version: ProgrammeVersion = world.of(a_version)
    return version.steps.get(code="immersion")


def a_new_step(world: World) -> dict[str, Any]:
    return {"pk": world.of(a_draft).pk, "kind": "milestone"}


def in_file(world: World) -> dict[str, Any]:
    """A programme as a file says it, for the lead's organisation."""
    found: dict[str, Any] = json.loads(programme_file(world.of(a_programme)))
    found["programme"]["code"] = "venu-d-ailleurs"
    return {"organisation": world.organisation.pk, "file": found}


def in_programme(world: World) -> dict[str, Any]:
    return {"organisation": world.organisation.pk, "title_fr": "Le soir"}


def a_first_draft(world: World) -> ProgrammeVersion:
    """One that can be published."""
    draft: ProgrammeVersion = world.of(a_draft)
    actions.update_programme_step(draft.steps.get(code="plan"), weight=9, by=world.lead)
    return draft


# Strangers are told by a 400 that the organisation is not there for them.
CREATES = allow("lead", *OTHERS, "ended_mentor")

ROWS: list[Row] = [
    row("journeys:programme_create", "GET POST", LEADS),
    row("journeys:programme_import", "GET POST", LEADS),
    row("journeys:programme_update", "GET POST", LEAD_OF_OFFER, a_programme),
    row("journeys:programme_duplicate", "GET POST", LEAD_OF_OFFER, a_programme),
    row("journeys:programme_export", "GET", LEAD_OF_OFFER, a_programme),
    row("journeys:draft_start", "POST", LEAD_OF_OFFER, a_programme),
    row("journeys:version_detail", "GET", READ_OFFER, a_version),
    row("journeys:version_difference", "GET", READ_OFFER, a_version),
    row("journeys:version_design", "GET", LEAD_HIDDEN, a_draft),
    row("journeys:version_publish", "GET POST", LEAD_HIDDEN, a_draft),
    row("journeys:version_discard", "GET POST", LEAD_HIDDEN, a_draft),
    row("journeys:programme_step_add", "GET POST", LEAD_HIDDEN, a_new_step),
    row("journeys:programme_step_update", "GET POST", LEAD_HIDDEN, a_step),
    row("journeys:programme_step_move", "POST", LEAD_HIDDEN, a_step, data={"place": 1}),
    row("journeys:programme_step_remove", "GET POST", LEAD_HIDDEN, a_step),
    row("api:programmes-list", "POST", CREATES, data=in_programme),
    row("api:programmes-bring-in", "POST", CREATES, data=in_file),
    row("api:programmes-detail", "PATCH", LEAD_OF_OFFER, a_programme, data={"capacity": 9}),
    row("api:programmes-draft", "POST", LEAD_OF_OFFER, a_programme),
    row("api:programmes-duplicate", "POST", LEAD_OF_OFFER, a_programme, data={"title_fr": "Le soir"}),
    row("api:programmes-export", "GET", LEAD_OF_OFFER, a_programme),
    row("api:programme-versions-list", "GET", SIGNED_IN),
    row("api:programme-versions-detail", "GET", READ_OFFER, a_version),
    row("api:programme-versions-difference", "GET", READ_OFFER, a_version),
    row("api:programme-versions-steps", "POST", LEAD_HIDDEN, a_draft, data={"kind": "milestone", "title_fr": "Réseau"}),
    row("api:programme-versions-publish", "POST", LEAD_HIDDEN, a_first_draft),
    row("api:programme-versions-discard", "POST", LEAD_HIDDEN, a_draft),
    row("api:programme-steps-list", "GET", SIGNED_IN),
    row("api:programme-steps-detail", "GET", READ_OFFER, a_published_step),
    row("api:programme-steps-detail", "PATCH", LEAD_HIDDEN, a_step, data={"weight": 3}),
    row("api:programme-steps-move", "POST", LEAD_HIDDEN, a_step, data={"place": 1}),
    row("api:programme-steps-remove", "POST", LEAD_HIDDEN, a_step),
]
