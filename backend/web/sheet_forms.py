"""Forms of a spreadsheet: chosen, its columns named; cells of one line typed again, lines left out or taken back."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from backend.lib.spreadsheets import ACCEPTED, LARGEST, TOO_LARGE
from backend.web.forms import Form

CHOICE = "choose:"  # name of the buttons that put one cell right: `choose:postcode`
EVERYWHERE = "everywhere:"


class SpreadsheetField(forms.FileField):
    """A spreadsheet to read; too large is said before it is read."""

    def __init__(self, *, help_text: Any) -> None:
        super().__init__(
            label=_("Spreadsheet"),
            help_text=help_text,
            widget=forms.FileInput(attrs={"accept": ACCEPTED}),
            error_messages={"required": _("Choose a file."), "empty": _("This file is empty.")},
        )

    def clean(self, data: Any, initial: Any = None) -> Any:
        sent = super().clean(data, initial)
        if sent and sent.size > LARGEST:
            raise forms.ValidationError(TOO_LARGE)
        return sent


class ColumnsForm(Form):
    """For each heading of a file, the field it is; those we do not know come first."""

    def __init__(self, *args: Any, header: Sequence[Mapping[str, str]], read_as: Mapping[str, Any], **kwargs: Any):
        super().__init__(*args, **kwargs)
        own = list(self.fields)
        choices = [("", _("Leave out")), *read_as.items()]
        titled = [(place, column) for place, column in enumerate(header) if column["title"]]
        for place, column in sorted(titled, key=lambda one: (bool(one[1]["field"]), one[0])):
            name = f"column_{place}"
            self.fields[name] = forms.ChoiceField(label=column["title"], choices=choices, required=False)
            self.initial[name] = column["field"]
        self.order_fields([name for name in self.fields if name not in own])

    @property
    def columns(self) -> dict[int, str]:
        """{place in the file: field}."""
        return {
            int(name.removeprefix("column_")): field
            for name, field in self.cleaned_data.items()
            if name.startswith("column_")
        }


class CorrectCellsForm(Form):
    """The cells of one line, typed again or chosen; names that are not among `fields` are dropped."""

    line = forms.IntegerField(min_value=1)

    def __init__(self, *args: Any, fields: Collection[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.names = fields

    @property
    def cells(self) -> dict[str, str]:
        """{field: text}: what was typed, and over it what one of the buttons chose."""
        typed = {name: str(self.data[name]) for name in self.names if name in self.data}
        return typed | {name: str(self.data[CHOICE + name]) for name in self.names if CHOICE + name in self.data}

    @property
    def everywhere(self) -> set[str]:
        """The fields to put right on every line that says the same."""
        return {name for name in self.names if EVERYWHERE + name in self.data}


class SkipLinesForm(Form):
    """Lines to leave out or take back; all those in error when none is named."""

    line = forms.IntegerField(min_value=1, required=False)
    skip = forms.TypedChoiceField(choices=[("1", "1"), ("0", "0")], coerce=lambda value: value == "1")
