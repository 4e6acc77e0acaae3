"""What is typed about hours: what is wrong with them, why they are voided, what replaces them."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from backend.lib import clock
from backend.web.forms import Form, MinutesField, MomentField, Paragraph, RadioCards
from journeys.models import Delivery

LONGEST = 60 * 24 * 31


class DisputeDeliveryForm(Form):
    comment = forms.CharField(
        label=_("What is not right?"),
        help_text=_("For example: the session lasted one hour, not one hour and a half. Your programme lead reads it."),
        max_length=500,
        widget=Paragraph(rows=3),
    )


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
