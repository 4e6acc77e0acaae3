"""The spreadsheet of mentors to read, and which column is which."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from backend.accounts.models import Organisation
from backend.web.forms import Form
from backend.web.sheet_forms import ColumnsForm, SpreadsheetField
from mentoring.models import MentorImport
from mentoring.queries.imports import MENTORS


class ImportMentorsForm(Form):
    """A spreadsheet, and the organisation whose mentors it lists."""

    organisation = forms.ModelChoiceField(Organisation.objects.none(), label=_("Organisation"), empty_label=None)
    file = SpreadsheetField(
        help_text=_("CSV, XLSX, XLS or ODS, up to 300 mentors. Nobody is written to before you confirm.")
    )

    def __init__(self, *args: Any, organisations: list[Organisation], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["organisation"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = Organisation.objects.filter(pk__in=[one.pk for one in organisations]).order_by("name")
        self.initial["organisation"] = organisations[0].pk
        if len(organisations) == 1:
            field.widget = forms.HiddenInput()


class MapMentorColumnsForm(ColumnsForm):
    """Which column is which."""

    def __init__(self, *args: Any, batch: MentorImport, **kwargs: Any) -> None:
        super().__init__(*args, header=batch.header, read_as=MENTORS.read_as, **kwargs)
