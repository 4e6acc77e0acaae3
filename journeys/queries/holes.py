"""Journeys that need somebody: holes, silence, late milestones. One definition, in SQL, for every page.

A hole is more than `programme.hole_days` of an active journey with neither a standing delivery behind nor a dated
thing ahead (session, module date, immersion). Silence is no delivery, commitment, answer or sign-in for
`programme.silence_weeks`; a hole says it already.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.db.models import (
    BooleanField,
    Case,
    Count,
    DateField,
    DateTimeField,
    Exists,
    F,
    IntegerField,
    Max,
    Min,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
    Value,
    When,
)
from django.db.models.functions import Coalesce, Greatest
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from backend.calendars.models import Invite, InviteAttendee
from backend.lib import clock
from backend.web.reading import day
from journeys import signals
from journeys.models import Commitment, Companion, Delivery, Enrolment, Immersion, Journey, Programme, Step

if TYPE_CHECKING:
    from django.db.models.expressions import Combinable

OPEN_STEPS = (Step.State.PLANNED, Step.State.SCHEDULED, Step.State.IN_PROGRESS)
ENDED_STAYS = (Immersion.State.REJECTED, Immersion.State.CANCELLED, Immersion.State.COMPLETED, Immersion.State.ASSESSED)
LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)

Journeys = QuerySet[Journey]


def _one(rows: QuerySet[Any], what: "Combinable | str", output: Any = None) -> Subquery:
    """An aggregate of rows that belong to the outer journey, as one value."""
    grouped = rows.order_by().values("_of").annotate(_value=what).values("_value")
    return Subquery(grouped, output_field=output)


def _of_journey(rows: QuerySet[Any], path: str = "journey") -> QuerySet[Any]:
    return rows.filter(**{path: OuterRef("pk")}).annotate(_of=F(path))


def _count(rows: QuerySet[Any]) -> Coalesce:
    return Coalesce(_one(rows, Count("pk"), IntegerField()), 0)


def _weight(rows: QuerySet[Any]) -> Coalesce:
    return Coalesce(_one(rows, Sum("weight"), IntegerField()), 0)


def _invites(now: datetime) -> QuerySet[InviteAttendee]:
    """What stands in the holder's calendar from now on, with this organisation."""
    return InviteAttendee.objects.filter(
        user=OuterRef("holder__user"),
        removed_at=None,
        invite__organisation=OuterRef("programme__organisation"),
        invite__state=Invite.State.CONFIRMED,
        invite__ends_at__gt=now,
    ).exclude(partstat=InviteAttendee.Partstat.DECLINED)


def _ahead(now: datetime) -> dict[str, Any]:
    """The nearest dated thing of each sort, in the calendar and in our own tables."""
    dates = Enrolment.objects.filter(
        state=Enrolment.State.ENROLLED, module_date__state="planned", module_date__ends_at__gt=now
    )
    stays = Immersion.objects.filter(ends_on__gte=clock.today()).exclude(state__in=ENDED_STAYS)
    return {
        "next_invite_at": _one(_invites(now).annotate(_of=F("user")), Min("invite__starts_at"), DateTimeField()),
        "next_date_at": _one(_of_journey(dates, "step__journey"), Min("module_date__starts_at"), DateTimeField()),
        "next_stay_on": _one(_of_journey(stays, "step__journey"), Min("starts_on"), DateField()),
    }


def _behind(now: datetime) -> dict[str, Any]:
    hours = Delivery.objects.standing().filter(happened_at__lte=now)
    long_ago = Value(LONG_AGO, output_field=DateTimeField())
    touched = Max(Greatest("created_at", Coalesce("done_at", long_ago)))
    return {
        "last_delivery_at": _one(_of_journey(hours), Max("happened_at"), DateTimeField()),
        "last_commitment_at": _one(_of_journey(Commitment.objects.all()), touched, DateTimeField()),
    }


def _thresholds(now: datetime, days: Mapping[int, int], *paths: str) -> Q:
    """Nothing at any of `paths` for as many days as each programme allows ({programme: days})."""
    wanted = Q(pk__in=[])
    for length in set(days.values()):
        limit = now - timedelta(days=length)
        quiet = Q(programme__in=[pk for pk, own in days.items() if own == length])
        quiet &= Q(started_on__lt=clock.today() - timedelta(days=length))
        for path in paths:
            quiet &= Q(**{f"{path}__isnull": True}) | Q(**{f"{path}__lt": limit})
        wanted |= quiet
    return wanted


