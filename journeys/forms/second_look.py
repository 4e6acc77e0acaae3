"""A form about the days of a stay that comes back once with its warnings, and is accepted when sent again."""

from hashlib import sha256
from typing import Any

from django import forms

from backend.web.forms import Form
from journeys.actions.immersions.facts import Stay
from journeys.actions.immersions.rules import second_look
from journeys.models import Immersion, Step


class SecondLookForm(Form):
    """`look` in its `clean`: warnings the page has not shown yet hold the form back, without an error, once."""

    looked = forms.CharField(widget=forms.HiddenInput, required=False, max_length=64)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.warned: list[str] = []
        self.is_held = False

    def look(self, stay: Stay, step: Step, *, but: Immersion | None = None, renews: Immersion | None = None) -> None:
        """What deserves a second look in this stay, in `warned`; `is_held` if this page had not said it."""
        if "looked" not in self.fields or stay.company is None or stay.days < 1:
            return
        self.warned = list(second_look(stay, step, but=but, renews=renews))
        said = sha256("\n".join(self.warned).encode()).hexdigest() if self.warned else ""
        if not self.is_bound:
            self.initial["looked"] = said
            return
        self.is_held = bool(said) and self.data.get(self.add_prefix("looked")) != said
        data: Any = self.data.copy()
        data[self.add_prefix("looked")] = said
        self.data = data

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        data.pop("looked", None)
        return data

    def is_valid(self) -> bool:
        return super().is_valid() and not self.is_held
