"""The value of a definition: what it narrows, divides, waits for; many indicators in the queries of one."""

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.utils import translation
from django.utils.translation import gettext

from backend.accounts.models import Organisation
from backend.web import reading
from evaluation.models import IndicatorVersion, Target
from evaluation.queries.drawn_base import Figure
from evaluation.queries.figures import figure
from evaluation.queries.indicators.aims import Aim, Standing, elapsed_of, standing
from evaluation.queries.indicators.describing import find_places, part_words
from evaluation.queries.indicators.opened import parts_of
from evaluation.queries.indicators.pool import Pool
from evaluation.queries.indicators.valued import Valued, is_beside, valued, wanted
from evaluation.queries.measures import MEASURES
from evaluation.queries.scope import Scope
from journeys.models import Journey, Programme
from tests.factories.indicators import make_indicator, redefine
from tests.factories.journeys import (
    make_commune,
    make_confirmed_delivery,
    make_delivery,
    make_holder,
    make_journey,
    make_programme,
)

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 23)


def plain(text: str) -> str:
    """Without the spaces that do not break."""
    return text.replace("\u202f", " ").replace("\xa0", " ")


def opened(programme: Programme, days: int = 100, gender: str = "", **more: Any) -> Journey:
    person = make_holder(programme.organisation, gender=gender).user
    return make_journey(
        programme.organisation, person, programme=programme, started_on=TODAY - timedelta(days=days), **more
    )


def value_of(organisation: Organisation, scope: Scope, **facts: Any) -> Valued:
    version = make_indicator(organisation, **facts).versions.get()
    pool = Pool(scope)
    wanted(version, pool)
    found = valued(version, pool)
    assert found is not None
    return found


def test_every_figure_in_per_cent_says_so(programme: Programme, scope: Scope) -> None:
    opened(programme, gender="woman", qpv="inside")
    shares = {code for code in MEASURES if figure(code, scope).unit == "%"}
    assert shares <= {code for code, one in MEASURES.items() if one.is_share}


def test_it_narrows_as_the_pages_do(organisation: Organisation, programme: Programme, scope: Scope) -> None:
    other = make_programme(organisation)
    for one, qpv in ((programme, "inside"), (programme, "outside"), (other, "inside")):
        make_delivery(opened(one, qpv=qpv), minutes=60)
    assert value_of(organisation, scope).value == 3
    assert value_of(organisation, scope, programme=programme).value == 2
    assert value_of(organisation, scope, narrow={"qpv": "inside"}).value == 2
    assert (
        value_of(organisation, scope, measure="hours", narrow={"qpv": "inside"}, programme=programme).shown
        == "1\u00a0h"
    )


def test_a_share_is_sums_over_sums_with_its_interval(
    organisation: Organisation, programme: Programme, scope: Scope
) -> None:
    for minutes in (60, 120):
        make_delivery(opened(programme), minutes=minutes)
    make_confirmed_delivery(opened(programme, gender="woman"), kind="module", minutes=60)
    found = value_of(
        organisation, scope, measure="hours", shape="share", denominator="hours", narrow={"state": "confirmed"}
    )
    assert (found.figure.numerator, found.figure.denominator, found.shown) == (60, 240, "25\u00a0%")
    assert found.figure.precision == ""
    women = value_of(organisation, scope, measure="women", shape="share", denominator="people")
    assert (women.figure.numerator, women.figure.denominator, women.shown) == (1, 3, "33\u00a0%")
    assert women.figure.low is not None and women.figure.low < 33 < (women.figure.high or 0)


def test_hours_for_each_person(organisation: Organisation, programme: Programme, scope: Scope) -> None:
    for minutes in (90, 150):
        make_delivery(opened(programme), minutes=minutes)
    found = value_of(organisation, scope, measure="hours", shape="ratio", denominator="people")
    assert (found.value, found.shown) == (2, "2\u00a0h")
    version = IndicatorVersion(measure="hours", shape="ratio", denominator="people")
    assert [line.of.replace("\u00a0", " ") for line in parts_of(version, scope, "programme")] == ["4 h/2"]
    empty = value_of(
        organisation, scope.narrowed(until=date(2026, 1, 2)), measure="hours", shape="ratio", denominator="people"
    )
    assert (empty.value, empty.shown) == (None, "–")


