"""The desk at which a session is logged: its forms, what each does, what is being typed; for the page and the link."""

import json
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from backend.accounts.models import Link, User
from backend.lib import clock
from backend.lib.doors import number, succeeded, was_sent
from backend.lib.refusal import MAY_BE_REFUSALS, Refused, refusal_of
from backend.web.reading import moment
from mentoring import actions, policies, queries
from mentoring.forms import LogSessionForm, MissSessionForm, UpdateLogForm
from mentoring.models import LogDraft, Mentorship, Session

LINK_TIME = timedelta(hours=48)
"""How long the link of the letter still completes a log, counted from the moment it was kept."""
BURDEN = ("seconds", "taps", "keys")


class LogDesk:
    """The forms of one session's log and what each does; both doors (page and link) use it.

    `act` names the form that was posted: "held" (one tap), "times", "details", "missed", "draft" or "discard".
    `adds`: whoever holds the link is shown nothing that was kept, and what she types is put below it.
    """

    def __init__(self, request: HttpRequest, session: Session, *, by: User, adds: bool = False) -> None:
        self.session, self.by, self.adds = session, by, adds
        self.act = request.POST.get("act", "") if request.method == "POST" else ""
        self.data = data = request.POST
        self.draft = None if adds else queries.draft_of(session, by)
        self.crossed: dict[str, str] = {}
        self.times = LogSessionForm(data if self.act == "times" else None, initial=_times(session), prefix="times")
        self.missed = MissSessionForm(data if self.act == "missed" else None, prefix="missed")
        self.details = UpdateLogForm(
            data if self.act == "details" else None,
            initial=self._initial(),
            session=session,
            has_private_note=policies.may_read_private_note(by, session),
        )

    def _initial(self) -> dict[str, Any]:
        session = self.session
        names = () if self.adds else ("summary", "programme_note", "private_note", "themes", "competencies")
        when = timezone.localtime(
            queries.suggest_next(session, session.mentorship.journey.programme.organisation.time_zone)
        )
        initial = {name: getattr(session, name) for name in names} | {"plan_day": when.date(), "plan_time": when.time()}
        return initial | (unfolded(self.draft) if self.draft else {})

    # --- What is posted ---------------------------------------------------------------------------
    def done(self, request: HttpRequest) -> bool:
        """Do what was posted; True when there is nothing left to correct."""
        acts: dict[str, Callable[[HttpRequest], bool]] = {
            "held": self._held,
            "times": self._times,
            "details": self._details,
            "missed": self._missed,
            "discard": self._discard,
        }
        return acts[self.act](request) if self.act in acts else False

    def _held(self, request: HttpRequest) -> bool:
        if self.session.state == Session.State.HELD:
            messages.info(request, already(self.session))
            return True
        try:
            actions.log_session(self.session, by=self.by, burden=self.burden())
        except MAY_BE_REFUSALS as error:
            refusal = refusal_of(error)
            self.session.refresh_from_db()
            is_second = self.session.state == Session.State.HELD
            messages.info(request, already(self.session) if is_second else refusal.sentence)
            return True
        messages.success(request, _("Logged. The holder is asked to confirm."))
        return True

    def _times(self, request: HttpRequest) -> bool:
        action = actions.update_log if self.session.state == Session.State.HELD else actions.log_session
        more: dict[str, Any] = {"burden": self.burden()}
        if self.session.state == Session.State.HELD:
            more["seen"] = self._seen(queries.fingerprints(self.session))
        return self._did(request, self.times, action, _("Logged. The holder is asked to confirm."), **more)

    def _details(self, request: HttpRequest) -> bool:
        kept = queries.fingerprints(self.session)
        more = {"adds": self.adds, "burden": self.burden(), "draft": posted_revision(request)}
        is_done = self._did(
            request, self.details, actions.update_log, _("Kept. Thank you."), seen=self._seen(kept), **more
        )
        refusal = getattr(self.details, "refusal", None)
        if refusal and not is_done:
            self.crossed = refusal.details.get("crossed", {})
        return is_done

    def _missed(self, request: HttpRequest) -> bool:
        return self._did(request, self.missed, actions.miss_session, _("Noted: it did not take place."))

    def _discard(self, request: HttpRequest) -> bool:
        actions.drop_draft(self.session, by=self.by)
        messages.success(request, _("The draft is thrown away."))
        return True

    def _did(self, request: HttpRequest, form: Any, action: Callable[..., Session], sentence: str, **more: Any) -> bool:
        if not form.is_valid():
            return False
        values = form.values()
        if form is self.details:
            self._resolve(values)
        if not succeeded(form, action, self.session, by=self.by, **values, **more):
            self.session.refresh_from_db()
            return False
        messages.success(request, sentence)
        return True

    def _seen(self, kept: dict[str, str]) -> dict[str, str]:
        """What stood when the page was shown, as the page says; what it does not say stands as it is now."""
        try:
            said = json.loads(self.data.get("seen", "{}"))
        except (ValueError, RecursionError):
            return {}
        return {name: str(said[name]) for name in kept if name in said} if isinstance(said, dict) else {}

    def _shown(self) -> dict[str, str]:
        """What the page says of what stands; to whoever holds the link, nothing of words that she is not shown."""
        kept = queries.fingerprints(self.session)
        return {"times": kept["times"]} if self.adds else kept

    def _resolve(self, values: dict[str, Any]) -> None:
        """Two texts of one note: keep the one that stands, hers, or both."""
        for name in self.data.get("crossed", "").split():
            if name not in queries.NOTES or name not in values:
                continue
            if self.details.cleaned_data["resolve"] == "theirs":
                del values[name]
            elif self.details.cleaned_data["resolve"] == "both":
                values[name] = actions.below(getattr(self.session, name), queries.as_written(values[name]))

    def burden(self) -> actions.Burden | None:
        """What the script of the page counted; None without it."""
        counts = {name: number(self.data.get(name, "")) for name in BURDEN}
        return (
            None
            if None in counts.values()
            else actions.Burden(**{name: min(n or 0, 10**6) for name, n in counts.items()})
        )

    def save_draft(self, request: HttpRequest) -> HttpResponse:
        """What is being typed in its boxes. What comes after the page itself was sent is not kept beside it."""
        fields = typed_in(request, self.details)
        if self._is_late(fields):
            return too_late()
        return save_draft(request, self.session, fields, by=self.by, tells=not self.adds)

    def _is_late(self, fields: Mapping[str, list[str]]) -> bool:
        """Was the page itself sent meanwhile, with all these words of notes in it?"""
        words = [(name, queries.as_written(one)) for name in queries.NOTES for one in fields.get(name, [])]
        return was_sent(self.data) and all(text in getattr(self.session, name) for name, text in words)

    # --- What is shown ----------------------------------------------------------------------------
    def context(self) -> dict[str, Any]:
        """What the shared part of the two pages shows."""
        session = self.session
        pair = session.mentorship
        form = self.details
        return {
            "session": session,
            "by": self.by,
            "pair": pair,
            "holder": pair.journey.holder.user,
            "times_form": self.times,
            "missed_form": self.missed,
            "times_open": bool(self.times.errors),
            "missed_open": bool(self.missed.errors),
            "details_form": form,
            "act": self.act,
            "adds": self.adds,
            "is_planned": session.state == Session.State.PLANNED,
            "is_held": session.state == Session.State.HELD,
            "line": queries.ledger_line(session, self.by),
            "is_closed": self.adds and is_closed(session),
            "has_private_note": "private_note" in form.fields,
            "may_plan": pair.state == Mentorship.State.ACTIVE,
            "next_planned": queries.next_planned(session),
            "readers": readers(pair, self.by),
            "opened": opened(form),
            "seen": json.dumps(self._shown()),
            "crossed": [(form[name].label, text, name) for name, text in self.crossed.items()],
            "crossed_names": " ".join(self.crossed),
            **draft_shown(self.draft),
            "place": f"{self.by.pk}.{session.pk}",
        }


