"""Doors onto signing: by the link of a letter, without an account, or signed in. Reading changes nothing."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from backend.accounts.queries import open_link
from backend.lib.bearers import in_words_of
from backend.lib.doors import find, require, succeeded
from journeys import actions, policies
from journeys.actions.immersions.signing_links import PURPOSE
from journeys.forms.signing import RefuseForm, SignForm
from journeys.models import Signature
from journeys.queries import amendments, paper_files, papers
from journeys.queries.paper_facts import has_other_words
from journeys.views.answers import one_tap

WITH = (
    "amendment", "immersion__company__commune", "immersion__site", "immersion__step__journey__holder__user",
    "immersion__step__journey__project", "immersion__step__journey__programme__organisation",
)  # fmt: skip


def _sheet(signature: Signature) -> papers.Sheet:
    if signature.amendment is not None:
        return papers.amendment_sheet(signature.amendment, amendments.changes_in_words(signature.amendment))
    return papers.agreement_sheet(signature.immersion)


def _behind_link(token: str) -> Signature | None:
    """The party who is asked, while her text is the one she was asked to sign."""
    link = open_link(token, PURPOSE)
    if link is None:
        return None
    signature = Signature.objects.select_related(*WITH).get(pk=link.about.pk)
    is_hers = link.email.lower() == signature.email.lower() and signature.is_awaited
    return signature if is_hers and not _has_other_words(signature) else None


def _has_other_words(signature: Signature) -> bool:
    """Would this page show another text than the one she was asked to sign?"""
    return signature.amendment is None and has_other_words(signature.immersion)


def _address(request: HttpRequest) -> str:
    return str(request.META.get("REMOTE_ADDR", ""))


def _forms(sign: SignForm, refuse: RefuseForm) -> dict[str, Any]:
    return {"sign_form": sign, "refuse_form": refuse, "refusing": bool(refuse.errors)}


def _answered(request: HttpRequest, signature: Signature, *, by: Any) -> tuple[SignForm, RefuseForm, str]:
    """The two forms, and what was done: "signed", "refused" or ""."""
    refuses = request.POST.get("act") == "refuse"
    sign = SignForm(None if refuses else request.POST or None, signature=signature)
    refuse = RefuseForm(request.POST if refuses else None)
    address = _address(request)
    if sign.is_valid() and succeeded(sign, actions.sign_agreement, signature, address=address, by=by):
        return sign, refuse, "signed"
    if refuse.is_valid() and succeeded(
        refuse, actions.refuse_agreement, signature, address=address, by=by, **refuse.cleaned_data
    ):
        return sign, refuse, "refused"
    return sign, refuse, ""


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def signing_link(request: HttpRequest, token: str) -> HttpResponse:
    """The letter leads here: identity restated, the whole text, one act to sign or to refuse."""
    signature = _behind_link(token)
    if signature is None:
        return render(request, "journeys/signing_gone.html", status=404)
    organisation, language = signature.immersion.step.journey.programme.organisation, signature.immersion.language
    with in_words_of(request, organisation, language=language):
        sign, refuse, done = _answered(request, signature, by=None)
        if done:
            return redirect("journeys:signing_done", done)
        context = {
            "signature": signature, "sheet": _sheet(signature), **_forms(sign, refuse),
            "pdf_url": reverse("journeys:signing_paper", args=[token]), "base": "web/plain.html",
        }  # fmt: skip
        return render(request, "journeys/signing.html", context)


@login_not_required
@never_cache
@require_safe
def signing_paper(request: HttpRequest, token: str) -> HttpResponse:
    """The same text as a file, before signing."""
    signature = _behind_link(token)
    if signature is None:
        return render(request, "journeys/signing_gone.html", status=404)
    sheet = _sheet(signature)
    return HttpResponse(
        paper_files.sheet_pdf(sheet),
        content_type="application/pdf",
        headers={"Content-Disposition": f'attachment; filename="{sheet.name}.pdf"'},
    )


@login_not_required
@require_safe
def signing_done(request: HttpRequest, what: str) -> HttpResponse:
    """Thanks, to anybody: names nothing."""
    return render(request, "journeys/signing_done.html", {"is_signed": what == "signed"})


def _signature(request: HttpRequest, pk: int) -> Signature:
    return find(Signature.objects.visible_to(request.user).select_related(*WITH), pk=pk)


def _page(signature: Signature) -> str:
    """Where it stands among the others: the amendment, or the stay."""
    if signature.amendment_id:
        return reverse("journeys:amendment_detail", args=[signature.amendment_id])
    return reverse("journeys:immersion_detail", args=[signature.immersion_id])


@require_http_methods(["GET", "POST"])
def signature_sign(request: HttpRequest, pk: int) -> HttpResponse:
    """The holder, or who signs for the organisation, signed in."""
    signature = _signature(request, pk)
    require(policies.may_sign_agreement(request.user, signature))
    sign, refuse, done = _answered(request, signature, by=request.user)
    page = _page(signature)
    if done:
        messages.success(
            request, _("Signed: a receipt is on its way.") if done == "signed" else _("Your refusal is noted.")
        )
        return redirect(page)
    if not signature.is_awaited or _has_other_words(signature):
        messages.warning(request, _("This text is not to be signed any more."))
        return redirect(page)
    pdf_url = reverse("journeys:agreement_paper", args=[signature.immersion_id])
    if signature.amendment_id:
        pdf_url = reverse("journeys:amendment_paper", args=[signature.amendment_id])
    context = {
        "signature": signature, "sheet": _sheet(signature), **_forms(sign, refuse),
        "pdf_url": pdf_url, "base": "web/base.html",
        "back_url": page,
    }  # fmt: skip
    return render(request, "journeys/signing.html", context)


@require_POST
def signature_resend(request: HttpRequest, pk: int) -> HttpResponse:
    signature = _signature(request, pk)
    require(policies.may_resend_signature(request.user, signature))
    done = _("A letter is on its way to %(name)s.") % {"name": signature.name or signature.email}
    page = _page(signature)
    return one_tap(request, actions.resend_signature, signature, done=done, default=page)
