"""Every verb of journeys: the only writers of this app's tables."""

from journeys.actions.journeys import (
    add_commitment,
    add_companion,
    advance_step,
    complete_commitment,
    complete_journey,
    end_companion,
    leave_journey,
    open_journey,
    open_journeys,
    pause_journey,
    resume_journey,
    waive_step,
)
from journeys.actions.ledger import (
    confirm_delivery,
    dispute_delivery,
    record_delivery,
    replace_delivery,
    void_delivery,
)
from journeys.actions.programmes import create_programme, in_order, load_programmes
from journeys.actions.territory import load_territory

__all__ = [
    "add_commitment",
    "add_companion",
    "advance_step",
    "complete_commitment",
    "complete_journey",
    "confirm_delivery",
    "create_programme",
    "dispute_delivery",
    "end_companion",
    "in_order",
    "leave_journey",
    "load_programmes",
    "load_territory",
    "open_journey",
    "open_journeys",
    "pause_journey",
    "record_delivery",
    "replace_delivery",
    "resume_journey",
    "void_delivery",
    "waive_step",
]