def _flag(condition: Q) -> Case:
    return Case(When(condition, then=Value(True)), default=Value(False), output_field=BooleanField())


def heard_above(journeys: Iterable[int], since: datetime) -> dict[int, datetime]:
    """What the apps above heard of these people since then ({journey: moment}): each answers `contact_asked`."""
    found: dict[int, datetime] = {}
    answers: list[tuple[Any, Any]] = signals.contact_asked.send(Journey, journeys=list(journeys), since=since)
    for _receiver, answer in answers:
        for pk, moment in (answer or {}).items():
            found[pk] = max(moment, found.get(pk, moment))
    return found


def with_signs(rows: Journeys) -> Journeys:
    """Journeys with what their health is read from: see `read_health`. Costs two queries, whatever their number."""
    now = clock.now()
    programmes = list(Programme.objects.order_by("pk").values_list("pk", "hole_days", "silence_weeks"))
    holes = {pk: days for pk, days, _weeks in programmes}
    silences = {pk: 7 * weeks for pk, _days, weeks in programmes}
    steps = _of_journey(Step.objects.all())
    late = steps.filter(state__in=OPEN_STEPS, due_on__lt=clock.today())
    hours = _of_journey(Delivery.objects.all())
    mentors = Companion.objects.filter(journey=OuterRef("pk"), role=Companion.Role.MENTOR, ended_at=None)
    first = steps.filter(state__in=OPEN_STEPS).annotate(
        _rank=Case(When(state=Step.State.PLANNED, then=Value(1)), default=Value(0))
    )
    annotated = rows.annotate(
        **_ahead(now),
        **_behind(now),
        last_seen_at=F("holder__user__last_login"),
        done_weight=_weight(steps.filter(state=Step.State.DONE)),
        total_weight=_weight(steps.exclude(state=Step.State.WAIVED)),
        late_steps=_count(late),
        late_milestones=_count(late.filter(kind="milestone")),
        disputed=_count(hours.filter(state=Delivery.State.DISPUTED)),
        has_mentor=Exists(mentors),
        wants_mentor=Exists(Step.objects.filter(journey=OuterRef("pk"), kind="mentoring", state__in=OPEN_STEPS)),
        next_step_id=Subquery(first.order_by("_rank", "due_on", "position").values("pk")[:1]),
        next_due_on=Subquery(first.order_by("_rank", "due_on", "position").values("due_on")[:1]),
    )
    active = Q(state=Journey.State.ACTIVE)
    nothing_ahead = Q(next_invite_at=None, next_date_at=None, next_stay_on=None)
    quiet = _thresholds(now, silences, "last_delivery_at", "last_commitment_at", "last_seen_at")
    hole = nothing_ahead & _thresholds(now, holes, "last_delivery_at")
    return annotated.annotate(
        is_hole=_flag(active & hole),
        is_silent=_flag(active & quiet & nothing_ahead & ~hole),
    )


@dataclass(frozen=True)
class Sign:
    """One reason to look at a journey: `word` for the badge, `reason` in a sentence, what to do about it."""

    code: str
    tone: str
    word: str
    reason: str
    act: str


@dataclass(frozen=True)
class Health:
    """How a journey is: the first sign is the most pressing; none means that it goes its way."""

    word: str
    tone: str
    reason: str
    signs: list[Sign] = field(default_factory=list)


def latest(*moments: datetime | None) -> datetime | None:
    return max((moment for moment in moments if moment), default=None)


def last_contact(journey: Any, heard: Mapping[int, datetime] | None = None) -> datetime | None:
    """The last time anything was heard of this person: hours, a commitment, a sign-in, or news from above."""
    above = (heard or {}).get(journey.pk)
    return latest(journey.last_delivery_at, journey.last_commitment_at, journey.last_seen_at, above)


