"""The pair: choosing a mentor for a journey, the pair's own page, its end."""

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

SHOWN = 5  # mentors before the rest is folded
JOURNEY = ("holder__user", "project__commune", "programme__organisation")


@require_http_methods(["GET", "POST"])
def mentor_pair(request: HttpRequest, pk: int) -> HttpResponse:
    journey = find(Journey.objects.visible_to(request.user).select_related(*JOURNEY), pk=pk)
    require(policies.may_pair_mentor(request.user, journey))
    standing = journey.mentorships.live().filter(is_primary=True).select_related("mentor__user").first()
    mentors = Mentor.objects.filter(organisation=journey.programme.organisation_id)
    form = PairMentorForm(request.POST or None, mentors=mentors, has_standing=standing is not None)
    if form.is_valid() and succeeded(form, actions.pair_mentor, journey, by=request.user, **form.cleaned_data):
        pair = form.outcome
        messages.success(
            request,
            _("%(mentor)s accompanies %(holder)s: both are told by letter.")
            % {"mentor": pair.mentor, "holder": journey.holder},
        )
        return redirect("mentoring:mentorship", pair.pk)
    ranked = ranked_for(journey)
    free = [one for one in ranked if one.is_free]
    chosen = str(form["mentor"].value() or "")
    context = {
        "form": form,
        "journey": journey,
        "standing": standing,
        "need": Need.objects.visible_to(request.user).filter(journey=journey).first(),
        "first": free[:SHOWN],
        "more": free[SHOWN:],
        "opens_more": chosen in {str(one.mentor.pk) for one in free[SHOWN:]},
        "others": [one for one in ranked if not one.is_free],
        "chosen": chosen,
        "is_refused": bool(form["mentor"].errors),
    }
    return render(request, "mentoring/mentor_pair.html", context)


@require_safe
def mentorship(request: HttpRequest, pk: int) -> HttpResponse:
    pairs = Mentorship.objects.visible_to(request.user)
    pair = find(
        pairs.select_related("mentor__user", "mentor__organisation", *(f"journey__{name}" for name in JOURNEY)), pk=pk
    )
    now = clock.now()
    sessions = queries.sessions_of(request.user).filter(mentorship=pair)
    may_plan = policies.may_plan_session(request.user, pair)
    context = {
        "pair": pair,
        "journey": pair.journey,
        "holder": pair.journey.holder.user,
        "is_holder": pair.journey.holder.user_id == request.user.pk,
        "line": queries.health_of(pair, now) if pair.state == Mentorship.State.ACTIVE else None,
        "briefing": queries.briefing(pair.journey),
        "need": Need.objects.visible_to(request.user).filter(journey=pair.journey).first(),
        "may_read_summary": policies.may_read_notes(request.user, pair),
        "upcoming": list(sessions.upcoming(now)),
        "to_log": list(sessions.to_log(now)),
        "past": list(sessions.exclude(state="planned").order_by("-starts_at", "-pk")),
        "may_plan": may_plan,
        "may_find": policies.may_find_times(request.user, pair),
        "may_book": policies.may_book_opening(request.user, pair) and queries.has_openings(pair.mentor),
        "may_end": pair.state != Mentorship.State.ENDED and policies.may_end_mentorship(request.user, pair),
        "may_pair": policies.may_pair_mentor(request.user, pair.journey),
    }
    return render(request, "mentoring/mentorship.html", context)


@require_http_methods(["GET", "POST"])
def mentorship_end(request: HttpRequest, pk: int) -> HttpResponse:
    pairs = Mentorship.objects.visible_to(request.user).select_related(
        "mentor__user", *(f"journey__{name}" for name in JOURNEY)
    )
    pair = find(pairs, pk=pk)
    require(policies.may_end_mentorship(request.user, pair))
    form = EndMentorshipForm(request.POST or None)
    if form.is_valid() and succeeded(form, actions.end_mentorship, pair, by=request.user, **form.cleaned_data):
        messages.success(request, _("The pair has ended: both are told by letter."))
        return redirect("mentoring:mentor_pair", pair.journey_id)
    ahead = pair.sessions.upcoming(clock.now()).count()
    return render(request, "mentoring/mentorship_end.html", {"form": form, "pair": pair, "ahead": ahead})
