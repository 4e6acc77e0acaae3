"""What the outbox can be asked."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from backend.accounts.models import Membership, Organisation, User
from backend.mail.models import AREAS, Email, Incoming
from backend.mail.queries import Choice


class OutboxFilter(forms.Form):
    """Narrow the list by state, person or subject, and what the letters are about."""

    q = forms.CharField(label=_("Person or subject"), required=False, max_length=100)
    state = forms.ChoiceField(label=_("State"), required=False, choices=[("", _("All")), *Email.State.choices])
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


class LetterChoicesForm(forms.Form):
    """One box per kind of letter that may be refused: ticked, she gets it."""

    def __init__(self, *args: Any, choices: list[Choice], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for choice in choices:
            self.fields[choice.kind.code] = forms.BooleanField(
                label=choice.kind.label, help_text=choice.kind.reason, required=False, initial=choice.is_wanted
            )


class NothingForm(forms.Form):
    """A tap on a button: nothing to fill in, yet a refusal has somewhere to stand."""
