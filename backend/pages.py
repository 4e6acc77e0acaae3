"""Pages that belong to no single app: the homes, health for machines, and the demo's one-click sign-in."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.contrib.auth import login
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from backend.accounts.models import User
from backend.accounts.queries import first_of, named, organisations_of
from backend.lib import clock, prepared, readiness
from backend.lib.doors import number
from backend.mail.queries import (
    OutboxHealth,
    Wait,
    inbox_health,
    letters_aside,
    letters_stuck,
    letters_waiting,
    outbox_health,
)
from backend.web.reading import day, hours, lately, moment
from evaluation.queries.posture import journey_posture, waiting_requests
from journeys.models import Journey
from journeys.queries.attention import Need
from journeys.queries.extensions import waiting_extensions
from journeys.queries.group import accompanied, accompanies_somebody, first_adviser
from journeys.queries.home import Todo, holder_home
from journeys.queries.hosts import waiting_wishes
from journeys.queries.lead import lead_home
from journeys.queries.links import address
from mentoring.queries import (
    full_mentors,
    journeys_without_mentor,
    mentor_home,
    needs_to_say,
    pair_to_book,
    proposals_to_answer,
    unlogged_sessions,
)
from mentoring.queries.coming import questions_to_prepare
from mentoring.queries.leaving import gone_with_pairs


def letters_leave() -> str:
    """No letter has been due for more than a quarter of an hour."""
    wait = letters_waiting()
    is_told = wait is not None and wait.count and clock.now() - wait.since > timedelta(minutes=15)
    return f"{wait.count} letters wait since {wait.since:%Y-%m-%dT%H:%M:%SZ}: {wait.cause}" if wait and is_told else ""


def letters_come_in() -> str:
    """The mailbox named in the settings is read, and what comes in is treated."""
    inbox, stuck = inbox_health(), letters_stuck()
    if inbox.is_late:
        # Anybody may ask: what the server said stands on the page of letters received.
        return f"mailbox not read since {inbox.read_at or 'ever'} ({inbox.trouble.partition(':')[0] or 'no worker'})"
    return f"{stuck} letters received wait to be treated" if stuck else ""


CHECKS: dict[str, Callable[[], str]] = {
    "database": readiness.database,
    "migrations": readiness.migrations,
    "queue": readiness.queue,
    "duties": readiness.duties,
    "outbox": letters_leave,
    "inbox": letters_come_in,
}


@login_not_required
@never_cache
@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """The process is up."""
    return JsonResponse({"status": "ok"})


@login_not_required
@never_cache
@require_safe
def readyz(request: HttpRequest) -> HttpResponse:
    """Fit to answer: 200, or 503 with what is not. After the database fails nothing else is asked.

    `letters` are counts for whoever watches: letters that did not get through are for leads to settle.
    """
    found: dict[str, str] = {}
    for name, check in CHECKS.items():
        found[name] = check() or "ok"
        if name == "database" and found[name] != "ok":
            break
    is_ready = all(state == "ok" for state in found.values())
    answer: dict[str, Any] = {"status": "ok" if is_ready else "not ready", "checks": found}
    if found["database"] == "ok" and found.get("migrations") == "ok":
        letters = outbox_health()
        answer["letters"] = {"waiting": letters.waiting, "given_up": letters.dead, "refused": letters.failed}
    return JsonResponse(answer, status=200 if is_ready else 503)


@login_not_required
@never_cache
@require_safe
def demo_sign_in(request: HttpRequest, role: str) -> HttpResponse:
    """Mounted in the demo only: one click and you are the first person with this role, an adviser's too."""
    person = first_adviser() if role == "adviser" else first_of(role)
    if person is None:
        raise Http404
    login(request, person)
    return redirect("home")


