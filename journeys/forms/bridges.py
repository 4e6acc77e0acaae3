"""What is chosen when a project goes on in another programme."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from backend.accounts.models import User
from backend.web.forms import CheckCards, Form, Paragraph, RadioCards
from journeys.forms.states import lazy_capital, sentences
from journeys.models import Bridge
from journeys.queries.bridges import Equivalent


class NotedChecks(CheckCards):
    """Several of few, each with a line under it in `notes` ({value: text})."""

    def __init__(self, notes: dict[str, str] | None = None) -> None:
        super().__init__()
        self.notes = notes or {}

    def create_option(self, name: str, value: Any, label: Any, *args: Any, **kwargs: Any) -> dict[str, Any]:
        option = super().create_option(name, value, label, *args, **kwargs)
        return {**option, "note": self.notes.get(str(value), "")}


class BridgeJourneyForm(Form):
    """Instead of or beside, what stands as done, who stays, and why."""

    kind = forms.ChoiceField(
        label=_("How does it go on?"),
        choices=sentences(Bridge.Kind.choices),
        widget=RadioCards(
            notes={
                Bridge.Kind.MOVE: _("The first journey ends today. Nothing of it is lost."),
                Bridge.Kind.BESIDE: _("Both go on, each with its own steps."),
            }
        ),
    )
    steps = forms.TypedMultipleChoiceField(label=_("Stands as done"), coerce=int, required=False, widget=NotedChecks)
    companions = forms.TypedMultipleChoiceField(label=_("Who stays?"), coerce=int, required=False, widget=NotedChecks)
    reason = forms.CharField(label=_("Why this passage?"), max_length=500, required=False, widget=Paragraph(rows=2))

    def __init__(
        self, *args: Any, found: Sequence[Equivalent], people: Sequence[tuple[User, str]], **kwargs: Any
    ) -> None:
        done = [one for one in found if one.is_done]
        initial = {"steps": [one.step.pk for one in done], "companions": [person.pk for person, _role in people]}
        super().__init__(*args, initial=initial, **kwargs)
        self._offer("steps", [(str(one.step.pk), one.title, one.note) for one in done])
        self._offer("companions", [(str(person.pk), str(person), str(lazy_capital(role))) for person, role in people])

    def _offer(self, name: str, options: list[tuple[str, str, str]]) -> None:
        """A field without anything to offer is not shown."""
        if not options:
            del self.fields[name]
            return
        self.fields[name].choices = [(value, label) for value, label, _note in options]
        self.fields[name].widget.notes = {value: note for value, _label, note in options}
