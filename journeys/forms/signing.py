"""What a signatory confirms: who she is and that she has read; or why she refuses."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from backend.web.forms import Form, Paragraph
from journeys.models import Signature


class SignForm(Form):
    """One tick, in her own name."""

    agreed = forms.BooleanField(label="", error_messages={"required": _("Tick the box to sign, or refuse below.")})

    def __init__(self, *args: Any, signature: Signature, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["agreed"].label = _("I am %(name)s, I have read this text and I sign it.") % {
            "name": signature.name or signature.email
        }


class RefuseForm(Form):
    """No, and why."""

    reason = forms.CharField(
        label=_("Why do you refuse?"),
        max_length=240,
        widget=Paragraph(rows=3),
        help_text=_("The people concerned read it: it says what to change."),
    )
