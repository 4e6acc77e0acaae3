"""The registry of measures: whole, grouped, row by row; what is missing counts neither way; few people stay hidden."""

from datetime import date, timedelta
from typing import Any

import pytest

from evaluation.queries.drawn import DRAWN
from evaluation.queries.drawn_base import Figure
from evaluation.queries.exports import lines_of
from evaluation.queries.figures import board, figure
from evaluation.queries.lines import WAYS, row_set
from evaluation.queries.measures import MEASURES, Level, grouped, totals
from evaluation.queries.scope import Scope
from journeys import actions as journeys
from journeys.models import Commune, Journey, Programme
from tests.factories.journeys import make_confirmed_delivery, make_delivery, make_holder, make_journey, make_programme

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 23)


def opened(programme: Programme, gender: str = "", **project: Any) -> Journey:
    person = make_holder(programme.organisation, gender=gender).user
    started = TODAY - timedelta(days=100)
    return make_journey(programme.organisation, person, programme=programme, started_on=started, **project)


def shown(code: str, scope: Scope) -> Figure:
    return next(one for one in board(scope).figures if one.code == code)


def test_every_measure_has_its_figure_and_its_rows() -> None:
    assert set(DRAWN) == set(MEASURES)
    assert {one.base for one in MEASURES.values()} == set(WAYS)


def test_who_has_not_told_is_missing_and_no_no(programme: Programme, scope: Scope) -> None:
    for gender in ("woman", "woman", "man", "other", "woman", "", ""):
        opened(programme, gender)
    found = figure("women", scope)
    assert (found.numerator, found.denominator, found.shown) == (3, 5, "60")
    assert found.note == "3 sur 5, 2 personnes non renseignées"
    assert found.precision == "entre 2 et 9 sur 10"
    assert sorted(line.value for line in lines_of(row_set("women", scope)) if line.value is not None) == [0, 0, 1, 1, 1]
    assert len(list(lines_of(row_set("women", scope)))) == 7


def test_somebody_with_two_projects_is_inside_if_one_of_them_is(programme: Programme, scope: Scope) -> None:
    first = opened(programme, qpv="outside")
    other = make_programme(programme.organisation)
    make_journey(programme.organisation, first.holder.user, programme=other, started_on=TODAY, qpv="inside")
    opened(programme, qpv="unknown")
    found = figure("qpv", scope)
    assert (found.numerator, found.denominator, found.note) == (1, 1, "1 sur 1, 1 personne non renseignée")
    assert [line.value for line in lines_of(row_set("qpv", scope)) if line.value is not None] == [1]
    by_programme = grouped([MEASURES["qpv"]], scope, "programme")["qpv"]
    assert {key: (total.value, total.weight) for key, total in by_programme.items()} == {
        programme.pk: (0, 1), other.pk: (1, 1),
    }  # fmt: skip


def test_communes_are_of_the_territory_and_the_rate_is_over_its_inhabitants(programme: Programme, scope: Scope) -> None:
    journeys.load_territory()
    nantes, reze = (Commune.objects.get(name=name) for name in ("Nantes", "Rezé"))
    for commune in (nantes, nantes, nantes, nantes, reze, None):
        opened(programme, commune=commune)
    reached, rate = figure("communes", scope), figure("rate", scope)
    assert (reached.value, reached.denominator, reached.note) == (2, 24, "sur 24 communes")
    inhabitants = sum(Commune.objects.values_list("population", flat=True))
    assert inhabitants > 600_000
    assert rate.value == pytest.approx(10_000 * 5 / inhabitants)
    # the exact interval of a count of five: Garwood (1936), table
    assert (rate.low, rate.high) == pytest.approx((1.6235 * 10_000 / inhabitants, 11.6683 * 10_000 / inhabitants), 1e-4)
    assert rate.note.endswith("1 personne non renseignée")


def test_hours_are_told_by_kind_and_add_up(programme: Programme, scope: Scope) -> None:
    journey = opened(programme)
    make_delivery(journey, minutes=60)
    make_confirmed_delivery(journey, kind="module", minutes=90)
    make_delivery(journey, kind="immersion", minutes=420)
    found = {code: figure(code, scope) for code in MEASURES if code.startswith("hours")}
    assert {code: one.value for code, one in found.items()} == {
        "hours": 570, "hours_training": 90, "hours_mentoring": 60, "hours_immersion": 420,
    }  # fmt: skip
    assert found["hours_training"].note == "dont 1\u00a0h\u00a030 confirmées par les personnes qui les ont reçues"
    assert [line.value for line in lines_of(row_set("hours_mentoring", scope))] == [60]


