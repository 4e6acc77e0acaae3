"""What is typed about the territory: the share of residents in a priority neighbourhood, with its source."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from backend.accounts.models import Organisation, User
from backend.lib import clock
from backend.web.forms import Form

FIRST_YEAR = 1990


class QpvReferenceForm(Form):
    """Whose figure it is, where there is a choice; the figure, its year, and where it comes from."""

    organisation = forms.ModelChoiceField(Organisation.objects.none(), label=_("Organisation"), empty_label=None)
    percent = forms.DecimalField(
        label=_("Residents living in a QPV, in %"),
        help_text=_("Of all inhabitants of the territory. For example: 7.8"),
        min_value=0,
        max_value=100,
        max_digits=4,
        decimal_places=1,
        localize=True,
    )
    year = forms.IntegerField(label=_("Year of the figure"), min_value=FIRST_YEAR)
    source = forms.CharField(
        label=_("Where does it come from?"),
        help_text=_("The publication or the table, so that anybody can find it again. It is shown beside the line."),
        max_length=200,
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        hers = Organisation.objects.filter(pk__in=user.organisation_ids("lead", "steward")).order_by("name", "pk")
        self.fields["organisation"].queryset = hers

    def clean_year(self) -> int:
        year: int = self.cleaned_data["year"]
        if year > clock.today().year:
            raise forms.ValidationError(_("This year is still to come."))
        return year
