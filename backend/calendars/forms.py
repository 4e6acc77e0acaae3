"""What a page about a date can be told."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from backend.calendars.itip import LONGEST_COMMENT
from backend.calendars.models import Feed, InviteAttendee
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


class FeedForm(forms.Form):
    """Where one's dates will be read, and which of them."""

    name = forms.CharField(
        label=_("Where will you read them?"), max_length=60,
        help_text=_("A name to know this address by: “Phone”, “Office”."),
    )  # fmt: skip
    kinds = forms.MultipleChoiceField(
        label=_("What it carries"), widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least one kind of dates.")},
    )  # fmt: skip

    def __init__(self, *args: Any, feed: Feed | None = None, **kwargs: Any) -> None:
        self.codes = [kind.code for kind in kinds()]
        carried = [code for code in self.codes if feed is None or code not in feed.left_out]
        known = {"name": feed.name if feed else "", "kinds": carried}
        super().__init__(*args, **{"label_suffix": "", "initial": known, **kwargs})
        field = self.fields["kinds"]
        assert isinstance(field, forms.MultipleChoiceField)
        field.choices = [(kind.code, kind.label) for kind in kinds()]

    def values(self) -> dict[str, Any]:
        """As the actions take them."""
        chosen = self.cleaned_data["kinds"]
        return {"name": self.cleaned_data["name"], "left_out": [code for code in self.codes if code not in chosen]}
