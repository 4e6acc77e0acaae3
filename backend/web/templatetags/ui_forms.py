"""Tags that draw forms: labels, help, errors in sentences, and the summary at the top."""

from collections.abc import Iterable, Iterator
from typing import Any

from django import template
from django.forms import BaseForm
from django.forms.boundfield import BoundField
from django.template.loader import render_to_string
from django.utils.functional import Promise
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from backend.lib.doors import fresh_once
from backend.web import html
from backend.web.html import format_html

register = template.Library()
Text = str | Promise


def token_field(context: dict[str, Any]) -> SafeString:
    """The hidden input that proves the form came from us."""
    token = context.get("csrf_token", "")
    return format_html('<input type="hidden" name="csrfmiddlewaretoken" value="{}">', token) if token else html.NOTHING


def once_field() -> SafeString:
    """The hidden input that names the page, so that sent twice it acts once."""
    return format_html('<input type="hidden" name="once" value="{}">', fresh_once())


def kind_of(field: BoundField) -> str:
    """How a field is laid out: one box before its words, a group with a legend, or label over input."""
    if getattr(field.field.widget, "input_type", "") == "checkbox" and not field.use_fieldset:
        return "check"
    return "group" if field.use_fieldset else "line"


def is_optional(bound: BoundField) -> bool:
    """May it always stay empty? A form names in `sometimes` what another answer asks for."""
    return not (bound.field.required or kind_of(bound) == "check" or bound.name in getattr(bound.form, "sometimes", ()))


def draw_field(bound: BoundField, *, label: Text = "", help: Text = "", hide_label: bool = False) -> SafeString:
    if bound.is_hidden:
        return SafeString(str(bound))
    return SafeString(
        render_to_string(
            "web/ui/field.html",
            {"field": bound, "kind": kind_of(bound), "label": label or bound.label, "help": help or bound.help_text,
             "hide_label": hide_label, "is_optional": is_optional(bound),
             "later": getattr(bound.field, "needed_later", "")},
        )
    )  # fmt: skip


@register.simple_tag
def field(bound: BoundField, *, label: Text = "", help: Text = "", hide_label: bool = False) -> SafeString:
    """Label, input, help and errors of one field, tied together for screen readers."""
    if not isinstance(bound, BoundField):
        raise TypeError(f"field wants a field of a form, not {bound!r}")
    return draw_field(bound, label=label, help=help, hide_label=hide_label)


def chosen(form: BaseForm, only: str, exclude: str) -> Iterator[BoundField]:
    """The fields named in `only` in that order, else all but `exclude`; hidden ones always."""
    if only:
        named = only.split()
        yield from (form[name] for name in named)
        yield from (bound for bound in form.hidden_fields() if bound.name not in named)
        return
    unwanted = exclude.split()
    yield from (bound for bound in form if bound.name not in unwanted)


@register.simple_tag
def form_fields(form: BaseForm, *, only: str = "", exclude: str = "") -> SafeString:
    """All the fields of a form, or those named (`only="title starts_on"`)."""
    drawn = "".join(draw_field(bound) for bound in chosen(form, only, exclude))
    return format_html('<div class="fields">{}</div>', SafeString(drawn))


@register.simple_tag
def form_errors(form: BaseForm) -> SafeString:
    """What is wrong, each line leading to its field; nothing when nothing is."""
    if not form.errors:
        return html.NOTHING
    wrong = [
        (bound, bound.errors, f"{bound.auto_id}_0" if kind_of(bound) == "group" else bound.auto_id)
        for bound in form
        if bound.errors
    ]
    return SafeString(render_to_string("web/ui/form_errors.html", {"form": form, "wrong": wrong}))


@register.simple_block_tag(takes_context=True)
def post_form(
    context: dict[str, Any], content: SafeString, form: BaseForm | None = None, *, submit: Text = "", icon: str = "",
    tone: str = "main", action: str = "", cancel_url: str = "", id: str = "", guard: bool = True, big: bool = False,
) -> SafeString:  # fmt: skip
    """A whole form that posts: token, errors, the content (all the fields of `form` if it is empty), the buttons.

    `guard` warns before leaving with unsaved changes; files are allowed as soon as the form has a file field.
    """
    body = content.strip() or (form_fields(form) if form is not None else "")
    multipart = form is not None and form.is_multipart()
    return SafeString(
        render_to_string(
            "web/ui/post_form.html",
            {"token": token_field(context), "once": once_field(),
             "errors": form_errors(form) if form is not None else "",
             "body": SafeString(body), "submit": submit or _("Save"), "icon": icon, "tone": tone, "action": action,
             "cancel_url": cancel_url, "id": id, "guard": guard, "multipart": multipart, "big": big},
        )
    )  # fmt: skip


@register.simple_block_tag
def fieldset(content: SafeString, legend: Text, *, help: Text = "") -> SafeString:
    """Fields that belong together."""
    words = format_html('<p class="help">{}</p>', help) if help else ""
    return format_html('<fieldset class="fieldset"><legend>{}</legend>{}{}</fieldset>', legend, words, content)


@register.simple_tag
def filter_bar(
    form: BaseForm, *, submit: Text = "", clear_url: str = "", kept: Iterable[tuple[str, str]] = ()
) -> SafeString:
    """A form of filters in the address (GET), with a way to clear them; `kept`: what else of the address stays."""
    return SafeString(
        render_to_string(
            "web/ui/filter_bar.html",
            {"form": form, "submit": submit or _("Filter"), "clear_url": clear_url, "kept": kept},
        )
    )
