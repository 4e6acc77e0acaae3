"""A pair that nobody makes, and its sessions: unsaved rows, for letters to show."""

from typing import Any

from django.utils.translation import gettext as _

from backend.mail.gallery import Cast
from journeys.samples import rows
from mentoring.models import Mentor, Mentorship, Session
from mentoring.models.words import Theme


def mentor(cast: Cast, part: str = "mentor") -> Mentor:
    return Mentor(
        pk=0, organisation=cast.organisation, user=getattr(cast, part), capacity=3,
        headline=_("Ran a grocery for twenty years."), expertise=[Theme.BUSINESS_MODEL, Theme.MARKET],
    )  # fmt: skip


def pair(cast: Cast, part: str = "mentor", holder: str = "holder", name: str = "") -> Mentorship:
    return Mentorship(
        pk=0, mentor=mentor(cast, part), journey=rows.journey(cast, holder, name), state=Mentorship.State.ACTIVE,
        started_on=cast.on(3), end_reason=Mentorship.EndReason.COMPLETED, proposed_by=cast.lead,
        pitch=_("You both know the trade, and live a street apart."), declined_by=cast.mentor,
        end_note=_("I have too little time this spring."),
    )  # fmt: skip


def session(cast: Cast, days: int = 6, **more: Any) -> Session:
    values = {
        "pk": 0, "mentorship": pair(cast), "starts_at": cast.at(days, 14), "ends_at": cast.at(days, 15, 30),
        "place": _("1 Sample Street, Nantes"), **more,
    }  # fmt: skip
    return Session(**values)


def about(cast: Cast, meeting: Session) -> dict[str, Any]:
    """What every letter about one session names."""
    two = meeting.mentorship
    return {"session": meeting, "pair": two, "mentor": two.mentor, "holder": two.journey.holder.user}
