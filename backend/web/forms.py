"""Shared fields and widgets: dates the browser can pick, large choices for thumbs, scales for questionnaires."""

from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import Any, ClassVar

from django import forms
from django.core.validators import BaseValidator, MaxValueValidator, MinValueValidator
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from backend.lib.doors import LONGEST_NUMBER
from backend.lib.texts import read_words
from backend.web.moments import instant
from backend.web.reading import hours

Text = str | Promise
ISO_DAY = "%Y-%m-%d"
ISO_MOMENT = "%Y-%m-%dT%H:%M"
DAYS_READ = [ISO_DAY, "%d/%m/%Y", "%d/%m/%y", "%d.%m.%Y", "%d-%m-%Y"]
FIRST_DAY, LAST_DAY = date(1900, 1, 1), date(2199, 12, 31)
TIMES_READ = ["%H:%M", "%H:%M:%S", "%Hh%M", "%Hh", "%H h %M"]


class DayInput(forms.DateInput):
    """The browser's own day picker; it wants the day in ISO form whatever the language."""

    input_type = "date"

    def __init__(self, attrs: dict[str, Any] | None = None, format: str | None = None) -> None:
        super().__init__(attrs, format or ISO_DAY)


class ClockInput(forms.TimeInput):
    """The browser's own time picker."""

    input_type = "time"

    def __init__(self, attrs: dict[str, Any] | None = None, format: str | None = None) -> None:
        super().__init__({"step": 300, **(attrs or {})}, format or "%H:%M")


class MomentInput(forms.DateTimeInput):
    """The browser's own picker of a day and a time."""

    input_type = "datetime-local"

    def __init__(self, attrs: dict[str, Any] | None = None, format: str | None = None) -> None:
        super().__init__(attrs, format or ISO_MOMENT)


def check_year(day: date) -> None:
    """Refused outside 1900–2199: a slip of the finger, and beyond what time zones can be reckoned with."""
    if not FIRST_DAY <= day <= LAST_DAY:
        raise forms.ValidationError(_("Check the year."))


class DateField(forms.DateField):
    """A day; dd/mm/yyyy is read too."""

    widget = DayInput
    default_validators: ClassVar[list[Callable[[Any], None]]] = [check_year]

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"input_formats": DAYS_READ, **kwargs})


class TimeField(forms.TimeField):
    """A time of day; "14h30" is read too."""

    widget = ClockInput

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"input_formats": TIMES_READ, **kwargs})


class MomentWidget(forms.SplitDateTimeWidget):
    """A day and a time side by side, each with a name for screen readers."""

    template_name = "web/widgets/moment.html"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super(forms.SplitDateTimeWidget, self).__init__([DayInput(), ClockInput()], attrs)

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        for part, label in zip(context["widget"]["subwidgets"], (_("Day"), _("Time")), strict=True):
            part["attrs"]["aria-label"] = label
        return context


class MomentField(forms.SplitDateTimeField):
    """A day and a time, in the reader's time zone; gives an aware datetime, the one shown when nobody moved it."""

    widget = MomentWidget
    shown: datetime | None = None

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"input_date_formats": DAYS_READ, "input_time_formats": TIMES_READ, **kwargs})

    def get_bound_field(self, form: Any, field_name: str) -> forms.BoundField:
        first = form.get_initial_for_field(self, field_name)
        self.shown = timezone.make_naive(first) if isinstance(first, datetime) else None
        return super().get_bound_field(form, field_name)

    def compress(self, data_list: Any) -> Any:
        if not data_list:
            return None
        for part, code in zip(data_list, ("invalid_date", "invalid_time"), strict=True):
            if part in self.empty_values:
                raise forms.ValidationError(self.error_messages[code], code=code)
        check_year(data_list[0])
        return instant(datetime.combine(*data_list), self.shown)


class WordsField(forms.CharField):
    """Words parted by commas; gives a list, each once."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"max_length": 480, **kwargs})

    def prepare_value(self, value: Any) -> Any:
        return ", ".join(value) if isinstance(value, list | tuple) else value

    def clean(self, value: Any) -> Any:
        return read_words(super().clean(value).replace(";", ",").split(","))


class ManyField(forms.ModelMultipleChoiceField):
    """Several rows among those offered; a number that no database can hold is nobody's."""

    def clean(self, value: Any) -> Any:
        if isinstance(value, (list, tuple)):
            for one in value:
                if isinstance(one, str) and len(one.strip()) > LONGEST_NUMBER:
                    raise forms.ValidationError(
                        self.error_messages["invalid_choice"],
                        code="invalid_choice",
                        params={"value": one[:LONGEST_NUMBER]},
                    )
        return super().clean(value)


class Paragraph(forms.Textarea):
    """A text that grows with what is typed."""

    def __init__(self, attrs: dict[str, Any] | None = None, rows: int = 3) -> None:
        super().__init__({"rows": rows, "data-autosize": True, **(attrs or {})})


