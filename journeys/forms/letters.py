"""What is wanted of the letters of a journey."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from backend.web.forms import Form
from journeys.queries.letters import ANSWERS, LETTERS, Asked


class LettersFilter(Form):
    """Letters, answers or both; of one person. What cannot be read is left out."""

    show = forms.ChoiceField(
        required=False, choices=[("", _("All")), (LETTERS, _("Letters")), (ANSWERS, _("Answers"))],
        widget=forms.HiddenInput,
    )  # fmt: skip
    person = forms.ChoiceField(label=_("Person"), required=False)

    def __init__(self, *args: Any, people: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["person"].choices = people

    @property
    def asked(self) -> Asked:
        """What was asked, as the query wants it."""
        said = self.cleaned_data if self.is_valid() else getattr(self, "cleaned_data", {})
        return Asked(said.get("show") or "", said.get("person") or "")
