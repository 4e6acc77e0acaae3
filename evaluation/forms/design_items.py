"""What is typed about one question: only what its kind needs. And what is decided at publishing."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from backend.web.forms import Form, RadioCards
from evaluation.forms.design import text
from evaluation.forms.rows import AnchorRows, ChoiceRows, ConditionRows
from evaluation.models import Item, Section
from evaluation.queries.conditions import Subject
from evaluation.queries.version_diff import Difference

BY_KIND = {
    Item.Kind.SCALE: ("scale_min", "scale_max"),
    Item.Kind.NUMBER: ("unit_fr", "unit_en", "least", "most", "decimals"),
}
SILENT = (Item.Kind.NOTE,)
"""Kinds that take no answer: nothing is required of them."""
ALWAYS_SAID = (Item.Kind.CONSENT,)


class ItemForm(ConditionRows, AnchorRows, ChoiceRows, Form):
    """A question of one kind. `facts`: as `save_item` takes them."""

    section = forms.ChoiceField(label=_("Section"))
    text_fr = text(_("Question (French)"), 600, rows=2, required=True)
    text_en = text(_("Question (English)"), 600, rows=2)
    help_fr = text(_("Help under the question (French)"), 300, rows=1)
    help_en = text(_("Help under the question (English)"), 300, rows=1)
    is_required = forms.BooleanField(label=_("An answer is needed"), required=False)
    allows_na = forms.BooleanField(label=_("Offer “does not apply to me”"), required=False)
    allows_no_say = forms.BooleanField(label=_("Offer “I prefer not to say”"), required=False)
    scale_min = forms.IntegerField(label=_("Lowest point"), min_value=-10, max_value=10)
    scale_max = forms.IntegerField(label=_("Highest point"), min_value=-9, max_value=20)
    unit_fr = text(_("Unit (French)"), 40, _("For example: €, hours, jobs."))
    unit_en = text(_("Unit (English)"), 40)
    least = forms.DecimalField(label=_("Smallest number"), max_digits=16, decimal_places=4, required=False)
    most = forms.DecimalField(label=_("Greatest number"), max_digits=16, decimal_places=4, required=False)
    decimals = forms.IntegerField(label=_("Decimals"), min_value=0, max_value=4, required=False)
    label_fr = text(_("Short name (French)"), 120, _("In charts and tables, instead of the whole question."))
    label_en = text(_("Short name (English)"), 120)
    code = text(_("Code"), 20, _("In exports. Left empty, one is found; once published it is fixed for life."))

    def __init__(
        self, *args: Any, kind: str, item: Item | None, sections: Sequence[Section], subjects: Sequence[Subject],
        section: Section, is_published: bool, **kwargs: Any,
    ) -> None:  # fmt: skip
        super().__init__(*args, initial=self._first(kind, item, section), **kwargs)
        self.kind, self.item = kind, item
        choice = self.fields["section"]
        assert isinstance(choice, forms.ChoiceField)
        choice.choices = [(one.code, one.title or one.code) for one in sections]
        if is_published:
            del self.fields["code"]
        self._fit(kind, item)
        self.add_conditions(item.relevance if item else {}, subjects)

    @staticmethod
    def _first(kind: str, item: Item | None, section: Section) -> dict[str, Any]:
        if item is None:
            return {"section": section.code, "allows_na": kind == Item.Kind.SCALE, "scale_min": 1, "scale_max": 5}
        names = [name for name in ItemForm.base_fields if name not in ("section", "code")]
        first = {name: getattr(item, name) for name in names}
        plain = {
            name: None if first[name] is None else format(first[name].normalize(), "f") for name in ("least", "most")
        }
        return first | plain | {"section": section.code, "code": item.code}

    def _fit(self, kind: str, item: Item | None) -> None:
        for of_kind, names in BY_KIND.items():
            if of_kind != kind:
                for name in names:
                    del self.fields[name]
        if kind in (*SILENT, *ALWAYS_SAID):
            for name in ("allows_na", "allows_no_say"):
                del self.fields[name]
        if kind in SILENT:
            for name in ("is_required", "label_fr", "label_en"):
                del self.fields[name]
            self.fields["text_fr"].label, self.fields["text_en"].label = _("Text (French)"), _("Text (English)")
        if kind == Item.Kind.SCALE:
            self.add_anchors(item.anchors if item else [])
        if kind in Item.CHOSEN:
            self.add_choices(list(item.choices.order_by("position", "pk")) if item and item.pk else [])

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        low, high = cleaned.get("scale_min"), cleaned.get("scale_max")
        if low is not None and high is not None and high <= low:
            self.add_error("scale_max", _("The highest point comes after the lowest."))
        elif self._goes_beyond(low, high):
            self.add_error(None, _("Words of the scale: a point is outside the scale."))
        least, most = cleaned.get("least"), cleaned.get("most")
        if least is not None and most is not None and most < least:
            self.add_error("most", _("The greatest number is below the smallest."))
        return cleaned

    def _goes_beyond(self, low: int | None, high: int | None) -> bool:
        bands = self.cleaned_data.get("anchors", ()) if low is not None and high is not None else ()
        return any(one["from"] < (low or 0) or one["to"] > (high or 0) for one in bands)

    @property
    def facts(self) -> dict[str, Any]:
        """What is said of the item; of fields that its kind has not, nothing."""
        kept = [name for name in ItemForm.base_fields if name in self.fields and name not in ("section", "code")]
        facts = {name: self.cleaned_data[name] for name in kept} | {"relevance": self.cleaned_data["relevance"]}
        if self.kind == Item.Kind.SCALE:
            facts["anchors"] = self.cleaned_data["anchors"]
        if self.kind in Item.CHOSEN:
            facts["choices"] = self.cleaned_data["choices"]
        if self.kind == Item.Kind.NUMBER:
            facts["decimals"] = facts["decimals"] or 0
        if self.kind in (*SILENT, *ALWAYS_SAID):
            facts["allows_na"] = False
        return facts

    @property
    def wanted_code(self) -> str:
        return str(self.cleaned_data.get("code", ""))


class PublishForm(Form):
    """What changes and why; and of each changed question that only a person can judge, whether its series goes on."""

    note = forms.CharField(label=_("What changes, and why"), max_length=500, required=False)

    def __init__(self, *args: Any, found: Difference | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.judged = found.judged if found else []
        self.fields["note"].required = found is not None
        if found is None:
            self.fields["note"].help_text = _("For those who read its versions later.")
        for change in self.judged:
            self.fields[f"series_{change.code}"] = forms.ChoiceField(
                label=change.now.text,
                choices=[
                    ("same", _("It asks the same: answers before and after are compared.")),
                    ("new", _("It asks something else: its series begins anew.")),
                ],
                widget=RadioCards,
                error_messages={"required": _("Say whether its series goes on.")},
            )
            self.fields[f"why_{change.code}"] = forms.CharField(
                label=_("Why"), max_length=300, required=False, help_text=_("Left empty: what stands above.")
            )

    @property
    def material(self) -> dict[str, bool]:
        return {one.code: self.cleaned_data[f"series_{one.code}"] == "new" for one in self.judged}

    @property
    def reasons(self) -> dict[str, str]:
        return {one.code: self.cleaned_data[f"why_{one.code}"] for one in self.judged}
