"""The dashboard: what needs attention first, indicators beside figures, quarters that equal what each quarter says."""

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from backend.accounts.models import User
from evaluation import actions
from evaluation.queries.figures import figure
from evaluation.queries.indicators.pool import Pool
from evaluation.queries.indicators.trends import history, is_told, quarters
from evaluation.queries.indicators.valued import valued
from evaluation.queries.measures import MEASURES
from evaluation.queries.scope import Scope
from journeys.models import Programme
from tests.factories.evaluation import make_answered, make_request
from tests.factories.indicators import make_indicator, redefine
from tests.factories.journeys import make_confirmed_delivery, make_delivery, make_holder, make_journey

pytestmark = pytest.mark.django_db
ClientOf = Callable[[User], Client]
TODAY = date(2026, 11, 23)
HOME = "/indicators/"


def cohort(programme: Programme, count: int, *, days: int = 90, gender: str = "") -> None:
    for i in range(count):
        person = make_holder(programme.organisation, gender=gender).user
        journey = make_journey(
            programme.organisation, person, programme=programme, started_on=TODAY - timedelta(days=days + 70 * i),
            qpv=("inside", "outside")[i % 2],
        )  # fmt: skip
        make_delivery(journey, minutes=60 + i, days_ago=1 + 40 * i)
        make_confirmed_delivery(journey, kind="module", minutes=30, days_ago=3)


def aim(of: Programme, value: int, **facts: Any) -> Any:
    indicator = make_indicator(of.organisation, **facts)
    actions.set_target(
        indicator, by=None, value=Decimal(value), since=date(2026, 1, 1), until=date(2026, 12, 31),
        decided_by="Copil", decided_on=date(2026, 1, 5), why="convention",
    )  # fmt: skip
    return indicator


def text(client: Client, url: str = HOME) -> str:
    answer = client.get(url)
    assert answer.status_code == 200
    return " ".join(answer.content.decode().replace("\u00a0", " ").replace("\u202f", " ").split())


def test_each_quarter_is_what_the_figure_says_of_that_quarter(programme: Programme, scope: Scope) -> None:
    cohort(programme, 6, gender="woman")
    versions = [
        make_indicator(programme.organisation, **facts).versions.get()
        for facts in (
            {"measure": "hours", "narrow": {"qpv": "inside"}},
            {"measure": "hours", "shape": "ratio", "denominator": "people"},
            {"measure": "women", "narrow": {"qpv": "outside"}},
        )
    ]
    figures, values = history(MEASURES, versions, scope, Pool(scope).territory)
    assert set(figures) == {code for code in MEASURES if is_told(code)} >= {"people", "hours", "women", "immersions"}
    assert any(value for value in figures["hours"][:-1])
    for place, (since, until) in enumerate(quarters(scope.until)):
        then = scope.narrowed(since=since, until=until)
        for code, past in figures.items():
            assert past[place] == figure(code, then).value, (code, since)
        for version in versions:
            found = valued(version, Pool(then))
            assert found is not None and values[version.pk][place] == found.value, (version.measure, since)


def test_quarters_end_with_the_last_day(scope: Scope) -> None:
    found = quarters(scope.until)
    assert (len(found), found[0], found[-1]) == (
        8, (date(2025, 1, 1), date(2025, 3, 31)), (date(2026, 10, 1), TODAY),
    )  # fmt: skip


def test_what_needs_attention_comes_first_each_with_its_link(
    client_of: ClientOf, programme: Programme, lead: User
) -> None:
    cohort(programme, 6)
    for _each in range(12):
        make_delivery(make_journey(programme.organisation, programme=programme), minutes=120)
    for i in range(6):
        journey = make_journey(programme.organisation, programme=programme)
        make_answered(journey) if i == 0 else make_request(journey)
    far, near = aim(programme, 500, title_fr="Loin"), aim(programme, 20, title_fr="Proche")
    client = client_of(lead)
    page = text(client)
    calls = page[page.index('id="attention"') : page.index('id="figures-')]
    assert "Loin. Loin du compte : 24 (cible : 500)" in calls and "Proche" not in calls
    for url in (
        reverse("evaluation:indicator_detail", args=[far.pk]),
        reverse("evaluation:request_list"),
        f"{reverse('evaluation:figure_rows', args=['hours'])}?state=declared",
        reverse("evaluation:figure_rows", args=["women"]),
    ):
        assert url in calls
    assert reverse("evaluation:indicator_detail", args=[near.pk]) in page


def test_indicators_stand_in_their_level_against_their_target_old_beside_new(
    client_of: ClientOf, programme: Programme, lead: User
) -> None:
    cohort(programme, 6)
    indicator = aim(programme, 3, title_fr="Heures suivies")
    redefine(indicator, measure="hours", title_fr="Heures suivies")
    page = text(client_of(lead))
    activities = page[page.index('id="figures-activities"') : page.index('id="figures-outputs"')]
    assert "Heures suivies" in activities and "Par la définition n° 1, que celle-ci remplace : 6" in activities
    assert "Atteinte" in activities and 'class="spark"' in activities


def test_ten_indicators_ask_no_more_than_one(
    client_of: ClientOf, programme: Programme, lead: User, assert_num_queries_same: Callable[..., int]
) -> None:
    cohort(programme, 3)
    aim(programme, 10, narrow={"qpv": "outside"})
    client = client_of(lead)

    def more() -> None:
        for facts in (
            {"measure": "women"},
            {"narrow": {"qpv": "inside"}},
            {"programme": programme},
            {"measure": "communes"},
        ):
            aim(programme, 10, **facts)
        cohort(programme, 3)

    assert assert_num_queries_same(lambda: client.get(HOME), more) <= 52
