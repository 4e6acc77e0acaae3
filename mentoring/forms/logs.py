"""What happened in a session, as people type it: other times, what is worth keeping, or that it was missed."""

from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from backend.lib import clock
from backend.web.forms import DateField, Form, Paragraph, RadioCards, TimeField
from backend.web.moments import instant
from mentoring.actions import NextStep
from mentoring.forms.sessions import LogSessionForm
from mentoring.forms.widgets import CheckChips, RadioChips
from mentoring.models import LONGEST_NOTE, Competence, Session, Theme

LINES = ("", "_2", "_3")
"""The ends of the names of the three lines of next steps."""
WORDS = ("summary", "themes", "competencies", "programme_note", "private_note")


class _Words(forms.CharField):
    def __init__(self, **kwargs: Any) -> None:
        super().__init__(required=False, max_length=LONGEST_NOTE, widget=Paragraph(rows=2), **kwargs)

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        """Without `maxlength`: a browser would cut what is pasted, and say nothing."""
        return {name: value for name, value in super().widget_attrs(widget).items() if name != "maxlength"}


class UpdateLogForm(Form):
    """What is worth keeping of a session: all of it optional."""

    summary = _Words(label=gettext_lazy("Shared summary"))
    plan_next = forms.BooleanField(label=gettext_lazy("Plan it: both get the invite"), required=False)
    plan_day = DateField(label=gettext_lazy("Day"), required=False)
    plan_time = TimeField(label=gettext_lazy("Time"), required=False)
    themes = forms.MultipleChoiceField(
        label=gettext_lazy("What it was about"), choices=Theme, required=False, widget=CheckChips
    )
    competencies = forms.MultipleChoiceField(
        label=gettext_lazy("Competencies worked on"), choices=Competence, required=False, widget=CheckChips
    )
    programme_note = _Words(label=gettext_lazy("Note to the programme"))
    private_note = _Words(label=gettext_lazy("Private note"))
    resolve = forms.ChoiceField(
        label=gettext_lazy("Which text is kept"),
        choices=[
            ("both", gettext_lazy("both, mine below")),
            ("mine", gettext_lazy("mine, in its place")),
            ("theirs", gettext_lazy("the one that stands")),
        ],
        required=False,
        initial="both",
        widget=RadioCards,
    )
    sometimes = ("resolve",)

    def __init__(
        self, *args: Any, session: Session | None = None, pair: Any = None, has_private_note: bool, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        pair = pair or (session and session.mentorship)
        for end in LINES:
            self._add_line(end, pair)
        if not has_private_note:
            del self.fields["private_note"]

    def _add_line(self, end: str, pair: Any) -> None:
        owners = [("holder", str(pair.journey.holder)), ("mentor", str(pair.mentor))]
        self.fields[f"next_text{end}"] = forms.CharField(
            label=pgettext_lazy("commitment", "Next step"), max_length=240, required=False
        )
        self.fields[f"next_owner{end}"] = forms.ChoiceField(
            label=_("Who does it"), choices=owners, initial="holder", required=False, widget=RadioChips
        )
        due_on = self.fields[f"next_due_on{end}"] = DateField(label=_("By when"), required=False)
        due_on.widget.attrs["min"] = clock.today().isoformat()

    @property
    def more_lines(self) -> list[tuple[Any, Any, Any]]:
        """The lines of next steps after the first."""
        return [(self[f"next_text{end}"], self[f"next_owner{end}"], self[f"next_due_on{end}"]) for end in LINES[1:]]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        for end in LINES:
            if cleaned.get(f"next_due_on{end}") and not cleaned.get(f"next_text{end}"):
                self.add_error(f"next_text{end}", _("There is a date: what is to be done by then?"))
        if cleaned.get("plan_next"):
            cleaned["next_at"] = self._next_at(cleaned)
        return cleaned

    def _next_at(self, cleaned: dict[str, Any]) -> datetime | None:
        day, at = cleaned.get("plan_day"), cleaned.get("plan_time")
        for name, value in (("plan_day", day), ("plan_time", at)):
            if value is None and name not in self.errors:
                self.add_error(name, _("Fill this in to go on."))
        if day is None or at is None:
            return None
        try:
            return instant(datetime.combine(day, at))
        except forms.ValidationError as error:
            self.add_error("plan_time", error)
            return None

    def values(self) -> dict[str, Any]:
        data = self.cleaned_data
        values: dict[str, Any] = {name: data[name] for name in WORDS if name in data}
        steps = [
            NextStep(data[f"next_text{end}"], data[f"next_owner{end}"] == "mentor", data[f"next_due_on{end}"])
            for end in LINES
            if data[f"next_text{end}"]
        ]
        if steps:
            values["next_steps"] = steps
        if data.get("next_at"):
            values["next_at"] = data["next_at"]
        return values


class MissSessionForm(Form):
    """It did not take place."""

    outcome = forms.ChoiceField(
        label=gettext_lazy("What happened"),
        choices=[
            (Session.State.NO_SHOW, gettext_lazy("The holder did not come")),
            (Session.State.CANCELLED_BY_HOLDER, gettext_lazy("The holder called it off")),
            (Session.State.CANCELLED_BY_MENTOR, gettext_lazy("The mentor called it off")),
        ],
        widget=RadioCards,
    )
    reason = forms.CharField(label=gettext_lazy("In a few words"), max_length=240, required=False)

    def values(self) -> dict[str, Any]:
        return dict(self.cleaned_data)


class RecordSessionForm(LogSessionForm):
    """A session that nobody had planned; what was said goes in the boxes of the log."""
