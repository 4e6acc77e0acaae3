"""Short words side by side, one or several."""

from django import forms


class RadioChips(forms.RadioSelect):
    """One of few short words, side by side."""

    template_name = "mentoring/widgets/chips.html"


class CheckChips(forms.CheckboxSelectMultiple):
    """Several of many short words, side by side."""

    template_name = "mentoring/widgets/chips.html"
