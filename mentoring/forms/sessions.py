"""Sessions as people type them: planned, moved, logged, searched."""

import datetime as dt
from datetime import UTC, date, datetime
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from backend.web.forms import DateField, Form, MinutesField, RadioCards, TimeField
from mentoring.forms.widgets import RadioChips
from mentoring.models import Session
from mentoring.models.sessions import LONGEST, SHORTEST


def is_real(naive: datetime) -> bool:
    """Does this wall-clock time exist in the reader's zone? One hour of a spring night does not."""
    zone = timezone.get_current_timezone()
    return naive.replace(tzinfo=zone).astimezone(UTC).astimezone(zone).replace(tzinfo=None) == naive


def is_twice(naive: datetime) -> bool:
    """Does it exist twice? One hour of an autumn night does."""
    zone = timezone.get_current_timezone()
    first, second = naive.replace(tzinfo=zone, fold=0), naive.replace(tzinfo=zone, fold=1)
    return is_real(naive) and first.utcoffset() != second.utcoffset()


class WhenForm(Form):
    """A day, a time and a length, on the reader's clock: gives `starts_at`, aware, and maybe a `note` to show."""

    day = DateField(label=gettext_lazy("Day"))
    time = TimeField(label=gettext_lazy("Time"))
    minutes = MinutesField(label=gettext_lazy("Length"), min_value=SHORTEST, max_value=LONGEST)

    note = ""

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        day, at = cleaned.get("day"), cleaned.get("time")
        if day and at:
            cleaned["starts_at"] = self._moment(day, at)
        return cleaned

    def _moment(self, day: date, at: dt.time) -> datetime | None:
        naive = datetime.combine(day, at)
        if not is_real(naive):
            self.add_error("time", _("The clocks go forward that night: this time does not exist. Choose another."))
            return None
        if is_twice(naive):
            self.note = _("The clocks go back that night and this time comes twice: the first one was taken.")
        return naive.replace(tzinfo=timezone.get_current_timezone(), fold=0)


class HowForm(Form):
    """How and where one would meet, and what about."""

    medium = forms.ChoiceField(
        label=gettext_lazy("How"), choices=Session.Medium, widget=RadioChips, initial=Session.Medium.IN_PERSON
    )
    place = forms.CharField(
        label=gettext_lazy("Place"), max_length=200, required=False, help_text=gettext_lazy("Address, café, office…")
    )
    url = forms.URLField(label=gettext_lazy("Video link"), required=False, max_length=500, assume_scheme="https")
    agenda = forms.CharField(
        label=gettext_lazy("What it is about"),
        max_length=240,
        required=False,
        help_text=gettext_lazy("Both read it in the invite."),
    )


class PlanSessionForm(HowForm, WhenForm):
    """A session to come."""

    def values(self) -> dict[str, Any]:
        """What the action takes."""
        return {name: self.cleaned_data[name] for name in ("starts_at", "minutes", "medium", "place", "url", "agenda")}


class MoveSessionForm(PlanSessionForm):
    """The same session at another time or place."""


class CancelSessionForm(Form):
    """Why; and, asked of a lead, on whose side the reason lies."""

    side = forms.ChoiceField(
        label=gettext_lazy("On whose side"),
        choices=[("holder", gettext_lazy("the project holder’s")), ("mentor", gettext_lazy("the mentor’s"))],
        widget=RadioCards,
    )
    reason = forms.CharField(
        label=gettext_lazy("Why"), max_length=240, help_text=gettext_lazy("The other person reads it in the letter.")
    )

    def __init__(self, *args: Any, side: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.known_side = side
        if side:
            del self.fields["side"]

    @property
    def for_mentor(self) -> bool:
        return (self.known_side or self.cleaned_data["side"]) == "mentor"


class LogSessionForm(WhenForm):
    """Held, but at other times or otherwise than planned."""

    medium = forms.ChoiceField(label=gettext_lazy("How"), choices=Session.Medium, widget=RadioChips)

    def values(self) -> dict[str, Any]:
        return {
            "held_at": self.cleaned_data["starts_at"],
            "minutes": self.cleaned_data["minutes"],
            "medium": self.cleaned_data["medium"],
        }


class FindSessionForm(Form):
    """Whose sessions to list."""

    search = forms.CharField(label=gettext_lazy("Name or project"), required=False)
