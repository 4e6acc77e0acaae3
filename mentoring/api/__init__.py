"""Mentors, matching, pairs and sessions over the API: the same rules and acts as the pages."""

from mentoring.api.courses import FitViewSet, ObjectiveViewSet, ReviewViewSet
from mentoring.api.gatherings import GatheringViewSet
from mentoring.api.imports import MentorImportViewSet
from mentoring.api.matching import MatchViewSet, NeedViewSet
from mentoring.api.mentors import ConflictViewSet, MentorViewSet
from mentoring.api.openings import AbsenceViewSet, OpeningViewSet
from mentoring.api.pairs import MentorshipViewSet
from mentoring.api.sessions import SessionViewSet
from mentoring.api.times import TermsViewSet, TimeProposalViewSet

routes = [
    ("mentors", MentorViewSet),
    ("mentor-imports", MentorImportViewSet),
    ("mentor-needs", NeedViewSet),
    ("mentor-conflicts", ConflictViewSet),
    ("mentor-matches", MatchViewSet),
    ("mentor-openings", OpeningViewSet),
    ("mentor-absences", AbsenceViewSet),
    ("mentorships", MentorshipViewSet),
    ("mentor-times", TimeProposalViewSet),
    ("mentor-gatherings", GatheringViewSet),
    ("mentor-terms", TermsViewSet),
    ("mentor-objectives", ObjectiveViewSet),
    ("mentor-reviews", ReviewViewSet),
    ("mentor-fits", FitViewSet),
    ("sessions", SessionViewSet),
]
