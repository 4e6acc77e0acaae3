"""The screens of a questionnaire, the same by the signed link of the letter and for somebody signed in."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import translation
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from backend.accounts.models import User
from backend.accounts.queries import open_link
from backend.lib import clock
from backend.lib.doors import find, require, succeeded
from evaluation import actions, policies
from evaluation.forms import AnswersForm, ConfirmForm
from evaluation.models import Request
from evaluation.queries.answers import Sheet, sheet

PURPOSE = "request_answer"
FULL = ("wave__questionnaire", "version", "respondent", "journey__programme__organisation", "journey__project")


@dataclass(frozen=True)
class Door:
    """By which way somebody came, and the addresses of the screens on that way."""

    name: str
    key: dict[str, Any]
    person: User

    @property
    def base(self) -> str:
        return "web/plain.html" if self.name == "link" else "web/base.html"

    def url(self, screen: str = "", **more: Any) -> str:
        return reverse(f"evaluation:{self.name}{'_' if screen else ''}{screen}", kwargs={**self.key, **more})

    @property
    def start(self) -> str:
        return self.url()

    @property
    def save(self) -> str:
        return self.url("save")

    @property
    def review(self) -> str:
        return self.url("review")

    @property
    def refuse(self) -> str:
        return self.url("refuse")

    def screen(self, shown: Sheet, number: int) -> str:
        """The address of an area; of the review past the last one, of the beginning before the first."""
        if number < 1:
            return self.start
        return self.url("area", number=number) if number <= len(shown.areas) else self.review


Screen = Callable[..., HttpResponse]


def by_link(view: Screen) -> Screen:
    """The signed link of the letter: no session; a wrong or expired one opens nothing (404, in kind words)."""

    @login_not_required
    @never_cache
    @wraps(view)
    def open_door(request: HttpRequest, token: str, **kwargs: Any) -> HttpResponse:
        link = open_link(token, PURPOSE)
        if link is None or link.user is None:
            return render(request, "evaluation/link_gone.html", status=404)
        if link.user.language and settings.LANGUAGE_COOKIE_NAME not in request.COOKIES:
            translation.activate(link.user.language)
        asked = find(Request.objects.select_related(*FULL), pk=link.about_id)
        require(policies.may_answer_request(link.user, asked))
        return view(request, asked, Door("link", {"token": token}, link.user), **kwargs)

    return open_door


def by_account(view: Screen) -> Screen:
    """Signed in: the person who was asked; a lead who only follows it up gets 403, a stranger 404."""

    @never_cache
    @wraps(view)
    def open_door(request: HttpRequest, pk: int, **kwargs: Any) -> HttpResponse:
        user = request.user
        assert isinstance(user, User)
        asked = find(Request.objects.visible_to(user).select_related(*FULL), pk=pk)
        require(policies.may_answer_request(user, asked))
        return view(request, asked, Door("request", {"pk": pk}, user), **kwargs)

    return open_door


def _page(request: HttpRequest, template: str, asked: Request, door: Door, shown: Sheet, **more: Any) -> HttpResponse:
    context = {
        "asked": asked,
        "door": door,
        "sheet": shown,
        "organisation": asked.journey.programme.organisation,
        "questionnaire": asked.wave.questionnaire,
        "is_exit": asked.wave.moment == "exit",
        "is_answerable": asked.is_answerable(clock.now()),
        **more,
    }
    return render(request, f"evaluation/{template}", context)


@require_http_methods(["GET", "POST"])
def open_request(request: HttpRequest, asked: Request, door: Door) -> HttpResponse:
    """Who asks, why, who will read it; or the receipt. Opening changes nothing: the button does."""
    form = ConfirmForm(request.POST if request.method == "POST" else None)
    shown = sheet(asked)
    if form.is_valid() and succeeded(form, actions.begin_request, asked, by=door.person):
        return redirect(door.screen(shown, shown.resume_at))
    return _page(request, "request.html", asked, door, shown, form=form, going_to=door.screen(shown, shown.resume_at))


@require_http_methods(["GET", "POST"])
def answer_area(request: HttpRequest, asked: Request, door: Door, number: int) -> HttpResponse:
    """The items of one area; the page's button saves them all and goes on."""
    shown = sheet(asked)
    if not 1 <= number <= len(shown.areas) or not asked.is_answerable(clock.now()):
        return redirect(door.start)
    area = shown.areas[number - 1]
    form = AnswersForm(area.lines, request.POST if request.method == "POST" else None)
    if form.is_valid() and (not form.given or succeeded(form, actions.save_answers, asked, form.given, by=door.person)):
        return redirect(door.screen(shown, number - 1 if "back" in request.POST else number + 1))
    return _page(
        request, "request_area.html", asked, door, shown, form=form, area=area, back=door.screen(shown, number - 1)
    )


@require_POST
def save_item(request: HttpRequest, asked: Request, door: Door) -> HttpResponse:
    """One item, saved as soon as it is chosen; answers with how much is left."""
    shown = sheet(asked)
    lines = [line for area in shown.areas for line in area.lines if line.item.code in request.POST]
    form = AnswersForm(lines, request.POST)
    saved = bool(lines) and form.is_valid() and succeeded(form, actions.save_answers, asked, form.given, by=door.person)
    context = {"sheet": sheet(asked) if saved else shown, "saved": saved, "form": form}
    return render(request, "evaluation/save_status.html", context)


@require_http_methods(["GET", "POST"])
def review_request(request: HttpRequest, asked: Request, door: Door) -> HttpResponse:
    """Everything once more before it is sent."""
    shown = sheet(asked)
    form = ConfirmForm(request.POST if request.method == "POST" else None)
    if form.is_valid() and succeeded(form, actions.complete_request, asked, by=door.person):
        return redirect(door.start)
    if request.method == "GET" and not asked.is_answerable(clock.now()):
        return redirect(door.start)
    return _page(request, "request_review.html", asked, door, shown, form=form)


@require_http_methods(["GET", "POST"])
def refuse_request(request: HttpRequest, asked: Request, door: Door) -> HttpResponse:
    """One click to say no, on a page that says what it means."""
    form = ConfirmForm(request.POST if request.method == "POST" else None)
    if form.is_valid() and succeeded(form, actions.refuse_request, asked, by=door.person):
        return redirect(door.start)
    if request.method == "GET" and not asked.is_answerable(clock.now()):
        return redirect(door.start)
    return _page(request, "request_refuse.html", asked, door, sheet(asked), form=form)
