"""What a company types in its side of an agreement, from its link; and to whom the link is written."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from backend.lib.refusal import Refused
from backend.web.forms import Form
from journeys.actions.companies import read_siret
from journeys.actions.immersions.facts import OF_COMPANY
from journeys.actions.immersions.sharing import COMPANY_FACTS
from journeys.forms.agreements import StayForm
from journeys.models import Immersion, Site


class ShareForm(Form):
    """Who at the company completes its side."""

    email = forms.EmailField(label=_("E-mail of somebody at the company"))

    def __init__(self, *args: Any, immersion: Immersion, **kwargs: Any) -> None:
        super().__init__(*args, initial={"email": immersion.company.contact_email}, **kwargs)


class CompanySideForm(StayForm):
    """The facts that the company knows best; nothing about the person but her name and dates, nor of other hosts."""

    siret = forms.CharField(
        label=_("SIRET"), max_length=20, required=False, help_text=_("14 digits; spaces are fine."),
        widget=forms.TextInput({"inputmode": "numeric", "autocomplete": "off"}),
    )  # fmt: skip
    activity = forms.CharField(label=_("Activity of the company"), max_length=160, required=False)
    address = forms.CharField(label=_("Address of the company"), max_length=200, required=False)

    NAMES = OF_COMPANY
    SECTIONS = (
        (_("Your company"), "siret activity address", False),
        (_("Where"), "site place", False),
        (_("Hours"), "minutes_planned", False),
        (_("Who receives"), "tutor_name tutor_job tutor_email", False),
        (_("What they will do"), "activities skills", False),
        (_("Safety"), "conditions protection insurance", False),
        (_("Who signs for the company"), "signatory_name signatory_job signatory_email", False),
    )

    def __init__(self, *args: Any, immersion: Immersion, **kwargs: Any) -> None:
        super().__init__(*args, step=immersion.step, immersion=immersion, **kwargs)
        known = {name for name in COMPANY_FACTS if getattr(immersion.company, name)}
        for name in [one for one in self.fields if one not in (*OF_COMPANY, *COMPANY_FACTS, "seen") or one in known]:
            del self.fields[name]

    def _choose_hosts(self) -> None:
        super()._choose_hosts()
        if "site" in self.fields and self.immersion:
            own = Site.objects.filter(company=self.immersion.company_id).select_related("company")
            self.fields["site"].queryset = own.order_by("name", "pk")
            if not own.exists():
                del self.fields["site"]

    def look(self, *args: Any, **kwargs: Any) -> None:
        """Her other stays are not for the company to hear of."""

    def _tell(self, field: str, sentence: str) -> None:
        """What is wrong on the other side is not for the company to put right."""
        if field in OF_COMPANY:
            super()._tell(field, sentence)

    def clean_siret(self) -> str:
        try:
            return read_siret(self.cleaned_data["siret"])
        except Refused as refusal:
            raise forms.ValidationError(refusal.sentence) from None

    def of_company(self) -> dict[str, str]:
        """What completes the company’s page in the directory."""
        return {name: self.cleaned_data[name] for name in COMPANY_FACTS if self.cleaned_data.get(name)}
