"""The screens of a questionnaire, the same by the signed link of the letter and for somebody signed in."""

from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from backend.lib import clock
from backend.lib.doors import succeeded
from backend.web.keeping import worker
from evaluation import actions
from evaluation.forms import AnswersForm, ConfirmForm, EntryForm
from evaluation.models import Request, Response
from evaluation.queries.answers import Screen, Sheet, every_line, sections_of, sheet
from evaluation.queries.correcting import correctable_until, is_correctable
from evaluation.queries.wording import Wording
from evaluation.views.answering_doors import Door


def _page(request: HttpRequest, template: str, asked: Request, door: Door, shown: Sheet, **more: Any) -> HttpResponse:
    now = clock.now()
    until = correctable_until(asked)
    context = {
        "asked": asked,
        "door": door,
        "sheet": shown,
        "organisation": asked.journey.programme.organisation,
        "questionnaire": asked.wave.questionnaire,
        "wording": Wording(asked),
        "is_answerable": asked.is_answerable(now),
        "correctable_until": until if until and until > now else None,
        "response": Response.objects.filter(request=asked).select_related("entered_by").first(),
        **more,
    }
    return render(request, f"evaluation/{template}", context)


def _takes_answers(asked: Request) -> bool:
    now = clock.now()
    return asked.is_answerable(now) or is_correctable(asked, now)


@require_http_methods(["GET", "POST"])
def open_request(request: HttpRequest, asked: Request, door: Door) -> HttpResponse:
    """Who asks, why, who will read it; or the receipt. Opening changes nothing: the button does."""
    form = ConfirmForm(request.POST if request.method == "POST" else None)
    shown = sheet(asked)
    if request.method == "POST" and is_correctable(asked, clock.now()):
        return redirect(door.screen(shown, 1))
    if form.is_valid() and succeeded(form, actions.begin_request, asked, by=door.person):
        return redirect(door.screen(shown, shown.resume_at))
    return _page(request, "request.html", asked, door, shown, form=form)


@require_http_methods(["GET", "POST"])
def open_entry(request: HttpRequest, asked: Request, door: Door) -> HttpResponse:
    """On paper or by phone? Then the same screens as everybody's."""
    form = EntryForm(request.POST if request.method == "POST" else None)
    shown = sheet(asked)
    if form.is_valid():
        entry = form.cleaned_data["entry"]
        if succeeded(form, actions.enter_answers, asked, {}, by=door.person, entry=entry):
            return redirect(door.screen(shown, shown.resume_at))
    return _page(request, "entry.html", asked, door, shown, form=form)


@require_http_methods(["GET", "POST"])
def answer_screen(request: HttpRequest, asked: Request, door: Door, number: int) -> HttpResponse:
    """The items of one section; the page's button saves them all and goes on."""
    shown = sheet(asked)
    if not 1 <= number <= len(shown.screens) or not _takes_answers(asked):
        return redirect(door.start)
    screen = shown.screens[number - 1]
    posted, stays_at = _posted(request, screen)
    form = AnswersForm(screen.lines, posted)
    form.is_valid()
    if posted is not None and (not form.given or succeeded(form, door.keep, asked, form.given, ago={})):
        if stays_at:
            return redirect(f"{door.screen(shown, number)}#q-{stays_at}")
        if not form.errors:
            return redirect(door.screen(sheet(asked), number - 1 if "back" in request.POST else number + 1))
    more = {"screen": screen, "back": door.screen(shown, number - 1), "next": door.screen(shown, number + 1)}
    answer = _page(request, "request_screen.html", asked, door, shown, form=form, pages=door.screens(shown), **more)
    return door.kept(answer)


def _posted(request: HttpRequest, screen: Screen) -> tuple[QueryDict | None, str]:
    """What was sent, with the answer that a button takes back (`clear`) or gives again (`keep`), whose code is told."""
    if request.method != "POST":
        return None, ""
    posted = request.POST.copy()
    code = posted.get("clear") or posted.get("keep") or ""
    line = next((one for one in screen.asked if one.item.code == code), None)
    if line is None:
        return posted, ""
    for name in (code, f"{code}-text", f"{code}-missing"):
        posted.pop(name, None)
    posted[code] = ""
    for name, value in line.keeping if "keep" in posted else []:
        posted.appendlist(name, value)
    return posted, code


@require_POST
def save_item(request: HttpRequest, asked: Request, door: Door) -> HttpResponse:
    """What was just answered, or waited in the browser for a network; answers with how much is left, and with the
    questions of the screen where they are no longer the same.
    """
    sections = sections_of(asked.version)
    form = AnswersForm(every_line(sections), request.POST)
    form.is_valid()
    saved = bool(form.given) and succeeded(form, door.keep, asked, form.given, ago=form.ago)
    shown = sheet(asked, sections)
    screen = next((one for one in shown.screens if one.section.code == request.POST.get("section")), None)
    context = {"sheet": shown, "saved": saved, "form": form, "door": door, "screen": screen, "next": "", "newer": ()}
    if screen:
        context |= _changes(request, form, screen, saved) | {"next": door.screen(shown, screen.number + 1)}
    return render(request, "evaluation/save_answer.html", context)


def _changes(request: HttpRequest, form: AnswersForm, screen: Screen, saved: bool) -> dict[str, Any]:
    """What the page does not show yet: questions that came or went, and what another device has said since."""
    before, now = set(request.POST.getlist("shown")), {line.item.code for line in screen.lines}
    newer = [
        line.item.code
        for line in screen.asked
        if saved and line.item.code in form.ago and line.reading.read(form.given[line.item.code]) != line.kept
    ]
    has_changed = bool(newer) or (bool(before) and before != now)
    return {"appeared": len(now - before), "vanished": len(before - now), "newer": newer, "has_changed": has_changed,
            "lines_form": AnswersForm(screen.lines)}  # fmt: skip


@require_http_methods(["GET", "POST"])
def review_request(request: HttpRequest, asked: Request, door: Door) -> HttpResponse:
    """Everything once more before it is sent."""
    shown = sheet(asked)
    form = ConfirmForm(request.POST if request.method == "POST" else None)
    if form.is_valid() and succeeded(form, actions.complete_request, asked, by=door.person):
        return redirect(door.start)
    if request.method == "GET" and not _takes_answers(asked):
        return redirect(door.start)
    rows = [(screen, door.screen(shown, screen.number)) for screen in shown.screens]
    return _page(request, "request_review.html", asked, door, shown, form=form, rows=rows)


@require_http_methods(["GET", "POST"])
def refuse_request(request: HttpRequest, asked: Request, door: Door) -> HttpResponse:
    """One click to say no, on a page that says what it means."""
    form = ConfirmForm(request.POST if request.method == "POST" else None)
    if form.is_valid() and succeeded(form, actions.refuse_request, asked, by=door.person):
        return redirect(door.start)
    if request.method == "GET" and not asked.is_answerable(clock.now()):
        return redirect(door.start)
    return _page(request, "request_refuse.html", asked, door, sheet(asked), form=form)


@login_not_required
@never_cache
@require_safe
def link_worker(request: HttpRequest) -> HttpResponse:
    """The script that shows the screens of a questionnaire without network, from the letter: it holds no data."""
    return worker(request, name="asked", pages=r"^\/q\/[\w-]+\/\d+\/$")


@login_not_required
@never_cache
@require_safe
def request_worker(request: HttpRequest) -> HttpResponse:
    """The same for somebody signed in."""
    return worker(request, name="asked", pages=r"^\/questionnaires\/\d+\/\d+\/$")
