"""What is typed about the follow-up group of a journey."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from backend.accounts.models import User
from backend.accounts.queries import leads_of
from backend.web.forms import Form, Paragraph, RadioCards
from journeys.actions import Guest
from journeys.models import Companion, Journey

ROLES = [
    (Companion.Role.ADVISER, _("Adviser of another organisation")),
    (Companion.Role.TRAINER, _("Trainer")),
    (Companion.Role.REFERENT, _("Referent")),
]


class InviteCompanionForm(Form):
    """Whom to invite into the follow-up group, and as what."""

    sometimes = ("lead", "first_name", "last_name", "email")
    role = forms.ChoiceField(label=_("As what?"), choices=ROLES, initial=Companion.Role.ADVISER, widget=RadioCards)
    lead = forms.ModelChoiceField(
        User.objects.none(),
        label=_("Who is the referent?"),
        required=False,
        empty_label=_("Choose a programme lead"),
        help_text=_("Only for a referent."),
    )
    first_name = forms.CharField(label=_("First name"), required=False, max_length=80)
    last_name = forms.CharField(label=_("Name"), required=False, max_length=80)
    email = forms.EmailField(label=_("E-mail"), required=False)
    home = forms.CharField(
        label=_("Organisation they come from"),
        required=False,
        max_length=120,
        help_text=_("The holder sees it beside the name."),
    )

    def __init__(self, *args: Any, journey: Journey, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["lead"].queryset = leads_of(journey.programme.organisation)

    def clean(self) -> dict[str, Any]:
        """A referent is chosen among the leads; somebody else is told by first name, name and e-mail."""
        said = super().clean() or self.cleaned_data
        role = said.get("role")
        wanted = ["lead"] if role == Companion.Role.REFERENT else ["first_name", "last_name", "email"]
        if role == Companion.Role.ADVISER:
            wanted.append("home")
        for name in wanted:
            if role and name not in self.errors and not said.get(name):
                self.add_error(name, _("Fill this in to go on."))
        return said

    @property
    def asked(self) -> tuple[User | Guest, str]:
        """(person, role), as the action wants them."""
        said = self.cleaned_data
        if said["role"] == Companion.Role.REFERENT:
            return said["lead"], said["role"]
        return Guest(said["email"], said["first_name"], said["last_name"], said["home"]), said["role"]


class LeaveGroupForm(Form):
    reason = forms.CharField(
        label=_("Why does it end?"),
        help_text=_("Leads can read it. The journey is no longer open to this person from this moment."),
        max_length=240,
        widget=Paragraph(rows=2),
    )

    def __init__(self, *args: Any, is_own: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if is_own:
            self.fields["reason"].help_text = _("Leads can read it.")
