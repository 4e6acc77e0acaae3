"""Several sessions in one act."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from backend.accounts.models import User
from backend.history import actions as history
from backend.lib.refusal import Refused
from mentoring.actions.holds import hold_people
from mentoring.actions.pair_letters import series_planned
from mentoring.actions.sessions import plan_session
from mentoring.models import Mentorship, Session
from mentoring.queries.cadence import MOST


@transaction.atomic
def plan_cadence(
    pair: Mentorship,
    *,
    starts: Sequence[datetime],
    minutes: int | None = None,
    medium: str = Session.Medium.IN_PERSON,
    place: str = "",
    url: str = "",
    agenda: str = "",
    by: User | None,
) -> list[Session]:
    """A session of its own at each of these moments, each with its invite: all of them, or none.

    Both read all the dates in one letter; each invite says which of them it is (“2 of 6”), for good.
    Refused without any, for more than `MOST`, or when one cannot be planned (the sentence says which and why).
    """
    hold_people(pair)
    moments = sorted(set(starts))
    if not moments:
        raise Refused(_("Keep at least one date."))
    if len(moments) > MOST:
        raise Refused(_("At most %(most)s sessions at once.") % {"most": MOST}, field="count")
    facts: dict[str, Any] = {"minutes": minutes, "medium": medium, "place": place, "url": url, "agenda": agenda}
    size = len(moments)
    sessions = [
        plan_session(pair, starts_at=one, series=(place, size) if size > 1 else None, **facts, by=by)
        for place, one in enumerate(moments, 1)
    ]
    if size > 1:
        series_planned(sessions, by=by)
    organisation = pair.journey.programme.organisation
    history.record("plan_cadence", pair, by=by, organisation=organisation, count=len(sessions))
    return sessions
