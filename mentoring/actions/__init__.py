"""Every verb of mentoring: the only writers of this app's tables."""

from mentoring.actions.along import move_sessions_along
from mentoring.actions.logs import NextStep, log_session, miss_session, record_session, update_log
from mentoring.actions.mentors import create_mentor, update_mentor
from mentoring.actions.mentorships import end_mentorship, end_mentorships_of, end_mentorships_of_mentor, pair_mentor
from mentoring.actions.reminders import ask_session_log
from mentoring.actions.sessions import cancel_session, move_session, plan_session

__all__ = [
    "NextStep",
    "ask_session_log",
    "cancel_session",
    "create_mentor",
    "end_mentorship",
    "end_mentorships_of",
    "end_mentorships_of_mentor",
    "log_session",
    "miss_session",
    "move_session",
    "move_sessions_along",
    "pair_mentor",
    "plan_session",
    "record_session",
    "update_log",
    "update_mentor",
]
