"""Versions of a questionnaire: the draft at work, published, taken back, discarded; two versions compared."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from backend.lib.doors import attempt, find, number, require, succeeded
from backend.lib.texts import pick
from evaluation import actions, policies
from evaluation.forms import ConfirmForm
from evaluation.forms.design import DraftForm
from evaluation.forms.design_items import PublishForm
from evaluation.models import Questionnaire, QuestionnaireVersion
from evaluation.queries import design_pages
from evaluation.queries.answers import sections_of
from evaluation.queries.conditions import fact_subjects, subject_of
from evaluation.queries.lacks import minutes_of
from evaluation.queries.version_texts import difference, previous_of
from evaluation.queries.version_words import change_words, short_words


def version_of(request: HttpRequest, pk: int) -> QuestionnaireVersion:
    """A version that this person may know of: published, or a draft of hers."""
    rows = QuestionnaireVersion.objects.filter(questionnaire__in=Questionnaire.objects.visible_to(request.user))
    version = find(rows.select_related("questionnaire__organisation", "published_by"), pk=pk)
    require(policies.may_read_version(request.user, version))
    return version


def revision_of(request: HttpRequest) -> int | None:
    """Which revision of the draft this page was made from."""
    return number(request.POST.get("revision", ""))


def stands(version: QuestionnaireVersion, form: Any, request: HttpRequest) -> dict[str, Any]:
    """What a page that changes a draft needs to know of it. After somebody else's change the page goes on from now, and
    says so; after any other refusal from the revision it was made from.
    """
    is_stale = bool(getattr(form, "refusal", None) and form.refusal.details.get("is_stale"))
    sent = revision_of(request) if request.method == "POST" and not is_stale else None
    version.refresh_from_db(fields=["revision"])
    return {"version": version, "questionnaire": version.questionnaire, "is_stale": is_stale,
            "revision": version.revision if sent is None else sent,
            "otherwise": None, "is_there": True}  # fmt: skip


@require_safe
def version_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One version to read; a draft opens at work."""
    version = version_of(request, pk)
    if version.is_draft:
        return redirect("evaluation:version_design", version.pk)
    page = design_pages.read_page(version)
    newest = version.questionnaire.versions.order_by("-number").values_list("pk", flat=True).first()
    may_withdraw = policies.may_withdraw_version(request.user, version) and newest == version.pk
    page |= {"may_withdraw": may_withdraw and not page["is_asked"]}
    return render(request, "evaluation/version_detail.html", page)


@require_safe
def version_design(request: HttpRequest, pk: int) -> HttpResponse:
    """The draft at work; a published version opens to read."""
    version = version_of(request, pk)
    require(policies.may_update_draft(request.user, version))
    if not version.is_draft:
        return redirect("evaluation:version_detail", version.pk)
    page = design_pages.design_page(version)
    short = short_words(page["found"]) if page["found"] else ""
    return render(request, "evaluation/version_design.html", page | {"short": short})


@require_http_methods(["GET", "POST"])
def version_update(request: HttpRequest, pk: int) -> HttpResponse:
    """Minutes, and the usual words of its scales."""
    version = version_of(request, pk)
    require(policies.may_update_draft(request.user, version))
    form = DraftForm(request.POST or None, version=version, counted=minutes_of(sections_of(version)))
    if (
        not form.asks_for_more
        and form.is_valid()
        and succeeded(form, actions.update_draft, version, by=request.user, revision=revision_of(request), **form.facts)
    ):
        return redirect("evaluation:version_design", version.pk)
    return render(request, "evaluation/version_update.html", stands(version, form, request) | {"form": form})


@require_safe
def version_difference(request: HttpRequest, pk: int) -> HttpResponse:
    """What this version changes: to the one before it, or to the one named in the address (`?from=2`)."""
    version = version_of(request, pk)
    rows = version.questionnaire.versions.published().exclude(pk=version.pk)
    others = list(rows.order_by("-number"))
    wanted = request.GET.get("from", "")
    old = next((one for one in others if str(one.number) == wanted), None) or previous_of(version)
    found = difference(old, version)
    asked = [item for row in (old, version) if row for one in sections_of(row) for item in one.items.all()]
    titles = {one.code: pick(one.new, "title") or one.code for one in found.sections if one.new}
    subjects = [*map(subject_of, asked), *fact_subjects(version)]
    reasons = dict(version.items.exclude(change_reason="").order_by().values_list("code", "change_reason"))
    context = {
        "old": old, "new": version, "others": others, "questionnaire": version.questionnaire,
        "short": short_words(found),
        "items": [change_words(one, subjects, titles, reasons) for one in found.items if one.became != "same"],
        "sections": [change_words(one, subjects, titles) for one in found.sections if one.became != "same"],
    }  # fmt: skip
    return render(request, "evaluation/version_difference.html", context)


@require_http_methods(["GET", "POST"])
def version_publish(request: HttpRequest, pk: int) -> HttpResponse:
    """What is to mend; else what changes, and what that does to the series."""
    version = version_of(request, pk)
    require(policies.may_publish_version(request.user, version))
    if request.method == "GET" and not version.is_draft:
        return redirect("evaluation:version_detail", version.pk)
    page = design_pages.design_page(version)
    form = PublishForm(request.POST or None, found=page["found"])
    if form.is_valid() and succeeded(
        form, actions.publish_version, version, by=request.user, note=form.cleaned_data["note"],
        material=form.material, reasons=form.reasons, revision=revision_of(request),
    ):  # fmt: skip
        messages.success(request, _("Version %(number)d is published.") % {"number": version.number})
        return redirect("evaluation:questionnaire_detail", version.questionnaire_id)
    found = page["found"]
    words = [change_words(one, [], {}) for one in found.items if one.became != "same"] if found else []
    page |= stands(version, form, request)
    page |= {"form": form, "forced": [one for one in words if one.effect == "breaks"],
             "judged": _judged(form, words), "short": short_words(found) if found else ""}  # fmt: skip
    return render(request, "evaluation/version_publish.html", page)


def _judged(form: PublishForm, words: list[Any]) -> list[dict[str, Any]]:
    """Each change to judge, with its fields."""
    by_code = {one.code: one for one in words}
    return [
        {"change": by_code[one.code], "series": form[f"series_{one.code}"], "why": form[f"why_{one.code}"]}
        for one in form.judged
    ]


@require_http_methods(["GET", "POST"])
def version_discard(request: HttpRequest, pk: int) -> HttpResponse:
    version = version_of(request, pk)
    require(policies.may_discard_draft(request.user, version))
    if request.method == "GET" and not version.is_draft:
        return redirect("evaluation:version_detail", version.pk)
    questionnaire = version.questionnaire
    form = ConfirmForm(request.POST if request.method == "POST" else None)
    if form.is_valid() and succeeded(
        form, actions.discard_draft, version, by=request.user, revision=revision_of(request)
    ):
        messages.success(request, _("The draft is discarded."))
        if questionnaire.pk is None or not Questionnaire.objects.filter(pk=questionnaire.pk).exists():
            return redirect("evaluation:questionnaire_list")
        return redirect("evaluation:questionnaire_detail", questionnaire.pk)
    page = stands(version, form, request) | {"form": form, "previous": previous_of(version)}
    return render(request, "evaluation/version_discard.html", page)


@require_POST
def version_withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Published too early: a draft again, while nobody was asked."""
    version = version_of(request, pk)
    require(policies.may_withdraw_version(request.user, version))
    attempt(request, _("It is a draft again."), actions.withdraw_version, version, by=request.user)
    return redirect("evaluation:version_detail", version.pk)
