"""A picture to choose."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from backend.lib.pictures import ACCEPTED
from backend.lib.uploads import HEAVIEST
from backend.web.forms import Form


class KeepPhotoForm(Form):
    """The picture of a mentor."""

    photo = forms.FileField(
        label=_("Photo"),
        help_text=_(
            "JPEG, PNG or WebP, up to 10 MB. Its middle is kept, as a small square; nothing of where it was taken."
        ),
        widget=forms.FileInput(attrs={"accept": ACCEPTED}),
        error_messages={"required": _("Choose a file."), "empty": _("This file is empty.")},
    )

    def clean_photo(self) -> Any:
        """Too large is said before it is read."""
        if self.cleaned_data["photo"].size > HEAVIEST:
            raise forms.ValidationError(_("This picture is too large: send one under 10 MB and 50 million pixels."))
        return self.cleaned_data["photo"]
