"""Figures and the rows behind them: the same numbers, whoever asks and however it is cut."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from backend.accounts.models import Organisation, User
from backend.lib import clock
from evaluation.queries.breakdown import breakdown
from evaluation.queries.charts import charts_of
from evaluation.queries.drawn_base import Figure
from evaluation.queries.exports import lines_of
from evaluation.queries.figures import Board, board, figure
from evaluation.queries.lines import row_set
from evaluation.queries.scope import Scope, quarter
from journeys import actions as journeys
from journeys.actions import load_territory
from journeys.models import Commune, Delivery, Journey, Neighbourhood, Programme
from journeys.queries.teams import project_page
from tests.factories.evaluation import close_all, make_answered, make_request
from tests.factories.journeys import (
    make_confirmed_delivery,
    make_delivery,
    make_holder,
    make_journey,
    make_programme,
    make_project,
    step_of,
)

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 23)
YEAR = date(2026, 1, 1)


def opened(programme: Programme, on: date = TODAY - timedelta(days=100), **project: object) -> Journey:
    return make_journey(programme.organisation, programme=programme, started_on=on, **project)


def figures(scope: Scope) -> dict[str, Figure]:
    return {one.code: one for one in board(scope).figures}


def total(code: str, scope: Scope) -> float:
    return sum(line.value or 0 for line in lines_of(row_set(code, scope)))


# --- People ---------------------------------------------------------------------------------------
def test_a_person_in_two_programmes_is_one_person(organisation: Organisation, scope: Scope, holder: User) -> None:
    for _each in range(2):
        make_journey(organisation, holder, programme=make_programme(organisation), started_on=TODAY)
    opened(make_programme(organisation))
    assert figures(scope)["people"].value == 2
    assert total("people", scope) == 2


@pytest.mark.parametrize(
    ("started", "ended", "counted"),
    [
        (date(2025, 3, 1), None, True),
        (date(2025, 3, 1), date(2025, 12, 31), False),
        (date(2025, 3, 1), date(2026, 1, 1), True),
        (date(2026, 12, 1), None, False),
    ],
)
def test_people_are_those_under_way_in_the_period(
    programme: Programme, scope: Scope, started: date, ended: date | None, counted: bool
) -> None:
    journey = opened(programme, started)
    if ended:
        journeys.leave_journey(journey, reason="moved", by=None, on=ended)
    assert (figures(scope)["people"].value, total("people", scope)) == (counted, counted)


def test_another_organisation_counts_for_nothing(other_organisation: Organisation, scope: Scope) -> None:
    make_journey(other_organisation, started_on=TODAY)
    assert figures(scope)["people"].value == 0
    everyone = Scope(organisation=None, since=YEAR, until=TODAY)
    assert figures(everyone)["people"].value == 1


# --- Hours ----------------------------------------------------------------------------------------
def test_hours_by_kind_and_state_add_up_to_the_ledger(programme: Programme, scope: Scope) -> None:
    journey = opened(programme)
    make_delivery(journey, minutes=60)
    make_confirmed_delivery(journey, minutes=90)
    make_confirmed_delivery(journey, kind="module", minutes=210)
    make_delivery(journey, minutes=30, sort="preparation")
    make_delivery(journey, minutes=20, sort="travel")
    journeys.void_delivery(make_delivery(journey, minutes=500), reason="Erreur de saisie", by=None)
    disputed = make_delivery(journey, kind="immersion", minutes=420)
    journeys.dispute_delivery(disputed, comment="C’était trois heures", by=None)
    hours = board(scope).hours
    cells = {kind.kind: dict(kind.cells) for kind in hours.kinds}
    assert cells["mentoring"] == {"signed": 0, "confirmed": 90, "declared": 60, "disputed": 0}
    assert cells["module"]["confirmed"] == 210
    assert cells["immersion"]["disputed"] == 420
    assert (hours.total, hours.sure, hours.preparation, hours.travel) == (780, 300, 30, 20)
    assert sum(kind.total for kind in hours.kinds) == sum(hours.states) == hours.total
    ledger = Delivery.objects.standing().filter(sort="contact")
    assert hours.total == sum(ledger.values_list("minutes", flat=True)) == total("hours", scope)


def test_an_hour_belongs_to_the_day_it_happened_on_in_nantes(programme: Programme, scope: Scope) -> None:
    journey = opened(programme, date(2025, 11, 1))
    paris = ZoneInfo("Europe/Paris")
    make_delivery(journey, minutes=60, happened_at=datetime(2025, 12, 31, 23, 59, tzinfo=paris))
    make_delivery(journey, minutes=90, happened_at=datetime(2026, 1, 1, 0, 0, tzinfo=paris))
    assert board(scope).hours.total == 90


def test_rows_of_one_cell_are_that_cell(programme: Programme, scope: Scope) -> None:
    journey = opened(programme)
    make_delivery(journey, minutes=60)
    make_confirmed_delivery(journey, minutes=90)
    cell = scope.narrowed(kind="mentoring", state="confirmed")
    assert figure("hours", cell).value == total("hours", cell) == 90


# --- Immersions and milestones --------------------------------------------------------------------
def test_steps_count_by_the_day_done_or_due(programme: Programme, scope: Scope) -> None:
    done, late, ahead = (opened(programme, day) for day in (date(2026, 3, 1), date(2026, 3, 1), TODAY))
    journeys.advance_step(step_of(done, "immersion"), "done", by=None, on=date(2026, 6, 1))
    journeys.waive_step(step_of(opened(programme, date(2026, 3, 1)), "immersion"), reason="Déjà salariée", by=None)
    found = figures(scope)["immersions"]
    assert (found.numerator, found.denominator) == (1, 2)
    assert total("immersions", scope) == 1
    assert len(list(lines_of(row_set("immersions", scope)))) == 2
    assert {late.steps.get(kind="immersion").state, ahead.steps.get(kind="immersion").state} == {"planned"}


def test_what_was_due_after_a_journey_ended_does_not_count_against_it(programme: Programme, scope: Scope) -> None:
    journey = opened(programme, date(2026, 5, 1))
    journeys.leave_journey(journey, reason="employment", by=None, on=date(2026, 5, 10))
    assert figures(scope)["milestones"].denominator == 0
    assert figures(scope)["milestones"].note == "rien de prévu dans la période"


def test_milestones_are_listed_by_name(programme: Programme, scope: Scope) -> None:
    first, _second = opened(programme, date(2026, 3, 1)), opened(programme, date(2026, 3, 1))
    journeys.advance_step(step_of(first, "milestone"), "done", by=None, on=date(2026, 5, 1))
    (line,) = board(scope).by_milestone
    assert (line.label, line.done, line.total) == ("Plan d’affaires validé", 1, 2)
    named = scope.narrowed(milestone=line.key)
    assert figure("milestones", named).numerator == total("milestones", named) == 1


# --- Posture and answers --------------------------------------------------------------------------
def asked_twice(programme: Programme, before: int, after: int | None, **project: object) -> Journey:
    journey = opened(programme, TODAY - timedelta(days=150), **project)
    make_answered(journey, "start", before)
    if after is None:
        make_request(journey, "exit")
    else:
        make_answered(journey, "exit", after)
    return journey


def test_posture_is_the_mean_change_of_those_who_answered_twice(programme: Programme, scope: Scope) -> None:
    for before, after in ((3, 4), (3, 5), (4, 5), (2, 4), (5, 5)):
        asked_twice(programme, before, after)
    asked_twice(programme, 4, None)
    found = figures(scope)["posture"]
    assert found.value == pytest.approx(1.2)
    assert (found.low, found.high) == pytest.approx((0.1611493663, 2.2388506337))
    assert found.shown == "+1,2"
    assert found.note == "Réponses\u00a0: 5 sur 6"
    assert found.precision == "entre +0,2 et +2,2 points"
    lines = list(lines_of(row_set("posture", scope)))
    known = [line.value for line in lines if line.value is not None]
    assert (len(lines), sum(known) / len(known)) == (6, pytest.approx(found.value))
    areas = board(scope).posture
    assert [area.label for area in areas] == ["", "Idées et opportunités", "Ressources", "En action"]
    assert [area.n for area in areas] == [5, 5, 5, 5]


def test_four_answers_are_too_few_to_conclude(programme: Programme, scope: Scope) -> None:
    for _each in range(4):
        asked_twice(programme, 3, 5)
    found = figures(scope)["posture"]
    assert (found.value, found.precision) == (None, "trop peu de réponses pour conclure")


def test_when_everybody_changed_by_the_same_there_are_no_bounds(programme: Programme, scope: Scope) -> None:
    for before in (1, 2, 3, 4, 5):
        asked_twice(programme, before, before + 2)
    found = figures(scope)["posture"]
    assert (found.value, found.shown, found.low, found.high) == (2, "+2,0", None, None)
    assert found.precision == "le même écart pour tout le monde"
    chart = charts_of(board(scope)).posture
    assert chart.finding == "Le même écart pour tout le monde."
    assert chart.rows[0] == ("Tous les domaines", 2, None, None, "5 personnes, le même écart pour tout le monde")


def test_an_area_with_two_answers_has_no_score(programme: Programme, scope: Scope) -> None:
    journey = opened(programme)
    make_answered(journey, "start", {"EC11": 3, "EC12": 3})
    make_answered(journey, "exit", 5)
    (pair,) = board(scope).gains.pairs
    assert (pair.is_answered, pair.areas, pair.overall) == (True, {}, None)
    assert [line.what for line in lines_of(row_set("posture", scope))] == ["trop peu de réponses"]


def test_the_response_rate_writes_its_denominator_out(programme: Programme, scope: Scope) -> None:
    for _each in range(3):
        make_answered(opened(programme))
    make_request(opened(programme))
    close_all()
    make_answered(opened(programme))
    make_request(opened(programme))
    found = figures(scope)["response"]
    assert (found.shown, found.numerator, found.denominator) == ("75", 3, 4)
    assert found.note == "3 réponses complètes pour 4 sollicitations"
    assert total("response", scope) == 3


def test_an_ask_counts_on_the_day_its_time_ends_and_open_ones_not_yet(programme: Programme, scope: Scope) -> None:
    """Of those still open the quick ones alone have answered: counted, they would make the rate look better."""
    since = clock.now() - timedelta(days=30)  # its time ends today, to the second
    make_answered(opened(programme), at=since)
    make_answered(opened(programme), at=since + timedelta(seconds=1))
    make_request(opened(programme), at=since - timedelta(days=1))
    found = figures(scope)["response"]
    assert (found.numerator, found.denominator) == (1, 2)
    lines = lines_of(row_set("response", scope))
    assert [(line.day, line.value) for line in lines] == [(date(2026, 11, 23), 1), (date(2026, 11, 22), 0)]
    assert figures(scope.narrowed(since=date(2026, 11, 23)))["response"].denominator == 1
    assert figures(scope.narrowed(until=date(2026, 11, 21)))["response"].note == (
        "aucun délai de réponse n’a pris fin dans la période"
    )
    assert figures(scope.narrowed(until=date(2027, 6, 30)))["response"].denominator == 2


# --- Groups ---------------------------------------------------------------------------------------
def test_every_commune_is_listed_the_empty_ones_too(programme: Programme, scope: Scope) -> None:
    load_territory()
    nantes = Commune.objects.get(name="Nantes")
    journey = opened(programme, commune=nantes)
    opened(programme, commune=None)
    make_delivery(journey, minutes=120)
    groups = breakdown(scope, "commune", board(scope))
    assert len(groups) == 25
    by_name = {group.label: group for group in groups}
    assert (by_name["Nantes"].people, by_name["Nantes"].minutes) == (1, 120)
    assert (by_name["Rezé"].people, by_name["commune non connue"].people) == (0, 1)
    assert groups[0].label == "Nantes"
    for label in ("Nantes", "commune non connue"):
        assert total("people", scope.narrowed(**by_name[label].where)) == 1


def test_not_known_is_not_outside_a_priority_neighbourhood(programme: Programme, scope: Scope) -> None:
    load_territory()
    named = Neighbourhood.objects.order_by("name").first()
    opened(programme, qpv="inside", neighbourhood=named)
    opened(programme, qpv="inside")
    opened(programme, qpv="outside")
    opened(programme)
    made = board(scope)
    assert {group.key: group.people for group in breakdown(scope, "qpv", made)} == {
        "inside": 2, "outside": 1, "unknown": 1,
    }  # fmt: skip
    inside = breakdown(scope, "neighbourhood", made)
    assert len(inside) == 16
    assert {group.key: group.people for group in inside if group.people} == {named.pk if named else "": 1, None: 1}


def test_groups_of_programmes_carry_every_measure(programme: Programme, scope: Scope) -> None:
    for before, after in ((3, 4), (3, 5), (4, 5), (2, 4), (5, 5)):
        asked_twice(programme, before, after)
    close_all()
    make_programme(programme.organisation, title_fr="Un autre")
    first, empty = breakdown(scope, "programme", board(scope))
    assert (first.people, first.answers, first.immersions) == (5, (10, 10), (0, 5))
    assert first.gain is not None and first.gain.change is not None
    assert first.gain.change.mean == pytest.approx(1.2)
    assert (empty.label, empty.people, empty.gain.n if empty.gain else None) == ("Un autre", 0, 0)


# --- Published figures ----------------------------------------------------------------------------
@pytest.fixture
def published(scope: Scope) -> Scope:
    return scope.narrowed(is_published=True)


def test_four_people_are_hidden_from_an_observer_and_five_shown(programme: Programme, published: Scope) -> None:
    for _each in range(4):
        opened(programme)
    found: Board = board(published)
    assert found.is_small
    assert all(one.is_hidden and one.value is None for one in found.figures)
    opened(programme)
    assert figures(published)["people"].value == 5


def test_a_small_commune_is_hidden_with_the_next_smallest(programme: Programme, published: Scope) -> None:
    load_territory()
    for name, count in (("Nantes", 9), ("Rezé", 6), ("Orvault", 2)):
        for _each in range(count):
            opened(programme, commune=Commune.objects.get(name=name))
    groups = breakdown(published, "commune", board(published))
    assert {group.label for group in groups if group.is_hidden} == {"Rezé", "Orvault"}
    assert [group.label for group in groups[:-1]] == sorted(
        Commune.objects.order_by("name").values_list("name", flat=True), key=lambda name: list(
            Commune.objects.order_by("name").values_list("name", flat=True)).index(name)
    )  # fmt: skip


def test_a_cell_of_hours_with_few_people_behind_is_hidden_and_totals_stay(
    programme: Programme, published: Scope
) -> None:
    people = [opened(programme) for _each in range(6)]
    for journey in people:
        make_delivery(journey, minutes=60)
        make_confirmed_delivery(journey, kind="module", minutes=60)
    make_confirmed_delivery(people[0], minutes=60)
    hours = board(published).hours
    cells = {kind.kind: dict(kind.cells) for kind in hours.kinds}
    assert cells["mentoring"]["confirmed"] is None
    assert cells["mentoring"]["declared"] is None
    assert hours.total == 13 * 60
    assert {kind.kind: kind.total for kind in hours.kinds} == {"module": 360, "mentoring": 420, "immersion": 0}


# --- The scope itself -----------------------------------------------------------------------------
def test_a_cohort_is_the_quarter_in_which_journeys_started(programme: Programme, scope: Scope) -> None:
    opened(programme, date(2026, 3, 31))
    opened(programme, date(2026, 4, 1))
    assert figures(scope.narrowed(cohort="2026-2"))["people"].value == 1
    assert quarter("2026-4") == (date(2026, 10, 1), date(2026, 12, 31))
    with pytest.raises(ValueError, match="not a quarter"):
        quarter("2026-5")


def test_a_collective_counts_each_of_its_holders(programme: Programme, scope: Scope) -> None:
    organisation = programme.organisation
    project = make_project(organisation)
    for _each in range(3):
        make_journey(organisation, make_holder(organisation).user, programme=programme, project=project)
    assert figures(scope)["people"].value == 3


# --- Once for all ---------------------------------------------------------------------------------
def test_what_a_team_reaches_once_counts_once_wherever_it_is_counted(
    organisation: Organisation, scope: Scope, holder: User, lead: User
) -> None:
    """A figure about what was reached: the page of the team, the figure, its rows and its groups say the same."""
    programme = make_programme(organisation)
    programme.versions.get().steps.filter(code="plan").update(is_shared=True, max_days=20)
    first = make_journey(organisation, holder, programme=programme, started_on=TODAY - timedelta(days=60))
    for number in range(2):
        mate = journeys.Newcomer(f"noa{number}@example.org", "Noa", "Petit")
        since = {"part": "partner", "joined_on": TODAY - timedelta(days=50 - number)}
        journeys.join_project(first.project, mate, **since, programme=programme, by=None)
    opened(programme, TODAY - timedelta(days=60))  # somebody alone, whose milestone is due as well

    def told() -> list[tuple[float | None, float | None]]:
        shown, rows = figures(scope)["milestones"], list(lines_of(row_set("milestones", scope)))
        groups = breakdown(scope, "programme", board(scope))
        team = project_page(first.project, lead)["shared"]
        return [
            (shown.numerator, shown.denominator),
            (sum(line.value or 0 for line in rows), len(rows)),
            (sum(group.milestones[0] for group in groups), sum(group.milestones[1] for group in groups)),
            (sum(one.step.state == "done" for one in team), len(team) + 1),
        ]

    assert told() == [(0, 2)] * 4
    last = Journey.objects.filter(project=first.project).order_by("-pk")[0]
    journeys.reach_milestone(step_of(last, "milestone"), reached_on=TODAY, evidence="Signé", by=None)
    assert told() == [(1, 2)] * 4
    assert {line.journey for line in lines_of(row_set("milestones", scope)) if line.value} == {last.pk}
    journeys.leave_journey(first, reason="moved", by=None)
    assert told()[:3] == [(1, 2)] * 3
    journeys.share_step(step_of(last, "milestone"), shared=False, by=None)
    assert told()[:3] == [(1, 2)] * 3  # it was done once all the same
