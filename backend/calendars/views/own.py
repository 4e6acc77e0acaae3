"""Calendars of one's own: connected, chosen, put right, let go."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from backend.calendars import actions, policies, queries
from backend.calendars.forms import (
    CalendarPasswordForm,
    ChooseCalendarForm,
    ConnectCalendarForm,
    DisconnectCalendarForm,
    KindsForm,
)
from backend.calendars.models import OwnCalendar
from backend.calendars.views.feeds import me
from backend.lib.doors import attempt, find, require, succeeded


@sensitive_post_parameters("password")
@never_cache
@require_http_methods(["GET", "POST"])
def calendar_connect(request: HttpRequest) -> HttpResponse:
    """Three fields; what was typed stays on an error, but the password."""
    user = me(request)
    require(policies.may_connect_calendar(user, user))
    form = ConnectCalendarForm(request.POST or None, label_suffix="")
    if form.is_valid() and succeeded(form, actions.connect_calendar, user, by=user, **form.cleaned_data):
        return redirect("calendars:calendar_page", form.outcome.pk)
    return render(request, "calendars/calendar_connect.html", {"form": form})


@never_cache
@require_safe
def calendar_page(request: HttpRequest, pk: int) -> HttpResponse:
    """How it fares, and what she can do about it."""
    return _page(request, _hers(request, pk))


@require_http_methods(["GET", "POST"])
def calendar_choose(request: HttpRequest, pk: int) -> HttpResponse:
    """In which of the calendars found."""
    calendar = _hers(request, pk)
    require(policies.may_choose_calendar(me(request), calendar))
    form = ChooseCalendarForm(request.POST or None, calendar=calendar, label_suffix="")
    if form.is_valid() and succeeded(form, actions.choose_calendar, calendar, by=me(request), **form.cleaned_data):
        return redirect("calendars:calendar_page", calendar.pk)
    return _page(request, calendar, choose_form=form)


@require_POST
def calendar_search(request: HttpRequest, pk: int) -> HttpResponse:
    """Which calendars the server has today."""
    calendar = _hers(request, pk)
    require(policies.may_search_calendars(me(request), calendar))
    attempt(request, _("Here are your calendars."), actions.search_calendars, calendar, by=me(request))
    return redirect("calendars:calendar_page", calendar.pk)


@sensitive_post_parameters("password")
@require_http_methods(["GET", "POST"])
def calendar_password(request: HttpRequest, pk: int) -> HttpResponse:
    """A new password, tried at once."""
    calendar = _hers(request, pk)
    require(policies.may_renew_calendar_password(me(request), calendar))
    form = CalendarPasswordForm(request.POST or None, label_suffix="")
    act = actions.renew_calendar_password
    if form.is_valid() and succeeded(form, act, calendar, by=me(request), **form.cleaned_data):
        messages.success(request, _("The server takes this password."))
        return redirect("calendars:calendar_page", calendar.pk)
    return _page(request, calendar, password_form=form)


@require_POST
def calendar_retry(request: HttpRequest, pk: int) -> HttpResponse:
    """Now rather than later."""
    calendar = _hers(request, pk)
    require(policies.may_retry_calendar(me(request), calendar))
    done = _("Jalon tries again at once: look again in a minute.")
    attempt(request, done, actions.retry_calendar, calendar, by=me(request))
    return redirect("calendars:calendar_page", calendar.pk)


@require_http_methods(["GET", "POST"])
def calendar_update(request: HttpRequest, pk: int) -> HttpResponse:
    """Which dates it carries."""
    calendar = _hers(request, pk)
    require(policies.may_update_calendar(me(request), calendar))
    form = KindsForm(request.POST or None)
    if form.is_valid() and succeeded(form, actions.update_calendar, calendar, by=me(request), **form.values()):
        messages.success(request, _("“%(name)s” is as you wish.") % {"name": calendar})
        return redirect("calendars:calendar_page", calendar.pk)
    return _page(request, calendar, kinds_form=form)


@require_POST
def calendar_disconnect(request: HttpRequest, pk: int) -> HttpResponse:
    """Nothing is written there any more."""
    calendar = _hers(request, pk)
    require(policies.may_disconnect_calendar(me(request), calendar))
    form = DisconnectCalendarForm(request.POST)
    remove = form.is_valid() and form.cleaned_data["remove"]
    done = _("“%(name)s” is disconnected, and its password forgotten.") % {"name": calendar}
    if remove:
        done = _("Jalon takes its dates away from “%(name)s”, then forgets the password.") % {"name": calendar}
    attempt(request, done, actions.disconnect_calendar, calendar, by=me(request), remove=remove)
    return redirect("calendars:feed_page")


def _hers(request: HttpRequest, pk: int) -> OwnCalendar:
    return find(OwnCalendar.objects.visible_to(me(request)), pk=pk)


def _page(request: HttpRequest, calendar: OwnCalendar, **forms: Any) -> HttpResponse:
    known = {
        "choose_form": ChooseCalendarForm(calendar=calendar, label_suffix=""),
        "password_form": CalendarPasswordForm(label_suffix=""),
        "kinds_form": KindsForm(left_out=calendar.left_out),
        "disconnect_form": DisconnectCalendarForm(label_suffix=""),
    }
    found = {"calendar": calendar, "fares": queries.how_it_fares(calendar)}
    return render(request, "calendars/calendar_page.html", known | found | forms)
