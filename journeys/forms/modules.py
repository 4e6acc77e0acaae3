"""What is typed about module dates: when and where, who is enrolled, who came."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from backend.web.forms import CheckCards, DateField, Form, ManyField, MinutesField, Paragraph, RadioCards, TimeField
from backend.web.moments import instant
from backend.web.reading import day, hours
from journeys.actions.attendance import MARKS, Mark
from journeys.models import Enrolment, Module, ModuleDate, Step

NINE = time(9)


class ModuleForm(Form):
    """What the catalogue says of a module."""

    title_fr = forms.CharField(label=_("Title in French"), max_length=160)
    title_en = forms.CharField(
        label=_("Title in English"), max_length=160, required=False, help_text=_("Left empty, the French one is shown.")
    )
    summary_fr = forms.CharField(
        label=_("In French"),
        required=False,
        max_length=2000,
        widget=Paragraph(rows=3),
        help_text=_("What one learns, for whom, how: holders read it before they choose a date."),
    )
    summary_en = forms.CharField(label=_("In English"), required=False, max_length=2000, widget=Paragraph(rows=3))
    minutes = MinutesField(label=_("Length"), min_value=15, max_value=3600)

    def __init__(self, *args: Any, module: Module | None = None, **kwargs: Any) -> None:
        first = {name: getattr(module, name) for name in self.base_fields} if module else {"minutes": 180}
        super().__init__(*args, initial=first, **kwargs)


class ModuleDateForm(Form):
    """One day, from an hour to another, in the reader's time zone."""

    day = DateField(label=_("Day"))
    starts = TimeField(label=_("From"))
    ends = TimeField(label=_("To"))
    place = forms.CharField(
        label=_("Place"),
        max_length=200,
        required=False,
        help_text=_("As people will read it in the letter and in their calendar: name, street, room."),
    )
    url = forms.URLField(label=_("Video link"), required=False, max_length=500, assume_scheme="https")
    trainer = forms.CharField(label=_("Trainer"), max_length=120, required=False)
    trainer_email = forms.EmailField(
        label=_("Trainer’s e-mail"),
        required=False,
        help_text=_("On the day, a letter with a link to note who came, without an account. Holders never see it."),
    )
    seats = forms.IntegerField(label=_("Seats"), min_value=1, max_value=500)

    def __init__(self, *args: Any, module: Module, date: ModuleDate | None = None, **kwargs: Any) -> None:
        super().__init__(*args, initial=self._first(module, date), **kwargs)

    @staticmethod
    def _first(module: Module, date: ModuleDate | None) -> dict[str, Any]:
        if date is not None:
            starts, until = timezone.localtime(date.starts_at), timezone.localtime(date.ends_at)
            return {
                "day": starts.date(),
                "starts": starts.time(),
                "ends": until.time(),
                "place": date.place,
                "url": date.url,
                "trainer": date.trainer,
                "trainer_email": date.trainer_email,
                "seats": date.seats,
            }
        length = timedelta(minutes=min(module.minutes, 480))
        ends = (datetime.combine(timezone.localdate(), NINE) + length).time()
        return {"starts": NINE, "ends": ends, "seats": 12}

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if {"day", "starts", "ends"} <= data.keys():
            on = data.pop("day")
            for part in ("starts", "ends"):
                data[f"{part}_at"] = self._moment(on, data.pop(part), part)
            if data["starts_at"] and data["ends_at"] and data["ends_at"] <= data["starts_at"]:
                self.add_error("ends", gettext("The end comes after the start."))
        if not data.get("place") and not data.get("url") and not self.errors:
            self.add_error("place", gettext("Say where: a place, or a video link."))
        return data

    def _moment(self, on: date, at: time, part: str) -> datetime | None:
        """That hour of that day; an error for the hour that does not exist when summer time begins."""
        day, hour = self.initial.get("day"), self.initial[part]
        try:
            return instant(datetime.combine(on, at), datetime.combine(day, hour) if day else None)
        except forms.ValidationError as error:
            self.add_error(part, error)
            return None