def next_on(journey: Any) -> date | None:
    """The day of the nearest dated thing ahead."""
    moments = [m for m in (journey.next_invite_at, journey.next_date_at) if m]
    days = [timezone.localdate(moment) for moment in moments]
    return min([*days, *([journey.next_stay_on] if journey.next_stay_on else [])], default=None)


def _days_since(moment: datetime | None, start: date) -> int:
    since = timezone.localdate(moment) if moment else start
    return (clock.today() - since).days


def _hole(journey: Any) -> Sign:
    days = _days_since(journey.last_delivery_at, journey.started_on)
    reason = ngettext(
        "Nothing for %(count)d day and no date ahead.", "Nothing for %(count)d days and no date ahead.", days
    ) % {"count": days}
    return Sign("hole", "bad", _("hole"), reason, _("Set a next date together"))


def _silent(journey: Any, heard: Mapping[int, datetime]) -> Sign:
    since = last_contact(journey, heard)
    reason = (
        _("No news since %(day)s.") % {"day": day(since, weekday=False)} if since else _("No news since the start.")
    )
    return Sign("silent", "warn", _("silence"), reason, _("Call to hear how it goes"))


def signs_of(journey: Any, heard: Mapping[int, datetime] | None = None) -> list[Sign]:
    """What is not well with this journey, the most pressing first."""
    known = heard or {}
    found: list[Sign] = []
    if journey.state != Journey.State.ACTIVE:
        return found
    if journey.disputed:
        words = ngettext(
            "%(count)d line of hours is disputed.", "%(count)d lines of hours are disputed.", journey.disputed
        )
        reason = words % {"count": journey.disputed}
        found.append(Sign("disputed", "bad", _("disputed hours"), reason, _("Settle the hours")))
    if journey.is_hole:
        found.append(_hole(journey))
    if journey.is_silent and not journey.is_hole and not _is_recent(journey, known):
        found.append(_silent(journey, known))
    if journey.late_milestones:
        words = ngettext(
            "%(count)d milestone is past its day.", "%(count)d milestones are past their day.", journey.late_milestones
        )
        reason = words % {"count": journey.late_milestones}
        found.append(Sign("late", "warn", _("late milestone"), reason, _("See what holds it back")))
    if journey.wants_mentor and not journey.has_mentor:
        found.append(
            Sign(
                "no_mentor", "warn", _("no mentor"), _("Mentoring is planned, nobody is paired."), _("Choose a mentor")
            )
        )
    return found


def _is_recent(journey: Any, heard: Mapping[int, datetime]) -> bool:
    moment = heard.get(journey.pk)
    return moment is not None and moment >= clock.now() - timedelta(weeks=journey.programme.silence_weeks)


def read_health(journey: Any, heard: Mapping[int, datetime] | None = None) -> Health:
    """The word for this journey, and why. `journey` comes from `with_signs`."""
    if journey.state == Journey.State.PAUSED:
        return Health(_("paused"), "neutral", journey.pause_reason)
    if journey.state in (Journey.State.COMPLETED, Journey.State.LEFT):
        return Health(journey.get_state_display(), "neutral", journey.get_leave_reason_display() or "")
    signs = signs_of(journey, heard)
    if signs:
        return Health(signs[0].word, signs[0].tone, signs[0].reason, signs)
    ahead = next_on(journey)
    reason = _("Next date: %(day)s.") % {"day": day(ahead, weekday=False)} if ahead else ""
    return Health(_("on its way"), "good", reason)


NEEDS_SOMEBODY = (
    Q(disputed__gt=0)
    | Q(is_hole=True)
    | Q(is_silent=True)
    | Q(late_milestones__gt=0)
    | Q(wants_mentor=True, has_mentor=False)
)
"""On top of `with_signs`: active journeys that have a sign."""

SIGNS: dict[str, Q] = {
    "disputed": Q(disputed__gt=0),
    "hole": Q(is_hole=True),
    "silent": Q(is_silent=True),
    "late": Q(late_milestones__gt=0),
    "no_mentor": Q(wants_mentor=True, has_mentor=False),
}


def needing(rows: Journeys, code: str = "") -> Journeys:
    """Active journeys with a sign (of this `code`, if given)."""
    return with_signs(rows).filter(SIGNS.get(code, NEEDS_SOMEBODY), state=Journey.State.ACTIVE)
