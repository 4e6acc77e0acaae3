"""Which figure is compared, by what, and which groups."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from backend.web.forms import Form
from evaluation.queries.comparing.page import MOST, default_parts
from evaluation.queries.comparing.parts import Part

NAMES = ("a", "b", "c", "d")[:MOST]
LABELS = (_("First group"), _("Second group"), _("Third group"), _("Fourth group"))


class CompareForm(Form):
    """Two to four groups of one dimension. `parts`: those chosen, the first ones of the dimension while none is."""

    def __init__(
        self, *args: Any, figures: Sequence[Any], dimensions: Sequence[Any], offered: Sequence[Part], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.offered = {one.key: one for one in offered}
        self.fields["figure"] = forms.ChoiceField(label=_("Figure"), choices=figures, required=False)
        self.fields["by"] = forms.ChoiceField(label=_("Compared by"), choices=dimensions, required=False)
        choices = [(one.key, one.label) for one in offered]
        for place, (name, label) in enumerate(zip(NAMES, LABELS, strict=True)):
            empty = [("", "–")] if place > 1 else []
            self.fields[name] = forms.ChoiceField(label=label, choices=[*empty, *choices], required=False)

    @property
    def parts(self) -> list[Part]:
        """Of a valid form."""
        chosen = [self.offered[self.cleaned_data[name]] for name in NAMES if self.cleaned_data.get(name)]
        return chosen if len(chosen) > 1 else []

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        seen: set[str] = set()
        for name in NAMES:
            key = cleaned.get(name)
            if key and key in seen:
                self.add_error(name, gettext("This group is chosen already: choose another one."))
            seen.add(key or "")
        return cleaned


def chosen(data: Any, offered: Sequence[Part], dimension: str) -> dict[str, str]:
    """The groups of an address, by field; those of another dimension give way to the first ones of this one."""
    keys = {one.key for one in offered}
    wanted = {name: data.get(name, "") for name in NAMES}
    first = [one.key for one in default_parts(offered, dimension)]
    if not any(key in keys for key in wanted.values()):
        return dict(zip(NAMES, first, strict=False))
    spare = next((key for key in first if key not in wanted.values()), "")
    return {name: key if key in keys or name in NAMES[2:] else spare for name, key in wanted.items()}
