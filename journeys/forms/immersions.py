"""What is typed about an immersion: the stay, signatures, how it went."""

from typing import Any

from django import forms
from django.db.models import TextChoices
from django.utils.functional import lazy
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from backend.lib import clock
from backend.web.forms import DateField, Form, MinutesField, Paragraph, RadioCards
from journeys.actions.immersion_rules import Stay, facts_of, problems
from journeys.forms.companies import clean_siret
from journeys.models import Commune, Company, Immersion, Signature, Step

MOST_MINUTES = 30 * 10 * 60
NEW = ("new_name", "new_siret", "new_activity", "new_commune", "new_contact_name", "new_contact_email")
SHOW = [
    ("open", _("Under way")),
    ("unsigned", _("Unsigned papers")),
    ("to_validate", _("To validate")),
    ("under_way", _("Validated or in progress")),
    ("closed", _("Closed")),
]


capitalised = lazy(capfirst, str)


def words(choices: type[TextChoices]) -> list[tuple[str, Any]]:
    """The choices as they begin a line."""
    return [(value, capitalised(label)) for value, label in choices.choices]


class StayForm(Form):
    """The facts of a stay; every broken rule is told beside its field."""

    company = forms.ModelChoiceField(Company.objects.none(), label=_("Company"), empty_label=_("Choose…"))
    tutor_name = forms.CharField(label=_("Tutor"), max_length=120, help_text=_("Who receives the person day by day."))
    tutor_job = forms.CharField(label=_("Tutor’s job"), max_length=120, required=False)
    tutor_email = forms.EmailField(
        label=_("Tutor’s e-mail"),
        required=False,
        help_text=_("Not that of the project holder nor of your organisation: each signs for herself."),
    )
    objective = forms.ChoiceField(label=_("Objective"), choices=words(Immersion.Objective), widget=RadioCards)
    activities = forms.CharField(
        label=_("Activities"), required=False, widget=Paragraph(rows=3), help_text=_("What she will see and do there.")
    )
    basis = forms.ChoiceField(
        label=_("Legal basis"),
        choices=words(Immersion.Basis),
        widget=RadioCards(
            notes={
                Immersion.Basis.OWN: _("The agreement of your organisation."),
                Immersion.Basis.PMSMP: _(
                    "Issued by France Travail, a local mission or another prescriber: give its number."
                ),
                Immersion.Basis.OBSERVATION: _("Watching only, without taking part in the work."),
            }
        ),
    )
    basis_number = forms.CharField(
        label=_("Number of the external agreement"),
        max_length=60,
        required=False,
        help_text=_("Needed for a PMSMP: Jalon keeps its number, the prescriber issues it."),
    )
    starts_on = DateField(label=_("First day"), help_text=_("The person is at least 16 on that day."))
    ends_on = DateField(label=_("Last day"), help_text=_("At most 30 calendar days, first and last included."))
    minutes_planned = MinutesField(
        label=_("Hours planned in all"),
        min_value=1,
        max_value=MOST_MINUTES,
        help_text=_("On average at most 10 h a day and 48 h a week."),
    )

    def __init__(self, *args: Any, step: Step, immersion: Immersion | None = None, **kwargs: Any) -> None:
        super().__init__(*args, initial=self._first(step, immersion), **kwargs)
        self.step = step
        hosts = Company.objects.filter(organisation=step.journey.programme.organisation)
        hosts = hosts.filter(is_set_aside=False) | hosts.filter(pk=immersion.company_id if immersion else None)
        self.fields["company"].queryset = hosts.order_by("name", "pk")

    @staticmethod
    def _first(step: Step, immersion: Immersion | None) -> dict[str, Any]:
        if immersion is not None:
            return dict(vars(facts_of(immersion)))
        return {
            "objective": Immersion.Objective.CONFIRM,
            "basis": Immersion.Basis.OWN,
            "minutes_planned": step.minutes_expected or None,
        }

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        facts = {name: data.get(name) for name in Stay.__dataclass_fields__}
        needed = ("starts_on", "ends_on", "minutes_planned", "tutor_name")
        if all(facts[name] for name in needed):
            stay = Stay(**{name: value for name, value in facts.items() if value is not None or name == "company"})
            for field, sentence in problems(stay, self.step, new_company=self.has_new_company()):
                if field not in self.errors:
                    self.add_error(field, sentence)
            data["stay"] = stay
        return data

    def has_new_company(self) -> bool:
        """Is a host described on the way?"""
        return False


