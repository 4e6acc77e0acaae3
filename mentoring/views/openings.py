"""A mentor's openings: the list, one of them, days that are otherwise, absences; and booking a time."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from backend.lib import clock
from backend.lib.doors import attempt, find, require, succeeded
from backend.web import reading
from mentoring import actions, policies, queries
from mentoring.forms import (
    BookOpeningForm,
    ChangeOpeningDayForm,
    DeclareAbsenceForm,
    PublishOpeningForm,
    UpdateOpeningForm,
)
from mentoring.models import Absence, Mentor, Mentorship, Opening, OpeningDay, Session
from mentoring.views.found import mentor_of

SHOWN_DAYS = 6  # before the rest is folded
MENTOR = ("mentor__user", "mentor__organisation")


def _mentor(request: HttpRequest, pk: int) -> Mentor:
    mentor = mentor_of(request, pk)
    require(policies.may_publish_opening(request.user, mentor))
    return mentor


def _opening(request: HttpRequest, pk: int) -> Opening:
    rows = Opening.objects.visible_to(request.user).filter(ended_at=None)
    return find(rows.select_related(*MENTOR).prefetch_related("days"), pk=pk)


@require_safe
def opening_list(request: HttpRequest, pk: int) -> HttpResponse:
    mentor = _mentor(request, pk)
    context = {
        **_about(request, mentor),
        "lines": queries.opening_lines(mentor),
        "absences": queries.absences_of(mentor),
        "offered": queries.count_offers(mentor),
    }
    return render(request, "mentoring/opening_list.html", context)


def _about(request: HttpRequest, mentor: Mentor) -> dict[str, Any]:
    zone = mentor.organisation.time_zone
    return {
        "mentor": mentor,
        "is_me": mentor.user_id == request.user.pk,
        "zone": zone,
        "is_elsewhere": timezone.get_current_timezone_name() != zone,
    }


@require_http_methods(["GET", "POST"])
def opening_publish(request: HttpRequest, pk: int) -> HttpResponse:
    mentor = _mentor(request, pk)
    initial = {"starts_on": clock.today(mentor.organisation.time_zone), "url": mentor.video_url}
    form = PublishOpeningForm(request.POST or None, initial=initial)
    if form.is_valid() and succeeded(form, actions.publish_opening, mentor, by=request.user, **form.cleaned_data):
        messages.success(request, _("Published: your holders can book at these hours."))
        return redirect("mentoring:opening_list", mentor.pk)
    return render(request, "mentoring/opening_form.html", {"form": form, **_about(request, mentor)})


@require_http_methods(["GET", "POST"])
def opening_update(request: HttpRequest, pk: int) -> HttpResponse:
    opening = _opening(request, pk)
    require(policies.may_update_opening(request.user, opening))
    form = UpdateOpeningForm(request.POST or None, initial=UpdateOpeningForm.initial_of(opening))
    if form.is_valid() and succeeded(form, actions.update_opening, opening, by=request.user, **form.cleaned_data):
        messages.success(request, _("The opening is changed; what is already booked stays."))
        return redirect("mentoring:opening_list", opening.mentor_id)
    context = {"form": form, "opening": opening, **_about(request, opening.mentor)}
    return render(request, "mentoring/opening_form.html", context)


@require_POST
def opening_end(request: HttpRequest, pk: int) -> HttpResponse:
    opening = find(Opening.objects.visible_to(request.user).select_related(*MENTOR), pk=pk)
    require(policies.may_end_opening(request.user, opening))
    done = _("Nothing is offered there any more; what is already booked stays.")
    attempt(request, done, actions.end_opening, opening, by=request.user)
    return redirect("mentoring:opening_list", opening.mentor_id)


@require_http_methods(["GET", "POST"])
def opening_day_change(request: HttpRequest, pk: int) -> HttpResponse:
    opening = _opening(request, pk)
    require(policies.may_change_opening_day(request.user, opening))
    form = ChangeOpeningDayForm(request.POST or None)
    if form.is_valid() and succeeded(form, actions.change_opening_day, opening, by=request.user, **form.cleaned_data):
        messages.success(request, _("Noted for %(day)s.") % {"day": reading.day(form.outcome.day)})
        return redirect("mentoring:opening_list", opening.mentor_id)
    context = {"form": form, "opening": opening, **_about(request, opening.mentor)}
    return render(request, "mentoring/opening_day_change.html", context)


@require_POST
def opening_day_restore(request: HttpRequest, pk: int) -> HttpResponse:
    days = OpeningDay.objects.visible_to(request.user).select_related("opening__mentor__organisation")
    day = find(days, pk=pk)
    require(policies.may_restore_opening_day(request.user, day))
    attempt(request, _("That day is as any other again."), actions.restore_opening_day, day, by=request.user)
    return redirect("mentoring:opening_list", day.opening.mentor_id)


@require_http_methods(["GET", "POST"])
def absence_declare(request: HttpRequest, pk: int) -> HttpResponse:
    mentor = _mentor(request, pk)
    form = DeclareAbsenceForm(request.POST or None)
    if form.is_valid() and succeeded(form, actions.declare_absence, mentor, by=request.user, **form.cleaned_data):
        messages.success(request, _("Nothing can be booked on these days; what is planned stays."))
        return redirect("mentoring:opening_list", mentor.pk)
    return render(request, "mentoring/absence_declare.html", {"form": form, **_about(request, mentor)})


@require_POST
def absence_lift(request: HttpRequest, pk: int) -> HttpResponse:
    absence = find(Absence.objects.visible_to(request.user).select_related("mentor__organisation"), pk=pk)
    require(policies.may_lift_absence(request.user, absence))
    attempt(request, _("The openings count on these days again."), actions.lift_absence, absence, by=request.user)
    return redirect("mentoring:opening_list", absence.mentor_id)


@require_http_methods(["GET", "POST"])
def opening_book(request: HttpRequest, pk: int) -> HttpResponse:
    """The free times of the pair's mentor, on the reader's clock; one press books."""
    pairs = Mentorship.objects.visible_to(request.user).select_related(
        "mentor__user", "mentor__organisation", "journey__holder__user", "journey__programme__organisation"
    )
    pair = find(pairs, pk=pk)
    require(policies.may_book_opening(request.user, pair))
    form = BookOpeningForm(request.POST or None)
    if form.is_valid() and succeeded(form, actions.book_opening, pair, by=request.user, **form.cleaned_data):
        session: Session = form.outcome
        words = _("Booked for %(when)s: the invite is on its way to both.")
        messages.success(request, words % {"when": reading.moment(session.starts_at)})
        return redirect("mentoring:session", session.pk)
    days = queries.offers_by_day(queries.offers_for(pair))
    chosen = str(form["starts_at"].value() or "")
    later = days[SHOWN_DAYS:]
    zone = timezone.get_current_timezone_name()
    context = {
        "form": form,
        "pair": pair,
        "days": days[:SHOWN_DAYS],
        "later": later,
        "opens_later": any(offer.value == chosen for day in later for offer in day.offers),
        "chosen": chosen,
        "zone": zone,
        "is_elsewhere": zone != pair.mentor.organisation.time_zone,
    }
    return render(request, "mentoring/opening_book.html", context)
