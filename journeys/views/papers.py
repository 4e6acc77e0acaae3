"""Doors onto the papers of a stay: taken away by those around it, checked by anybody who holds one."""

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from backend.lib.doors import find, require
from journeys import policies
from journeys.forms.papers import CheckPaperForm
from journeys.models import Amendment, Immersion
from journeys.queries import amendments, paper_files, papers

ROWS = (
    "company__commune", "site", "step__journey__holder__user", "step__journey__project",
    "step__journey__programme__organisation",
)  # fmt: skip
DONE = (Immersion.State.COMPLETED, Immersion.State.ASSESSED)


def _immersion(request: HttpRequest, pk: int) -> Immersion:
    rows = Immersion.objects.visible_to(request.user).select_related(*ROWS)
    immersion = find(rows.prefetch_related("signatures", "step__journey__companions"), pk=pk)
    require(policies.may_read_papers(request.user, immersion))
    return immersion


def pdf_answer(sheet: papers.Sheet) -> HttpResponse:
    """The file to keep."""
    return HttpResponse(
        paper_files.sheet_pdf(sheet),
        content_type="application/pdf",
        headers={"Content-Disposition": f'attachment; filename="{sheet.name}.pdf"'},
    )


@require_safe
def agreement_paper(request: HttpRequest, pk: int) -> HttpResponse:
    return pdf_answer(papers.agreement_sheet(amendments.as_signed(_immersion(request, pk))))


@require_safe
def attestation_paper(request: HttpRequest, pk: int) -> HttpResponse:
    """Only once the stay has taken place."""
    immersion = _immersion(request, pk)
    if immersion.state not in DONE or immersion.outcome == Immersion.Outcome.NOT_HAPPENED:
        raise Http404
    return pdf_answer(papers.attestation_sheet(immersion))


@require_safe
def amendment_paper(request: HttpRequest, pk: int) -> HttpResponse:
    rows = Amendment.objects.visible_to(request.user).select_related(*(f"immersion__{name}" for name in ROWS))
    amendment = find(rows.prefetch_related("signatures", "immersion__step__journey__companions"), pk=pk)
    require(policies.may_read_papers(request.user, amendment.immersion))
    amendment = amendments.as_amended(amendment)
    return pdf_answer(papers.amendment_sheet(amendment, amendments.changes_in_words(amendment)))


@login_not_required
@never_cache
@require_safe
def paper_check(request: HttpRequest) -> HttpResponse:
    """Does the document somebody holds stand? Says its kind and its day; names nobody."""
    form = CheckPaperForm(request.GET or None)
    paper, standing = None, ""
    is_asked = form.is_bound and form.is_valid()
    if is_asked:
        paper = papers.known_paper(form.cleaned_data["fingerprint"])
        standing = papers.paper_standing(paper) if paper else ""
    context = {"form": form, "paper": paper, "standing": standing, "is_asked": is_asked}
    return render(request, "journeys/paper_check.html", context)
