"""The plan of a journey, personalised: steps added, edited, moved; versions taken up; the last change undone."""

from journeys.actions.plan.moves import Moved, PlanMoved, move_step
from journeys.actions.plan.steps import add_step, edit_step, remove_step
from journeys.actions.plan.undo import Undone, undo_change
from journeys.actions.plan.versions import Taken, apply_version, apply_version_to_many, decline_version
from journeys.actions.plan.waivers import restore_step, waive_step

__all__ = [
    "Moved",
    "PlanMoved",
    "Taken",
    "Undone",
    "add_step",
    "apply_version",
    "apply_version_to_many",
    "decline_version",
    "edit_step",
    "move_step",
    "remove_step",
    "restore_step",
    "undo_change",
    "waive_step",
]
