"""What is typed about sites, offers and requests to companies."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from backend.web.forms import Form, Paragraph, RadioCards, WordsField
from journeys.actions.host_asks import LONGEST_ANSWER
from journeys.forms.companies import SiretField
from journeys.models import Commune, Company, Objective, Offer, Site, Step

OFFER_FACTS = "title objective description themes site accessibility shortest_days longest_days".split()


class SetAsideForm(Form):
    reason = forms.CharField(
        label=_("Why"), max_length=240, help_text=_("For instance: no answer since spring. Kept in its history.")
    )


class SiteForm(Form):
    name = forms.CharField(label=_("Name"), max_length=160, help_text=_("As people call it: “Workshop in Rezé”."))
    siret = SiretField(required=False, help_text=_("That of this site, 14 digits."))
    address = forms.CharField(label=_("Address"), max_length=200, required=False)
    commune = forms.ModelChoiceField(Commune.objects.all(), label=_("Commune"), required=False)

    def __init__(self, *args: Any, site: Site | None = None, **kwargs: Any) -> None:
        first = {name: getattr(site, name) for name in ("name", "siret", "address", "commune")} if site else {}
        super().__init__(*args, initial=first, **kwargs)


class OfferForm(Form):
    title = forms.CharField(label=_("Title"), max_length=160, help_text=_("What somebody would come for."))
    objective = forms.ChoiceField(
        label=_("What for"), choices=Objective.choices, widget=RadioCards(), initial=Objective.DISCOVER
    )
    description = forms.CharField(
        label=_("What one sees and does there"), max_length=4000, required=False, widget=Paragraph(rows=4)
    )
    themes = WordsField(label=_("Themes"), required=False, help_text=_("Parted by commas: food, mobility…"))
    site = forms.ModelChoiceField(
        Site.objects.none(), label=_("Site"), required=False, empty_label=_("The company’s address")
    )
    accessibility = forms.CharField(
        label=_("Accessibility"), max_length=240, required=False, help_text=_("Step-free, lift, hearing loop…")
    )
    shortest_days = forms.IntegerField(label=_("Days at least"), min_value=1, max_value=30)
    longest_days = forms.IntegerField(label=_("Days at most"), min_value=1, max_value=30)

    def __init__(self, *args: Any, company: Company, offer: Offer | None = None, **kwargs: Any) -> None:
        first: dict[str, Any] = {"shortest_days": 1, "longest_days": 5}
        if offer:
            first = {name: getattr(offer, name) for name in OFFER_FACTS}
        super().__init__(*args, initial=first, **kwargs)
        sites = company.sites.filter(is_closed=False) | company.sites.filter(pk=offer.site_id if offer else None)
        self.fields["site"].queryset = sites.order_by("name", "pk")
        if not sites.exists():
            del self.fields["site"]


class OfferFilter(Form):
    q = forms.CharField(label=_("Words"), required=False)
    objective = forms.ChoiceField(label=_("What for"), choices=[("", _("All")), *Objective.choices], required=False)
    commune = forms.ModelChoiceField(
        Commune.objects.all(), label=_("Commune"), required=False, empty_label=_("All communes")
    )
    accessible = forms.BooleanField(label=_("Accessible"), required=False)


class WishStep(forms.ModelChoiceField):
    def label_from_instance(self, step: Step) -> str:
        return f"{step.title} · {step.journey.project}"


class PersonStep(forms.ModelChoiceField):
    def label_from_instance(self, step: Step) -> str:
        return f"{step.journey.holder} · {step.title}"


class WishForm(Form):
    """A few words to whoever follows her, for one of her immersion steps."""

    step = WishStep(Step.objects.none(), label=_("For which step"), empty_label=None)
    message = forms.CharField(
        label=_("What interests you there, and when you are free"),
        max_length=2000,
        widget=Paragraph(rows=4),
        help_text=_("Your team reads it, and takes it to the company."),
    )

    def __init__(self, *args: Any, steps: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["step"].queryset = steps
        if len(steps) == 1:
            self.fields["step"].initial = steps[0].pk
            self.fields["step"].widget = forms.HiddenInput()


class WishForOtherForm(Form):
    """A lead or the referent asks for somebody: for whom, for what, and what the company will read."""

    step = PersonStep(Step.objects.none(), label=_("For whom"), empty_label=_("Choose…"))
    offer = forms.ModelChoiceField(
        Offer.objects.none(), label=_("For which offer"), required=False, empty_label=_("None in particular")
    )
    message = forms.CharField(
        label=_("What interests the person there, and when it suits"), max_length=2000, widget=Paragraph(rows=4),
        help_text=_("The company reads it with the request."),
    )  # fmt: skip

    def __init__(self, *args: Any, steps: Any, offers: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["step"].queryset = steps
        if len(offers) == 0:
            del self.fields["offer"]
        else:
            self.fields["offer"].queryset = offers


class HostAnswerForm(Form):
    """Yes or no, with a few words."""

    accepted = forms.TypedChoiceField(
        label=_("Answer"),
        choices=[("yes", _("Yes, they are welcome")), ("no", _("No, not this time"))],
        coerce=lambda text: text == "yes",
        widget=RadioCards(),
    )
    words = forms.CharField(
        label=_("In a few words"),
        max_length=LONGEST_ANSWER,
        required=False,
        widget=Paragraph(rows=3),
        help_text=_("Dates that suit, or why not: the person reads it."),
    )
