"""Publications: what was published, for who reads it; what is in preparation, for leads."""

from collections.abc import Callable

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from backend.lib.doors import attempt, file_answer, find, number, require, succeeded
from evaluation import actions, policies
from evaluation.forms.publishing import CampaignForm, WithdrawForm
from evaluation.models import Snapshot
from evaluation.queries.publishing import files, pages, paper, schedules, workbook
from evaluation.queries.publishing.checks import Check, checks
from evaluation.queries.publishing.content import title_of
from evaluation.queries.publishing.verifying import verify

FILES: dict[str, tuple[Callable[[Snapshot], bytes], str]] = {
    "pdf": (paper.as_pdf, paper.PDF),
    "json": (files.as_json, files.JSON),
    "csv": (files.as_csv, files.CSV),
    "xlsx": (workbook.as_xlsx, workbook.XLSX),
}
ACTS: dict[str, tuple[Callable[..., bool], Callable[..., object]]] = {
    "check": (policies.may_check_campaign, actions.check_campaign),
    "review": (policies.may_review_campaign, actions.review_campaign),
    "publish": (policies.may_publish_campaign, actions.publish_campaign),
    "reopen": (policies.may_reopen_campaign, actions.reopen_campaign),
    "discard": (policies.may_discard_campaign, actions.discard_campaign),
}


@require_safe
def snapshot_list(request: HttpRequest) -> HttpResponse:
    """What was published, the latest first; what is in preparation, for leads."""
    require(policies.may_read_publications(request.user))
    context: dict[str, object] = {"published": pages.published(request.user), "prepared": pages.prepared(request.user)}
    context["schedules"] = list(schedules.schedules(request.user))
    return render(
        request, "evaluation/snapshot_list.html", context | {"leads": policies.may_read_indicators(request.user)}
    )


@require_safe
def snapshot(request: HttpRequest, pk: int) -> HttpResponse:
    """One snapshot as it was frozen, with what changed since the one before."""
    found = find(pages.snapshots(request.user), pk=pk)
    context = pages.page_of(found) | {
        "can_verify": policies.may_verify_snapshot(request.user, found),
        "may_withdraw": policies.may_withdraw_campaign(request.user, found.campaign),
    }
    return render(request, "evaluation/snapshot.html", context)


@require_safe
def snapshot_file(request: HttpRequest, pk: int, kind: str) -> HttpResponse:
    """The snapshot to take away."""
    found = find(pages.snapshots(request.user), pk=pk)
    if kind not in FILES:
        raise Http404
    write, content_type = FILES[kind]
    return file_answer(write(found), files.name_of(found, kind), content_type)


@require_http_methods(["GET", "POST"])
def campaign_create(request: HttpRequest) -> HttpResponse:
    """A lead prepares a publication."""
    require(request.user.has_role("lead"))
    form = CampaignForm(request.user, request.POST or None)
    if form.is_valid():
        require(policies.may_create_campaign(request.user, form.organisation_meant.pk))
        if succeeded(form, actions.create_campaign, form.organisation_meant, form.plan, by=request.user):
            return redirect("evaluation:campaign", form.outcome.pk)
    return render(request, "evaluation/campaign_form.html", {"form": form})


@require_http_methods(["GET", "POST"])
def campaign_update(request: HttpRequest, pk: int) -> HttpResponse:
    """What is prepared is changed; of two leads who do at once the second is told, and loses nothing."""
    found = find(pages.campaigns(request.user), pk=pk)
    require(policies.may_update_campaign(request.user, found))
    form = CampaignForm(request.user, request.POST or None, campaign=found)
    seen = number(request.POST.get("revision", ""))
    if form.is_valid() and succeeded(
        form,
        actions.update_campaign,
        found,
        form.plan,
        by=request.user,
        revision=found.revision if seen is None else seen,
    ):
        return redirect("evaluation:campaign", pk)
    is_stale = bool(form.is_bound and getattr(form, "refusal", None) and form.refusal.details.get("is_stale"))
    revision = found.revision if is_stale or seen is None else seen
    context = {"form": form, "campaign": found, "revision": revision, "is_stale": is_stale}
    return render(request, "evaluation/campaign_form.html", context)


@require_http_methods(["GET", "POST"])
def campaign_withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Take back what was published, and say why."""
    found = find(pages.campaigns(request.user), pk=pk)
    require(policies.may_withdraw_campaign(request.user, found))
    form = WithdrawForm(request.POST or None)
    if form.is_valid() and succeeded(
        form, actions.withdraw_campaign, found, by=request.user, why=form.cleaned_data["why"]
    ):
        messages.success(request, _("Withdrawn: only leads read it from now on."))
        return redirect("evaluation:campaign", pk)
    return render(request, "evaluation/campaign_withdraw.html", {"form": form, "campaign": found})


@require_safe
def campaign(request: HttpRequest, pk: int) -> HttpResponse:
    """What is left to mend, and what comes next."""
    found = find(pages.campaigns(request.user), pk=pk)
    published = list(found.snapshots.order_by("-number"))
    context = {
        "campaign": found,
        "title": pages.campaign_title(found),
        "checks": [(check.words, _doors(check)) for check in checks(found)],
        "snapshots": published,
        "can_withdraw": any(one.withdrawn_at is None for one in published),
        "needs_another": actions.other_leads(found, found.checked_by),
        "is_mine": found.checked_by_id == request.user.pk,
    }
    return render(request, "evaluation/campaign.html", context)


@require_safe
def snapshot_verify(request: HttpRequest, pk: int) -> HttpResponse:
    """Its figures recomputed from the facts as they were known then, held against its bytes."""
    found = find(pages.snapshots(request.user), pk=pk)
    require(policies.may_verify_snapshot(request.user, found))
    context = {"snapshot": found, "title": title_of(found.content), "verified": verify(found)}
    return render(request, "evaluation/snapshot_verify.html", context)


def _doors(check: Check) -> list[tuple[str, str]]:
    """Where it is mended: label and address."""
    if check.code:
        where = "&".join(f"{name}={value}" for name, value in check.where.items())
        return [(_("See them"), f"{reverse('evaluation:figure_rows', args=[check.code])}?{where}")]
    return [(label, reverse(name, args=[pk])) for name, pk, label in check.pages]


@require_POST
def campaign_act(request: HttpRequest, pk: int, act: str) -> HttpResponse:
    """One step on, or back."""
    found = find(pages.campaigns(request.user), pk=pk)
    if act not in ACTS:
        raise Http404
    may, action = ACTS[act]
    require(may(request.user, found))
    done = attempt(request, _done(act), action, found, by=request.user)
    if done and act == "discard":
        return redirect("evaluation:snapshot_list")
    return redirect("evaluation:campaign", pk)


def _done(act: str) -> str:
    return {
        "check": _("Checked."),
        "review": _("Looked over: it can be published."),
        "publish": _("Published: whoever may read it finds it among the publications."),
        "reopen": _("It is in preparation again."),
        "discard": _("Discarded."),
    }[act]
