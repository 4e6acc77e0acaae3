"""What is typed about who needs somebody: the filters of the list, and why a sign can wait."""

from datetime import timedelta
from typing import Any

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from backend.accounts.models import User
from backend.lib import clock
from backend.web.forms import DateField, Form, Paragraph
from journeys.models import Programme
from journeys.queries.attention import NeedFilters, led_programmes
from journeys.queries.holes import WORDS

A_WHILE = timedelta(days=14)


class NeedsForm(Form):
    """The filters of the list, in the address."""

    sign = forms.ChoiceField(label=pgettext_lazy("filter", "Reason"), required=False)
    programme = forms.ModelChoiceField(Programme.objects.none(), label=_("Programme"), required=False)
    whose = forms.ChoiceField(label=_("Whose"), required=False)

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        every = ("", _("All"))
        self.fields["sign"].choices = [every, *((code, capfirst(word)) for code, word in WORDS.items())]
        self.fields["programme"].queryset = led_programmes(user)
        self.fields["programme"].empty_label = _("All")
        self.fields["whose"].choices = [every, ("mine", _("I am the referent"))]

    @property
    def filters(self) -> NeedFilters:
        """What was asked, as the query wants it; what cannot be read is left out."""
        asked = self.cleaned_data if self.is_valid() else getattr(self, "cleaned_data", {})
        programme = asked.get("programme")
        return NeedFilters(
            code=asked.get("sign") or "", programme=programme.pk if programme else None, mine=bool(asked.get("whose"))
        )


class SnoozeSignForm(Form):
    until_on = DateField(label=_("Back on the list on"), initial=lambda: clock.today() + A_WHILE)
    reason = forms.CharField(
        label=_("Why can it wait?"),
        help_text=_("Only leads read it."),
        max_length=240,
        widget=Paragraph(rows=2),
    )
