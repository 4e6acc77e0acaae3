"""What holds of every figure, whatever has happened: parts add up, a part is never more, rows are what is counted."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from backend.accounts.models import Organisation
from evaluation.models import Request, Wave
from evaluation.queries.breakdown import FIELDS
from evaluation.queries.drawn_base import Figure
from evaluation.queries.exports import lines_of
from evaluation.queries.figures import board
from evaluation.queries.lines import row_set
from evaluation.queries.measures import MEASURES, NOTHING, Total, grouped, totals
from evaluation.queries.scope import NOT_KNOWN, Scope
from journeys.models import Bridge, Commune, Delivery, Holder, Journey, Neighbourhood, Programme, Project, Step
from tests.factories.accounts import make_member
from tests.factories.evaluation import wave_of
from tests.factories.journeys import make_programme
from tests.factories.territory import load_territory

pytestmark = pytest.mark.django_db
FIRST, DAYS = date(2026, 1, 1), 90
PEOPLE = range(5)
ADDED = ("hours", "hours_training", "hours_mentoring", "hours_immersion", "immersions", "milestones", "bridges",
         "response", "given_mentors", "given_apart", "given_companies")  # fmt: skip
"""Each row falls on one day, in one group: what they come to adds up over groups and over periods."""
SHARES = ("women", "qpv", "response", "no_hole")
"""Percentages with an interval."""
day = st.integers(0, DAYS - 1)


@dataclass
class World:
    """An organisation with two programmes, and five people to draw journeys for."""

    organisation: Organisation
    programmes: list[Programme]
    holders: list[Holder]
    waves: dict[tuple[int, str], Wave]
    communes: list[Commune | None] = field(default_factory=list)


@pytest.fixture
def world(organisation: Organisation) -> World:
    load_territory()
    programmes = [make_programme(organisation, hole_days=10) for _each in range(2)]
    people = [make_member(organisation, "holder") for _each in PEOPLE]
    genders = ["woman", "woman", "man", "other", ""]
    holders = [
        Holder.objects.create(organisation=organisation, user=person, gender=gender)
        for person, gender in zip(people, genders, strict=True)
    ]
    waves = {(one.pk, moment): wave_of(one, moment) for one in programmes for moment in ("start", "exit")}
    communes = [*Commune.objects.order_by("pk")[:2], None]
    return World(organisation, programmes, holders, waves, communes)


LINE = st.tuples(
    st.sampled_from(["module", "mentoring", "immersion"]), st.sampled_from(["contact", "contact", "preparation"]),
    st.sampled_from(["declared", "confirmed", "disputed", "void", "planned"]), day, st.integers(5, 300),
    st.sampled_from([0, 22, 23]),
)  # fmt: skip
STEP = st.tuples(
    st.sampled_from(["immersion", "milestone", "mentoring"]),
    st.sampled_from(["planned", "done", "waived", "abandoned"]),
    day, day, st.booleans(),
)  # fmt: skip
ASK = st.tuples(st.sampled_from(["start", "exit"]), st.sampled_from(["sent", "complete", "partial", "refused"]), day)
JOURNEY = st.fixed_dictionaries(
    {
        "person": st.sampled_from(PEOPLE), "project": st.integers(0, 3), "programme": st.integers(0, 1), "start": day,
        "ended": st.none() | day, "how": st.sampled_from(["completed", "employment", "moved", "bridged"]),
        "lines": st.lists(LINE, max_size=3), "steps": st.lists(STEP, max_size=3), "asks": st.lists(ASK, max_size=2),
    }
)  # fmt: skip
STORY = st.tuples(
    st.lists(JOURNEY, min_size=1, max_size=7),
    st.lists(st.tuples(st.integers(0, 2), st.sampled_from(Project.Qpv.values)), min_size=4, max_size=4),
    st.lists(day, max_size=2),
)


def on(shift: int) -> date:
    return FIRST + timedelta(shift)


def at(shift: int, hour: int = 9) -> datetime:
    """Some of them after midnight in Nantes already."""
    return datetime(2026, 1, 1, hour, 30, tzinfo=UTC) + timedelta(shift)


def tell(world: World, story: Any) -> None:
    """The rows of a story, written at once."""
    facts, places, bridges = story
    projects = [
        Project.objects.create(
            organisation=world.organisation, name=f"P{number}", commune=world.communes[commune], qpv=qpv,
            neighbourhood=Neighbourhood.objects.order_by("pk").first() if qpv == "inside" and number % 2 else None,
        )
        for number, (commune, qpv) in enumerate(places)
    ]  # fmt: skip
    made = [
        _journey(world, projects, one)
        for one in {(f["person"], f["project"], f["programme"]): f for f in facts}.values()
    ]
    for (a, b), shift in zip(pairwise(made), bridges, strict=False):
        Bridge.objects.create(from_journey=a, to_journey=b, kind="beside", crossed_on=on(shift))


def _journey(world: World, projects: list[Project], one: dict[str, Any]) -> Journey:
    programme = world.programmes[one["programme"]]
    ended = None if one["ended"] is None else max(one["ended"], one["start"])
    over = "completed" if one["how"] == "completed" else "left"
    journey = Journey.objects.create(
        programme=programme, version=programme.versions.get(), project=projects[one["project"]],
        holder=world.holders[one["person"]], started_on=on(one["start"]), planned_end_on=on(400),
        state="active" if ended is None else over, ended_on=None if ended is None else on(ended),
        leave_reason=one["how"] if ended is not None and over == "left" else "",
    )  # fmt: skip
    now = at(DAYS)
    Delivery.objects.bulk_create(
        Delivery(journey=journey, kind=kind, sort=sort, state=state, happened_at=at(shift, hour), minutes=minutes,
                 source=f"x:{number}", confirmed_at=now, voided_at=now, dispute="Non")
        for number, (kind, sort, state, shift, minutes, hour) in enumerate(one["lines"])
    )  # fmt: skip
    Step.objects.bulk_create(
        Step(journey=journey, code=f"s{number}", position=number, kind=kind, title_fr=f"S{number}", state=state,
             max_days=30, earliest_on=on(0), due_on=on(due), done_on=on(done) if state == "done" else None,
             waive_reason="Vu" if state == "waived" else "", is_shared=shared)
        for number, (kind, state, due, done, shared) in enumerate(one["steps"])
    )  # fmt: skip
    for moment, state, shift in {ask[0]: ask for ask in one["asks"]}.values():
        wave = world.waves[programme.pk, moment]
        Request.objects.create(
            wave=wave, version=wave.questionnaire.versions.published().latest("number"), journey=journey,
            respondent=journey.holder.user, state=state, sent_at=at(shift), expires_at=at(shift + 30),
        )  # fmt: skip
    return journey


def scopes(world: World, since: int, length: int) -> list[Scope]:
    """All of it, and a programme within a period."""
    whole = Scope(organisation=world.organisation.pk, until=on(DAYS))
    period = whole.narrowed(since=on(since), until=on(since + length))
    return [whole, period.narrowed(programme=world.programmes[0].pk)]


def parts(total: Total) -> tuple[int, ...]:
    """What adds up: not how many different people."""
    return total.value, total.weight, total.part, total.rows


def added(found: Any) -> tuple[int, ...]:
    return tuple(map(sum, zip(*(parts(one) for one in [NOTHING, *found]), strict=True)))


def check_groups(scope: Scope) -> None:
    """Groups add up to the whole; of people there are no more than in all groups, and no fewer than in any."""
    whole = totals(MEASURES.values(), scope)
    for path in FIELDS.values():
        found = grouped(MEASURES.values(), scope, path)
        for code in ADDED:
            assert added(found[code].values()) == parts(whole[code]), (code, path)
        assert sum(one.value for one in found["left"].values()) == whole["left"].value
        for code in ("people", *ADDED):
            people = [one.subjects for one in found[code].values()] or [0]
            assert max(people) <= whole[code].subjects <= sum(people), (code, path)


def check_rows(scope: Scope, figures: dict[str, Figure]) -> None:
    """The page of rows has as many as the figure counts, and they come to the figure."""
    whole = totals(MEASURES.values(), scope)
    for code, measure in MEASURES.items():
        rows, total = list(lines_of(row_set(code, scope))), whole[code]
        known = [line.value for line in rows if line.value is not None]
        if measure.is_once and code != "communes":
            assert (len(rows), sum(known), len(known)) == (total.subjects, total.value, total.weight), code
        elif code in (*ADDED, "left"):
            assert (len(rows), sum(known)) == (total.rows, total.value), code
        if code in ("immersions", "milestones", "response", "left"):
            assert figures[code].denominator == len(rows), code
        if code in SHARES:
            assert figures[code].denominator == len(known) and figures[code].numerator == sum(known), code


def check_shares(figures: dict[str, Figure]) -> None:
    for code in SHARES:
        one = figures[code]
        if one.value is not None:
            assert one.low is not None and one.high is not None
            assert 0 <= one.low <= one.value <= one.high <= 100, code
            assert 0 <= (one.numerator or 0) <= (one.denominator or 0), code


def check_periods(scope: Scope, middle: date) -> None:
    """Two periods that follow each other come to both together."""
    early, late = scope.narrowed(until=middle), scope.narrowed(since=middle + timedelta(1))
    sides = [totals(MEASURES.values(), one) for one in (early, late)]
    whole = totals(MEASURES.values(), scope)
    for code in ADDED:
        assert added(side[code] for side in sides) == parts(whole[code]), code
    assert sum(side["left"].value for side in sides) == whole["left"].value


def check_narrower(wide: Scope, world: World) -> None:
    """Of one commune, one programme, one quarter there is never more than of all."""
    whole = totals(MEASURES.values(), wide)
    narrower: list[dict[str, Any]] = [
        {"commune": NOT_KNOWN}, {"commune": str(world.communes[0].pk)}, {"qpv": "inside"}, {"cohort": "2026-1"},
    ]  # fmt: skip
    narrower += [{"programme": world.programmes[1].pk}] if wide.programme is None else []
    narrower += [{"since": on(40)}, {"until": on(40)}] if (wide.since or on(0)) <= on(40) <= wide.until else []
    for more in narrower:
        found = totals(MEASURES.values(), wide.narrowed(**more))
        for code in MEASURES:
            assert all(a <= b for a, b in zip(parts(found[code]), parts(whole[code]), strict=True)), (code, more)
            assert found[code].subjects <= whole[code].subjects, (code, more)


@settings(max_examples=6, deadline=None, suppress_health_check=list(HealthCheck))
@given(story=STORY, since=day, length=st.integers(0, DAYS - 1))
def test_whatever_has_happened_figures_hang_together(world: World, story: Any, since: int, length: int) -> None:
    with transaction.atomic():
        tell(world, story)
        for scope in scopes(world, since, length):
            figures = {one.code: one for one in board(scope).figures}
            check_groups(scope)
            check_shares(figures)
            check_narrower(scope, world)
        check_rows(scope, figures)
        check_periods(scopes(world, 0, DAYS)[0], on(since))
        transaction.set_rollback(True)
