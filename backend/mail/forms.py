"""What the outbox can be asked."""

from collections.abc import Collection, Mapping
from functools import partial
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from backend.accounts.models import Membership, Organisation, User
from backend.mail.kinds import REFUSABLE
from backend.mail.models import AREAS, Email, Incoming
from backend.mail.near import CHOICES, MOMENTS, NEAR
from backend.mail.queries import Choice
from backend.mail.weekly import WEEKDAYS

PUT_OFF = "put_off"  # waiting for a better moment: no state of its own
NOT_THROUGH = "lost"  # refused or given up

MORE_STATES = [(PUT_OFF, _("put off")), (NOT_THROUGH, _("did not get through"))]


class OutboxFilter(forms.Form):
    """Narrow the list by state, person or subject, and what the letters are about."""

    q = forms.CharField(label=_("Person or subject"), required=False, max_length=100)
    state = forms.ChoiceField(
        label=_("State"), required=False, choices=[("", _("All")), *Email.State.choices, *MORE_STATES]
    )
    area = forms.ChoiceField(label=_("What it is about"), required=False, choices=[("", _("All")), *AREAS.items()])


class ReceivedFilter(forms.Form):
    """Narrow what came in by what became of it."""

    state = forms.ChoiceField(label=_("State"), required=False, choices=[("", _("All")), *Incoming.State.choices])


class InvitePersonForm(forms.Form):
    """Whom to invite, where, as what."""

    organisation = forms.ModelChoiceField(Organisation.objects.none(), label=_("Organisation"))
    email = forms.EmailField(label=_("E-mail"))
    role = forms.ChoiceField(label=_("Role"), choices=Membership.Role.choices)

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        led = Organisation.objects.filter(pk__in=user.organisation_ids("lead"))
        field = self.fields["organisation"]
        field.queryset = led
        field.initial = led.first()
        if led.count() == 1:
            field.widget = forms.HiddenInput()
        roles = [one for one in Membership.Role.choices if user.is_staff or one[0] != Membership.Role.STEWARD]
        self.fields["role"].choices = roles
        self.fields["role"].initial = Membership.Role.HOLDER


def _hours(first: int, last: int) -> list[tuple[int, str]]:
    """The hours of a day as clocks are read in the language in use."""
    return [(hour, gettext("%(hour)d:00") % {"hour": hour}) for hour in range(first, last + 1)]


class HoursForm(forms.Form):
    """From one hour of the day to a later one."""

    opens_at = forms.TypedChoiceField(
        label=_("Not before"), coerce=int, choices=partial(_hours, 0, 23), help_text=_("For letters that can wait."),
    )  # fmt: skip
    closes_at = forms.TypedChoiceField(label=_("Not after"), coerce=int, choices=partial(_hours, 1, 24))

    def clean(self) -> dict[str, Any]:
        said = self.cleaned_data
        if "opens_at" in said and "closes_at" in said and said["opens_at"] >= said["closes_at"]:
            self.add_error("closes_at", _("Choose a later hour than the first."))
        return said


class LetterRulesForm(HoursForm):
    """When letters that can wait leave, how much may be asked of a person, and when people are reminded of dates."""

    asks_a_week = forms.IntegerField(
        label=_("Asks to one person in seven days"), min_value=1, max_value=50,
        help_text=_("Questionnaires, questions, reminders, weekly letters; those over it leave later, or not at all."),
    )  # fmt: skip
    weekly_day = forms.TypedChoiceField(
        label=_("Weekly letter"), coerce=int, choices=list(WEEKDAYS.items()),
        help_text=_("What is coming and what waits, to each person. It may still leave three days later."),
    )  # fmt: skip
    weekly_hour = forms.TypedChoiceField(
        label=_("Hour of the weekly letter"), coerce=int, choices=partial(_hours, 0, 23),
        help_text=_("On each reader’s clock, within the hours that each has chosen."),
    )  # fmt: skip

    sometimes = tuple(f"near_{kind.code}" for kind in NEAR)  # no tick says something too

    def __init__(self, *args: Any, near: Mapping[str, Collection[str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for kind in NEAR:
            self.fields[f"near_{kind.code}"] = forms.MultipleChoiceField(
                label=kind.label, choices=MOMENTS, widget=forms.CheckboxSelectMultiple, required=False,
                initial=sorted(near[kind.code]),
            )  # fmt: skip

    def values(self) -> dict[str, Any]:
        """What `set_letter_rules` takes."""
        said = dict(self.cleaned_data)
        near = {kind.code: said.pop(f"near_{kind.code}") for kind in NEAR}
        return {**said, "near": near}


class LetterChoicesForm(HoursForm):
    """One box per kind of letter that may be refused: ticked, she gets it. And her hours, for who has an account."""

    sometimes = ("near_moments",)
    near_moments = forms.ChoiceField(
        label=_("When to remind me of dates"), choices=CHOICES, required=False,
        help_text=_("Not at all: leave “Dates that are near” without its tick."),
    )  # fmt: skip

    def __init__(self, *args: Any, choices: list[Choice], has_hours: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not has_hours:
            for name in ("near_moments", "opens_at", "closes_at"):
                del self.fields[name]
        for choice in choices:
            self.fields[choice.kind.code] = forms.BooleanField(
                label=choice.kind.label, help_text=choice.kind.reason, required=False, initial=choice.is_wanted
            )
        shown = [choice.kind.code for choice in choices]
        shown.insert(shown.index("near") + 1, "near_moments")
        self.order_fields([*shown, "opens_at", "closes_at"])

    @property
    def wanted(self) -> dict[str, bool]:
        """{kind: ticked}."""
        return {kind.code: self.cleaned_data[kind.code] for kind in REFUSABLE if kind.code in self.cleaned_data}

    @property
    def near(self) -> str | None:
        """When she wants to be reminded, if that changed."""
        return self.cleaned_data["near_moments"] if "near_moments" in self.changed_data else None

    @property
    def hours(self) -> tuple[int, int] | None:
        """Those she chose, if they changed."""
        changed = {"opens_at", "closes_at"} & set(self.changed_data)
        return (self.cleaned_data["opens_at"], self.cleaned_data["closes_at"]) if changed else None


class NothingForm(forms.Form):
    """A tap on a button: nothing to fill in, yet a refusal has somewhere to stand."""
