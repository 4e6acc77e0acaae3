"""What the page and the paper of a snapshot tell first: targets, hours by kind, and what is not told, with why."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from backend.accounts.models import User
from evaluation import actions
from evaluation.models import Campaign, Snapshot
from evaluation.queries.publishing.paper import as_pdf, paper_data
from evaluation.queries.publishing.told import aimed, hours_of
from journeys.models import Programme
from tests.factories.indicators import make_indicator
from tests.factories.journeys import make_confirmed_delivery, make_delivery
from tests.factories.publishing import FIRST, LAST, accompany, make_campaign, publish
from tests.factories.stays import make_milestone

pytestmark = pytest.mark.django_db
AIM = {"since": FIRST, "until": LAST, "decided_by": "Comité", "decided_on": FIRST, "why": "Convention"}


@pytest.fixture
def told(campaign: Campaign, programme: Programme) -> Snapshot:
    """Twelve people for a target of ten; ten hours for one of twenty, six of them confirmed."""
    actions.set_target(make_indicator(programme.organisation), value=10, by=None, **AIM)
    hours = make_indicator(programme.organisation, title_fr="Heures", measure="hours")
    actions.set_target(hours, value=20, by=None, **AIM)
    people = accompany(programme, 12)
    for journey in people[:6]:
        make_confirmed_delivery(journey, minutes=60)
    for journey in people[6:]:
        make_delivery(journey, minutes=40)
    return publish(campaign)


def test_figures_stand_against_the_targets_of_their_days(told: Snapshot) -> None:
    found = {one.title: one for one in aimed(told.content)}
    people, hours = found["personnes accompagnées"], found["heures reçues"]
    assert (people.shown, people.target, people.standing) == ("12", "10", "atteint")
    assert (people.share, people.mark) == (100.0, pytest.approx(83.3))
    assert (hours.target, hours.standing, hours.share, hours.mark) == ("20\xa0h", "non atteint", 50.0, 100.0)


@pytest.mark.parametrize(
    ("days", "told"),
    [
        ({}, ("80", "en cours\xa0: on le dira une fois la période de la cible écoulée")),
        ({"since": None}, None),  # what was reached since the beginning says nothing of the year
        ({"since": date(2026, 7, 1)}, None),
    ],
)
def test_a_target_is_told_beside_what_is_counted_from_the_same_day_only(
    programme: Programme, days: dict[str, Any], told: tuple[str, str] | None
) -> None:
    aim = AIM | {"until": date(2026, 12, 31)}
    actions.set_target(make_indicator(programme.organisation), value=80, by=None, **aim)
    accompany(programme, 12)
    content = publish(make_campaign(programme.organisation, **days)).content
    found = {one.title: (one.target, one.standing) for one in aimed(content)}
    assert found.get("personnes accompagnées") == told


def test_hours_by_kind_tell_which_are_confirmed(told: Snapshot) -> None:
    (mentoring,) = [one for one in hours_of(told.content) if one.minutes]
    assert (mentoring.minutes, mentoring.shown, mentoring.confirmed) == (600, "10\xa0h", "6\xa0h")
    assert (mentoring.share, mentoring.sure) == (100.0, 60.0)


def test_the_paper_begins_with_them(told: Snapshot) -> None:
    paper = paper_data(told)
    assert [(one["title"], one["shown"]) for one in paper["aims"]] == [
        ("Heures reçues", "10\xa0h"), ("Personnes accompagnées", "12"),
    ]  # fmt: skip
    figures = [one["title"] for level in paper["levels"] for one in level["figures"]]
    assert figures and all(title[0].isupper() for title in figures)
    assert b"/StructTreeRoot" in as_pdf(told)


def test_what_is_not_told_is_listed_with_its_reason_and_is_no_card(
    told: Snapshot, observer: User, client_of: Callable[[User], Client]
) -> None:
    page = client_of(observer).get(reverse("evaluation:snapshot", args=[told.pk]))
    levels = page.context["levels"]
    cards = [one["code"] for level in levels for one in level.figures]
    silent = {one["code"]: one["words"]["note"] for level in levels for one in level.silent}
    assert {*cards, *silent} == {one["code"] for one in told.content["figures"]} and not {*cards} & {*silent}
    assert "people" in cards and silent["response"]
    assert len(page.context["definitions"]) == len(told.content["figures"])


def test_a_figure_of_many_says_that_few_are_on_one_side_and_never_which(programme: Programme) -> None:
    actions.set_target(make_indicator(programme.organisation, measure="women"), value=45, by=None, **AIM)
    accompany(programme, 30)
    accompany(programme, 2, gender="man")
    content = publish(make_campaign(programme.organisation)).content
    women = next(one for one in content["figures"] if one["code"] == "women")
    assert women["is_hidden"] and women["fr"]["note"].startswith("Masqué\xa0: peu de personnes d’un des côtés")
    assert not any(sign.isdigit() for sign in women["fr"]["note"] + women["en"]["note"])
    (aim,) = aimed(content)
    assert aim.standing == "non dit, le chiffre étant masqué"


def test_what_nobody_told_has_a_reason_too(told: Snapshot) -> None:
    silent = [one for one in told.content["figures"] if one["value"] is None]
    assert {"funding", "jobs", "exits"} <= {one["code"] for one in silent}
    assert [one["code"] for one in silent if not (one["fr"]["note"] or one["fr"]["precision"])] == []


def test_lines_of_dashes_say_why(programme: Programme, observer: User, client_of: Callable[[User], Client]) -> None:
    for journey in accompany(programme, 12)[:2]:
        make_milestone(journey, reached_on=LAST)
    snapshot = publish(make_campaign(programme.organisation))
    page = client_of(observer).get(reverse("evaluation:snapshot", args=[snapshot.pk]))
    assert [one[1:] for one in page.context["milestones"]] == [("–", "–")]
    assert "peu de personnes d’un des deux côtés" in page.content.decode()


def test_leads_and_they_alone_go_from_what_is_published_to_its_campaign(
    told: Snapshot, lead: User, observer: User, client_of: Callable[[User], Client]
) -> None:
    door, page = (reverse(f"evaluation:{name}", args=[pk]) for name, pk in
                  (("campaign", told.campaign_id), ("snapshot", told.pk)))  # fmt: skip
    bodies = [client_of(user).get(page).content.decode() for user in (lead, observer)]
    assert [f'href="{door}"' in body for body in bodies] == [True, False]
