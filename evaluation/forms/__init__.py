"""What comes in from pages, its shape checked."""

from evaluation.forms.answers import AnswersForm, ConfirmForm, Entry, EntryForm
from evaluation.forms.scope import NARROW, OF_PEOPLE, ScopeForm, narrowed, period, read_scope

__all__ = [
    "NARROW",
    "OF_PEOPLE",
    "AnswersForm",
    "ConfirmForm",
    "Entry",
    "EntryForm",
    "ScopeForm",
    "narrowed",
    "period",
    "read_scope",
]
