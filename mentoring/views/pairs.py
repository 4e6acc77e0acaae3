"""The pair: choosing a mentor for a journey, the pair's own page, its end."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from backend.lib import clock
from backend.lib.doors import find, require, succeeded
from journeys.models import Journey
from mentoring import actions, policies, queries
from mentoring.forms import EndMentorshipForm, PairMentorForm
from mentoring.models import Mentor, Mentorship, Need
from mentoring.queries.matching import ranked_for
from mentoring.queries.past import past_of
from mentoring.views.found import pair_of
from mentoring.views.proposals import proposal_page
from mentoring.views.times import way_form

SHOWN = 5  # mentors before the rest is folded
JOURNEY = ("holder__user", "project__commune", "programme__organisation")


@require_http_methods(["GET", "POST"])
def mentor_pair(request: HttpRequest, pk: int) -> HttpResponse:
    """Choose a mentor, the primary one or (`?second`) one more: proposed to both, or begun at once."""
    journey = find(Journey.objects.visible_to(request.user).select_related(*JOURNEY), pk=pk)
    require(policies.may_propose_mentor(request.user, journey))
    is_second = "second" in request.GET
    live = list(queries.pairs_of(request.user).live().filter(journey=journey).order_by("pk"))
    standing = next((one for one in live if one.is_primary and not one.is_waiting), None)
    mentors = Mentor.objects.filter(organisation=journey.programme.organisation_id)
    asks_why = standing is not None and not is_second
    form = PairMentorForm(request.POST or None, mentors=mentors, has_standing=asks_why)
    if form.is_valid() and succeeded(
        form, _chosen(form), journey, is_primary=not is_second, by=request.user, **form.values()
    ):
        messages.success(request, _done(form.outcome))
        return redirect("mentoring:mentorship", form.outcome.pk)
    context = {
        "form": form,
        "journey": journey,
        "standing": standing,
        "is_second": is_second,
        "asks_why": asks_why,
        "waiting": [one for one in live if one.is_waiting],
        "need": Need.objects.visible_to(request.user).filter(journey=journey).first(),
        **_ranked(journey, form),
    }
    return render(request, "mentoring/mentor_pair.html", context)


def _chosen(form: PairMentorForm) -> Callable[..., Mentorship]:
    return actions.pair_mentor if form.starts_now else actions.propose_mentor


def _done(pair: Mentorship) -> str:
    words = (
        _("Proposed: %(mentor)s and %(holder)s are asked by letter. Both have to accept.")
        if pair.is_waiting
        else _("%(mentor)s accompanies %(holder)s: both are told by letter.")
    )
    return words % {"mentor": pair.mentor, "holder": pair.journey.holder}


def _ranked(journey: Journey, form: PairMentorForm) -> dict[str, Any]:
    """Who could accompany, the best first; who cannot, and why."""
    ranked = ranked_for(journey)
    free = [one for one in ranked if one.is_free]
    chosen = str(form["mentor"].value() or "")
    return {
        "first": free[:SHOWN],
        "more": free[SHOWN:],
        "opens_more": chosen in {str(one.mentor.pk) for one in free[SHOWN:]},
        "others": [one for one in ranked if not one.is_free],
        "chosen": chosen,
        "is_refused": bool(form["mentor"].errors),
    }


@require_safe
def mentorship(request: HttpRequest, pk: int) -> HttpResponse:
    """The pair: what it is about and how it goes; what is only proposed, for those who are to decide."""
    pair = pair_of(request, pk)
    if not pair.has_begun:
        return render(request, "mentoring/proposal.html", proposal_page(request.user, pair))
    user, now = request.user, clock.now()
    sessions = queries.sessions_of(user).filter(mentorship=pair)
    is_over = pair.state == Mentorship.State.ENDED
    side = policies.pair_side(user, pair)
    context = {
        **_about(pair, side),
        "line": None if is_over else queries.health_of(pair, now),
        "briefing": queries.briefing(pair, request.user),
        "past_pairs": past_of(user, pair),
        "need": Need.objects.visible_to(user).filter(journey=pair.journey).first(),
        "course": queries.course_of(user, pair),
        "chain": queries.chain_of(user, pair),
        "may_read_summary": policies.may_read_notes(user, pair),
        "upcoming": list(sessions.upcoming(now)),
        "to_log": list(sessions.to_log(now)),
        "past": list(sessions.exclude(state="planned").order_by("-starts_at", "-pk")),
        "way_form": way_form(user, pair),
        "may_find": policies.may_find_times(user, pair),
        "may_plan": policies.may_plan_session(user, pair),
        "may_book": policies.may_book_opening(user, pair) and queries.has_openings(pair.mentor),
        "may_set": policies.may_set_objective(user, pair),
        "may_withhold": policies.may_withhold_past(user, pair),
        "may_close": is_over and policies.may_say_review(user, pair),
        "may_end": not is_over and policies.may_end_mentorship(user, pair),
        "may_pair": policies.may_pair_mentor(user, pair.journey),
        "shows_course": side != "" or user.leads(pair.journey.programme.organisation_id),
    }
    return render(request, "mentoring/mentorship.html", context)


def _about(pair: Mentorship, side: str) -> dict[str, Any]:
    return {
        "pair": pair,
        "journey": pair.journey,
        "holder": pair.journey.holder.user,
        "side": side,
        "is_holder": side == "holder",
    }


@require_http_methods(["GET", "POST"])
def mentorship_end(request: HttpRequest, pk: int) -> HttpResponse:
    pair = pair_of(request, pk)
    require(policies.may_end_mentorship(request.user, pair))
    form = EndMentorshipForm(request.POST or None)
    if form.is_valid() and succeeded(form, actions.end_mentorship, pair, by=request.user, **form.cleaned_data):
        messages.success(request, _("The pair has ended: both are told by letter."))
        return redirect("mentoring:mentor_pair", pair.journey_id)
    ahead = pair.sessions.upcoming(clock.now()).count()
    return render(request, "mentoring/mentorship_end.html", {"form": form, "pair": pair, "ahead": ahead})
