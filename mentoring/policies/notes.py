"""Who may read what is written about a session."""

from typing import TYPE_CHECKING

from django.db.models import Q

from mentoring.policies.pairs import leads, mentors

if TYPE_CHECKING:
    from backend.accounts.models import User
    from mentoring.models import Mentorship, Session


def may_read_notes(user: "User", pair: "Mentorship") -> bool:
    """What the pair shares: the two of them, and the leads of the programme. Stewards see hours, not words."""
    return mentors(user, pair) or pair.journey.holder.user_id == user.pk or leads(user, pair)


def may_read_summary(user: "User", session: "Session") -> bool:
    """The shared summary is one of the pair's notes."""
    return may_read_notes(user, session.mentorship)


def may_read_past(user: "User", pair: "Mentorship") -> bool:
    """What earlier pairs shared, and the words left for who follows: the mentor of a pair under way, and the leads."""
    return (pair.state == "active" and pair.mentor.user_id == user.pk) or leads(user, pair)


def may_read_past_summary(user: "User", pair: "Mentorship", earlier: "Mentorship") -> bool:
    """Of what was shared in an `earlier` pair: nothing for the mentor of this one once its holder has said so."""
    return may_read_past(user, pair) and not is_withheld_from(user, pair, earlier)


def is_withheld_from(user: "User", pair: "Mentorship", earlier: "Mentorship") -> bool:
    """What was shared in an `earlier` pair stays there, for all but its two people and the leads."""
    if earlier.withheld_at is None or earlier.pk == pair.pk:
        return False
    return not (user.pk in (earlier.mentor.user_id, pair.journey.holder.user_id) or leads(user, pair))


def may_withhold_past(user: "User", pair: "Mentorship") -> bool:
    """The holder: nobody says it for her."""
    return pair.has_begun and pair.journey.holder.user_id == user.pk


def may_pass_past_on(user: "User", pair: "Mentorship") -> bool:
    return may_withhold_past(user, pair)


def may_read_private_note(user: "User", session: "Session") -> bool:
    """Only the mentor who wrote it: leads see themes and hours, not private text."""
    return session.mentorship.mentor.user_id == user.pk


def may_read_programme_note(user: "User", session: "Session") -> bool:
    """The mentor of the pair while it lasts, and the leads of the programme; not the holder."""
    return mentors(user, session.mentorship) or leads(user, session.mentorship)


def may_keep_draft(user: "User", session: "Session") -> bool:
    """Whoever may log it may leave it half written."""
    return session.has_begun and may_read_programme_note(user, session)


def may_drop_draft(user: "User", session: "Session") -> bool:
    """Her own: the action throws away nobody else's."""
    return may_keep_draft(user, session)


def visible_note_edits(user: "User") -> Q:
    """What a note was: exactly those who may read what it is."""
    leads = Q(session__mentorship__journey__programme__organisation__in=user.organisation_ids("lead"))
    mentor = Q(session__mentorship__mentor__user=user.pk) & ~Q(session__mentorship__state__in=["ended", "proposed"])
    holder = Q(session__mentorship__journey__holder__user=user.pk)
    return (
        (Q(kind="summary") & (leads | mentor | holder))
        | (Q(kind="private_note") & Q(session__mentorship__mentor__user=user.pk))
        | (Q(kind="programme_note") & (leads | mentor))
    )
