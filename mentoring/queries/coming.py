"""Which sessions a letter is due for: the holder's question two days before, the mentor's briefing the day before."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django.utils import timezone

from backend.accounts.models import User
from backend.calendars.near import Coming
from backend.lib import clock, prepared
from backend.mail.queries import chosen
from mentoring.models import Mentorship, Session, SessionQuerySet
from mentoring.queries.sessions import PEOPLE

MORNING = 8
"""The hour of the reader's clock from which a letter goes out."""
QUESTION_DAYS, BRIEFING_DAYS = 2, 1
LEAST_FOR_QUESTION = timedelta(hours=24)
LEAST_FOR_BRIEFING = timedelta(hours=3)
"""Nearer than that no letter goes out: the page says it all."""
PREPARES = timedelta(days=7)
"""From when the home of the holder offers to prepare a session."""


def due_from(session: Session, reader: User, days: int) -> datetime:
    """Eight in the morning, so many days before the session, on the reader's own clock."""
    zone = reader.zone
    day = timezone.localdate(session.starts_at, zone) - timedelta(days=days)
    return datetime(day.year, day.month, day.day, MORNING, tzinfo=zone)


def is_question_due(session: Session, now: datetime) -> bool:
    """From two days before until a day before it begins."""
    opens = due_from(session, session.mentorship.journey.holder.user, QUESTION_DAYS)
    return opens <= now <= session.starts_at - LEAST_FOR_QUESTION


def is_briefing_due(session: Session, now: datetime) -> bool:
    """From the day before until three hours before it begins."""
    opens = due_from(session, session.mentorship.mentor.user, BRIEFING_DAYS)
    return opens <= now <= session.starts_at - LEAST_FOR_BRIEFING


def _ahead(now: datetime, days: int, until: datetime | None = None, mentors: set[int] | None = None) -> list[Session]:
    """Sessions within reach of such a letter between these moments; of these mentors (numbers) alone if given."""
    rows = Session.objects.filter(
        state=Session.State.PLANNED,
        starts_at__gt=now,
        starts_at__lt=(until or now) + timedelta(days=days + 2),
        mentorship__state=Mentorship.State.ACTIVE,
    )
    rows = rows if mentors is None else rows.filter(mentorship__mentor__user__in=mentors)
    return list(rows.select_related(*PEOPLE).order_by("starts_at", "pk"))


def questions_due(now: datetime) -> list[Session]:
    """Planned sessions whose holder is to be asked what she would like, and was not."""
    rows = [one for one in _ahead(now, QUESTION_DAYS) if one.question_asked_at is None]
    return [one for one in rows if one.mentorship.journey.holder.user.is_active and is_question_due(one, now)]


def questions_to_prepare(user: User) -> list[Session]:
    """Her own sessions within a week that have not begun, for which she has not said what she would like."""

    def hers() -> SessionQuerySet:
        now = clock.now()
        rows = Session.objects.filter(
            mentorship__journey__holder__user=user.pk, mentorship__state=Mentorship.State.ACTIVE, question="",
            state=Session.State.PLANNED, starts_at__gt=now, starts_at__lte=now + PREPARES,
        )  # fmt: skip
        return rows.select_related(*PEOPLE).order_by("starts_at", "pk")

    return prepared.objects(("questions_to_prepare", user.pk), hers)


def briefings_due(now: datetime) -> list[list[Session]]:
    """Planned sessions whose mentor is to be briefed; those of one day and organisation together, in one letter."""
    found: dict[tuple[int, int, date], list[Session]] = {}
    for one in _ahead(now, BRIEFING_DAYS):
        if one.briefed_at is None and one.mentorship.mentor.user.is_active and is_briefing_due(one, now):
            mentor = one.mentorship.mentor
            day = timezone.localdate(one.starts_at, mentor.user.zone)
            found.setdefault((mentor.user_id, mentor.organisation_id, day), []).append(one)
    return list(found.values())


def briefed_apart(coming: Sequence[Coming], now: datetime, until: datetime) -> list[tuple[Any, Any]]:
    """(mentor, session or meeting) of those of these dates of which she is to be briefed between these two moments: no
    other letter tells her. What she was briefed of already is known by that letter."""
    refused = chosen.without("briefings")
    told = {
        (one.mentorship.mentor.user, one.gathering or one)
        for one in _ahead(now, BRIEFING_DAYS, until, {one.to.pk for one in coming if isinstance(one.to, User)})
        if one.briefed_at is None
        and due_from(one, one.mentorship.mentor.user, BRIEFING_DAYS) <= until
        and now <= one.starts_at - LEAST_FOR_BRIEFING
        and one.mentorship.mentor.user_id not in refused
    }
    return [(one.to, one.thing) for one in coming if (one.to, one.thing) in told]


def told_today(users: list[User], now: datetime) -> set[int]:
    """Those of these people to whom one of the two letters is due now and has not gone out yet."""
    holders = {one.mentorship.journey.holder.user_id for one in questions_due(now)}
    mentors = {one.mentorship.mentor.user_id for group in briefings_due(now) for one in group}
    return {user.pk for user in users} & (holders | mentors)
