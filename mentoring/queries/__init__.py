"""Reads shaped for pages and exports; never a write."""

from mentoring.queries.briefing import Briefing, briefing
from mentoring.queries.cadence import CadenceDate, cadence_dates
from mentoring.queries.gatherings import (
    Meeting,
    attendees_seen,
    meeting_of,
    pairs_to_gather,
    people_invited,
)
from mentoring.queries.health import HolderLine, health_of, holder_lines
from mentoring.queries.home import MentorHome, hours_of_year, mentor_home
from mentoring.queries.hours import own_deliveries
from mentoring.queries.mentors import (
    full_mentors,
    journeys_without_mentor,
    list_mentors,
    needs_to_say,
    sector_words,
    training_lines,
)
from mentoring.queries.notes import NOTES, draft_of, edits_of, fingerprints, next_planned, suggest_next
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
from mentoring.queries.session_briefing import SessionBriefing, before_session, session_briefing
from mentoring.queries.sessions import PEOPLE, calendar_file, invite_of, list_sessions, sessions_of, unlogged_sessions
from mentoring.queries.steps import mentoring_step, usual_minutes
from mentoring.queries.terms import has_room, late_cancellations, room_in, terms_of
from mentoring.queries.times import PAIR as TIMES_PAIR
from mentoring.queries.times import (
    TimeLine,
    clock_of,
    from_whom,
    last_answer,
    of_both_clocks,
    proposals_of,
    time_lines,
    to_whom,
    zone_name,
)

__all__ = [
    "NOTES",
    "PEOPLE",
    "TIMES_PAIR",
    "Briefing",
    "CadenceDate",
    "HolderLine",
    "Meeting",
    "MentorHome",
    "Offer",
    "OfferDay",
    "OpeningLine",
    "SessionBriefing",
    "TimeLine",
    "absences_of",
    "attendees_seen",
    "before_session",
    "briefing",
    "cadence_dates",
    "calendar_file",
    "clock_of",
    "count_offers",
    "draft_of",
    "edits_of",
    "fingerprints",
    "from_whom",
    "full_mentors",
    "has_openings",
    "has_room",
    "health_of",
    "holder_lines",
    "hours_of_year",
    "invite_of",
    "journeys_without_mentor",
    "last_answer",
    "late_cancellations",
    "list_mentors",
    "list_sessions",
    "meeting_of",
    "mentor_home",
    "mentoring_step",
    "needs_to_say",
    "next_planned",
    "of_both_clocks",
    "offers_by_day",
    "offers_for",
    "opening_lines",
    "openings_of",
    "own_deliveries",
    "pair_to_book",
    "pairs_to_gather",
    "people_invited",
    "proposals_of",
    "room_in",
    "sector_words",
    "session_briefing",
    "sessions_of",
    "suggest_next",
    "terms_of",
    "time_lines",
    "to_whom",
    "training_lines",
    "unlogged_sessions",
    "usual_minutes",
    "zone_name",
]
