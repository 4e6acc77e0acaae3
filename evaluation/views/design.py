"""Questionnaires, for the leads who design them: listed, made, copied, retired; their versions read and compared."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from backend.lib.doors import attempt, find, require, succeeded
from evaluation import actions, policies
from evaluation.forms import ConfirmForm
from evaluation.forms.design import QuestionnaireForm
from evaluation.models import Questionnaire
from evaluation.queries import design_pages
from evaluation.queries.agreement import programmes_to_compare


def questionnaire_of(request: HttpRequest, pk: int) -> Questionnaire:
    return find(Questionnaire.objects.visible_to(request.user).select_related("organisation"), pk=pk)


@require_safe
def questionnaire_list(request: HttpRequest) -> HttpResponse:
    """Ours and the shared ones: drafts, published, retired."""
    require(policies.may_list_questionnaires(request.user))
    own, shared = design_pages.instruments(request.user)
    return render(request, "evaluation/questionnaire_list.html", {"own": own, "shared": shared})


@require_http_methods(["GET", "POST"])
def questionnaire_create(request: HttpRequest) -> HttpResponse:
    require(policies.may_list_questionnaires(request.user))
    form = QuestionnaireForm(request.POST or None, organisations=design_pages.led_organisations(request.user))
    if form.is_valid():
        require(policies.may_create_questionnaire(request.user, form.organisation.pk))
        if succeeded(form, actions.create_questionnaire, form.organisation, by=request.user, **form.texts):
            messages.success(request, _("Your questionnaire is there: add its questions."))
            return redirect("evaluation:version_design", form.outcome.pk)
    return render(request, "evaluation/questionnaire_form.html", {"form": form, "questionnaire": None, "source": None})


@require_safe
def questionnaire_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One questionnaire: its draft, its versions, and what can be done with it."""
    row = questionnaire_of(request, pk)
    require(policies.may_list_questionnaires(request.user))
    versions = design_pages.versions_of(row)
    published = [one for one in versions if not one.is_draft]
    may_design = policies.may_update_questionnaire(request.user, row)
    context = {
        "questionnaire": row, "published": published, "draft": next((one for one in versions if one.is_draft), None),
        "may_design": may_design, "newest": next(iter(published), None),
        "compared": programmes_to_compare(request.user, row),
        "is_asked": row.waves.running().exists() if may_design else False,
    }  # fmt: skip
    return render(request, "evaluation/questionnaire_detail.html", context)


@require_http_methods(["GET", "POST"])
def questionnaire_update(request: HttpRequest, pk: int) -> HttpResponse:
    row = questionnaire_of(request, pk)
    require(policies.may_update_questionnaire(request.user, row))
    form = QuestionnaireForm(request.POST or None, row=row)
    if form.is_valid() and succeeded(form, actions.update_questionnaire, row, by=request.user, **form.texts):
        messages.success(request, _("Saved."))
        return redirect("evaluation:questionnaire_detail", row.pk)
    return render(request, "evaluation/questionnaire_form.html", {"form": form, "questionnaire": row, "source": None})


@require_http_methods(["GET", "POST"])
def questionnaire_copy(request: HttpRequest, pk: int) -> HttpResponse:
    """A shared questionnaire, or one of ours, as the start of another."""
    row = questionnaire_of(request, pk)
    require(policies.may_list_questionnaires(request.user))
    form = QuestionnaireForm(request.POST or None, row=row, organisations=design_pages.led_organisations(request.user))
    if form.is_valid():
        require(policies.may_copy_questionnaire(request.user, form.organisation.pk))
        if succeeded(form, actions.copy_questionnaire, row, form.organisation, by=request.user, **form.texts):
            messages.success(request, _("The copy is yours: change what you like, then publish it."))
            return redirect("evaluation:version_design", form.outcome.pk)
    return render(request, "evaluation/questionnaire_form.html", {"form": form, "questionnaire": None, "source": row})


@require_http_methods(["GET", "POST"])
def questionnaire_retire(request: HttpRequest, pk: int) -> HttpResponse:
    row = questionnaire_of(request, pk)
    require(policies.may_retire_questionnaire(request.user, row))
    form = ConfirmForm(request.POST if request.method == "POST" else None)
    if form.is_valid() and succeeded(form, actions.retire_questionnaire, row, by=request.user):
        messages.success(request, _("It is retired. What was answered stays."))
        return redirect("evaluation:questionnaire_detail", row.pk)
    return render(request, "evaluation/questionnaire_retire.html", {"form": form, "questionnaire": row})


@require_POST
def questionnaire_restore(request: HttpRequest, pk: int) -> HttpResponse:
    row = questionnaire_of(request, pk)
    require(policies.may_restore_questionnaire(request.user, row))
    attempt(request, _("It can be asked again."), actions.restore_questionnaire, row, by=request.user)
    return redirect("evaluation:questionnaire_detail", row.pk)


@require_POST
def draft_start(request: HttpRequest, pk: int) -> HttpResponse:
    """Onto the draft of its next version, started if there is none."""
    row = questionnaire_of(request, pk)
    require(policies.may_draft_version(request.user, row))
    form: Any = ConfirmForm(request.POST)
    if form.is_valid() and succeeded(form, actions.draft_version, row, by=request.user):
        return redirect("evaluation:version_design", form.outcome.pk)
    messages.error(request, "; ".join(form.non_field_errors()))
    return redirect("evaluation:questionnaire_detail", row.pk)
