"""Versions of a programme: read, compared; the draft designed, published, discarded."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from backend.lib.doors import find, require, succeeded
from journeys import actions, policies
from journeys.forms.template_steps import PublishVersionForm
from journeys.models import Programme, ProgrammeVersion
from journeys.queries import version_pages
from journeys.views.answers import one_tap


def _version(request: HttpRequest, pk: int) -> ProgrammeVersion:
    rows = ProgrammeVersion.objects.visible_to(request.user)
    return find(rows.select_related("programme__organisation", "published_by"), pk=pk)


@require_POST
def draft_start(request: HttpRequest, pk: int) -> HttpResponse:
    """Onto the draft of the programme, started if there is none."""
    programme = find(Programme.objects.visible_to(request.user).select_related("organisation"), pk=pk)
    require(policies.may_start_draft(request.user, programme))
    return redirect("journeys:version_design", actions.start_draft(programme, by=request.user).pk)


@require_safe
def version_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One version to read; a draft opens at work."""
    version = _version(request, pk)
    if version.is_draft:
        return redirect("journeys:version_design", version.pk)
    return render(request, "journeys/version_detail.html", version_pages.version_page(version))


@require_safe
def version_design(request: HttpRequest, pk: int) -> HttpResponse:
    """The draft at work; a published version opens to read."""
    version = _version(request, pk)
    require(policies.may_add_programme_step(request.user, version))
    if not version.is_draft:
        return redirect("journeys:version_detail", version.pk)
    return render(request, "journeys/version_design.html", version_pages.design_page(version))


@require_safe
def version_difference(request: HttpRequest, pk: int) -> HttpResponse:
    """What this version changes: to the one before it, or to the one named in the address (`?from=2`)."""
    version = _version(request, pk)
    others = [one for one in version_pages.versions_of(version.programme, request.user) if one.pk != version.pk]
    wanted = request.GET.get("from", "")
    named = next((one for one in others if str(one.number) == wanted), None)
    old = named or version_pages.previous_of(version)
    page = version_pages.difference_page(old, version)
    return render(request, "journeys/version_difference.html", page | {"others": others})


@require_http_methods(["GET", "POST"])
def version_publish(request: HttpRequest, pk: int) -> HttpResponse:
    version = _version(request, pk)
    require(policies.may_publish_version(request.user, version))
    form = PublishVersionForm(request.POST or None)
    if form.is_valid() and succeeded(form, actions.publish_version, version, by=request.user, **form.cleaned_data):
        messages.success(request, _("Version %(number)d is published.") % {"number": version.number})
        return redirect("journeys:programme_detail", version.programme_id)
    if not version.is_draft:
        return redirect("journeys:version_detail", version.pk)
    page = version_pages.design_page(version)
    return render(request, "journeys/version_publish.html", page | {"form": form})


@require_http_methods(["GET", "POST"])
def version_discard(request: HttpRequest, pk: int) -> HttpResponse:
    version = _version(request, pk)
    require(policies.may_discard_version(request.user, version))
    if not version.is_draft:
        return redirect("journeys:version_detail", version.pk)
    if request.method == "POST":
        default = reverse("journeys:programme_detail", args=[version.programme_id])
        return one_tap(request, actions.discard_version, version, done=_("The draft is discarded."), default=default)
    return render(request, "journeys/version_discard.html", version_pages.version_page(version))
