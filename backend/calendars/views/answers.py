"""Whether one comes: answered on a page, from the link in the letter or signed in. Reading changes nothing."""

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from backend.accounts import actions as accounts
from backend.accounts.models import Link, User
from backend.accounts.queries import open_link
from backend.calendars import actions, policies, queries
from backend.calendars.forms import AnswerInviteForm
from backend.calendars.models import Invite, InviteAttendee
from backend.lib.bearers import in_words_of, in_words_of_person
from backend.lib.doors import attempt, back, find, require, succeeded


def me(request: HttpRequest) -> User:
    """The person signed in; the middleware lets nobody else in."""
    assert isinstance(request.user, User)
    return request.user


def _opened(token: str) -> tuple[Link, InviteAttendee] | None:
    """The link, and the person invited whom it was made for."""
    link = open_link(token, queries.ANSWER)
    if link is None or not isinstance(link.about, InviteAttendee):
        return None
    rows = InviteAttendee.objects.select_related("user", "invite__organisation")
    return link, rows.get(pk=link.about.pk)


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def answer_link(request: HttpRequest, token: str) -> HttpResponse:
    """The letter leads here, with or without an answer chosen; only a press answers, since scanners follow links."""
    found = _opened(token)
    if found is None:
        return render(request, "calendars/answer_closed.html", status=404)
    link, person = found
    words = in_words_of_person(request, link.user) if link.user else in_words_of(request, person.invite.organisation)
    with words:
        form = AnswerInviteForm(request.POST if "say" in request.POST else None)
        if request.method == "POST" and _did(request, form, person):
            accounts.use_link(link)
            return redirect("calendars:answer_link", token)
        invite = person.invite
        context = {
            "person": person,
            "invite": invite,
            "form": form,
            "chosen": request.GET.get("say") or person.word,
            "opens_comment": bool(form["comment"].errors or request.GET.get("say") == "no"),
            "is_open": queries.is_open(invite, person),
            "is_off": invite.state == Invite.State.CANCELLED,
            "waiting": queries.waiting_answer(person),
            "other_calendars": queries.calendars_elsewhere(invite),
            "file_url": reverse("calendars:answer_link_file", args=[token]),
        }
        return render(request, "calendars/answer.html", context)


def _did(request: HttpRequest, form: AnswerInviteForm, person: InviteAttendee) -> bool:
    """What was pressed is done, and said; False when something is to be put right."""
    by = person.user
    waiting = queries.waiting_answer(person)
    if request.POST.get("act") == "confirm" and waiting:
        return attempt(request, _("Thank you: your answer counts."), actions.confirm_answer, waiting, by=by)
    if request.POST.get("act") == "disown" and waiting:
        done = _("Thank you: it does not count. Say below whether you come.")
        return attempt(request, done, actions.disown_answer, waiting, by=by)
    if form.is_valid() and succeeded(form, actions.answer_invite, person, by=by, **form.values()):
        messages.success(request, _("Noted: %(said)s.") % {"said": person.get_partstat_display()})
        return True
    return False


@login_not_required
@never_cache
@require_safe
def answer_link_file(request: HttpRequest, token: str) -> HttpResponse:
    """The date as a file for her calendar, as long as it stands."""
    found = _opened(token)
    if found is None or not queries.is_open(found[1].invite, found[1]):
        raise Http404
    link, person = found
    with in_words_of_person(request, link.user) if link.user else in_words_of(request, person.invite.organisation):
        return _file(person.invite)


@never_cache
@require_safe
def invite_file(request: HttpRequest, pk: int) -> HttpResponse:
    """Signed in: the same file, of what one is invited to."""
    invite = find(Invite.objects.visible_to(request.user), pk=pk)
    require(queries.place_of(invite, me(request)) is not None)
    return _file(invite)


def _file(invite: Invite) -> HttpResponse:
    return HttpResponse(
        queries.calendar_file(invite),
        content_type="text/calendar; charset=utf-8",
        headers={"Content-Disposition": 'attachment; filename="invite.ics"'},
    )


@require_POST
def invite_answer(request: HttpRequest, pk: int) -> HttpResponse:
    """Signed in, on the page of what one is invited to: one press."""
    invite = find(Invite.objects.visible_to(request.user), pk=pk)
    person = invite.attendees.filter(user=request.user, removed_at=None).first()
    require(person is not None and policies.may_answer_invite(request.user, person))
    form = AnswerInviteForm(request.POST)
    if form.is_valid():
        done = _("Noted: your answer is told to whoever needs it.")
        attempt(request, done, actions.answer_invite, person, by=request.user, **form.values())
    else:
        messages.error(request, _("Say yes, no or maybe."))
    return redirect(back(request, reverse("home")))
