"""Doors of a holder onto one date: each act in one tap, answered on the page of the date."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from backend.accounts.models import User
from backend.lib.doors import find, require
from journeys import actions, policies
from journeys.models import ModuleDate
from journeys.views.answers import one_tap


def _act(
    request: HttpRequest, pk: int, may: Callable[[User, ModuleDate], bool], action: Callable[..., Any], done: str
) -> HttpResponse:
    date = find(ModuleDate.objects.visible_to(request.user).select_related("module__organisation"), pk=pk)
    require(may(request.user, date))
    return one_tap(request, action, date, done=done, default=reverse("journeys:module_date_detail", args=[pk]))


@require_POST
def seat_take(request: HttpRequest, pk: int) -> HttpResponse:
    done = _("You have a seat. A letter with the invite for your calendar is on its way.")
    return _act(request, pk, policies.may_take_seat, actions.take_seat, done)


@require_POST
def seat_switch(request: HttpRequest, pk: int) -> HttpResponse:
    done = _("You have changed dates: your seat is here now. Your calendar follows by letter.")
    return _act(request, pk, policies.may_switch_seat, actions.switch_seat, done)


@require_POST
def seat_give_up(request: HttpRequest, pk: int) -> HttpResponse:
    done = _("Your seat is free for somebody else. Thank you for saying so.")
    return _act(request, pk, policies.may_give_up_seat, actions.give_up_seat, done)


@require_POST
def waiting_join(request: HttpRequest, pk: int) -> HttpResponse:
    done = _("You are on the waiting list. As soon as a seat is yours, you get a letter.")
    return _act(request, pk, policies.may_join_waiting, actions.join_waiting, done)


@require_POST
def waiting_leave(request: HttpRequest, pk: int) -> HttpResponse:
    done = _("You are no longer on the waiting list.")
    return _act(request, pk, policies.may_leave_waiting, actions.leave_waiting, done)
