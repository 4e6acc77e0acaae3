"""An anonymous wave tells nobody who has answered: neither when somebody is asked again, nor by its rates."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from backend.accounts.models import User
from evaluation import actions
from evaluation.models import Request
from evaluation.queries.rates import wave_rates
from journeys.models import Journey, Programme
from tests.factories.evaluation import answer, make_wave
from tests.factories.journeys import make_journey

pytestmark = pytest.mark.django_db
ClientOf = Callable[[User], Client]


def test_asking_again_does_not_tell_who_has_answered_an_anonymous_wave(
    client_of: ClientOf, lead: User, programme: Programme
) -> None:
    wave, client = make_wave(programme, "campaign", mode="anonymous"), client_of(lead)
    people = [make_journey(programme.organisation, programme=programme) for _n in range(3)]
    answered, _waiting, silent = (actions.send_request(wave, one, by=lead) for one in people)
    answer(answered, {"EC11": 3})
    actions.complete_request(answered, by=answered.respondent)
    Request.objects.filter(pk=silent.pk).update(state="expired")
    said = set()
    for one in people:
        page = client.post(reverse("evaluation:request_send", args=[wave.pk, one.pk]), follow=True)
        said.add(tuple(map(str, page.context["messages"])))
        sent = client.post(
            reverse("api:requests-send"), {"wave": wave.pk, "journey": one.pk}, content_type="application/json"
        )
        said.add((sent.json()["detail"],))
        assert sent.status_code == 409
    ((sentence,),) = said
    assert "anonyme" in sentence
    assert set(Request.objects.values_list("state", flat=True)) == {"complete", "sent", "expired"}


def test_an_anonymous_wave_asks_by_api_and_says_no_more(client_of: ClientOf, lead: User, programme: Programme) -> None:
    wave, journey = make_wave(programme, "campaign", mode="anonymous"), make_journey(programme.organisation)
    Journey.objects.filter(pk=journey.pk).update(programme=programme)
    sent = client_of(lead).post(
        reverse("api:requests-send"), {"wave": wave.pk, "journey": journey.pk}, content_type="application/json"
    )
    assert (sent.status_code, Request.objects.count()) == (204, 1)


def test_rates_of_an_anonymous_wave_compare_nobody(programme: Programme, lead: User) -> None:
    counted = {}
    for moment, mode in (("campaign", "anonymous"), ("start", "confidential")):
        wave = make_wave(programme, moment, mode=mode)
        for n in range(12):
            request = actions.send_request(wave, make_journey(programme.organisation, programme=programme), by=lead)
            if n < 6:
                answer(request, {"EC11": 3})
                actions.complete_request(request, by=request.respondent)
        counted[mode] = (len(wave_rates(wave)["comparisons"]), wave_rates(wave)["rates"][0].top)
    assert counted == {"anonymous": (0, 6), "confidential": (4, 6)}
