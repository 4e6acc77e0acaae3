"""Comparisons and charts against numbers worked out apart; their filters, their order, and what a title may hold."""

import csv
import io
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from itertools import pairwise
from typing import Any

import pytest
from django.test import Client
from scipy import stats

from backend.accounts.models import User
from backend.web.reading import hours
from evaluation import actions
from evaluation.queries.comparing.findings import finding
from evaluation.queries.comparing.parts import Part, quarters
from evaluation.queries.comparing.samples import Compared, Way
from evaluation.queries.comparing.series import by_part, of_measure
from evaluation.queries.drawn_base import Figure
from evaluation.queries.measures import MEASURES
from evaluation.queries.scope import Scope
from journeys.models import Journey, Programme
from tests.evaluation.indicators.test_comparing import HERE, beside, people
from tests.factories.indicators import make_indicator
from tests.factories.journeys import make_programme
from tests.factories.outcomes import make_outcome

pytestmark = pytest.mark.django_db
ClientOf = Callable[[User], Client]
UNTIL = date(2026, 11, 23)
CHART = "/indicators/figures/women/chart/"


def body(client: Client, url: str, **query: str) -> str:
    answer = client.get(url, query)
    assert answer.status_code == 200
    return " ".join(answer.content.decode().replace("\u00a0", " ").replace("\u202f", " ").split())


def sentence(found: Any) -> str:
    return str(found.findings[0].sentence).replace("\u00a0", " ").replace("\u202f", " ")


def written(value: float) -> str:
    return f"{value:.1f}".replace(".", ",").replace("-", "−")


# --- By hand ------------------------------------------------------------------------------------------
def test_hours_a_person_have_the_interval_of_student_and_differ_by_welch(programme: Programme) -> None:
    people(programme, 5, date(2025, 5, 5), minutes=60)
    people(programme, 9, date(2026, 5, 5), minutes=120)
    first, other = [1, 2, 3, 4, 5], [2, 4, 6, 8, 10, 12, 14, 16, 18]
    found = beside("hours", programme)
    for row, each in zip(found.chart, (first, other), strict=True):
        meant = stats.ttest_1samp(each, 0).confidence_interval(0.95)
        assert row[1:4] == pytest.approx([60 * one for one in (sum(each) / len(each), meant.low, meant.high)])
    gap = stats.ttest_ind(other, first, equal_var=False).confidence_interval(0.95)
    told = found.findings[0].difference
    assert told is not None and (told.value, told.low, told.high) == pytest.approx((7, gap.low, gap.high))
    low, high = (hours(60 * end).replace("\u00a0", " ") for end in (gap.low, gap.high))
    assert sentence(found) == f"Plus haut pour 2026 que pour 2025 : de {low} à {high} par personne."


def test_what_happens_to_people_has_the_interval_of_garwood_and_differs_by_both(programme: Programme) -> None:
    people(programme, 20, date(2025, 5, 5))
    people(programme, 16, date(2026, 1, 5))
    for year, count in ((2025, 3), (2026, 12)):
        for journey in Journey.objects.filter(started_on__year=year).order_by("pk")[:count]:
            make_outcome(journey, "created", date(2026, 6, 1))
    found = beside("created", programme)
    ends = []
    for row, (count, n) in zip(found.chart, ((3, 20), (12, 16)), strict=True):
        low, high = (stats.gamma.ppf(0.025, count), stats.gamma.ppf(0.975, count + 1))
        ends.append((100 * count / n, 100 * low / n, 100 * high / n))
        assert row[1:4] == pytest.approx(ends[-1])
    (was, was_low, was_high), (now, now_low, now_high) = ends
    low = now - was - ((now - now_low) ** 2 + (was_high - was) ** 2) ** 0.5
    high = now - was + ((now_high - now) ** 2 + (was - was_low) ** 2) ** 0.5
    told = found.findings[0].difference
    assert told is not None and (told.value, told.low, told.high) == pytest.approx((60, low, high))


