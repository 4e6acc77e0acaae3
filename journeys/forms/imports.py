"""Forms of an import: the file, and which column is which."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from backend.lib import clock
from backend.web.forms import DateField, Form, RadioCards
from backend.web.sheet_forms import ColumnsForm, SpreadsheetField
from journeys.models import Import, Programme
from journeys.queries.imports import HOLDERS

FEW = 4


class ImportHoldersForm(Form):
    """A spreadsheet, and the programme it fills."""

    programme = forms.ModelChoiceField(Programme.objects.none(), label=_("Programme"), empty_label=None)
    file = SpreadsheetField(
        help_text=_("CSV, XLSX, XLS or ODS, up to 10 MB and 20,000 lines. Nothing is written before you confirm.")
    )
    starts_on = DateField(
        label=_("Start of the journeys"), help_text=_("For the lines that give no date of entry."), initial=clock.today
    )

    def __init__(self, *args: Any, programmes: list[Programme], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["programme"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = Programme.objects.filter(pk__in=[one.pk for one in programmes]).select_related("organisation")
        several = len({one.organisation_id for one in programmes}) > 1
        if len(programmes) <= FEW:
            field.widget = RadioCards()
        first = [] if len(programmes) <= FEW else [("", _("Choose a programme"))]
        field.choices = first + [
            (one.pk, f"{one.title} · {one.organisation.name}" if several else one.title) for one in programmes
        ]
        if len(programmes) == 1:
            self.initial["programme"] = programmes[0].pk


class MapColumnsForm(ColumnsForm):
    """The columns, and how people are recognised."""

    matching = forms.ChoiceField(
        label=_("People are recognised"), choices=Import.Matching.choices, widget=RadioCards, required=True
    )

    def __init__(self, *args: Any, batch: Import, **kwargs: Any) -> None:
        super().__init__(*args, header=batch.header, read_as=HOLDERS.read_as, **kwargs)
        self.initial["matching"] = batch.matching
