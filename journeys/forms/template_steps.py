"""What is typed about one step of a draft: only what its kind needs."""

from typing import Any

from django import forms
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from backend.lib.refusal import Refused
from backend.web.forms import CheckCards, Form, MinutesField, Paragraph
from journeys.actions.programme_rules import NUMBERS, RESOURCES, TEXTS, check_resource
from journeys.actions.programmes import STEP
from journeys.models import Module, ProgrammeVersion, StepTemplate
from journeys.queries.versions import after_codes, stamp_of, steps_of

ROWS = 3  # empty ones, for more resources
MODULE_FIELDS = ("module", "new_module_fr", "new_module_en")


def _number(name: str, label: Any, help_text: Any = "") -> forms.IntegerField:
    low, high = NUMBERS[name]
    return forms.IntegerField(label=label, help_text=help_text, min_value=low, max_value=high)


def _text(name: str, label: Any, help_text: Any = "", **kwargs: Any) -> forms.CharField:
    return forms.CharField(label=label, max_length=TEXTS[name], required=False, help_text=help_text, **kwargs)


class ProgrammeStepForm(Form):
    """The facts of a step, for its kind."""

    sometimes = ("title_fr", "module", "new_module_fr")
    title_fr = _text("title_fr", _("Title (French)"), _("Needed to publish."))
    title_en = _text("title_en", _("Title (English)"))
    module = forms.ModelChoiceField(
        Module.objects.none(),
        label=_("Module of the catalogue"),
        required=False,
        empty_label=_("To choose later, or a new one below"),
    )
    new_module_fr = forms.CharField(
        label=_("New module: its title (French)"),
        max_length=160,
        required=False,
        help_text=_("It joins the catalogue of your organisation, with the hours given here."),
    )
    new_module_en = forms.CharField(label=_("New module: its title (English)"), max_length=160, required=False)
    after = forms.MultipleChoiceField(
        label=_("What must come first"),
        required=False,
        help_text=_("Days count from the last of these done; none ticked: from the start of the journey."),
        error_messages={"invalid_choice": _("One of these steps is no longer in the draft: choose again.")},
        widget=CheckCards,
    )
    min_days = _number("min_days", _("Not before (days)"), _("0: as soon as it can."))
    max_days = _number("max_days", _("Due within (days)"))
    minutes_expected = MinutesField(label=_("Expected length, all in all"), required=False)
    occurrences = _number("occurrences", _("Number of sessions"))
    weight = _number("weight", _("Weight"), _("Its share of the progress: 2 counts twice as much as 1."))
    is_required = forms.BooleanField(label=pgettext_lazy("step", "Required"), required=False)
    is_shared = forms.BooleanField(
        label=_("Done once for the whole team"),
        required=False,
        help_text=_("For projects carried by several people: one does it, it is done for all."),
    )
    evidence_fr = _text(
        "evidence_fr", _("Evidence asked (French)"), _("What shows that it is done."), widget=Paragraph(rows=2)
    )
    evidence_en = _text("evidence_en", _("Evidence asked (English)"), widget=Paragraph(rows=2))

    def __init__(
        self, *args: Any, version: ProgrammeVersion, kind: str, step: StepTemplate | None = None, **kwargs: Any
    ) -> None:
        super().__init__(*args, initial=self._first(kind, step), **kwargs)
        self.kind, self.step = kind, step
        # Of the step when this form was opened; a second save tells by it that another came between.
        self.stamp = self.data.get("stamp", "") or (stamp_of(step) if step else "")
        self._add_resources(step.resources if step else [])
        self._fit(version)

    @staticmethod
    def _first(kind: str, step: StepTemplate | None) -> dict[str, Any]:
        if step is None:
            weeks = {"mentoring": 180, "immersion": 90}.get(kind, 30)
            return {"min_days": 0, "max_days": weeks, "occurrences": 1, "weight": 1, "is_required": True}
        facts = {name: getattr(step, name) for name in STEP if name != "resources"}
        return facts | {"module": step.module_id, "after": list(after_codes(step))}

    def _add_resources(self, kept: list[dict[str, str]]) -> None:
        """A title and a link for each resource, and a few empty rows."""
        sent = sum(f"resource_title_{row}" in self.data for row in range(RESOURCES)) if self.is_bound else 0
        self.rows = max(sent, min(len(kept) + ROWS, RESOURCES))
        for row in range(self.rows):
            known = kept[row] if row < len(kept) else {"title": "", "url": ""}
            title = forms.CharField(label=_("What it is"), max_length=160, required=False, initial=known["title"])
            url = forms.CharField(
                label=_("Link (https://…)"),
                max_length=500,
                required=False,
                initial=known["url"],
                widget=forms.TextInput({"inputmode": "url", "autocapitalize": "none", "autocomplete": "off"}),
            )
            self.fields |= {f"resource_title_{row}": title, f"resource_url_{row}": url}

    def _fit(self, version: ProgrammeVersion) -> None:
        """Only what this kind needs, and the rows of this version."""
        if self.kind != "module":
            for name in MODULE_FIELDS:
                del self.fields[name]
        else:
            rows = version.programme.organisation.modules.order_by("title_fr", "pk")
            kept = [self.step.module_id] if self.step and self.step.module_id else []
            choice = self.fields["module"]
            assert isinstance(choice, forms.ModelChoiceField)
            choice.queryset = rows.filter(is_retired=False) | rows.filter(pk__in=kept)
        if self.kind != "mentoring":
            del self.fields["occurrences"]
        if self.kind == "milestone":
            del self.fields["minutes_expected"]
        others = [one for one in steps_of(version) if self.step is None or one.pk != self.step.pk]
        after = self.fields["after"]
        assert isinstance(after, forms.MultipleChoiceField)
        after.choices = [(one.code, str(one)) for one in others]
        if not others:
            del self.fields["after"]

    @property
    def resource_fields(self) -> list[str]:
        """The names of the two fields of each row."""
        return [f"resource_title_{row} resource_url_{row}" for row in range(self.rows)]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        resources = []
        for row in range(self.rows):
            title, url = data.pop(f"resource_title_{row}", ""), data.pop(f"resource_url_{row}", "")
            if title or url:
                try:
                    resources.append(check_resource(title, url))
                except Refused as refusal:
                    self.add_error(f"resource_url_{row}" if title else f"resource_title_{row}", refusal.sentence)
        data["resources"] = resources
        if "minutes_expected" in data:
            data["minutes_expected"] = data["minutes_expected"] or 0
        if self.data.get("module") and data.get("new_module_fr"):
            self.add_error("new_module_fr", gettext("Choose a module or describe a new one, not both."))
        if data.get("new_module_en") and not data.get("new_module_fr"):
            self.add_error("new_module_fr", gettext("Give the new module its French title too."))
        return data


class PublishVersionForm(Form):
    """A sentence for those who will read the list of versions."""

    note = forms.CharField(
        label=_("What changes, in a sentence"),
        max_length=240,
        required=False,
        help_text=_("Read beside the version, and by those whose journeys are offered the change."),
        widget=Paragraph(rows=2),
    )
