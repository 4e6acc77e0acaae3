"""What comes in from the questionnaire's screens and the filters of the figures."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from backend.web.forms import DateField, Form
from evaluation.queries.answers import Line
from evaluation.queries.choices import Choices

NOT_APPLICABLE = "na"


class AnswersForm(Form):
    """One field per item shown; what is left empty is left alone."""

    def __init__(self, lines: Iterable[Line], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for line in lines:
            points = [(str(point.value), str(point.value)) for point in line.points]
            self.fields[line.item.code] = forms.ChoiceField(
                choices=[*points, (NOT_APPLICABLE, _("Does not apply to me"))], required=False
            )

    @property
    def given(self) -> dict[str, int | None]:
        """{code: value, or None for “not applicable”} of what was answered."""
        return {
            code: None if value == NOT_APPLICABLE else int(value)
            for code, value in self.cleaned_data.items()
            if value
        }


class ConfirmForm(Form):
    """One button."""


class ScopeForm(Form):
    """The filters of the figures; all optional. Observers and stewards get no free dates nor cohorts: two close periods
    could be subtracted to find one person."""

    organisation = forms.ChoiceField(label=_("Organisation"), required=False)
    programme = forms.ChoiceField(label=_("Programme"), required=False)
    period = forms.ChoiceField(label=_("Period"), required=False)
    since = DateField(label=_("From"), required=False)
    until = DateField(label=_("To"), required=False)
    cohort = forms.ChoiceField(label=_("Started in"), required=False)

    PERIODS = (
        ("year", _("This year")),
        ("last", _("Last year")),
        ("all", _("Since the beginning")),
        ("dates", _("Between two days")),
    )

    def __init__(self, choices: Choices, is_published: bool, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["organisation"].choices = choices.organisations
        self.fields["programme"].choices = [("", _("all programmes")), *choices.programmes]
        self.fields["cohort"].choices = [("", _("any time")), *choices.cohorts]
        self.fields["period"].choices = [one for one in self.PERIODS if one[0] != "dates" or not is_published]
        if len(choices.organisations) < 2:
            del self.fields["organisation"]
        if is_published:
            for name in ("since", "until", "cohort"):
                del self.fields[name]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        since, until = cleaned.get("since"), cleaned.get("until")
        if since and until and until < since:
            self.add_error("until", _("The last day comes before the first."))
        return cleaned
