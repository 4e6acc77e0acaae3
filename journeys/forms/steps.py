"""What is typed about the steps of one journey: added, edited, moved; and which journeys take up a version."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from backend.web.forms import CheckCards, DateField, Form, ManyField, MinutesField, RadioCards
from journeys.forms.states import sentences
from journeys.models import Journey, Module, Step, StepKind
from journeys.queries.plans import days_problem


class StepFields(Form):
    """What every step says."""

    title_fr = forms.CharField(label=_("Title in French"), max_length=160)
    title_en = forms.CharField(label=_("Title in English"), max_length=160, required=False)
    is_required = forms.BooleanField(
        label=_("Required"),
        required=False,
        help_text=_("The journey is completed once every required step is done or waived."),
    )
    weight = forms.IntegerField(
        label=_("Weight"), min_value=0, max_value=100, initial=1, help_text=_("How much it counts in the progress.")
    )
    minutes_expected = MinutesField(label=_("Expected time"), required=False, max_value=60000)
    occurrences = forms.IntegerField(
        label=_("Number of sessions"), min_value=1, max_value=100, initial=1, required=False,
        help_text=_("For mentoring: the expected time is shared between them."),
    )  # fmt: skip
    evidence_fr = forms.CharField(
        label=_("Evidence asked, in French"), max_length=240, required=False, help_text=_("For a milestone.")
    )
    evidence_en = forms.CharField(label=_("Evidence asked, in English"), max_length=240, required=False)
    after = ManyField(Step.objects.none(), label=_("It waits for"), required=False, widget=CheckCards)

    def __init__(self, *args: Any, steps: list[Step], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = Step.objects.filter(pk__in=[step.pk for step in steps]).order_by("position", "pk")
        self.fields["after"].queryset = rows
        if not steps:
            del self.fields["after"]

    @property
    def facts(self) -> dict[str, Any]:
        """What the action wants: a figure left empty is its usual one."""
        usual = {"minutes_expected": 0, "occurrences": 1}
        found = {name: value for name, value in self.cleaned_data.items() if name in self.fields}
        found |= {name: value for name, value in usual.items() if name in found and found[name] is None}
        if "after" in found:
            found["after"] = list(found["after"])
        return found


class AddStepForm(StepFields):
    sometimes = ("module",)
    field_order = ("kind", "title_fr", "title_en", "module", "after", "due_on", "earliest_on", "max_days", "min_days")
    kind = forms.ChoiceField(label=_("Kind of step"), widget=RadioCards)
    module = forms.ModelChoiceField(
        Module.objects.none(), label=_("Module of the catalogue"), required=False, help_text=_("For a training module.")
    )
    due_on = DateField(label=_("By which day?"), required=False)
    earliest_on = DateField(label=_("Not before"), required=False)
    max_days = forms.IntegerField(label=_("Or within how many days?"), min_value=0, max_value=1000, required=False)
    min_days = forms.IntegerField(label=_("Not before how many days?"), min_value=0, max_value=1000, required=False)

    def __init__(self, *args: Any, journey: Journey, steps: list[Step], **kwargs: Any) -> None:
        super().__init__(*args, steps=steps, **kwargs)
        self.journey = journey
        self.fields["kind"].choices = sentences(StepKind.choices)
        organisation = journey.programme.organisation_id
        modules = Module.objects.filter(organisation=organisation, is_retired=False).order_by("title_fr", "pk")
        self.fields["module"].queryset = modules
        self.fields["module"].empty_label = pgettext_lazy("module", "None")

    def clean(self) -> dict[str, Any]:
        found = super().clean() or {}
        due, most = found.get("due_on"), found.get("max_days")
        if due is None and most is None and not {"due_on", "max_days"} & set(self.errors):
            self.add_error("due_on", _("Say when: by which day, or within how many days."))
        if due is not None and (problem := days_problem(self.journey, found.get("earliest_on"), due)):
            self.add_error(*problem)
        if due is None and most is not None and (found.get("min_days") or 0) > most:
            self.add_error("max_days", _("The days run from the fewest to the most, up to 1,000."))
        if found.get("kind") == StepKind.MODULE and not found.get("module") and "module" not in self.errors:
            self.add_error("module", _("Choose the module of the catalogue."))
        return found


class EditStepForm(StepFields):
    """Only what makes sense for its kind is asked."""

    def __init__(self, *args: Any, step: Step, steps: list[Step], **kwargs: Any) -> None:
        names = ("title_fr", "title_en", "is_required", "weight", "occurrences", "evidence_fr", "evidence_en")
        initial = {name: getattr(step, name) for name in names}
        initial["minutes_expected"] = step.minutes_expected or None
        initial["after"] = [one.pk for one in step.after.all()]
        super().__init__(*args, steps=steps, initial=initial, **kwargs)
        if step.kind != StepKind.MENTORING:
            del self.fields["occurrences"]
        if step.kind != StepKind.MILESTONE:
            del self.fields["evidence_fr"], self.fields["evidence_en"]
        if step.kind == StepKind.MILESTONE:
            del self.fields["minutes_expected"]


class MoveStepForm(Form):
    """Where the step should lie: in the address, so that looking changes nothing."""

    due_on = DateField(label=_("New due day"))
    earliest_on = DateField(
        label=_("Not before"), required=False, help_text=_("Left empty, the whole window moves with the due day.")
    )
    holds = forms.BooleanField(
        label=_("Hold these dates"),
        required=False,
        help_text=_("When a step before it moves, and when a new version arrives, it stays."),
    )

    def __init__(self, *args: Any, step: Step, **kwargs: Any) -> None:
        super().__init__(*args, initial={"due_on": step.due_on, "holds": True}, **kwargs)
        self.step = step

    def clean(self) -> dict[str, Any]:
        found = super().clean() or {}
        if found.get("due_on") and (
            problem := days_problem(self.step.journey, found.get("earliest_on"), found["due_on"])
        ):
            self.add_error(*problem)
        return found


class ApplyMoveForm(Form):
    """What was looked at, to be applied as it was."""

    due_on = DateField(widget=forms.HiddenInput)
    earliest_on = DateField(widget=forms.HiddenInput, required=False)
    holds = forms.BooleanField(widget=forms.HiddenInput, required=False)
    digest = forms.CharField(widget=forms.HiddenInput, max_length=64)
    with_meetings = forms.BooleanField(
        label=_("Move the planned meetings along"),
        required=False,
        initial=True,
        help_text=_("At the same time of day; everybody invited gets the new date."),
    )


class ApplyVersionForm(Form):
    """Which version was looked at."""

    version = forms.IntegerField(widget=forms.HiddenInput)


class ApplyToManyForm(ApplyVersionForm):
    journeys = ManyField(
        Journey.objects.none(), label=_("Journeys"), error_messages={"required": _("Tick at least one journey.")}
    )

    def __init__(self, *args: Any, journeys: list[Journey], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["journeys"].queryset = Journey.objects.filter(pk__in=[one.pk for one in journeys]).order_by("pk")