def test_early_leavers_are_told_by_motive_and_a_bridge_is_none(programme: Programme, scope: Scope) -> None:
    for reason in ("employment", "employment", "moved"):
        journeys.leave_journey(opened(programme), reason=reason, by=None, on=TODAY - timedelta(days=9))
    journeys.bridge_journey(opened(programme), programme=make_programme(programme.organisation), kind="move", by=None)
    opened(programme)
    found = figure("left", scope)
    assert (found.numerator, found.denominator) == (3, 6)
    assert found.note == "sur 6 parcours\u00a0: emploi 2, déménagement 1"
    lines = [line for line in lines_of(row_set("left", scope)) if line.value]
    assert {(line.day, line.what) for line in lines} == {
        (TODAY - timedelta(days=9), "emploi"), (TODAY - timedelta(days=9), "déménagement"),
    }  # fmt: skip


def test_published_shares_hide_where_few_are_on_either_side(programme: Programme, scope: Scope) -> None:
    published = scope.narrowed(is_published=True)
    for gender in ("woman",) * 5 + ("man",) * 4:
        opened(programme, gender)
    assert shown("women", published).is_hidden
    opened(programme, "man")
    assert (shown("women", published).numerator, shown("women", published).denominator) == (5, 10)
    opened(programme, "")
    assert shown("women", published).is_hidden  # the people accompanied, less those known, are one person
    assert shown("women", scope).value == 50


@pytest.mark.parametrize(
    ("reasons", "stay", "told"),
    [
        (["employment"] * 6, 2, None),
        (["employment"] * 5 + ["moved"], 5, "sur 11 parcours"),
        (["employment"] * 5, 5, "sur 10 parcours\u00a0: emploi 5"),
    ],
)
def test_published_early_leavers_tell_of_few_people_neither_who_stayed_nor_why(
    programme: Programme, scope: Scope, reasons: list[str], stay: int, told: str | None
) -> None:
    for reason in reasons:
        journeys.leave_journey(opened(programme), reason=reason, by=None, on=TODAY - timedelta(days=9))
    for _each in range(stay):
        opened(programme)
    found = shown("left", scope.narrowed(is_published=True))
    assert (found.is_hidden, found.note) == (told is None, told or found.note)


def test_published_hours_of_a_kind_tell_no_sure_part(programme: Programme, scope: Scope) -> None:
    for n in range(6):
        make_delivery(opened(programme), minutes=60 + n)
    found = shown("hours_mentoring", scope.narrowed(is_published=True))
    assert (found.value, found.note, found.numerator) == (375, "", None)
    assert shown("hours_training", scope.narrowed(is_published=True)).value == 0


def test_measures_that_share_their_rows_are_added_up_in_one_query(
    programme: Programme, scope: Scope, django_assert_num_queries: Any
) -> None:
    opened(programme)
    together = [one for one in MEASURES.values() if one.base is MEASURES["people"].base]
    assert {one.code for one in together} == {"people", "women", "qpv", "communes", "rate", "left"}
    with django_assert_num_queries(1):
        totals(together, scope)
    with django_assert_num_queries(1):
        grouped(together, scope, "project__commune")


def test_each_measure_stands_under_its_level_in_the_order_of_the_page():
    levels = [one.level for one in MEASURES.values()]
    assert levels == sorted(levels, key=list(Level).index)
    assert (MEASURES["hours"].level, MEASURES["people"].level) == (Level.ACTIVITIES, Level.OUTPUTS)


def test_totals_without_their_sides_count_the_same(programme: Programme, scope: Scope) -> None:
    for gender in ("woman", "man", ""):
        make_confirmed_delivery(opened(programme, gender))
        make_delivery(opened(programme, gender))
    dear, cheap = (totals(MEASURES.values(), scope, has_sides=has) for has in (True, False))
    assert dear.keys() == cheap.keys() == MEASURES.keys()
    for code, total in cheap.items():
        names = ["value", "weight", "part", "rows"]
        names += ["subjects", "missing", "counted"] if MEASURES[code].is_once else []
        assert [getattr(total, name) for name in names] == [getattr(dear[code], name) for name in names], code
    assert (dear["hours"].subjects, cheap["hours"].subjects) == (6, 0)
    assert (cheap["women"].value, cheap["women"].weight, cheap["women"].missing) == (2, 4, 2)
    assert cheap["communes"].weight == dear["communes"].weight == 1


def test_groups_without_their_sides_count_the_same(programme: Programme, scope: Scope) -> None:
    for gender in ("woman", "man", ""):
        make_confirmed_delivery(opened(programme, gender))
        make_delivery(opened(programme, gender))
    dear = grouped(MEASURES.values(), scope, "programme")
    cheap = grouped(MEASURES.values(), scope, "programme", has_sides=False)
    told = {"hours": ("value", "part", "rows"), "people": ("value", "weight", "rows", "subjects"), "women": ("value",)}
    for code, names in told.items():
        assert [getattr(cheap[code][programme.pk], name) for name in names] == [
            getattr(dear[code][programme.pk], name) for name in names
        ]
    assert dear["hours"][programme.pk].counted == 6
    assert cheap["hours"][programme.pk].counted == 0
