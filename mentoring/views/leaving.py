"""A mentor leaves: her own wish, and the one screen on which a lead decides who follows."""

from django.contrib import messages
from django.db.models import Prefetch, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from backend.lib import clock
from backend.lib.doors import attempt, require, succeeded
from mentoring import actions, policies
from mentoring.forms import LeaveMentorForm, WishToLeaveForm
from mentoring.forms.leaving import asked_in, chosen_in
from mentoring.models import Mentor, Mentorship
from mentoring.queries.leaving import has_left, leaving_of, wish_of
from mentoring.views.found import mentor_of


@require_http_methods(["GET", "POST"])
def mentor_leave(request: HttpRequest, pk: int) -> HttpResponse:
    """Who follows for each of her pairs, what becomes of each date; one press does it all."""
    mentor = mentor_of(request, pk)
    require(policies.may_leave_mentor(request.user, mentor))
    leaving = leaving_of(mentor, clock.now(), chosen_in(request.POST), asked_in(request.POST))
    is_gone = has_left(mentor)
    if is_gone and leaving.is_empty:
        return render(request, "mentoring/mentor_gone.html", _gone(mentor))
    is_look = request.POST.get("act") == "look"
    form = LeaveMentorForm(request.POST or None, leaving=leaving)
    act = actions.look_at_leaving if is_look else actions.leave_mentor
    is_done = form.is_valid() and succeeded(form, act, mentor, by=request.user, **form.values())
    if is_done and not is_look:
        messages.success(request, _("Done. Everybody concerned is told, by one letter each."))
        return render(request, "mentoring/mentor_gone.html", {**_gone(mentor), "left": form.outcome})
    context = {
        "form": form, "leaving": leaving, "mentor": mentor, "wish": wish_of(mentor), "is_gone": is_gone,
        "look": form.outcome if is_done else None,
    }  # fmt: skip
    return render(request, "mentoring/mentor_leave.html", context)


def _gone(mentor: Mentor) -> dict[str, object]:
    """Who follows her, as it stands now."""
    rows = Mentorship.objects.filter(mentor=mentor, end_reason=Mentorship.EndReason.MENTOR_LEFT)
    next_pairs = Mentorship.objects.filter(Q(state__in=Mentorship.LIVE) | ~Q(end_reason__in=Mentorship.NEVER))
    rows = rows.select_related("journey__holder__user", "journey__project").prefetch_related(
        Prefetch("followed_by", next_pairs.select_related("mentor__user").order_by("pk"))
    )
    return {"mentor": mentor, "ended": rows, "left": None, "back": reverse("mentoring:mentor", args=[mentor.pk])}


@require_http_methods(["GET", "POST"])
def wish_to_leave(request: HttpRequest, pk: int) -> HttpResponse:
    """She says that she wishes to stop; the leads read it."""
    mentor = mentor_of(request, pk)
    require(policies.may_wish_to_leave(request.user, mentor))
    wish = wish_of(mentor)
    initial = {"leaves_on": wish.leaves_on, "words": wish.words} if wish else {}
    form = WishToLeaveForm(request.POST or None, initial=initial)
    if form.is_valid() and succeeded(form, actions.wish_to_leave, mentor, by=request.user, **form.cleaned_data):
        messages.success(request, _("Noted, and thank you for saying so. The programme leads come back to you."))
        return redirect("mentoring:mentor", mentor.pk)
    return render(request, "mentoring/wish_to_leave.html", {"form": form, "mentor": mentor, "wish": wish})


@require_POST
def stay(request: HttpRequest, pk: int) -> HttpResponse:
    """She has changed her mind."""
    mentor = mentor_of(request, pk)
    require(policies.may_stay(request.user, mentor))
    attempt(request, _("Good news: you stay."), actions.stay, mentor, by=request.user)
    return redirect("mentoring:mentor", mentor.pk)
