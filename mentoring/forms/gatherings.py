"""A meeting of several, as people type it."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from backend.web.forms import CheckCards, Form, Paragraph
from mentoring.forms.sessions import LogSessionForm, PlanSessionForm
from mentoring.forms.widgets import CheckChips
from mentoring.models import LONGEST_NOTE, Mentorship, Session, Theme


class MoveGatheringForm(PlanSessionForm):
    """When and where, the same for all."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["agenda"]

    def values(self) -> dict[str, Any]:
        """What the action takes."""
        return {name: self.cleaned_data[name] for name in ("starts_at", "minutes", "medium", "place", "url")}


class PlanGatheringForm(MoveGatheringForm):
    """With whom, when and where."""

    pairs = forms.TypedMultipleChoiceField(
        label=gettext_lazy("With whom"),
        coerce=int,
        widget=CheckCards,
        error_messages={"required": gettext_lazy("Tick at least two people.")},
    )
    title = forms.CharField(
        label=gettext_lazy("What it is about"),
        max_length=160,
        required=False,
        help_text=gettext_lazy("Everybody reads it in the invite."),
    )

    def __init__(self, *args: Any, pairs: Sequence[Mentorship], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.pair_of = {pair.pk: pair for pair in pairs}
        field = self.fields["pairs"]
        field.choices = [(pk, f"{pair.journey.holder} · {pair.journey.project}") for pk, pair in self.pair_of.items()]

    def values(self) -> dict[str, Any]:
        chosen = [self.pair_of[pk] for pk in self.cleaned_data["pairs"]]
        return {**super().values(), "pairs": chosen, "title": self.cleaned_data["title"]}


class CancelGatheringForm(Form):
    """Why."""

    reason = forms.CharField(
        label=gettext_lazy("Why"), max_length=240, help_text=gettext_lazy("Everybody invited reads it in the letter.")
    )


class LogGatheringForm(LogSessionForm):
    """Who came, and what there is to say of the meeting: the rest is as planned."""

    came = forms.TypedMultipleChoiceField(
        label=gettext_lazy("Who came"),
        coerce=int,
        widget=CheckCards,
        error_messages={"required": gettext_lazy("Tick who came. If nobody did, say so on the session of each.")},
    )
    summary = forms.CharField(
        label=gettext_lazy("One line of summary"),
        max_length=LONGEST_NOTE,
        required=False,
        widget=Paragraph(rows=2),
        help_text=gettext_lazy("Each of them reads it: say nothing here of one person alone."),
    )
    themes = forms.MultipleChoiceField(
        label=gettext_lazy("What it was about"), choices=Theme, required=False, widget=CheckChips
    )

    def __init__(self, *args: Any, sessions: Sequence[Session], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["came"].choices = [(one.pk, str(one.mentorship.journey.holder)) for one in sessions]
        self.fields["came"].initial = [one.pk for one in sessions]

    def values(self) -> dict[str, Any]:
        data = self.cleaned_data
        return {**super().values(), "came": data["came"], "summary": data["summary"], "themes": data["themes"]}
