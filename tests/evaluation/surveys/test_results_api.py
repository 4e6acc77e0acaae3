"""What a wave says, over the API: the numbers of the page, its groups, its files."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from backend.accounts.models import Organisation, User
from backend.history.models import Entry
from evaluation.models import Item, Wave
from evaluation.statistics import Interval, wilson
from tests.factories.journeys import make_programme
from tests.factories.sheets import people_of, sent, wave_of
from tests.factories.surveys import make_questionnaire

pytestmark = pytest.mark.django_db


def test_a_lead_reads_results_and_takes_files_over_the_api(
    client_of: Callable[[User], Client], organisation: Organisation, lead: User
) -> None:
    version = make_questionnaire(organisation, {"self": {"S1": {}, "YES": {"kind": Item.Kind.YES_NO}}})
    wave = wave_of(make_programme(organisation), version, mode=Wave.Mode.CONFIDENTIAL)
    client = client_of(lead)
    results, export = (reverse(f"api:waves-{name}", args=[wave.pk]) for name in ("results", "export"))
    for place, journey in enumerate(people_of(wave.programme, 10)):
        if place == 4:
            few = client.get(results).json()
            assert (few["sent"], few["items"]) == (0, []) and few["hidden"].startswith("Moins de cinq")
            assert client.post(export, {"file": "csv"}, content_type="application/json").status_code == 409
        sent(wave, journey, {"S1": 4 + place % 2, "YES": int(place < 4)})
    found = client.get(results).json()
    scale, yes = found["items"]
    assert (found["sent"], found["asked"], found["before"]) == (10, 10, None)
    assert (scale["middle"]["mean"], scale["middle"]["median"], scale["answered"]) == (4.5, 4.5, 10)
    interval = wilson(4, 10)
    assert isinstance(interval, Interval)
    assert yes["shares"][0]["share"] == {
        "value": pytest.approx(4 / 10), "low": pytest.approx(interval.low), "high": pytest.approx(interval.high)
    }  # fmt: skip
    assert client.get(f"{results}?group=phase:none").status_code == 404
    answered = client.post(export, {"file": "csv", "shape": "long"}, content_type="application/json")
    assert answered.status_code == 200 and answered["Content-Type"].startswith("text/csv")
    assert answered.content.decode("utf-8-sig").count("\r\n") == 21
    assert client.post(export, {"file": "doc"}, content_type="application/json").status_code == 400
    assert Entry.objects.filter(verb="export_wave").count() == 1
