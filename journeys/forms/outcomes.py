"""What is typed about what came of a journey: by leads, fact by fact; by holders, all on one page."""

import re
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from backend.lib import clock
from backend.web.forms import DateField, Form, Paragraph, RadioCards
from backend.web.reading import dated
from journeys.models import EvidenceFile, Outcome

Kind = Outcome.Kind
MOST_EUROS, MOST_JOBS = Decimal(1_000_000_000), Decimal(9_999)
THOUSANDS = re.compile(r"[1-9][0-9]{0,2}(,[0-9]{3})+(\.[0-9]*)?")
"""12,000 in English is twelve thousand; elsewhere a comma parts decimals."""


class AmountField(forms.DecimalField):
    """A number as people write it: with a comma or a point, spaces between thousands, perhaps a sign of euro."""

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"})
        super().__init__(**{"min_value": Decimal(0), "decimal_places": 2, "widget": widget, **kwargs})
        self.error_messages["invalid"] = _("Give a number, such as 1.5 or 12,000.")

    def to_python(self, value: Any) -> Any:
        if isinstance(value, str):
            text = "".join(sign for sign in value if not sign.isspace() and sign != "€")
            groups = THOUSANDS.fullmatch(text) and (get_language() or "").startswith("en")
            value = text.replace(",", "" if groups else ".")
        return super().to_python(value)


def euros(**kwargs: Any) -> AmountField:
    return AmountField(**{"label": _("Amount, in euros"), "max_value": MOST_EUROS, "max_digits": 12, **kwargs})


def full_time(**kwargs: Any) -> AmountField:
    return AmountField(**{"max_value": MOST_JOBS, "max_digits": 6, **kwargs})


def one_of(codes: Any, **kwargs: Any) -> forms.ChoiceField:
    return forms.ChoiceField(**{"choices": codes.choices, "widget": RadioCards(), **kwargs})


def _or_none(codes: Any) -> list[tuple[str, Any]]:
    """A short list to unfold, where a card for each would fill two screens of a phone."""
    return [("", "–"), *codes.choices]


FTE = _("In full-time equivalents: a half-time is 0.5.")
FIELDS: dict[str, dict[str, Any]] = {
    Kind.CREATED: {
        "legal_form": lambda: forms.CharField(
            label=_("Legal form"), max_length=60, help_text=_("Association, SCIC, SCOP, company, sole trader…")
        ),
    },
    Kind.JOBS: {
        "jobs_created": lambda: full_time(label=_("Jobs created"), help_text=FTE),
        "jobs_lost": lambda: full_time(label=_("Jobs lost"), help_text=_("0 when none.")),
    },
    Kind.FUNDING: {
        "amount": euros,
        "code": lambda: one_of(Outcome.Funding, label=_("What kind?")),
        "funder": lambda: forms.CharField(label=_("From whom"), max_length=120, required=False),
    },
    Kind.COOPERATION: {
        "partner": lambda: forms.CharField(label=_("With whom"), max_length=160),
        "partner_email": lambda: forms.EmailField(
            label=_("E-mail of the other side"),
            required=False,
            help_text=_("A letter asks for a yes or a no in one tap, once the project holder has confirmed."),
        ),
    },
    Kind.EXIT: {"code": lambda: one_of(Outcome.Exit, label=_("Where is the person now?"))},
    Kind.ACTIVITY: {"code": lambda: one_of(Outcome.Activity, label=_("How is the project?"))},
    Kind.HELP: {"code": lambda: one_of(Outcome.Help, label=_("In the holder’s own view, did the journey help?"))},
}  # fmt: skip
DAYS = {
    Kind.CREATED: _("Created on"),
    Kind.JOBS: _("Since"),
    Kind.FUNDING: _("Granted on"),
    Kind.COOPERATION: _("Since"),
    Kind.EXIT: _("As of"),
    Kind.ACTIVITY: _("As of"),
    Kind.HELP: _("Said on"),
}


class FileChoice(forms.ModelChoiceField):
    def label_from_instance(self, file: EvidenceFile) -> str:
        return f"{file.name} · {file.step.title}"


