"""What an organisation has decided about its mentoring, and the rooms it meets in."""

import secrets
from dataclasses import dataclass
from datetime import timedelta

from backend.accounts.models import Organisation
from backend.lib import clock
from mentoring.models import Mentor, Session, Terms

ROOM = "{room}"


def terms_of(organisation: Organisation) -> Terms:
    """Its terms; those of the house, not kept anywhere, until a lead has said otherwise."""
    return Terms.objects.filter(organisation=organisation).first() or Terms(organisation=organisation)


def room_in(template: str) -> str:
    """The address of a new room that nobody can guess; "" without a template."""
    return template.replace(ROOM, f"seance-{secrets.token_hex(10)}") if ROOM in template else ""


def room_for(mentor: Mentor) -> str:
    """Where a video session with her meets when nobody gives a link: her own room, else a new one, else ""."""
    return mentor.video_url or room_in(terms_of(mentor.organisation).video_template)


def has_room(mentor: Mentor) -> bool:
    """May a link be left empty?"""
    return bool(mentor.video_url or terms_of(mentor.organisation).video_template)


def meets_at(mentor: Mentor, medium: str, url: str) -> str:
    """The link of a session: as given, else made for a video. Kept with the session, it stays when it moves."""
    return url or (room_for(mentor) if medium == Session.Medium.VIDEO else "")


@dataclass(frozen=True)
class Late:
    """Sessions called off in the last twelve months: all, and those that were so late."""

    cancelled: int
    late: int


def late_cancellations(terms: Terms) -> Late:
    """Of the sessions of this organisation’s programmes, whoever called them off: counted, nothing more."""
    states = (Session.State.CANCELLED_BY_HOLDER, Session.State.CANCELLED_BY_MENTOR)
    rows = Session.objects.filter(
        mentorship__journey__programme__organisation=terms.organisation_id,
        state__in=states,
        starts_at__gte=clock.now() - timedelta(days=365),
    )
    notice = timedelta(hours=terms.late_hours)
    times = rows.order_by().values_list("starts_at", "cancelled_at")
    late = sum(cancelled is not None and cancelled > starts - notice for starts, cancelled in times)
    return Late(len(times), late)
