"""The spreadsheet of mentors to read."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from backend.accounts.models import Organisation
from backend.lib.spreadsheets import ACCEPTED
from backend.web.forms import Form
from journeys.actions.imports import LARGEST


class ImportMentorsForm(Form):
    """A spreadsheet, and the organisation whose mentors it lists."""

    organisation = forms.ModelChoiceField(Organisation.objects.none(), label=_("Organisation"), empty_label=None)
    file = forms.FileField(
        label=_("Spreadsheet"),
        help_text=_("CSV, XLSX, XLS or ODS, up to 300 mentors. Nobody is written to before you confirm."),
        widget=forms.FileInput(attrs={"accept": ACCEPTED}),
        error_messages={"required": _("Choose a file."), "empty": _("This file is empty.")},
    )

    def __init__(self, *args: Any, organisations: list[Organisation], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["organisation"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = Organisation.objects.filter(pk__in=[one.pk for one in organisations]).order_by("name")
        self.initial["organisation"] = organisations[0].pk
        if len(organisations) == 1:
            field.widget = forms.HiddenInput()

    def clean_file(self) -> Any:
        """Too large is said before it is read."""
        if self.cleaned_data["file"].size > LARGEST:
            raise forms.ValidationError(
                _("This file is larger than 10 MB: split it, or keep only the columns you need.")
            )
        return self.cleaned_data["file"]
