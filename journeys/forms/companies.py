"""What is typed about a company, and how the list is narrowed."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from backend.accounts.models import Organisation
from backend.lib.refusal import Refused
from backend.web.forms import Form
from journeys.actions.companies import FACTS, read_siret
from journeys.models import Commune, Company

SHOW = [("", _("Those that receive")), ("free", _("With a place left this year")), ("all", _("All, set aside too"))]


class CompanyFilter(Form):
    q = forms.CharField(label=_("Name, activity, contact or SIRET"), required=False)
    commune = forms.ModelChoiceField(
        Commune.objects.all(), label=_("Commune"), required=False, empty_label=_("All communes")
    )
    show = forms.ChoiceField(label=_("Show"), choices=SHOW, required=False)


class CompanyForm(Form):
    """The facts of a host."""

    name = forms.CharField(label=_("Name"), max_length=160)
    siret = forms.CharField(
        label=_("SIRET"),
        required=False,
        max_length=20,
        help_text=_("14 digits; spaces are fine. The agreement asks for it, it can come later."),
        widget=forms.TextInput({"inputmode": "numeric", "autocomplete": "off"}),
    )
    activity = forms.CharField(label=_("Activity"), max_length=160, required=False)
    address = forms.CharField(label=_("Address"), max_length=200, required=False)
    commune = forms.ModelChoiceField(Commune.objects.all(), label=_("Commune"), required=False)
    contact_name = forms.CharField(label=_("Contact"), max_length=120, required=False)
    contact_email = forms.EmailField(label=_("Contact e-mail"), required=False)
    contact_phone = forms.CharField(
        label=_("Contact phone"), max_length=32, required=False, widget=forms.TextInput({"type": "tel"})
    )
    places_a_year = forms.IntegerField(
        label=_("Places a year"),
        min_value=0,
        max_value=200,
        help_text=_("How many people it can receive each year. The list shows how many are taken."),
    )
    is_set_aside = forms.BooleanField(label=_("Set aside: it receives nobody for now"), required=False)

    def __init__(self, *args: Any, organisation: Organisation, company: Company | None = None, **kwargs: Any) -> None:
        first = {name: getattr(company, name) for name in FACTS} if company else {"places_a_year": 2}
        super().__init__(*args, initial=first, **kwargs)
        self.organisation, self.company = organisation, company
        if company is None:
            del self.fields["is_set_aside"]

    def clean_siret(self) -> str:
        return clean_siret(self.cleaned_data["siret"], self.organisation, self.company)


def clean_siret(text: str, organisation: Organisation, company: Company | None = None) -> str:
    """The digits, if they can be a SIRET and no other company of the organisation has it."""
    try:
        siret = read_siret(text)
    except Refused as refusal:
        raise forms.ValidationError(refusal.sentence) from None
    twins = Company.objects.filter(organisation=organisation, siret=siret).exclude(pk=company.pk if company else None)
    twin = twins.first() if siret else None
    if twin:
        raise forms.ValidationError(_("This SIRET is already that of %(name)s."), params={"name": twin.name})
    return siret
