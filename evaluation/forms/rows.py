"""Parts of a form made of rows: words of a scale, choices, conditions. Empty rows say nothing; “more” opens some."""

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.forms.utils import ErrorDict
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from backend.lib.refusal import Refused
from backend.web.forms import Form
from evaluation.queries.conditions import VERB_WORDS, Line, Subject, in_words, lines_of, read_lines

SPARE, MOST = 2, 60
FEWEST = {"choice": 4, "anchor": 4, "when": 2}


class Rows(Form):
    """Counts rows: as many as are kept and two more, or as many as were sent, and more where that was pressed."""

    def count(self, name: str, kept: int) -> int:
        if not self.is_bound:
            return min(max(kept + (SPARE if name != "when" else 1), FEWEST[name]), MOST)
        sent = sum(1 for key in self.data if key.startswith(f"{name}_") and key.endswith(self.last_part(name)))
        return min(max(sent, 1) + (FEWEST[name] if self.data.get("more") == name else 0), MOST)

    @staticmethod
    def last_part(name: str) -> str:
        return {"choice": "_text_fr", "anchor": "_fr", "when": "_value"}[name]

    @property
    def asks_for_more(self) -> bool:
        """Only more rows are wanted: nothing is checked yet, all that was typed stays."""
        if "more" not in self.data:
            return False
        self._errors = ErrorDict()
        return True

    def rows_of(self, name: str, parts: Sequence[str], count: int) -> list[dict[str, BoundField]]:
        return [{part: self[f"{name}_{n}_{part}"] for part in parts} for n in range(count)]

    def cell(self, name: str) -> Any:
        return self.cleaned_data.get(name)


class AnchorRows(Rows):
    """What the points of a scale mean: from, to, and the words in both languages. `cleaned_data["anchors"]`."""

    def add_anchors(self, kept: Sequence[Mapping[str, Any]]) -> None:
        self.anchor_count = self.count("anchor", len(kept))
        for n in range(self.anchor_count):
            band = kept[n] if n < len(kept) else {}
            for part, label in (("from", _("From point")), ("to", _("to point"))):
                self.fields[f"anchor_{n}_{part}"] = forms.IntegerField(
                    label=label, required=False, min_value=-100, max_value=100, initial=band.get(part)
                )
            for part, label in (("fr", _("Words (French)")), ("en", _("Words (English)"))):
                self.fields[f"anchor_{n}_{part}"] = forms.CharField(
                    label=label, required=False, max_length=160, initial=band.get(part, "")
                )

    @property
    def says_anchors(self) -> bool:
        """Is any row of words filled in, or wanted? Else the page keeps them folded."""
        said = any(row[part].value() for row in self.anchor_rows for part in ("first", "fr", "en"))
        return said or self.data.get("more") == "anchor"

    @property
    def anchor_rows(self) -> list[dict[str, BoundField]]:
        """Of each row: `first`, `last`, `fr`, `en` (a template knows `from` for a word of its own)."""
        rows = self.rows_of("anchor", ("from", "to", "fr", "en"), self.anchor_count)
        return [{"first": row["from"], "last": row["to"], "fr": row["fr"], "en": row["en"]} for row in rows]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        cleaned["anchors"] = bands = [
            band for n in range(getattr(self, "anchor_count", 0)) if (band := self._band(n)) is not None
        ]
        for before, after in pairwise(bands):
            if after["from"] <= before["to"]:
                self.add_error(None, _("Words of the scale: a point has two meanings, or they are not in order."))
                break
        return cleaned

    def _band(self, n: int) -> dict[str, Any] | None:
        low, high, fr, en = (self.cell(f"anchor_{n}_{part}") for part in ("from", "to", "fr", "en"))
        if low is None and high is None and not fr and not en:
            return None
        if low is None:
            self.add_error(f"anchor_{n}_from", _("Which point is it?"))
            return None
        if not (fr or en):
            self.add_error(f"anchor_{n}_fr", _("Say in words what this point means."))
        if high is not None and high < low:
            self.add_error(f"anchor_{n}_to", _("The last point comes before the first."))
        return {"from": low, "to": low if high is None else high, "fr": fr or "", "en": en or ""}


CHOICE_PARTS = ("code", "text_fr", "text_en", "order", "is_exclusive", "takes_text", "is_retired")


