"""What is typed about hours: what is wrong with them, why they are voided, what replaces them."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from backend.lib import clock
from backend.web.forms import Form, MinutesField, MomentField, Paragraph, RadioCards
from journeys.models import Delivery
from journeys.models.ledger import LONGEST
from journeys.queries.thread import Thread


class DisputeDeliveryForm(Form):
    """What is not right, and what it was: it goes to whoever declared the hours."""

    minutes = MinutesField(
        label=_("How long was it?"),
        help_text=_("Leave it empty if the length is right and something else is wrong."),
        min_value=1,
        max_value=LONGEST,
        required=False,
    )
    did_not_happen = forms.BooleanField(label=_("It did not take place at all"), required=False)
    comment = forms.CharField(
        label=_("In a few words"),
        help_text=_(
            "For example: we stopped after one hour. Whoever declared the hours reads it, and the programme lead."
        ),
        max_length=500,
        widget=Paragraph(rows=3),
    )


class AnswerCorrectionForm(Form):
    """An answer to what the other says of a line of hours."""

    minutes = MinutesField(label=_("How long was it, as you see it?"), min_value=1, max_value=LONGEST, required=False)
    text = forms.CharField(label=_("Your answer, in a few words"), max_length=500, widget=Paragraph(rows=3))
    seen = forms.IntegerField(required=False, min_value=0, max_value=1000, widget=forms.HiddenInput)

    def __init__(self, *args: Any, thread: Thread, own: int | None, **kwargs: Any) -> None:
        super().__init__(*args, initial={"seen": thread.number, "minutes": own}, **kwargs)


OTHER = "other"


class SettleCorrectionForm(Form):
    """The figure that stands: one of those that were said, or another."""

    figure = forms.ChoiceField(label=_("Which figure stands?"), widget=RadioCards())
    minutes = MinutesField(label=_("Another length"), min_value=1, max_value=LONGEST, required=False)
    reason = forms.CharField(
        label=_("Why?"), help_text=_("Both of them read it."), max_length=500, widget=Paragraph(rows=3)
    )

    def __init__(self, *args: Any, figures: list[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        said = [(str(minutes), words) for minutes, words in figures]
        self.fields["figure"].choices = [*said, (OTHER, _("Another length, below"))]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("figure") == OTHER and not cleaned.get("minutes") and "minutes" not in self.errors:
            self.add_error("minutes", _("Give the length that stands."))
        return cleaned

    def values(self) -> dict[str, Any]:
        """What settle_correction takes."""
        chosen = self.cleaned_data["figure"]
        minutes = self.cleaned_data["minutes"] if chosen == OTHER else int(chosen)
        return {"minutes": minutes, "reason": self.cleaned_data["reason"]}


class VoidDeliveryForm(Form):
    reason = forms.CharField(
        label=_("Why is this line voided?"),
        help_text=_("The line stays readable with its reason; it no longer counts."),
        max_length=240,
        widget=Paragraph(rows=2),
    )


class DeclareDeliveryForm(Form):
    """Time apart from contact time."""

    sort = forms.ChoiceField(
        label=_("What was this time?"),
        choices=[(one.value, one.label) for one in (Delivery.Sort.PREPARATION, Delivery.Sort.TRAVEL)],
        widget=RadioCards(),
    )
    kind = forms.ChoiceField(
        label=_("What was it for?"), choices=Delivery.Kind.choices, initial=Delivery.Kind.MENTORING, widget=RadioCards()
    )
    happened_at = MomentField(label=_("When did it take place?"))
    minutes = MinutesField(label=_("How long did it last?"), min_value=1, max_value=60 * 24)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, initial={"happened_at": clock.now().replace(minute=0, second=0)}, **kwargs)


class ReplaceDeliveryForm(Form):
    """The right line, in the place of the wrong one."""

    happened_at = MomentField(label=_("When did it take place?"))
    minutes = MinutesField(label=_("How long did it last?"), min_value=1, max_value=LONGEST)
    reason = forms.CharField(label=_("What was wrong?"), max_length=240, widget=Paragraph(rows=2))

    def __init__(self, *args: Any, delivery: Delivery, **kwargs: Any) -> None:
        initial = {"happened_at": delivery.happened_at, "minutes": delivery.minutes, "reason": delivery.dispute[:240]}
        super().__init__(*args, initial=initial, **kwargs)
