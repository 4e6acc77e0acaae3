"""What an organisation decides once about its mentoring."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from backend.accounts.models import Organisation
from backend.lib.doors import find, require, succeeded
from mentoring import actions, policies, queries
from mentoring.forms import KeepTermsForm


@require_http_methods(["GET", "POST"])
def terms_keep(request: HttpRequest, pk: int) -> HttpResponse:
    organisation = find(Organisation.objects.filter(pk__in=request.user.organisation_ids("lead")), pk=pk)
    require(policies.may_keep_terms(request.user, organisation))
    terms = queries.terms_of(organisation)
    initial = {name: getattr(terms, name) for name in KeepTermsForm.base_fields}
    form = KeepTermsForm(request.POST or None, initial=initial)
    if form.is_valid() and succeeded(form, actions.keep_terms, organisation, by=request.user, **form.cleaned_data):
        messages.success(request, _("Kept: it holds for what is planned from now on."))
        return redirect("mentoring:terms_keep", organisation.pk)
    context = {
        "form": form,
        "organisation": organisation,
        "example": queries.room_in(terms.video_template),
        "late": queries.late_cancellations(terms),
    }
    return render(request, "mentoring/terms_keep.html", context)
