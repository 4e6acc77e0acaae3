"""What is typed about a questionnaire, a draft, a section."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from backend.accounts.models import Organisation
from backend.web.forms import Form, Paragraph
from evaluation.actions.design_files import BYTES
from evaluation.forms.rows import AnchorRows, ConditionRows
from evaluation.models import Questionnaire, QuestionnaireVersion, Section
from evaluation.queries.conditions import Subject


def text(label: Any, longest: int, help_text: Any = "", *, rows: int = 0, required: bool = False) -> forms.CharField:
    """One line, or `rows` lines that grow."""
    widget = Paragraph(rows=rows) if rows else forms.TextInput()
    return forms.CharField(label=label, max_length=longest, help_text=help_text, required=required, widget=widget)


class QuestionnaireForm(Form):
    """Title, introduction and source; of a new one also whose it is, where that is not clear."""

    title_fr = text(_("Title (French)"), 160, required=True)
    title_en = text(_("Title (English)"), 160)
    intro_fr = text(_("Introduction (French)"), 4000, _("Read before the first question: what it is for."), rows=3)
    intro_en = text(_("Introduction (English)"), 4000, rows=3)
    source = text(_("Source to cite"), 240, _("For an instrument published by somebody else."))

    def __init__(
        self, *args: Any, row: Questionnaire | None = None, organisations: Sequence[Organisation] = (), **kwargs: Any
    ) -> None:
        first = {name: getattr(row, name) for name in self.base_fields} if row else {}
        super().__init__(*args, initial=first, **kwargs)
        self.organisations = {str(one.pk): one for one in organisations}
        if len(self.organisations) > 1:
            names = [(pk, one.name) for pk, one in self.organisations.items()]
            self.fields["organisation"] = forms.ChoiceField(label=_("Organisation"), choices=names)

    @property
    def organisation(self) -> Organisation:
        """Of a form that is valid: the one chosen, else the only one."""
        chosen = self.cleaned_data.get("organisation") or next(iter(self.organisations))
        return self.organisations[chosen]

    @property
    def texts(self) -> dict[str, str]:
        return {name: self.cleaned_data[name] for name in self.base_fields}


class ImportQuestionnaireForm(Form):
    """The file, and whose it will be where that is not clear."""

    file = forms.FileField(
        label=_("File of the questionnaire"),
        help_text=_("A .json file exported from Jalon, or an XLSForm (.xlsx)."),
        widget=forms.FileInput({"accept": ".json,.xlsx,.xls,.ods,application/json"}),
    )

    def __init__(self, *args: Any, organisations: Sequence[Organisation], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.organisations = {str(one.pk): one for one in organisations}
        if len(self.organisations) > 1:
            names = [(pk, one.name) for pk, one in self.organisations.items()]
            self.fields["organisation"] = forms.ChoiceField(label=_("Organisation"), choices=names)

    def clean_file(self) -> bytes:
        """The bytes of the file, one more than allowed at most."""
        return bytes(self.cleaned_data["file"].read(BYTES + 1))

    @property
    def organisation(self) -> Organisation:
        """Of a form that is valid: the one chosen, else the only one."""
        return self.organisations[self.cleaned_data.get("organisation") or next(iter(self.organisations))]


class DraftForm(AnchorRows, Form):
    """How long it takes, and the words of its scales."""

    minutes = forms.IntegerField(label=_("Minutes to answer"), min_value=1, max_value=240)

    def __init__(self, *args: Any, version: QuestionnaireVersion, counted: int, **kwargs: Any) -> None:
        super().__init__(*args, initial={"minutes": version.minutes}, **kwargs)
        self.fields["minutes"].help_text = _("By our count: about %(counted)d.") % {"counted": counted}
        self.add_anchors(version.anchors)

    @property
    def facts(self) -> dict[str, Any]:
        return {"minutes": self.cleaned_data["minutes"], "anchors": self.cleaned_data["anchors"]}


class SectionForm(ConditionRows, Form):
    """A screen: its title, how its questions stand, its score, and when it is asked."""

    title_fr = text(_("Title (French)"), 120)
    title_en = text(_("Title (English)"), 120)
    text_fr = text(_("Text above the questions (French)"), 4000, rows=2)
    text_en = text(_("Text above the questions (English)"), 4000, rows=2)
    layout = forms.ChoiceField(label=_("How the questions stand"), choices=Section.Layout)
    least_answered = forms.IntegerField(
        label=_("Answers needed for a score"),
        help_text=_("The score is the mean of its scales. Left empty: it has none."),
        min_value=1,
        max_value=100,
        required=False,
    )

    NAMES = ("title_fr", "title_en", "text_fr", "text_en", "layout", "least_answered")

    def __init__(self, *args: Any, section: Section | None, subjects: Sequence[Subject], **kwargs: Any) -> None:
        first = {name: getattr(section, name) for name in self.NAMES} if section else {"layout": Section.Layout.LIST}
        super().__init__(*args, initial=first, **kwargs)
        self.add_conditions(section.relevance if section else {}, subjects)

    @property
    def facts(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in (*self.NAMES, "relevance")}


class FactsForm(Form):
    """As whom a draft is looked at: only what its conditions ask of a journey. `facts`: as `build_sheet` takes them."""

    def __init__(self, *args: Any, subjects: Sequence[Subject], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.subjects = {one.about["fact"]: one for one in subjects}
        for name, subject in self.subjects.items():
            values = [("", _("not said")), *((str(value), words) for value, words in subject.values.items())]
            self.fields[name] = (
                forms.ChoiceField(label=subject.label, choices=values, required=False)
                if subject.values
                else forms.IntegerField(label=subject.label, required=False, min_value=0)
            )

    @property
    def facts(self) -> dict[str, Any]:
        return {name: said for name in self.subjects if (said := self.cleaned_data.get(name)) not in (None, "")}