class RadioCards(forms.RadioSelect):
    """One of few, each a large target; a choice may carry a line of help in `notes` ({value: text})."""

    template_name = "web/widgets/cards.html"

    def __init__(self, attrs: Any = None, choices: Any = (), notes: dict[Any, Text] | None = None) -> None:
        super().__init__(attrs, choices)
        self.notes = notes or {}

    def create_option(self, name: str, value: Any, label: Any, *args: Any, **kwargs: Any) -> dict[str, Any]:
        option = super().create_option(name, value, label, *args, **kwargs)
        return {**option, "note": self.notes.get(getattr(value, "value", value), "")}


class CheckCards(forms.CheckboxSelectMultiple):
    """Several of few, each a large target."""

    template_name = "web/widgets/cards.html"


class ScaleInput(forms.RadioSelect):
    """The points of a scale in one row, between the words of its two ends; eight fit on a phone."""

    template_name = "web/widgets/scale.html"

    def __init__(self, attrs: Any = None, choices: Any = (), low: Text = "", high: Text = "") -> None:
        super().__init__(attrs, choices)
        self.low, self.high = low, high

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        context["widget"].update(low=self.low, high=self.high)
        return context


class ScaleField(forms.TypedChoiceField):
    """A whole number from `start` to `end`, chosen on a scale; `low` and `high` are the words of the ends."""

    def __init__(self, *, start: int = 1, end: int = 8, low: Text = "", high: Text = "", **kwargs: Any) -> None:
        points = [(n, str(n)) for n in range(start, end + 1)]
        widget = kwargs.pop("widget", None) or ScaleInput(low=low, high=high)
        super().__init__(**{"choices": points, "coerce": int, "empty_value": None, "widget": widget, **kwargs})


class MinutesWidget(forms.MultiWidget):
    """Hours and minutes, side by side."""

    template_name = "web/widgets/minutes.html"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        number = {"inputmode": "numeric", "min": 0}
        super().__init__([forms.NumberInput({**number, "max": 99}), forms.NumberInput({**number, "step": 5})], attrs)

    def decompress(self, value: Any) -> Sequence[int | None]:
        return [None, None] if value in (None, "") else list(divmod(int(value), 60))

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        for part, label in zip(context["widget"]["subwidgets"], (_("Hours"), _("Minutes")), strict=True):
            part["attrs"]["aria-label"] = label
        return context


class MinutesField(forms.MultiValueField):
    """A length of time typed as hours and minutes; gives whole minutes (None when left empty)."""

    widget = MinutesWidget

    def __init__(self, *, min_value: int = 0, max_value: int = 6000, **kwargs: Any) -> None:
        self.min_value, self.max_value = min_value, max_value
        fields = (
            forms.IntegerField(min_value=0, required=False),
            forms.IntegerField(
                min_value=0, max_value=59, required=False, error_messages={"max_value": _("Give 59 minutes at most.")}
            ),
        )
        super().__init__(fields=fields, require_all_fields=False, **kwargs)

    def compress(self, data_list: Sequence[int | None]) -> int | None:
        if not data_list or all(part is None for part in data_list):
            return None
        total = 60 * (data_list[0] or 0) + (data_list[1] or 0)
        if not self.min_value <= total <= self.max_value:
            raise forms.ValidationError(
                _("Give a length between %(low)s and %(high)s."),
                params={"low": hours(self.min_value), "high": hours(self.max_value)},
            )
        return total


BOUNDS = {
    MinValueValidator: _("Give %(limit_value)s or more."),
    MaxValueValidator: _("Give %(limit_value)s or less."),
}


class Shaped:
    """Mixed into every form: no colon, sentences for what is missing, the browser's pickers of days and times."""

    fields: dict[str, forms.Field]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"label_suffix": "", **kwargs})
        for field in self.fields.values():
            self._shape(field)

    @staticmethod
    def _shape(field: forms.Field) -> None:
        better = {forms.DateInput: DayInput, forms.TimeInput: ClockInput, forms.DateTimeInput: MomentInput}
        made = better.get(type(field.widget))
        if made is not None:
            attrs = {name: value for name, value in field.widget.attrs.items() if name != "type"}
            widget = made(attrs=attrs)
            widget.is_required = field.required
            field.widget = widget
        if field.error_messages["required"] == forms.Field.default_error_messages["required"]:
            picks = isinstance(field, (forms.ChoiceField, forms.ModelChoiceField))
            field.error_messages["required"] = _("Choose an answer.") if picks else _("Fill this in to go on.")
            if isinstance(field, forms.FileField):
                field.error_messages["required"] = _("Choose a file.")
        for bound in field.validators:
            if isinstance(bound, BaseValidator) and type(bound) in BOUNDS:
                bound.message = BOUNDS[type(bound)]
        if isinstance(field, forms.URLField):
            field.error_messages["invalid"] = _("Give a whole web address, such as https://example.org.")
        if isinstance(field, forms.EmailField):
            field.widget.attrs.setdefault("autocapitalize", "none")


class Form(Shaped, forms.Form):
    """What every plain form inherits from."""


class ModelForm(Shaped, forms.ModelForm):
    """What every form over one row inherits from; the view hands its cleaned data to an action, it never saves."""
