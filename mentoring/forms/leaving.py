"""A mentor leaves, as people type it: who follows for each pair, what becomes of each date; her own wish to leave."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from backend.lib import clock
from backend.lib.doors import number
from backend.web.forms import DateField, Form, Paragraph
from mentoring.actions import Handing
from mentoring.models import Mentor
from mentoring.queries.leaving import Leaving, LeavingLine, MeetingAhead

NOBODY, ENDS = "nobody", "ends"
AT_ONCE, ASKS = "now", "asks"
MOVES, CANCELS = "move", "cancel"

HOW = [
    (AT_ONCE, gettext_lazy("From today, without asking")),
    (ASKS, gettext_lazy("Ask both first: it begins once they accept")),
]
DATES = [(MOVES, gettext_lazy("Stays, with the mentor who follows")), (CANCELS, gettext_lazy("Is cancelled"))]


class LeaveMentorForm(Form):
    """One choice for each pair and each date; as the matcher proposes until somebody chooses otherwise."""

    last_day = DateField(label=gettext_lazy("Last day"))

    def __init__(self, *args: Any, leaving: Leaving, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.leaving = leaving
        self.fields["last_day"].initial = clock.today()
        for line in leaving.lines:
            pk = line.pair.pk
            self.fields[f"to_{pk}"] = forms.ChoiceField(
                label=_("Who follows"), choices=self._choices(line), initial=line.to.pk if line.to else NOBODY
            )
            self.fields[f"how_{pk}"] = forms.ChoiceField(
                label=_("How"), initial=AT_ONCE,
                choices=HOW,
            )  # fmt: skip
            self.fields[f"words_{pk}"] = forms.CharField(
                label=_("For the mentor who follows"), required=False, max_length=4000, widget=Paragraph(rows=3),
                initial=line.pair.handover,
                help_text=_("Read by the leads and by that mentor. Never by anybody else."),
            )  # fmt: skip
            for one in line.ahead:
                self.fields[f"session_{one.session.pk}"] = forms.ChoiceField(
                    label=_("This date"), choices=DATES,
                    initial=MOVES if line.to and one.is_free else CANCELS,
                )  # fmt: skip
        for meeting in leaving.meetings:
            self.fields[f"gathering_{meeting.gathering.pk}"] = forms.ChoiceField(
                label=_("Whose it becomes"), choices=self._takers(meeting),
                initial=meeting.to.pk if meeting.to else CANCELS,
                help_text=_("Those who go on with another mentor, or with nobody, are told that it is off for them."),
            )  # fmt: skip
        for field in self.fields.values():
            self._shape(field)

    def _choices(self, line: LeavingLine) -> list[Any]:
        """The one proposed first, then all who are here."""
        proposed = line.suggestion.ranked.mentor if line.suggestion.ranked else None
        others = [(one.pk, _full(one)) for one in self.leaving.mentors if one != proposed]
        first = [(proposed.pk, _("%(mentor)s, as proposed") % {"mentor": proposed})] if proposed else []
        none = [(NOBODY, _("Nobody yet: I shall look for a mentor")), (ENDS, _("Nobody: this mentoring ends here"))]
        groups = [*([(_("Proposed"), first)] if first else []), *([(_("Other mentors"), others)] if others else [])]
        return [*groups, (_("Without a mentor"), none)]

    def _takers(self, meeting: MeetingAhead) -> list[Any]:
        """Off for all; whoever they go on with; then everybody else, since who follows is chosen on the same page."""
        others = [one for one in self.leaving.mentors if one not in meeting.followers]
        return [
            (CANCELS, _("Nobody: it is cancelled for all")),
            *((one.pk, str(one)) for one in [*meeting.followers, *others]),
        ]

    def rows(self) -> Iterator[dict[str, Any]]:
        """For the page: a line with its fields."""
        for line in self.leaving.lines:
            pk = line.pair.pk
            dates = [(one, self[f"session_{one.session.pk}"]) for one in line.ahead]
            yield {
                "line": line, "to": self[f"to_{pk}"], "how": self[f"how_{pk}"], "words": self[f"words_{pk}"],
                "dates": dates,
            }  # fmt: skip

    def meetings(self) -> Iterator[tuple[MeetingAhead, Any]]:
        """The same for her meetings of several."""
        return ((one, self[f"gathering_{one.gathering.pk}"]) for one in self.leaving.meetings)

    def values(self) -> dict[str, Any]:
        """What the action takes."""
        data, mentors = self.cleaned_data, {str(one.pk): one for one in self.leaving.mentors}
        handings = [
            Handing(
                pair=line.pair.pk,
                to=mentors.get(data[f"to_{line.pair.pk}"]),
                asks=data[f"how_{line.pair.pk}"] == ASKS,
                ends=data[f"to_{line.pair.pk}"] == ENDS,
                words=data[f"words_{line.pair.pk}"],
            )
            for line in self.leaving.lines
        ]
        ahead = [one.session.pk for line in self.leaving.lines for one in line.ahead]
        cancelled = [pk for pk in ahead if data[f"session_{pk}"] == CANCELS]
        named = {one.gathering.pk: mentors.get(data[f"gathering_{one.gathering.pk}"]) for one in self.leaving.meetings}
        return {
            "handings": handings,
            "cancelled": cancelled,
            "gatherings": {pk: mentor for pk, mentor in named.items() if mentor},
            "last_day": data["last_day"],
        }


def _full(mentor: Mentor) -> str:
    if mentor.is_paused():
        return _("%(mentor)s (on a break)") % {"mentor": mentor}
    load = {"mentor": mentor, "load": mentor.load, "capacity": mentor.capacity}
    return _("%(mentor)s (%(load)s of %(capacity)s)") % load


def chosen_in(data: Any) -> dict[int, int | None]:
    """{pair: mentor, None for nobody} of what was sent, so that the page says who is free then."""
    found: dict[int, int | None] = {}
    for name, value in data.items():
        pair = number(name.removeprefix("to_")) if name.startswith("to_") else None
        if pair:
            found[pair] = number(str(value))
    return found


def asked_in(data: Any) -> set[int]:
    """Pairs whose two are asked first, of what was sent."""
    names = (name for name, value in data.items() if name.startswith("how_") and value == ASKS)
    return {pair for name in names if (pair := number(name.removeprefix("how_")))}


class WishToLeaveForm(Form):
    """From when she wishes to stop, and what those who follow should know."""

    leaves_on = DateField(label=gettext_lazy("My last day"))
    words = forms.CharField(
        label=gettext_lazy("What you would like to say"), required=False, max_length=2000, widget=Paragraph(rows=4),
        help_text=gettext_lazy("Read by the programme leads."),
    )  # fmt: skip


class PeriodForm(Form):
    """From one day to another, in the address; this calendar year unless told otherwise."""

    starts_on = DateField(label=gettext_lazy("From the day"), required=False)
    ends_on = DateField(label=gettext_lazy("Up to the day"), required=False)

    def period(self) -> tuple[date, date]:
        """What was asked and can be read, else the year so far."""
        today = clock.today()
        self.is_valid()
        first = self.cleaned_data.get("starts_on") or date(today.year, 1, 1)
        last = self.cleaned_data.get("ends_on") or max(first, today)
        return first, last

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        first, last = cleaned.get("starts_on"), cleaned.get("ends_on")
        if first and last and first > last:
            self.add_error("ends_on", _("The last day comes before the first."))
        return cleaned


class DeclareApartForm(Form):
    """Time around a session, in minutes; empty for none."""

    preparation = forms.IntegerField(
        label=gettext_lazy("Preparation, in minutes"), min_value=0, max_value=1440, required=False
    )
    travel = forms.IntegerField(label=gettext_lazy("Travel, in minutes"), min_value=0, max_value=1440, required=False)
