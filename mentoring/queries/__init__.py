"""Reads shaped for pages and exports; never a write."""

from mentoring.queries.briefing import Briefing, briefing
from mentoring.queries.health import HolderLine, health_of, holder_lines
from mentoring.queries.home import MentorHome, hours_of_year, mentor_home
from mentoring.queries.mentors import (
    full_mentors,
    journeys_without_mentor,
    list_mentors,
    needs_to_say,
    sector_words,
    training_lines,
)
from mentoring.queries.sessions import PEOPLE, calendar_file, invite_of, list_sessions, sessions_of, unlogged_sessions
from mentoring.queries.steps import mentoring_step, usual_minutes

__all__ = [
    "PEOPLE",
    "Briefing",
    "HolderLine",
    "MentorHome",
    "briefing",
    "calendar_file",
    "full_mentors",
    "health_of",
    "holder_lines",
    "hours_of_year",
    "invite_of",
    "journeys_without_mentor",
    "list_mentors",
    "list_sessions",
    "mentor_home",
    "mentoring_step",
    "needs_to_say",
    "sector_words",
    "sessions_of",
    "training_lines",
    "unlogged_sessions",
    "usual_minutes",
]
