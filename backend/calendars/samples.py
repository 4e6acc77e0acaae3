"""Sample data of the letters that carry a date, and of those that answers lead to."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from backend.calendars.actions.revisions import Change
from backend.calendars.elsewhere import other_calendars
from backend.calendars.ics import Moment
from backend.calendars.models import Invite, InviteAnswer, InviteAttendee, OwnCalendar
from backend.calendars.troubles import sentence_of
from backend.mail.gallery import Cast, sample

Partstat = InviteAttendee.Partstat


def invite_of(cast: Cast, title: str = "") -> Invite:
    """A meeting next week, by this title."""
    return Invite(
        pk=0, uid="sample", organisation=cast.organisation, starts_at=cast.at(6, 14), ends_at=cast.at(6, 15, 30),
        title_fr=title or _("Sample workshop"), description_fr=_("Bring what you have written so far."),
        place=_("1 Sample Street, Nantes"), url=cast.link("dates"), organiser=cast.organisation.contact_email,
    )  # fmt: skip


def request_of(cast: Cast, title: str = "", **more: Any) -> dict[str, Any]:
    """What every letter with a date is written from."""
    invite = invite_of(cast, title)
    moment = Moment(
        uid=invite.uid, sequence=0, dtstamp=cast.now, starts_at=invite.starts_at, ends_at=invite.ends_at,
        summary=invite.title, organiser=invite.organiser, place=invite.place,
    )  # fmt: skip
    return {
        "invite": invite, "change": None, "by": cast.lead, "answer_link": cast.link("answer"),
        "other_calendars": other_calendars(moment), **more,
    }  # fmt: skip


def change_of(cast: Cast, *names: str) -> Change:
    """How it stood before."""
    return Change(cast.at(5, 10), cast.at(5, 11, 30), _("2 Sample Street, Nantes"), frozenset(names))


@sample("calendars/letters/invite", to="invited", when=gettext_lazy("When a date is planned."))
def invite(cast: Cast, face: str) -> dict[str, Any]:
    return request_of(cast)


@sample(
    "calendars/letters/update",
    to="invited",
    when=gettext_lazy("When a date is moved, or something about it changes."),
    faces={"place": gettext_lazy("another place"), "else": gettext_lazy("something else")},
)
def update(cast: Cast, face: str) -> dict[str, Any]:
    names = {"": ("starts_at", "ends_at"), "place": ("place",), "else": ("description",)}[face]
    return request_of(cast, change=change_of(cast, *names))


@sample("calendars/letters/cancel", to="invited", when=gettext_lazy("When a date is called off."))
def cancel(cast: Cast, face: str) -> dict[str, Any]:
    return {"invite": invite_of(cast), "change": None, "by": cast.lead}


@sample("calendars/letters/removed", to="invited", when=gettext_lazy("When somebody is no longer expected at a date."))
def removed(cast: Cast, face: str) -> dict[str, Any]:
    return cancel(cast, face)


@sample(
    "calendars/letters/again",
    to="invited",
    when=gettext_lazy("When an answer was about a former date, or a calendar asks for the date once more."),
    faces={"asked": gettext_lazy("a calendar asks for it")},
)
def again(cast: Cast, face: str) -> dict[str, Any]:
    return request_of(cast, is_former=not face)


def _answer(cast: Cast, **more: Any) -> InviteAnswer:
    values = {"address": cast.holder.email, "partstat": Partstat.DECLINED, "received_at": cast.now, **more}
    return InviteAnswer(**values)


@sample(
    "calendars/letters/answer_confirm",
    to="invited",
    when=gettext_lazy("When an answer comes in somebody’s name and nothing shows that it is theirs."),
)
def answer_confirm(cast: Cast, face: str) -> dict[str, Any]:
    return {"invite": invite_of(cast), "change": None, "link": cast.link("answer"), "answer": _answer(cast)}


@sample(
    "calendars/letters/answer_delegated",
    to="invited",
    when=gettext_lazy("When a calendar sends somebody else in one’s place."),
)
def answer_delegated(cast: Cast, face: str) -> dict[str, Any]:
    return answer_confirm(cast, face)


@sample(
    "calendars/letters/wish_declined",
    to="invited",
    when=gettext_lazy("When another time that somebody wished is not possible."),
    faces={"moved": gettext_lazy("another time was chosen")},
)
def wish_declined(cast: Cast, face: str) -> dict[str, Any]:
    is_moved = face == "moved"
    words = "" if is_moved else _("The room is taken at that hour.")
    return {**answer_confirm(cast, face), "words": words, "is_moved": is_moved}


@sample(
    "calendars/letters/answered",
    to="mentor lead",
    when=gettext_lazy("When somebody declines a date, comes after all, wishes another time, or adds a word."),
    faces={
        "yes": gettext_lazy("comes after all"),
        "maybe": gettext_lazy("may come after all"),
        "day": gettext_lazy("not on one of several days"),
        "wish": gettext_lazy("would rather another time"),
        "words": gettext_lazy("a word with the answer"),
        "stranger": gettext_lazy("somebody who is not invited"),
    },
)
def answered(cast: Cast, face: str) -> dict[str, Any]:
    wish = {"wish_from": cast.at(7, 9), "wish_to": cast.at(7, 10, 30)} if face == "wish" else {}
    comments = {"yes": "", "words": _("I will be there at half past ten.")}
    answer = _answer(cast, comment=comments.get(face, _("I have an appointment that day.")), **wish)
    who = cast.holder.email if face == "stranger" else str(cast.holder)
    return {
        "invite": invite_of(cast), "change": None, "answer": answer, "what": face or "no", "who": who,
        "day": cast.on(6), "by": None,
    }  # fmt: skip


@sample(
    "calendars/letters/own_calendar",
    to="anybody",
    when=gettext_lazy("Once, when Jalon can’t keep somebody’s own calendar in step."),
    faces={"lasts": gettext_lazy("a server out of reach for three days")},
)
def own_calendar(cast: Cast, face: str) -> dict[str, Any]:
    calendar = OwnCalendar(name=_("My agenda"), server="https://cloud.example.org/")
    reason = OwnCalendar.Reason.UNREACHABLE if face else OwnCalendar.Reason.PASSWORD
    return {
        "calendar": calendar, "sentence": sentence_of(reason), "link": cast.link("calendar"), "stopped": not face,
    }  # fmt: skip


def _near(cast: Cast, said: str = "") -> dict[str, Any]:
    """A date as a reminder tells it."""
    told = request_of(cast)
    person = InviteAttendee(invite=told["invite"], user=cast.holder, email=cast.holder.email, partstat=said)
    return {
        **told, "title": told["invite"].title, "person": person, "with": [str(cast.mentor)],
        "text": told["invite"].description, "url": told["invite"].url,
    }  # fmt: skip


@sample(
    "calendars/letters/reminder",
    to="invited",
    when=gettext_lazy("7 days before a date or the day before, as each organisation and each person chose."),
    faces={
        "yes": gettext_lazy("after a yes"),
        "several": gettext_lazy("several dates"),
        "due": gettext_lazy("a milestone is due"),
    },
)
def reminder(cast: Cast, face: str) -> dict[str, Any]:
    due = {"title": _("Sample milestone"), "on": cast.on(6), "url": cast.link("journey")}
    items = {
        "": [_near(cast)], "yes": [_near(cast, Partstat.ACCEPTED)], "several": [_near(cast, Partstat.ACCEPTED), due],
        "due": [due],
    }[face]  # fmt: skip
    return {"items": items, "first": items[0], "others": len(items) - 1}
