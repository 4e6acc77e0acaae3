"""The one event of a meeting of several, and the letters about it."""

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from backend.accounts import actions as accounts
from backend.accounts.models import User
from backend.calendars import actions as calendars
from backend.mail import actions as mail
from mentoring.actions.letters import LANGUAGES, LOG_DAYS
from mentoring.models import Gathering, Session

LOG_PURPOSE = "gathering_log"


def _planned(gathering: Gathering) -> list[Session]:
    rows = Session.objects.filter(gathering=gathering, state=Session.State.PLANNED)
    return list(rows.select_related("mentorship__journey__holder__user").order_by("pk"))


def _attendees(gathering: Gathering, sessions: list[Session]) -> list[calendars.Attendee]:
    holders = [calendars.Attendee(one.mentorship.journey.holder.user) for one in sessions]
    return [calendars.Attendee(gathering.mentor.user, "CHAIR"), *holders]


def _titles(gathering: Gathering) -> dict[str, str]:
    titles = {}
    for language in LANGUAGES:
        with translation.override(language):
            words = {"mentor": gathering.mentor, "title": gathering.title}
            plain = _("Mentoring in a group, with %(mentor)s") % words
            titles[language] = _("%(title)s: in a group, with %(mentor)s") % words if gathering.title else plain
    return titles


def _page(gathering: Gathering) -> str:
    return settings.SITE_URL + reverse("mentoring:gathering", args=[gathering.pk])


def invite_to_gathering(gathering: Gathering, *, by: User | None) -> None:
    """One event in the calendars of all; in the letters each holder reads herself and the mentor only."""
    sessions = _planned(gathering)
    calendars.send_invite(
        about=gathering,
        organisation=gathering.mentor.organisation,
        attendees=_attendees(gathering, sessions),
        starts_at=sessions[0].starts_at,
        ends_at=sessions[0].ends_at,
        titles=_titles(gathering),
        place=sessions[0].where,
        url=_page(gathering),
        by=by,
    )


def move_gathering_invite(gathering: Gathering, *, by: User | None) -> None:
    """The same event as it stands now."""
    first = _planned(gathering)[0]
    calendars.move_invite(gathering, starts_at=first.starts_at, ends_at=first.ends_at, place=first.where, by=by)


def hand_over_gathering_invite(gathering: Gathering, *, by: User | None) -> None:
    """The same event with another mentor: she is invited, those who stay read who it is, the others are taken off."""
    sessions = _planned(gathering)
    calendars.move_invite(
        gathering,
        attendees=_attendees(gathering, sessions),
        titles=_titles(gathering),
        place=sessions[0].where,
        template="mentoring/letters/session_handed_over",
        context={"mentor": gathering.mentor},
        by=by,
    )


def take_off(session: Session, *, by: User | None) -> None:
    """Whoever's session is off leaves the event; with the last one, the event is off. The mentor reads who, and why."""
    gathering = session.gathering
    assert gathering is not None
    left = _planned(gathering)
    if not left:
        cancel_gathering_invite(gathering, session, by=by)
        return
    calendars.move_invite(gathering, attendees=_attendees(gathering, left), by=by)
    if by is None or by.pk != gathering.mentor.user_id:
        mail.post(
            "mentoring/letters/gathering_left",
            to=gathering.mentor.user,
            key=f"gathering_left:{session.pk}",
            context={"session": session, "holder": session.mentorship.journey.holder.user, "left": len(left),
                     "link": _page(gathering)},
            about=gathering,
            organisation=gathering.mentor.organisation,
        )  # fmt: skip


def cancel_gathering_invite(gathering: Gathering, session: Session, *, by: User | None) -> None:
    """The event leaves every calendar; the letter says why, as this session tells it."""
    context = {"session": session, "mentor": gathering.mentor}
    calendars.cancel_invite(gathering, template="mentoring/letters/session_cancelled", context=context, by=by)


def ask_gathering_log(gathering: Gathering, session: Session, *, again: bool = False) -> None:
    """The mentor's link says who came, for all at once, without signing in."""
    mail.post(
        "mentoring/letters/gathering_log",
        to=gathering.mentor.user,
        key=f"gathering_log:{gathering.pk}:{session.ends_at:%Y%m%dT%H%M}{':again' if again else ''}",
        context={"session": session, "count": len(_planned(gathering)),
                 "link": log_url(gathering)},
        about=gathering,
        mentions=[(gathering, session.ends_at)],
        organisation=gathering.mentor.organisation,
    )  # fmt: skip


def log_url(gathering: Gathering) -> str:
    """Where its mentor says who came, without signing in."""
    _link, token = accounts.make_link(LOG_PURPOSE, about=gathering, user=gathering.mentor.user, days=LOG_DAYS)
    return settings.SITE_URL + reverse("mentoring:gathering_log_link", args=[token])
