"""Sessions as people type them: planned, moved, logged, searched."""

import datetime as dt
from datetime import UTC, date, datetime
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from backend.lib import clock
from backend.web.forms import DateField, Form, MinutesField, Paragraph, RadioCards, TimeField
from mentoring.actions import NextStep
from mentoring.forms.widgets import CheckChips, RadioChips
from mentoring.models import Session, Theme


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
    minutes = MinutesField(label=gettext_lazy("Length"), min_value=5, max_value=600)

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


class PlanSessionForm(WhenForm):
    """A session to come."""

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


class MissSessionForm(Form):
    """It did not take place."""

    outcome = forms.ChoiceField(
        label=gettext_lazy("What happened"),
        choices=[
            (Session.State.NO_SHOW, gettext_lazy("The holder did not come")),
            (Session.State.CANCELLED_BY_HOLDER, gettext_lazy("The holder called it off")),
            (Session.State.CANCELLED_BY_MENTOR, gettext_lazy("The mentor called it off")),
        ],
        widget=RadioCards,
    )
    reason = forms.CharField(label=gettext_lazy("In a few words"), max_length=240, required=False)

    def values(self) -> dict[str, Any]:
        return dict(self.cleaned_data)


class UpdateLogForm(Form):
    """What is worth keeping of a session: all of it optional."""

    summary = forms.CharField(label=gettext_lazy("One line of summary"), required=False, widget=Paragraph(rows=2))
    next_text = forms.CharField(label=pgettext_lazy("commitment", "Next step"), max_length=240, required=False)
    next_owner = forms.ChoiceField(label=gettext_lazy("Who does it"), required=False, widget=RadioChips)
    next_due_on = DateField(label=gettext_lazy("By when"), required=False)
    themes = forms.MultipleChoiceField(
        label=gettext_lazy("What it was about"), choices=Theme, required=False, widget=CheckChips
    )
    private_note = forms.CharField(label=gettext_lazy("Private note"), required=False, widget=Paragraph(rows=2))

    def __init__(self, *args: Any, session: Session, has_private_note: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        pair = session.mentorship
        self.fields["next_owner"].choices = [("holder", str(pair.journey.holder)), ("mentor", str(pair.mentor))]
        self.fields["next_owner"].initial = "holder"
        self.fields["next_due_on"].widget.attrs["min"] = clock.today().isoformat()
        if not has_private_note:
            del self.fields["private_note"]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("next_due_on") and not cleaned.get("next_text"):
            self.add_error("next_text", _("There is a date: what is to be done by then?"))
        return cleaned

    def values(self) -> dict[str, Any]:
        data = self.cleaned_data
        words = ("summary", "themes", "private_note")
        values: dict[str, Any] = {name: data[name] for name in words if name in data}
        if data["next_text"]:
            is_mentors = data["next_owner"] == "mentor"
            values["next_steps"] = [NextStep(data["next_text"], is_mentors, data["next_due_on"])]
        return values


class RecordSessionForm(LogSessionForm):
    """A session that nobody had planned."""

    summary = forms.CharField(label=gettext_lazy("One line of summary"), required=False, widget=Paragraph(rows=2))

    def values(self) -> dict[str, Any]:
        return {**super().values(), "summary": self.cleaned_data["summary"]}


class FindSessionForm(Form):
    """Whose sessions to list."""

    search = forms.CharField(label=gettext_lazy("Name or project"), required=False)
