"""Short words side by side, one or several; and words of one's own."""

from typing import Any

from django import forms

from journeys.actions.companies import read_words


class RadioChips(forms.RadioSelect):
    """One of few short words, side by side."""

    template_name = "mentoring/widgets/chips.html"


class CheckChips(forms.CheckboxSelectMultiple):
    """Several of many short words, side by side."""

    template_name = "mentoring/widgets/chips.html"


class WordsField(forms.CharField):
    """Words parted by commas; gives a list, each once."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"max_length": 480, **kwargs})

    def prepare_value(self, value: Any) -> Any:
        return ", ".join(value) if isinstance(value, list | tuple) else value

    def clean(self, value: Any) -> Any:
        return read_words(super().clean(value).replace(";", ",").split(","))
