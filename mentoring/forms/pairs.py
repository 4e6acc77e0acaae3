"""Pairs as people type them: made, changed, ended."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from backend.web.forms import DateField, Form, Paragraph, RadioCards, ScaleField
from mentoring.forms.widgets import RadioChips
from mentoring.models import Fit, Mentor, Mentorship, Objective


class PairMentorForm(Form):
    """One mentor for one journey, proposed to both or begun at once; the reason for the change when one stands."""

    mentor = forms.ModelChoiceField(label=gettext_lazy("Mentor"), queryset=Mentor.objects.none())
    pitch = forms.CharField(
        label=gettext_lazy("Why these two"),
        max_length=1000,
        required=False,
        widget=Paragraph(rows=2),
        help_text=gettext_lazy("In your words, to both. What speaks for the pair is told to them anyway."),
    )
    started_on = DateField(
        label=gettext_lazy("Begins on"), required=False, help_text=gettext_lazy("Empty: as soon as both have accepted.")
    )
    end_reason = forms.ChoiceField(label=gettext_lazy("Why this changes"), choices=[])
    end_note = forms.CharField(label=gettext_lazy("In a few words"), max_length=240, required=False)
    both_agreed = forms.BooleanField(
        label=gettext_lazy("Both have agreed already: start now"),
        required=False,
        help_text=gettext_lazy("Nobody is asked. Both are told by letter that they are a pair."),
    )

    def __init__(self, *args: Any, mentors: Iterable[Mentor], has_standing: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["mentor"].queryset = mentors
        self.fields["end_reason"].choices = [("", "—"), *change_reasons()]
        if not has_standing:
            del self.fields["end_reason"], self.fields["end_note"]

    @property
    def starts_now(self) -> bool:
        return bool(self.cleaned_data.get("both_agreed"))

    def values(self) -> dict[str, Any]:
        """What the action takes: one to propose, or one to begin at once."""
        left_out = {"both_agreed", "pitch"} if self.starts_now else {"both_agreed"}
        return {name: value for name, value in self.cleaned_data.items() if name not in left_out}


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


class DeclineProposalForm(Form):
    """Why not."""

    reason = forms.CharField(
        label=gettext_lazy("Why not"),
        max_length=240,
        widget=Paragraph(rows=2),
        help_text=gettext_lazy("Only the programme leads read it."),
    )


class WithdrawProposalForm(Form):
    """Why it is taken back, for the leads."""

    note = forms.CharField(
        label=gettext_lazy("In a few words"),
        max_length=240,
        required=False,
        help_text=gettext_lazy("Only the programme leads read it."),
    )


LOW, HIGH = gettext_lazy("far from it"), gettext_lazy("fully there")


class SetObjectiveForm(Form):
    """What the pair works towards."""

    text = forms.CharField(
        label=gettext_lazy("Objective"),
        max_length=240,
        help_text=gettext_lazy("In one line: “Present my project to a bank without notes.”"),
    )
    start = ScaleField(label=gettext_lazy("Today"), low=LOW, high=HIGH)
    wanted = ScaleField(label=gettext_lazy("Wanted"), low=LOW, high=HIGH)


class SayReviewForm(Form):
    """What helps, what to change, and where the holder is on each objective."""

    went_well = forms.CharField(label="", required=False, max_length=3000, widget=Paragraph)
    to_change = forms.CharField(label="", required=False, max_length=3000, widget=Paragraph)

    def __init__(self, *args: Any, objectives: Iterable[Objective], is_end: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        words = (
            (gettext_lazy("What you take away"), gettext_lazy("What is left to do"))
            if is_end
            else (gettext_lazy("What helps"), gettext_lazy("What to change"))
        )
        self.fields["went_well"].label, self.fields["to_change"].label = words
        self.numbers = []
        for one in objectives:
            self.fields[f"objective_{one.pk}"] = ScaleField(label=one.text, required=False, low=LOW, high=HIGH)
            self.numbers.append(one.pk)

    def values(self) -> dict[str, Any]:
        """What the action takes."""
        cleaned = self.cleaned_data
        points = {pk: cleaned.get(f"objective_{pk}") for pk in self.numbers}
        return {"went_well": cleaned["went_well"], "to_change": cleaned["to_change"], "points": points}


class SayFitForm(Form):
    """How it feels, in one tap and a few words."""

    answer = forms.ChoiceField(label=gettext_lazy("How is it going?"), choices=Fit.Answer.choices, widget=RadioChips)
    words = forms.CharField(label=gettext_lazy("In a few words"), max_length=500, required=False)
