"""Questionnaires as files: taken out, brought in."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from backend.lib.doors import file_answer, find, require, succeeded
from evaluation import actions, policies
from evaluation.forms.design import ImportQuestionnaireForm
from evaluation.models import Questionnaire, QuestionnaireVersion
from evaluation.queries import design_pages
from evaluation.queries.design_exports import FORMATS, file_name, version_file

NOTES = 12


@require_safe
def version_export(request: HttpRequest, pk: int, form: str) -> HttpResponse:
    """One version as JSON, or as an XLSForm."""
    mine = Questionnaire.objects.visible_to(request.user)
    version = find(QuestionnaireVersion.objects.filter(questionnaire__in=mine).select_related("questionnaire"), pk=pk)
    require(policies.may_read_version(request.user, version))
    return file_answer(version_file(version, form), file_name(version, form), FORMATS[form])


@require_http_methods(["GET", "POST"])
def questionnaire_import(request: HttpRequest) -> HttpResponse:
    require(policies.may_list_questionnaires(request.user))
    organisations = design_pages.led_organisations(request.user)
    form = ImportQuestionnaireForm(request.POST or None, request.FILES or None, organisations=organisations)
    if form.is_valid():
        require(policies.may_import_questionnaire(request.user, form.organisation.pk))
        data = form.cleaned_data["file"]
        if succeeded(form, actions.import_questionnaire, form.organisation, data, by=request.user):
            brought = form.outcome
            messages.success(request, _("The questionnaire is there, as a draft: read it, then publish it."))
            for note in brought.notes[:NOTES]:
                messages.warning(request, note)
            if len(brought.notes) > NOTES:
                more = len(brought.notes) - NOTES
                messages.warning(request, _("%(more)d more things were left out.") % {"more": more})
            return redirect("evaluation:version_design", brought.version.pk)
    return render(request, "evaluation/questionnaire_import.html", {"form": form})
