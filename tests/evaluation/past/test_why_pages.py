"""Why an indicator of the leads, or a question, has changed: the page, its rows, and both definitions."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from backend.accounts.models import User
from backend.lib import clock
from evaluation.models import Indicator
from journeys import actions as journeys
from journeys.models import Programme
from tests.evaluation.past.conftest import Days
from tests.evaluation.test_survey_measures import SECTIONS, answer, ask, wave
from tests.factories.indicators import make_indicator, make_indicator_draft, redefine
from tests.factories.journeys import make_delivery, make_journey
from tests.factories.surveys import make_questionnaire

pytestmark = pytest.mark.django_db
ClientOf = Callable[[User], Client]


def why(indicator: Indicator) -> str:
    return reverse("evaluation:indicator_why", args=[indicator.pk])


def text(answer: Any) -> str:
    return " ".join(answer.content.decode().replace("\u00a0", " ").replace("\u202f", " ").split())


def causes(page: Any) -> dict[str, tuple[Any, int]]:
    return {str(cause): (value, rows) for cause, value, _weight, rows in page.context["found"].parts if rows}


@pytest.fixture
def narrowed(programme: Programme, days: Days) -> tuple[Indicator, dict[str, str]]:
    """Hours of modules, then all hours; a line before, one since, one withdrawn since. And the day before that."""
    journey = make_journey(programme.organisation, programme=programme, started_on=date(2026, 3, 1))
    make_delivery(journey, minutes=60, kind="module", days_ago=1)
    gone = make_delivery(journey, minutes=25, days_ago=1)
    indicator = make_indicator(
        programme.organisation, title_fr="Heures de modules", measure="hours", narrow={"kind": "module"},
    )  # fmt: skip
    before = clock.today().isoformat()
    days.after(5)
    redefine(indicator, narrow={})
    make_delivery(journey, minutes=7, days_ago=1)
    journeys.void_delivery(gone, reason="Deux fois", by=None)
    return indicator, {"before": before}


def test_an_indicator_leads_to_why_it_has_changed(
    client_of: ClientOf, lead: User, narrowed: tuple[Indicator, dict[str, str]]
) -> None:
    (indicator, asked), client = narrowed, client_of(lead)
    page = client.get(reverse("evaluation:indicator_detail", args=[indicator.pk]), {"period": "all"})
    assert f'href="{why(indicator)}?period=all"' in page.content.decode()
    first = client.get(why(indicator), {"period": "all"})
    assert "Choisissez deux jours" in text(first) and 'name="period" value="all"' in text(first)
    found = client.get(why(indicator), {**asked, "period": "all"})
    assert (found.context["found"].before[0], found.context["found"].after[0]) == (60, 67)
    assert causes(found) == {"new": (7, 1), "correction": (-25, 1), "definition": (25, 1)}
    body = text(found)
    assert "Heures de modules" in body and "1 h 07" in body and "−25 min" in body
    assert f'href="{reverse("evaluation:indicator_detail", args=[indicator.pk])}?period=all"' in found.content.decode()
    assert "Définition n° 2." in body and "Par la définition n° 1, que celle-ci remplace" in body
    assert "Seulement : formation." in body.split("Par la définition n° 1")[1]


def test_each_cause_opens_onto_its_rows(
    client_of: ClientOf, lead: User, narrowed: tuple[Indicator, dict[str, str]]
) -> None:
    (indicator, asked), client = narrowed, client_of(lead)
    opened = {
        part: [
            (was and was.value, now and now.value)
            for was, now, *_urls in client.get(why(indicator), {**asked, "part": part}).context["rows"]
        ]
        for part in ("new", "late", "correction", "definition", "weather")
    }
    assert opened == {
        "new": [(None, 7)], "late": [], "correction": [(25, None)], "definition": [(None, 25)], "weather": [],
    }  # fmt: skip
    body = client.get(why(indicator), {**asked, "part": "definition"}).content.decode()
    assert "part=new#rows" in body and "part=late#rows" not in body


def test_a_definition_in_another_unit_is_told_by_what_both_counted(
    client_of: ClientOf, lead: User, programme: Programme, days: Days
) -> None:
    make_delivery(make_journey(programme.organisation, programme=programme), minutes=85, days_ago=0)
    indicator = make_indicator(programme.organisation, measure="people")
    before = clock.today().isoformat()
    days.after(2)
    redefine(indicator, measure="hours")
    body = text(client_of(lead).get(why(indicator), {"before": before, "part": "definition"}))
    assert 'class="num">1 → 1 h 25</td>' in body and "ne comptent pas dans la même unité" in body
    assert 'class="num">1 <span class="soft">personnes accompagnées</span></td>' in body
    assert "· en cours · 1</td>" in body  # told as one person, not as a minute
    assert "· déclaré · 1 h 25</td>" in body


def test_each_of_two_measures_is_split_apart(client_of: ClientOf, lead: User, programme: Programme, days: Days) -> None:
    journey = make_journey(programme.organisation, programme=programme)
    make_delivery(journey, minutes=60, days_ago=0)
    indicator = make_indicator(programme.organisation, measure="hours", shape="ratio", denominator="people")
    before = clock.today().isoformat()
    days.after(2)
    make_delivery(journey, minutes=30, days_ago=0)
    make_journey(programme.organisation, programme=programme, started_on=clock.today())
    client = client_of(lead)
    asked = {"before": before, "period": "all"}
    pages = [client.get(why(indicator), asked | more) for more in ({}, {"of": "second"})]
    assert [causes(page) for page in pages] == [{"new": (30, 1)}, {"new": (1, 1)}]
    assert [[is_this for *_way, is_this in page.context["asked"].ways] for page in pages] == [
        [True, False], [False, True],
    ]  # fmt: skip
    assert ["of=second" in address for _words, address, _is_this in pages[0].context["asked"].ways] == [False, True]
    assert 'name="of" value="second"' in pages[1].content.decode()
    opened = client.get(reverse("evaluation:indicator_detail", args=[indicator.pk]), {"of": "second"})
    assert f'href="{why(indicator)}?of=second"' in opened.content.decode()
    assert 'href="?#rows"' in opened.content.decode()  # back to the rows of the first
    single = make_indicator(programme.organisation)
    assert client.get(why(single), {"of": "second"}).status_code == 404
    assert client.get(why(single)).context["asked"].ways == []


def test_what_is_wrong_is_said_and_nothing_counted_is_told_so(
    client_of: ClientOf, lead: User, programme: Programme, days: Days
) -> None:
    indicator = make_indicator(programme.organisation, measure="hours")
    days.after(3)
    client, today = client_of(lead), clock.today().isoformat()
    late = client.get(why(indicator), {"before": "2030-01-01"})
    assert late.context["form"].errors["before"] == ["Ce jour est encore à venir."]
    turned = client.get(why(indicator), {"before": today, "after": "2026-11-23"})
    assert list(turned.context["form"].errors) == ["after"] and 'value="2026-11-23"' in text(turned)
    draft = make_indicator_draft(programme.organisation)
    assert client.get(why(draft.indicator)).status_code == 404
    Indicator.objects.get(pk=indicator.pk).versions.update(measure="survey:gone:Q1")
    assert "Rien dans ce périmètre" in text(client.get(why(indicator), {"before": "2026-11-23"}))


def test_strangers_are_told_nothing_and_members_that_it_is_not_theirs(
    client_of: ClientOf, outsider: User, mentor: User, programme: Programme
) -> None:
    address = why(make_indicator(programme.organisation))
    assert [client_of(one).get(address).status_code for one in (outsider, mentor)] == [404, 403]


def test_the_page_asks_as_much_whatever_the_number_of_rows(
    client_of: ClientOf, lead: User, narrowed: tuple[Indicator, dict[str, str]], assert_num_queries_same: Any
) -> None:
    (indicator, asked), client = narrowed, client_of(lead)

    def visit() -> Any:
        return client.get(why(indicator), {**asked, "part": "new"})

    def add() -> None:
        for _each in range(2):
            make_delivery(make_journey(indicator.organisation), minutes=11, days_ago=0)

    assert_num_queries_same(visit, add)


def test_a_question_says_why_it_has_changed(client_of: ClientOf, lead: User, programme: Programme, days: Days) -> None:
    make_questionnaire(programme.organisation, SECTIONS)
    of = wave(programme)
    asked = ask(of)
    before = clock.today().isoformat()
    days.after(2)
    answer(of, request=asked, S1=4)
    client = client_of(lead)
    url = reverse("evaluation:figure_why", args=["survey:essai:S1"])
    assert f'href="{url}?"' in client.get(reverse("evaluation:figure_rows", args=["survey:essai:S1"])).content.decode()
    page = client.get(url, {"before": before, "part": "new"})
    assert causes(page) == {"new": (4, 1)} and [now.value for _was, now, *_urls in page.context["rows"]] == [4]
    assert "Seules les réponses données sous son nom sont réparties ici" in text(page)
    hours = client.get(reverse("evaluation:figure_why", args=["hours"]), {"before": before})
    assert "sous son nom" not in text(hours)
    assert client.get(reverse("evaluation:figure_why", args=["survey:essai:NO"])).status_code == 404
