"""Forms of a file being checked: the cells of one line typed again, lines left out or taken back."""

from collections.abc import Collection
from typing import Any

from django import forms

from backend.web.forms import Form

CHOICE = "choose:"  # name of the buttons that put one cell right: `choose:postcode`
EVERYWHERE = "everywhere:"


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
