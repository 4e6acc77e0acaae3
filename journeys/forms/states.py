"""What is typed when a journey changes its state, and when more time is asked and decided."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.urls import reverse
from django.utils.functional import lazy
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from backend.lib import clock
from backend.web.forms import DateField, Form, Paragraph, RadioCards
from journeys.models import Journey
from journeys.queries.states import USUAL_PAUSE

lazy_capital = lazy(capfirst, str)
ONLY_BY_A_BRIDGE = Journey.LeaveReason.BRIDGED


def sentences(choices: Iterable[tuple[Any, Any]]) -> list[tuple[Any, Any]]:
    """The same choices, each beginning with a capital, in the reader's language."""
    return [(value, lazy_capital(label)) for value, label in choices]


class PauseJourneyForm(Form):
    """The day says at once, where scripts run, how far the plan shifts."""

    reason = forms.CharField(
        label=_("Why does it rest?"),
        help_text=_("The holder and their mentor can read it."),
        max_length=240,
        widget=Paragraph(rows=2),
    )
    review_on = DateField(
        label=_("Look at it again on"),
        help_text=_("Within a year. Resuming earlier or later corrects the dates."),
    )

    def __init__(self, *args: Any, journey: Journey, **kwargs: Any) -> None:
        super().__init__(*args, initial={"review_on": clock.today() + USUAL_PAUSE}, **kwargs)
        door = reverse("journeys:journey_pause", args=[journey.pk])
        asks = {"hx-get": door, "hx-trigger": "change", "hx-target": "#shift", "hx-swap": "outerHTML"}
        self.fields["review_on"].widget.attrs.update(asks)


class ResumeJourneyForm(Form):
    """Nothing to type: the page says what will move."""


class CompleteJourneyForm(Form):
    on = DateField(label=_("Completed on"), initial=clock.today)


class LeaveJourneyForm(Form):
    reason = forms.ChoiceField(
        label=_("Why do they leave?"),
        choices=sentences(one for one in Journey.LeaveReason.choices if one[0] != ONLY_BY_A_BRIDGE),
        widget=RadioCards,
    )
    comment = forms.CharField(
        label=_("In a few words"),
        help_text=_("What happened, what was said. Needed for another reason."),
        max_length=500,
        required=False,
        widget=Paragraph(rows=2),
    )
    on = DateField(label=_("Last day"), initial=clock.today)


class ReopenJourneyForm(Form):
    reason = forms.CharField(label=_("Why is it opened again?"), max_length=240, widget=Paragraph(rows=2))
    planned_end_on = DateField(label=_("New planned end"))

    def __init__(self, *args: Any, journey: Journey, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if journey.planned_end_on > clock.today():
            self.fields["planned_end_on"].initial = journey.planned_end_on


class AskExtensionForm(Form):
    until_on = DateField(label=_("Until when?"))
    reason = forms.CharField(
        label=_("Why is more time needed?"),
        help_text=_("What is still to do, and what has taken longer."),
        max_length=500,
        widget=Paragraph(rows=3),
    )


class DecideExtensionForm(Form):
    granted = forms.TypedChoiceField(
        label=_("What do you answer?"),
        choices=[("yes", _("Grant it")), ("no", _("Refuse it"))],
        coerce=lambda value: value == "yes",
        widget=RadioCards(
            notes={"yes": _("The planned end becomes that day."), "no": _("The planned end stays as it is.")}
        ),
    )
    reason = forms.CharField(
        label=_("Why?"), help_text=_("They read this in their letter."), max_length=500, widget=Paragraph(rows=3)
    )
