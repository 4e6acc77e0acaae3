"""Letters about sessions: before, after, called off, looked for."""

from dataclasses import replace
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from backend.calendars.samples import change_of, invite_of, request_of
from backend.mail.gallery import PLAYED, Cast, sample
from journeys.queries.home import Dated
from journeys.samples import rows as journeys
from mentoring.models import Objective, TimeProposal
from mentoring.queries.briefing import Briefing
from mentoring.queries.pairs import ObjectiveLine
from mentoring.queries.session_briefing import SessionBriefing
from mentoring.samples import rows


def _title(cast: Cast) -> str:
    return _("Mentoring: %(holder)s and %(mentor)s") % {"holder": cast.holder, "mentor": cast.mentor}


@sample(
    "mentoring/letters/session_cancelled",
    to="holder mentor",
    when=gettext_lazy("When a session is called off."),
)
def session_cancelled(cast: Cast, face: str) -> dict[str, Any]:
    meeting = rows.session(cast, cancel_reason=_("I am away that week."))
    return {"invite": invite_of(cast, _title(cast)), "change": None, "by": cast.mentor, **rows.about(cast, meeting)}


@sample(
    "mentoring/letters/session_handed_over",
    to="holder mentor",
    when=gettext_lazy("When another mentor takes over a session that is planned."),
)
def session_handed_over(cast: Cast, face: str) -> dict[str, Any]:
    return {**request_of(cast, _title(cast), change=change_of(cast)), **rows.about(cast, rows.session(cast))}


@sample(
    "mentoring/letters/series",
    to="holder mentor",
    when=gettext_lazy("When several sessions are planned at once."),
)
def series(cast: Cast, face: str) -> dict[str, Any]:
    meetings = [rows.session(cast, days) for days in (6, 20, 34)]
    return {
        "sessions": meetings, "session": meetings[0], "pair": meetings[0].mentorship, "other": cast.mentor,
        "by": cast.mentor,
    }  # fmt: skip


@sample(
    "mentoring/letters/session_question",
    to="holder",
    when=gettext_lazy("Two days before a session."),
    faces={"due": gettext_lazy("with something due")},
)
def session_question(cast: Cast, face: str) -> dict[str, Any]:
    due = [journeys.commitment(cast, _("Call three customers"), 1)] if face else []
    return {**rows.about(cast, rows.session(cast, 2)), "due": due, "link": cast.link("question")}


def _briefing(cast: Cast) -> SessionBriefing:
    past = rows.session(cast, -15, held_at=cast.at(-15, 14), state="held")
    past.summary = _("The price of a loaf is settled. Next: the lease.")
    base = Briefing(
        journey=journeys.journey(cast), last_session=past, milestone=journeys.step(cast), held=3, expected=6,
        commitments=[
            journeys.commitment(cast, _("Visit two premises"), -4),
            journeys.commitment(cast, _("Call three customers"), 1),
        ],
        done=[journeys.commitment(cast, _("Write the first page of the plan"), -20)],
    )  # fmt: skip
    aim = Objective(pk=0, text=_("Talk about money without fear"), start=3, wanted=7)
    title = str(journeys.module_date(cast).module)
    return SessionBriefing(
        session=rows.session(cast, 1, question=_("How long a lease can I sign at the start?")), base=base,
        objectives=[ObjectiveLine(aim, 4)], next_steps=[],
        coming=[Dated(on=cast.on(8), title=title, starts_at=cast.at(8, 9, 30))],
    )  # fmt: skip


@sample(
    "mentoring/letters/briefing",
    to="mentor",
    when=gettext_lazy("The day before a session."),
    faces={"two": gettext_lazy("two sessions on one day")},
)
def briefing(cast: Cast, face: str) -> dict[str, Any]:
    one, url = _briefing(cast), cast.link("briefing")
    lines = [(one, url)]
    if face:
        later = rows.session(cast, 1, starts_at=cast.at(1, 17), ends_at=cast.at(1, 18))
        bare = replace(one.base, last_session=None, commitments=[], done=[], milestone=None)
        lines.append((replace(one, session=later, base=bare, objectives=[], coming=[]), cast.link("briefing-two")))
    return {
        "briefings": lines, "are_together": not face, "session": one.session, "holder": cast.holder,
        "due": [journeys.commitment(cast, _("Send the list of landlords"), 1, "mentor")], "link": "" if face else url,
    }  # fmt: skip


