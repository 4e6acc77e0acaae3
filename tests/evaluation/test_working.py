"""What a figure is made from, under the name it has there; euros, bands and days as each language writes them."""

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.test import Client
from django.utils import translation

from backend.accounts.models import User
from backend.web.charts import number
from evaluation import actions
from evaluation.queries import rows
from evaluation.queries.drawn_base import Figure
from evaluation.queries.figures import figure
from evaluation.queries.indicators.pages import lists
from evaluation.queries.indicators.pool import Pool
from evaluation.queries.indicators.valued import valued
from evaluation.queries.lines import row_set
from evaluation.queries.measures import MEASURES
from evaluation.queries.scope import Scope
from evaluation.queries.working import working
from journeys.models import Delivery, Journey, Programme
from tests.factories.indicators import make_indicator
from tests.factories.journeys import make_confirmed_delivery, make_delivery, make_holder, make_journey

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 23)


def opened(programme: Programme) -> Journey:
    person = make_holder(programme.organisation).user
    return make_journey(programme.organisation, person, programme=programme, started_on=TODAY - timedelta(days=90))


def plain(text: str) -> str:
    return text.replace("\u00a0", " ").replace("\u202f", " ")


def told(one: Figure, **more: bool) -> list[tuple[str, str]]:
    return [(name, plain(value)) for name, value in working(one, **more)]


def test_a_mean_has_no_numerator_and_its_interval_has_signs() -> None:
    made = Figure(
        MEASURES["posture"], 1.1, "+1,1", numerator=9, denominator=11, low=-0.2, high=1.6, unit="points"
    )  # fmt: skip
    assert told(made) == [
        ("Ont répondu les deux fois", "9"), ("Interrogées les deux fois", "11"),
        ("Intervalle, 95 fois sur 100", "−0,2 – +1,6 point"),
    ]  # fmt: skip


def test_each_figure_names_what_it_is_made_from() -> None:
    assert told(Figure(MEASURES["hours"], 90, "1 h 30", numerator=60, denominator=90, unit="minutes")) == [
        ("Dont confirmées", "1 h"), ("En tout", "1 h 30"),
    ]  # fmt: skip
    assert told(Figure(MEASURES["given_apart"], 90, "1 h 30", numerator=60, denominator=90))[0][0] == "Dont préparation"
    assert told(Figure(MEASURES["left"], 2, "2", numerator=2, denominator=35)) == [
        ("Quittés avant la fin", "2"), ("En cours dans la période", "35"),
    ]  # fmt: skip
    assert told(Figure(MEASURES["people"], 5, "5", numerator=5)) == []
    assert told(Figure(MEASURES["hours"], 50, "50", numerator=60, denominator=2), second_is_time=False) == [
        ("Numérateur", "1 h"), ("Dénominateur", "2"),
    ]  # fmt: skip


def test_the_share_under_the_count_of_journeys_left_says_of_what(programme: Programme, scope: Scope) -> None:
    for _each in range(6):
        opened(programme)
    assert plain(figure("left", scope).precision) == "entre 0 et 4 sur 10 de ceux en cours"


def test_hours_signed_count_among_those_that_are_sure(programme: Programme, scope: Scope) -> None:
    journey = opened(programme)
    make_confirmed_delivery(journey, kind="module", minutes=60)
    make_delivery(journey, minutes=120, days_ago=2)
    version = make_indicator(
        programme.organisation, measure="hours", shape="share", denominator="hours", narrow={"state": "sure"}
    ).versions.select_related("indicator").get()  # fmt: skip
    found = valued(version, Pool(scope))
    assert found is not None and found.value == pytest.approx(100 * 60 / 180)
    assert plain(found.figure.note) == (
        "1 h (heures reçues, signées ou confirmées) pour 3 h (heures reçues)"
    )  # fmt: skip
    assert row_set("hours", scope.narrowed(state="sure")).rows.count() == 1
    assert rows.states_of("sure") == [Delivery.State.SIGNED, Delivery.State.CONFIRMED]


@pytest.mark.parametrize(
    ("language", "value", "shown"),
    [("fr", 131000, "131 000 €"), ("en", 131000, "€131,000"), ("en", -2500.5, "−€2,500.5"), ("fr", -5, "−5 €")],
)
def test_euros_stand_where_the_language_puts_them(language: str, value: float, shown: str) -> None:
    with translation.override(language):
        assert plain(number(value, "€")) == shown


def test_a_band_is_told_whole_in_the_list(lead: User, programme: Programme) -> None:
    indicator = make_indicator(programme.organisation, measure="women")
    actions.set_target(
        indicator, by=None, value=Decimal(45), upto=Decimal(60), decided_by="Copil", decided_on=TODAY, why="convention"
    )
    assert plain(lists(lead)["followed"][0]["target"]) == "entre 45 % et 60 %"


def test_why_begins_with_days_to_choose(lead: User, client_of: Callable[[User], Client], programme: Programme) -> None:
    here = "/indicators/figures/people/why/"
    page = plain(client_of(lead).get(here, {"programme": str(programme.pk)}).content.decode())
    assert "Choisissez deux jours" in page
    assert f'<input type="hidden" name="programme" value="{programme.pk}">' in page