def test_only_what_has_had_the_time_counts(organisation: Organisation, programme: Programme, scope: Scope) -> None:
    for days in (30, 200, 320):
        opened(programme, days)
    assert value_of(organisation, scope).value == 3
    assert value_of(organisation, scope, matures_after=6).value == 2
    assert value_of(organisation, scope, matures_after=12).value == 0
    assert value_of(organisation, scope, matures_after=6, matures_from="ended").value == 0


def test_a_page_about_another_programme_leaves_it_out(
    organisation: Organisation, programme: Programme, scope: Scope
) -> None:
    version = make_indicator(organisation, programme=programme).versions.get()
    elsewhere = make_programme(organisation)
    assert valued(version, Pool(scope.narrowed(programme=elsewhere.pk))) is None
    assert valued(version, Pool(scope.narrowed(programme=programme.pk))) is not None
    assert valued(version, Pool(scope.narrowed(organisation=organisation.pk + 1))) is None


def test_many_indicators_ask_no_more_of_the_database_than_one(
    organisation: Organisation, programme: Programme, scope: Scope, django_assert_max_num_queries: Callable[..., Any]
) -> None:
    for qpv in ("inside", "outside"):
        make_delivery(opened(programme, qpv=qpv), minutes=60)
    kinds: list[dict[str, Any]] = [
        {}, {"narrow": {"qpv": "inside"}}, {"narrow": {"qpv": "outside"}}, {"programme": programme},
        {"measure": "women"}, {"matures_after": 2}, {"measure": "communes", "narrow": {"cohort": "2026-1"}},
    ]  # fmt: skip
    versions = [make_indicator(organisation, **facts).versions.select_related("indicator").get() for facts in kinds]
    pool = Pool(scope)
    with django_assert_max_num_queries(2):
        for one in versions:
            wanted(one, pool)
        found = [valued(one, pool) for one in versions]
    assert [one.value for one in found if one] == [2, 1, 1, 2, None, 2, 0]


def test_published_readers_are_told_no_part_and_nothing_of_few(
    organisation: Organisation, programme: Programme, scope: Scope
) -> None:
    for _each in range(4):
        opened(programme)
    public = scope.narrowed(is_published=True)
    assert value_of(organisation, public).figure.is_hidden
    opened(programme)
    assert value_of(organisation, public).value == 5
    part = value_of(organisation, public, programme=programme)
    assert (part.value, part.is_closed) == (None, True)
    assert value_of(organisation, public, matures_after=1).is_closed
    ratio = value_of(organisation, public, measure="hours", shape="ratio", denominator="people")
    assert ratio.value == 0
    make_delivery(opened(programme), minutes=60)
    assert value_of(organisation, public, measure="hours", shape="ratio", denominator="people").figure.is_hidden


def test_old_and_new_are_beside_one_another_in_the_period_of_the_change_only(
    organisation: Organisation, scope: Scope
) -> None:
    indicator = make_indicator(organisation, measure="communes")
    new = redefine(indicator, measure="people")
    assert is_beside(new, scope)
    assert not is_beside(new, scope.narrowed(since=date(2025, 1, 1), until=date(2025, 12, 31)))
    assert not is_beside(new, scope.narrowed(since=date(2028, 1, 1), until=date(2028, 3, 1)))
    assert not is_beside(redefine(indicator, is_material=False, narrow={"qpv": "inside"}), scope)


def aim(value: int, upto: int | None = None, since: date | None = date(2026, 1, 1)) -> Target:
    until = date(2026, 12, 31) if since else None
    return Target(value=Decimal(value), upto=None if upto is None else Decimal(upto), since=since, until=until)


