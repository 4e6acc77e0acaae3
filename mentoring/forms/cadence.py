"""Sessions at a steady pace, as people type them."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from mentoring.forms.sessions import PlanSessionForm
from mentoring.forms.widgets import RadioChips
from mentoring.queries.cadence import MOST


class PlanCadenceForm(PlanSessionForm):
    """The first session, how often and how many."""

    every_weeks = forms.TypedChoiceField(
        label=gettext_lazy("How often"),
        choices=[
            (1, gettext_lazy("every week")),
            (2, gettext_lazy("every second week")),
            (3, gettext_lazy("every third week")),
            (4, gettext_lazy("every fourth week")),
        ],
        coerce=int,
        initial=2,
        widget=RadioChips,
    )
    count = forms.IntegerField(label=gettext_lazy("How many sessions"), min_value=2, max_value=MOST, initial=6)

    def pace(self) -> dict[str, Any]:
        """What the reckoning of the dates takes."""
        data = self.cleaned_data
        pace = {name: data[name] for name in ("every_weeks", "count", "minutes")}
        return {"first_on": data["day"], "at": data["time"], **pace}

    def facts(self) -> dict[str, Any]:
        """What each session is, its time apart."""
        return {name: self.cleaned_data[name] for name in ("minutes", "medium", "place", "url", "agenda")}
