"""The chart of a figure and of an indicator: each quarter and group is the figure of that quarter or group alone."""

import csv
import io
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from backend.accounts.models import User
from evaluation import actions
from evaluation.queries.comparing.parts import dimensions_of, quarters
from evaluation.queries.comparing.series import by_part, by_quarter, finding, of_measure
from evaluation.queries.figures import figure
from evaluation.queries.measures import MEASURES
from evaluation.queries.scope import Scope
from journeys.models import Programme
from tests.factories.indicators import make_indicator
from tests.factories.journeys import make_delivery, make_holder, make_journey

pytestmark = pytest.mark.django_db
ClientOf = Callable[[User], Client]
UNTIL = date(2026, 11, 23)
CHART = "/indicators/figures/women/chart/"


def people(programme: Programme, count: int, on: date, *, women: int = 0, **more: Any) -> None:
    for place in range(count):
        person = make_holder(programme.organisation, gender="woman" if place < women else "man").user
        journey = make_journey(programme.organisation, person, programme=programme, started_on=on, **more)
        make_delivery(journey, minutes=90, days_ago=20 + place)


def whole(programme: Programme) -> Scope:
    return Scope(organisation=programme.organisation_id, until=UNTIL)


def text(answer: Any) -> str:
    assert answer.status_code == 200
    return " ".join(answer.content.decode().replace("\u00a0", " ").replace("\u202f", " ").split())


@pytest.mark.parametrize("code", ["people", "women", "hours", "milestones", "posture", "no_hole", "recommendation"])
def test_each_point_is_the_figure_of_its_quarter_or_group(programme: Programme, code: str) -> None:
    people(programme, 4, date(2025, 11, 3), women=1)
    people(programme, 5, date(2026, 5, 3), women=4, qpv="inside")
    scope, measure = whole(programme), MEASURES[code]
    per = 60 if measure.is_time else 1
    spans = quarters(UNTIL)
    points = by_quarter(of_measure(measure), scope)
    for (since, until), point in zip(spans[-len(points) :], points, strict=True):
        meant = figure(measure, scope.narrowed(since=since, until=until)).value
        assert point.value == (None if meant is None else meant / per), point.label
    for dimension in dimensions_of(measure, scope):
        for one in by_part(of_measure(measure), scope, dimension):
            where = {name: int(key) if name == "programme" else key for name, key in one.where.items()}
            meant = figure(measure, scope.narrowed(**where)).value
            assert one.value == (None if meant is None else meant / per), (dimension, one.label)


def test_the_course_begins_with_the_first_quarter_that_says_something(programme: Programme) -> None:
    people(programme, 3, date(2025, 8, 3))
    labels = [one.label for one in by_quarter(of_measure(MEASURES["people"]), whole(programme))]
    assert labels == ["T3 2025", "T4 2025", "T1 2026", "T2 2026", "T3 2026", "T4 2026"]


def test_no_change_is_claimed_where_intervals_overlap(programme: Programme) -> None:
    people(programme, 6, date(2026, 1, 3), women=2)
    people(programme, 6, date(2026, 10, 3), women=4)
    said = finding(by_quarter(of_measure(MEASURES["women"]), whole(programme)))
    assert "les données ne montrent pas d’évolution" in said


def test_the_page_draws_the_target_and_its_table_says_the_same(
    lead: User, client_of: ClientOf, programme: Programme
) -> None:
    people(programme, 8, date(2026, 1, 3), women=2)
    indicator = make_indicator(programme.organisation, measure="women")
    actions.set_target(
        indicator, by=None, value=Decimal(45), upto=Decimal(60), decided_by="Copil", decided_on=date(2026, 1, 5),
        why="convention",
    )  # fmt: skip
    page = text(client_of(lead).get(CHART))
    assert page.count('class="reference-key"') == 2 and "cible entre 45 % et 60 %" in page
    assert "7,1 – 59,1 %" in page and "2 sur 8" in page and "Entre 1 et 6 sur 10" in page


def test_what_builds_up_over_a_year_has_a_target_in_words_only(
    lead: User, client_of: ClientOf, programme: Programme
) -> None:
    people(programme, 3, date(2026, 1, 3))
    indicator = make_indicator(programme.organisation, measure="people")
    actions.set_target(
        indicator, by=None, value=Decimal(80), since=date(2026, 1, 1), until=date(2026, 12, 31), decided_by="Copil",
        decided_on=date(2026, 1, 5), why="convention",
    )  # fmt: skip
    for here in ("/indicators/figures/people/chart/", f"/indicators/own/{indicator.pk}/chart/?by=programme"):
        page = text(client_of(lead).get(here))
        assert "cible 80" in page and "reference-key" not in page


def test_the_file_holds_the_numbers_of_the_table(lead: User, client_of: ClientOf, programme: Programme) -> None:
    people(programme, 8, date(2026, 1, 3), women=2)
    answer = client_of(lead).get(CHART, {"by": "gender", "file": "csv"})
    lines = list(csv.reader(io.StringIO(answer.content.decode().removeprefix("\ufeff")), delimiter=";"))
    assert answer["Content-Disposition"] == 'attachment; filename="jalon-women-gender.csv"'
    assert lines[0] == ["Genre", "Valeur", "Borne basse", "Borne haute", "n sur N", "Comme on le lit"]
    assert lines[1][:2] == ["femme", "100"] and lines[1][4] == "2 sur 2"


def test_who_reads_published_figures_is_taken_to_them(
    observer: User, client_of: ClientOf, programme: Programme
) -> None:
    indicator = make_indicator(programme.organisation)
    for here in (CHART, f"/indicators/own/{indicator.pk}/chart/"):
        assert client_of(observer).get(here)["Location"] == "/publications/"


def test_more_people_ask_no_more_of_the_database(lead: User, client_of: ClientOf, programme: Programme) -> None:
    def asked() -> int:
        with CaptureQueriesContext(connection) as found:
            text(client_of(lead).get(CHART))
        return len(found)

    people(programme, 1, date(2026, 5, 5), women=1)
    first = asked()
    people(programme, 3, date(2026, 5, 5), women=1)
    assert asked() == first <= 60
