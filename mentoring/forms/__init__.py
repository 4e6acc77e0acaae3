"""What the pages of mentoring accept, parsed and checked for shape."""

from mentoring.forms.matching import DeclareConflictForm, MatchForm, PairManyForm, SayNeedForm
from mentoring.forms.mentors import AddTrainingForm, CreateMentorForm, FindMentorForm, UpdateMentorForm
from mentoring.forms.openings import (
    BookOpeningForm,
    ChangeOpeningDayForm,
    DeclareAbsenceForm,
    PublishOpeningForm,
    UpdateOpeningForm,
)
from mentoring.forms.pairs import EndMentorshipForm, PairMentorForm
from mentoring.forms.photos import KeepPhotoForm
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
    "BookOpeningForm",
    "CancelSessionForm",
    "ChangeOpeningDayForm",
    "CreateMentorForm",
    "DeclareAbsenceForm",
    "DeclareConflictForm",
    "EndMentorshipForm",
    "FindMentorForm",
    "FindSessionForm",
    "KeepPhotoForm",
    "LogSessionForm",
    "MatchForm",
    "MissSessionForm",
    "MoveSessionForm",
    "PairManyForm",
    "PairMentorForm",
    "PlanSessionForm",
    "PublishOpeningForm",
    "RecordSessionForm",
    "SayNeedForm",
    "UpdateLogForm",
    "UpdateMentorForm",
    "UpdateOpeningForm",
]
