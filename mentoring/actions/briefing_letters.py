"""The two letters before a session."""

from datetime import date, datetime, timedelta

from django.conf import settings
from django.db.models import Model
from django.urls import reverse

from backend.accounts import actions as accounts
from backend.lib import clock
from backend.mail import actions as mail
from backend.mail.queries import next_key
from journeys.models import Commitment
from mentoring.actions.letters import organisation_of
from mentoring.models import Session
from mentoring.queries.session_briefing import SessionBriefing

QUESTION_PURPOSE = "session_question"
QUESTION_DAYS = 10
URGENT = timedelta(days=2)  # so near that the question can't wait for another week


def ask_question(session: Session, *, due: list[Commitment]) -> None:
    """To the holder: what she would like from this session, and what she has due. A link that needs no sign-in."""
    holder = session.mentorship.journey.holder.user
    _made, token = accounts.make_link(QUESTION_PURPOSE, about=session, user=holder, days=QUESTION_DAYS)
    mail.post(
        "mentoring/letters/session_question",
        to=holder,
        key=next_key(f"session_question:{session.pk}:{session.starts_at:%Y%m%dT%H%M}"),
        context={
            "session": session,
            "mentor": session.mentorship.mentor,
            "due": due,
            "link": settings.SITE_URL + reverse("mentoring:session_question_link", args=[token]),
        },
        about=session,
        organisation=organisation_of(session.mentorship),
        drop_after=session.starts_at,
        is_urgent=session.starts_at - clock.now() <= URGENT,
        mentions=[(session, session.starts_at), *_dated(due)],
    )


def brief_mentor(briefings: list[SessionBriefing], *, due: list[Commitment]) -> None:
    """To the mentor: what was decided, what is open, what the holder would like, what comes next."""
    first = briefings[0].session
    are_together = len({one.session.gathering_id or f"session {one.session.pk}" for one in briefings}) == 1
    mail.post(
        "mentoring/letters/briefing",
        to=first.mentorship.mentor.user,
        key=next_key(f"briefing:{first.pk}:{first.mentorship.mentor_id}:{first.starts_at:%Y%m%dT%H%M}"),
        context={
            "briefings": [(one, _briefing_url(one.session)) for one in briefings],
            "are_together": are_together,
            "session": first,
            "holder": first.mentorship.journey.holder,
            "due": due,
            "link": _briefing_url(first) if are_together else "",
        },
        about=first,
        organisation=organisation_of(first.mentorship),
        drop_after=first.starts_at,
        mentions=[*_meetings(briefings), *_dated(due)],
    )


def _meetings(briefings: list[SessionBriefing]) -> list[tuple[Model, datetime]]:
    """Each session and, of one in a group, the group session."""
    sessions = [one.session for one in briefings]
    return [(thing, one.starts_at) for one in sessions for thing in (one, one.gathering) if thing is not None]


def _dated(due: list[Commitment]) -> list[tuple[Model, date]]:
    return [(one, one.due_on) for one in due if one.due_on]


def _briefing_url(session: Session) -> str:
    return settings.SITE_URL + reverse("mentoring:session_briefing", args=[session.pk])
