"""What the clock asks of mentors."""

from django.db import transaction
from django.db.models import Q

from backend.lib import clock
from mentoring.actions import gathering_letters, letters
from mentoring.models import Mentorship, Session


@transaction.atomic
def ask_session_log(session: Session) -> bool:
    """Her mentor is asked, once, what became of this session; True when the letter is posted by this call.

    A meeting of several is asked about once, for all of them.
    Nothing happens when it was asked already, has been logged, cancelled or moved ahead, or her account is closed.
    """
    if not session.mentorship.mentor.user.is_active:
        return False
    now = clock.now()
    claimed = Session.objects.filter(
        _with_it(session), state=Session.State.PLANNED, ends_at__lte=now, log_asked_at=None
    ).update(log_asked_at=now)
    if claimed and session.gathering:
        gathering_letters.ask_gathering_log(session.gathering, session)
    elif claimed:
        letters.ask_session_log(session)
    return bool(claimed)


@transaction.atomic
def remind_session_log(session: Session) -> bool:
    """Her mentor is asked a second and last time; True when the letter is posted by this call.

    Nothing happens when she was not asked a first time, was reminded already, has said what happened, the pair has
    ended, or her account is closed.
    """
    pair = session.mentorship
    if not pair.mentor.user.is_active or pair.state == Mentorship.State.ENDED:
        return False
    claimed = Session.objects.filter(
        _with_it(session), state=Session.State.PLANNED, log_asked_at__isnull=False, log_reminded_at=None
    ).update(log_reminded_at=clock.now())
    if claimed and session.gathering:
        gathering_letters.ask_gathering_log(session.gathering, session, again=True)
    elif claimed:
        letters.ask_session_log(session, again=True)
    return bool(claimed)


def _with_it(session: Session) -> Q:
    """The session, with those of the same gathering: they are asked about together."""
    return Q(gathering=session.gathering_id) if session.gathering_id else Q(pk=session.pk)