# --- The homes --------------------------------------------------------------------------------------
MOST_TODOS = 6
ROLE_LABELS = {
    "lead": gettext_lazy("Programme lead"),
    "mentor": gettext_lazy("Mentor"),
    "holder": gettext_lazy("My journey"),
    "companion": gettext_lazy("Journeys I accompany"),
}


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Each person's first page: what a lead, a mentor or a holder needs first; with several roles, one at a time."""
    user = request.user
    roles = [role for role in ROLE_LABELS if user.has_role(role)]
    if accompanies_somebody(user):
        roles.append("companion")
    if not roles and (user.has_role("observer") or user.has_role("steward")):
        return redirect("evaluation:snapshot_list")
    wanted = request.GET.get("as", "")
    role = wanted if wanted in roles else next(iter(roles), "")
    context = HOMES[role](request)
    context["views"] = [
        (ROLE_LABELS[one], f"{reverse('home')}?as={one}", one == role) for one in roles if len(roles) > 1
    ]
    return render(request, "journeys/home.html", context)


def _nobody(request: HttpRequest) -> dict[str, Any]:
    return {"part": "journeys/home_nobody.html"}


def _companion(request: HttpRequest) -> dict[str, Any]:
    """The journeys she accompanies as trainer or adviser, perhaps without any role in an organisation."""
    return {"part": "journeys/home_companion.html", "accompanied": accompanied(request.user)}


def _questionnaires(user: User) -> list[Todo]:
    """What the person is asked to answer, as things she owes."""
    return [
        Todo(
            code="answer",
            title=asked.wave.questionnaire.title,
            note=_("open until %(day)s") % {"day": day(asked.expires_at, weekday=False)},
            label=_("Answer"),
            url=reverse("evaluation:request", args=[asked.pk]),
            icon="clipboard-document-list",
            rank=2,
        )
        for asked in prepared.objects(("waiting_requests", user.pk), lambda: waiting_requests(user))
    ]


def _questions_to_prepare(user: User) -> list[Todo]:
    """What she would like from a session that is near, until it begins."""
    return [
        Todo(
            code="question",
            title=_("Your session with %(mentor)s") % {"mentor": session.mentorship.mentor},
            note=moment(session.starts_at),
            label=_("Prepare my question"),
            url=reverse("mentoring:session_question", args=[session.pk]),
            icon="chat-bubble-left-right",
            rank=3,
        )
        for session in questions_to_prepare(user)
    ]


def _mentor_needs(user: User) -> list[Todo]:
    """What only she can say before a mentor is chosen for her."""
    return [
        Todo(
            code="mentor_need",
            title=_("Say what mentor you look for"),
            note=_("Two minutes: themes, languages, how to meet."),
            label=_("Say it"),
            url=reverse("mentoring:need_say", args=[journey.pk]),
            icon="user-group",
            rank=4,
        )
        for journey in prepared.objects(("needs_to_say", user.standing), lambda: needs_to_say(user))
    ] + [
        Todo(
            code="proposal",
            title=_("A mentor is proposed to you"),
            note=str(pair.mentor),
            label=_("Read and answer"),
            url=reverse("mentoring:mentorship", args=[pair.pk]),
            icon="user-group",
            rank=1,
        )
        for pair in prepared.objects(("to_answer", user.standing), lambda: proposals_to_answer(user))
        if pair.journey.holder.user_id == user.pk
    ]


def _holder(request: HttpRequest) -> dict[str, Any]:
    """Where am I, what is next, what do I owe."""
    user = request.user
    wanted = request.GET.get("journey", "")
    asks = [*_questionnaires(user), *_questions_to_prepare(user), *_mentor_needs(user)]
    found = holder_home(user, number(wanted), asks=asks)
    if found is None:
        return {"part": "journeys/home_holder_empty.html", "organisations": organisations_of(user, "holder")}
    journey = found.journey
    rest = [todo for todo in found.todos if todo is not found.main]
    shown = rest[:MOST_TODOS]
    people = found.mentors or ([journey.referent] if journey.referent else [])
    switch = [
        (one.project.name, f"{reverse('home')}?as=holder&journey={one.pk}", one == journey) for one in found.journeys
    ]
    return {
        "part": "journeys/home_holder.html",
        "home": found,
        "eyebrow": f"{journey.programme.title} · {journey.project.name}",
        "todos": shown,
        "todo_count": len(found.todos),
        "todo_note": found.todos[0].title if found.todos else _("all is done"),
        "more_todos": len(rest) - len(shown),
        "switch": switch if len(switch) > 1 else [],
        "journey_url": reverse("journeys:journey_detail", args=[journey.pk]),
        "ledger_url": reverse("journeys:journey_ledger", args=[journey.pk]),
        "ask_url": f"mailto:{people[0].email}" if people else "",
        "book_url": _book_url(journey, user),
        "need_url": reverse("mentoring:need_say", args=[journey.pk]) if journey.is_live else "",
        "posture": journey_posture(journey),
        "posture_part": "evaluation/posture_box.html",
    }


