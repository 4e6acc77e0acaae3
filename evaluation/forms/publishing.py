"""What a lead says of a publication."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from backend.accounts.models import Organisation, User
from backend.lib import clock
from backend.web.forms import DateField, Form, RadioCards
from evaluation.actions.publishing import CampaignPlan
from evaluation.models import Campaign
from journeys.models import Programme

PLANNED = ("since", "until", "closes_on", "programme", "audience", "title", "note")
KEPT = ("since", "until", "programme", "audience")
"""What readers of a snapshot know it by."""


class CampaignForm(Form):
    """A publication in preparation; `plan` once it is valid. Of a `campaign` something of which was published, period,
    programme and readers stay as they are."""

    title = forms.CharField(
        label=pgettext_lazy("publication", "Title"), required=False, max_length=120,
        help_text=_("Left empty: the organisation, and the programme."),
    )  # fmt: skip
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
    note = forms.CharField(
        label=_("A word to readers"), required=False, max_length=2000, widget=forms.Textarea({"rows": 4}),
        help_text=_("It stands above the figures, as you write it: what happened, what to keep in mind. Name nobody."),
    )  # fmt: skip

    def __init__(self, user: User, *args: Any, campaign: Campaign | None = None, **kwargs: Any) -> None:
        led = Organisation.objects.filter(pk__in=user.organisation_ids("lead")).order_by("name")
        start = clock.today().replace(day=1)
        last = start - clock.days(1)
        first = {
            "organisation": led.first(), "since": last.replace(month=3 * ((last.month - 1) // 3) + 1, day=1),
            "until": last, "closes_on": start + clock.days(14), "audience": Campaign.Audience.OBSERVERS,
        }  # fmt: skip
        if campaign is not None:
            led = led.filter(pk=campaign.organisation_id)
            first = {name: getattr(campaign, name) for name in PLANNED} | {"organisation": campaign.organisation}
        super().__init__(*args, initial=first, **kwargs)
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
        self.is_published = campaign is not None and campaign.snapshots.exists()
        for name in KEPT if self.is_published else ():
            self.fields[name].disabled = True

    @property
    def organisation_meant(self) -> Organisation:
        """Of a form that is valid: the one chosen, else the only one."""
        found: Organisation = self.cleaned_data["organisation"] or self.initial["organisation"]
        return found

    @property
    def plan(self) -> CampaignPlan:
        return CampaignPlan(**{name: self.cleaned_data[name] for name in PLANNED})


class WithdrawForm(Form):
    """Why what was published is withdrawn."""

    why = forms.CharField(
        label=_("Why?"), max_length=500, widget=forms.Textarea({"rows": 3}),
        help_text=_("Whoever was written to about it reads this. Name nobody."),
    )  # fmt: skip
