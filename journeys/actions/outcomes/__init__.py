"""Every verb about what came of a journey: said by leads, asked of its holder, confirmed by the other side."""

from journeys.actions.outcomes.asking import (
    answer_follow_up,
    refuse_follow_ups,
    send_follow_up,
    tell_follow_up,
)
from journeys.actions.outcomes.cooperation import answer_cooperation, confirm_cooperation, note_cooperation
from journeys.actions.outcomes.facts import add_outcome, correct_outcome, prove_outcome, withdraw_outcome

__all__ = [
    "add_outcome",
    "answer_cooperation",
    "answer_follow_up",
    "confirm_cooperation",
    "correct_outcome",
    "note_cooperation",
    "prove_outcome",
    "refuse_follow_ups",
    "send_follow_up",
    "tell_follow_up",
    "withdraw_outcome",
]