def test_a_share_that_is_lower_is_told_from_the_smaller_to_the_greater_distance(programme: Programme) -> None:
    people(programme, 20, date(2025, 5, 5), women=16)
    people(programme, 20, date(2026, 5, 5), women=3)
    found = beside("women", programme)
    gap = found.findings[0].difference
    assert gap is not None and gap.low < gap.value < gap.high < 0 and gap.value == pytest.approx(-65)
    low, high = written(-gap.high), written(-gap.low)
    assert sentence(found) == f"Plus bas pour 2026 que pour 2025 : de {low} à {high} points."
    assert found.lines[1].difference.replace("\u00a0", " ") == f"−{high} – −{low} points"
    # Wilson (1927) of 3 in 20 and 16 in 20, from his formula
    for row, top in zip(found.chart, (16, 3), strict=True):
        z, share = stats.norm.ppf(0.975), top / 20
        middle, reach = share + z**2 / 40, z * (share * (1 - share) / 20 + z**2 / 1600) ** 0.5
        ends = ((middle - reach) / (1 + z**2 / 20), (middle + reach) / (1 + z**2 / 20))
        assert row[2:4] == pytest.approx([100 * one for one in ends])


def test_a_difference_that_holds_zero_is_told_with_both_signs(programme: Programme) -> None:
    people(programme, 10, date(2025, 5, 5), women=5)
    people(programme, 10, date(2026, 5, 5), women=7)
    found = beside("women", programme)
    gap = found.findings[0].difference
    assert gap is not None and gap.low < 0 < gap.high
    assert f"{written(gap.low)} à +{written(gap.high)} points" in sentence(found)


def test_answers_to_other_questions_are_not_compared() -> None:
    def group(key: str, value: float, series: object) -> Compared:
        figure = Figure(MEASURES["recommendation"], value, str(value))
        return Compared(
            Part(key, key, {}), figure, Way.SCORE, 20, value, value - 1, value + 1, "points",
            series=frozenset({("R1", series)}),
        )  # fmt: skip

    told = finding(group("2026", 60, 2), group("2025", 10, 1))
    assert (told.sentence.endswith("ils ne se comparent pas."), told.difference) == (True, None)
    alike = finding(group("2026", 60, 1), group("2025", 10, 1))
    assert alike.difference is not None and alike.difference.value == 50


def test_quarters_are_whole_but_the_last_which_ends_with_the_period() -> None:
    found = quarters(UNTIL)
    assert len(found) == 12
    assert found[0] == (date(2024, 1, 1), date(2024, 3, 31))
    assert found[-2:] == [(date(2026, 7, 1), date(2026, 9, 30)), (date(2026, 10, 1), UNTIL)]
    for (_since, until), (since, _until) in pairwise(found):
        assert (since - until).days == 1


def test_groups_of_nobody_come_last(programme: Programme) -> None:
    people(programme, 3, date(2026, 5, 5))
    scope = Scope(organisation=programme.organisation_id, until=UNTIL)
    points = by_part(of_measure(MEASURES["women"]), scope, "gender")
    assert (points[0].label, points[0].value) == ("homme", 0)
    assert [one.value for one in points[1:]] == [None] * (len(points) - 1) != []


# --- Periods and filters ------------------------------------------------------------------------------
def test_only_what_the_address_asks_for_is_compared(lead: User, client_of: ClientOf, programme: Programme) -> None:
    people(programme, 6, date(2025, 1, 5), women=3)
    Journey.objects.all().update(state="completed", ended_on=date(2025, 6, 1))
    people(programme, 5, date(2026, 5, 5), women=2)
    other = make_programme(programme.organisation, title_fr="Autre")
    people(other, 7, date(2026, 5, 5), women=1)
    client = client_of(lead)
    asked = {"figure": "women", "by": "programme", "a": str(programme.pk), "b": str(other.pk)}
    for more, told in (
        ({}, "5 sur 11"), ({"period": "year"}, "2 sur 5"), ({"cohort": "2025"}, "3 sur 6"),
        ({"period": "dates", "since": "2025-01-01", "until": "2025-12-31"}, "3 sur 6"),
    ):  # fmt: skip
        assert f'<td data-label="n sur N" class="num">{told}</td>' in body(client, HERE, **asked, **more), more
    page = body(client, HERE, **asked, period="year", cohort="2026")
    assert f"period=year&amp;cohort=2026&amp;programme={other.pk}" in page
    halves = {"by": "half", "a": "2026-h1", "b": "2025-h1"}
    of_other = body(client, HERE, figure="women", programme=str(other.pk), **halves)
    assert "1 sur 7" in of_other and "3 sur 12" in body(client, HERE, figure="women", **halves)