class CancelModuleDateForm(Form):
    reason = forms.CharField(
        label=_("Why is it cancelled?"),
        help_text=_("Everyone enrolled reads this sentence in the letter."),
        max_length=240,
        widget=Paragraph(rows=2),
    )


class PeopleCards(CheckCards):
    """Each person with what helps to choose, in a second line."""

    def create_option(self, name: str, value: Any, label: Any, *args: Any, **kwargs: Any) -> dict[str, Any]:
        option = super().create_option(name, value, label, *args, **kwargs)
        return {**option, "note": self._note(value.instance)}

    @staticmethod
    def _note(step: Any) -> str:
        words = [str(step.journey.project)]
        if step.other_date:
            words.append(gettext("already enrolled on %(day)s") % {"day": day(step.other_date, weekday=False)})
        elif step.is_late:
            words.append(gettext("was due on %(day)s") % {"day": day(step.due_on, weekday=False)})
        return " · ".join(words)


class PeopleField(ManyField):
    """People by the step that brings them here."""

    def label_from_instance(self, obj: Any) -> str:
        return str(obj.journey.holder)


class EnrolPeopleForm(Form):
    steps = PeopleField(queryset=Step.objects.none(), label=_("Who?"), widget=PeopleCards)

    def __init__(self, *args: Any, candidates: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["steps"].queryset = candidates


class AttendanceForm(Form):
    """One line per person: came, late by how long, excused or absent. `rest=present` marks all the others present.

    Once valid, `left_out` names those of whom nothing is noted yet, and `was_everybody` says that one tap did it all.
    """

    def __init__(self, *args: Any, date: ModuleDate, enrolments: Sequence[Enrolment], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.date, self.enrolments = date, enrolments
        self.left_out: list[str] = []
        self.was_everybody = False
        labels = {
            Enrolment.State.PRESENT: _("Present"),
            Enrolment.State.LATE: _("Late"),
            Enrolment.State.EXCUSED: _("Excused"),
            Enrolment.State.ABSENT: _("Absent"),
        }
        for one in enrolments:
            self.fields[f"state_{one.pk}"] = forms.ChoiceField(
                label=str(one.step.journey.holder),
                choices=[(str(mark), labels[mark]) for mark in MARKS],
                widget=RadioCards,
                required=False,
                initial=one.state if one.state in MARKS else None,
            )
            self.fields[f"late_{one.pk}"] = forms.IntegerField(
                label=_("Minutes late"),
                required=False,
                initial=one.late_minutes or None,
                widget=forms.NumberInput({"inputmode": "numeric", "min": 1, "max": date.minutes - 1}),
            )

    def rows(self) -> list[tuple[Enrolment, forms.BoundField, forms.BoundField]]:
        """Who, and the two fields about her."""
        return [(one, self[f"state_{one.pk}"], self[f"late_{one.pk}"]) for one in self.enrolments]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        rest = Enrolment.State.PRESENT if self.data.get("rest") == "present" else ""
        marks: dict[int, Mark] = {}
        for one in self.enrolments:
            state = data.get(f"state_{one.pk}") or rest
            late = data.get(f"late_{one.pk}")
            if state == Enrolment.State.LATE and not (late and 0 < late < self.date.minutes):
                self.add_error(f"late_{one.pk}", self._late_sentence(one))
            elif state:
                marks[one.pk] = Mark(state, late if state == Enrolment.State.LATE and late else 0)
        if not marks and not self.errors:
            raise forms.ValidationError(gettext("Choose for at least one person."))
        self.left_out = [str(one.step.journey.holder) for one in self.enrolments if one.pk not in marks]
        self.was_everybody = bool(rest) and not any(data.get(f"state_{one.pk}") for one in self.enrolments)
        return {"marks": marks}

    def _late_sentence(self, one: Enrolment) -> str:
        return gettext("%(person)s: by how many minutes? Less than %(length)s.") % {
            "person": one.step.journey.holder,
            "length": hours(self.date.minutes),
        }
