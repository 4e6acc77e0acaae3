"""Doors onto the company’s side of a draft: shared by the lead, completed from a link. Reading changes nothing."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from backend.accounts.models import Link
from backend.accounts.queries import open_link
from backend.lib.bearers import in_words_of
from backend.lib.doors import require, succeeded
from journeys import actions, policies
from journeys.actions.immersions.drafts import ChangedMeanwhile
from journeys.actions.immersions.facts import OF_COMPANY, Stay, facts_of
from journeys.actions.immersions.rules import missing
from journeys.actions.immersions.sharing import COMPANY_FACTS, PURPOSE
from journeys.forms.agreements import MergeForm
from journeys.forms.schedules import ScheduleForm
from journeys.forms.shared_agreements import CompanySideForm, ShareForm
from journeys.models import Immersion
from journeys.views.agreements import merge_page, merged, page_of, revision_of, stay_of
from journeys.views.answers import one_tap
from journeys.views.schedules import grid_page


# --- The lead ---------------------------------------------------------------------------------------
@require_http_methods(["GET", "POST"])
def immersion_share(request: HttpRequest, pk: int) -> HttpResponse:
    immersion = stay_of(request, pk)
    require(policies.may_share_immersion(request.user, immersion))
    form = ShareForm(request.POST or None, immersion=immersion)
    if form.is_valid() and succeeded(form, actions.share_immersion, immersion, by=request.user, **form.cleaned_data):
        sentence = _("A letter with the link is on its way to %(email)s.")
        messages.success(request, sentence % {"email": form.cleaned_data["email"]})
        return redirect(page_of(immersion))
    context = {"immersion": immersion, "journey": immersion.step.journey, "form": form}
    return render(request, "journeys/immersion_share.html", {**context, "back_url": page_of(immersion)})


@require_POST
def share_revoke(request: HttpRequest, pk: int) -> HttpResponse:
    immersion = stay_of(request, pk)
    require(policies.may_revoke_share(request.user, immersion))
    done = _("The company’s link opens nothing any more.")
    return one_tap(request, actions.revoke_share, immersion, done=done, default=page_of(immersion))


# --- The company, behind its link -------------------------------------------------------------------
def _behind_link(token: str) -> tuple[Link, Immersion] | None:
    """The link and its draft, while the link is good and the agreement still a draft."""
    link = open_link(token, PURPOSE)
    if link is None or not isinstance(link.about, Immersion):
        return None
    rows = Immersion.objects.select_related(
        "company__commune", "site", "step__journey__holder__user", "step__journey__referent",
        "step__journey__programme__organisation",
    )  # fmt: skip
    immersion = rows.get(pk=link.about.pk)
    return (link, immersion) if immersion.state == Immersion.State.DRAFT else None


def _gone(request: HttpRequest) -> HttpResponse:
    """Expired, revoked, sent back, forged: the same page for all, which tells nothing."""
    return render(request, "journeys/agreement_link_gone.html", status=404)


def _where(token: str, **more: Any) -> dict[str, Any]:
    page = reverse("journeys:agreement_link", args=[token])
    return {
        "back_url": page,
        "action": reverse("journeys:agreement_link_merge", args=[token]),
        "template": "journeys/agreement_link_merge.html",
        **more,
    }


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def agreement_link(request: HttpRequest, token: str) -> HttpResponse:
    """The company’s letter leads here: no sign-in, its own side of this one draft, nothing else."""
    found = _behind_link(token)
    if found is None:
        return _gone(request)
    link, immersion = found
    with in_words_of(request, immersion.step.journey.programme.organisation):
        form = CompanySideForm(request.POST or None, immersion=immersion)
        if form.is_valid() and succeeded(
            form, actions.fill_shared_immersion, immersion, form.cleaned_data["stay"], link=link,
            revision=revision_of(form.was_seen(), immersion), company=form.of_company(),
        ):  # fmt: skip
            if "back" in request.POST:
                actions.return_shared_immersion(immersion, link=link)
                return render(request, "journeys/agreement_link_thanks.html", {"immersion": immersion})
            messages.success(request, _("Saved. Come back to this page as often as you like, then send it back."))
            return redirect("journeys:agreement_link", token)
        clash = getattr(form, "refusal", None)
        if isinstance(clash, ChangedMeanwhile):
            return merge_page(request, immersion, form.was_seen(), clash, _where(token), OF_COMPANY)
        stay = facts_of(immersion)
        left = [(name, text) for name, text in missing(stay, immersion.step) if name in (*OF_COMPANY, *COMPANY_FACTS)]
        context = {"immersion": immersion, "form": form, "token": token, "left": left, "until": link.expires_at}
        return render(request, "journeys/agreement_link.html", context)


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def agreement_link_schedule(request: HttpRequest, token: str) -> HttpResponse:
    """The same grid as the lead’s, of this one draft."""
    found = _behind_link(token)
    if found is None:
        return _gone(request)
    link, immersion = found

    def save(form: ScheduleForm, stay: Stay, revision: int | None) -> HttpResponse | None:
        if succeeded(form, actions.fill_shared_immersion, immersion, stay, link=link, revision=revision):
            messages.success(request, _("The schedule is saved."))
            return redirect("journeys:agreement_link", token)
        if isinstance(getattr(form, "refusal", None), ChangedMeanwhile):
            return merge_page(request, immersion, form.was_seen(), form.refusal, _where(token), OF_COMPANY)
        return None

    where = {
        "page": "journeys/agreement_link_schedule.html",
        "action": reverse("journeys:agreement_link_schedule", args=[token]),
        "back_url": reverse("journeys:agreement_link", args=[token]),
    }
    with in_words_of(request, immersion.step.journey.programme.organisation):
        return grid_page(request, immersion, save, where)


@login_not_required
@never_cache
@require_POST
def agreement_link_merge(request: HttpRequest, token: str) -> HttpResponse:
    """The team and the company wrote at once: what stays of each."""
    found = _behind_link(token)
    if found is None:
        return _gone(request)
    link, immersion = found

    def save(form: MergeForm, stay: Stay, revision: int) -> bool:
        return succeeded(form, actions.fill_shared_immersion, immersion, stay, link=link, revision=revision)

    with in_words_of(request, immersion.step.journey.programme.organisation):
        answer = merged(request, immersion, save, _where(token), OF_COMPANY)
        if answer is None:
            messages.success(request, _("Saved. Come back to this page as often as you like, then send it back."))
            answer = redirect("journeys:agreement_link", token)
        return answer
