"""The plan of a journey, personalised: steps added, edited, moved; versions taken up; the last change undone."""

from journeys.actions.plan.changes import Undone, undo_change
from journeys.actions.plan.moves import Moved, PlanMoved, move_step
from journeys.actions.plan.steps import add_step, edit_step, remove_step, restore_step
from journeys.actions.plan.versions import Taken, apply_version, apply_version_to_many, decline_version

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
]
