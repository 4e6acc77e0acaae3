"""What matching is asked: what a holder looks for, who must not meet, which pairs to propose, keep and make."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from backend.lib.doors import number
from backend.web.forms import DateField, Form, Paragraph
from journeys.models import Holder, Programme
from mentoring.forms.widgets import CheckChips, RadioChips
from mentoring.models import MatchWeights, Need, SpokenLanguage, Theme
from mentoring.queries.matching import CRITERIA

MOST_PAIRS = 500
"""Pairs read from one address."""


def pairs_in(texts: Iterable[str]) -> dict[int, int]:
    """{journey: mentor} of texts like “12:3”; what is none is left out, and the last word on a journey stands."""
    found: dict[int, int] = {}
    for text in list(texts)[-MOST_PAIRS:]:
        journey, _colon, mentor = text.partition(":")
        one, other = number(journey), number(mentor)
        if one and other:
            found[one] = other
    return found


class SayNeedForm(Form):
    """What is looked for in a mentor."""

    themes = forms.MultipleChoiceField(
        label=gettext_lazy("Help looked for"), choices=Theme, required=False, widget=CheckChips
    )
    languages = forms.MultipleChoiceField(
        label=gettext_lazy("Languages for the sessions"),
        choices=SpokenLanguage,
        required=False,
        widget=CheckChips,
        help_text=gettext_lazy("A mentor who speaks none of them is not proposed."),
    )
    meeting = forms.ChoiceField(
        label=gettext_lazy("How to meet"), choices=Need.Meeting, widget=RadioChips, initial=Need.Meeting.ANY
    )
    words = forms.CharField(
        label=gettext_lazy("In your own words"),
        required=False,
        max_length=2000,
        widget=Paragraph(rows=4),
        help_text=gettext_lazy("Read by those who choose with you, and by the mentor chosen."),
    )

    @classmethod
    def initial_of(cls, need: Need | None) -> dict[str, Any]:
        return {name: getattr(need, name) for name in cls.base_fields} if need else {}


class DeclareConflictForm(Form):
    """Whom this mentor must not accompany, and why."""

    holder = forms.ModelChoiceField(label=gettext_lazy("Project holder"), queryset=Holder.objects.none())
    reason = forms.CharField(
        label=gettext_lazy("Why"),
        max_length=240,
        help_text=gettext_lazy("Relatives, partners, competitors… Only this mentor and the programme leads read it."),
    )

    def __init__(self, *args: Any, holders: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["holder"].queryset = holders
        self.fields["holder"].empty_label = "—"


class MatchForm(Form):
    """Whom to match and what counts most, in the address. What cannot be read is left out, and said beside it."""

    programme = forms.ModelChoiceField(
        Programme.objects.none(), label=gettext_lazy("Programme"), required=False, empty_label=gettext_lazy("All")
    )
    since = DateField(label=gettext_lazy("Started from"), required=False)
    until = DateField(label=gettext_lazy("Started up to"), required=False)

    def __init__(self, *args: Any, programmes: Any, kept_weights: dict[str, int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kept_weights = kept_weights
        self.fields["programme"].queryset = programmes
        for name, words in CRITERIA.items():
            self.fields[f"w_{name}"] = forms.IntegerField(
                label=capfirst(_(words)), min_value=0, max_value=MatchWeights.MOST, required=False
            )
        self.data = self._filled()
        for field in self.fields.values():
            self._shape(field)

    def _filled(self) -> QueryDict:
        """The address, with the organisation's weights where it names none."""
        data = QueryDict(mutable=True)
        data.update(self.data)
        for name, weight in self.kept_weights.items():
            data.setdefault(f"w_{name}", str(weight))
        return data

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        weights = [cleaned.get(f"w_{name}") for name in CRITERIA]
        if not any(weights) and None not in weights:
            self.add_error(f"w_{next(iter(CRITERIA))}", _("Let one of them count at least."))
        return cleaned

    @property
    def weights(self) -> dict[str, int]:
        """As asked where it can be read, else as the organisation keeps them."""
        self.is_valid()
        asked = {name: self.cleaned_data.get(f"w_{name}") for name in CRITERIA}
        return {name: self.kept_weights[name] if weight is None else weight for name, weight in asked.items()}

    @property
    def filters(self) -> dict[str, Any]:
        """What was asked and could be read."""
        self.is_valid()
        return {name: self.cleaned_data.get(name) for name in ("programme", "since", "until")}

    @property
    def kept(self) -> dict[int, int]:
        return pairs_in(self.data.getlist("keep"))


class PairManyForm(Form):
    """The pairs that are ticked."""

    def pairs(self) -> dict[int, int]:
        return pairs_in(self.data.getlist("pick")) if isinstance(self.data, QueryDict) else {}
