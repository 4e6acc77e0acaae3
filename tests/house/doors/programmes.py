"""Doors of the programme designer."""

import json
from typing import Any

from journeys import actions
from journeys.models import Programme, ProgrammeVersion, StepTemplate
from journeys.queries.programme_files import programme_file
from tests.factories.journeys import make_programme
from tests.house.doors import LEAD_HIDDEN, Row, World, allow, row
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
    """A programme as a file says it, for each lead's own organisation."""
    found: dict[str, Any] = json.loads(programme_file(make_programme(world.organisation)))
    found["programme"]["code"] = "venu-d-ailleurs"
    return {"organisation": world.organisation.pk, "file": found}


# Who reads no row of the organisation is told by a 400 that it is not there.
CREATES = allow("lead") | dict.fromkeys(
    ("holder", "mentor", "observer", "steward", "other_steward", "ended_mentor"), "forbidden"
)

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
]
