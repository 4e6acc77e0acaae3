"""Every verb of mentoring: the only writers of this app's tables."""

from mentoring.actions.along import move_sessions_along
from mentoring.actions.apart import declare_apart
from mentoring.actions.briefings import ask_question, brief_mentor, write_question
from mentoring.actions.cadence import plan_cadence
from mentoring.actions.courses import (
    ask_review,
    change_primary,
    drop_objective,
    say_fit,
    say_review,
    set_objective,
)
from mentoring.actions.following import follow_delivery
from mentoring.actions.gatherings import cancel_gathering, log_gathering, move_gathering, plan_gathering
from mentoring.actions.imports import (
    confirm_mentor_import,
    correct_mentor_import,
    discard_mentor_import,
    forget_mentor_import,
    import_mentors,
    map_mentor_columns,
    skip_mentor_lines,
    undo_mentor_import,
)
from mentoring.actions.leaving import Handed, Handing, Left, leave_mentor, stay, wish_to_leave
from mentoring.actions.logs import NextStep, log_session, miss_session, record_session, update_log
from mentoring.actions.matching import (
    Paired,
    declare_conflict,
    keep_weights,
    lift_conflict,
    pair_many,
    say_need,
)
from mentoring.actions.mentors import accept_charter, add_training, create_mentor, remove_training, update_mentor
from mentoring.actions.mentorships import end_mentorship, end_mentorships_of, end_mentorships_of_mentor, pair_mentor
from mentoring.actions.notes import Burden, below, drop_draft, forget_drafts, keep_draft
from mentoring.actions.openings import (
    book_opening,
    change_opening_day,
    declare_absence,
    end_opening,
    lift_absence,
    publish_opening,
    restore_opening_day,
    update_opening,
)
from mentoring.actions.photos import keep_photo, remove_photo
from mentoring.actions.proposals import (
    accept_proposal,
    ask_again,
    decline_proposal,
    propose_many,
    propose_mentor,
    start_mentorship,
    withdraw_proposal,
)
from mentoring.actions.reminders import ask_session_log, remind_session_log
from mentoring.actions.sessions import cancel_session, move_session, plan_session
from mentoring.actions.terms import keep_terms
from mentoring.actions.times import (
    decline_times,
    expire_times,
    prefer_way,
    propose_times,
    take_time,
    wish_move,
    withdraw_times,
)

__all__ = [
    "Burden",
    "Handed",
    "Handing",
    "Left",
    "NextStep",
    "Paired",
    "accept_charter",
    "accept_proposal",
    "add_training",
    "ask_again",
    "ask_question",
    "ask_review",
    "ask_session_log",
    "below",
    "book_opening",
    "brief_mentor",
    "cancel_gathering",
    "cancel_session",
    "change_opening_day",
    "change_primary",
    "confirm_mentor_import",
    "correct_mentor_import",
    "create_mentor",
    "declare_absence",
    "declare_apart",
    "declare_conflict",
    "decline_proposal",
    "decline_times",
    "discard_mentor_import",
    "drop_draft",
    "drop_objective",
    "end_mentorship",
    "end_mentorships_of",
    "end_mentorships_of_mentor",
    "end_opening",
    "expire_times",
    "follow_delivery",
    "forget_drafts",
    "forget_mentor_import",
    "import_mentors",
    "keep_draft",
    "keep_photo",
    "keep_terms",
    "keep_weights",
    "leave_mentor",
    "lift_absence",
    "lift_conflict",
    "log_gathering",
    "log_session",
    "map_mentor_columns",
    "miss_session",
    "move_gathering",
    "move_session",
    "move_sessions_along",
    "pair_many",
    "pair_mentor",
    "plan_cadence",
    "plan_gathering",
    "plan_session",
    "prefer_way",
    "propose_many",
    "propose_mentor",
    "propose_times",
    "publish_opening",
    "record_session",
    "remind_session_log",
    "remove_photo",
    "remove_training",
    "restore_opening_day",
    "say_fit",
    "say_need",
    "say_review",
    "set_objective",
    "skip_mentor_lines",
    "start_mentorship",
    "stay",
    "take_time",
    "undo_mentor_import",
    "update_log",
    "update_mentor",
    "update_opening",
    "wish_move",
    "wish_to_leave",
    "withdraw_proposal",
    "withdraw_times",
    "write_question",
]
