"""Who reads which letters of a journey, and which answers to them.

What is returned narrows the letters, the answers and what came in *of one journey* (see queries/letters.py). It says
that something was written, not what: the words of a letter are its reader's (`mail.policies`).
"""

from typing import TYPE_CHECKING

from django.db.models import Q

from backend.mail.policies import RELAYED
from journeys.policies.people import accompanies, carries, is_around, leads

if TYPE_CHECKING:
    from backend.accounts.models import User
    from journeys.models import Journey


def may_read_letters(user: "User", journey: "Journey") -> bool:
    """Whoever takes part in it: the holder, who accompanies her, the leads. Who only looks on reads no letters."""
    return carries(user, journey) or is_around(user, journey) or leads(user, journey)


def visible_letters(user: "User", journey: "Journey", dates: Q) -> Q:
    """Those written to her. Mentor and referent also read that the holder was told of `dates` that they see. Leads read
    that every letter left, but for words passed on from one person to another: of these they read that they came; and
    for discreet ones, that they find in the outbox once they did not get through.
    """
    hers = Q(to_user=user.pk)
    if leads(user, journey):
        return hers | (
            Q(organisation=journey.programme.organisation_id) & ~Q(template__in=RELAYED) & Q(is_discreet=False)
        )
    if accompanies(user, journey):
        return hers | (Q(to_user=journey.holder.user_id) & dates)
    return hers


def visible_answers(user: "User", journey: "Journey", dates: Q) -> Q:
    """Whether people come: her own answers whatever was made of them; for leads those of all; for mentor and referent
    what the holder answered to `dates` that they see; for the holder what those answered who lead her meetings."""
    own, taken = Q(attendee__user=user.pk), Q(treatment="applied")
    if leads(user, journey):
        return own | Q(attendee__isnull=False)
    if accompanies(user, journey):
        own |= taken & dates & Q(attendee__user=journey.holder.user_id)
    if carries(user, journey):
        own |= taken & Q(attendee__role="CHAIR")
    return own


def visible_replies(user: "User", journey: "Journey") -> Q:
    """What she answered in words. Leads read that somebody answered, never what, and which letters came back."""
    own = Q(letter__to_user=user.pk, kind="reply") & ~Q(reason="stranger")
    if leads(user, journey):
        return own | Q(organisation=journey.programme.organisation_id, kind__in=["reply", "bounce"])
    return own
