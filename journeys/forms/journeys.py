"""What is typed about a journey: steps, commitments."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from backend.accounts.models import User
from backend.web.forms import DateField, Form, Paragraph, RadioCards
from journeys.forms.states import sentences
from journeys.models import Journey, Step


class WaiveStepForm(Form):
    reason = forms.CharField(
        label=_("Why is it waived?"),
        help_text=_("The step no longer counts for this person. The reason is shown on the line."),
        max_length=240,
        widget=Paragraph(rows=2),
    )


class AdvanceStepForm(Form):
    """Where a step is now. Milestones and immersions are done by their own records, not by hand."""

    state = forms.ChoiceField(label=_("Where is this step now?"), widget=RadioCards)
    on = DateField(label=_("Done on"), required=False, help_text=_("Only if it is done. Today if left empty."))

    def __init__(self, *args: Any, step: Step, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        by_records = {Step.State.WAIVED, Step.State.ABANDONED, step.state}
        if step.kind in ("milestone", "immersion"):
            by_records.add(Step.State.DONE)
        allowed = Step.MOVES.get(step.state, set()) - by_records
        self.fields["state"].choices = sentences(choice for choice in Step.State.choices if choice[0] in allowed)
        if Step.State.DONE not in allowed:
            del self.fields["on"]


class MoveCommitmentForm(Form):
    due_on = DateField(label=_("By when, then?"))


class DropCommitmentForm(Form):
    reason = forms.CharField(label=_("Why, in a word?"), max_length=240)


class AddCommitmentForm(Form):
    text = forms.CharField(label=_("What is to be done?"), max_length=240)
    owner = forms.ModelChoiceField(User.objects.none(), label=_("Who does it?"), widget=RadioCards, empty_label=None)
    due_on = DateField(label=_("By when?"), required=False)

    def __init__(self, *args: Any, journey: Journey, by: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = [journey.holder.user_id, *(one.user_id for one in journey.companions.all() if one.ended_at is None)]
        if journey.referent_id:
            people.append(journey.referent_id)
        if by.leads(journey.programme.organisation_id):
            people.append(by.pk)
        self.fields["owner"].queryset = User.objects.filter(pk__in=people).order_by("last_name", "first_name", "pk")
        self.fields["owner"].initial = journey.holder.user_id
