"""The letters a reader chooses: signed in, by the link of a letter, or by the one click of her mail program."""

from contextlib import ExitStack

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from backend.accounts.models import User
from backend.lib.bearers import in_words_of_person
from backend.lib.doors import require, succeeded
from backend.mail import actions, policies, queries
from backend.mail.chosen import near_choice
from backend.mail.forms import LetterChoicesForm
from backend.mail.kinds import KINDS, NECESSARY
from backend.mail.views.outbox import me


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def letter_choices(request: HttpRequest) -> HttpResponse:
    """Which letters she gets: one box per kind, and why the others can't be stopped."""
    user = me(request)
    require(policies.may_choose_letters(user, user))
    return _choose(request, user, user)


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def letter_choices_link(request: HttpRequest, token: str) -> HttpResponse:
    """The same, by the link of a letter, for whom it was written to."""
    reader = _reader(token)
    with _words(request, reader):
        return _choose(request, reader, None)


def _choose(request: HttpRequest, reader: User | str, by: User | None) -> HttpResponse:
    sent = request.POST if request.method == "POST" else None
    has_hours = isinstance(reader, User)
    initial = {**queries.own_hours(reader), "near_moments": near_choice(reader)}
    form = LetterChoicesForm(sent, choices=queries.letter_choices(reader), has_hours=has_hours, initial=initial)
    if form.is_valid() and succeeded(
        form, actions.choose_letters, reader, form.wanted, hours=form.hours, near=form.near, by=by
    ):
        messages.success(request, _("Your choice is kept."))
        return redirect(request.path)
    context = {
        "form": form,
        "necessary": NECESSARY,
        "reader": reader,
        "is_known": by is not None,
        "has_hours": has_hours,
    }
    return render(request, "mail/letter_choices.html", context)


# A mail program posts here for its reader, without cookies: the signed link says who she is (RFC 8058).
@csrf_exempt
@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def letters_stop(request: HttpRequest, kind: str, token: str) -> HttpResponse:
    """One POST stops the letters of this kind; a GET, which scanners of mail make too, only asks."""
    reader = _reader(token)
    if kind not in KINDS or not KINDS[kind].is_refusable:
        raise Http404
    with _words(request, reader):
        if request.method == "POST":
            actions.choose_letters(reader, {kind: False}, by=None)
        context = {
            "kind": KINDS[kind],
            "is_stopped": kind in queries.unwanted_kinds(reader),
            "choices_url": reverse("mail:letter_choices_link", args=[token]),
        }
        return render(request, "mail/letters_stop.html", context)


def _reader(token: str) -> User | str:
    reader = queries.reader_by(token)
    if reader is None:
        raise Http404
    return reader


def _words(request: HttpRequest, reader: User | str) -> ExitStack:
    return in_words_of_person(request, reader) if isinstance(reader, User) else ExitStack()