@sample("mentoring/letters/session_log", to="mentor", when=gettext_lazy("When a session has ended."))
def session_log(cast: Cast, face: str) -> dict[str, Any]:
    return {**rows.about(cast, rows.session(cast, 0)), "link": cast.link("log")}


@sample(
    "mentoring/letters/session_log_again",
    to="mentor",
    when=gettext_lazy("Once more, when a session is still to log days later."),
)
def session_log_again(cast: Cast, face: str) -> dict[str, Any]:
    return {**rows.about(cast, rows.session(cast, -3)), "link": cast.link("log")}


@sample("mentoring/letters/confirm_hours", to="holder", when=gettext_lazy("When a session is logged as held."))
def confirm_hours(cast: Cast, face: str) -> dict[str, Any]:
    meeting = rows.session(cast, -1, summary=_("The price of a loaf is settled. Next: the lease."))
    delivery = journeys.delivery(cast, happened_at=meeting.starts_at)
    return {**rows.about(cast, meeting), "delivery": delivery, "link": cast.link("hours")}


@sample(
    "mentoring/letters/gathering_log",
    to="mentor",
    when=gettext_lazy("When a group session has ended, and once more when it is still to log."),
)
def gathering_log(cast: Cast, face: str) -> dict[str, Any]:
    return {"session": rows.session(cast, 0), "count": 3, "link": cast.link("log")}


@sample(
    "mentoring/letters/gathering_left",
    to="mentor",
    when=gettext_lazy("When somebody leaves a group session that stands."),
)
def gathering_left(cast: Cast, face: str) -> dict[str, Any]:
    meeting = rows.session(cast, cancel_reason=_("I am away that week."))
    return {"session": meeting, "holder": cast.holder, "left": 2, "link": cast.link("group")}


def _times(cast: Cast, side: str, **more: Any) -> dict[str, Any]:
    values = {"moves": None, "answer": _("That week I work in the mornings."), **more}
    proposal = TimeProposal(
        pk=0, mentorship=rows.pair(cast), side=side, minutes=60, place=_("1 Sample Street, Nantes"),
        agenda=_("The lease"), **values,
    )  # fmt: skip
    other = cast.holder if side == "holder" else cast.mentor
    lines = [(cast.at(5, 9), ""), (cast.at(6, 14), ""), (cast.at(8, 17, 30), "")]
    return {
        "proposal": proposal, "pair": proposal.mentorship, "other": other, "is_ask": side == "holder", "lines": lines,
        "link": cast.link("times"),
    }  # fmt: skip


@sample(
    "mentoring/letters/times_put_forward",
    to="holder mentor",
    when=gettext_lazy("When one of a pair puts times forward."),
    faces={
        "move": gettext_lazy("for a session that is planned"),
        "ask": gettext_lazy("a holder asks for a session"),
        "bare": gettext_lazy("without times"),
    },
)
def times_put_forward(cast: Cast, face: str) -> dict[str, Any]:
    if face == "move":
        return _times(cast, "mentor", moves=rows.session(cast))
    if not face:
        return _times(cast, "mentor")
    context = {**_times(cast, "holder"), PLAYED: "mentor"}
    return {**context, "lines": []} if face == "bare" else context


@sample(
    "mentoring/letters/times_declined",
    to="mentor holder",
    when=gettext_lazy("When none of the times put forward suits."),
    faces={"move": gettext_lazy("for a session that is planned")},
)
def times_declined(cast: Cast, face: str) -> dict[str, Any]:
    context = _times(cast, "mentor", moves=rows.session(cast) if face else None)
    return {**context, "other": cast.holder}
