"""What a page about a date can be told."""

from django import forms
from django.utils.translation import gettext_lazy as _

from backend.calendars.itip import LONGEST_COMMENT
from backend.calendars.models import InviteAttendee

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
