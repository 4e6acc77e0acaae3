"""What a mentor who follows finds: the words left for her, and what was shared before her. Private notes never."""

from dataclasses import dataclass

from backend.accounts.models import User
from mentoring.models import Mentorship, Session
from mentoring.policies import may_read_past, may_read_past_summary


@dataclass(frozen=True)
class Past:
    """One earlier pair of the journey: its words, and its sessions held, the newest first.

    None of them once its holder has said that they do not pass on (`is_withheld`).
    """

    pair: Mentorship
    sessions: list[Session]
    is_withheld: bool = False


def past_of(user: User, pair: Mentorship) -> list[Past]:
    """The earlier pairs of this journey, the latest first: shared summaries, themes and the words left.

    Nothing for whoever may not read it. Two queries.
    """
    if not may_read_past(user, pair):
        return []
    earlier = Mentorship.objects.filter(journey=pair.journey_id, state=Mentorship.State.ENDED, pk__lt=pair.pk)
    pairs = list(earlier.exclude(started_on=None).select_related("mentor__user").order_by("-ended_on", "-pk"))
    shared = {one.pk for one in pairs if may_read_past_summary(user, pair, one)}
    held = Session.objects.filter(mentorship__in=shared, state=Session.State.HELD)
    by_pair: dict[int, list[Session]] = {}
    for session in held.defer("private_note").order_by("-held_at", "-pk"):
        by_pair.setdefault(session.mentorship_id, []).append(session)
    found = [Past(one, by_pair.get(one.pk, []), one.pk not in shared) for one in pairs]
    return [one for one in found if one.sessions or one.pair.handover or one.is_withheld]
