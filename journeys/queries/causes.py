"""Why a journey has a hole, in words: the hand-over at which it opened, between what came and what is awaited."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import chain
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet, Subquery
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from backend.calendars.models import Invite
from backend.lib import prepared
from backend.web.reading import day
from journeys.models import Companion, Delivery, Enrolment, Immersion, Journey, Step
from journeys.queries.gaps import CONTACT, END, ENROLMENT, INVITE, PAUSE, RESUMED, START, STAY, Gap, Spot
from journeys.queries.sets import OPEN_STEPS, contacts


@dataclass
class Names:
    """What the sides of some holes are called, read once for all of them."""

    spots: dict[tuple[str, int], str] = field(default_factory=dict)
    last: dict[int, tuple[int | None, date]] = field(default_factory=dict)
    """{journey: (its last delivery, the day it started)}"""
    received_on: dict[int, date] = field(default_factory=dict)
    sessions: set[int] = field(default_factory=set)
    """Deliveries of mentoring."""
    awaited: dict[int, Step] = field(default_factory=dict)
    """{journey: the next open step, what it waits for done}"""
    ended: set[int] = field(default_factory=set)
    paired_on: dict[int, date] = field(default_factory=dict)


@dataclass(frozen=True)
class Around:
    """What the causes of holes and the suggestions for them both read of some journeys."""

    steps: list[Step]
    """Those of `ready_steps`, each with its module."""
    paired_on: dict[int, date]
    """{journey: the day it first had a mentor}"""
    mentored: set[int]
    """Those that have one now."""


def around_of(journeys: Sequence[int]) -> Around:
    """Two queries."""
    key = tuple(sorted(journeys))
    steps = prepared.objects(("ready_steps", *key), lambda: ready_steps(key).select_related("module"))
    mentors = prepared.rows(
        ("paired", *key),
        lambda: (
            Companion.objects.filter(journey__in=key, role=Companion.Role.MENTOR)
            .order_by("-created_at")
            .values_list("journey", "created_at", "ended_at")
        ),
    )
    paired_on = {journey: timezone.localdate(since) for journey, since, _until in mentors}
    return Around(steps, paired_on, {journey for journey, _since, until in mentors if until is None})


def step_words(kind: str, title: str) -> str:
    """A step inside a sentence: the module “X”, mentoring…"""
    words = {
        "module": pgettext("hand-over", "the module “%(title)s”"),
        "mentoring": pgettext("hand-over", "mentoring"),
        "immersion": pgettext("hand-over", "the immersion “%(title)s”"),
        "milestone": pgettext("hand-over", "the milestone “%(title)s”"),
    }
    return words[kind] % {"title": title} if kind != "mentoring" else words[kind]


def ready_steps(journeys: Collection[int]) -> QuerySet[Step]:
    """The open steps of these journeys whose prerequisites are done or waived, the first due first."""
    before = Step.after.through.objects.filter(from_step=OuterRef("pk"), to_step__state__in=OPEN_STEPS)
    rows = Step.objects.filter(journey__in=journeys, state__in=OPEN_STEPS).exclude(Exists(before))
    return rows.order_by("journey", "due_on", "position", "pk")


def first_of_each(steps: Iterable[Step]) -> dict[int, Step]:
    """{journey: its first step} of steps in their order; a milestone only where there is nothing else."""
    found: dict[int, Step] = {}
    for step in steps:
        if step.journey_id not in found or (found[step.journey_id].kind == "milestone" != step.kind):
            found[step.journey_id] = step
    return found


def _delivery_words(line: Delivery) -> str:
    if line.step is not None:
        return step_words(line.step.kind, line.step.title)
    words = {
        "module": pgettext("hand-over", "a training module"),
        "mentoring": pgettext("hand-over", "mentoring"),
        "immersion": pgettext("hand-over", "an immersion"),
    }
    return words[line.kind]


def _refs(gaps: Sequence[Gap], kind: str) -> list[int]:
    return [spot.ref for gap in gaps for spot in (gap.before, gap.after) if spot.kind == kind and spot.ref]


def _last_received(journeys: list[int]) -> "QuerySet[Journey, Any]":
    last = contacts().filter(journey=OuterRef("pk")).order_by("-happened_at", "-pk").values("pk")[:1]
    rows = Journey.objects.filter(pk__in=journeys).order_by("pk").annotate(last_delivery=Subquery(last))
    return rows.values_list("pk", "last_delivery", "started_on", "ended_on")


def _names(gaps: Sequence[Gap], around: Around | None) -> Names:
    """In eight queries at most, however many holes."""
    journeys = sorted({gap.journey for gap in gaps})
    names = Names()
    last_received = prepared.rows(("last_received", *journeys), lambda: _last_received(journeys))
    for pk, delivery, started_on, ended_on in last_received:
        names.last[pk] = (delivery, started_on)
        if ended_on:
            names.ended.add(pk)
    lines = [*_refs(gaps, CONTACT), *(pk for pk, _day in names.last.values() if pk)]
    for line in prepared.objects(
        ("received", *lines), lambda: Delivery.objects.filter(pk__in=lines).select_related("step").order_by("pk")
    ):
        names.spots[CONTACT, line.pk] = _delivery_words(line)
        names.received_on[line.pk] = timezone.localdate(line.happened_at)
        if line.kind == Delivery.Kind.MENTORING:
            names.sessions.add(line.pk)
    _name_dates(names, gaps)
    around = around or around_of(journeys)
    names.awaited = first_of_each(around.steps)
    names.paired_on = around.paired_on
    return names


def _name_dates(names: Names, gaps: Sequence[Gap]) -> None:
    """What stands in the calendar on either side."""
    if refs := _refs(gaps, ENROLMENT):
        seats = Enrolment.objects.filter(pk__in=refs).select_related("module_date__module")
        for seat in seats.order_by("pk"):
            names.spots[ENROLMENT, seat.pk] = step_words("module", seat.module_date.module.title)
    if refs := _refs(gaps, STAY):
        for stay in Immersion.objects.filter(pk__in=refs).select_related("company").order_by("pk"):
            words = pgettext("hand-over", "the stay at %(company)s")
            names.spots[STAY, stay.pk] = words % {"company": stay.company}
    if refs := _refs(gaps, INVITE):
        for invite in Invite.objects.filter(pk__in=refs).order_by("pk"):
            names.spots[INVITE, invite.pk] = pgettext("hand-over", "“%(title)s”") % {"title": invite.title}


def _before(gap: Gap, names: Names) -> str:
    spot = gap.before
    if spot.kind == CONTACT and not spot.ref:  # predicted: from the last hours, the start or the end of a pause
        delivery, started_on = names.last[gap.journey]
        if delivery and names.received_on[delivery] == gap.since:
            spot = Spot(CONTACT, delivery)
        else:
            spot = Spot(START if started_on == gap.since else RESUMED)
    return _words(spot, names)


def _words(spot: Spot, names: Names) -> str:
    fixed = {
        START: pgettext("hand-over", "the start"),
        RESUMED: pgettext("hand-over", "the end of the pause"),
        PAUSE: pgettext("hand-over", "the pause"),
        END: pgettext("hand-over", "the end of the journey"),
    }
    return fixed.get(spot.kind) or names.spots.get((spot.kind, spot.ref), pgettext("hand-over", "what was dated"))


def _cause(gap: Gap, names: Names) -> str:
    """One sentence: between what and what, and who was missing."""
    before, awaited = _before(gap, names), names.awaited.get(gap.journey)
    waits = gap.after.kind == END and gap.journey not in names.ended
    if waits and awaited is not None:
        after = step_words(awaited.kind, awaited.title)
        words = pgettext("hand-over", "After %(before)s: %(after)s has no date.") % {"before": before, "after": after}
    elif waits:
        words = pgettext("hand-over", "After %(before)s: nothing is left to plan.") % {"before": before}
    else:
        both = {"before": before, "after": _words(gap.after, names)}
        words = pgettext("hand-over", "Between %(before)s and %(after)s.") % both
    met = (
        awaited.kind == "mentoring"
        if waits and awaited
        else gap.after.kind == CONTACT and gap.after.ref in names.sessions
    )
    paired = names.paired_on.get(gap.journey)
    if met and (paired is None or paired > gap.since):
        alone = _("Nobody was paired yet.")
        return f"{words} {alone}"
    return words


def with_causes(gaps: Mapping[int, Sequence[Gap]], around: Around | None = None) -> dict[int, list[Gap]]:
    """The same holes, each with its cause in words; a constant number of queries. `around`: of these journeys at least,
    where it is read already."""
    if not any(gaps.values()):
        return {pk: [] for pk in gaps}
    names = _names(list(chain.from_iterable(gaps.values())), around)
    return {pk: [gap.saying(_cause(gap, names)) for gap in own] for pk, own in gaps.items()}


def hole_words(gap: Gap) -> str:
    """One hole behind, in a line: how long, from when to when, and why."""
    facts: dict[str, Any] = {"count": gap.days, "since": day(gap.since, weekday=False), "cause": gap.cause}
    if gap.until is None:
        words = ngettext(
            "%(count)d day, since %(since)s. %(cause)s", "%(count)d days, since %(since)s. %(cause)s", gap.days
        )
        return words % facts
    words = ngettext(
        "%(count)d day, from %(since)s to %(until)s. %(cause)s",
        "%(count)d days, from %(since)s to %(until)s. %(cause)s",
        gap.days,
    )
    return words % {**facts, "until": day(gap.until, weekday=False)}


def ahead_words(gap: Gap) -> str:
    """The first hole ahead, in a sentence: when it begins, until when, and why."""
    facts = {"since": day(gap.since, weekday=False), "cause": gap.cause}
    if gap.until is None:
        return _("From %(since)s on, nothing is dated. %(cause)s") % facts
    return _("Nothing is dated from %(since)s to %(until)s. %(cause)s") % {
        **facts,
        "until": day(gap.until, weekday=False),
    }
