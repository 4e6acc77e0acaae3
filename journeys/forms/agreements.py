"""What is typed in an agreement: every fact of the stay, each rule told beside its field."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from django import forms
from django.core import signing
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from backend.accounts.models import LANGUAGES
from backend.lib import clock
from backend.lib.refusal import Refused
from backend.web.forms import DateField, Form, MinutesField, Paragraph, RadioCards
from journeys.actions.immersions.facts import FACTS, Stay, facts_of, first_facts, followed, from_plain, plain, tidy
from journeys.actions.immersions.rules import NEEDED_TO_SIGN, YOUNGEST, problems
from journeys.actions.immersions.schedule import regular
from journeys.forms.companies import clean_siret
from journeys.forms.immersions import MOST_MINUTES, words
from journeys.forms.second_look import SecondLookForm
from journeys.models import Commune, Company, Immersion, Site, Step
from journeys.queries.agreements import Line

SEEN = "jalon.agreement.seen"
AGE = "born_on guardian_name guardian_email"
NEW = ("new_name", "new_siret", "new_activity", "new_commune", "new_contact_name", "new_contact_email")
OFTEN = _("From two immersions or 60 days at the same host within 12 months, you are told before it is saved.")
OWN_EMAIL = _("Each person who signs has their own: no two may be the same.")


def seal(
    immersion: Immersion, stay: Stay, names: Iterable[str] = FACTS, *, revision: int | None = None, reason: str = ""
) -> str:
    """The named facts and the revision they were read at: what a page carries, and nobody can alter.

    `reason`: why, of an amendment.
    """
    at = immersion.revision if revision is None else revision
    data = {"of": immersion.pk, "revision": at, "facts": plain(stay, names), "reason": reason}
    return signing.dumps(data, salt=SEEN, compress=True)


@dataclass(frozen=True)
class Seen:
    """What `seal` wrote."""

    revision: int
    facts: dict[str, Any]
    reason: str = ""


def unseal(text: str, immersion: Immersion) -> Seen | None:
    """What `seal` wrote about this immersion; None for anything else."""
    try:
        data = signing.loads(text, salt=SEEN)
    except signing.BadSignature:
        return None
    if data.get("of") != immersion.pk:
        return None
    return Seen(data["revision"], from_plain(data["facts"]), data.get("reason", ""))


class SiteChoice(forms.ModelChoiceField):
    def label_from_instance(self, site: Site) -> str:
        return f"{site.company} · {site}"


def _line(label: Any, length: int = 120, **more: Any) -> forms.CharField:
    return forms.CharField(label=label, max_length=length, required=False, **more)


def _text(label: Any, help_text: Any = "") -> forms.CharField:
    return forms.CharField(label=label, max_length=4000, required=False, widget=Paragraph(rows=2), help_text=help_text)


def _email(label: Any, help_text: Any = OWN_EMAIL) -> forms.EmailField:
    return forms.EmailField(label=label, required=False, help_text=help_text)


class StayForm(SecondLookForm):
    """The facts of a stay; every broken rule is told beside its field. A draft needs a host, dates and hours."""

    seen = forms.CharField(widget=forms.HiddenInput, required=False)
    company = forms.ModelChoiceField(
        Company.objects.none(), label=_("Company"), empty_label=_("Choose…"), help_text=OFTEN
    )
    site = SiteChoice(
        Site.objects.none(), label=_("Site"), required=False, empty_label=_("No site of its own"),
        help_text=_("Its address and SIRET go on the agreement."),
    )  # fmt: skip
    place = _line(_("Place of the stay"), 200, help_text=_("Empty: the address of the site or company."))
    starts_on = DateField(
        label=_("First day"), help_text=_("Today or later: an agreement is made before the stay. At least 16 that day.")
    )
    ends_on = DateField(label=_("Last day"), help_text=_("At most 30 calendar days, first and last included."))
    minutes_planned = MinutesField(
        label=_("Hours planned in all"), required=False, max_value=MOST_MINUTES,
        help_text=_("At most 10 h a day and 48 h a week. The schedule, day by day, will replace this figure."),
    )  # fmt: skip
    tutor_name = _line(_("Tutor"), help_text=_("Who receives the person day by day; may be who signs for the company."))
    tutor_job = _line(_("Tutor’s job"))
    tutor_email = _email(
        _("Tutor’s e-mail"), _("Not that of the project holder nor of your organisation: each signs for themselves.")
    )
    objective = forms.ChoiceField(label=_("Objective"), choices=words(Immersion.Objective), widget=RadioCards)
    activities = _text(_("Activities"), _("What they will see and do there."))
    skills = _text(_("Skills to observe or try"))
    conditions = _text(_("Conditions of access"), _("Transport, stairs, hours of the bus, meals…"))
    protection = _text(_("Protective equipment"), _("What is worn, and who lends it."))
    emergency_name = _line(_("Emergency contact"), help_text=_("Somebody close to the project holder."))
    emergency_phone = _line(_("Emergency phone"), 32, widget=forms.TextInput({"type": "tel"}))
    insurance = _line(_("Insurance (insurer and contract)"), 240, help_text=_("Who covers an accident there."))
    signatory_name = _line(_("Who signs for the company"), help_text=_("Empty: the contact of the company."))
    signatory_job = _line(_("Signatory’s job"))
    signatory_email = _email(_("Signatory’s e-mail"))
    validator_name = _line(_("Who signs for your organisation"), help_text=_("Empty: the referent of the journey."))
    validator_email = _email(_("E-mail of who signs for your organisation"))
    born_on = DateField(
        label=_("Date of birth"), required=False,
        help_text=_("Asked only when the year does not say whether the person is 16, or of age, on the first day."),
    )  # fmt: skip
    guardian_name = _line(
        _("Legal representative"),
        help_text=_("Signs too: for who is under 18 on the first day, or of age and under guardianship."),
    )
    guardian_email = _email(_("Legal representative’s e-mail"))
    is_employed = forms.BooleanField(label=_("Employed elsewhere during the stay"), required=False)
    employer_name = _line(_("Current employer"), 160, help_text=_("Their employer signs too."))
    employer_signatory = _line(_("Who signs for the employer"))
    employer_email = _email(_("Employer’s e-mail"))
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
    basis_number = _line(
        _("Number of the external agreement"), 60,
        help_text=_("Needed for a PMSMP: Jalon keeps its number, the prescriber issues it."),
    )  # fmt: skip
    language = forms.ChoiceField(label=_("Language of the papers"), choices=LANGUAGES)

    sometimes = (
        "company", "new_name", "minutes_planned", "basis_number", "born_on", "guardian_name", "guardian_email",
        "employer_name", "employer_signatory", "employer_email",
    )  # fmt: skip
    NAMES: tuple[str, ...] = FACTS  # those a page of this form may carry
    # legend, names, folded away until something is typed in it
    SECTIONS: tuple[tuple[Any, str, bool], ...] = (
        (_("Where"), "company site place", False),
        (_("When"), "starts_on ends_on minutes_planned", False),
        (_("Who receives"), "tutor_name tutor_job tutor_email", False),
        (_("What for"), "objective activities skills", False),
        (_("Safety"), "conditions protection emergency_name emergency_phone insurance", False),
        (_("Who signs for the company"), "signatory_name signatory_job signatory_email", False),
        (_("Who signs for your organisation"), "validator_name validator_email", False),
        (_("Their age"), AGE, False),
        (_("Their employer, if they have one"), "is_employed employer_name employer_signatory employer_email", True),
        (_("On what basis"), "basis basis_number language", True),
    )

    def __init__(self, *args: Any, step: Step, immersion: Immersion | None = None, **kwargs: Any) -> None:
        first = first_facts(step)
        if immersion is not None:
            stay = facts_of(immersion)
            first = vars(stay) | {"seen": seal(immersion, stay, self.NAMES)}
        super().__init__(*args, initial={**first, **kwargs.pop("initial", {})}, **kwargs)
        self.step, self.immersion = step, immersion
        self.fallen: list[Any] = []
        self._choose_hosts()
        self._leave_out()
        if immersion is not None and not self.is_bound:
            self.look(stay, step, but=immersion)

    def _choose_hosts(self) -> None:
        organisation, now = self.step.journey.programme.organisation, self.immersion
        hosts = Company.objects.filter(organisation=organisation)
        hosts = hosts.filter(is_set_aside=False) | hosts.filter(pk=now.company_id if now else None)
        sites = Site.objects.filter(company__in=hosts).select_related("company").order_by("company__name", "name", "pk")
        sites = sites.filter(is_closed=False) | sites.filter(pk=now.site_id if now else None)
        if "company" in self.fields:
            self.fields["company"].queryset = hosts.order_by("name", "pk")
        if "site" in self.fields:
            self.fields["site"].queryset = sites
            if not sites.exists():
                del self.fields["site"]

    def _leave_out(self) -> None:
        """What need not be asked is not: the date of birth of an adult, hours that the schedule gives."""
        year = self.step.journey.holder.birth_year
        given = self.immersion and self.immersion.born_on
        if year and clock.today().year - year > YOUNGEST + 3 and not given:
            self.fields.pop("born_on", None)
        if self.immersion and self.immersion.schedule:
            self.fields.pop("minutes_planned", None)
        for name in self.fields:
            if name in NEEDED_TO_SIGN or name == "siret":
                self.fields[name].needed_later = _("(before it is signed)")

    def sections(self) -> list[tuple[Any, str, bool, bool]]:
        """(legend, names, folded, open) of each part that has fields."""
        found = []
        for legend, names, folded in self.SECTIONS:
            if names == AGE and "born_on" not in self.fields:
                legend, folded = _("A legal representative, if there is one"), True
            kept = [one for one in names.split() if one in self.fields]
            is_open = any(one in self.errors for one in kept) or any(
                self[one].value() for one in kept if one not in ("basis", "language")
            )
            if kept:
                found.append((legend, " ".join(kept), folded, is_open))
        return found

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        known = {name: data[name] for name in FACTS if name in self.fields and name in data}
        if known.get("minutes_planned", 0) is None:
            known["minutes_planned"] = 0
        base = vars(facts_of(self.immersion)) if self.immersion else {"company": None, **first_facts(self.step)}
        facts = {**base, **known}
        if not (facts.get("starts_on") and facts.get("ends_on")):
            return data
        try:
            stay = tidy(self._whole(Stay(**facts), data))
        except Refused as refusal:
            self.add_error(None, refusal.sentence)
            return data
        for field, sentence in problems(stay, self.step, new_company=self.has_new_company()):
            self._tell(field, sentence)
        self.look(stay, self.step, but=self.immersion)
        data["stay"] = stay
        return data

    def _tell(self, field: str, sentence: str) -> None:
        if field not in self.errors:
            self.add_error(field if field in self.fields else None, sentence)

    def _whole(self, stay: Stay, data: dict[str, Any]) -> Stay:
        """What follows from what was typed."""
        if self.immersion is None:
            return stay
        stay, self.fallen = followed(stay, facts_of(self.immersion))
        return stay

    def was_seen(self) -> Seen | None:
        """The agreement as this page showed it."""
        return unseal(self.cleaned_data.get("seen", ""), self.immersion) if self.immersion else None

    def has_new_company(self) -> bool:
        """Is a host described on the way?"""
        return False


class PlanImmersionForm(StayForm):
    """A stay at a known company, or at one described on the way; what can come later is folded away."""

    company = forms.ModelChoiceField(
        Company.objects.none(), label=_("Company"), required=False, empty_label=_("Choose…"), help_text=OFTEN
    )
    regular_days = forms.BooleanField(
        label=_("Regular days"), required=False,
        help_text=_(
            "Monday to Friday, 9:00–12:30 and 13:30–17:00, without public holidays: each day can be changed "
            "afterwards. Otherwise, give the hours in all."
        ),
    )  # fmt: skip
    new_name = forms.CharField(label=_("Name"), max_length=160, required=False)
    new_siret = forms.CharField(
        label=_("SIRET"), max_length=20, required=False, help_text=_("14 digits; spaces are fine."),
        widget=forms.TextInput({"inputmode": "numeric", "autocomplete": "off"}),
    )  # fmt: skip
    new_activity = forms.CharField(label=_("Activity"), max_length=160, required=False)
    new_commune = forms.ModelChoiceField(
        Commune.objects.all(), label=_("Commune"), required=False, empty_label=_("Choose…")
    )
    new_contact_name = forms.CharField(label=_("Contact"), max_length=120, required=False)
    new_contact_email = forms.EmailField(label=_("Contact e-mail"), required=False)

    SECTIONS = (
        (_("When"), "starts_on ends_on regular_days minutes_planned", False),
        (_("Who receives"), "tutor_name tutor_email", False),
        (_("What for"), "objective", False),
        (_("Where exactly"), "site place", True),
        (_("What they will do"), "tutor_job activities skills", True),
        *((legend, names, True) for legend, names, _folded in StayForm.SECTIONS[4:]),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, initial={"regular_days": True, **kwargs.pop("initial", {})}, **kwargs)

    def _whole(self, stay: Stay, data: dict[str, Any]) -> Stay:
        if data.get("regular_days") and 0 < stay.days <= 62:
            return replace(stay, schedule=regular(stay.starts_on, stay.ends_on))
        return stay

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


class StepChoice(forms.ModelChoiceField):
    def label_from_instance(self, step: Step) -> str:
        return f"{step.journey.holder} · {step.title}"


class DuplicateForm(SecondLookForm):
    """For whom, and when, a former agreement is used again."""

    step = StepChoice(Step.objects.none(), label=_("For whom"), empty_label=_("Choose…"))
    starts_on = DateField(label=_("First day"), help_text=_("Today or later."))
    ends_on = DateField(label=_("Last day"), help_text=_("At most 30 calendar days, first and last included."))

    def __init__(self, *args: Any, immersion: Immersion, steps: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.immersion = immersion
        self.fields["step"].queryset = steps
        if immersion.step.is_open:
            self.fields["step"].initial = immersion.step_id

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if not self.errors:
            days = {name: data[name] for name in ("starts_on", "ends_on")}
            self.look(replace(facts_of(self.immersion), **days), data["step"])
        return data


class MergeForm(Form):
    """Two people changed an agreement: fact by fact, which version stays. All three versions travel sealed."""

    before = forms.CharField(widget=forms.HiddenInput)
    mine = forms.CharField(widget=forms.HiddenInput)
    seen = forms.CharField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, lines: Iterable[Line], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.lines = list(lines)
        for line in self.lines:
            cards = RadioCards(
                notes={"mine": _("What you wrote: %(text)s") % {"text": line.mine},
                       "theirs": _("What was saved meanwhile: %(text)s") % {"text": line.theirs}}
            )  # fmt: skip
            self.fields[f"keep_{line.name}"] = forms.ChoiceField(
                label=line.label, choices=[("mine", _("Mine")), ("theirs", _("Theirs"))], widget=cards,
                initial=line.keep, help_text=_("Before: %(text)s") % {"text": line.before},
            )  # fmt: skip
            self._shape(self.fields[f"keep_{line.name}"])

    def kept_mine(self) -> list[str]:
        """The names of the facts that stay as this person wrote them."""
        return [line.name for line in self.lines if self.cleaned_data.get(f"keep_{line.name}") == "mine"]
