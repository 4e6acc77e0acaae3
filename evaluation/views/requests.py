"""The follow-up of questionnaires, for leads; and a holder's own posture."""

from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from backend.lib.doors import attempt, find, require
from evaluation import actions, policies
from evaluation.models import Request, Wave
from evaluation.queries import agreement, posture, requests
from evaluation.queries.voices_page import side_by_side_journeys
from evaluation.queries.waves import led_programmes
from evaluation.queries.wording import Wording, meaning
from journeys.models import Journey

PAGE = 50


@require_safe
def request_list(request: HttpRequest) -> HttpResponse:
    """Every wave of her programmes: how many were asked, answered, refused, never reached."""
    require(policies.may_list_requests(request.user))
    counts = requests.wave_counts(request.user)
    programmes = [
        (programme, [one for one in counts if one.wave.programme_id == programme.pk])
        for programme in led_programmes(request.user)
    ]
    context = {"programmes": programmes, "ahead": requests.asks_ahead(request.user)}
    return render(request, "evaluation/request_list.html", context)


@require_safe
def wave(request: HttpRequest, pk: int) -> HttpResponse:
    """One wave, person by person: who is missing, who answered, who said no, who was not asked."""
    asked = find(
        Wave.objects.visible_to(request.user).select_related("programme__organisation", "questionnaire"), pk=pk
    )
    require(request.user.leads(asked.programme.organisation_id))
    views = [*requests.views_of(asked), *(["not_asked"] if asked.is_by_hand else [])]
    view = request.GET.get("view", views[0])
    if view not in views:
        raise Http404
    rows = requests.not_asked(asked) if view == "not_asked" else requests.wave_requests(asked, view)
    counts = requests.wave_count(asked)
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    rate = _("%(complete)s of %(asked)s") % {"complete": counts.complete, "asked": counts.asked}
    context = {
        "meaning": meaning(asked.mode), "never_asked": requests.never_asked(asked),
        "wave": asked, "view": view, "page": page, "counts": counts, "tabs": _tabs(asked, view, views, counts),
        "has_two_voices": agreement.has_two_voices(asked),
        "shown_rate": rate, "cost": requests.cost_of_asking(asked) if view == "not_asked" else None,
    }  # fmt: skip
    return render(request, "evaluation/wave.html", context)


def _tabs(asked: Wave, view: str, views: list[str], counts: requests.WaveCount) -> list[tuple[Any, ...]]:
    here = reverse("evaluation:wave", args=[asked.pk])
    closed = counts.refused + counts.bounced
    labels = {
        "missing": (_("Missing"), counts.waiting + counts.expired),
        "answered": (_("Answered"), counts.complete),
        "asked": (_("Asked"), counts.asked - closed),
        "closed": (_("Refused or returned"), closed),
        "not_asked": (_("Not asked"), None),
    }
    return [(labels[name][0], f"{here}?view={name}", name == view, labels[name][1]) for name in views]


@require_POST
def request_send(request: HttpRequest, pk: int, journey: int) -> HttpResponse:
    """Ask by hand: somebody not asked yet, or whose request expired or whose letter came back."""
    asked = find(Wave.objects.visible_to(request.user).select_related("questionnaire", "programme"), pk=pk)
    whose = find(
        Journey.objects.visible_to(request.user).select_related("programme__organisation", "holder__user"), pk=journey
    )
    require(policies.may_send_request(request.user, whose))
    attempt(request, _("Asked: the letter is on its way."), actions.send_request, asked, whose, by=request.user)
    return _back(asked, request)


@require_POST
def request_resend(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask again somebody whose request expired or whose letter came back."""
    asked = find(requests.with_people(Request.objects.visible_to(request.user)), pk=pk)
    require(policies.may_resend_request(request.user, asked))
    attempt(request, _("Asked: the letter is on its way."), actions.resend_request, asked, by=request.user)
    return _back(asked.wave, request)


@require_POST
def request_remind(request: HttpRequest, pk: int) -> HttpResponse:
    asked = find(requests.with_people(Request.objects.visible_to(request.user)), pk=pk)
    require(policies.may_remind_request(request.user, asked))
    attempt(request, _("Reminded: the letter is on its way."), actions.remind_request, asked, by=request.user)
    return _back(asked.wave, request)


@require_POST
def request_bounce(request: HttpRequest, pk: int) -> HttpResponse:
    asked = find(requests.with_people(Request.objects.visible_to(request.user)), pk=pk)
    require(policies.may_bounce_request(request.user, asked))
    attempt(
        request,
        _("Marked as returned. Correct the address, then ask again."),
        actions.bounce_request,
        asked,
        by=request.user,
    )
    return _back(asked.wave, request)


def _back(asked: Wave, request: HttpRequest) -> HttpResponse:
    views = requests.views_of(asked)
    view = request.POST.get("view", "")
    known = view if view in (*views, "not_asked") else views[0]
    return redirect(f"{reverse('evaluation:wave', args=[asked.pk])}?view={known}")


@require_safe
def my_posture(request: HttpRequest) -> HttpResponse:
    """One's own posture over time; for whoever is or was a holder, and for nobody else to see."""
    context = {
        "postures": posture.my_postures(request.user),
        "waiting": [(one, Wording(one).why) for one in posture.waiting_requests(request.user)],
        "side_by_side": side_by_side_journeys(request.user),
    }
    return render(request, "evaluation/my_posture.html", context)
