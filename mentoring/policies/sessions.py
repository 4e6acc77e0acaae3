"""Who may see sessions, and who may plan, move, cancel and log them."""

from typing import TYPE_CHECKING

from django.db.models import Q

from backend.accounts.policies import in_organisations
from mentoring.policies.notes import may_read_private_note, may_read_programme_note, may_read_summary
from mentoring.policies.pairs import leads, mentors

if TYPE_CHECKING:
    from backend.accounts.models import User
    from mentoring.models import Mentorship, Session


def visible_sessions(user: "User") -> Q:
    """The sessions of the pairs she sees."""
    return (
        in_organisations(user, "mentorship__journey__programme__organisation", "lead")
        | Q(mentorship__journey__holder__user=user.pk)
        | (Q(mentorship__mentor__user=user.pk) & ~Q(mentorship__state="ended"))
    )


def may_plan_session(user: "User", pair: "Mentorship") -> bool:
    """The pair's own mentor, or a lead of the programme, while the pair is active."""
    return pair.state == "active" and (mentors(user, pair) or leads(user, pair))


def may_move_session(user: "User", session: "Session") -> bool:
    return may_plan_session(user, session.mentorship)


def may_cancel_session(user: "User", session: "Session") -> bool:
    """Either of the pair, or a lead."""
    return may_plan_session(user, session.mentorship) or session.mentorship.journey.holder.user_id == user.pk


def may_log_session(user: "User", session: "Session") -> bool:
    """The session's own mentor, or a lead of the programme, once it has begun."""
    return session.has_begun and (mentors(user, session.mentorship) or leads(user, session.mentorship))


def may_miss_session(user: "User", session: "Session") -> bool:
    """Saying that it did not take place is the same right as logging it."""
    return may_log_session(user, session)


def may_update_log(user: "User", session: "Session") -> bool:
    """Whoever may log it may complete or correct what was logged."""
    return session.state == "held" and may_log_session(user, session)


def may_declare_apart(user: "User", session: "Session") -> bool:
    """Her own preparation and travel: the mentor of the session alone."""
    return session.state == "held" and mentors(user, session.mentorship)


def may_record_session(user: "User", pair: "Mentorship") -> bool:
    """A session nobody had planned: whoever might have planned it."""
    return may_plan_session(user, pair)


def abilities(user: "User", session: "Session") -> dict[str, bool]:
    """What she may do with this session now: the same booleans for pages and API."""
    is_planned = session.state == "planned"
    return {
        "move": is_planned and not session.gathering_id and may_move_session(user, session),
        "cancel": is_planned and not session.has_begun and may_cancel_session(user, session),
        "log": is_planned and may_log_session(user, session),
        "update_log": may_update_log(user, session),
        "declare_apart": may_declare_apart(user, session),
        "read_summary": may_read_summary(user, session),
        "read_programme_note": may_read_programme_note(user, session),
        "read_private_note": may_read_private_note(user, session),
    }
