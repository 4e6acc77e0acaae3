"""The ways to a questionnaire: the link of its letter, one's account, and a lead who enters what was given on paper."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import wraps
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import translation
from django.views.decorators.cache import never_cache

from backend.accounts.models import User
from backend.accounts.queries import open_link
from backend.lib.doors import find, require
from backend.web.keeping import may_be_kept, seconds_until
from evaluation import actions, policies
from evaluation.models import Request, Response
from evaluation.queries.answers import Sheet

PURPOSE = "request_answer"
FULL = ("wave__questionnaire", "version", "respondent", "journey__programme__organisation", "journey__project")


@dataclass(frozen=True)
class Door:
    """By which way somebody came, and the addresses of the screens on that way.

    `bearer`: whose answers wait in this browser while there is no network. `until`: when the link closes.
    """

    name: str
    key: dict[str, Any]
    person: User | None
    bearer: str
    until: datetime | None = None

    @property
    def base(self) -> str:
        return "web/plain.html" if self.name == "link" else "web/base.html"

    @property
    def is_staff(self) -> bool:
        return self.name == "entry"

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

    @property
    def worker(self) -> str:
        """The script that shows these screens again without network; a lead’s own work is not kept in browsers."""
        return "" if self.is_staff else reverse(f"evaluation:{self.name}_worker")

    @property
    def seconds(self) -> int | None:
        """As long as the link is open; for an account, as long as one stays signed in."""
        return seconds_until(self.until) if self.until else None

    def screen(self, shown: Sheet, number: int) -> str:
        """The address of a screen; of the review past the last one, of the beginning before the first."""
        if number < 1:
            return self.start
        return self.url("screen", number=number) if number <= len(shown.screens) else self.review

    def screens(self, shown: Sheet) -> list[str]:
        return [self.screen(shown, one.number) for one in shown.screens]

    def keep(self, asked: Request, given: actions.Given, *, ago: dict[str, int]) -> Response:
        """Answers are saved in the name of whoever gave them."""
        if not self.is_staff:
            return actions.save_answers(asked, given, by=self.person, ago=ago)
        assert self.person is not None
        entry = Response.objects.filter(request=asked).values_list("entry", flat=True).first()
        return actions.enter_answers(asked, given, by=self.person, entry=entry or Response.Entry.PAPER)

    def kept(self, answer: HttpResponse) -> HttpResponse:
        """The page may be shown again on this browser without network."""
        return answer if self.is_staff else may_be_kept(answer, of=self.bearer, until=self.until)


Screen = Callable[..., HttpResponse]


def by_link(view: Screen) -> Screen:
    """The signed link of the letter: no session; a wrong or expired one opens nothing (404, in kind words)."""

    @login_not_required
    @never_cache
    @wraps(view)
    def open_door(request: HttpRequest, token: str, **kwargs: Any) -> HttpResponse:
        link = open_link(token, PURPOSE)
        if link is None:
            return render(request, "evaluation/link_gone.html", status=404)
        if link.user and link.user.language and settings.LANGUAGE_COOKIE_NAME not in request.COOKIES:
            translation.activate(link.user.language)
        asked = find(Request.objects.select_related(*FULL), pk=link.about_id)
        require(asked.respondent_id == link.user_id and (link.user_id is not None or asked.email == link.email))
        bearer = str(link.user_id or f"r{asked.pk}")
        return view(request, asked, Door("link", {"token": token}, link.user, bearer, link.expires_at), **kwargs)

    return open_door


def _asked(request: HttpRequest, pk: int) -> tuple[User, Request]:
    user = request.user
    assert isinstance(user, User)
    return user, find(Request.objects.visible_to(user).select_related(*FULL), pk=pk)


def by_account(view: Screen) -> Screen:
    """Signed in: the person who was asked; a lead who only follows it up gets 403, a stranger 404."""

    @never_cache
    @wraps(view)
    def open_door(request: HttpRequest, pk: int, **kwargs: Any) -> HttpResponse:
        user, asked = _asked(request, pk)
        require(policies.may_answer_request(user, asked))
        return view(request, asked, Door("request", {"pk": pk}, user, str(user.pk)), **kwargs)

    return open_door


def by_staff(view: Screen) -> Screen:
    """A lead, with a sheet of paper or somebody on the phone; first she says which."""

    @never_cache
    @wraps(view)
    def open_door(request: HttpRequest, pk: int, **kwargs: Any) -> HttpResponse:
        user, asked = _asked(request, pk)
        require(policies.may_enter_answers(user, asked))
        door = Door("entry", {"pk": pk}, user, str(user.pk))
        is_begun = Response.objects.filter(request=asked, entered_by=user).exclude(entry="").exists()
        if kwargs.pop("is_start", False) or is_begun:
            return view(request, asked, door, **kwargs)
        return redirect(door.start)

    return open_door
