"""The indicator of bridges: counted where they lead, opened onto its rows, hidden for a few people."""

from datetime import date
from typing import Any

import pytest

from backend.accounts.models import Organisation, User
from evaluation.queries.breakdown import breakdown
from evaluation.queries.drawn_base import Figure
from evaluation.queries.exports import as_csv, lines_of
from evaluation.queries.figures import board, figure
from evaluation.queries.lines import row_set
from evaluation.queries.scope import Scope
from journeys import actions as journeys
from journeys.models import Journey, Programme
from tests.factories.journeys import make_journey, make_programme
from tests.factories.stays import make_milestone

pytestmark = pytest.mark.django_db
TODAY, YEAR = date(2026, 11, 23), date(2026, 1, 1)


@pytest.fixture
def creation(organisation: Organisation) -> Programme:
    return make_programme(organisation, "creation", title_fr="Création")


@pytest.fixture
def ess(organisation: Organisation) -> Programme:
    return make_programme(organisation, "ess", title_fr="Incubation")


def cross(programme: Programme, other: Programme, kind: str = "move", **given: Any) -> Journey:
    journey = make_journey(programme.organisation, programme=programme, started_on=date(2026, 9, 1))
    return journeys.bridge_journey(journey, programme=other, kind=kind, by=None, **given)


def found(scope: Scope) -> Figure:
    return next(one for one in board(scope).figures if one.code == "bridges")


def test_a_bridge_counts_on_its_day_in_the_programme_it_leads_to(
    creation: Programme, ess: Programme, scope: Scope
) -> None:
    for kind in ("move", "move", "beside"):
        cross(creation, ess, kind)
    shown = found(scope)
    assert (shown.value, shown.numerator, shown.note) == (
        3,
        3,
        "2 à la place du premier dispositif, 1 en parallèle",
    )
    assert figure("bridges", scope) == shown
    assert found(scope.narrowed(programme=ess.pk)).value == 3
    assert found(scope.narrowed(programme=creation.pk)).value == 0
    assert found(scope.narrowed(until=date(2026, 11, 22))).value == 0


def test_groups_say_how_many_lead_to_them(creation: Programme, ess: Programme, scope: Scope) -> None:
    for _each in range(3):
        cross(creation, ess)
    cross(ess, creation)
    for by, told in (("programme", {ess.pk: 3, creation.pk: 1}), ("commune", {"44109": 4})):
        groups = breakdown(scope, by, board(scope))
        assert {group.key: group.bridges for group in groups if group.bridges} == told
    published = scope.narrowed(is_published=True)
    groups = breakdown(published, "programme", board(published))
    assert {("bridges" in group.hidden, group.bridges) for group in groups} == {(True, 0)}  # three people and one


def test_it_opens_onto_its_rows_and_their_file(creation: Programme, ess: Programme, scope: Scope) -> None:
    made = cross(creation, ess)
    [line] = lines_of(row_set("bridges", scope))
    assert (line.person, line.what, line.state, line.value, line.day, line.journey) == (
        str(made.holder),
        "Création → Incubation",
        "à la place du premier",
        1,
        TODAY,
        made.pk,
    )
    assert "Création → Incubation" in "".join(as_csv(row_set("bridges", scope), "Passées"))


def test_a_lead_opens_the_rows_and_a_steward_does_not(
    creation: Programme, ess: Programme, organisation: Organisation, lead: User, steward: User, client_of: Any
) -> None:
    cross(creation, ess)
    page = client_of(lead).get("/indicators/figures/bridges/")
    assert page.status_code == 200
    assert [line.what for line, _url in page.context["lines"]] == ["Création → Incubation"]
    assert client_of(steward).get("/indicators/figures/bridges/").status_code == 302


def test_fewer_than_five_people_are_hidden_on_published_pages(
    creation: Programme, ess: Programme, scope: Scope
) -> None:
    """Five bridges of four people: the people count."""
    published = scope.narrowed(is_published=True)
    for _each in range(6):
        make_journey(creation.organisation, programme=creation, started_on=date(2026, 9, 1))
    last = [cross(creation, ess) for _each in range(4)][-1]
    journeys.bridge_journey(last, programme=creation, kind="move", by=None)
    assert found(scope).value == 5
    hidden = found(published)
    assert (hidden.value, hidden.numerator, hidden.is_hidden) == (None, None, True)
    cross(creation, ess)
    shown = found(published)
    assert (shown.value, shown.note, shown.is_hidden) == (6, "", False)


def test_what_a_bridge_carries_counts_once(creation: Programme, ess: Programme, scope: Scope) -> None:
    journey = make_journey(creation.organisation, programme=creation, started_on=date(2026, 9, 1))
    reached = make_milestone(journey, reached_on=date(2026, 11, 10)).step
    before = figure("milestones", scope)
    journeys.bridge_journey(journey, programme=ess, kind="move", steps=[reached.pk], by=None)
    after = figure("milestones", scope)
    assert (before.numerator, after.numerator) == (1, 1)
    assert figure("milestones", scope.narrowed(programme=creation.pk)).numerator == 1
    assert figure("people", scope).value == 1
