"""Mentors, mentorships (the pair as an object), sessions, and what matching looks at."""

from mentoring.models.matching import Conflict, MatchWeights, Need
from mentoring.models.mentors import Mentor, MentorQuerySet, Training
from mentoring.models.mentorships import Mentorship, MentorshipQuerySet
from mentoring.models.openings import Absence, Opening, OpeningDay
from mentoring.models.sessions import Session, SessionQuerySet
from mentoring.models.words import SpokenLanguage, Theme, words_for

__all__ = [
    "Absence",
    "Conflict",
    "MatchWeights",
    "Mentor",
    "MentorQuerySet",
    "Mentorship",
    "MentorshipQuerySet",
    "Need",
    "Opening",
    "OpeningDay",
    "Session",
    "SessionQuerySet",
    "SpokenLanguage",
    "Theme",
    "Training",
    "words_for",
]