class PlanImmersionForm(StayForm):
    """A stay at a known company, or at one described on the way."""

    company = forms.ModelChoiceField(
        Company.objects.none(), label=_("Company"), required=False, empty_label=_("Choose…")
    )
    new_name = forms.CharField(label=_("Name"), max_length=160, required=False)
    new_siret = forms.CharField(
        label=_("SIRET"), max_length=20, required=False, help_text=_("14 digits; spaces are fine."),
        widget=forms.TextInput({"inputmode": "numeric", "autocomplete": "off"}),
    )  # fmt: skip
    new_activity = forms.CharField(label=_("Activity"), max_length=160, required=False)
    new_commune = forms.ModelChoiceField(Commune.objects.all(), label=_("Commune"), required=False)
    new_contact_name = forms.CharField(label=_("Contact"), max_length=120, required=False)
    new_contact_email = forms.EmailField(label=_("Contact e-mail"), required=False)

    def clean_new_siret(self) -> str:
        return clean_siret(self.cleaned_data["new_siret"], self.step.journey.programme.organisation)

    def has_new_company(self) -> bool:
        return any(self.cleaned_data.get(name) for name in NEW) or any(name in self.errors for name in NEW)

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if data.get("company") and self.has_new_company():
            self.add_error("company", gettext("Choose a company of the list or describe a new one, not both."))
        elif not data.get("company") and not self.has_new_company():
            self.errors.pop("company", None)
            self.add_error("company", gettext("Choose a company, or describe a new one below."))
        elif self.has_new_company() and not data.get("new_name"):
            self.add_error("new_name", gettext("Give the company a name."))
        new = {name.removeprefix("new_"): data.get(name) for name in NEW if data.get(name)}
        data["new_company"] = new or None
        return data


class RecordSignatureForm(Form):
    """A signed paper has come."""

    party = forms.ChoiceField(label=_("Who signed?"), choices=words(Signature.Party), widget=RadioCards)
    signed_on = DateField(label=_("Signed on"), help_text=_("The day written on the paper."))

    def __init__(self, *args: Any, immersion: Immersion, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        signed = {one.party for one in immersion.signatures.all()}
        left = [choice for choice in words(Signature.Party) if choice[0] not in signed]
        self.fields["party"].choices = left
        self.fields["signed_on"].initial = clock.today()
        if len(left) == 1:
            self.fields["party"].initial = left[0][0]


class CompleteImmersionForm(Form):
    """How it went, and the real hours."""

    outcome = forms.ChoiceField(label=_("How did it go?"), choices=words(Immersion.Outcome), widget=RadioCards)
    minutes_done = MinutesField(
        label=_("Real hours"),
        required=False,
        min_value=1,
        max_value=MOST_MINUTES,
        help_text=_("They stand in the ledger as declared until the project holder confirms them."),
    )
    last_day_on = DateField(label=_("Last day of presence"), required=False, help_text=_("If it was partly completed."))
    reason = forms.CharField(
        label=_("Why"), required=False, max_length=240, widget=Paragraph(rows=2),
        help_text=_("If it stopped before the end, or did not happen: why, and on whose side."),
    )  # fmt: skip

    def __init__(self, *args: Any, immersion: Immersion, **kwargs: Any) -> None:
        super().__init__(*args, initial={"minutes_done": immersion.minutes_planned}, **kwargs)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        happened = data.get("outcome") in (Immersion.Outcome.COMPLETED, Immersion.Outcome.PARTIAL)
        if happened and not data.get("minutes_done") and "minutes_done" not in self.errors:
            self.add_error("minutes_done", gettext("Say how many hours."))
        return data


class ReasonForm(Form):
    """Why an immersion is rejected or cancelled."""

    reason = forms.CharField(
        label=_("Why?"),
        max_length=240,
        widget=Paragraph(rows=3),
        help_text=_("Kept with the immersion: whoever is concerned will ask."),
    )


class ImmersionFilter(Form):
    q = forms.CharField(label=_("Person or company"), required=False)
