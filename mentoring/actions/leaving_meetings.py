"""What stands ahead of a mentor who leaves: each session, each meeting of several, passed on or called off."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _

from backend.accounts import actions as accounts
from backend.accounts.models import User
from backend.history import actions as history
from backend.lib import clock
from backend.lib.refusal import Refused
from backend.lib.states import move
from mentoring.actions import gathering_letters, letters
from mentoring.actions.asks import drop_asks
from mentoring.actions.gatherings import cancel_gathering
from mentoring.actions.sessions import settle_step
from mentoring.models import Gathering, Mentor, Mentorship, Session
from mentoring.queries.busy import clash
from mentoring.queries.terms import room_for


@dataclass(frozen=True)
class Meeting:
    """One meeting of several still to come: whose it will be (None: it is off), and who stays with it."""

    gathering: Gathering
    to: Mentor | None
    stays: list[Session]
    goes: list[Session]

    @property
    def first(self) -> Session:
        return (self.stays or self.goes)[0]


def said_of(mentor: Mentor) -> str:
    """Why a date is off, as everybody reads it."""
    return _("%(mentor)s no longer accompanies people here.") % {"mentor": mentor}


def ahead_of(mentor: Mentor) -> dict[int, list[Session]]:
    """{pair: its sessions still to come}, all held in the order of their numbers."""
    rows = Session.objects.filter(
        mentorship__mentor=mentor, state=Session.State.PLANNED, starts_at__gt=clock.now()
    ).order_by("pk")
    rows = rows.select_for_update(of=("self",), no_key=True).select_related(
        "mentorship__mentor__user", "mentorship__mentor__organisation", "mentorship__journey__holder__user",
        "mentorship__journey__project", "mentorship__journey__programme__organisation", "gathering__mentor__user",
        "gathering__mentor__organisation", "step",
    )  # fmt: skip
    found: dict[int, list[Session]] = {}
    for session in sorted(rows, key=lambda one: (one.starts_at, one.pk)):
        found.setdefault(session.mentorship_id, []).append(session)
    return found


def meetings_of(
    ahead: Mapping[int, list[Session]], wanted: Mapping[int, Mentor], follows: Mapping[int, int]
) -> list[Meeting]:
    """Her meetings of several. `wanted`: {meeting: whose it becomes}; `follows`: {pair: mentor who follows at once}.

    Whoever goes on with another mentor, or with nobody, is at the meeting no more. Refused when nobody of it goes on
    with the mentor who is to have it.
    """
    sessions: dict[int, list[Session]] = {}
    for one in (one for rows in ahead.values() for one in rows if one.gathering_id):
        sessions.setdefault(one.gathering_id or 0, []).append(one)
    return [_meeting(rows, wanted.get(pk), follows) for pk, rows in sorted(sessions.items())]


def _meeting(rows: list[Session], to: Mentor | None, follows: Mapping[int, int]) -> Meeting:
    gathering = rows[0].gathering
    assert gathering is not None
    stays = [one for one in rows if to and follows.get(one.mentorship_id) == to.pk]
    if to and not stays:
        words = _("Nobody of this meeting goes on with %(mentor)s from today: choose who does, or cancel it.")
        raise Refused(words % {"mentor": to}, field=f"gathering_{gathering.pk}")
    return Meeting(gathering, to, stays, [one for one in rows if one not in stays])


def pass_session(session: Session, new: Mentorship, *, by: User | None) -> None:
    """The same date with the mentor who follows: the holder is told of the change, the leaver's calendar is freed."""
    if words := clash([new.mentor.user], session.starts_at, session.ends_at, by=by, but=session):
        raise Refused(words, field=f"session_{session.pk}")
    _change_hands(session, new, room_for(new.mentor), by=by)
    accounts.revoke_links(session, purpose=letters.LOG_PURPOSE)
    drop_asks([session])
    letters.hand_over_invitation(session, by=by)


def _change_hands(session: Session, new: Mentorship, room: str, *, by: User | None) -> None:
    """The row; a video in the leaver's own room is held in another."""
    was = session.mentorship
    if session.url and session.url == was.mentor.video_url:
        session.url = room or session.url
    session.mentorship, session.opening = new, None
    session.log_asked_at = session.briefed_at = None
    session.save(update_fields=["mentorship", "opening", "log_asked_at", "briefed_at", "url"])
    history.record("hand_over_session", session, by=by, organisation=was.mentor.organisation, was=was.pk)


def cancel_meetings(meetings: list[Meeting], mentor: Mentor, *, by: User | None) -> None:
    """Those that nobody takes: each is off whole, by one notice to all, instead of losing them one by one."""
    for meeting in meetings:
        if meeting.to is None:
            cancel_gathering(meeting.gathering, reason=said_of(mentor), by=by)


def pass_meeting(meeting: Meeting, news: Mapping[int, Mentorship], mentor: Mentor, *, by: User | None) -> None:
    """The meeting is hers who follows, with those who go on with her; one message to each calendar.

    `news`: {pair: the pair that follows}. Refused when she has something else then.
    """
    gathering, to = meeting.gathering, meeting.to
    assert to is not None
    first = meeting.first
    if words := clash([to.user], first.starts_at, first.ends_at, by=by, but=first):
        raise Refused(words, field=f"gathering_{gathering.pk}")
    stamps = {"cancelled_at": clock.now(), "cancel_reason": said_of(mentor)[:240]}
    for session in meeting.goes:
        move(session, Session.State.CANCELLED_BY_MENTOR, stamps=stamps)
        drop_asks([session])
        settle_step(session, by=by)
        history.record("cancel_session", session, by=by, organisation=mentor.organisation)
    room = room_for(to)
    for session in meeting.stays:
        _change_hands(session, news[session.mentorship_id], room, by=by)
    gathering.mentor = to
    gathering.save(update_fields=["mentor"])
    accounts.revoke_links(gathering, purpose=gathering_letters.LOG_PURPOSE)
    history.record("hand_over_gathering", gathering, by=by, organisation=mentor.organisation, was=mentor.pk)
    gathering_letters.hand_over_gathering_invite(gathering, by=by)
