"""What the pages of mentoring accept, parsed and checked for shape."""

from mentoring.forms.cadence import PlanCadenceForm
from mentoring.forms.gatherings import (
    CancelGatheringForm,
    LogGatheringForm,
    MoveGatheringForm,
    PlanGatheringForm,
)
from mentoring.forms.imports import ImportMentorsForm, MapMentorColumnsForm
from mentoring.forms.leaving import DeclareApartForm, LeaveMentorForm, PeriodForm, WishToLeaveForm
from mentoring.forms.logs import MissSessionForm, RecordSessionForm, UpdateLogForm
from mentoring.forms.matching import DeclareConflictForm, MatchForm, PairManyForm, SayNeedForm
from mentoring.forms.mentors import AddTrainingForm, CreateMentorForm, FindMentorForm, UpdateMentorForm
from mentoring.forms.openings import (
    BookOpeningForm,
    ChangeOpeningDayForm,
    DeclareAbsenceForm,
    PublishOpeningForm,
    UpdateOpeningForm,
)
from mentoring.forms.pairs import (
    DeclineProposalForm,
    EndMentorshipForm,
    PairMentorForm,
    SayFitForm,
    SayReviewForm,
    SetObjectiveForm,
    WithdrawProposalForm,
)
from mentoring.forms.photos import KeepPhotoForm
from mentoring.forms.sessions import (
    CancelSessionForm,
    FindSessionForm,
    LogSessionForm,
    MoveSessionForm,
    PlanSessionForm,
)
from mentoring.forms.times import DeclineTimesForm, KeepTermsForm, PreferWayForm, ProposeTimesForm

__all__ = [
    "AddTrainingForm",
    "BookOpeningForm",
    "CancelGatheringForm",
    "CancelSessionForm",
    "ChangeOpeningDayForm",
    "CreateMentorForm",
    "DeclareAbsenceForm",
    "DeclareApartForm",
    "DeclareConflictForm",
    "DeclineProposalForm",
    "DeclineTimesForm",
    "EndMentorshipForm",
    "FindMentorForm",
    "FindSessionForm",
    "ImportMentorsForm",
    "KeepPhotoForm",
    "KeepTermsForm",
    "LeaveMentorForm",
    "LogGatheringForm",
    "LogSessionForm",
    "MapMentorColumnsForm",
    "MatchForm",
    "MissSessionForm",
    "MoveGatheringForm",
    "MoveSessionForm",
    "PairManyForm",
    "PairMentorForm",
    "PeriodForm",
    "PlanCadenceForm",
    "PlanGatheringForm",
    "PlanSessionForm",
    "PreferWayForm",
    "ProposeTimesForm",
    "PublishOpeningForm",
    "RecordSessionForm",
    "SayFitForm",
    "SayNeedForm",
    "SayReviewForm",
    "SetObjectiveForm",
    "UpdateLogForm",
    "UpdateMentorForm",
    "UpdateOpeningForm",
    "WishToLeaveForm",
    "WithdrawProposalForm",
]
