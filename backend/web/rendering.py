"""How forms draw their widgets: the plain ones are written here, as Django's own templates would, twenty times sooner.

A page of filters has a hundred options, each of which is otherwise a template that includes another.
"""

from collections.abc import Mapping
from typing import Any

from django.forms.renderers import DjangoTemplates
from django.utils.safestring import SafeString, mark_safe

from backend.web.html import escaped, format_html

WIDGETS = "django/forms/widgets/"
KINDS = ("input", "text", "number", "email", "url", "password", "hidden", "date", "time", "datetime", "checkbox")
INPUTS = frozenset(f"{WIDGETS}{name}.html" for name in KINDS)
SELECT, OPTION, TEXTAREA = f"{WIDGETS}select.html", f"{WIDGETS}select_option.html", f"{WIDGETS}textarea.html"
ERRORS = "django/forms/errors/"
"""Asked for at each field, wrong or not."""


class Renderer(DjangoTemplates):
    """Django's, but for inputs, lists to choose from and texts."""

    def render(self, template_name: str, context: dict[str, Any], request: Any = None) -> str:
        if template_name in INPUTS:
            return _input(context["widget"])
        if template_name == SELECT and _is_plain(context["widget"]):
            return _select(context["widget"])
        if template_name == TEXTAREA:
            return _textarea(context["widget"])
        if template_name.startswith(ERRORS) and not context["errors"]:
            return ""
        drawn: str = super().render(template_name, context, request)
        return drawn


def _attributes(attrs: Mapping[str, Any]) -> SafeString:
    """As Django writes them: nothing for False, the bare name for True; `None` is a word like another."""
    found = []
    for name, value in attrs.items():
        if value is True:
            found.append(f" {escaped(name)}")
        elif value is not False:
            found.append(f' {escaped(name)}="{escaped(str(value))}"')
    return mark_safe("".join(found))  # each part is escaped above


def _input(widget: Mapping[str, Any]) -> SafeString:
    value = widget["value"]
    return format_html(
        '<input type="{}" name="{}"{}{}>',
        widget["type"],
        widget["name"],
        format_html(' value="{}"', str(value)) if value is not None else "",
        _attributes(widget["attrs"]),
    )


def _textarea(widget: Mapping[str, Any]) -> SafeString:
    text = widget["value"] or ""
    return format_html('<textarea name="{}"{}>\n{}</textarea>', widget["name"], _attributes(widget["attrs"]), text)


def _is_plain(widget: Mapping[str, Any]) -> bool:
    """Has every choice Django's own template?"""
    return all(one["template_name"] == OPTION for _group, options, _place in widget["optgroups"] for one in options)


def _select(widget: Mapping[str, Any]) -> SafeString:
    lines = []
    for group, options, _place in widget["optgroups"]:
        if group:
            lines.append(f'\n  <optgroup label="{escaped(group)}">')
        lines += [_option(option) for option in options]
        if group:
            lines.append("\n  </optgroup>")
    drawn = mark_safe("".join(lines))  # each line is escaped
    return format_html('<select name="{}"{}>{}\n</select>', widget["name"], _attributes(widget["attrs"]), drawn)


def _option(option: Mapping[str, Any]) -> str:
    value = escaped(str(option["value"]))
    return f'\n  <option value="{value}"{_attributes(option["attrs"])}>{escaped(option["label"])}</option>'
