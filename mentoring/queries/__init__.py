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
from mentoring.queries.openings import (
    Offer,
    OfferDay,
    OpeningLine,
    absences_of,
    count_offers,
    has_openings,
    offers_by_day,
    offers_for,
    opening_lines,
    openings_of,
    pair_to_book,
)
from mentoring.queries.sessions import PEOPLE, calendar_file, invite_of, list_sessions, sessions_of, unlogged_sessions
from mentoring.queries.steps import mentoring_step, usual_minutes

__all__ = [
    "PEOPLE",
    "Briefing",
    "HolderLine",
    "MentorHome",
    "Offer",
    "OfferDay",
    "OpeningLine",
    "absences_of",
    "briefing",
    "calendar_file",
    "count_offers",
    "full_mentors",
    "has_openings",
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
    "offers_by_day",
    "offers_for",
    "opening_lines",
    "openings_of",
    "pair_to_book",
    "sector_words",
    "sessions_of",
    "training_lines",
    "unlogged_sessions",
    "usual_minutes",
]
