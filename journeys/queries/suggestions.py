"""What could fill a hole: the next open step of the journey, and what the programmes on offer have for it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import F, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from backend.accounts.models import User
from backend.lib import clock, prepared
from backend.web.reading import day
from journeys import signals
from journeys.models import Journey, ModuleDate, Programme, Step
from journeys.queries.causes import Around, around_of
from journeys.queries.links import address, journey_url
from journeys.queries.modules import with_taken

CROSSING = "journeys:journey_bridge"


@dataclass(frozen=True)
class Suggestion:
    """One human act: what to propose, the word on the button, where."""

    text: str
    label: str
    url: str


def plans_above(journeys: Sequence[int], user: User) -> dict[int, str]:
    """{journey: where its next session is planned}, from the apps above (`plans_asked`)."""
    found: dict[int, str] = {}
    answers: list[tuple[Any, Any]] = signals.plans_asked.send(Journey, journeys=journeys, user=user)
    for _receiver, answer in answers:
        found |= answer or {}
    return found


def suggestions(journeys: Sequence[Journey], user: User, around: Around | None = None) -> dict[int, Suggestion]:
    """{journey: what to propose next}, in a constant number of queries. For a lead of these journeys. `around`: of
    these, where it is read already.

    The first open step, its prerequisites done, for which something can be planned; else a programme to go on in.
    """
    ids = [journey.pk for journey in journeys]
    steps: dict[int, list[Step]] = {}
    around = around or around_of(ids)
    for step in around.steps:
        steps.setdefault(step.journey_id, []).append(step)
    ready = [step for own in steps.values() for step in own]
    dates = _dates([step.module_id for step in ready if step.module_id and step.state == Step.State.PLANNED])
    plans = plans_above(ids, user)
    offers = _offers(journeys)
    found: dict[int, Suggestion] = {}
    for journey in journeys:
        own = (_for_step(step, journey, dates, plans, around.mentored) for step in steps.get(journey.pk, []))
        ranked = sorted((one for one in own if one), key=lambda pair: pair[0])
        if ranked:
            found[journey.pk] = ranked[0][1]
        elif journey.pk not in steps:
            found[journey.pk] = _onward(journey, offers)
    return found


def _dates(modules: Sequence[int]) -> dict[int, list[ModuleDate]]:
    """{module: its dates to come with a seat left, the nearest first}."""

    def free() -> "QuerySet[Any]":
        rows = ModuleDate.objects.filter(module__in=modules, state=ModuleDate.State.PLANNED, starts_at__gt=clock.now())
        counted: QuerySet[Any] = with_taken(rows)
        return counted.filter(taken__lt=F("seats")).order_by("starts_at", "pk")

    found: dict[int, list[ModuleDate]] = {}
    if not modules:
        return found
    for one in prepared.objects(("free_dates", *modules), free):
        found.setdefault(one.module_id, []).append(one)
    return found


def _for_step(
    step: Step,
    journey: Journey,
    dates: Mapping[int, list[ModuleDate]],
    plans: Mapping[int, str],
    mentored: set[int],
) -> tuple[int, Suggestion] | None:
    """(rank, what can be done for this step); None where it already has its date. The lowest rank first."""
    title = step.title
    if step.kind == "mentoring":
        if journey.pk in plans:
            return 0, Suggestion(_("Plan the next mentoring session."), _("Plan a session"), plans[journey.pk])
        if journey.pk in mentored:
            return 4, Suggestion(_("Fix a next date with the mentor."), _("Open the journey"), journey_url(journey))
        url = address("mentoring:mentor_pair", journey.pk) or journey_url(journey)
        return 1, Suggestion(_("Choose a mentor: mentoring waits for one."), _("Choose a mentor"), url)
    if step.kind == "milestone":
        url = reverse("journeys:milestone_reach", args=[step.pk])
        text = _("See together what “%(title)s” still needs.") % {"title": title}
        return 5, Suggestion(text, _("Record as reached"), url)
    if step.state != Step.State.PLANNED:
        return None
    if step.kind == "immersion":
        url = reverse("journeys:immersion_plan", args=[step.pk])
        return 2, Suggestion(_("Plan “%(title)s” with a company.") % {"title": title}, _("Plan the stay"), url)
    return _for_module(step, dates)


def _for_module(step: Step, dates: Mapping[int, list[ModuleDate]]) -> tuple[int, Suggestion] | None:
    if step.module is None:
        return None
    near = next(iter(dates.get(step.module.pk, [])), None)
    if near is None:
        url = reverse("journeys:module_detail", args=[step.module.pk])
        text = _("“%(title)s” comes next, and no date has a seat left.") % {"title": step.title}
        return 3, Suggestion(text, _("Set a date"), url)
    words = _("A seat is left in “%(title)s” on %(day)s.")
    url = reverse("journeys:people_enrol", args=[near.pk])
    return -1, Suggestion(words % {"title": step.title, "day": day(near.starts_at)}, _("Enrol"), url)


def _offers(journeys: Sequence[Journey]) -> list[Programme]:
    """The open programmes of the organisations of these journeys."""
    organisations = sorted({journey.programme.organisation_id for journey in journeys})
    return prepared.objects(
        ("offers", *organisations),
        lambda: Programme.objects.filter(organisation__in=organisations, is_open=True).order_by("title_fr", "pk"),
    )


def _onward(journey: Journey, offers: Sequence[Programme]) -> Suggestion:
    """Nothing is left to plan: complete it, or go on in a programme that serves this phase."""
    for one in offers:
        same = one.organisation_id == journey.programme.organisation_id and one.pk != journey.programme_id
        if same and (not one.phases or journey.project.phase in one.phases):
            text = _("Nothing is left to plan here. “%(programme)s” serves this phase: propose to go on there.")
            crossing = address(CROSSING, journey.pk)
            url = crossing or reverse("journeys:programme_detail", args=[one.pk])
            return Suggestion(text % {"programme": one.title}, _("See the programme"), url)
    url = reverse("journeys:journey_complete", args=[journey.pk])
    return Suggestion(_("Nothing is left to plan: look back together and complete."), _("Complete the journey"), url)
