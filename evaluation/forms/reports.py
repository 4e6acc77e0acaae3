"""What a lead says of a report on a schedule."""

from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from backend.accounts.models import Organisation, User
from backend.web.forms import CheckCards, Form, RadioCards
from evaluation.actions.reports import LONGEST, SchedulePlan
from evaluation.models import Campaign, ReportSchedule
from evaluation.queries.publishing.schedules import may_be_read_by
from journeys.models import Programme

PLANNED = ("programme", "every", "closes_after", "audience")


class ReportScheduleForm(Form):
    """A report on a schedule; `plan` and `chosen` once it is valid."""

    organisation = forms.ModelChoiceField(Organisation.objects.none(), label=_("For which organisation?"))
    programme = forms.ModelChoiceField(
        Programme.objects.none(), label=_("Programme"), required=False, empty_label=_("all programmes"),
        help_text=_("One report tells of one programme, or of all of them together."),
    )  # fmt: skip
    every = forms.ChoiceField(label=_("Figures of each"), choices=ReportSchedule.Every.choices, widget=RadioCards)
    has_last = forms.BooleanField(label=_("Also of the period that has just ended"), required=False)
    closes_after = forms.IntegerField(
        label=_("Closing day: so many days after the period"), min_value=0, max_value=LONGEST,
        help_text=_("The time that leads have to mend what is missing."),
    )  # fmt: skip
    audience = forms.ChoiceField(label=_("Who reads it"), choices=Campaign.Audience.choices, widget=RadioCards)
    readers = forms.ModelMultipleChoiceField(
        User.objects.none(), label=_("Sent to"), required=False, widget=CheckCards,
        help_text=_(
            "Leads and observers of the organisation, and stewards: each gets a letter with links, and signs in to "
            "read. A funder who is not listed is invited as an observer first."
        ),
    )  # fmt: skip

    def __init__(self, user: User, *args: Any, schedule: ReportSchedule | None = None, **kwargs: Any) -> None:
        led = Organisation.objects.filter(pk__in=user.organisation_ids("lead")).order_by("name")
        first: dict[str, Any] = {
            "organisation": led.first(), "every": "quarter", "closes_after": 14, "audience": "observers",
        }  # fmt: skip
        if schedule is not None:
            led = led.filter(pk=schedule.organisation_id)
            first = {name: getattr(schedule, name) for name in PLANNED}
            first |= {"organisation": schedule.organisation, "readers": schedule.readers.all()}
        super().__init__(*args, initial=first, **kwargs)
        readers = Q(pk__in=[])
        for one in led:
            readers |= Q(pk__in=may_be_read_by(one).order_by().values("pk"))
        for name, rows in (
            ("organisation", led),
            ("programme", Programme.objects.filter(organisation__in=led).order_by("title_fr", "pk")),
            ("readers", User.objects.filter(readers).order_by("last_name", "first_name", "pk")),
        ):
            choice = self.fields[name]
            assert isinstance(choice, forms.ModelChoiceField)
            choice.queryset = rows
        if len(led) < 2:
            self.fields["organisation"].required = False
            self.fields["organisation"].widget = forms.HiddenInput()
        if schedule is not None:
            del self.fields["has_last"]

    @property
    def organisation_meant(self) -> Organisation:
        """Of a form that is valid: the one chosen, else the only one."""
        found: Organisation = self.cleaned_data["organisation"] or self.initial["organisation"]
        return found

    @property
    def plan(self) -> SchedulePlan:
        has_last = bool(self.cleaned_data.get("has_last"))
        return SchedulePlan(**{name: self.cleaned_data[name] for name in PLANNED}, has_last=has_last)

    @property
    def chosen(self) -> list[User]:
        """Whom it is sent to."""
        return list(self.cleaned_data["readers"])
