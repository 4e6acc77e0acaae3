"""The dashboard: what needs attention first, indicators beside figures, quarters that equal what each quarter says."""

import re
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from backend.accounts.models import User
from evaluation import actions
from evaluation.queries.comparing.before import year_before
from evaluation.queries.figures import figure
from evaluation.queries.indicators.pages import followed
from evaluation.queries.indicators.pool import Pool
from evaluation.queries.indicators.trends import history, is_told, quarters, told_before
from evaluation.queries.indicators.valued import valued
from evaluation.queries.measures import MEASURES
from evaluation.queries.scope import Scope
from journeys.models import Programme
from tests.factories.evaluation import close_all, make_answered, make_request
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
    found_of = history(MEASURES, versions, scope, Pool(scope).territory)
    figures, values = found_of.figures, found_of.values
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
    close_all()
    far, near = aim(programme, 500, title_fr="Loin"), aim(programme, 20, title_fr="Proche")
    client = client_of(lead)
    page = text(client)
    calls = page[page.index('id="attention"') : page.index('id="figures-')]
    assert "Loin. Loin du compte : 24 (cible : 500)" in calls and "Proche" not in calls
    for url in (
        reverse("evaluation:indicator_detail", args=[far.pk]),
        f"{reverse('evaluation:figure_rows', args=['response'])}?",
        f"{reverse('evaluation:figure_rows', args=['hours'])}?state=declared",
        reverse("evaluation:figure_rows", args=["women"]),
    ):
        assert url in calls
    assert reverse("evaluation:indicator_detail", args=[near.pk]) in page
    told = re.search(r"Peu ont répondu : (\d+) réponses complètes sur (\d+) ", calls)
    assert told is not None
    rows = client.get(reverse("evaluation:figure_rows", args=["response"]))
    assert rows.context["page"].paginator.count == int(told[2])


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


def test_a_target_is_of_the_whole_whatever_part_the_page_looks_at(lead: User, programme: Programme) -> None:
    cohort(programme, 6)
    aim(programme, 6)
    year = Scope(organisation=programme.organisation_id, since=date(2026, 1, 1), until=TODAY)
    part = year.narrowed(qpv="inside")
    for scope, value in ((year, 6), (part, 3)):
        (one,) = followed(lead, scope, Pool(scope))
        assert one.aim is not None
        assert (one.found.value, one.aim.value) == (value, 6)


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


def test_the_year_before_is_told_by_the_same_queries_as_the_quarters(
    programme: Programme, scope: Scope, django_assert_num_queries: Callable[..., Any]
) -> None:
    cohort(programme, 5, days=300, gender="woman")
    cohort(programme, 4, days=40, gender="man")
    versions = [
        make_indicator(programme.organisation, **facts).versions.select_related("indicator").get()
        for facts in ({"measure": "hours", "narrow": {"qpv": "inside"}}, {"measure": "women"})
    ]
    year = scope.narrowed(since=date(2026, 1, 1), until=date(2026, 11, 23))
    then = told_before(year, year_before(year))
    assert then is not None and (then.since, then.until) == (date(2025, 1, 1), date(2025, 11, 23))
    territory = Pool(year).territory
    with CaptureQueriesContext(connection) as plain:
        quarters_only = history(MEASURES, versions, year, territory)
    with django_assert_num_queries(len(plain)):
        found = history(MEASURES, versions, year, territory, then)
    assert (found.figures, found.values) == (quarters_only.figures, quarters_only.values)
    assert quarters_only.before == {}
    for code in found.figures:
        assert found.before[code].value == figure(code, then).value, code
    for version in versions:
        meant = valued(version, Pool(then))
        assert meant is not None and found.before[version.pk].value == meant.figure.value, version.measure


def test_a_period_that_begins_within_a_quarter_is_told_on_its_own_page_only(scope: Scope) -> None:
    odd = scope.narrowed(since=date(2026, 2, 10), until=date(2026, 11, 23))
    assert year_before(odd) is not None and told_before(odd, year_before(odd)) is None


def test_cards_say_how_it_was_a_year_before(lead: User, client_of: ClientOf, programme: Programme) -> None:
    cohort(programme, 2, days=500)
    cohort(programme, 3, days=40)
    page = text(client_of(lead))
    then, now = figure("people", last_year(programme)).value, figure("people", this_year(programme)).value
    assert then and now and now > then
    assert f"{now - then:.0f} de plus que dans les mêmes mois de 2025 ({then:.0f})" in page


def test_an_indicator_says_on_its_page_how_it_was_a_year_before(
    lead: User, client_of: ClientOf, programme: Programme
) -> None:
    cohort(programme, 2, days=500)
    cohort(programme, 3, days=40)
    indicator = make_indicator(programme.organisation, measure="people")
    then, now = figure("people", last_year(programme)).value, figure("people", this_year(programme)).value
    assert then and now
    page = text(client_of(lead), f"/indicators/own/{indicator.pk}/")
    assert f"{now - then:.0f} de plus que dans les mêmes mois de 2025 ({then:.0f})" in page


def last_year(programme: Programme) -> Scope:
    return Scope(organisation=programme.organisation_id, since=date(2025, 1, 1), until=date(2025, 11, 23))


def this_year(programme: Programme) -> Scope:
    return Scope(organisation=programme.organisation_id, since=date(2026, 1, 1), until=date(2026, 11, 23))
