"""How the outbox fares, in one statement."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Case, Count, Min, Q, QuerySet, Value, When

from backend.accounts.models import User
from backend.lib import clock, prepared
from backend.mail.models import Email

State = Email.State
UNSETTLED = (State.PENDING, State.SENDING, State.DEAD, State.FAILED)


@dataclass(frozen=True)
class OutboxHealth:
    """How the outbox fares: letters not yet gone, how many of them should be and since when, and those that did not get
    through."""

    pending: int
    waiting: int
    since: datetime | None
    dead: int
    failed: int

    @property
    def oldest(self) -> timedelta:
        """How long the letter has waited that waits longest."""
        return max(clock.now() - self.since, timedelta()) if self.since else timedelta()


def outbox_health(user: User | None = None) -> OutboxHealth:
    """Of the whole house, or of what `user` may see. A letter that was tried in vain waits since it was written."""

    def counted() -> "QuerySet[Email, Any]":
        # Letters that have left are nearly all there are, and no figure counts them.
        rows = (Email.objects.all() if user is None else Email.objects.visible_to(user)).filter(state__in=UNSETTLED)
        now = clock.now()
        tried = Q(state=State.PENDING, why="") & ~Q(last_error="")
        due = tried | Q(state=State.PENDING, not_before__lte=now) | Q(state=State.SENDING, lease_until__lte=now)
        figures = {
            "pending": Count("pk", filter=Q(state__in=[State.PENDING, State.SENDING])),
            "waiting": Count("pk", filter=due),
            "since": Min(Case(When(tried, then="created_at"), default="not_before"), filter=due),
            "dead": Count("pk", filter=Q(state=State.DEAD)),
            "failed": Count("pk", filter=Q(state=State.FAILED)),
        }
        return rows.order_by().annotate(one=Value(1)).values("one").annotate(**figures).values_list(*figures)

    found = prepared.rows(("outbox_health", user and user.standing), counted)
    return OutboxHealth(*(found[0] if found else (0, 0, None, 0, 0)))
