"""Mentors' profiles as people type them, and how their list is narrowed."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from backend.web.forms import DateField, Form, ManyField, Paragraph, WordsField
from journeys.models import Commune, Phase
from mentoring.forms.widgets import CheckChips
from mentoring.models import LONGEST_BIO, Mentor, SpokenLanguage, Theme

LANGUAGES = [("fr", gettext_lazy("French")), ("en", gettext_lazy("English"))]


class UpdateMentorForm(Form):
    """A mentor's profile."""

    headline = forms.CharField(
        label=gettext_lazy("In one line"),
        max_length=160,
        required=False,
        help_text=gettext_lazy("The holder reads it: “Ran an organic grocery for fifteen years”."),
    )
    bio = forms.CharField(
        label=gettext_lazy("Presentation"), required=False, max_length=LONGEST_BIO, widget=Paragraph(rows=4)
    )
    expertise = forms.MultipleChoiceField(
        label=gettext_lazy("At ease with"), choices=Theme, required=False, widget=CheckChips
    )
    sectors = WordsField(label=gettext_lazy("Sectors known"), required=False)
    phases = forms.MultipleChoiceField(
        label=gettext_lazy("Phases of a project known"), choices=Phase, required=False, widget=CheckChips
    )
    languages = forms.MultipleChoiceField(
        label=gettext_lazy("Languages spoken"), choices=SpokenLanguage, required=False, widget=CheckChips
    )
    commune = forms.ModelChoiceField(
        label=gettext_lazy("Commune"), queryset=Commune.objects.order_by("name"), required=False, empty_label="—"
    )
    communes = ManyField(
        label=gettext_lazy("Also comes to"),
        queryset=Commune.objects.order_by("name"),
        required=False,
        widget=CheckChips,
    )
    meets_remotely = forms.BooleanField(
        label=gettext_lazy("Also meets at a distance (video, phone)"), required=False, initial=True
    )
    video_url = forms.URLField(
        label=gettext_lazy("Own video room"),
        required=False,
        max_length=500,
        assume_scheme="https",
        help_text=gettext_lazy("Offered as the link of video sessions."),
    )
    capacity = forms.IntegerField(label=gettext_lazy("People at most"), min_value=1, max_value=50, initial=3)
    hours_a_month = forms.IntegerField(
        label=gettext_lazy("Hours a month at most"),
        min_value=1,
        max_value=200,
        required=False,
        help_text=gettext_lazy("Once they are held or planned, nobody new is entrusted this month."),
    )
    paused_from = DateField(
        label=gettext_lazy("On a break from"),
        required=False,
        help_text=gettext_lazy("Left empty, the break begins today."),
    )
    paused_until = DateField(
        label=gettext_lazy("On a break until"),
        required=False,
        help_text=gettext_lazy("Nobody new is entrusted until then; present pairs go on."),
    )

    def __init__(self, *args: Any, sectors: Iterable[str] = (), **kwargs: Any) -> None:
        """`sectors`: words of the organisation's projects, to be written the same way."""
        super().__init__(*args, **kwargs)
        words = ", ".join(sectors)
        said = _("Separated by commas, with the words of your projects: %(words)s.") % {"words": words}
        self.fields["sectors"].help_text = said if words else _("Separated by commas: food, mobility…")

    @classmethod
    def initial_of(cls, mentor: Mentor) -> dict[str, Any]:
        """Her profile as it stands."""
        return {
            name: list(mentor.communes.all()) if name == "communes" else getattr(mentor, name)
            for name in UpdateMentorForm.base_fields
        }


class CreateMentorForm(UpdateMentorForm):
    """A person to welcome as mentor."""

    email = forms.EmailField(label=gettext_lazy("E-mail"))
    first_name = forms.CharField(label=gettext_lazy("First name"), max_length=80)
    last_name = forms.CharField(label=gettext_lazy("Last name"), max_length=80)
    language = forms.ChoiceField(label=gettext_lazy("Letters in"), choices=LANGUAGES, initial="fr")


class AddTrainingForm(Form):
    """What she has followed to accompany people."""

    title = forms.CharField(label=gettext_lazy("Course taken"), max_length=160)
    followed_on = DateField(label=gettext_lazy("Day"), required=False)
    hours = forms.DecimalField(
        label=gettext_lazy("Hours"), required=False, min_value=0.5, max_value=999, max_digits=5, decimal_places=1
    )


class FindMentorForm(Form):
    """What to list."""

    search = forms.CharField(label=gettext_lazy("Name, commune, words"), required=False)
    only = forms.ChoiceField(
        label=gettext_lazy("Show"),
        required=False,
        choices=[
            ("", gettext_lazy("all")),
            ("free", gettext_lazy("who can take someone")),
            ("full", gettext_lazy("who are full")),
            ("paused", gettext_lazy("who are on a break")),
            ("left", gettext_lazy("who have left")),
        ],
    )
    theme = forms.ChoiceField(label=gettext_lazy("At ease with"), required=False)
    sector = forms.CharField(label=pgettext_lazy("of a mentor", "Sector"), required=False)
    phase = forms.ChoiceField(label=gettext_lazy("Phase"), required=False)
    language = forms.ChoiceField(label=gettext_lazy("Speaks"), required=False)
    commune = forms.ModelChoiceField(
        label=gettext_lazy("Lives in or comes to"), queryset=Commune.objects.order_by("name"), required=False
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        every = gettext_lazy("All")
        for name, choices in {"theme": Theme, "phase": Phase, "language": SpokenLanguage}.items():
            self.fields[name].choices = [("", every), *choices.choices]
        self.fields["commune"].empty_label = every
