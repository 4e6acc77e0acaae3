"""Many phones at once: no answer is lost, none is kept twice."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connections

from backend.accounts.models import Organisation
from evaluation import actions
from evaluation.models import Answer, Request, Response
from tests.factories.evaluation import codes, make_request
from tests.factories.journeys import make_journey, make_programme
from tests.factories.together import at_once

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


@pytest.mark.django_db(transaction=True)
def test_what_is_saved_while_another_device_sends_is_kept_or_refused_never_lost(organisation: Organisation) -> None:
    programme = make_programme(organisation)
    asked = [make_request(make_journey(organisation, programme=programme)) for _each in range(20)]
    items = codes(asked[0])[:10]

    def fresh(one: Request) -> Request:
        return Request.objects.select_related("wave", "version", "journey__programme", "journey__project").get(
            pk=one.pk
        )

    def save(one: Request, code: str) -> Callable[[], object]:
        return lambda: actions.save_answers(fresh(one), {code: 5}, by=None)

    for one in asked:
        actions.save_answers(fresh(one), {items[0]: 1}, by=None)
    acts = [(one, code) for code in items[1:] for one in asked]
    sending = [lambda one=one: actions.complete_request(fresh(one), by=None) for one in asked]
    saving = [save(one, code) for one, code in acts]
    middle = len(saving) // 2
    said = at_once(*saving[:middle], *sending, *saving[middle:])
    done = said[:middle] + said[middle + len(sending) :]
    kept = {(one.pk, items[0]) for one in asked} | {
        (one.pk, code) for (one, code), word in zip(acts, done, strict=True) if word == "done"
    }
    assert set(Answer.objects.values_list("response__request", "item__code")) == kept
    assert Answer.objects.count() == len(kept)
    assert all(word == "done" or "définitives" in word for word in done)
    assert set(Request.objects.values_list("state", flat=True)) == {"complete"}
