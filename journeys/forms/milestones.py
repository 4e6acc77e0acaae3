"""What is typed about a milestone: the day and the evidence, or why it is undone."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from backend.lib import clock
from backend.web.forms import DateField, Form, Paragraph
from journeys.models import Step


class ReachMilestoneForm(Form):
    reached_on = DateField(label=_("Reached on"))
    evidence = forms.CharField(
        label=_("What shows it?"),
        max_length=4000,
        widget=Paragraph(rows=4),
        help_text=_("In a few words: the document, the decision, who saw it."),
    )
    evidence_url = forms.URLField(
        label=_("Link to the evidence"), required=False, assume_scheme="https", max_length=200
    )

    def __init__(self, *args: Any, step: Step, **kwargs: Any) -> None:
        super().__init__(*args, initial={"reached_on": clock.today()}, **kwargs)
        if step.evidence:
            self.fields["evidence"].help_text = _("Expected: %(evidence)s.") % {"evidence": step.evidence.rstrip(".")}

    def clean_reached_on(self) -> Any:
        if self.cleaned_data["reached_on"] > clock.today():
            raise forms.ValidationError(_("A milestone is reached on a day that has come."))
        return self.cleaned_data["reached_on"]


class UndoMilestoneForm(Form):
    reason = forms.CharField(
        label=_("Why is it undone?"),
        max_length=240,
        widget=Paragraph(rows=2),
        help_text=_("The evidence and this reason stay in the history."),
    )
