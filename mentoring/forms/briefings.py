"""What the holder would like from a session."""

from django import forms
from django.utils.translation import gettext_lazy as _

from backend.web.forms import Form, Paragraph


class WriteQuestionForm(Form):
    text = forms.CharField(
        label=_("What would you like from this session?"),
        help_text=_("A question, a document to look at, a decision to take. Your mentor reads it, nobody else."),
        max_length=1000,
        required=False,
        widget=Paragraph(rows=4),
    )
