"""Times as people put them forward and answer them; sessions at a steady pace; a meeting of several; terms."""

from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from backend.web.forms import Form, MinutesField, MomentField, Paragraph
from mentoring.forms.sessions import HowForm
from mentoring.forms.widgets import RadioChips
from mentoring.models import Mentorship, Terms
from mentoring.models.sessions import LONGEST, SHORTEST

ROWS = ("first", "second", "third", "fourth", "fifth")


class PreferWayForm(Form):
    """How the two would rather find a time."""

    way = forms.ChoiceField(
        label=gettext_lazy("How would you rather find a time?"), choices=Mentorship.Way, widget=RadioChips
    )


class ProposeTimesForm(HowForm):
    """Up to five moments on the writer's clock, and how one would meet."""

    first = MomentField(label=gettext_lazy("First time"), required=False)
    second = MomentField(label=gettext_lazy("Second time"), required=False)
    third = MomentField(label=gettext_lazy("Third time"), required=False)
    fourth = MomentField(label=gettext_lazy("Fourth time"), required=False)
    fifth = MomentField(label=gettext_lazy("Fifth time"), required=False)
    minutes = MinutesField(label=gettext_lazy("Length"), min_value=SHORTEST, max_value=LONGEST)

    def __init__(self, *args: Any, is_ask: bool = False, has_room: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if is_ask:
            self.fields["agenda"].label = gettext_lazy("In a few words")
            self.fields["agenda"].help_text = gettext_lazy(
                "What it is about; or, without a time, when it would suit you: any Tuesday morning, after 17:00…"
            )
        if has_room:
            self.fields["url"].help_text = gettext_lazy("Left empty, a room is made for you.")

    @property
    def moments(self) -> list[datetime | None]:
        """As typed, row by row."""
        return [self.cleaned_data.get(name) for name in ROWS]

    def values(self) -> dict[str, Any]:
        """What the action takes."""
        data = self.cleaned_data
        given = {name: data[name] for name in ("minutes", "medium", "place", "url", "agenda")}
        return {**given, "times": self.moments}


class DeclineTimesForm(Form):
    """Why none suits, in a few words."""

    words = forms.CharField(
        label=gettext_lazy("In a few words"),
        max_length=240,
        required=False,
        help_text=gettext_lazy("What would suit you better? The other person reads it in a letter."),
    )


class KeepTermsForm(Form):
    """What an organisation decides once."""

    charter = forms.CharField(
        label=gettext_lazy("Charter of the pair"),
        required=False,
        max_length=Terms.LONGEST_CHARTER,
        widget=Paragraph(rows=6),
        help_text=gettext_lazy("What mentor and project holder agree on. Left empty, the text of the house."),
    )
    video_template = forms.CharField(
        label=gettext_lazy("Address of video rooms"),
        required=False,
        max_length=300,
        widget=forms.TextInput(attrs={"inputmode": "url", "placeholder": "https://meet.example.org/{room}"}),
        help_text=gettext_lazy("{room} becomes a name that nobody can guess, another one for each session."),
    )
    late_hours = forms.IntegerField(
        label=gettext_lazy("A cancellation is late under (hours before)"),
        min_value=Terms.BOUNDS["late_hours"][0],
        max_value=Terms.BOUNDS["late_hours"][1],
        help_text=gettext_lazy("Late ones are counted and shown; nothing else follows."),
    )
    confirm_days = forms.IntegerField(
        label=gettext_lazy("Hours not confirmed are told after (days)"),
        min_value=Terms.BOUNDS["confirm_days"][0],
        max_value=Terms.BOUNDS["confirm_days"][1],
    )
