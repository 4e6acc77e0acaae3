"""What is typed about a milestone: the day and the evidence, what is missing, or why it is undone."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from backend.lib import clock
from backend.lib.uploads import HEAVIEST, Unacceptable, recognise
from backend.web.forms import DateField, Form, Paragraph
from journeys.actions import Upload
from journeys.actions.evidence import MOST_FILES
from journeys.models import MilestoneProposal, Step
from journeys.queries.evidence import endings, why_not


class FilesInput(forms.FileInput):
    """Several files at once."""

    allow_multiple_selected = True

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        return files.getlist(name) if hasattr(files, "getlist") else files.get(name)


class FilesField(forms.FileField):
    """Files checked by their content, as `Upload`s. Those that pass stand in `passed`, even beside one that fails."""

    widget = FilesInput

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.passed: list[Upload] = []
        self.widget.attrs["accept"] = endings()

    def clean(self, data: Any, initial: Any = None) -> list[Upload]:
        """Each file: kept, or its own sentence."""
        self.passed = []
        wrong = []
        if len(data or []) > MOST_FILES:  # before a byte of them is read
            raise forms.ValidationError(_("Join up to %(most)d files at once.") % {"most": MOST_FILES})
        for sent in data or []:
            try:
                if sent.size > HEAVIEST:
                    raise Unacceptable("too_heavy")
                content = sent.read()
                recognise(content, sent.name)
            except Unacceptable as refused:
                wrong.append(forms.ValidationError(why_not(refused.reason, sent.name)))
            else:
                self.passed.append(Upload(sent.name, content))
        if wrong:
            raise forms.ValidationError(wrong)
        return self.passed


class EvidenceForm(Form):
    """The day, and what shows it: words, a link, files; at least one."""

    reached_on = DateField(label=_("Reached on"))
    evidence = forms.CharField(
        label=_("What shows it?"),
        max_length=4000,
        required=False,
        widget=Paragraph(rows=4),
        help_text=_("In a few words: the document, the decision, who saw it."),
    )
    evidence_url = forms.URLField(
        label=_("Link to the evidence"), required=False, assume_scheme="https", max_length=500
    )
    uploads = FilesField(
        label=_("Files"),
        required=False,
        help_text=_("Up to 5 at once, 10 MB each: PDF, images, documents, sheets or slides, texts."),
    )

    def __init__(
        self, data: Any = None, files: Any = None, *, step: Step, former: MilestoneProposal | None = None
    ) -> None:
        initial: dict[str, Any] = {"reached_on": clock.today()}
        if former is not None:  # proposed before: what was typed then comes back
            initial = {name: getattr(former, name) for name in ("reached_on", "evidence", "evidence_url")}
        super().__init__(data, files, initial=initial)
        if step.evidence:
            self.fields["evidence"].help_text = _("Expected: %(evidence)s.") % {"evidence": step.evidence.rstrip(".")}

    def clean_reached_on(self) -> Any:
        if self.cleaned_data["reached_on"] > clock.today():
            raise forms.ValidationError(_("A milestone is reached on a day that has come."))
        return self.cleaned_data["reached_on"]

    @property
    def passed(self) -> list[Upload]:
        """The files that can be kept, whatever else is wrong."""
        files: Any = self.fields["uploads"]
        return list(files.passed)


class ReachMilestoneForm(EvidenceForm):
    """Said by a lead or somebody who accompanies."""


class ProposeMilestoneForm(EvidenceForm):
    """Said by the holder."""


class SendBackProposalForm(Form):
    answer = forms.CharField(
        label=_("What is missing?"),
        max_length=500,
        widget=Paragraph(rows=3),
        help_text=_("One sentence; a letter brings it to the holder, who can propose again."),
    )


class UndoMilestoneForm(Form):
    reason = forms.CharField(
        label=_("Why is it undone?"),
        max_length=240,
        widget=Paragraph(rows=2),
        help_text=_("The evidence and this reason stay in the history."),
    )
