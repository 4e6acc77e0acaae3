"""Doors onto milestones: reached or undone by who accompanies, proposed by the holder, answered; and their files."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from backend.lib.doors import find, require, succeeded
from backend.lib.refusal import MAY_BE_REFUSALS, refusal_of
from journeys import actions, policies
from journeys.forms import milestones as forms
from journeys.models import EvidenceFile, Milestone, MilestoneProposal, Step
from journeys.queries import milestones as queries
from journeys.queries.evidence import download
from journeys.queries.links import journey_url
from journeys.views.answers import one_tap


def _step(request: HttpRequest, pk: int) -> Step:
    rows = Step.objects.filter(policies.visible_steps(request.user), kind="milestone")
    rows = rows.select_related(
        "journey__programme__organisation", "journey__holder__user", "journey__project", "journey__referent"
    )
    return find(rows.prefetch_related("journey__companions"), pk=pk)


def _proposal(request: HttpRequest, pk: int) -> MilestoneProposal:
    rows = MilestoneProposal.objects.visible_to(request.user)
    return find(queries.whole(rows), pk=pk)


def _answered(request: HttpRequest, form: forms.EvidenceForm, act: Callable[..., Any], step: Step) -> bool:
    """Do it; when it cannot be done, the files that are right are kept and wait for the next try."""
    if form.is_valid() and succeeded(form, act, step, by=request.user, **form.cleaned_data):
        return True
    if form.is_bound and form.passed:
        try:
            kept = actions.keep_evidence_files(step, form.passed, by=request.user)
        except MAY_BE_REFUSALS as error:
            refusal = refusal_of(error)
            form.add_error("uploads", refusal.sentence)
        else:
            words = ngettext("%(count)d file is kept.", "%(count)d files are kept.", len(kept))
            messages.info(request, words % {"count": len(kept)})
    return False


@require_http_methods(["GET", "POST"])
def milestone_reach(request: HttpRequest, pk: int) -> HttpResponse:
    step = _step(request, pk)
    require(policies.may_reach_milestone(request.user, step))
    form = forms.ReachMilestoneForm(request.POST or None, request.FILES or None, step=step)
    if _answered(request, form, actions.reach_milestone, step):
        messages.success(request, _("Milestone reached: %(step)s.") % {"step": step})
        return redirect(journey_url(step.journey))
    return render(request, "journeys/milestone_reach.html", {"form": form, **queries.reach_page(step, request.user)})


@require_http_methods(["GET", "POST"])
def milestone_propose(request: HttpRequest, pk: int) -> HttpResponse:
    """The holder says that it is reached, and shows it; or reads where her proposal is."""
    step = _step(request, pk)
    require(policies.may_propose_milestone(request.user, step))
    page = queries.propose_page(step, request.user)
    form = forms.ProposeMilestoneForm(
        request.POST or None, request.FILES or None, step=step, former=page["former"][0] if page["former"] else None
    )
    if _answered(request, form, actions.propose_milestone, step):
        messages.success(request, _("Proposed: you will be told as soon as it is read."))
        return redirect("journeys:milestone_propose", step.pk)
    if form.is_bound:
        page = queries.propose_page(step, request.user)
    return render(request, "journeys/milestone_propose.html", {"form": form, **page})


@require_safe
def proposal_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """What was proposed and what shows it; those who may answer do it here."""
    proposal = _proposal(request, pk)
    return render(request, "journeys/proposal_detail.html", queries.proposal_page(proposal, request.user))


@require_POST
def proposal_withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    proposal = _proposal(request, pk)
    require(policies.may_withdraw_proposal(request.user, proposal))
    done = _("Taken back: change what you like, then propose it again.")
    page = queries.propose_url(proposal.step)
    return one_tap(request, actions.withdraw_proposal, proposal, done=done, default=page)


@require_POST
def proposal_accept(request: HttpRequest, pk: int) -> HttpResponse:
    proposal = _proposal(request, pk)
    require(policies.may_accept_proposal(request.user, proposal))
    done = _("Milestone reached: %(step)s.") % {"step": proposal.step}
    return one_tap(request, actions.accept_proposal, proposal, done=done, default=queries.proposal_url(proposal))


@require_http_methods(["GET", "POST"])
def proposal_send_back(request: HttpRequest, pk: int) -> HttpResponse:
    proposal = _proposal(request, pk)
    require(policies.may_send_back_proposal(request.user, proposal))
    form = forms.SendBackProposalForm(request.POST or None)
    if form.is_valid() and succeeded(form, actions.send_back_proposal, proposal, by=request.user, **form.cleaned_data):
        messages.success(request, _("Sent back: a letter brings your sentence to the holder."))
        return redirect("journeys:proposal_detail", proposal.pk)
    page = queries.proposal_page(proposal, request.user)
    return render(request, "journeys/proposal_send_back.html", {"form": form, **page})


@require_http_methods(["GET", "POST"])
def milestone_undo(request: HttpRequest, pk: int) -> HttpResponse:
    rows = Milestone.objects.visible_to(request.user)
    rows = rows.select_related("recorded_by", "step__journey__programme__organisation", "step__journey__holder__user")
    milestone = find(rows, pk=pk)
    require(policies.may_undo_milestone(request.user, milestone))
    form = forms.UndoMilestoneForm(request.POST or None)
    step = milestone.step
    if form.is_valid() and succeeded(form, actions.undo_milestone, milestone, by=request.user, **form.cleaned_data):
        messages.success(request, _("Undone: “%(step)s” is to reach again.") % {"step": step})
        return redirect(journey_url(step.journey))
    context = {"form": form, "milestone": milestone, "step": step, "back_url": journey_url(step.journey)}
    return render(request, "journeys/milestone_undo.html", context)


# --- Files --------------------------------------------------------------------------------------------
def _file(request: HttpRequest, pk: int) -> EvidenceFile:
    rows = EvidenceFile.objects.visible_to(request.user).select_related(
        "proposal", "step__milestone", "step__journey__programme__organisation", "step__journey__holder__user"
    )
    return find(rows, pk=pk)


@require_safe
def evidence_file(request: HttpRequest, pk: int) -> HttpResponse:
    """The file, to download and never to open here: whatever it holds, it does nothing in our pages."""
    return download(_file(request, pk))


@require_POST
def evidence_file_remove(request: HttpRequest, pk: int) -> HttpResponse:
    file = _file(request, pk)
    require(policies.may_remove_evidence_file(request.user, file))
    done = _("“%(file)s” is gone.") % {"file": file.name}
    page = queries.step_url(file.step, request.user)
    return one_tap(request, actions.remove_evidence_file, file, done=done, default=page)
