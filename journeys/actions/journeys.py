"""Journeys opened from a programme: the steps copied, their dates reckoned."""

import json
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from backend.accounts.models import User
from backend.history import actions as history
from backend.lib import clock
from backend.lib.bulk import insert_many
from backend.lib.refusal import Refused
from journeys.actions.companions import follow_referents
from journeys.actions.shared import catch_up
from journeys.models import (
    Holder,
    Journey,
    Programme,
    ProgrammeVersion,
    Project,
    Step,
    StepTemplate,
)

Pair = tuple[Project, Holder]
COPIED = (
    *("code", "position", "kind", "title_fr", "title_en", "weight", "is_required", "is_shared", "min_days", "max_days"),
    *("minutes_expected", "occurrences", "evidence_fr", "evidence_en", "resources", "module_id"),
)

YEARS = range(1900, 2200)  # of a first day: outside, a slip of the finger, and days that cannot be counted from
TWICE = gettext_noop("This person already has a journey under way in this programme for this project.")
OWN = ("state", "is_pinned", "waive_reason")  # of the copy alone


@dataclass(frozen=True)
class Opening:
    """One journey to open: whose, from which day, and if it is known with whom and until when."""

    project: Project
    holder: Holder
    started_on: date
    referent: User | None = None
    planned_end_on: date | None = None


def _dates(templates: Sequence[StepTemplate], after: dict[int, list[int]], start: date) -> dict[int, tuple[date, date]]:
    """{template id: (not before, due)}: days count from the latest due date of what comes first, else the start."""
    by_id = {template.pk: template for template in templates}
    found: dict[int, tuple[date, date]] = {}

    def place(pk: int) -> tuple[date, date]:
        if pk not in found:
            anchor = max((place(before)[1] for before in after[pk]), default=start)
            template = by_id[pk]
            found[pk] = (anchor + timedelta(days=template.min_days), anchor + timedelta(days=template.max_days))
        return found[pk]

    for template in templates:
        place(template.pk)
    return found


def _planned_end(start: date, dates: dict[int, tuple[date, date]]) -> date:
    """The last due date; half a year when the programme has no steps."""
    return max((due for _earliest, due in dates.values()), default=start + timedelta(days=180))


def _prerequisites(version: ProgrammeVersion) -> dict[int, list[int]]:
    """{template id: ids of the templates that come before it}."""
    after: dict[int, list[int]] = defaultdict(list)
    pairs = StepTemplate.after.through.objects.filter(from_steptemplate__version=version)
    for later, earlier in pairs.values_list("from_steptemplate_id", "to_steptemplate_id"):
        after[later].append(earlier)
    return after


def _facts(template: StepTemplate) -> tuple[object, ...]:
    """The values of COPIED, as they are stored."""
    values = (getattr(template, name) for name in COPIED)
    return tuple(json.dumps(value) if isinstance(value, list) else value for value in values)


def _copy_steps(
    journeys: Sequence[Journey],
    templates: Sequence[StepTemplate],
    after: dict[int, list[int]],
    dates: dict[date, dict[int, tuple[date, date]]],
) -> None:
    """The steps of each journey and what each waits for."""
    same = {one.pk: _facts(one) for one in templates}
    now = clock.now()
    insert_many(
        Step,
        ("created_at", "journey_id", "template_id", "earliest_on", "due_on", *OWN, *COPIED),
        (
            (now, journey.pk, pk, *dates[journey.started_on][pk], Step.State.PLANNED.value, False, "", *facts)
            for journey in journeys
            for pk, facts in same.items()
        ),
    )
    copies: dict[tuple[int, int | None], int] = {}
    for start in range(0, len(journeys), 500):
        steps = Step.objects.filter(journey__in=journeys[start : start + 500]).order_by("pk")
        for journey_id, template_id, pk in steps.values_list("journey_id", "template_id", "pk"):
            copies[journey_id, template_id] = pk
    insert_many(
        Step.after.through,
        ("from_step_id", "to_step_id"),
        (
            (copies[journey.pk, later], copies[journey.pk, earlier])
            for journey in journeys
            for later, earliers in after.items()
            for earlier in earliers
        ),
    )


