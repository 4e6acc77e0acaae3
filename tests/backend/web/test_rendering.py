"""The widgets that are written without a template are those of Django, to the letter but for empty lines."""

from datetime import date, time
from decimal import Decimal
from typing import Any

import pytest
from django import forms
from django.forms.renderers import DjangoTemplates
from django.utils import html as utils
from django.utils.safestring import mark_safe
from django.utils.translation import gettext_lazy, override

from backend.web import html
from backend.web.forms import DayInput, Paragraph
from backend.web.rendering import Renderer

SHARP = '<b>"L\'été" & co</b>'
CHOICES = [
    ("", gettext_lazy("Home")), ("1", SHARP), ("2", mark_safe("<i>so</i>")), ("Group & co", [("3", 3), ("4", "")]),
]  # fmt: skip


class Everything(forms.Form):
    """One of each plain widget, with awkward attributes."""

    text = forms.CharField(max_length=9, help_text="Few words")
    hidden = forms.CharField(widget=forms.HiddenInput)
    email = forms.EmailField(widget=forms.EmailInput({"title": SHARP, "data-no": False, "data-yes": True, "x": None}))
    password = forms.CharField(widget=forms.PasswordInput)
    number = forms.IntegerField(min_value=0, max_value=1_000_000)
    day = forms.DateField(widget=DayInput)
    hour = forms.TimeField()
    moment = forms.DateTimeField()
    sure = forms.BooleanField(required=False)
    page = forms.URLField(required=False, assume_scheme="https")
    words = forms.CharField(widget=Paragraph(rows=2))
    one = forms.ChoiceField(choices=CHOICES)
    many = forms.MultipleChoiceField(choices=CHOICES)
    known = forms.NullBooleanField()
    cards = forms.ChoiceField(choices=[("a", "A")], widget=forms.RadioSelect)


GIVEN = {
    "text": SHARP, "hidden": SHARP, "email": mark_safe("<b>"), "password": "x", "number": 12345, "sure": True,
    "day": date(2026, 3, 1), "hour": time(9, 5), "moment": "2026-03-01 09:05", "words": SHARP, "one": "1",
    "many": ["1", "3"], "known": True, "page": "https://example.org/?a=1&b=2",
}  # fmt: skip


def drawn(renderer: Any, **kwargs: Any) -> list[str]:
    form = Everything(renderer=renderer, **kwargs)
    return [f"{bound}{bound.errors}".replace("\n\n", "\n") for bound in form]


@pytest.mark.parametrize(
    "kwargs",
    [{}, {"initial": GIVEN}, {"data": {}}, {"data": {**GIVEN, "one": "9", "sure": "no", "words": ""}}],
    ids=["empty", "filled", "all wrong", "typed"],
)
@pytest.mark.parametrize("language", ["fr", "en"])
def test_each_widget_is_written_as_django_would(kwargs: dict[str, Any], language: str) -> None:
    with override(language):
        assert drawn(Renderer(), **kwargs) == drawn(DjangoTemplates(), **kwargs)


def test_forms_are_drawn_by_it_and_choices_of_another_template_keep_theirs() -> None:
    class Starred(forms.Select):
        option_template_name = "django/forms/widgets/radio_option.html"

    class One(forms.Form):
        one = forms.ChoiceField(choices=[("a", "A")], widget=Starred)

    assert isinstance(One().renderer, Renderer)
    assert str(One(renderer=Renderer())["one"]) == str(One(renderer=DjangoTemplates())["one"])


@pytest.mark.parametrize(
    "value",
    [SHARP, mark_safe("<i>so</i>"), 3, -1.5, None, True, gettext_lazy("Home"), Decimal("1.50"), date(2026, 3, 1), ""],
)
def test_html_is_written_as_django_would(value: object) -> None:
    with override("fr"):
        assert html.format_html("<b>{0} {0} {1}</b>", value, SHARP) == utils.format_html(
            "<b>{0} {0} {1}</b>", value, SHARP
        )
        lines = [(value, 1), (SHARP, value)]
        assert html.format_html_join(" & ", "<i>{}{}</i>", lines) == utils.format_html_join(" & ", "<i>{}{}</i>", lines)
