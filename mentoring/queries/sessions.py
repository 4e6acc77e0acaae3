"""Sessions as they are listed."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db.models import Count, Max, Q

from backend.accounts.models import User
from backend.calendars.models import Invite
from journeys.models import Journey
from mentoring.models import Mentorship, Session, SessionQuerySet

PEOPLE = (
    "step",
    "gathering",
    "logged_by",
    "mentorship__mentor__user",
    "mentorship__mentor__organisation",
    "mentorship__journey__holder__user",
    "mentorship__journey__project",
    "mentorship__journey__programme__organisation",
    "mentorship__journey__programme__organisation__mentoring_terms",
)


PLANNED = Q(state=Session.State.PLANNED)


def sessions_of(user: User) -> SessionQuerySet:
    """The sessions she may see, with everyone they name."""
    return Session.objects.visible_to(user).select_related(*PEOPLE)


def list_sessions(user: User, which: str, *, now: datetime, search: str = "") -> SessionQuerySet:
    """`which`: "to_log" (over and unsaid, newest first), "ahead" (soonest first), or "past" (newest first)."""
    sessions = sessions_of(user)
    for word in search.split():
        sessions = sessions.filter(mentorship__in=_pairs_named(word))
    if which == "to_log":
        return sessions.to_log(now)
    if which == "ahead":
        return sessions.upcoming(now)
    return sessions.exclude(state=Session.State.PLANNED).order_by("-starts_at", "-pk")


def count_sessions(user: User, *, now: datetime) -> dict[str, int]:
    """How many each of these lists holds; one query."""
    is_over = Q(ends_at__lte=now)
    filters = {"to_log": PLANNED & is_over, "ahead": PLANNED & ~is_over, "past": ~PLANNED}
    seen = Session.objects.visible_to(user).order_by()
    return seen.aggregate(**{name: Count("pk", filter=one) for name, one in filters.items()})


def _pairs_named(word: str) -> Any:
    people = ("mentor__user", "journey__holder__user")
    found = Mentorship.objects.none()
    for person in people:
        for name in ("first_name", "last_name"):
            found = found | Mentorship.objects.filter(**{f"{person}__{name}__icontains": word})
    found = found | Mentorship.objects.filter(journey__project__name__icontains=word)
    return found.order_by().values("pk")


def unlogged_sessions(organisation_ids: Iterable[int], now: datetime) -> SessionQuerySet:
    """Sessions of these organisations that are over and that nobody has logged, the newest first."""
    return (
        Session.objects.to_log(now)
        .filter(mentorship__journey__programme__organisation__in=list(organisation_ids))
        .select_related(*PEOPLE)
    )


def invite_of(session: Session) -> Invite | None:
    """What stands (or stood) in the calendars for this session, with the people invited."""
    return (
        Invite.objects.about(session.gathering or session).prefetch_related("attendees__user").order_by("-pk").first()
    )


def last_met(journey: Journey) -> dict[int, datetime]:
    """{mentor's user: when they last met the holder of this journey}, by the sessions that were held."""
    held = Session.objects.filter(mentorship__journey=journey, state=Session.State.HELD, held_at__isnull=False)
    rows = held.order_by().values_list("mentorship__mentor__user").annotate(last=Max("held_at"))
    return dict(rows)
