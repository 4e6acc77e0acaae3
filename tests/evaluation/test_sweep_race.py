"""The sweep that asks, rung twice at once or killed on its way: everybody is asked, and nobody twice."""

from datetime import timedelta
from typing import Any

import pytest

from backend.accounts.models import Organisation
from backend.lib import clock
from backend.mail.models import Email
from evaluation import actions, tasks
from evaluation.models import Request
from tests.factories.evaluation import wave_of
from tests.factories.journeys import make_journey, make_programme
from tests.factories.together import at_once

PEOPLE = 12


def started(organisation: Organisation) -> None:
    programme = make_programme(organisation)
    wave_of(programme)
    for _each in range(PEOPLE):
        make_journey(organisation, programme=programme, started_on=clock.today() - timedelta(days=2))


def asked() -> tuple[int, int, int]:
    """Requests, people asked, letters that ask."""
    letters = Email.objects.filter(template="evaluation/letters/survey_request")
    return Request.objects.count(), Request.objects.values("journey").distinct().count(), letters.count()


@pytest.mark.django_db(transaction=True)
def test_two_sweeps_at_once_ask_each_person_once(organisation: Organisation) -> None:
    started(organisation)
    assert at_once(*[tasks.sweep_due_requests] * 3) == ["done"] * 3
    assert asked() == (PEOPLE, PEOPLE, PEOPLE)


@pytest.mark.django_db(transaction=True)
def test_a_sweep_killed_on_its_way_is_taken_up_where_it_stopped(
    organisation: Organisation, monkeypatch: pytest.MonkeyPatch
) -> None:
    started(organisation)
    whole, calls = actions.send_due, []

    def killed(*args: Any, **more: Any) -> Request:
        calls.append(args)
        if len(calls) == 5:
            raise SystemExit  # the worker is told to end
        return whole(*args, **more)

    with monkeypatch.context() as patched:
        patched.setattr(actions, "send_due", killed)
        with pytest.raises(SystemExit):
            tasks.sweep_due_requests()
    assert asked() == (4, 4, 4)
    tasks.sweep_due_requests()
    assert asked() == (PEOPLE, PEOPLE, PEOPLE)
