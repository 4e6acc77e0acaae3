"""What is typed about API tokens."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

LENGTHS = [(30, _("30 days")), (90, _("90 days")), (365, _("One year"))]


class CreateApiTokenForm(forms.Form):
    """A name to know it by, and how long it lasts."""

    name = forms.CharField(
        label=_("Name"),
        max_length=80,
        help_text=_("What will use it, and where: “Funder’s report, accounting computer”."),
    )
    days = forms.TypedChoiceField(label=_("It lasts"), choices=LENGTHS, coerce=int, initial=90)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"label_suffix": "", **kwargs})
