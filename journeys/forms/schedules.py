"""What is typed in the grid of a schedule: one line a day, two slots or more, in local time."""

from collections.abc import Mapping
from datetime import date, time
from typing import Any

from django import forms
from django.utils.translation import gettext as _

from backend.lib.refusal import Refused
from backend.web.forms import TIMES_READ, Form
from backend.web.reading import day as read_day
from journeys.actions.immersions import schedule
from journeys.actions.immersions.facts import facts_of
from journeys.forms.agreements import Seen, seal, unseal
from journeys.models import Immersion
from journeys.queries import schedules

NAMES = ("starts_on", "ends_on", "schedule")
Typed = dict[date, list[tuple[str, str]]]


def name_of(on: date, index: int, part: str) -> str:
    """The name of one input: "2026-03-02_0_from"."""
    return f"{on.isoformat()}_{index}_{part}"


class ScheduleForm(Form):
    """The whole grid at once, so that nothing typed in another week is ever lost."""

    seen = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, data: Mapping[str, Any] | None = None, *, immersion: Immersion) -> None:
        super().__init__(data, initial={"seen": seal(immersion, facts_of(immersion), NAMES)})
        self.immersion = immersion
        self.days = list(schedules.days_between(immersion.starts_on, immersion.ends_on))
        self.typed: Typed = schedules.typed_of(immersion.schedule) if data is None else self._read(data)
        self.wrong: dict[date, str] = {}
        self.grown: date | None = None

    def _read(self, data: Mapping[str, Any]) -> Typed:
        typed: Typed = {}
        for on in self.days:
            slots = []
            for index in range(schedule.MOST_SLOTS):
                start, end = (_clock(data.get(name_of(on, index, part), "")) for part in ("from", "to"))
                slots.append((start, end))
            while len(slots) > schedules.LEAST_SLOTS and slots[-1] == ("", ""):
                if name_of(on, len(slots) - 1, "from") in data:  # added on this page, and still empty
                    break
                slots.pop()
            typed[on] = slots
        return typed

    def readable(self) -> schedule.Schedule:
        """The days that can be read as they are typed; the others are told beside them, in `wrong`."""
        days: schedule.Schedule = []
        for on, typed in self.typed.items():
            try:
                slots = schedule.normalise_slots(on, [list(slot) for slot in typed if any(slot)])
            except Refused as refusal:
                self.wrong[on] = refusal.sentence
            else:
                days += [{"on": on.isoformat(), "slots": slots}] if slots else []
        return days

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        days = data["schedule"] = self.readable()
        for sentence in self.wrong.values():
            self.add_error(None, sentence)
        if self.wrong:
            return data
        for sentence in schedule.problems(days, self.immersion.starts_on, self.immersion.ends_on):
            self.add_error(None, sentence)
        if not days:
            self.add_error(None, _("Give at least one day its hours."))
        return data

    def show(self, days: schedule.Schedule) -> None:
        """The grid shows these days, and keeps what is typed on a day that cannot be read."""
        kept = {on: self.typed[on] for on in self.wrong}
        self.typed = {**schedules.typed_of(days), **kept}

    def grow(self, on: date) -> None:
        """One more slot to type in on this day, as long as there is room for it."""
        slots = self.typed[on]
        if len(slots) < schedule.MOST_SLOTS:
            slots.append(("", ""))
            self.grown = on

    def day_asked(self, name: str) -> date | None:
        """The day of the button that was pressed, if it is one of the stay."""
        try:
            on = date.fromisoformat(self.data.get(name, ""))
        except (TypeError, ValueError):
            return None
        return on if on in self.days else None

    def was_seen(self) -> Seen | None:
        """The dates and the schedule as this page showed them."""
        return unseal(self.cleaned_data.get("seen", ""), self.immersion)

    def weeks(self) -> list[schedules.GridWeek]:
        return schedules.weeks(
            self.immersion.starts_on, self.immersion.ends_on, self.typed, self.wrong,
            most=schedule.MOST_SLOTS, grown=self.grown,
        )  # fmt: skip


def _clock(text: str) -> str:
    """What was typed as "09:30" if it is a time; as it is otherwise, to be told and not lost."""
    text = str(text).strip()[:8]
    try:
        value: time | None = forms.TimeField(input_formats=TIMES_READ).to_python(text)
    except forms.ValidationError:
        return text
    return f"{value:%H:%M}" if value else ""


def copied_sentence(on: date) -> str:
    """Said once the hours of a day were copied."""
    return _("The hours of %(day)s are copied to the next working days. Not saved yet.") % {"day": read_day(on)}
