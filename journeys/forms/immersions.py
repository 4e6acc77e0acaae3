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
from journeys.models import Immersion, Signature

MOST_MINUTES = 30 * 10 * 60
SHOW = [
    ("open", _("Not over yet")),
    ("unsigned", _("Unsigned papers")),
    ("to_validate", _("To validate")),
    ("not_ready", _("Start soon, not ready")),
    ("under_way", _("Validated or in progress")),
    ("to_assess", _("To assess")),
    ("closed", _("Closed")),
]


capitalised = lazy(capfirst, str)


def words(choices: type[TextChoices]) -> list[tuple[str, Any]]:
    """The choices as they begin a line."""
    return [(value, capitalised(label)) for value, label in choices.choices]


class RecordSignatureForm(Form):
    """A signed paper has come."""

    party = forms.ChoiceField(label=_("Who signed?"), choices=words(Signature.Party), widget=RadioCards)
    signed_on = DateField(label=_("Signed on"), help_text=_("The day written on the paper."))

    def __init__(self, *args: Any, immersion: Immersion, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        signed = {one.party for one in immersion.signatures.all() if one.stands}
        left = [(str(one), capitalised(one.label)) for one in immersion.parties if one not in signed]
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
        help_text=_("If it stopped before the end, or did not happen."),
    )  # fmt: skip
    side = forms.ChoiceField(
        label=_("On whose side does the reason lie?"), required=False, choices=words(Immersion.Side), widget=RadioCards,
        help_text=_("If it stopped before the end, or did not happen."),
    )  # fmt: skip

    def __init__(self, *args: Any, immersion: Immersion, said: dict[str, Any] | None = None, **kwargs: Any) -> None:
        super().__init__(*args, initial={"minutes_done": immersion.minutes_planned, **(said or {})}, **kwargs)

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
