"""What the outbox can be asked."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from backend.accounts.models import Membership, Organisation, User
from backend.mail.models import AREAS, Email, Incoming
from backend.mail.queries import Choice

PUT_OFF = "put_off"  # waiting for a better moment: no state of its own


class OutboxFilter(forms.Form):
    """Narrow the list by state, person or subject, and what the letters are about."""

    q = forms.CharField(label=_("Person or subject"), required=False, max_length=100)
    state = forms.ChoiceField(
        label=_("State"), required=False, choices=[("", _("All")), *Email.State.choices, (PUT_OFF, _("put off"))]
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


class HoursForm(forms.Form):
    """From one hour of the day to a later one."""

    opens_at = forms.TypedChoiceField(
        label=_("Not before"), coerce=int, choices=[(n, f"{n}:00") for n in range(24)],
        help_text=_("For letters that can wait."),
    )  # fmt: skip
    closes_at = forms.TypedChoiceField(label=_("Not after"), coerce=int, choices=[(n, f"{n}:00") for n in range(1, 25)])

    def clean(self) -> dict[str, Any]:
        said = self.cleaned_data
        if "opens_at" in said and "closes_at" in said and said["opens_at"] >= said["closes_at"]:
            self.add_error("closes_at", _("Choose a later hour than the first."))
        return said


class LetterRulesForm(HoursForm):
    """When letters that can wait leave, and how much may be asked of a person."""

    asks_a_week = forms.IntegerField(
        label=_("Asks to one person in seven days"), min_value=1, max_value=50,
        help_text=_("Questionnaires, questions and reminders; those over it leave later, or not at all."),
    )  # fmt: skip


class LetterChoicesForm(HoursForm):
    """One box per kind of letter that may be refused: ticked, she gets it. And her hours, for who has an account."""

    def __init__(self, *args: Any, choices: list[Choice], has_hours: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not has_hours:
            del self.fields["opens_at"], self.fields["closes_at"]
        for choice in choices:
            self.fields[choice.kind.code] = forms.BooleanField(
                label=choice.kind.label, help_text=choice.kind.reason, required=False, initial=choice.is_wanted
            )
        self.order_fields([*(choice.kind.code for choice in choices), "opens_at", "closes_at"])

    @property
    def wanted(self) -> dict[str, bool]:
        """{kind: ticked}."""
        return {name: said for name, said in self.cleaned_data.items() if not name.endswith("_at")}

    @property
    def hours(self) -> tuple[int, int] | None:
        """Those she chose, if they changed."""
        changed = {"opens_at", "closes_at"} & set(self.changed_data)
        return (self.cleaned_data["opens_at"], self.cleaned_data["closes_at"]) if changed else None


class NothingForm(forms.Form):
    """A tap on a button: nothing to fill in, yet a refusal has somewhere to stand."""
