"""Before a session: the holder's question two days before, the mentor's briefing the day before."""

from django.db import transaction
from django.utils.translation import gettext as _

from backend.accounts.models import User
from backend.history import actions as history
from backend.lib import clock
from backend.lib.refusal import Refused
from journeys import actions as journeys
from mentoring.actions import briefing_letters as letters
from mentoring.models import Mentorship, Session
from mentoring.queries.coming import is_briefing_due, is_question_due
from mentoring.queries.session_briefing import session_briefing

LONGEST = 1000


@transaction.atomic
def write_question(session: Session, *, text: str, by: User | None) -> Session:
    """What the holder would like from this session; empty takes it back. Only the two of the pair read it.

    It may be changed until the session begins. Refused afterwards, when it is cancelled, or the pair has ended.
    """
    pair = session.mentorship
    if pair.state != Mentorship.State.ACTIVE:
        raise Refused(_("This mentorship is not under way: nobody would read it."))
    words = text.strip()[:LONGEST]
    kept = Session.objects.filter(pk=session.pk, state=Session.State.PLANNED, starts_at__gt=clock.now()).update(
        question=words
    )
    if not kept:
        raise Refused(_("This session has begun, or does not take place: it can’t be written any more."))
    session.question = words
    history.record("write_question", session, by=by, organisation=pair.journey.programme.organisation)
    return session


@transaction.atomic
def ask_question(session: Session) -> bool:
    """The holder is asked once an appointment what she would like; True when this call posts the letter.

    What she has due is told in it, and in no other letter. Nothing happens outside the right moment.
    """
    now = clock.now()
    if not is_question_due(session, now):
        return False
    claimed = Session.objects.filter(
        pk=session.pk, state=Session.State.PLANNED, starts_at=session.starts_at, question_asked_at=None
    ).update(question_asked_at=now)
    if claimed:
        holder = session.mentorship.journey.holder.user
        letters.ask_question(session, due=journeys.carry_commitments(holder))
    return bool(claimed)


@transaction.atomic
def brief_mentor(sessions: list[Session]) -> bool:
    """The mentor gets one letter for these sessions of one day, once an appointment.

    What she has due herself is told in it, and in no other letter. Nothing happens outside the right moment, for what
    is cancelled or moved meanwhile, or told already.
    """
    now = clock.now()
    claimed = [
        one
        for one in sessions
        if is_briefing_due(one, now)
        and Session.objects.filter(
            pk=one.pk, state=Session.State.PLANNED, starts_at=one.starts_at, briefed_at=None
        ).update(briefed_at=now)
    ]
    for one in claimed:
        one.refresh_from_db(fields=["question"])  # written while the letter was being made
    if claimed:
        mentor = claimed[0].mentorship.mentor.user
        due = journeys.carry_commitments(mentor)
        letters.brief_mentor([session_briefing(one, one.mentorship.mentor.user) for one in claimed], due=due)
    return bool(claimed)
