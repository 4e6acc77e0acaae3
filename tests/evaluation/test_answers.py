"""Answering, item by item, on any device; sending; saying no."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine

from backend.accounts.models import Organisation, User
from backend.lib.refusal import Refused
from evaluation import actions
from evaluation.models import Answer, Request, Response
from evaluation.queries.answers import sections_of, sheet
from evaluation.queries.posture import my_postures, waiting_requests
from journeys.models import Journey
from tests.factories.evaluation import answer, codes, make_answered, make_request
from tests.factories.journeys import make_journey

pytestmark = pytest.mark.django_db


@pytest.fixture
def journey(organisation: Organisation, holder: User) -> Journey:
    return make_journey(organisation, holder)


@pytest.fixture
def asked(journey: Journey) -> Request:
    return make_request(journey)


def state(request: Request) -> str:
    return Request.objects.values_list("state", flat=True).get(pk=request.pk)


def kept(request: Request) -> dict[str, int | None]:
    rows = Answer.objects.filter(response__request=request).order_by("item__position")
    return dict(rows.values_list("item__code", "value"))


def test_a_request_is_opened_started_partial_then_complete(asked: Request) -> None:
    actions.begin_request(asked, by=asked.respondent)
    actions.begin_request(asked, by=asked.respondent)
    assert state(asked) == "opened"
    answer(asked, {"EC11": 3})
    assert state(asked) == "started"
    answer(asked, {"EC12": None, "EC13": 5})
    assert state(asked) == "started"
    answer(asked, {"EC14": 8})
    assert state(asked) == "partial"
    actions.complete_request(asked, by=asked.respondent)
    actions.complete_request(asked, by=asked.respondent)
    assert state(asked) == "complete"
    assert Response.objects.get().completed_at is not None


def test_not_applicable_is_an_answer_and_silence_is_not(asked: Request) -> None:
    answer(asked, {"EC11": None, "EC12": 4})
    assert kept(asked) == {"EC11": None, "EC12": 4}
    shown = sheet(asked)
    lines = [(line.kept.missing, line.value) for line in shown.screens[0].lines]
    assert lines == [("na", None), ("", 4), ("", None), ("", None), ("", None)]
    assert (shown.answered, shown.left, shown.minutes_left, shown.resume_at) == (2, 13, 4, 1)


def test_changing_ones_mind_counts_for_the_score(asked: Request) -> None:
    answer(asked, {"EC11": 3, "EC12": 3, "EC13": 3})
    assert state(asked) == "partial"
    answer(asked, {"EC11": None})
    assert state(asked) == "started"


def test_two_devices_at_once_the_last_one_stands(asked: Request) -> None:
    phone, laptop = (Request.objects.select_related("version").get(pk=asked.pk) for _device in range(2))
    answer(phone, {"EC11": 2, "EC12": 2})
    answer(laptop, {"EC11": 7})
    assert kept(asked) == {"EC11": 7, "EC12": 2}
    assert Response.objects.count() == 1


def test_what_is_sent_is_final(asked: Request) -> None:
    stale = Request.objects.select_related("version").get(pk=asked.pk)
    answer(asked, {"EC11": 2})
    actions.complete_request(asked, by=asked.respondent)
    with pytest.raises(Refused, match="définitives"):
        answer(stale, {"EC11": 8})
    assert kept(asked) == {"EC11": 2}


@pytest.mark.parametrize("given", [{"EC11": 9}, {"EC11": 0}, {"EC11": "4,5"}])
def test_an_answer_off_the_scale_is_refused_whole(asked: Request, given: dict[str, int | None]) -> None:
    with pytest.raises(Refused, match="échelle"):
        answer(asked, {"EC12": 3, **given})
    assert kept(asked) == {}
    assert state(asked) == "sent"


def test_nothing_answered_nothing_sent(asked: Request) -> None:
    with pytest.raises(Refused, match="au moins une question"):
        actions.complete_request(asked, by=asked.respondent)


def test_saying_no_and_changing_ones_mind(asked: Request, clock: time_machine.Traveller) -> None:
    actions.refuse_request(asked, by=asked.respondent)
    actions.refuse_request(asked, by=asked.respondent)
    with pytest.raises(Refused, match="choisi de ne pas répondre"):
        answer(asked, {"EC11": 2})
    actions.begin_request(asked, by=asked.respondent)
    assert state(asked) == "opened"
    actions.refuse_request(asked, by=asked.respondent)
    clock.shift(timedelta(days=31))
    with pytest.raises(Refused):
        actions.begin_request(asked, by=asked.respondent)


def test_a_closed_questionnaire_takes_no_answer(asked: Request, clock: time_machine.Traveller) -> None:
    clock.shift(timedelta(days=31))
    for act in (actions.begin_request, actions.complete_request):
        with pytest.raises(Refused, match="délai est passé"):
            act(asked, by=asked.respondent)
    with pytest.raises(Refused, match="délai est passé"):
        answer(asked, {"EC11": 2})


def test_posture_over_time_is_the_mean_of_three_answers_or_more(journey: Journey) -> None:
    start = make_answered(journey, values={"EC11": 3, "EC12": 4, "EC13": 5, "EC21": 2, "EC22": 2})
    first, second, third = codes(start)[:5], codes(start)[5:10], codes(start)[10:]
    make_answered(journey, "exit", dict.fromkeys(first, 6) | dict.fromkeys(second, 4) | dict.fromkeys(third, 5))
    (posture,) = my_postures(journey.holder.user)
    assert posture.labels == ["Idées et opportunités", "Ressources", "En action"]
    assert [moment.label for moment in posture.moments] == ["au départ", "à la sortie"]
    assert [moment.scores for moment in posture.moments] == [(4.0, None, None), (6.0, 4.0, 5.0)]
    assert [own.change for own in posture.areas] == [2.0, None, None]
    assert posture.finding.endswith("vos premières réponses\u00a0: +2,0 points sur 8 (Idées et opportunités).")
    assert posture.series == [("maintenant", [6.0, 4.0, 5.0]), ("au départ", [4.0, None, None])]


def test_posture_after_one_questionnaire_names_the_highest_area(journey: Journey) -> None:
    start = make_request(journey)
    answer(start, dict.fromkeys(codes(start)[:5], 3) | dict.fromkeys(codes(start)[5:10], 6))
    actions.complete_request(start, by=start.respondent)
    (posture,) = my_postures(journey.holder.user)
    assert [own.change for own in posture.areas] == [None, None, None]
    assert posture.finding == "Votre score le plus haut est en «\u00a0Ressources\u00a0»."


def test_what_waits_for_an_answer_is_hers_and_open(asked: Request, outsider: User) -> None:
    assert list(waiting_requests(asked.respondent)) == [asked]
    assert list(waiting_requests(outsider)) == []
    answer(asked, 4)
    actions.complete_request(asked, by=asked.respondent)
    assert list(waiting_requests(asked.respondent)) == []


def test_the_questions_of_a_published_version_are_read_once_and_those_of_a_draft_each_time(
    asked: Request, lead: User, django_assert_num_queries: Any
) -> None:
    first = sections_of(asked.version)
    with django_assert_num_queries(0):
        assert sections_of(asked.version) == first
    draft = actions.draft_version(asked.version.questionnaire, by=lead)
    title = sections_of(draft)[0].title_fr
    draft.sections.update(title_fr="Pour commencer")
    assert sections_of(draft)[0].title_fr == "Pour commencer" != title
