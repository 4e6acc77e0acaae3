"""Every change of a plan is kept with what its steps were before and after."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from backend.accounts.models import User
from backend.lib.refusal import Refused
from journeys import signals
from journeys.models import Journey, PlanChange, Step
from journeys.queries.plans import Appointment

DATES = ("earliest_on", "due_on", "done_on")
FIELDS = (
    *("template_id", "code", "position", "kind", "title_fr", "title_en", "weight", "is_required", "is_shared"),
    *("min_days", "max_days", "minutes_expected", "occurrences", "evidence_fr", "evidence_en", "resources"),
    *("module_id", "state", *DATES, "is_pinned", "waive_reason", "carried_from_id", "shared_from_id"),
)
OF_THE_JOURNEY = ("version_id", "declined_version_id")
JOURNEY, ALONG, SHIFTED = "journey", "along", "shifted"  # keys beside the ids of steps: see PlanChange
Snapshot = dict[str, dict[str, Any]]


def hold(journey: Journey) -> None:
    """One change of this plan at a time: hold the journey until the end. Refused once it has ended."""
    if refusal := hold_many([journey]).get(journey.pk):
        raise Refused(refusal)


def hold_many(journeys: Collection[Journey]) -> dict[int, str]:
    """The same for several, in the order of their keys: {journey id: why not} for those that cannot change."""
    rows = Journey.objects.select_for_update(no_key=True).order_by("pk").in_bulk([one.pk for one in journeys])
    refused = {}
    for journey in journeys:
        row = rows.get(journey.pk)
        if row is None:
            refused[journey.pk] = _("This journey is not there any more: the import that opened it was undone.")
            continue
        for name in ("state", "started_on", "planned_end_on", *OF_THE_JOURNEY):
            setattr(journey, name, getattr(row, name))
        if not journey.is_live:
            refused[journey.pk] = _("This journey has ended: its plan does not change any more.")
    return refused


def hold_steps_of(*journeys: Journey) -> None:
    """Nobody records anything on these steps, nor moves one along, until the end: before some go or change state."""
    list(Step.objects.select_for_update(no_key=True).filter(journey__in=journeys).order_by("pk").values_list("pk"))


def snapshot(journey: Journey) -> Snapshot:
    """Every step as it stands, as plain values under its id; what it waits for under "after"; the journey's own."""
    return snapshots([journey])[journey.pk]


def snapshots(journeys: Collection[Journey]) -> dict[int, Snapshot]:
    """{journey id: its snapshot}, in two queries."""
    after: dict[int, list[int]] = defaultdict(list)
    edges = Step.after.through.objects.filter(from_step__journey__in=journeys).order_by("to_step_id")
    for later, earlier in edges.values_list("from_step_id", "to_step_id"):
        after[later].append(earlier)
    found: dict[int, Snapshot] = {one.pk: {} for one in journeys}
    for row in Step.objects.filter(journey__in=journeys).order_by("pk").values("pk", "journey_id", *FIELDS):
        pk, journey = row.pop("pk"), row.pop("journey_id")
        found[journey][str(pk)] = {**as_plain(row), "after": after[pk]}
    for one in journeys:
        found[one.pk][JOURNEY] = {name: getattr(one, name) for name in OF_THE_JOURNEY}
    return found


def as_plain(values: Mapping[str, Any]) -> dict[str, Any]:
    """Fields of a step as a snapshot keeps them."""
    return {name: value.isoformat() if isinstance(value, date) else value for name, value in values.items()}


def difference(before: Snapshot, after: Snapshot) -> tuple[dict[str, Any], dict[str, Any]]:
    """(before, after): only the values that differ; a step that is not there on one side is null on that side."""
    old: dict[str, Any] = {}
    new: dict[str, Any] = {}
    for pk in [*before, *(one for one in after if one not in before)]:
        was, now = before.get(pk), after.get(pk)
        if was is None or now is None:
            old[pk], new[pk] = was, now
        elif names := [name for name, value in was.items() if value != now[name]]:
            old[pk], new[pk] = {name: was[name] for name in names}, {name: now[name] for name in names}
    return old, new


@contextmanager
def change_plan(journey: Journey, verb: str, *, by: User | None, label: str = "") -> Iterator[PlanChange]:
    """Everything done to the steps inside is one change, written at the end with its before and after.

    The journey is held meanwhile. Nothing is written when nothing differs: the change has no id then.
    """
    hold(journey)
    before = snapshot(journey)
    change = PlanChange(journey=journey, verb=verb, label=label[:240], by=by)
    yield change
    change.before, after = difference(before, snapshot(journey))
    change.after = after | change.after
    if change.before or after:
        change.save()


def fresh(step: Step) -> Step:
    """The step as it stands now that its journey is held. Refused when it has been removed."""
    row = Step.objects.filter(pk=step.pk).first()
    if row is None:
        raise Refused(_("This step has been removed meanwhile."))
    for name in FIELDS:
        setattr(step, name, getattr(row, name))
    return step


def last_change(journey: Journey) -> PlanChange | None:
    """The latest, undone or not."""
    return journey.plan_changes.order_by("-created_at", "-pk").first()


def note_shift(journey: Journey, days: int) -> None:
    """The whole plan moves by so many days (a pause, a journey opened again): the last change remembers it, so that
    undoing it lands on today's days and never brings back those of before. The journey is held by the caller."""
    last = last_change(journey)
    if last is not None and last.undone_at is None:
        last.after = {**last.after, SHIFTED: last.after.get(SHIFTED, 0) + days}
        last.save(update_fields=["after"])


def move_along(
    journey: Journey, shifts: Mapping[int, int], *, by: User | None, only: Mapping[str, str] | None = None
) -> tuple[Appointment, ...]:
    """The meetings of these steps follow them: the apps above do it, and say what they did."""
    answers: list[tuple[Any, Any]] = signals.steps_moved.send(
        Journey, journey=journey, shifts=dict(shifts), by=by, only=only
    )
    found = [one for _receiver, done in answers for one in done or []]
    return tuple(sorted(found, key=lambda one: (one.was, one.ref)))


def set_edges(after: Mapping[int, Collection[int]]) -> None:
    """Each of these steps waits for exactly those, in two statements."""
    through = Step.after.through
    through.objects.filter(from_step__in=list(after)).delete()
    through.objects.bulk_create(
        through(from_step_id=later, to_step_id=earlier) for later, earliers in after.items() for earlier in earliers
    )
