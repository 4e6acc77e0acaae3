"""Openings as people type them: hours, exceptions, absences; and a time that is booked."""

from datetime import datetime
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from backend.web.forms import DateField, Form, MinutesField, TimeField
from mentoring.forms.widgets import RadioChips
from mentoring.models import Opening, Session
from mentoring.models.sessions import LONGEST, SHORTEST


class UpdateOpeningForm(Form):
    """Hours at which sessions may be booked."""

    repeats = forms.ChoiceField(
        label=gettext_lazy("How often"),
        choices=Opening.Repeats,
        widget=RadioChips,
        initial=Opening.Repeats.WEEKLY,
    )
    starts_on = DateField(label=gettext_lazy("From the day"), help_text=gettext_lazy("For a single day: that day."))
    ends_on = DateField(
        label=gettext_lazy("Until the day"), required=False, help_text=gettext_lazy("Left empty, it goes on.")
    )
    weekday = forms.TypedChoiceField(
        label=gettext_lazy("Weekday"),
        choices=[("", gettext_lazy("that of the first day")), *WEEKDAYS.items()],
        coerce=int,
        empty_value=None,
        required=False,
    )
    from_time = TimeField(label=gettext_lazy("From"))
    to_time = TimeField(label=gettext_lazy("To"))
    minutes = MinutesField(
        label=gettext_lazy("Length of a session"),
        min_value=SHORTEST,
        max_value=LONGEST,
        required=False,
        help_text=gettext_lazy("Left empty, that of the step of each journey."),
    )
    medium = forms.ChoiceField(
        label=gettext_lazy("How"), choices=Session.Medium, widget=RadioChips, initial=Session.Medium.IN_PERSON
    )
    place = forms.CharField(
        label=gettext_lazy("Place"), max_length=200, required=False, help_text=gettext_lazy("Address, café, office…")
    )
    url = forms.URLField(label=gettext_lazy("Video link"), required=False, max_length=500, assume_scheme="https")
    notice_hours = forms.IntegerField(
        label=gettext_lazy("Booked at least so many hours ahead"), min_value=0, max_value=336, initial=24
    )
    weeks_ahead = forms.IntegerField(
        label=gettext_lazy("And at most so many weeks ahead"), min_value=1, max_value=26, initial=6
    )
    minutes_before = forms.IntegerField(
        label=gettext_lazy("Minutes kept free before"), min_value=0, max_value=240, initial=0
    )
    minutes_after = forms.IntegerField(
        label=gettext_lazy("Minutes kept free after"), min_value=0, max_value=240, initial=0
    )
    most_a_week = forms.IntegerField(
        label=gettext_lazy("Booked sessions a week at most"),
        min_value=1,
        max_value=50,
        required=False,
        help_text=gettext_lazy("Counted over all your openings. Left empty, no limit."),
    )

    @classmethod
    def initial_of(cls, opening: Opening) -> dict[str, Any]:
        """The opening as it stands."""
        return {name: getattr(opening, name) for name in cls.base_fields}


class PublishOpeningForm(UpdateOpeningForm):
    """A new opening."""


class ChangeOpeningDayForm(Form):
    """One day on which it is otherwise."""

    day = DateField(label=gettext_lazy("Day"))
    from_time = TimeField(
        label=gettext_lazy("From"),
        required=False,
        help_text=gettext_lazy("Without hours, nothing is offered that day."),
    )
    to_time = TimeField(label=gettext_lazy("To"), required=False)


class DeclareAbsenceForm(Form):
    """Days on which nothing can be booked."""

    starts_on = DateField(label=gettext_lazy("First day"))
    ends_on = DateField(label=gettext_lazy("Last day"))


class OfferField(forms.ChoiceField):
    """One of the times shown, named by its moment; whether it is still offered, the action says."""

    widget = forms.RadioSelect

    def to_python(self, value: Any) -> Any:
        if not value:
            return None
        try:
            found = datetime.fromisoformat(str(value))
        except ValueError:
            found = None
        if found is None or timezone.is_naive(found):
            raise forms.ValidationError(_("Choose among what is proposed."))
        return found

    def valid_value(self, value: Any) -> bool:
        return True


class BookOpeningForm(Form):
    """When, and what about."""

    starts_at = OfferField(
        label=gettext_lazy("Time"), error_messages={"required": gettext_lazy("Choose a time among those offered.")}
    )
    agenda = forms.CharField(
        label=gettext_lazy("What it is about"),
        max_length=240,
        required=False,
        help_text=gettext_lazy("Both read it in the invite."),
    )