def is_closed(session: Session) -> bool:
    """Has the link had its time to complete a log that is kept?"""
    return session.logged_at is not None and clock.now() > session.logged_at + LINK_TIME


def ends_at(session: Session, link: Link) -> datetime:
    """When the link opens this page no more."""
    return min(link.expires_at, session.logged_at + LINK_TIME) if session.logged_at else link.expires_at


def readers(pair: Mentorship, by: User) -> dict[str, str]:
    """Who reads each box, in words, as told to `by` before she types."""
    is_mentor = pair.mentor.user_id == by.pk
    names = {"holder": pair.journey.holder, "mentor": pgettext("reader", "you") if is_mentor else pair.mentor}
    shared = _("Read by: %(holder)s, %(mentor)s, the programme leads and the other mentors of this journey.")
    return {
        "summary": (_("Read by: %(holder)s, %(mentor)s and the programme leads.") if pair.withheld_at else shared)
        % names,
        "programme_note": _("Read by: %(mentor)s and the programme leads. Not by %(holder)s.") % names,
        "private_note": _("Read by: you only, for good."),
    }


def opened(form: UpdateLogForm) -> dict[str, bool]:
    """Which folds stand open: those in which something is written, or wrong."""
    folds = {
        "steps": ["next_text", "next_due_on"],
        "more_steps": [f"next_{what}_{n}" for n in (2, 3) for what in ("text", "due_on")],
        "plan": ["plan_next"],
        "themes": ["themes", "competencies"],
        "programme_note": ["programme_note"],
        "private_note": ["private_note"],
    }
    wrong = {"plan": ["plan_day", "plan_time"]}
    return {
        fold: any(
            (name in form.fields and form[name].value()) or name in form.errors
            for name in [*names, *(one for one in wrong.get(fold, []) if one in form.errors)]
        )
        for fold, names in folds.items()
    }


