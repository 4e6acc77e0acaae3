"""The fingerprint that somebody copies from a paper."""

from django import forms
from django.utils.translation import gettext_lazy as _

from backend.web.forms import Form


class CheckPaperForm(Form):
    fingerprint = forms.CharField(
        label=_("Fingerprint printed on the document"),
        max_length=120,
        help_text=_("64 letters and digits, at the end of the document; spaces do not matter."),
        widget=forms.TextInput({"autocomplete": "off", "spellcheck": "false", "autocapitalize": "none"}),
    )
