"""What a page about a date can be told."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from backend.calendars.itip import LONGEST_COMMENT
from backend.calendars.models import Feed, InviteAttendee, OwnCalendar
from backend.calendars.queries import kinds

SAYS = {
    "yes": InviteAttendee.Partstat.ACCEPTED,
    "maybe": InviteAttendee.Partstat.TENTATIVE,
    "no": InviteAttendee.Partstat.DECLINED,
}


class AnswerInviteForm(forms.Form):
    """Yes, maybe or no, and a word with it."""

    say = forms.ChoiceField(label=_("Your answer"), choices=[(say, say) for say in SAYS], widget=forms.HiddenInput)
    comment = forms.CharField(
        label=_("A word with it"), required=False, max_length=LONGEST_COMMENT, widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Whoever invites you reads it if you do not come. Then press your answer above."),
    )  # fmt: skip

    def values(self) -> dict[str, str]:
        """As the action takes them."""
        return {"partstat": SAYS[self.cleaned_data["say"]], "comment": self.cleaned_data["comment"]}


class KindsForm(forms.Form):
    """Which dates go somewhere; all of them at first."""

    kinds = forms.MultipleChoiceField(
        label=_("What is written there"), widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least one kind of dates.")},
    )  # fmt: skip

    def __init__(self, *args: Any, left_out: Sequence[str] = (), **kwargs: Any) -> None:
        self.codes = [kind.code for kind in kinds()]
        known = {**kwargs.pop("initial", {}), "kinds": [code for code in self.codes if code not in left_out]}
        super().__init__(*args, **{"label_suffix": "", "initial": known, **kwargs})
        field = self.fields["kinds"]
        assert isinstance(field, forms.MultipleChoiceField)
        field.choices = [(kind.code, kind.label) for kind in kinds()]

    def values(self) -> dict[str, Any]:
        """As the actions take them."""
        chosen = self.cleaned_data["kinds"]
        return {"left_out": [code for code in self.codes if code not in chosen]}


class FeedForm(KindsForm):
    """Where one's dates will be read, and which of them."""

    field_order = ("name", "kinds")
    name = forms.CharField(
        label=_("Where will you read them?"), max_length=60,
        help_text=_("A name to know this address by: “Phone”, “Office”."),
    )  # fmt: skip

    def __init__(self, *args: Any, feed: Feed | None = None, **kwargs: Any) -> None:
        known = {"initial": {"name": feed.name}, "left_out": feed.left_out} if feed else {}
        super().__init__(*args, **known, **kwargs)
        self.fields["kinds"].label = _("What it carries")

    def values(self) -> dict[str, Any]:
        """As the actions take them."""
        return {"name": self.cleaned_data["name"], **super().values()}


# --- Calendars of one's own -----------------------------------------------------------------------
NOT_OURS = {"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}


def _password_field() -> forms.CharField:
    """Never shown again, whatever goes wrong, and kept by no browser among the passwords of Jalon."""
    return forms.CharField(
        label=_("App password"), max_length=500, strip=False,
        widget=forms.PasswordInput({"autocomplete": "new-password"}, render_value=False),
        help_text=_("A password that the server makes for Jalon alone, and that you can take back there."),
    )  # fmt: skip


class ConnectCalendarForm(forms.Form):
    """Where her own calendar is, and how Jalon gets in."""

    server = forms.CharField(
        label=_("Address of the server"), max_length=500, widget=forms.TextInput({**NOT_OURS, "inputmode": "url"}),
        help_text=_("For instance cloud.example.org, or the CalDAV address that your provider gives."),
    )  # fmt: skip
    username = forms.CharField(
        label=_("User name"), max_length=254, widget=forms.TextInput(NOT_OURS),
        help_text=_("As this server knows you; often an e-mail address."),
    )  # fmt: skip
    password = _password_field()


class CalendarPasswordForm(forms.Form):
    """A new password for a calendar that is known."""

    password = _password_field()


class ChooseCalendarForm(forms.Form):
    """One of the calendars found."""

    url = forms.ChoiceField(
        label=_("In which calendar?"), widget=forms.RadioSelect,
        error_messages=dict.fromkeys(("required", "invalid_choice"), _("Choose one of these calendars.")),
    )  # fmt: skip

    def __init__(self, *args: Any, calendar: OwnCalendar, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["url"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(url, name) for url, name in calendar.offered]
        if len(calendar.offered) == 1:
            field.initial = calendar.offered[0][0]


class DisconnectCalendarForm(forms.Form):
    """Whether what was written goes too."""

    remove = forms.BooleanField(
        label=_("Take the dates that Jalon wrote away from this calendar"), required=False, initial=True
    )