def already(session: Session) -> str:
    """For whoever comes second: it is done, nothing is doubled."""
    return _("This session is already logged, by %(person)s. Nothing was counted twice.") % {
        "person": session.logged_by or _("the house")
    }


# --- What is being typed --------------------------------------------------------------------------
def typed_in(request: HttpRequest, *forms: Any) -> dict[str, list[str]]:
    """{name: what is typed} of the boxes of these forms that hold something."""
    names = [one for form in forms for name in form.fields if name != "resolve" for one in _boxes(form, name)]
    return {name: values for name in names if (values := [one for one in request.POST.getlist(name) if one])}


def _boxes(form: Any, name: str) -> list[str]:
    """A length is typed in two."""
    several = getattr(form.fields[name].widget, "widgets_names", [""])
    return [f"{form.add_prefix(name)}{end}" for end in several]


def too_late() -> HttpResponse:
    return JsonResponse({"refused": _("This is in the log already.")}, status=422)


def save_draft(
    request: HttpRequest, about: Session | Mentorship, fields: Mapping[str, list[str]], *, by: User, tells: bool = True
) -> HttpResponse:
    """The answer to the page's script: the revision that stands; 409 with the other text when two devices type.

    Whoever holds the link is told that there is another text, not what it says (`tells`).
    """
    revision = posted_revision(request)
    try:
        draft = actions.keep_draft(about, fields=fields, revision=revision, device=_device(request), by=by)
    except Refused as refusal:
        other = refusal.details.get("draft")
        if other is None:
            return JsonResponse({"refused": refusal.sentence}, status=422)
        answer = {"revision": other.revision, "fields": other.fields if tells else {}, "said": _where(other)}
        return JsonResponse(answer, status=409)
    return JsonResponse({"revision": draft.revision, "said": _("Draft saved at %(time)s.") % _at(draft)})


def posted_revision(request: HttpRequest) -> int:
    """Of the draft on which the page is."""
    return number(request.POST.get("revision", "")) or 0


def draft_shown(draft: LogDraft | None) -> dict[str, Any]:
    """What the page says of it."""
    return {
        "draft": draft,
        "draft_said": _where(draft) if draft else "",
        "revision": draft.revision if draft else 0,
    }


def unfolded(draft: LogDraft) -> dict[str, Any]:
    """A draft as the initial values of the form."""
    several = ("themes", "competencies")
    found: dict[str, Any] = {
        name: values if name in several else values[-1] for name, values in draft.fields.items() if values
    }
    length = [number(found.pop(f"minutes_{at}", "")) or 0 for at in (0, 1)]  # hours and minutes are typed apart
    return found | ({"minutes": length[0] * 60 + length[1]} if any(length) else {})


def _times(session: Session) -> dict[str, Any]:
    local = timezone.localtime(session.held_at or session.starts_at)
    return {
        "day": local.date(),
        "time": local.time(),
        "minutes": session.held_minutes or session.minutes,
        "medium": session.medium,
    }


def _device(request: HttpRequest) -> str:
    agent = request.headers.get("User-Agent", "")
    return "phone" if "Mobile" in agent or "iPhone" in agent else "computer"


def _at(draft: LogDraft) -> dict[str, str]:
    return {"time": timezone.localtime(draft.saved_at).strftime("%H:%M:%S")}


def _where(draft: LogDraft) -> str:
    sentences = {
        "phone": _("Saved on a phone, %(when)s."),
        "computer": _("Saved on a computer, %(when)s."),
    }
    return sentences.get(draft.device, _("Saved %(when)s.")) % {"when": moment(draft.saved_at)}
