"""What a lead says of a publication."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from backend.accounts.models import Organisation, User
from backend.lib import clock
from backend.web.forms import DateField, Form, RadioCards
from evaluation.actions.publishing import CampaignPlan
from evaluation.models import Campaign
from journeys.models import Programme


class CampaignForm(Form):
    """A publication in preparation; `plan` once it is valid."""

    organisation = forms.ModelChoiceField(Organisation.objects.none(), label=_("For which organisation?"))
    programme = forms.ModelChoiceField(
        Programme.objects.none(), label=_("Programme"), required=False, empty_label=_("all programmes")
    )
    since = DateField(label=_("First day"), required=False, help_text=_("Left empty: from the beginning."))
    until = DateField(label=_("Last day"))
    closes_on = DateField(
        label=_("Closing day"), help_text=_("By when missing facts and unconfirmed hours are to be complete.")
    )
    audience = forms.ChoiceField(label=_("Who reads it"), choices=Campaign.Audience.choices, widget=RadioCards)

    def __init__(self, user: User, *args: Any, **kwargs: Any) -> None:
        led = Organisation.objects.filter(pk__in=user.organisation_ids("lead")).order_by("name")
        start = clock.today().replace(day=1)
        last = start - clock.days(1)
        first = {
            "organisation": led.first(), "since": last.replace(month=3 * ((last.month - 1) // 3) + 1, day=1),
            "until": last, "closes_on": start + clock.days(14), "audience": Campaign.Audience.OBSERVERS,
        }  # fmt: skip
        super().__init__(*args, initial=first | kwargs.pop("initial", {}), **kwargs)
        for name, rows in (
            ("organisation", led),
            ("programme", Programme.objects.filter(organisation__in=led).order_by("title_fr", "pk")),
        ):
            choice = self.fields[name]
            assert isinstance(choice, forms.ModelChoiceField)
            choice.queryset = rows
        if len(led) < 2:
            self.fields["organisation"].required = False
            self.fields["organisation"].widget = forms.HiddenInput()

    @property
    def organisation_meant(self) -> Organisation:
        """Of a form that is valid: the one chosen, else the only one."""
        found: Organisation = self.cleaned_data["organisation"] or self.initial["organisation"]
        return found

    @property
    def plan(self) -> CampaignPlan:
        names = ("since", "until", "closes_on", "programme", "audience")
        return CampaignPlan(**{name: self.cleaned_data[name] for name in names})
