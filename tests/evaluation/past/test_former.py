"""A measure of the catalogue that once counted otherwise: its past is counted as it was then, and *why* says so."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from django.db.models import Q
from django.test import Client
from django.urls import reverse

from backend.accounts.models import User
from backend.lib import clock
from evaluation import actions as evaluation
from evaluation.forms.past import end_of
from evaluation.models import Request, Wave
from evaluation.queries.measures import MEASURES
from evaluation.queries.past.former import FORMER, Former, definitions
from evaluation.queries.past.why import told, why
from evaluation.queries.rows import OF_HOLDERS
from evaluation.queries.scope import Scope
from journeys.models import Programme
from tests.evaluation.past.conftest import Days
from tests.factories.evaluation import answer, make_answered, make_request
from tests.factories.indicators import make_indicator
from tests.factories.journeys import make_journey

pytestmark = pytest.mark.django_db
ClientOf = Callable[[User], Client]
API = "/api/v1/indicators/response/"


def asked(scope: Scope) -> Any:
    """Everybody asked in the period, their time to answer over or not."""
    return Request.objects.asked().filter(
        OF_HOLDERS, ~Q(wave__mode=Wave.Mode.ANONYMOUS), scope.journeys("journey__"), scope.moments("sent_at"),
        wave__moment__in=[Wave.Moment.START, Wave.Moment.EXIT],
    )  # fmt: skip


@pytest.fixture
def before(programme: Programme, days: Days, monkeypatch: pytest.MonkeyPatch) -> date:
    """Until this day the response rate counted open asks: of four, three had answered, one of them whose time was over.
    The fourth answers on the next day.
    """
    rows = [make_journey(programme.organisation, programme=programme) for _each in range(4)]
    for journey in rows[:2]:
        make_answered(journey, "start")
    make_answered(rows[3], "start", at=clock.now() - clock.days(90))
    late = make_request(rows[2], "start")
    on = clock.today()
    former = replace(
        MEASURES["response"], base=asked, day="sent_at", version=MEASURES["response"].version - 1,
        definition="Complete answers over everybody asked.",
    )  # fmt: skip
    monkeypatch.setitem(FORMER, "response", (Former(on, former),))
    days.after(1)
    answer(late, 5)
    evaluation.complete_request(late, by=late.respondent)
    days.after(60)
    return on


def sides(found: Any) -> tuple[Any, Any]:
    return found.numerator, found.denominator


def test_why_tells_what_the_definition_did_apart_from_the_facts(before: date, scope: Scope) -> None:
    scope = scope.narrowed(until=clock.today())
    moments = end_of(before), clock.now()
    found = why("response", scope, *moments)
    assert (found.before, found.after) == ((3, 4), (4, 4))
    parts = {str(cause): (value, weight, rows) for cause, value, weight, rows in found.parts}
    assert parts == {"new": (3, 3, 3), "late": (0, 0, 0), "correction": (0, 0, 0), "definition": (-2, -3, 3)}
    defined = told(found, found.of("definition"), *moments)
    assert [(was and was.value, now) for _change, was, now in defined] == [(1, None), (1, None), (0, None)]


def test_a_past_day_is_counted_by_the_definition_of_then(
    client_of: ClientOf, lead: User, programme: Programme, before: date
) -> None:
    client, whole = client_of(lead), {"period": "all"}
    then = {**whole, "known": before.isoformat()}
    page = reverse("evaluation:figure_rows", args=["response"])
    for known, counted, number, rows in ((then, (3, 4), 2, 4), (whole, (4, 4), 3, 4)):
        opened = client.get(page, known)
        assert (sides(opened.context["figure"]), opened.context["measure"].version) == (counted, number)
        assert opened.context["page"].paginator.count == rows
        board = client.get(reverse("evaluation:indicators"), known).context["board"]
        assert sides(next(one for one in board.figures if one.code == "response")) == counted
        body = client.get(API, known).json()
        assert (body["numerator"], body["denominator"], body["definition_version"]) == (*counted, number)
        assert client.get(f"{API}rows/", known).json()["count"] == rows
    assert definitions() == MEASURES


def test_the_page_of_why_says_both_definitions(client_of: ClientOf, lead: User, before: date) -> None:
    url = reverse("evaluation:figure_why", args=["response"])
    body = client_of(lead).get(url, {"before": before.isoformat()}).content.decode()
    assert "Complete answers over everybody asked." in body and str(MEASURES["response"].definition) in body


def test_an_indicator_made_of_it_is_counted_by_the_definition_of_then_too(
    client_of: ClientOf, lead: User, programme: Programme, before: date
) -> None:
    row = make_indicator(programme.organisation, measure="response")
    client, url, whole = client_of(lead), f"/api/v1/own-indicators/{row.pk}/", {"period": "all"}
    days = (whole | {"known": before.isoformat()}, whole)
    known = [client.get(f"{url}value/", one).json()["current"] for one in days]
    assert [(one["numerator"], one["denominator"]) for one in known] == [(3, 4), (4, 4)]
    body = client.get(f"{url}why/", {"before": before.isoformat(), **whole}).json()
    parts = {one["cause"]: (one["numerator"], one["denominator"]) for one in body["parts"]}
    assert (parts["definition"], parts["new"]) == ((-2, -3), (3, 3))
