"""Many phones at once: no answer is lost, none is kept twice."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connections

from backend.accounts.models import Organisation
from evaluation import actions
from evaluation.models import Answer, Request, Response
from tests.factories.evaluation import codes, make_request
from tests.factories.journeys import make_journey

DEVICES = 4


@pytest.mark.django_db(transaction=True)
def test_four_devices_answering_the_same_questionnaires_lose_nothing(organisation: Organisation) -> None:
    asked = [make_request(make_journey(organisation)) for _each in range(3)]
    items = codes(asked[0])

    def answer_all(device: int) -> int:
        done = 0
        try:
            for code in items:
                for one in asked:
                    request = Request.objects.select_related("version").get(pk=one.pk)
                    actions.save_answers(request, {code: device}, by=None)
                    done += 1
        finally:
            connections.close_all()
        return done

    with ThreadPoolExecutor(DEVICES) as devices:
        assert list(devices.map(answer_all, range(1, DEVICES + 1))) == [45] * DEVICES
    assert (Response.objects.count(), Answer.objects.count()) == (3, 45)
    assert set(Request.objects.values_list("state", flat=True)) == {"partial"}
