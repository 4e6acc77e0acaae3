"""What the pages of mentoring accept, parsed and checked for shape."""

from mentoring.forms.matching import DeclareConflictForm, MatchForm, PairManyForm, SayNeedForm
from mentoring.forms.mentors import AddTrainingForm, CreateMentorForm, FindMentorForm, UpdateMentorForm
from mentoring.forms.pairs import EndMentorshipForm, PairMentorForm
from mentoring.forms.sessions import (
    CancelSessionForm,
    FindSessionForm,
    LogSessionForm,
    MissSessionForm,
    MoveSessionForm,
    PlanSessionForm,
    RecordSessionForm,
    UpdateLogForm,
)

__all__ = [
    "AddTrainingForm",
    "CancelSessionForm",
    "CreateMentorForm",
    "DeclareConflictForm",
    "EndMentorshipForm",
    "FindMentorForm",
    "FindSessionForm",
    "LogSessionForm",
    "MatchForm",
    "MissSessionForm",
    "MoveSessionForm",
    "PairManyForm",
    "PairMentorForm",
    "PlanSessionForm",
    "RecordSessionForm",
    "SayNeedForm",
    "UpdateLogForm",
    "UpdateMentorForm",
]
