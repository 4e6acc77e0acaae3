"""What is typed about a company, and how the list is narrowed."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from backend.accounts.models import Organisation
from backend.lib.refusal import Refused
from backend.lib.texts import fold
from backend.web.forms import Form, Paragraph, WordsField
from journeys.actions.companies import FACTS, read_siret
from journeys.models import Commune, Company, Objective

SHOW = [
    ("", _("Those that receive")),
    ("free", _("With a place left this year")),
    ("aside", _("Those set aside")),
    ("all", _("All, set aside too")),
]


class SiretField(forms.CharField):
    """Fourteen digits that pass the check, or nothing."""

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.TextInput({"inputmode": "numeric", "autocomplete": "off"})
        super().__init__(**{"label": _("SIRET"), "max_length": 20, "widget": widget, **kwargs})

    def clean(self, value: Any) -> Any:
        try:
            return read_siret(super().clean(value))
        except Refused as refusal:
            raise forms.ValidationError(refusal.sentence) from None


class SectorField(forms.ChoiceField):
    """One of the sectors of the directory, however it is written."""

    def valid_value(self, value: str) -> bool:
        return super().valid_value(value) or fold(value) in {fold(str(word)) for word, _label in self.choices}


class CompanyFilter(Form):
    q = forms.CharField(label=_("Name, activity, contact or SIRET"), required=False)
    sector = SectorField(label=_("Sector"), required=False)
    objective = forms.ChoiceField(
        label=_("Offers for"), choices=[("", _("All objectives")), *Objective.choices], required=False
    )
    commune = forms.ModelChoiceField(
        Commune.objects.all(), label=_("Commune"), required=False, empty_label=_("All communes")
    )
    show = forms.ChoiceField(label=_("Show"), choices=SHOW, required=False)
    accessible = forms.BooleanField(label=_("Says how accessible it is"), required=False)

    def __init__(self, *args: Any, sectors: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["sector"].choices = [("", _("All sectors")), *((one, one) for one in sectors)]


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
    sectors = WordsField(
        label=_("Sectors"), required=False, help_text=_("Parted by commas: food, reuse, digital… One finds it by them.")
    )
    address = forms.CharField(label=_("Address"), max_length=200, required=False)
    commune = forms.ModelChoiceField(
        Commune.objects.all(), label=_("Commune"), required=False, empty_label=_("Choose…")
    )
    accessibility = forms.CharField(
        label=_("Accessibility"), max_length=1000, required=False, widget=Paragraph(rows=2),
        help_text=_("How one gets in and works there: step-free, lift, quiet room, near a tram…"),
    )  # fmt: skip
    contact_name = forms.CharField(
        label=_("Contact"), max_length=120, required=False, help_text=_("Who answers when a stay is asked for.")
    )
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
    starts_a_month = forms.IntegerField(
        label=_("Stays that may start in one month"), min_value=1, max_value=50, required=False,
        help_text=_("Empty: no limit. With the places a year, it gives the first free day."),
    )  # fmt: skip

    def __init__(self, *args: Any, organisation: Organisation, company: Company | None = None, **kwargs: Any) -> None:
        first = {name: getattr(company, name) for name in FACTS} if company else {"places_a_year": 2}
        super().__init__(*args, initial=first, **kwargs)
        self.organisation, self.company = organisation, company

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
