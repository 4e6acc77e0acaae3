"""Doors of the board: its saved views, and acts on many journeys."""

from typing import Any

from journeys import actions
from journeys.models import Import, SavedView
from tests.house.doors import FORBIDDEN, HIDDEN, OK, SIGN_IN, SIGNED_IN, Row, World, allow, row
from tests.house.doors.journeys import BOARD, IMPORTERS, TAKE_AWAY, a_journey, an_import

ACTS = allow("lead", "other_lead", strangers=FORBIDDEN)
OWN_VIEW = allow("lead", rest=HIDDEN)
"""A view of the lead that she shares with nobody."""


def a_view(world: World) -> SavedView:
    return actions.create_saved_view(name="Mes créations", query="phase=creation", by=world.lead)


def one_journey(world: World) -> dict[str, Any]:
    return {"journeys": [world.of(a_journey).pk]}


def a_done_import(world: World) -> Import:
    return actions.confirm_import(an_import(world), by=world.lead)


MESSAGE = {"subject": "Réunion", "text": "Jeudi à 9 h.", "key": "a1"}

ROWS: list[Row] = [
    row("journeys:saved_view_list", "GET", BOARD),
    row("journeys:saved_view_create", "GET POST", BOARD, data={"name": "En silence"}),
    row("journeys:saved_view_open", "GET", OWN_VIEW, a_view),
    row("journeys:saved_view_update", "GET POST", OWN_VIEW, a_view, data={"name": "Autre"}),
    row("journeys:saved_view_delete", "POST", OWN_VIEW, a_view),
    row("journeys:bulk_message", "GET POST", ACTS),
    row("journeys:bulk_referent", "GET POST", ACTS),
    row(
        "api:board-assign-referent",
        "POST",
        ACTS,
        data=lambda world: one_journey(world) | {"referent": world.lead.pk},
    ),
    row("journeys:bulk_version", "GET POST", ACTS),
    row("api:board-update-version", "POST", ACTS, data=one_journey),
    row("journeys:import_columns", "POST", IMPORTERS, an_import, data={"matching": "email"}),
    row("journeys:import_undo", "GET POST", IMPORTERS, a_done_import),
    row("journeys:import_outcome", "GET", IMPORTERS, lambda world: {"pk": world.of(a_done_import).pk, "form": "csv"}),
    row("api:imports-undo", "POST", IMPORTERS, a_done_import),
    row("api:imports-undoing", "GET", IMPORTERS, a_done_import),
    row("api:imports-outcome", "GET", IMPORTERS, a_done_import),
    row("api:imports-list", "POST", SIGNED_IN),
    row("api:imports-model", "GET", ACTS),
    row("api:imports-preview", "GET", IMPORTERS, an_import),
    row("api:imports-map-columns", "POST", IMPORTERS, an_import, data={"fields_by_place": {}}),
    row("api:imports-correct", "POST", IMPORTERS, an_import, data={"line": 3, "cells": {"email": "z@example.org"}}),
    row("api:imports-skip", "POST", IMPORTERS, an_import, data={"lines": [3], "skip": True}),
    row("api:imports-confirm", "POST", IMPORTERS, an_import),
    row("api:imports-discard", "POST", IMPORTERS, an_import),
    row("api:board-export", "GET", TAKE_AWAY),
    row("api:board-export-contacts", "POST", ACTS),
    row("api:board-list", "GET", BOARD),
    row("api:board-detail", "GET", BOARD | dict.fromkeys(("other_lead", "other_mentor"), HIDDEN), a_journey),
    row("api:board-message", "POST", ACTS, data=lambda world: MESSAGE | one_journey(world)),
    row("api:saved-views-list", "GET", dict.fromkeys(BOARD, OK) | dict.fromkeys(("anonymous", "link_bearer"), SIGN_IN)),
    row("api:saved-views-list", "POST", BOARD, data={"name": "En silence", "query": "sign=silent"}),
    row("api:saved-views-detail", "GET", OWN_VIEW, a_view),
    row("api:saved-views-detail", "PATCH", OWN_VIEW, a_view, data={"name": "Autre"}),
    row("api:saved-views-remove", "POST", OWN_VIEW, a_view),
]
