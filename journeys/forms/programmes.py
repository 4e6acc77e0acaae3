"""What is typed about a programme as a whole, and the file it may come from."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from backend.accounts.models import Organisation
from backend.web.forms import CheckCards, Form, ManyField, Paragraph, RadioCards
from journeys.actions.programme_files import BYTES
from journeys.actions.programme_rules import PROGRAMME_TEXTS, SETTING_NUMBERS
from journeys.models import Commune, Phase, Programme
from journeys.queries.programmes import SETTINGS, stamp_of_settings


def _number(name: str, label: Any, help_text: Any = "", **kwargs: Any) -> forms.IntegerField:
    low, high = SETTING_NUMBERS[name]
    return forms.IntegerField(label=label, help_text=help_text, min_value=low, max_value=high, **kwargs)


class ProgrammeForm(Form):
    """The settings of a programme; its steps are in its versions."""

    title_fr = forms.CharField(label=_("Title (French)"), max_length=PROGRAMME_TEXTS["title_fr"])
    title_en = forms.CharField(label=_("Title (English)"), max_length=PROGRAMME_TEXTS["title_en"], required=False)
    summary_fr = forms.CharField(
        label=_("Summary (French)"),
        max_length=PROGRAMME_TEXTS["summary_fr"],
        required=False,
        help_text=_("For whom, how long, to get where: what a project holder reads first."),
        widget=Paragraph(rows=3),
    )
    summary_en = forms.CharField(
        label=_("Summary (English)"), max_length=PROGRAMME_TEXTS["summary_en"], required=False, widget=Paragraph(rows=3)
    )
    track = forms.ChoiceField(label=_("Track"), choices=Programme.Track.choices, widget=RadioCards)
    phases = forms.MultipleChoiceField(
        label=_("Phases served"), choices=Phase.choices, required=False, widget=CheckCards
    )
    communes = ManyField(
        Commune.objects.order_by("name"),
        label=_("Communes served"),
        required=False,
        help_text=_("None ticked: the programme is for every commune."),
        widget=CheckCards,
    )
    capacity = _number("capacity", _("Places a year"), _("Left empty: no limit is shown."), required=False)
    hole_days = _number("hole_days", _("A hole is more than (days)"), _("With nothing behind and nothing planned."))
    silence_weeks = _number("silence_weeks", _("Silence is more than (weeks)"), _("Without a sign from the person."))
    smallest_group = _number(
        "smallest_group",
        _("Smallest group published (people)"),
        _("What is read outside shows no smaller group, and nothing that would give one away. Five if empty."),
        required=False,
    )
    is_open = forms.BooleanField(label=_("Welcomes new journeys"), required=False)

    def __init__(self, *args: Any, programme: Programme | None = None, **kwargs: Any) -> None:
        super().__init__(*args, initial=self._first(programme), **kwargs)
        # Of the settings when this form was opened; a second save tells by it that another came between.
        self.stamp = self.data.get("stamp", "") or (stamp_of_settings(programme) if programme else "")

    @staticmethod
    def _first(programme: Programme | None) -> dict[str, Any]:
        if programme is None:
            usual = {"hole_days": 30, "silence_weeks": 4, "smallest_group": 5}
            return {"track": Programme.Track.ESS, "is_open": True, **usual}
        facts = {name: getattr(programme, name) for name in SETTINGS}
        return facts | {"communes": programme.communes.all()}

    def clean_smallest_group(self) -> int:
        return self.cleaned_data["smallest_group"] or Programme._meta.get_field("smallest_group").default


class DuplicateProgrammeForm(Form):
    """The title of the copy."""

    title_fr = forms.CharField(label=_("Title (French)"), max_length=PROGRAMME_TEXTS["title_fr"])
    title_en = forms.CharField(label=_("Title (English)"), max_length=PROGRAMME_TEXTS["title_en"], required=False)


class ImportProgrammeForm(Form):
    """The file, and where it goes."""

    file = forms.FileField(
        label=_("File of the programme"),
        help_text=_("A .json file exported from Jalon, by you or by another organisation."),
        widget=forms.FileInput({"accept": ".json,application/json"}),
    )
    code = forms.SlugField(
        label=_("Another code"),
        max_length=40,
        required=False,
        help_text=_("Only if your organisation already has a programme with the code of the file."),
    )
    organisation = forms.ModelChoiceField(Organisation.objects.none(), label=_("For which organisation?"))

    def __init__(self, *args: Any, organisations: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choice = self.fields["organisation"]
        assert isinstance(choice, forms.ModelChoiceField)
        choice.queryset, choice.initial = organisations, organisations.first()
        if len(organisations) < 2:
            del self.fields["organisation"]

    def clean_file(self) -> bytes:
        """The bytes of the file, one more than allowed at most."""
        return self.cleaned_data["file"].read(BYTES + 1)