def _book_url(journey: Journey, user: User) -> str:
    """Where she books a session with her mentor; "" when there is nothing to book."""
    pair = pair_to_book(journey, user) if journey.is_live else None
    return reverse("mentoring:opening_book", args=[pair.pk]) if pair else ""


def _mentor(request: HttpRequest) -> dict[str, Any]:
    """Who is next, what do I log."""
    return {"part": "journeys/home_mentor.html", "home": mentor_home(request.user, clock.now())}


def _lead(request: HttpRequest) -> dict[str, Any]:
    """Who needs me today, are we on target."""
    user = request.user
    organisations = user.organisation_ids("lead")
    found, letters = lead_home(user), outbox_health(user)
    board = reverse("journeys:journey_list")
    places = sum(one.capacity for one in found.targets)
    return {
        "part": "journeys/home_lead.html",
        "home": found,
        "waiting": _waiting(letters_waiting(user, letters)),
        "is_empty": not found.live and not found.total_needs and not found.hours.total.count,
        "eyebrow": ", ".join(organisations_of(user, "lead").values_list("name", flat=True)),
        "today": day(clock.today()),
        "around": [*_around(user, organisations, found.needs), *_letters_around(user, letters)],
        "needs_url": reverse("journeys:needs"),
        "board_url_active": f"{board}?state=active",
        "all_label": _("See all %(count)d") % {"count": found.total_needs},
        "import_url": address("journeys:holder_import"),
        "programmes_url": reverse("journeys:programme_list"),
        "indicators_url": reverse("evaluation:indicators"),
        "hours_url": reverse("evaluation:figure_rows", args=["hours"]),
        "places_taken": sum(one.started for one in found.targets),
        "places_unit": _("of %(total)d") % {"total": places} if places else "",
        "hours_note": _("of %(total)s received") % {"total": hours(found.hours.minutes)},
        "milestones_unit": _("of %(total)d") % {"total": found.milestones_total},
    }


def _names(people: list[str], shown: int = 3) -> str:
    """The first few names, and how many more."""
    more = len(people) - shown
    listed = ", ".join(people[:shown])
    return _("%(names)s and %(count)d more") % {"names": listed, "count": more} if more > 0 else listed


def _mentoring_around(organisations: set[int]) -> list[Todo]:
    """Mentors gone or full, sessions to log, people who wait for one. Doubts and proposals are needs of their own."""
    found, ids = _gone_mentors(organisations), tuple(sorted(organisations))
    sessions = named(("unlogged", ids), lambda: unlogged_sessions(ids, clock.now()), "mentorship__mentor__user")
    if sessions:
        words = ngettext("%(count)d session to log", "%(count)d sessions to log", len(sessions))
        mentors = list(dict.fromkeys(str(session.mentorship.mentor) for session in sessions))
        url = reverse("mentoring:session_list")
        found.append(_fact(words, len(sessions), url, _names(mentors), "chat-bubble-left-right", "warn"))
    full = [str(mentor) for mentor in named(("full", ids), lambda: full_mentors(ids), "user")]
    if full:
        words = ngettext("%(count)d mentor is full", "%(count)d mentors are full", len(full))
        found.append(_fact(words, len(full), reverse("mentoring:mentor_list"), _names(full), "user-group", "info"))
    waiting = named(("alone", ids), lambda: journeys_without_mentor(ids), "holder__user")
    alone = [str(journey.holder) for journey in waiting]
    if alone:
        words = ngettext("%(count)d person waits for a mentor", "%(count)d people wait for a mentor", len(alone))
        found.append(_fact(words, len(alone), reverse("mentoring:mentor_match"), _names(alone), "user-plus", "info"))
    return found


