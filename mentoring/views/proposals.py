"""A pair that is proposed: read, accepted or declined by each of the two, signed in or from her letter; taken back."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from backend.accounts import actions as accounts
from backend.accounts.models import Link, User
from backend.accounts.queries import open_link
from backend.lib.bearers import in_words_of_person
from backend.lib.doors import attempt, require, succeeded
from mentoring import actions, policies, queries
from mentoring.forms import DeclineProposalForm, WithdrawProposalForm
from mentoring.models import Mentorship, Need, Side
from mentoring.views.found import pair_of


def proposal_page(user: User, pair: Mentorship) -> dict[str, Any]:
    """What each of the two, and a lead, needs to see of a proposal. Nothing of the journey beyond it."""
    side = policies.pair_side(user, pair)
    mine = pair.mentor_accepted_at if side == Side.MENTOR else pair.holder_accepted_at if side else None
    shows_need = side != "" or policies.may_withdraw_proposal(user, pair)
    return {
        "pair": pair,
        "journey": pair.journey,
        "project": pair.journey.project,
        "mentor": pair.mentor,
        "holder": pair.journey.holder.user,
        "side": side,
        "need": Need.objects.visible_to(user).filter(journey=pair.journey_id).first(),
        "why": queries.why_these_two(pair) if shows_need else [],
        "load": queries.load_of(pair.mentor),
        "is_open": pair.state == Mentorship.State.PROPOSED,
        "is_over": pair.state == Mentorship.State.ENDED,
        "was_asked_again": pair.state == Mentorship.State.PROPOSED and pair.asked_again_at is not None,
        "accepted_at": mine,
        "may_accept": policies.may_accept_proposal(user, pair) and mine is None,
        "may_decline": policies.may_decline_proposal(user, pair),
        "may_ask_again": pair.state == Mentorship.State.PROPOSED
        and pair.asked_again_at is None
        and policies.may_ask_again(user, pair),
        "may_withdraw": pair.is_waiting and policies.may_withdraw_proposal(user, pair),
        "i_declined": pair.declined_by_id == user.pk,
    }


@require_POST
def proposal_accept(request: HttpRequest, pk: int) -> HttpResponse:
    """One click signs the charter of the pair."""
    pair = pair_of(request, pk)
    side = policies.pair_side(request.user, pair)
    require(side != "")
    attempt(request, _("Accepted, thank you."), actions.accept_proposal, pair, side=side, by=request.user)
    still_there = queries.pairs_of(request.user).filter(pk=pk).exists()
    return redirect(reverse("mentoring:mentorship", args=[pk]) if still_there else reverse("home"))


@require_http_methods(["GET", "POST"])
def proposal_decline(request: HttpRequest, pk: int) -> HttpResponse:
    pair = pair_of(request, pk)
    require(policies.pair_side(request.user, pair) != "")
    form = DeclineProposalForm(request.POST or None)
    if form.is_valid() and succeeded(form, actions.decline_proposal, pair, by=request.user, **form.cleaned_data):
        messages.success(request, _("Noted, thank you for saying so. The programme lead reads why."))
        return redirect("home")
    return render(request, "mentoring/proposal_decline.html", {"form": form, "pair": pair})


@require_http_methods(["GET", "POST"])
def proposal_withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    pair = pair_of(request, pk)
    require(policies.may_withdraw_proposal(request.user, pair))
    form = WithdrawProposalForm(request.POST or None)
    if form.is_valid() and succeeded(form, actions.withdraw_proposal, pair, by=request.user, **form.cleaned_data):
        messages.success(request, _("Withdrawn: both are told that it will not happen."))
        return redirect("mentoring:mentor_pair", pair.journey_id)
    return render(request, "mentoring/proposal_withdraw.html", {"form": form, "pair": pair})


@require_POST
def proposal_ask_again(request: HttpRequest, pk: int) -> HttpResponse:
    """One click: the second letter, and the last."""
    pair = pair_of(request, pk)
    require(policies.may_ask_again(request.user, pair))
    attempt(request, _("Asked once more, by letter."), actions.ask_again, pair, by=request.user)
    return redirect("mentoring:mentorship", pair.pk)


# --- From the letter ------------------------------------------------------------------------------
def behind_link(token: str, *purposes: str) -> tuple[Link, User, Mentorship] | None:
    """The link, its bearer and her pair, while the link is good and she is one of the two."""
    for purpose in purposes:
        link = open_link(token, purpose)
        if link is not None and link.user is not None:
            pair = Mentorship.objects.select_related(*queries.PAIR).filter(pk=link.about_id).first()
            if pair is not None and policies.pair_side(link.user, pair):
                return link, link.user, pair
    return None


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def proposal_link(request: HttpRequest, token: str) -> HttpResponse:
    """The letter leads here: read what is proposed, then accept or decline. Reading changes nothing."""
    found = behind_link(token, "pair_answer")
    if found is None:
        return render(request, "mentoring/pair_link_closed.html", status=404)
    link, user, pair = found
    with in_words_of_person(request, user):
        act = request.POST.get("act", "") if request.method == "POST" else ""
        form = DeclineProposalForm(request.POST if act == "decline" else None)
        if act == "accept":
            side = policies.pair_side(user, pair)
            if attempt(request, _("Accepted, thank you."), actions.accept_proposal, pair, side=side, by=user):
                accounts.use_link(link)
            return redirect("mentoring:proposal_link", token)
        if form.is_valid() and succeeded(form, actions.decline_proposal, pair, by=user, **form.cleaned_data):
            accounts.use_link(link)
            return redirect("mentoring:proposal_link", token)
        pair.refresh_from_db()
        context = {**proposal_page(user, pair), "form": form}
        return render(request, "mentoring/proposal_link.html", context)