class ChoiceRows(Rows):
    """The choices of a question, one line each. `cleaned_data["choices"]`: as `save_item` takes them."""

    def add_choices(self, kept: Sequence[Any]) -> None:
        self.choice_count = self.count("choice", len(kept))
        for n in range(self.choice_count):
            row = kept[n] if n < len(kept) else None
            first = {part: getattr(row, part, "") for part in CHOICE_PARTS if part != "order"}
            made: dict[str, forms.Field] = {
                "code": forms.CharField(label=_("Code"), max_length=20, required=False),
                "text_fr": forms.CharField(label=_("Choice (French)"), max_length=240, required=False),
                "text_en": forms.CharField(label=_("Choice (English)"), max_length=240, required=False),
                "order": forms.IntegerField(label=_("Order"), min_value=1, max_value=999, required=False),
                "is_exclusive": forms.BooleanField(label=_("goes with no other"), required=False),
                "takes_text": forms.BooleanField(label=_("asks for words"), required=False),
                "is_retired": forms.BooleanField(label=_("no longer offered"), required=False),
            }
            for part, field in made.items():
                field.initial = n + 1 if part == "order" and row else first.get(part) or None
                self.fields[f"choice_{n}_{part}"] = field
            if row is not None:  # fixed once it is kept
                made["code"].widget = forms.HiddenInput()

    @property
    def choice_rows(self) -> list[dict[str, BoundField]]:
        return self.rows_of("choice", CHOICE_PARTS, getattr(self, "choice_count", 0))

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        rows = []
        for n in range(getattr(self, "choice_count", 0)):
            row = {part: self.cell(f"choice_{n}_{part}") for part in CHOICE_PARTS}
            if row["text_fr"]:
                rows.append((row.pop("order") or 999, n, row))
            elif row["text_en"]:
                self.add_error(f"choice_{n}_text_fr", _("Say it in French, too."))
        cleaned["choices"] = [row for _order, _n, row in sorted(rows, key=lambda one: one[:2])]
        return cleaned


class ConditionRows(Rows):
    """When something is asked: a few lines, all or any of which hold. `cleaned_data["relevance"]`.

    A condition that lines can't say (from a file) is shown in words, and kept unless one asks for it to go.
    """

    sometimes = ("when_match",)

    def add_conditions(self, kept: Mapping[str, Any], subjects: Sequence[Subject]) -> None:
        self.kept, self.subjects = kept, subjects
        found = lines_of(kept, subjects)
        self.is_beyond_lines = found is None
        self.condition_words = in_words(kept, subjects)
        if found is None:
            self.fields["drop_condition"] = forms.BooleanField(label=_("Always ask it instead"), required=False)
            self.when_count = 0
            return
        match, lines = found
        self.when_count = self.count("when", len(lines))
        self.fields["when_match"] = forms.ChoiceField(
            label=_("It is asked when"),
            required=False,
            initial=match,
            choices=[("all", _("all of these hold")), ("any", _("one of these holds"))],
        )
        for n in range(self.when_count):
            self._add_line(n, lines[n] if n < len(lines) else ("", "", ""))

    def _add_line(self, n: int, line: Line) -> None:
        items = [(one.key, one.label) for one in self.subjects if one.key.startswith("item:")]
        facts = [(one.key, one.label) for one in self.subjects if one.key.startswith("fact:")]
        groups = [(gettext("Earlier questions"), items), (gettext("The journey"), facts)]
        known = {one.key for one in self.subjects}
        if line[0] and line[0] not in known:  # it has moved since: shown, so that one sees what to mend
            groups.append((gettext("Not before this one any more"), [(line[0], line[0].partition(":")[2])]))
        shown = [(name, rows) for name, rows in groups if rows]
        parts: dict[str, forms.Field] = {
            "what": forms.ChoiceField(label=_("What"), required=False, choices=[("", "–"), *shown]),
            "is": forms.ChoiceField(label=_("How"), required=False, choices=[("", "–"), *VERB_WORDS.items()]),
            "value": forms.CharField(
                label=_("With what"), required=False, max_length=240,
                widget=forms.TextInput({"list": "condition-values", "autocomplete": "off"}),
            ),
        }  # fmt: skip
        for (part, field), first in zip(parts.items(), line, strict=True):
            field.initial = first
            self.fields[f"when_{n}_{part}"] = field

    @property
    def says_conditions(self) -> bool:
        """Is there a condition, or is one being written? Else the page keeps them folded."""
        said = any(bound.value() for row in self.when_rows for bound in row.values())
        return said or self.is_beyond_lines or self.data.get("more") == "when"

    @property
    def when_rows(self) -> list[dict[str, BoundField]]:
        rows = self.rows_of("when", ("what", "is", "value"), self.when_count)
        return [{"what": row["what"], "how": row["is"], "value": row["value"]} for row in rows]

    @property
    def known_values(self) -> list[tuple[str, str]]:
        """(words, whose) offered while one types."""
        return [(words, one.label) for one in self.subjects for words in one.values.values()]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if self.is_beyond_lines:
            cleaned["relevance"] = {} if cleaned.get("drop_condition") else self.kept
            return cleaned
        parts = ("what", "is", "value")
        lines = [tuple(self.cell(f"when_{n}_{part}") or "" for part in parts) for n in range(self.when_count)]
        try:
            cleaned["relevance"] = read_lines(lines, cleaned.get("when_match") or "all", self.subjects)
        except Refused as refusal:
            what, verb, _value = lines[int(refusal.field or 0)]
            part = "value" if what and verb else "is" if what else "what"
            self.add_error(f"when_{refusal.field}_{part}", refusal.sentence)
        return cleaned
