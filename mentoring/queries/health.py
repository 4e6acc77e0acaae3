"""How each accompanied person is doing, in a word and its reason."""

from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import (
    Count,
    DateTimeField,
    DurationField,
    Exists,
    ExpressionWrapper,
    IntegerField,
    Max,
    Min,
    OuterRef,
    Q,
    Subquery,
    Value,
)
from django.db.models.functions import Cast, Coalesce, TruncDate
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from backend.lib import clock, prepared
from backend.web import reading
from journeys.models import Commitment, Delivery, Journey
from mentoring.models import Mentorship, MentorshipQuerySet, Session

PLAN_AFTER = timedelta(weeks=3)


@dataclass(frozen=True)
class HolderLine:
    """One accompanied person: a word, the tone that shows it, and why."""

    pair: Mentorship
    word: str
    tone: str
    reason: str
    next_at: datetime | None
    last_at: datetime | None

    @property
    def journey(self) -> Journey:
        return self.pair.journey


def with_rhythm(pairs: MentorshipQuerySet, now: datetime) -> MentorshipQuerySet:
    """Each pair with `next_at`, `last_at`, `held_count`, `late_commitments` and `disputed_hours`, in the one query."""
    late = (
        Commitment.objects.filter(journey=OuterRef("journey"), done_at=None, dropped_at=None, due_on__lt=clock.today())
        .order_by()
        .values("journey")
        .annotate(count=Count("pk"))
        .values("count")
    )
    disputed = (
        Delivery.objects.filter(kind=Delivery.Kind.MENTORING, state=Delivery.State.DISPUTED)
        .filter(journey=OuterRef("journey"))
        .order_by()
        .values("journey")
        .annotate(count=Count("pk"))
        .values("count")
    )
    held = Q(sessions__state=Session.State.HELD)
    return pairs.annotate(
        next_at=Min("sessions__starts_at", filter=Q(sessions__state=Session.State.PLANNED, sessions__ends_at__gt=now)),
        last_at=Max("sessions__held_at", filter=held, output_field=DateTimeField()),
        held_count=Count("sessions", filter=held),
        late_commitments=Coalesce(Subquery(late), 0),
        disputed_hours=Coalesce(Subquery(disputed), 0),
    )


def unmet_pairs() -> MentorshipQuerySet:
    """Pairs under way that have not met for the programme's weeks of silence (since they began, if ever), with no
    session ahead.
    """
    now = clock.now()
    weeks: Any = Cast("journey__programme__silence_weeks", IntegerField())  # SQLite multiplies no smaller kind
    silence = ExpressionWrapper(weeks * timedelta(weeks=1), output_field=DurationField())
    since = ExpressionWrapper(Value(now, output_field=DateTimeField()) - silence, output_field=DateTimeField())
    sessions = Session.objects.filter(mentorship=OuterRef("pk")).order_by()
    ahead = sessions.filter(state=Session.State.PLANNED, ends_at__gt=now)
    met = sessions.filter(state=Session.State.HELD, held_at__gt=OuterRef("quiet_since"))
    rows = Mentorship.objects.filter(state=Mentorship.State.ACTIVE).alias(quiet_since=since)
    return rows.filter(~Exists(ahead), ~Exists(met), started_on__lt=TruncDate("quiet_since"))


def holder_lines(pairs: MentorshipQuerySet, now: datetime) -> list[HolderLine]:
    """The active pairs given, those that need the mentor first."""
    return _in_need(_in_full(pairs, now), now)


def holder_lines_of(key: Hashable, pairs: Callable[[], MentorshipQuerySet]) -> list[HolderLine]:
    """The same, as things are now; `key` says which pairs, to remember the statement by (see `prepared`)."""
    rows = prepared.objects(("holder_lines", key), lambda: _in_full(pairs(), clock.now()))
    return _in_need(rows, clock.now())


def _in_full(pairs: MentorshipQuerySet, now: datetime) -> MentorshipQuerySet:
    rows = with_rhythm(pairs, now).select_related(
        "mentor__user", "journey__holder__user", "journey__project__commune", "journey__programme"
    )
    return rows.order_by("pk")


def _in_need(rows: Iterable[Mentorship], now: datetime) -> list[HolderLine]:
    order = {"bad": 0, "warn": 1, "neutral": 2, "good": 3}
    lines = [_line(pair, now) for pair in rows]
    return sorted(lines, key=lambda line: (order[line.tone], line.next_at or now, str(line.journey.holder)))


def _line(pair: Any, now: datetime) -> HolderLine:
    """`pair`: a Mentorship with what `with_rhythm` adds."""
    word, tone, reason = _health(pair, now)
    return HolderLine(pair, word, tone, reason, pair.next_at, pair.last_at)


def _health(pair: Any, now: datetime) -> tuple[str, str, str]:
    """(word, tone, reason): paused, to meet, silent, to plan, disputed hours, late next steps, else on track."""
    if pair.journey.state == Journey.State.PAUSED:
        return _("paused"), "neutral", pair.journey.pause_reason
    if pair.next_at is None and pair.last_at is None:
        return _("to meet"), "warn", _("No session yet: plan the first one.")
    if pair.next_at is None:
        quiet = now - pair.last_at
        met = _("Last session: %(when)s, none planned.") % {"when": reading.relative_day(pair.last_at)}
        if quiet > timedelta(weeks=pair.journey.programme.silence_weeks):
            return _("silent"), "bad", met
        if quiet > PLAN_AFTER:
            return _("to plan"), "warn", met
    if pair.disputed_hours:
        count = pair.disputed_hours
        lines = ngettext("%(count)d line of hours is disputed.", "%(count)d lines of hours are disputed.", count)
        return _("disputed hours"), "warn", lines % {"count": count}
    if pair.late_commitments:
        count = pair.late_commitments
        late = ngettext("%(count)d next step is late.", "%(count)d next steps are late.", count) % {"count": count}
        return _("to follow up"), "warn", late
    if pair.next_at is None:
        return _("on track"), "good", _("Last session: %(when)s.") % {"when": reading.relative_day(pair.last_at)}
    return _("on track"), "good", _("Next session %(when)s.") % {"when": reading.relative_day(pair.next_at)}


def health_of(pair: Mentorship, now: datetime) -> HolderLine:
    """The line of one pair."""
    return next(iter(holder_lines(Mentorship.objects.filter(pk=pair.pk), now)))
