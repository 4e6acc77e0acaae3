"""Sessions as people type them: planned, moved, logged, searched."""

import datetime as dt
from datetime import date, datetime
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from backend.web.forms import DateField, Form, MinutesField, RadioCards, TimeField
from backend.web.moments import instant, is_same, is_twice
from mentoring.forms.widgets import RadioChips
from mentoring.models import Session
from mentoring.models.sessions import LONGEST, SHORTEST


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
        naive, shown = datetime.combine(day, at), self._shown()
        if is_twice(naive) and not is_same(naive, shown):
            self.note = _("The clocks go back that night and this time comes twice: the first one was taken.")
        try:
            return instant(naive, shown)
        except forms.ValidationError as error:
            self.add_error("time", error)
            return None

    def _shown(self) -> datetime | None:
        """The time that stood there before anybody typed."""
        day, at = (self.get_initial_for_field(self.fields[name], name) for name in ("day", "time"))
        return datetime.combine(day, at) if isinstance(day, date) and isinstance(at, dt.time) else None


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
