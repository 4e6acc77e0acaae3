"""Letters about sessions that the clock will send: the question before, the briefing, the log."""

from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from backend.accounts.models import Organisation
from backend.mail.ahead import Ahead
from mentoring.models import Mentorship, Session
from mentoring.queries.coming import BRIEFING_DAYS, LEAST_FOR_QUESTION, QUESTION_DAYS, due_from
from mentoring.queries.sessions import PEOPLE

URGENT = timedelta(days=QUESTION_DAYS)
QUESTION, BRIEFING, LOG = (f"mentoring/letters/{name}" for name in ("session_question", "briefing", "session_log"))


def sessions_ahead(organisation: Organisation, now: datetime, until: datetime) -> list[Ahead]:
    """Of the sessions of the coming days, each letter once. One query."""
    rows = Session.objects.filter(
        mentorship__journey__programme__organisation=organisation, mentorship__state=Mentorship.State.ACTIVE,
        state=Session.State.PLANNED, starts_at__gt=now, starts_at__lt=until + timedelta(days=QUESTION_DAYS + 1),
    )  # fmt: skip
    found: dict[tuple[Any, ...], Ahead] = {}
    for one in rows.select_related(*PEOPLE).order_by("starts_at", "pk"):
        holder, mentor = one.mentorship.journey.holder.user, one.mentorship.mentor.user
        together = one.gathering_id or f"s{one.pk}"
        if one.question_asked_at is None:
            at = max(now, due_from(one, holder, QUESTION_DAYS))
            if at <= one.starts_at - LEAST_FOR_QUESTION:
                urgent = one.starts_at - at <= URGENT
                found[QUESTION, one.pk] = Ahead(holder.pk, at, QUESTION, one.starts_at, urgent)
        if one.briefed_at is None:
            day = timezone.localdate(one.starts_at, mentor.zone)
            at = max(now, due_from(one, mentor, BRIEFING_DAYS))
            found.setdefault((BRIEFING, mentor.pk, day), Ahead(mentor.pk, at, BRIEFING, one.starts_at))
        found.setdefault((LOG, mentor.pk, together), Ahead(mentor.pk, one.ends_at, LOG))
    return [one for one in found.values() if one.at < until]
