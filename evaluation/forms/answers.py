"""What comes in from the screens of a questionnaire."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from backend.lib.doors import number
from backend.lib.refusal import Refused
from backend.web.forms import Form
from evaluation.models import Item, Response
from evaluation.queries.asked import Line, fields_of
from evaluation.queries.given import Picked


@dataclass(frozen=True)
class Entry:
    """One question as the page shows it: what is kept, or what was just typed and why it is not kept."""

    line: Line
    said: frozenset[str]
    text: str
    missing: str
    error: str = ""


class AnswersForm(Form):
    """One field per item that the post names; the others are left alone. `given`: {code: answer as given}, without
    those that are refused; `ago`: {code: seconds it waited in a browser}.

    A post names an item by its code (points, choices, words), by CODE-text (the words of “other: …”) or CODE-missing.
    """

    def __init__(self, lines: Iterable[Line], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.shown = list(lines)
        self.given: dict[str, Any] = {}
        self.ago: dict[str, int] = {}
        self.lines = [line for line in self.shown if line.item.is_asked and self._names(line.item.code)]
        for line in self.lines:
            self.fields[line.item.code] = forms.Field(required=False, label=line.item.text)

    def _names(self, code: str) -> bool:
        return code in self.data or f"{code}-missing" in self.data

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        for line in self.lines:
            code, answer = line.item.code, self._answer(line)
            try:
                line.reading.read(answer)
            except Refused as refusal:
                self.add_error(code, refusal.sentence)
            else:
                self.given[code] = answer
                if (waited := number(self.data.get(f"{code}-ago", ""))) is not None:
                    self.ago[code] = waited
        return cleaned

    def _answer(self, line: Line) -> Any:
        code = line.item.code
        said = [value for value in self._values(code) if value]
        missing = self.data.get(f"{code}-missing", "")
        if not said:
            return missing
        if line.item.kind not in Item.CHOSEN or said[:1] in (["na"], ["no_say"]):
            return said[-1]
        return Picked(tuple(said), self.data.get(f"{code}-text", ""))

    def _values(self, code: str) -> list[str]:
        if isinstance(self.data, QueryDict):
            return [str(value) for value in self.data.getlist(code)]
        return [str(self.data[code])] if code in self.data else []

    @property
    def entries(self) -> list[Entry]:
        """Every question of the screen, as it is to be shown."""
        return [self._entry(line) for line in self.shown]

    def _entry(self, line: Line) -> Entry:
        code, is_typed = line.item.code, line in self.lines
        fields = [(code, one) for one in self._values(code)] if is_typed else fields_of(line.item, line.kept)
        said = [value for name, value in fields if name == code]
        text = (self.data.get(f"{code}-text", "") if is_typed else line.kept.text) if line.choices else "".join(said)
        missing = self.data.get(f"{code}-missing", "") if is_typed else line.kept.missing
        return Entry(line, frozenset(said), text, missing, " ".join(map(str, self.errors.get(code, []))))


class EntryForm(Form):
    """How somebody gave the answers that a lead enters."""

    entry = forms.ChoiceField(label=_("How were these answers given?"), choices=Response.Entry.choices)


class ConfirmForm(Form):
    """One button."""
