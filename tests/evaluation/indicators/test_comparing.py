"""Groups beside one another: the figures are those of each group alone, and no sentence says more than its interval."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from backend.accounts.models import User
from evaluation.queries.comparing.page import Comparison, compare
from evaluation.queries.comparing.parts import DIMENSIONS, dimensions_of, parts_of
from evaluation.queries.figures import figure
from evaluation.queries.measures import MEASURES
from evaluation.queries.scope import Scope, started_in
from evaluation.statistics import Interval, newcombe_difference
from journeys.models import Programme
from tests.factories.journeys import make_delivery, make_holder, make_journey

pytestmark = pytest.mark.django_db
ClientOf = Callable[[User], Client]
HERE = "/indicators/compare/"


def people(programme: Programme, count: int, on: date, *, women: int = 0, minutes: int = 0, **more: Any) -> None:
    for place in range(count):
        person = make_holder(programme.organisation, gender="woman" if place < women else "man").user
        journey = make_journey(programme.organisation, person, programme=programme, started_on=on, **more)
        if minutes:
            make_delivery(journey, minutes=minutes * (place + 1), days_ago=1 + place)


def beside(
    code: str, programme: Programme, dimension: str = "year", keys: tuple[str, ...] = ("2025", "2026")
) -> Comparison:
    scope = Scope(organisation=programme.organisation_id, until=date(2026, 11, 23))
    parts = {one.key: one for one in parts_of(scope, dimension)}
    return compare(MEASURES[code], scope, [parts[key] for key in keys], dimension)


def shown(client: Client, **query: str) -> str:
    answer = client.get(HERE, query)
    assert answer.status_code == 200
    return " ".join(answer.content.decode().replace("\u00a0", " ").replace("\u202f", " ").split())


def test_a_difference_beyond_chance_is_said_with_its_bounds(programme: Programme) -> None:
    people(programme, 20, date(2025, 5, 5), women=3)
    people(programme, 20, date(2026, 5, 5), women=16)
    found = beside("women", programme)
    meant = newcombe_difference((16, 20), (3, 20))
    assert isinstance(meant, Interval)
    gap = found.findings[0].difference
    assert gap is not None
    assert (gap.value, gap.low, gap.high) == pytest.approx((65, 100 * meant.low, 100 * meant.high))
    low, high = (f"{100 * one:.1f}".replace(".", ",") for one in (meant.low, meant.high))
    sentence = found.findings[0].sentence.replace("\u00a0", " ")
    assert sentence == f"Plus haut pour 2026 que pour 2025 : de {low} à {high} points."
    assert [(one.shown.replace("\u00a0", " "), one.of) for one in found.lines] == [
        ("15,0 %", "3 sur 20"),
        ("80,0 %", "16 sur 20"),
    ]


def test_where_the_interval_holds_zero_no_difference_is_claimed(programme: Programme) -> None:
    people(programme, 10, date(2025, 5, 5), women=5)
    people(programme, 10, date(2026, 5, 5), women=7)
    assert beside("women", programme).findings[0].sentence.startswith("Les données ne montrent pas de différence")


def test_of_four_people_nothing_is_concluded(programme: Programme) -> None:
    people(programme, 4, date(2025, 5, 5), women=0)
    people(programme, 30, date(2026, 5, 5), women=30)
    found = beside("women", programme).findings[0]
    assert (found.sentence.replace("\u00a0", " "), found.difference) == (
        "Trop peu pour conclure : moins de cinq dans le groupe « 2025 ».", None,
    )  # fmt: skip


def test_both_groups_are_named_where_both_are_few(programme: Programme) -> None:
    people(programme, 4, date(2025, 5, 5))
    people(programme, 1, date(2026, 5, 5))
    told = beside("women", programme).findings[0].sentence
    assert "« 2025 » et dans le groupe « 2026 »" in told.replace("\u00a0", " ")


def test_hours_are_written_as_elsewhere_and_never_below_none(programme: Programme) -> None:
    people(programme, 2, date(2025, 5, 5), minutes=600)
    people(programme, 5, date(2025, 5, 5))
    people(programme, 7, date(2026, 5, 5), minutes=65)
    found = beside("hours", programme)
    first, second = ((one.shown.replace("\u00a0", " "), one.interval) for one in found.lines)
    assert first[0] == "4 h 17 par personne" and first[1].startswith("0\u00a0h – ")
    assert second[0] == "4 h 20 par personne"
    assert found.chart[0][2] == 0.0
    assert " h" in found.lines[1].difference.replace("\u00a0", " ") and "," not in found.findings[0].sentence


def test_groups_are_compared_within_what_the_figure_was_narrowed_to(
    lead: User, client_of: ClientOf, programme: Programme
) -> None:
    people(programme, 3, date(2026, 5, 5), qpv="inside")
    people(programme, 5, date(2026, 5, 6), qpv="outside")
    client = client_of(lead)
    figure_page = client.get("/indicators/figures/women/", {"qpv": "inside"}).content.decode()
    assert "compare/?figure=women&amp;qpv=inside&amp;period=year" in figure_page
    of_women = client.get("/indicators/figures/women/", {"gender": "woman", "qpv": "inside"}).content.decode()
    assert "compare/?figure=women&amp;qpv=inside&amp;period=year" in of_women  # among women all are women
    page = client.get(HERE, {"figure": "women", "by": "gender", "qpv": "inside", "period": "year"})
    assert sum(one.n for one in [finding.other for finding in page.context["found"].findings]) <= 3
    assert page.context["narrowing"] and ("qpv", "inside") in page.context["kept_scope"]
    assert ("qpv", "inside") in page.context["kept_groups"] and "qpv" not in page.context["form"].fields["by"].choices
    assert page.context["words"]["period"] != client.get(HERE, {"figure": "women"}).context["words"]["period"]


def test_hours_are_told_for_each_person_those_without_any_too(programme: Programme) -> None:
    people(programme, 5, date(2025, 5, 5), minutes=60)
    people(programme, 3, date(2026, 5, 5), minutes=120)
    people(programme, 3, date(2026, 5, 6))
    found = beside("hours", programme)
    assert [(row[0], row[1], row[4]) for row in found.chart] == [("2025", 180, "5"), ("2026", 120, "6")]
    assert found.form == "hours"


def test_a_count_without_anything_below_it_is_only_shown(programme: Programme) -> None:
    people(programme, 6, date(2025, 5, 5))
    people(programme, 9, date(2026, 5, 5))
    found = beside("people", programme)
    assert [one.shown for one in found.lines] == ["6", "9"]
    assert found.findings[0].difference is None and "aucun intervalle" in found.findings[0].sentence


@pytest.mark.parametrize("code", sorted(MEASURES))
def test_each_figure_of_each_group_is_the_figure_of_that_group_alone(programme: Programme, code: str) -> None:
    people(programme, 6, date(2025, 5, 5), women=2, minutes=30)
    people(programme, 7, date(2026, 5, 5), women=3, minutes=20, qpv="inside")
    scope = Scope(organisation=programme.organisation_id, until=date(2026, 11, 23))
    for dimension in dimensions_of(MEASURES[code], scope):
        parts = parts_of(scope, dimension)[:2]
        found = compare(MEASURES[code], scope, parts, dimension)
        for part, line in zip(parts, found.lines, strict=True):
            assert line.figure.startswith(figure(code, part.of(scope)).shown), (dimension, part.label)


def test_groups_of_each_dimension_share_out_everybody(programme: Programme) -> None:
    people(programme, 5, date(2025, 5, 5), women=2)
    people(programme, 4, date(2026, 8, 5), women=4, qpv="inside")
    scope = Scope(organisation=programme.organisation_id, until=date(2026, 11, 23))
    for dimension in DIMENSIONS:
        inside = scope.narrowed(qpv="inside") if dimension == "neighbourhood" else scope
        parts = [figure("people", part.of(inside)).value for part in parts_of(scope, dimension)]
        assert sum(one or 0 for one in parts) == figure("people", inside).value, dimension


def test_cohorts_are_years_halves_and_quarters() -> None:
    assert started_in("2026") == (date(2026, 1, 1), date(2026, 12, 31))
    assert started_in("2026-h1") == (date(2026, 1, 1), date(2026, 6, 30))
    assert started_in("2026-h2") == (date(2026, 7, 1), date(2026, 12, 31))
    assert started_in("2026-2") == (date(2026, 4, 1), date(2026, 6, 30))
    with pytest.raises(ValueError, match="quarter"):
        started_in("2026-h3")


def test_the_page_says_it_and_leads_to_the_rows(lead: User, client_of: ClientOf, programme: Programme) -> None:
    people(programme, 20, date(2025, 5, 5), women=3)
    people(programme, 20, date(2026, 5, 5), women=16)
    page = shown(client_of(lead), figure="women", by="year")
    assert "Plus haut pour 2026 que pour 2025" in page and "3 sur 20" in page
    assert "Newcombe" in page and "cohort=2025" in page
    rows = client_of(lead).get("/indicators/figures/women/", {"period": "all", "cohort": "2025"})
    assert rows.context["page"].paginator.count == 20


def test_the_same_group_twice_is_refused_in_words(lead: User, client_of: ClientOf, programme: Programme) -> None:
    people(programme, 2, date(2025, 5, 5))
    people(programme, 2, date(2026, 5, 5))
    page = shown(client_of(lead), figure="women", by="year", a="2025", b="2025")
    assert "Ce groupe est déjà choisi" in page and "Deux groupes sont nécessaires" in page


def test_groups_of_another_dimension_give_way(lead: User, client_of: ClientOf, programme: Programme) -> None:
    people(programme, 2, date(2025, 5, 5))
    page = shown(client_of(lead), figure="women", by="gender", a="2025", b="2026")
    assert "Trop peu pour conclure" in page and "femme" in page


def test_who_reads_published_figures_is_taken_to_them(observer: User, client_of: ClientOf) -> None:
    assert client_of(observer).get(HERE)["Location"] == "/publications/"


def test_more_people_ask_no_more_of_the_database(lead: User, client_of: ClientOf, programme: Programme) -> None:
    def asked() -> int:
        with CaptureQueriesContext(
            connection,
        ) as found:
            shown(client_of(lead), figure="posture", by="gender")
        return len(found)

    people(programme, 1, date(2026, 5, 5), women=1)
    first = asked()
    people(programme, 3, date(2026, 5, 5), women=1)
    assert asked() == first