class ProofFields(Form):
    """A few words, a link, a document that stands on the journey already."""

    note = forms.CharField(label=_("In a few words"), max_length=500, required=False, widget=Paragraph(rows=2))
    proof_url = forms.URLField(label=_("Link to what shows it"), required=False, assume_scheme="https", max_length=500)
    proof_file = FileChoice(
        EvidenceFile.objects.none(), label=_("Document of the journey"), required=False, empty_label=_("None")
    )

    def __init__(self, *args: Any, files: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["proof_file"].queryset = files
        if not files.exists():
            del self.fields["proof_file"]


class OutcomeForm(ProofFields):
    """One fact of one kind; with `former`, the line it corrects."""

    def __init__(self, *args: Any, kind: str, files: Any, former: Outcome | None = None, **kwargs: Any) -> None:
        self.kind, self.former = kind, former
        super().__init__(*args, files=files, initial=_initial(former), **kwargs)
        proof = {name: self.fields.pop(name) for name in list(self.fields)}
        self.fields["happened_on"] = DateField(label=DAYS[Kind(kind)])
        self.fields |= {name: make() for name, make in FIELDS[kind].items()} | proof
        if former is not None:
            self.fields["reason"] = forms.CharField(
                label=_("Why is it corrected?"),
                max_length=240,
                help_text=_("The former line stays in the history with this reason."),
            )
        for one in self.fields.values():
            self._shape(one)

    @property
    def facts(self) -> dict[str, Any]:
        """The columns of the outcome."""
        facts = {name: value for name, value in self.cleaned_data.items() if value is not None}
        if "amount" in facts:
            facts["amount_cents"] = cents(facts.pop("amount"))
        return facts


def cents(amount: Decimal) -> int:
    return int((100 * amount).to_integral_value())


def _initial(former: Outcome | None) -> dict[str, Any]:
    if former is None:
        return {"happened_on": clock.today()}
    names = (
        *("happened_on", "code", "legal_form", "jobs_created", "jobs_lost", "funder", "partner", "partner_email"),
        *("note", "proof_url", "proof_file"),
    )
    amount = Decimal(former.amount_cents) / 100 if former.amount_cents else None
    return {name: getattr(former, name) for name in names} | {"amount": amount}


class ProveOutcomeForm(ProofFields):
    """What shows it: at least one; what was said before stays where nothing is typed."""


class WithdrawOutcomeForm(Form):
    reason = forms.CharField(
        label=_("Why does it count no more?"),
        max_length=240,
        help_text=_("The line stays in the history with this reason."),
    )


class NoteCooperationForm(Form):
    side = forms.ChoiceField(
        label=_("Who told you?"),
        choices=[("holder", _("The project holder")), ("partner", _("The other side"))],
        widget=RadioCards(),
    )
    words = forms.CharField(
        label=_("How do you know?"), max_length=240, help_text=_("Who told you, how and when; kept in the history.")
    )


class TellFollowUpForm(Form):
    """What a holder may add after her one tap: nothing is asked twice, nothing has to be answered."""

    stopped_on = DateField(label=_("Since when has it stopped?"), required=False)
    created_on = DateField(
        label=_("When was it created?"), required=False, help_text=_("Leave it empty if there is no legal structure.")
    )
    legal_form = forms.CharField(label=_("Legal form"), max_length=60, required=False)
    help = one_of(Outcome.Help, label=_("Did the journey help?"), required=False)
    exit = forms.ChoiceField(label=_("And you, where are you now?"), choices=_or_none(Outcome.Exit), required=False)
    jobs_created = full_time(required=False, help_text=FTE)
    jobs_lost = full_time(label=_("Paid jobs lost"), required=False, help_text=_("0 when none."))
    amount = euros(required=False)
    funding = forms.ChoiceField(
        label=_("What kind of funding, for the most part?"), choices=_or_none(Outcome.Funding), required=False
    )
    funder = forms.CharField(label=_("From whom"), max_length=120, required=False)

    def __init__(
        self, *args: Any, activity: str, known: dict[str, Outcome], is_whole: bool, since: date, **kwargs: Any
    ) -> None:
        super().__init__(*args, initial=_said(known), **kwargs)
        day = {"day": dated(since)}
        self.fields["jobs_created"].label = _("Paid jobs created since %(day)s") % day
        self.fields["amount"].label = _("Funding obtained since %(day)s, in euros") % day
        stopped = activity == Outcome.Activity.STOPPED
        gone = {"stopped_on"} if not stopped else set()
        if not is_whole:
            gone |= {"jobs_created", "jobs_lost", "amount", "funding", "funder"}
        for name in gone:
            del self.fields[name]

    def clean(self) -> dict[str, Any]:
        """Half of an answer is asked for whole, beside the field that lacks."""
        data = super().clean() or {}
        missing = _("Fill this in to go on.")
        for first, second in (("created_on", "legal_form"), ("legal_form", "created_on"), ("amount", "funding")):
            if data.get(first) and not data.get(second) and second not in self.errors:
                self.add_error(second, missing)
        if data.get("jobs_lost") is not None and data.get("jobs_created") is None and "jobs_created" not in self.errors:
            self.add_error("jobs_created", missing)
        return data

    @property
    def told(self) -> dict[str, tuple[date | None, dict[str, Any]]]:
        """{kind: (day, facts)} of what was answered."""
        data = self.cleaned_data
        found: dict[str, tuple[date | None, dict[str, Any]]] = {}
        if data.get("stopped_on"):
            found[Kind.ACTIVITY] = (data["stopped_on"], {"code": Outcome.Activity.STOPPED})
        if data.get("created_on"):
            found[Kind.CREATED] = (data["created_on"], {"legal_form": data["legal_form"]})
        if data.get("jobs_created") is not None:
            lost = data.get("jobs_lost") or Decimal(0)
            found[Kind.JOBS] = (None, {"jobs_created": data["jobs_created"], "jobs_lost": lost})
        if data.get("amount"):
            facts = {"code": data["funding"], "amount_cents": cents(data["amount"]), "funder": data["funder"]}
            found[Kind.FUNDING] = (None, facts)
        for name, kind in (("help", Kind.HELP), ("exit", Kind.EXIT)):
            if data.get(name):
                found[kind] = (None, {"code": data[name]})
        return found


def _said(known: dict[str, Outcome]) -> dict[str, Any]:
    """What this follow-up told already."""
    first: dict[str, Any] = {}
    for kind, names in (
        (Kind.CREATED, {"created_on": "happened_on", "legal_form": "legal_form"}),
        (Kind.JOBS, {"jobs_created": "jobs_created", "jobs_lost": "jobs_lost"}),
        (Kind.FUNDING, {"funding": "code", "funder": "funder"}),
        (Kind.HELP, {"help": "code"}),
        (Kind.EXIT, {"exit": "code"}),
    ):
        if kind in known:
            first |= {name: getattr(known[kind], column) for name, column in names.items()}
    if Kind.FUNDING in known:
        first["amount"] = Decimal(known[Kind.FUNDING].amount_cents or 0) / 100
    if Kind.ACTIVITY in known and known[Kind.ACTIVITY].code == Outcome.Activity.STOPPED:
        first["stopped_on"] = known[Kind.ACTIVITY].happened_on
    return first
