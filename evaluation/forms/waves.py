"""What a lead says of a wave."""

from typing import Any

from django import forms
from django.utils.functional import lazy
from django.utils.translation import gettext_lazy as _

from backend.web.forms import DateField, Form, RadioCards
from evaluation.actions.waves import FIXED, Plan
from evaluation.models import Questionnaire, Wave
from evaluation.queries.waves import askable, is_asked, step_codes
from evaluation.queries.wording import meaning
from journeys.models import Programme

FOLLOWED = ("module", "immersion", "milestone")
NARROWING = ("step_code", "nth", "opens_on", "closes_on", "since", "asks_leavers")
FREE = ("open_days", "closes_on", "since", "asks_leavers", "correction_days")
"""What can still change once somebody was asked."""
LEFT_OUT = "fixed"
"""Posted by a form that was drawn without what is FIXED: it stays as it is. One drawn before somebody was asked still
says it, and is refused beside the field."""
said = lazy(meaning, str)


class WaveForm(Form):
    """A wave as planned; `plan` once it is valid. Once somebody was asked (`is_asked`), only what is FREE is drawn."""

    questionnaire = forms.ModelChoiceField(
        label=_("What is asked"), queryset=Questionnaire.objects.none(), empty_label=None
    )
    moment = forms.ChoiceField(label=_("At which moment"), choices=Wave.Moment.choices)
    months = forms.IntegerField(
        label=_("Months after"), min_value=0, max_value=60, required=False, help_text=_("0: as soon as it happens.")
    )
    days = forms.IntegerField(label=_("Days after"), min_value=0, max_value=180, required=False)
    step_code = forms.ChoiceField(
        label=_("Only after this module, stay or milestone"),
        required=False,
        help_text=_("For these moments only; left empty, after each of them."),
    )
    nth = forms.IntegerField(
        label=_("Only after session number"),
        min_value=0,
        max_value=99,
        required=False,
        help_text=_("For sessions only; left empty, after each session."),
    )
    opens_on = DateField(label=_("First day"), required=False, help_text=_("For what is asked between two dates only."))
    closes_on = DateField(label=_("Last day"), required=False)
    audience = forms.ChoiceField(label=_("Who is asked"), choices=Wave.Audience.choices, widget=RadioCards)
    mode = forms.ChoiceField(
        label=_("Mode"),
        choices=Wave.Mode.choices,
        widget=RadioCards(notes={mode: said(mode) for mode in Wave.Mode.values}),
        help_text=_("Told to everybody before the first question. Once somebody was asked it can’t be changed."),
    )
    open_days = forms.IntegerField(label=_("Open for (days)"), min_value=1, max_value=180)
    since = DateField(
        label=_("For what happens from"),
        required=False,
        help_text=_("Left empty, also about what happened in the last 180 days."),
    )
    asks_leavers = forms.BooleanField(label=_("Also ask those who left early"), required=False)
    shows_previous = forms.BooleanField(
        label=_("Show what was answered last time, to keep or to change"), required=False
    )
    correction_days = forms.IntegerField(
        label=_("Sent answers can be corrected for (days)"), min_value=0, max_value=180, required=False
    )
    is_shared = forms.BooleanField(
        label=_("Put the answers of holder, mentor and tutor side by side"),
        required=False,
        help_text=_(
            "The holder and the mentor who follows them see all three, each after having answered or once their time "
            "to answer is over. Everybody is told before the first question, so it can’t be changed once somebody was "
            "asked. Make one such wave for each"
            " of them, with the same questionnaire, at the same moment."
        ),
    )

    def __init__(self, programme: Programme, *args: Any, wave: Wave | None = None, **kwargs: Any) -> None:
        self.is_asked = wave is not None and is_asked(wave)
        first = {"mode": "identified", "audience": "holder", "moment": "session", "open_days": 30, "days": 2}
        if wave:
            first = {name: getattr(wave, name) for name in self.base_fields} | {"questionnaire": wave.questionnaire_id}
        super().__init__(*args, initial=first | kwargs.pop("initial", {}), **kwargs)
        known = [one.pk for one in askable(programme)] + ([wave.questionnaire_id] if wave else [])
        self.fields["questionnaire"].queryset = Questionnaire.objects.filter(pk__in=known)
        steps = [(kind, step_codes(programme, kind)) for kind in FOLLOWED]
        self.fields["step_code"].choices = [
            ("", _("each of them")),
            *((Wave.Moment(kind).label, [*codes.items()]) for kind, codes in steps if codes),
        ]
        for name in FIXED if self.is_asked and LEFT_OUT in self.data else ():
            self.fields[name].disabled = True

    @property
    def promised(self) -> list[forms.BoundField]:
        """What is FIXED and was changed all the same, on a page older than the first letter."""
        return [self[name] for name in FIXED if self.errors.get(name)]

    @property
    def free(self) -> str:
        """The names of what can still change."""
        is_campaign = self.initial["moment"] == Wave.Moment.CAMPAIGN
        return " ".join(name for name in FREE if is_campaign or name != "closes_on")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        for name in ("months", "days", "nth", "correction_days"):
            cleaned[name] = cleaned.get(name) or 0
        return cleaned

    @property
    def has_narrowing(self) -> bool:
        """Is anything said that narrows whom it asks, or wrong there?"""
        return any(self[name].value() or self[name].errors for name in NARROWING)

    @property
    def plan(self) -> Plan:
        return Plan(**self.cleaned_data)
