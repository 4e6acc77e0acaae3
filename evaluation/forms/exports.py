"""Which file of a wave is taken away."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from backend.web.forms import Form

FILES = {
    "xlsx": _("Workbook (XLSX): one row a sheet, one row an answer, the codebook"),
    "csv-wide": _("CSV, one row a sheet"),
    "csv-long": _("CSV, one row an answer"),
    "csv-codebook": _("CSV, the codebook"),
    "csv-words": _("CSV, words that stand apart"),
    "spss": _("SPSS or PSPP: data and syntax (ZIP)"),
    "json": _("JSON, everything"),
}


class ExportWaveForm(Form):
    """One of the files."""

    file = forms.ChoiceField(label=_("File"), choices=list(FILES.items()), widget=forms.RadioSelect, initial="xlsx")

    def __init__(self, *args: Any, is_named: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if is_named:  # words stand in the rows
            files = [(code, label) for code, label in FILES.items() if code != "csv-words"]
            self.fields["file"] = forms.ChoiceField(
                label=_("File"), choices=files, widget=forms.RadioSelect, initial="xlsx"
            )

    @property
    def chosen(self) -> dict[str, Any]:
        """Of a form that is valid: the form, and of a CSV its shape."""
        form, _dash, shape = self.cleaned_data["file"].partition("-")
        return {"file": form, **({"shape": shape} if shape else {})}
