"""Forms of an import: the file, and the cells of one line typed again."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from backend.lib import clock
from backend.lib.spreadsheets import ACCEPTED
from backend.web.forms import DateField, Form, RadioCards
from journeys.actions.imports import LARGEST
from journeys.models import Import, Programme
from journeys.queries.imports.mapping import READ_AS

FEW = 4


class ImportHoldersForm(Form):
    """A spreadsheet, and the programme it fills."""

    programme = forms.ModelChoiceField(Programme.objects.none(), label=_("Programme"), empty_label=None)
    file = forms.FileField(
        label=_("Spreadsheet"),
        help_text=_("CSV, XLSX, XLS or ODS, up to 10 MB and 20,000 lines. Nothing is written before you confirm."),
        widget=forms.FileInput(attrs={"accept": ACCEPTED}),
        error_messages={"required": _("Choose a file."), "empty": _("This file is empty.")},
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

    def clean_file(self) -> Any:
        """Too large is said before it is read."""
        sent = self.cleaned_data["file"]
        if sent.size > LARGEST:
            raise forms.ValidationError(
                _("This file is larger than 10 MB: split it, or keep only the columns you need.")
            )
        return sent


class MapColumnsForm(Form):
    """For each heading of the file, the field it is; those we do not know come first."""

    matching = forms.ChoiceField(
        label=_("People are recognised"), choices=Import.Matching.choices, widget=RadioCards, required=True
    )

    def __init__(self, *args: Any, batch: Import, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [("", _("Leave out")), *READ_AS.items()]
        titled = [(place, column) for place, column in enumerate(batch.header) if column["title"]]
        for place, column in sorted(titled, key=lambda one: (bool(one[1]["field"]), one[0])):
            name = f"column_{place}"
            self.fields[name] = forms.ChoiceField(label=column["title"], choices=choices, required=False)
            self.initial[name] = column["field"]
        self.initial["matching"] = batch.matching
        self.order_fields([name for name in self.fields if name != "matching"])

    @property
    def columns(self) -> dict[int, str]:
        """{place in the file: field}."""
        return {
            int(name.removeprefix("column_")): field
            for name, field in self.cleaned_data.items()
            if name.startswith("column_")
        }
