"""The list of another territory as it is brought in: files whose text can be mended in place, its share in a QPV."""

import csv
import io
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, QueryDict
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from backend.accounts.models import Organisation, User
from backend.lib import clock, spreadsheets
from backend.web.forms import Form
from backend.web.sheet_forms import SpreadsheetField
from evaluation.forms.territory import FIRST_YEAR
from evaluation.queries.territory.lists import AREAS, COMMUNES
from journeys.actions import ListChanges, TerritoryList

MOST_LINES = 5_000
MOST_SIGNS = 1_000_000
MOST_TOLD = 20
"""Wrong lines told at once."""
STATED = ("percent", "year", "source")


class TerritoryListForm(Form):
    """Two tables, each as a file or as text; whether they are the whole; the share of residents in a QPV, if it is
    known. `given`: the list, of a valid form. What a file holds stands in its box afterwards, to be mended there.
    """

    territory = forms.CharField(label=_("Name of the territory"), max_length=60)
    communes_file = SpreadsheetField(
        help_text=_("CSV with “;” or “,”, or a workbook. Columns: insee, nom, siren, codes_postaux, pop_municipale.")
    )
    communes = forms.CharField(
        label=_("Communes, line by line"), required=False, widget=forms.Textarea({"rows": 6, "spellcheck": "false"}),
        help_text=_("What your file holds comes here: wrong lines can be mended in place."),
    )  # fmt: skip
    areas_file = SpreadsheetField(
        help_text=_("The same, with the columns code_qp, libelle, insee_communes, population, source.")
    )
    areas = forms.CharField(
        label=_("Priority neighbourhoods, line by line"), required=False,
        widget=forms.Textarea({"rows": 6, "spellcheck": "false"}),
        help_text=_("Left empty, they stay as they are. A population comes with its source."),
    )  # fmt: skip
    is_whole = forms.BooleanField(
        label=_("This is the whole list: what it does not name goes"), required=False,
        help_text=_("Whatever a project, a company, a mentor, a programme or an indicator names stays all the same."),
    )  # fmt: skip
    organisation = forms.ModelChoiceField(Organisation.objects.none(), label=_("Organisation"), empty_label=None)
    percent = forms.DecimalField(
        label=_("Residents living in a QPV, in %"), required=False, min_value=0, max_value=100, max_digits=4,
        decimal_places=1, localize=True, help_text=_("Of all inhabitants of the territory. For example: 7.8"),
    )  # fmt: skip
    year = forms.IntegerField(label=_("Year of the figure"), required=False, min_value=FIRST_YEAR)
    source = forms.CharField(label=_("Where does it come from?"), required=False, max_length=200)
    seen = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, request: HttpRequest, *, user: User, territory: str) -> None:
        self.unreadable: dict[str, Any] = {}
        data = self._read(request) if request.method == "POST" else None
        hers = Organisation.objects.filter(pk__in=user.organisation_ids("lead", "steward")).order_by("name", "pk")
        super().__init__(data, initial={"territory": territory})
        for name, label in (("communes_file", _("File of communes")), ("areas_file", _("File of neighbourhoods"))):
            self.fields[name].label, self.fields[name].required = label, False
        choice = self.fields["organisation"]
        assert isinstance(choice, forms.ModelChoiceField)
        choice.queryset, choice.initial = hers, hers.first()
        self.is_one = len(hers) < 2
        if self.is_one:
            choice.required = False
            choice.widget = forms.HiddenInput()

    def _read(self, request: HttpRequest) -> QueryDict:
        """What was sent; a file has become the text of its box."""
        data = request.POST.copy()
        for box in (COMMUNES, AREAS):
            file = request.FILES.get(f"{box}_file")
            if file is None:
                continue
            try:
                data[box] = text_of(file)
            except spreadsheets.Unreadable:
                self.unreadable[f"{box}_file"] = _(
                    "This file can’t be read as a table: save it as CSV or XLSX, and choose it again."
                )
            except OverflowError:
                self.unreadable[f"{box}_file"] = spreadsheets.TOO_LARGE
        return data

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        for name, sentence in self.unreadable.items():
            self.add_error(name, sentence)
        for box in (COMMUNES, AREAS):
            text = cleaned.get(box) or ""
            if len(text) > MOST_SIGNS or text.count("\n") > MOST_LINES:
                self.add_error(box, gettext("More than %(most)s lines: bring it in in parts.") % {"most": MOST_LINES})
        if not (cleaned.get(COMMUNES) or cleaned.get(AREAS) or self.errors):
            self.add_error("communes_file", gettext("Choose a file of communes, of neighbourhoods, or both."))
        self._check_share(cleaned)
        return cleaned

    def _check_share(self, cleaned: dict[str, Any]) -> None:
        told = [name for name in STATED if cleaned.get(name) not in (None, "")]
        for name in STATED:
            if told and name not in told and name not in self.errors:
                self.add_error(name, gettext("The share is told with its year and its source, all three or none."))
        year = cleaned.get("year")
        if year and year > clock.today().year:
            self.add_error("year", gettext("This year is still to come."))

    def given(self, kept: dict[str, str]) -> TerritoryList:
        told = self.cleaned_data
        boxes = {"communes": told[COMMUNES], "areas": told[AREAS]}
        return TerritoryList(territory=told["territory"], **boxes, is_whole=told["is_whole"], kept=kept)

    @property
    def share(self) -> dict[str, Any]:
        """What is stated of residents in a QPV; {} where nothing is."""
        told = {name: self.cleaned_data[name] for name in STATED}
        return told if told["source"] else {}

    @property
    def whose(self) -> Organisation:
        """Whose share it is, and in whose history the act stands."""
        chosen: Organisation = self.cleaned_data.get("organisation") or self.fields["organisation"].initial
        return chosen

    def tell_wrong(self, changes: ListChanges) -> None:
        """Each wrong line beside its box, the first ones."""
        for box, problems in changes.wrong.items():
            for one in problems[:MOST_TOLD]:
                told = {"line": one.line, "sentence": one.sentence}
                self.add_error(box, gettext("Line %(line)s: %(sentence)s") % told)
            if len(problems) > MOST_TOLD:
                more = len(problems) - MOST_TOLD
                self.add_error(box, gettext("%(more)s more lines are wrong.") % {"more": more})


def text_of(file: UploadedFile) -> str:
    """A file as the text of a table: a CSV as it is, a workbook with “;” between its cells.

    Raises Unreadable for what is no table, OverflowError for more than 10 MB.
    """
    if (file.size or 0) > spreadsheets.LARGEST:
        raise OverflowError
    data = file.read()
    rows = spreadsheets.read(data)[0].rows
    if not data.startswith(spreadsheets.WORKBOOK_STARTS):
        return spreadsheets.decode(data)
    out = io.StringIO()
    csv.writer(out, delimiter=";", lineterminator="\n").writerows(rows)
    return out.getvalue()