@pytest.mark.parametrize(
    ("direction", "measure", "target", "value", "day", "expected"),
    [
        ("more", "people", aim(100), 100, TODAY, Standing.REACHED),
        ("more", "people", aim(100), 92, TODAY, Standing.GOING),
        ("more", "people", aim(100), 80, TODAY, Standing.BEHIND),
        ("more", "people", aim(100), 60, TODAY, Standing.FAR),
        ("more", "people", aim(100), 5, date(2026, 3, 1), Standing.BEHIND),
        ("more", "people", aim(100), 99, date(2026, 12, 31), Standing.MISSED),
        ("more", "people", aim(100, since=None), 5, TODAY, Standing.GOING),
        ("more", "women", aim(50), 42, TODAY, Standing.BEHIND),
        ("more", "women", aim(50), 30, TODAY, Standing.FAR),
        ("less", "left", aim(10), 11, TODAY, Standing.FAR),
        ("less", "left", aim(10), 10, TODAY, Standing.GOING),
        ("less", "left", aim(10), 10, date(2026, 12, 31), Standing.REACHED),
        ("band", "women", aim(45, 55), 60, TODAY, Standing.FAR),
        ("band", "women", aim(45, 55), 50, TODAY, Standing.REACHED),
        ("band", "women", aim(45, 55), 44, TODAY, Standing.BEHIND),
        ("more", "people", aim(100), None, TODAY, Standing.UNKNOWN),
    ],
)
def test_what_grows_is_held_against_its_part_of_the_time(
    direction: str, measure: str, target: Target, value: float | None, day: date, expected: Standing
) -> None:
    version = IndicatorVersion(measure=measure, direction=direction)
    assert standing(target, version, value, elapsed_of(target, day)) == expected


@pytest.mark.parametrize(
    ("value", "day", "french", "english"),
    [
        (2, TODAY, "Dans la limite : 2 (au plus 4), ", "Within the limit: 2 (at most 4), "),
        (2, date(2026, 12, 31), "Dans la limite : 2 (au plus 4)", "Within the limit: 2 (at most 4)"),
        (5, TODAY, "Au-dessus de la limite : 5 (au plus 4)", "Above the limit: 5 (at most 4)"),
    ],
)
def test_where_less_is_better_the_target_is_a_limit(value: int, day: date, french: str, english: str) -> None:
    version = IndicatorVersion(measure="left", direction="less")
    elapsed = elapsed_of(aim(4), day)
    found = Aim(aim(4), version, value, standing(aim(4), version, value, elapsed), elapsed)
    assert plain(found.words).startswith(french)
    with translation.override("en"):
        assert found.words.startswith(english)


@pytest.mark.parametrize(
    ("shown", "french", "english"),
    [("+1,1", "point", "points"), ("0,0", "point", "points"), ("1", "point", "point"), ("−2,0", "points", "points"),
     ("+0,4 – +2,1", "points", "points")],
)  # fmt: skip
def test_points_agree_with_their_number(shown: str, french: str, english: str) -> None:
    assert reading.with_unit(shown, gettext("points")) == f"{shown}\u00a0{french}"
    with translation.override("en"):
        assert reading.with_unit(shown, gettext("points")) == f"{shown}\u00a0{english}"


def test_a_note_says_of_whom_alone_and_after_how_long(
    organisation: Organisation, scope: Scope, django_assert_num_queries: Any
) -> None:
    commune = make_commune()
    facts = {
        "measure": "hours", "shape": "ratio", "denominator": "people", "matures_after": 6,
        "narrow": {"commune": commune.pk, "qpv": "inside", "kind": "mentoring"},
    }  # fmt: skip
    find_places([found := value_of(organisation, scope, **facts).version])
    whole = value_of(organisation, scope)
    ripe = "Seulement les parcours commencés au moins 6 mois avant le dernier jour."
    told = f"Seulement : {commune.name}, en quartier prioritaire. {ripe}"
    with django_assert_num_queries(0):
        assert plain(Valued(found, Figure(MEASURES["hours"], 60, "1 h", note="1 h pour 3")).note) == (
            f"1 h pour 3. {told}"
        )
        assert part_words(whole.version) == ""
        hidden = Figure(MEASURES["hours"], None, "–", note="peu de personnes", is_hidden=True)
        assert Valued(found, hidden).note == "peu de personnes"
