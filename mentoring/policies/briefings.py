"""Who may read the briefing of a session, and the holder's question."""

from typing import TYPE_CHECKING

from mentoring.policies.pairs import leads

if TYPE_CHECKING:
    from backend.accounts.models import User
    from mentoring.models import Session


def may_read_briefing(user: "User", session: "Session") -> bool:
    """The mentor of the pair once it is under way, and the leads of the programme."""
    pair = session.mentorship
    return leads(user, pair) or (pair.mentor.user_id == user.pk and pair.state == "active")


def may_read_question(user: "User", session: "Session") -> bool:
    """What the holder would like from a session is between the two of them: leads do not read it."""
    pair = session.mentorship
    is_mentor = pair.mentor.user_id == user.pk and pair.state == "active"
    return is_mentor or pair.journey.holder.user_id == user.pk


def may_write_question(user: "User", session: "Session") -> bool:
    """The holder alone; until when, the action says."""
    return session.mentorship.journey.holder.user_id == user.pk