@transaction.atomic
def open_journeys(
    programme: Programme, pairs: Sequence[Pair], *, started_on: date, referent: User | None = None, by: User | None
) -> list[Journey]:
    """An active journey for each (project, holder), all from the same day: see `open_many`."""
    return open_many(programme, [Opening(*pair, started_on, referent) for pair in pairs], by=by)


@transaction.atomic
def open_many(programme: Programme, openings: Sequence[Opening], *, by: User | None) -> list[Journey]:
    """An active journey for each opening, its steps copied from the programme's published version.

    Due dates follow the min and max days of each step; what a team shares and has done is done. The number of queries
    does not grow with the number of openings, but for teams. Refused for a first day out of reach, when the programme
    has no published version, when it welcomes no new journey (but of a project that is under way in it: a team goes on
    together), or when one of them already has a live journey in it.
    """
    _check_welcomes(programme, openings)
    version = programme.versions.filter(published_at__isnull=False).order_by("-number").first()
    if version is None:
        raise Refused(_("This programme has no published version yet."))
    taken = Journey.objects.live().filter(programme=programme, holder__in=[one.holder for one in openings])
    live = set(taken.values_list("project_id", "holder_id"))
    if any((one.project.pk, one.holder.pk) in live for one in openings):
        raise Refused(_(TWICE))
    templates = list(version.steps.order_by("position"))
    after = _prerequisites(version)
    dates = {start: _dates(templates, after, start) for start in {one.started_on for one in openings}}
    rows = [
        Journey(
            programme=programme,
            version=version,
            project=one.project,
            holder=one.holder,
            referent=one.referent,
            state=Journey.State.ACTIVE,
            started_on=one.started_on,
            planned_end_on=one.planned_end_on or _planned_end(one.started_on, dates[one.started_on]),
        )
        for one in openings
    ]
    try:
        with transaction.atomic():
            journeys = Journey.objects.bulk_create(rows, batch_size=500)
    except IntegrityError:  # opened by somebody else at this moment, or named twice
        raise Refused(_(TWICE)) from None
    _copy_steps(journeys, templates, after, dates)
    history.record_many("open_journey", journeys, by=by, organisation=programme.organisation)
    if any(one.referent for one in openings):
        follow_referents(journeys, by=by)
    _meet_teams(journeys, by=by)
    return journeys


def _meet_teams(journeys: Sequence[Journey], *, by: User | None) -> None:
    """What team-mates who are in the programme share and have done already is done on these too. One query for all
    those that have none."""
    if not journeys:
        return
    shared = Step.objects.filter(
        is_shared=True,
        journey__programme=journeys[0].programme_id,
        journey__project__in={one.project_id for one in journeys},
    )
    teams = set(shared.exclude(journey__in=journeys).order_by().values_list("journey__project", flat=True).distinct())
    for journey in journeys:
        if journey.project_id in teams:
            catch_up(journey, by=by)


def _check_welcomes(programme: Programme, openings: Sequence[Opening]) -> None:
    if any(one.started_on.year not in YEARS for one in openings):
        raise Refused(_("Check the year."), field="started_on")
    if Programme.objects.filter(pk=programme.pk, is_open=True).exists():
        return
    projects = {one.project.pk for one in openings}
    running = Journey.objects.live().filter(programme=programme, project__in=projects).order_by()
    if projects - set(running.values_list("project", flat=True)):
        raise Refused(_("This programme welcomes no new journey at the moment."), field="programme")


def open_journey(
    programme: Programme,
    project: Project,
    holder: Holder,
    *,
    started_on: date,
    referent: User | None = None,
    by: User | None,
) -> Journey:
    """One active journey, as `open_journeys` does it."""
    return open_journeys(programme, [(project, holder)], started_on=started_on, referent=referent, by=by)[0]
