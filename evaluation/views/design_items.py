"""The sections and questions of a draft, one page each; a move is one button."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from backend.lib.doors import attempt, find, require, succeeded
from evaluation import actions, policies
from evaluation.forms.design import SectionForm
from evaluation.forms.design_items import ItemForm
from evaluation.models import Item, QuestionnaireVersion, Section
from evaluation.queries.answers import sections_of
from evaluation.queries.conditions import fact_subjects, subjects_before
from evaluation.queries.version_texts import published_kinds
from evaluation.views.design_versions import revision_of, stands, version_of


def _draft(request: HttpRequest, pk: int) -> QuestionnaireVersion:
    """A draft of hers; 404 for a version that is none any more, but for who sends something: an act says it better."""
    version = version_of(request, pk)
    require(policies.may_update_draft(request.user, version))
    if request.method == "GET" and not version.is_draft:
        raise Http404
    return version


def _onto(version: QuestionnaireVersion, part: str) -> HttpResponse:
    return redirect(reverse("evaluation:version_design", args=[version.pk]) + f"#{part}")


@require_http_methods(["GET", "POST"])
def section_add(request: HttpRequest, pk: int) -> HttpResponse:
    return _section(request, _draft(request, pk), None)


@require_http_methods(["GET", "POST"])
def section_update(request: HttpRequest, pk: int, code: str) -> HttpResponse:
    version = _draft(request, pk)
    return _section(request, version, find(version.sections.order_by("pk"), code=code))


def _section(request: HttpRequest, version: QuestionnaireVersion, section: Section | None) -> HttpResponse:
    sections = sections_of(version)
    subjects = subjects_before(sections, section=section) + fact_subjects(version)
    form = SectionForm(request.POST or None, section=section, subjects=subjects)
    if not form.asks_for_more and form.is_valid():
        given = {"by": request.user, "revision": revision_of(request), **form.facts}
        if succeeded(form, actions.save_section, version, section, **given):
            return _onto(version, f"section-{form.outcome.code}")
    page = stands(version, form, request) | {"form": form, "section": section}
    if page["is_stale"]:
        kept = version.sections.filter(code=section.code).first() if section else None
        page |= _otherwise(form, SectionForm(section=kept, subjects=subjects) if kept else None, section)
    return render(request, "evaluation/section_form.html", page)


@require_POST
def section_move(request: HttpRequest, pk: int, code: str) -> HttpResponse:
    version = _draft(request, pk)
    section = find(version.sections.select_related("version__questionnaire__organisation"), code=code)
    is_up = request.POST.get("move", "").startswith("up")
    attempt(request, _("Moved."), actions.move_section, section, is_up=is_up, by=request.user, revision=_seen(request))
    return _onto(version, f"section-{code}")


def _seen(request: HttpRequest) -> int | None:
    """The revision that a button carries: “up-12”."""
    last = request.POST.get("move", "").rpartition("-")[2]
    return int(last) if last.isdecimal() and len(last) < 9 else None


@require_POST
def section_remove(request: HttpRequest, pk: int, code: str) -> HttpResponse:
    version = _draft(request, pk)
    section = find(version.sections.select_related("version__questionnaire__organisation"), code=code)
    attempt(
        request, _("The section is removed."), actions.remove_section, section, by=request.user, revision=_seen(request)
    )
    return redirect("evaluation:version_design", version.pk)


@require_http_methods(["GET", "POST"])
def item_add(request: HttpRequest, pk: int, code: str, kind: str) -> HttpResponse:
    """A new question of this kind, at the end of this section."""
    version = _draft(request, pk)
    if kind not in Item.Kind:
        raise Http404
    section = find(version.sections.order_by("pk"), code=code)
    return _item(request, version, section, None, kind)


@require_http_methods(["GET", "POST"])
def item_update(request: HttpRequest, pk: int, code: str) -> HttpResponse:
    """A question as it is. One that somebody removed while it was being typed at can be sent all the same: the page
    says that it was removed, and saving again adds it anew."""
    version = _draft(request, pk)
    item = version.items.select_related("section", "version__questionnaire").filter(code=code).first()
    section = item.section if item else version.sections.order_by("position", "pk").first()
    kind = item.kind if item else request.POST.get("kind", "")
    if section is None or kind not in Item.Kind:
        raise Http404
    return _item(request, version, section, item, kind, is_gone=item is None)


def _item(
    request: HttpRequest, version: QuestionnaireVersion, section: Section, item: Item | None, kind: str,
    *, is_gone: bool = False,
) -> HttpResponse:  # fmt: skip
    sections = sections_of(version)
    known = published_kinds(version.questionnaire)
    made: dict[str, Any] = {
        "kind": kind, "sections": sections, "section": section,
        "subjects": subjects_before(sections, section=section, item=item or Item()) + fact_subjects(version),
        "is_published": bool(item and item.code in known),
    }  # fmt: skip
    form = ItemForm(request.POST or None, item=item, **made)
    if not form.asks_for_more and form.is_valid():
        target = next(one for one in sections if one.code == form.cleaned_data["section"])
        target.version = version
        given = {"by": request.user, "revision": revision_of(request), "kind": kind, "code": form.wanted_code}
        if succeeded(form, actions.save_item, target, item, **given, **form.facts):
            messages.success(request, _("“%(question)s” is saved.") % {"question": form.outcome.text})
            return _onto(version, f"item-{form.outcome.code}")
    page = stands(version, form, request) | {
        "form": form, "item": item, "section": section, "kind": kind, "kind_label": Item.Kind(kind).label,
        "is_published": made["is_published"], "is_opened": bool({"code", "section", "help_fr"} & set(form.errors)),
    }  # fmt: skip
    if page["is_stale"]:
        kept = version.items.filter(code=item.code).first() if item else None
        page |= _otherwise(form, ItemForm(item=kept, **made) if kept else None, item or is_gone)
    return render(request, "evaluation/item_form.html", page)


def _otherwise(typed: Any, kept: Any, was_there: Any) -> dict[str, Any]:
    """Where what is saved by now and what was typed differ: label, saved, typed; and whether it is still there."""
    if kept is None:
        return {"is_there": not was_there}
    found = []
    for bound in kept:
        if bound.name not in typed.fields or bound.is_hidden:
            continue
        was, now = (bound.value() or "", typed[bound.name].value() or "")
        if str(was).strip() != str(now).strip():
            found.append({"label": bound.label, "old": was, "new": now})
    return {"otherwise": found}


@require_POST
def item_move(request: HttpRequest, pk: int, code: str) -> HttpResponse:
    version = _draft(request, pk)
    item = find(version.items.select_related("section__version", "version__questionnaire__organisation"), code=code)
    is_up = request.POST.get("move", "").startswith("up")
    attempt(request, _("Moved."), actions.move_item, item, is_up=is_up, by=request.user, revision=_seen(request))
    return _onto(version, f"item-{code}")


@require_POST
def item_remove(request: HttpRequest, pk: int, code: str) -> HttpResponse:
    version = _draft(request, pk)
    item = find(version.items.select_related("section", "version__questionnaire__organisation"), code=code)
    attempt(request, _("The question is removed."), actions.remove_item, item, by=request.user, revision=_seen(request))
    return redirect("evaluation:version_design", version.pk)


@require_POST
def item_restore(request: HttpRequest, pk: int, code: str) -> HttpResponse:
    """A question of the version before, back as it was."""
    version = _draft(request, pk)
    attempt(
        request, _("The question is back."), actions.restore_item, version, code, by=request.user,
        revision=_seen(request),
    )  # fmt: skip
    return _onto(version, f"item-{code}")
