"""Finding a time: the ways there are, times put forward, taken or not; signed in, or from the link in the letter."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from backend.accounts import actions as accounts
from backend.accounts.models import User
from backend.accounts.queries import open_link
from backend.lib.bearers import in_words_of_person
from backend.lib.doors import attempt, find, require, succeeded
from backend.lib.refusal import MAY_BE_REFUSALS, refusal_of
from backend.web import reading
from mentoring import actions, policies, queries
from mentoring.forms import DeclineTimesForm, PreferWayForm, ProposeTimesForm
from mentoring.models import Mentorship, ProposedTime, Session, Side, TimeProposal
from mentoring.views.found import pair_of
from mentoring.views.sessions import usual_meeting

ANSWER = "times_answer"


@require_safe
def times_find(request: HttpRequest, pk: int) -> HttpResponse:
    """The ways to find a time, and what waits for an answer."""
    pair = pair_of(request, pk)
    require(policies.may_find_times(request.user, pair))
    side = policies.side_of(request.user, pair)
    standing = list(queries.time_proposals_of(request.user).filter(mentorship=pair).open())
    offers = queries.offers_for(pair)
    context = {
        "pair": pair,
        "is_holder": side == Side.HOLDER,
        "is_mentor": pair.mentor.user_id == request.user.pk,
        "other": pair.mentor.user if side == Side.HOLDER else pair.journey.holder.user,
        "way_form": way_form(request.user, pair),
        "ways": queries.ways_of(pair),
        "may_plan": policies.may_plan_session(request.user, pair),
        "waiting": [_shown(one, request) for one in standing],
        "refused": queries.last_answer(pair, side),
        "offers": len(offers),
        "next_offer": offers[0] if offers else None,
        "has_openings": queries.has_openings(pair.mentor),
        "last": pair.sessions.filter(state=Session.State.HELD).order_by("-starts_at", "-pk").first(),
        **_clocks(pair, request),
    }
    return render(request, "mentoring/times_find.html", context)


def _clocks(pair: Mentorship, request: HttpRequest) -> dict[str, Any]:
    """The reader's zone, and the other's when it differs."""
    zone = timezone.get_current_timezone_name()
    zones = {person.zone.key for person in (pair.mentor.user, pair.journey.holder.user)}
    return {"zone": zone, "is_elsewhere": zones != {zone}}


def _shown(proposal: TimeProposal, request: HttpRequest) -> dict[str, Any]:
    """A proposal as this reader has it before her."""
    return {
        "proposal": proposal,
        "lines": queries.time_lines(proposal, request.user),
        "other": queries.from_whom(proposal),
        "to": queries.to_whom(proposal),
        "is_ask": proposal.side == Side.HOLDER,
        "may_take": policies.may_take_time(request.user, proposal),
        "may_withdraw": policies.may_withdraw_times(request.user, proposal),
    }


def way_form(user: User, pair: Mentorship) -> PreferWayForm | None:
    """For one of the two: how they would rather find a time."""
    if not policies.may_prefer_way(user, pair):
        return None
    return PreferWayForm(initial={"way": pair.finds_time_by or None})


@require_POST
def way_prefer(request: HttpRequest, pk: int) -> HttpResponse:
    """One tap: what comes first on this page from now on."""
    pair = pair_of(request, pk)
    require(policies.may_prefer_way(request.user, pair))
    form = PreferWayForm(request.POST)
    if form.is_valid():
        done = _("Kept: this comes first for the two of you. You may change it any time.")
        attempt(request, done, actions.prefer_way, pair, by=request.user, **form.cleaned_data)
    else:
        messages.error(request, _("Choose one of these ways."))
    return redirect("mentoring:times_find", pair.pk)


@require_http_methods(["GET", "POST"])
def times_propose(request: HttpRequest, pk: int) -> HttpResponse:
    pair = pair_of(request, pk)
    require(policies.may_propose_times(request.user, pair))
    side = policies.side_of(request.user, pair)
    is_ask = side == Side.HOLDER
    form = ProposeTimesForm(
        request.POST or None, initial=usual_meeting(pair), is_ask=is_ask, has_room=queries.has_room(pair.mentor)
    )
    other = pair.mentor.user if is_ask else pair.journey.holder.user
    if form.is_valid() and succeeded(form, actions.propose_times, pair, side=side, by=request.user, **form.values()):
        messages.success(
            request, _("Sent: %(person)s reads it in a letter, and answers in one tap.") % {"person": other}
        )
        return redirect("mentoring:times_find", pair.pk)
    context = {"form": form, "pair": pair, "is_ask": is_ask, "other": other, **_clocks(pair, request)}
    context["opens_more"] = _opens_more(form)
    return render(request, "mentoring/times_propose.html", context)


def _opens_more(form: ProposeTimesForm) -> bool:
    """Is something typed, or wrong, in the rows that are folded?"""
    return any(form[name].errors or any(form[name].value() or ()) for name in ("fourth", "fifth"))


def _proposal(request: HttpRequest, pk: int) -> TimeProposal:
    return find(queries.time_proposals_of(request.user), pk=pk)


@require_POST
def times_take(request: HttpRequest, pk: int) -> HttpResponse:
    """One of the times, signed in: `pk` is that of the time."""
    times = ProposedTime.objects.filter(
        proposal__in=TimeProposal.objects.visible_to(request.user).order_by().values("pk")
    )
    time = find(times.select_related("proposal"), pk=pk)
    proposal = _proposal(request, time.proposal_id)
    require(policies.may_find_times(request.user, proposal.mentorship))
    if proposal.state == TimeProposal.State.OPEN:  # whoever comes second reads what became of it
        require(policies.may_take_time(request.user, proposal))
    done = _planned_for(time)
    if attempt(request, done, actions.take_time, time, by=request.user):
        proposal.refresh_from_db()
        if proposal.became:
            return redirect("mentoring:session", proposal.became.pk)
    return redirect("mentoring:times_find", proposal.mentorship_id)


def _planned_for(time: ProposedTime) -> str:
    words = _("Planned for %(when)s: the invite is on its way to both.")
    if time.proposal.moves_id:
        words = _("It now stands on %(when)s: both calendars are updated.")
    return words % {"when": reading.moment(time.starts_at)}


@require_http_methods(["GET", "POST"])
def times_decline(request: HttpRequest, pk: int) -> HttpResponse:
    proposal = _proposal(request, pk)
    require(policies.may_decline_times(request.user, proposal))
    form = DeclineTimesForm(request.POST or None)
    if form.is_valid() and succeeded(form, actions.decline_times, proposal, by=request.user, **form.cleaned_data):
        messages.success(request, _("Noted, and told to %(person)s.") % {"person": queries.from_whom(proposal)})
        return redirect("mentoring:times_find", proposal.mentorship_id)
    context = {"form": form, "pair": proposal.mentorship, "other": queries.from_whom(proposal)}
    return render(request, "mentoring/times_decline.html", context)


@require_POST
def times_withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    proposal = _proposal(request, pk)
    require(policies.may_withdraw_times(request.user, proposal))
    attempt(request, _("These times are no longer offered."), actions.withdraw_times, proposal, by=request.user)
    return redirect("mentoring:times_find", proposal.mentorship_id)


# --- From the letter ------------------------------------------------------------------------------
@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def times_link(request: HttpRequest, token: str) -> HttpResponse:
    """The letter leads here: these times and nothing else. Reading changes nothing; one tap takes one."""
    link = open_link(token, ANSWER)
    rows = TimeProposal.objects.select_related(*queries.TIMES_PAIR).prefetch_related("times")
    proposal = rows.filter(pk=link.about_id).first() if link and link.user else None
    if link is None or link.user is None or proposal is None or queries.to_whom(proposal).pk != link.user_id:
        return render(request, "mentoring/times_closed.html", status=404)
    with in_words_of_person(request, link.user):
        form = DeclineTimesForm(request.POST if request.POST.get("act") == "none" else None)
        times_form = _times_form(request, proposal)
        if request.method == "POST" and _answered(request, proposal, form, times_form, link.user):
            accounts.use_link(link)
            return redirect("mentoring:times_link", token)
        pair = proposal.mentorship
        context = {
            "form": form,
            "is_wrong": bool(form.errors),
            "proposal": proposal,
            "pair": pair,
            "other": queries.from_whom(proposal),
            "is_ask": proposal.side == Side.HOLDER,
            "is_open": proposal.state == TimeProposal.State.OPEN and pair.state == Mentorship.State.ACTIVE,
            "lines": queries.time_lines(proposal, link.user) if proposal.state == TimeProposal.State.OPEN else [],
            "session": proposal.became,
            **_counter(proposal, times_form),
        }
        return render(request, "mentoring/times_link.html", context)


def _times_form(request: HttpRequest, proposal: TimeProposal) -> ProposeTimesForm | None:
    """An open ask in words alone is answered with times, on the spot."""
    if proposal.side != Side.HOLDER or proposal.state != TimeProposal.State.OPEN or proposal.times.all():
        return None
    pair = proposal.mentorship
    data = request.POST if request.POST.get("act") == "propose" else None
    initial = usual_meeting(pair) | {"minutes": proposal.minutes, "medium": proposal.medium}
    return ProposeTimesForm(data, initial=initial, has_room=queries.has_room(pair.mentor))


def _counter(proposal: TimeProposal, form: ProposeTimesForm | None) -> dict[str, Any]:
    """For the page of an ask in words: the times to put forward, or whether they are on their way."""
    theirs = proposal.mentorship.proposals.open().filter(side=Side.MENTOR, pk__gt=proposal.pk)
    return {
        "times_form": form,
        "opens_more": form is not None and _opens_more(form),
        "is_countered": proposal.state == TimeProposal.State.DECLINED
        and proposal.side == Side.HOLDER
        and theirs.exists(),
    }


def _answered(
    request: HttpRequest, proposal: TimeProposal, form: DeclineTimesForm, times_form: ProposeTimesForm | None, by: Any
) -> bool:
    """Do what was tapped; what it came to stands in a message. False when something is to be corrected."""
    if request.POST.get("act") == "propose" and times_form is not None:
        facts = {"side": Side.MENTOR, "by": by}
        return times_form.is_valid() and succeeded(
            times_form, actions.propose_times, proposal.mentorship, **facts, **times_form.values()
        )
    if request.POST.get("act") == "none":
        if not form.is_valid():
            return False
        try:
            actions.decline_times(proposal, by=by, **form.cleaned_data)
        except MAY_BE_REFUSALS as error:
            messages.error(request, refusal_of(error).sentence)
        return True
    time = next((one for one in proposal.times.all() if str(one.pk) == request.POST.get("time")), None)
    if time is not None:
        attempt(request, _planned_for(time), actions.take_time, time, by=by)
    return True
