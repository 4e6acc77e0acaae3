"""Doors onto attendance: signed in, or from the link in the trainer’s letter. Reading changes nothing."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from backend.accounts.actions import use_link
from backend.accounts.models import Link
from backend.accounts.queries import open_link
from backend.lib import clock
from backend.lib.bearers import in_words_of
from backend.lib.doors import require, succeeded
from backend.web.reading import moment
from journeys import actions, policies
from journeys.actions import trainer_links
from journeys.forms.modules import AttendanceForm
from journeys.models import ModuleDate
from journeys.queries import modules as queries
from journeys.views.answers import one_tap
from journeys.views.finding import find_module_date


def _context(form: AttendanceForm, date: ModuleDate) -> dict[str, Any]:
    """What the roll shows, on either page."""
    tally = queries.tally(list(form.enrolments))
    unmarked = [one for one in form.enrolments if one.state == one.State.ENROLLED]
    return {
        "form": form,
        "date": date,
        "module": date.module,
        "tally": tally,
        "noted": len(form.enrolments) - tally.unmarked,
        "unmarked": unmarked if tally.unmarked < len(form.enrolments) else [],
        "nothing_noted": tally.unmarked == len(form.enrolments) and not form.is_bound,
    }


def _tell(request: HttpRequest, form: AttendanceForm, date: ModuleDate) -> bool:
    """Say what is saved and what is missing; True when the whole group is noted and nothing is left to look at."""
    if form.left_out:
        messages.warning(request, _("Saved. Not noted yet: %(people)s.") % {"people": ", ".join(form.left_out)})
    elif form.was_everybody:
        count = len(form.enrolments)
        sentence = ngettext(
            "%(count)d person is noted present. Change it if that is not so.",
            "%(count)d people are noted present. Now change those who were not.",
            count,
        )
        messages.success(request, sentence % {"count": count})
    else:
        messages.success(request, _("Attendance is saved: %(module)s, %(when)s.") % {
            "module": date.module, "when": moment(date.starts_at)
        })  # fmt: skip
    return not form.left_out and not form.was_everybody


@require_http_methods(["GET", "POST"])
def attendance(request: HttpRequest, pk: int) -> HttpResponse:
    date = find_module_date(request, pk)
    require(policies.may_mark_attendance(request.user, date))
    enrolments = queries.with_lines(queries.enrolments_of(date, request.user))
    form = AttendanceForm(request.POST or None, date=date, enrolments=enrolments)
    if form.is_valid() and succeeded(form, actions.mark_attendance, date, by=request.user, **form.cleaned_data):
        is_whole = _tell(request, form, date)
        return redirect("journeys:module_date_detail" if is_whole else "journeys:attendance", pk)
    return render(request, "journeys/module_date_attendance.html", _context(form, date))


def _behind_link(token: str) -> tuple[Link, ModuleDate] | None:
    """The link and its date, while the link is good and was written to the trainer of this date."""
    link = open_link(token, trainer_links.PURPOSE)
    if link is None or not isinstance(link.about, ModuleDate):
        return None
    date = queries.with_taken(ModuleDate.objects.filter(pk=link.about.pk)).get()
    is_hers = link.email.lower() == date.trainer_email.lower() and date.state != ModuleDate.State.CANCELLED
    return (link, date) if is_hers and clock.now() < trainer_links.closes_at(date) else None


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def attendance_link(request: HttpRequest, token: str) -> HttpResponse:
    """The trainer’s letter leads here: no sign-in, the names of this one group, nothing else."""
    found = _behind_link(token)
    if found is None:
        return render(request, "journeys/module_date_link_gone.html", status=404)
    link, date = found
    with in_words_of(request, date.module.organisation):
        form = AttendanceForm(request.POST or None, date=date, enrolments=list(queries.roll(date)))
        if form.is_valid() and succeeded(
            form, actions.mark_attendance, date, by=None, trainer=link.email, **form.cleaned_data
        ):
            use_link(link)
            _tell(request, form, date)
            return redirect("journeys:attendance_link", token)
        context = {**_context(form, date), "closes_at": trainer_links.closes_at(date)}
        return render(request, "journeys/module_date_attendance_link.html", context)


@require_POST
def trainer_link_send(request: HttpRequest, pk: int) -> HttpResponse:
    date = find_module_date(request, pk)
    require(policies.may_send_trainer_link(request.user, date))
    done = _("A letter with the link is on its way to %(email)s.") % {"email": date.trainer_email}
    page = reverse("journeys:module_date_detail", args=[pk])
    return one_tap(request, actions.send_trainer_link, date, done=done, default=page)


@require_POST
def trainer_link_revoke(request: HttpRequest, pk: int) -> HttpResponse:
    date = find_module_date(request, pk)
    require(policies.may_revoke_trainer_link(request.user, date))
    page = reverse("journeys:module_date_detail", args=[pk])
    done = _("The trainer’s link opens nothing any more.")
    return one_tap(request, actions.revoke_trainer_link, date, done=done, default=page)