def test_the_rows_of_a_bar_keep_the_filters_of_the_chart(lead: User, client_of: ClientOf, programme: Programme) -> None:
    people(programme, 4, date(2026, 5, 5), women=1)
    page = body(client_of(lead), CHART, by="gender", cohort="2026-h1", period="all")
    rows = "/indicators/figures/women/?cohort=2026-h1&amp;period=all&amp;gender=man"
    assert f'<a href="{rows}">homme</a>' in page
    found = client_of(lead).get(rows.replace("&amp;", "&"))
    assert found.context["page"].paginator.count == 3
    page = body(client_of(lead), CHART, cohort="2026-h1")
    last = "cohort=2026-h1&amp;period=dates&amp;since=2026-10-01&amp;until=2026-11-23"
    assert f'<a href="/indicators/figures/women/?{last}">' in page


def test_a_target_is_drawn_on_the_chart_of_its_own_scope_alone(
    lead: User, client_of: ClientOf, programme: Programme
) -> None:
    people(programme, 8, date(2026, 1, 3), women=2)
    own = make_indicator(programme.organisation, programme=programme, measure="women")
    part = make_indicator(programme.organisation, measure="women", narrow={"qpv": "inside"}, title_fr="En quartier")
    for indicator, value in ((own, 45), (part, 30)):
        actions.set_target(
            indicator, by=None, value=Decimal(value), decided_by="Copil", decided_on=date(2026, 1, 5), why="convention"
        )
    client = client_of(lead)
    scopes: tuple[dict[str, str], ...] = ({}, {"programme": str(programme.pk)})
    drawn = [body(client, CHART, **asked).count('class="reference-key"') for asked in scopes]
    assert drawn == [0, 1]


# --- What a title may hold ----------------------------------------------------------------------------
@pytest.fixture
def named(programme: Programme) -> Programme:
    """Two programmes, one with a title that a page and a sheet must not obey."""
    people(programme, 8, date(2026, 1, 3), women=2)
    other = make_programme(programme.organisation, title_fr="=<b>Gros</b>", title_en="=<b>Big</b>")
    people(other, 6, date(2026, 1, 3), women=3)
    return other


def test_titles_are_escaped_on_both_pages(lead: User, client_of: ClientOf, named: Programme) -> None:
    for url in (CHART, HERE):
        page = body(client_of(lead), url, by="programme", figure="women")
        assert "=&lt;b&gt;Gros&lt;/b&gt;" in page and "<b>Gros" not in page


def test_the_file_has_its_numbers_in_order_and_no_formula(lead: User, client_of: ClientOf, named: Programme) -> None:
    answer = client_of(lead).get(CHART, {"by": "programme", "file": "csv"})
    lines = list(csv.reader(io.StringIO(answer.content.decode().removeprefix("\ufeff")), delimiter=";"))
    found = {line[0]: [float(one.replace(",", ".")) for one in line[1:4]] for line in lines[1:]}
    assert set(found) == {"Incubation ESS", "'=<b>Gros</b>"}
    assert found["Incubation ESS"] == pytest.approx([25, 7.1, 59.1], abs=0.06)  # 2 in 8, by Wilson
    assert found["'=<b>Gros</b>"][1] < 50 < found["'=<b>Gros</b>"][2]