def _gone_mentors(organisations: set[int]) -> list[Todo]:
    """Mentors without access with whom people still wait: each leads to the screen that decides who follows."""
    found = []
    for mentor in gone_with_pairs(organisations):
        words = ngettext(
            "%(mentor)s has no access any more: %(count)d person to entrust to somebody else",
            "%(mentor)s has no access any more: %(count)d people to entrust to somebody else",
            mentor.load,
        ) % {"mentor": mentor, "count": mentor.load}
        url = reverse("mentoring:mentor_leave", args=[mentor.pk])
        note = _("Say who follows, and what becomes of each date.")
        icon = "arrow-right-on-rectangle"
        found.append(Todo(code="around", title=words, label="", url=url, note=note, icon=icon, tone="bad"))
    return found


def _around(user: User, organisations: set[int], needs: list[Need]) -> list[Todo]:
    """What else asks for a lead's eye: sessions to log, full mentors, more time asked, stays wished for."""
    found = _mentoring_around(organisations)
    asked = named(("extensions", user.standing), lambda: waiting_extensions(user), "journey__holder__user")
    told = {need.journey.pk for need in needs if need.sign.code == "extension"}
    if {one.journey_id for one in asked} - told:
        words = ngettext("%(count)d person asks for more time", "%(count)d people ask for more time", len(asked))
        names = _names([str(one.journey.holder) for one in asked])
        found.append(_fact(words, len(asked), reverse("journeys:extension_list"), names, "clock", "info"))
    wishes = named(("wishes", user.standing), lambda: waiting_wishes(user), "step__journey__holder__user")
    if wishes:
        words = ngettext(
            "%(count)d person asks a company for a stay", "%(count)d people ask a company for a stay", len(wishes)
        )
        names = _names([str(one.step.journey.holder) for one in wishes])
        found.append(_fact(words, len(wishes), reverse("journeys:host_ask_list"), names, "hand-raised", "info"))
    return found


def _letters_around(user: User, letters: OutboxHealth) -> list[Todo]:
    """Letters that did not get through, that wait to leave, or that came in and were set aside."""
    found: list[Todo] = []
    lost = letters.dead + letters.failed
    if lost:
        words = ngettext("%(count)d letter did not get through", "%(count)d letters did not get through", lost)
        note = _("Check the address, or call.")
        found.append(_fact(words, lost, f"{reverse('mail:outbox')}?state=lost", note, "envelope", "bad"))
    if aside := letters_aside(user):
        words = ngettext("%(count)d letter received is set aside", "%(count)d letters received are set aside", aside)
        note = _("Nobody else reads them: see what they say.")
        url = f"{reverse('mail:received')}?state=aside"
        found.append(_fact(words, aside, url, note, "inbox-arrow-down", "warn"))
    return found


def _waiting(wait: Wait | None) -> Todo | None:
    """Letters that should have left: since when, why, and what to do; the page of letters says the same."""
    if wait is None:
        return None
    since = lately(wait.since)
    words = _("Nobody has sent letters or reminders since %(moment)s") % {"moment": since}
    if wait.count:
        ours = {"nobody": _("nobody is sending"), "busy": _("they leave one after the other")}
        words = ngettext(
            "%(count)s letter has been waiting since %(moment)s: %(why)s",
            "%(count)s letters have been waiting since %(moment)s: %(why)s",
            wait.count,
        ) % {"count": wait.count, "moment": since, "why": ours.get(wait.cause, wait.trouble)}
    is_busy = wait.cause == "busy"
    note = _("Many leave at once.") if is_busy else _("Tell whoever runs this server. Nothing is lost.")
    label, url, tone = _("See the letters"), reverse("mail:outbox"), "warn" if is_busy else "bad"
    return Todo(code="waiting", title=words, label=label, url=url, note=note, icon="envelope", tone=tone)


def _fact(words: str, count: int, url: str, note: str, icon: str, tone: str) -> Todo:
    return Todo(code="around", title=words % {"count": count}, label="", url=url, note=note, icon=icon, tone=tone)


HOMES: dict[str, Callable[[HttpRequest], dict[str, Any]]] = {
    "": _nobody,
    "holder": _holder,
    "mentor": _mentor,
    "lead": _lead,
    "companion": _companion,
}
