"""A lead builds an indicator with a target, sees it on the dashboard, opens it onto its rows, and defines it anew."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from backend.accounts.models import Organisation, User
from backend.lib import clock
from evaluation.management.demo.cast import House
from evaluation.management.demo.indicators import Indicators
from evaluation.management.demo.replay import Replay
from evaluation.models import Indicator
from journeys.models import Programme
from tests.factories.journeys import make_delivery, make_journey, make_programme

pytestmark = pytest.mark.django_db
TYPED = {
    "title_fr": "Heures reçues",
    "measure": "hours",
    "shape": "figure",
    "matures_from": "started",
    "direction": "more",
}
AIM = {"value": "20", "since": "2026-01-01", "until": "2026-12-31", "decided_by": "Copil", "decided_on": "2026-01-05",
       "why": "convention"}  # fmt: skip


def text(answer: Any) -> str:
    assert answer.status_code == 200
    return " ".join(answer.content.decode().replace("\u00a0", " ").replace("\u202f", " ").split())


def people(programme: Programme) -> None:
    for i in range(4):
        qpv = ("inside", "outside")[i % 2]
        journey = make_journey(
            programme.organisation, programme=programme, started_on=clock.today() - timedelta(days=90), qpv=qpv
        )
        make_delivery(journey, minutes=60)


def test_an_indicator_from_draft_to_side_by_side(
    organisation: Organisation, lead: User, client_of: Callable[[User], Client]
) -> None:
    people(make_programme(organisation))
    client = client_of(lead)
    kept = client.post(reverse("evaluation:indicator_create"), TYPED)
    client.post(kept.url, {"revision": "0"})
    indicator = Indicator.objects.get()
    detail = reverse("evaluation:indicator_detail", args=[indicator.pk])
    client.post(reverse("evaluation:target_set", args=[indicator.pk]), AIM)

    board = text(client.get("/indicators/"))
    assert "Heures reçues. Loin du compte : 4 h (cible : 20 h)" in board
    assert f'href="{detail}' in board

    opened = client.get(detail)
    assert "Loin du compte" in text(opened)
    lines = [line for line, _url in opened.context["lines"]]
    assert sum(line.value for line in lines) == 240 and all(url for _line, url in opened.context["lines"])

    update = reverse("evaluation:indicator_update", args=[indicator.pk])
    seen = client.get(update).context["seen"]
    publish = client.post(update, {**TYPED, "qpv": "inside", "seen": seen}).url
    assert "tout le monde" in text(client.get(publish))
    missing = client.post(publish, {"revision": "1", "is_material": "yes"})
    assert list(missing.context["form"].errors) == ["reason"]
    assert client.post(publish, {"revision": "1", "is_material": "yes", "reason": "Convention."}).status_code == 302
    for page in (text(client.get(detail)), text(client.get("/indicators/"))):
        assert "2 h" in page and "Par la définition n° 1, que celle-ci remplace : 4 h" in page


def test_the_demo_follows_five_with_one_defined_anew(
    organisation: Organisation, lead: User, client_of: Callable[[User], Client]
) -> None:
    programme = make_programme(organisation)
    people(programme)
    replay = Replay(clock.now())
    Indicators(replay, House(organisation, programme, lead))
    replay.run(lambda _moment: None)
    assert replay.refused == [] and Indicator.objects.count() == 5
    assert Indicator.objects.get(targets__value=10).versions.get(number=2).beside_until == date(2026, 12, 31)
    board = text(client_of(lead).get("/indicators/"))
    assert "Valeur de départ : 0" in board and "que celle-ci remplace" in board
