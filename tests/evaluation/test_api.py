"""The same rules and acts over the API."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from backend.accounts.models import Organisation, User
from evaluation.models import Request
from journeys.models import Journey
from tests.factories.evaluation import answer, codes, make_answered, make_request, wave_of
from tests.factories.journeys import make_delivery, make_journey

pytestmark = pytest.mark.django_db
ClientOf = Callable[[User], Client]


@pytest.fixture
def journey(organisation: Organisation, holder: User) -> Journey:
    return make_journey(organisation, holder)


def test_the_questionnaire_comes_with_its_items(client_of: ClientOf, holder: User, journey: Journey) -> None:
    (found,) = client_of(holder).get(reverse("api:questionnaires-list")).json()["results"]
    assert (found["code"], found["version"], len(found["items"])) == ("posture-entrecomp", 1, 15)


def test_asked_answered_and_sent_over_the_api(client_of: ClientOf, lead: User, journey: Journey) -> None:
    wave = wave_of(journey.programme)
    sent = client_of(lead).post(
        reverse("api:requests-send"), {"wave": wave.pk, "journey": journey.pk}, content_type="application/json"
    )
    assert (sent.status_code, sent.json()["state"]) == (201, "sent")
    request = Request.objects.get()
    mine = client_of(journey.holder.user)
    answers = dict.fromkeys(codes(request)[:5], 4) | {"EC21": None}
    url = reverse("api:requests-answer", args=[request.pk])
    kept = mine.post(url, {"answers": answers}, content_type="application/json")
    assert kept.json()["state"] == "partial"
    wrong = mine.post(url, {"answers": {"EC11": 9}}, content_type="application/json")
    assert (wrong.status_code, wrong.json()["field"]) == (409, "EC11")
    assert (
        mine.post(reverse("api:requests-complete", args=[request.pk]), {}, content_type="application/json").json()[
            "state"
        ]
        == "complete"
    )
    (response,) = client_of(lead).get(reverse("api:responses-list")).json()["results"]
    assert (len(response["answers"]), response["moment"]) == (6, "start")


def test_a_lead_reads_answers_only_once_sent(client_of: ClientOf, lead: User, journey: Journey) -> None:
    answer(make_request(journey), 4)
    assert client_of(lead).get(reverse("api:responses-list")).json()["count"] == 0
    assert client_of(journey.holder.user).get(reverse("api:responses-list")).json()["count"] == 1


def test_lists_ask_the_same_of_the_database(
    client_of: ClientOf, lead: User, organisation: Organisation, assert_num_queries_same: Callable[..., int]
) -> None:
    client = client_of(lead)
    make_answered(make_journey(organisation))
    for name in ("questionnaires", "waves", "requests", "responses", "indicators"):
        url = reverse(f"api:{name}-list")
        assert_num_queries_same(
            lambda url=url: client.get(url),  # type: ignore[misc]  # bound now
            lambda: [make_answered(make_journey(organisation)) for _each in range(2)],
        )


def test_figures_and_their_rows_agree(client_of: ClientOf, lead: User, journey: Journey) -> None:
    for minutes in (60, 45):
        make_delivery(journey, minutes=minutes)
    client = client_of(lead)
    figures = {one["code"]: one for one in client.get(reverse("api:indicators-list")).json()}
    rows = client.get(reverse("api:indicators-rows", args=["hours"])).json()
    assert figures["hours"]["value"] == sum(row["value"] for row in rows["results"]) == 105
    assert client.get(reverse("api:indicators-rows", args=["colours"])).status_code == 404
