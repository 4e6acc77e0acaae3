"""What is asked of the cohort board: its filters, which rows are ticked, what to do with them, views to keep."""

from datetime import date
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from backend.accounts.models import Organisation, User
from backend.lib.doors import number
from backend.web import reading
from backend.web.forms import DateField, Form, Paragraph, RadioCards
from journeys.models import Commune, Journey, Phase, Programme, SavedView
from journeys.queries import board

DEFAULTS = {"state": "live", "sort": "name", "view": "table", "per": str(board.PER_PAGE[0])}
VIEWS = [("table", pgettext_lazy("way of showing", "Table")), ("columns", _("By phase"))]
LONGEST = 900


class BoardForm(Form):
    """The filters of the cohort board, and how it is shown, in the address. What cannot be read is left out."""

    q = forms.CharField(label=_("Name or project"), required=False, max_length=80)
    programme = forms.ModelChoiceField(Programme.objects.none(), label=_("Programme"), required=False)
    track = forms.ChoiceField(label=_("Track"), required=False)
    state = forms.ChoiceField(label=_("State"), required=False)
    archived = forms.ChoiceField(label=_("Archived journeys"), required=False)
    phase = forms.ChoiceField(label=_("Phase"), required=False)
    commune = forms.ModelChoiceField(Commune.objects.none(), label=_("Commune"), required=False)
    referent = forms.ChoiceField(label=_("Referent"), required=False)
    mentor = forms.ChoiceField(label=_("Mentor"), required=False)
    sign = forms.ChoiceField(label=_("Health"), required=False)
    version = forms.ChoiceField(label=_("Version of the programme"), required=False)
    since = DateField(label=_("Started from"), required=False)
    until = DateField(label=_("Started up to"), required=False)
    sort = forms.ChoiceField(label=_("Sorted by"), required=False, choices=list(board.SORT_LABELS.items()))
    per = forms.ChoiceField(label=_("Rows on a page"), required=False, choices=[(str(n), n) for n in board.PER_PAGE])
    view = forms.ChoiceField(required=False, choices=VIEWS, widget=forms.HiddenInput)

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        every = ("", _("All"))
        self.fields["q"].widget.input_type = "search"
        self.fields["programme"].queryset = board.programmes_for(user)
        self.fields["commune"].queryset = board.communes_for(user)
        self.fields["programme"].empty_label = self.fields["commune"].empty_label = _("All")
        people = [(str(one.pk), str(one)) for one in board.referents_for(user) if one.pk != user.pk]
        for name, choices in {
            "track": Programme.Track.choices,
            "phase": Phase.choices,
            "mentor": [("yes", _("With a mentor")), ("no", _("Without"))],
            "referent": [("me", _("Me")), ("none", pgettext_lazy("referent", "Nobody")), *people],
            "sign": board.SIGN_LABELS.items(),
            "version": [("outdated", _("An update is available"))],
        }.items():  # fmt: skip
            self.fields[name].choices = [every, *choices]
        self.fields["state"].choices = [
            ("live", _("Not ended")),
            ("all", _("All, ended ones too")),
            *Journey.State.choices,
        ]
        self.fields["archived"].choices = [("", _("Hidden")), ("with", _("Shown too")), ("only", _("Only these"))]

    @property
    def asked(self) -> dict[str, Any]:
        """What was asked and could be read: {field: value}, the usual left out."""
        self.is_valid()
        read = {name: self.cleaned_data.get(name) for name in self.fields}
        return {name: value for name, value in read.items() if value and value != DEFAULTS.get(name)}

    @property
    def filters(self) -> board.Filters:
        """What was asked, as the query wants it."""
        asked = {name: value for name, value in self.asked.items() if name not in ("view", "per")}
        for name in ("programme", "commune"):
            if name in asked:
                asked[name] = asked[name].pk
        return board.Filters(**asked)

    @property
    def way(self) -> str:
        return str(self.asked.get("view", DEFAULTS["view"]))

    @property
    def per_page(self) -> int:
        return int(self.asked.get("per", DEFAULTS["per"]))

    def query(self, **changes: str) -> str:
        """The address's query that shows the board so, with these changes; nothing in it but what was read."""
        values = {name: self.fields[name].prepare_value(value) for name, value in self.asked.items()}
        values |= changes
        return urlencode([(name, values[name]) for name in self.fields if values.get(name)])

    def said(self) -> list[tuple[str, str]]:
        """What was asked, in words: (filter, value)."""
        words = []
        for name, value in self.asked.items():
            field = self.fields[name]
            labels = dict(field.choices) if isinstance(field, forms.ChoiceField) and isinstance(value, str) else {}
            shown = reading.day(value, weekday=False) if isinstance(value, date) else labels.get(value, value)
            words.append((str(field.label or _("Shown as")), str(shown)))
        return words


def read_view(view: SavedView, user: User) -> BoardForm:
    """What the board still knows of a saved view: the rest is dropped."""
    return BoardForm(QueryDict(view.query), user=user)


class SavedViewForm(Form):
    """A name for the filters in the address, and who sees it."""

    name = forms.CharField(label=pgettext_lazy("saved view", "Name"), max_length=60)
    organisation = forms.ModelChoiceField(
        Organisation.objects.none(),
        label=_("Who sees it?"),
        required=False,
        blank=True,
        empty_label=_("Only me"),
        widget=RadioCards,
    )

    def __init__(self, *args: Any, by: User, view: SavedView | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        led = Organisation.objects.filter(pk__in=by.organisation_ids("lead")).order_by("name", "pk")
        self.fields["organisation"].queryset = led
        self.fields["organisation"].label_from_instance = lambda place: _("The leads of %(name)s") % {"name": place}
        if view:
            self.initial = {"name": view.name, "organisation": view.organisation_id, **self.initial}
        if not by.has_role("lead"):
            del self.fields["organisation"]


class AssignReferentForm(Form):
    """Who becomes the referent of the chosen journeys."""

    referent = forms.ModelChoiceField(User.objects.none(), label=_("Who becomes their referent?"), empty_label=None)

    def __init__(self, *args: Any, people: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["referent"].queryset = people


class MessageForm(Form):
    """One letter to each holder of the chosen journeys."""

    subject = forms.CharField(label=pgettext_lazy("letter", "Subject"), max_length=120)
    text = forms.CharField(
        label=pgettext_lazy("letter", "What do you want to say?"),
        help_text=_(
            "Each person gets their own letter, with “Hello” and their first name before it and your name after it."
        ),
        max_length=5000,
        widget=Paragraph(rows=8),
    )
    key = forms.CharField(max_length=32, widget=forms.HiddenInput)


def picked(data: QueryDict) -> list[int]:
    """The numbers of the ticked rows."""
    return [found for value in data.getlist("pick")[:LONGEST] if (found := number(value)) is not None]
