"""Pairs as people type them: made, changed, ended."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from backend.web.forms import Form, RadioCards
from mentoring.models import Mentor, Mentorship


class PairMentorForm(Form):
    """One mentor for one journey; the reason for the change when one stands."""

    mentor = forms.ModelChoiceField(label=gettext_lazy("Mentor"), queryset=Mentor.objects.none())
    end_reason = forms.ChoiceField(label=gettext_lazy("Why this changes"), choices=[])
    end_note = forms.CharField(label=gettext_lazy("In a few words"), max_length=240, required=False)

    def __init__(self, *args: Any, mentors: Iterable[Mentor], has_standing: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["mentor"].queryset = mentors
        self.fields["end_reason"].choices = [("", "—"), *change_reasons()]
        if not has_standing:
            del self.fields["end_reason"], self.fields["end_note"]


def change_reasons() -> list[tuple[str, Any]]:
    """Why a pair ends while the journey goes on."""
    reason = Mentorship.EndReason
    return [(one.value, one.label) for one in (reason.MENTOR_LEFT, reason.NOT_A_FIT, reason.OTHER)]


class EndMentorshipForm(Form):
    """Why the pair ends."""

    reason = forms.ChoiceField(label=gettext_lazy("Why"), choices=change_reasons, widget=RadioCards)
    note = forms.CharField(
        label=gettext_lazy("In a few words"),
        max_length=240,
        required=False,
        help_text=gettext_lazy("Only the programme leads read it."),
    )
