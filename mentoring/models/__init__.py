"""Mentors, mentorships (the pair as an object), sessions, and what matching looks at."""

from mentoring.models.course import Fit, Objective, Review, Side
from mentoring.models.imports import MentorImport
from mentoring.models.matching import Conflict, MatchWeights, Need
from mentoring.models.mentors import Mentor, MentorQuerySet, Photo, Training
from mentoring.models.mentorships import Mentorship, MentorshipQuerySet
from mentoring.models.notes import LogDraft, NoteEdit
from mentoring.models.openings import Absence, Opening, OpeningDay
from mentoring.models.sessions import Session, SessionQuerySet
from mentoring.models.terms import Terms
from mentoring.models.times import Gathering, ProposedTime, TimeProposal, TimeProposalQuerySet
from mentoring.models.words import LONGEST_BIO, LONGEST_NOTE, Competence, SpokenLanguage, Theme, words_for

__all__ = [
    "LONGEST_BIO",
    "LONGEST_NOTE",
    "Absence",
    "Competence",
    "Conflict",
    "Fit",
    "Gathering",
    "LogDraft",
    "MatchWeights",
    "Mentor",
    "MentorImport",
    "MentorQuerySet",
    "Mentorship",
    "MentorshipQuerySet",
    "Need",
    "NoteEdit",
    "Objective",
    "Opening",
    "OpeningDay",
    "Photo",
    "ProposedTime",
    "Review",
    "Session",
    "SessionQuerySet",
    "Side",
    "SpokenLanguage",
    "Terms",
    "Theme",
    "TimeProposal",
    "TimeProposalQuerySet",
    "Training",
    "words_for",
]
