"""A questionnaire of every kind: what is asked of whom, what is kept, what leaves."""

import json
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.apps import apps

from backend.accounts.models import Organisation, User
from backend.lib.refusal import Refused
from evaluation import actions
from evaluation.models import AnonymousSheet, Answer, Item, QuestionnaireVersion, Request, Response
from evaluation.queries.answers import sheet
from evaluation.queries.given import kept_of
from journeys.models import Journey
from tests.factories.journeys import make_journey
from tests.factories.surveys import ask, make_questionnaire, make_wave

pytestmark = pytest.mark.django_db
K = Item.Kind
LAUNCHED = {"item": "LAUNCHED", "is": "eq", "than": 1}


@pytest.fixture
def version(organisation: Organisation) -> QuestionnaireVersion:
    return make_questionnaire(
        organisation,
        {
            "about": {
                "HELLO": {"kind": K.NOTE},
                "LAUNCHED": {"kind": K.YES_NO, "is_required": True},
                "WHY": {"kind": K.LONG_TEXT, "relevance": {"item": "LAUNCHED", "is": "eq", "than": 0}},
            },
            "firm": {
                "*": {"relevance": LAUNCHED},
                "DAY": {"kind": K.DATE},
                "JOBS": {"kind": K.NUMBER, "decimals": 1, "least": Decimal(0)},
                "FORM": {"kind": K.SINGLE, "choices": {"COOP": {}, "OTHER": {"takes_text": True}}},
            },
            "end": {
                "SCORE": {"kind": K.RECOMMEND},
                "HELP": {"kind": K.MULTIPLE, "choices": {"MENTOR": {}, "MODULE": {}, "NONE": {"is_exclusive": True}}},
                "YES": {"kind": K.CONSENT},
                "NAME": {"kind": K.TEXT, "allows_no_say": True},
            },
        },
    )


def asked(journey: Journey, version: QuestionnaireVersion, **facts: Any) -> Request:
    return ask(make_wave(journey.programme, version=version, **facts), journey)


def asked_codes(request: Request) -> list[list[str]]:
    return [screen.codes for screen in sheet(request).screens]


def test_what_is_asked_follows_what_was_answered(
    organisation: Organisation, version: QuestionnaireVersion, holder: User
) -> None:
    request = asked(make_journey(organisation, holder), version)
    assert asked_codes(request) == [["LAUNCHED"], ["SCORE", "HELP", "YES", "NAME"]]
    actions.save_answers(request, {"LAUNCHED": 0, "WHY": "trop tôt"}, by=holder)
    assert asked_codes(request) == [["LAUNCHED", "WHY"], ["SCORE", "HELP", "YES", "NAME"]]
    actions.save_answers(
        request, {"LAUNCHED": 1, "JOBS": "2,5", "FORM": {"codes": ["OTHER"], "text": "SCIC"}}, by=holder
    )
    assert asked_codes(request) == [["LAUNCHED"], ["DAY", "JOBS", "FORM"], ["SCORE", "HELP", "YES", "NAME"]]


def test_every_kind_is_kept_in_its_column_and_what_is_not_asked_any_more_does_not_leave(
    organisation: Organisation, version: QuestionnaireVersion, holder: User
) -> None:
    request = asked(make_journey(organisation, holder), version)
    actions.save_answers(request, {"LAUNCHED": 0, "WHY": "trop tôt"}, by=holder)
    given = {"LAUNCHED": 1, "DAY": "2026-03-01", "JOBS": "2,5", "FORM": {"codes": ["OTHER"], "text": "SCIC"}}
    actions.save_answers(
        request, {**given, "SCORE": 9, "HELP": ["MODULE", "MENTOR"], "NAME": {"missing": "no_say"}}, by=holder
    )
    actions.complete_request(request, by=holder)
    found = {answer.item.code: kept_of(answer).json for answer in Answer.objects.order_by("pk")}
    assert found == {
        "LAUNCHED": {"value": 1},
        "DAY": {"day": "2026-03-01"},
        "JOBS": {"number": "2.5000"},
        "FORM": {"chosen": " OTHER ", "text": "SCIC"},
        "SCORE": {"value": 9},
        "HELP": {"chosen": " MENTOR MODULE "},
        "NAME": {"missing": "no_say"},
    }
    assert [
        answer.plain for answer in Answer.objects.filter(item__code__in=["DAY", "NAME"]).order_by("item__code")
    ] == [
        date(2026, 3, 1),
        None,
    ]


def test_without_a_required_answer_nothing_is_sent_and_nothing_is_lost(
    organisation: Organisation, version: QuestionnaireVersion, holder: User
) -> None:
    request = asked(make_journey(organisation, holder), version)
    actions.save_answers(request, {"SCORE": 9}, by=holder)
    with pytest.raises(Refused, match="demande une réponse") as refusal:
        actions.complete_request(request, by=holder)
    assert (refusal.value.field, Answer.objects.count()) == ("LAUNCHED", 1)


def test_an_empty_answer_takes_back_what_was_said(
    organisation: Organisation, version: QuestionnaireVersion, holder: User
) -> None:
    request = asked(make_journey(organisation, holder), version)
    actions.save_answers(request, {"SCORE": 9, "NAME": "Hawa"}, by=holder)
    actions.save_answers(request, {"NAME": ""}, by=holder)
    assert [answer.item.code for answer in Answer.objects.all()] == ["SCORE"]


def all_rows() -> Iterator[str]:
    for model in apps.get_models():
        yield from (json.dumps(row, default=str, ensure_ascii=False) for row in model._base_manager.values_list())


def test_an_anonymous_sheet_is_cut_from_who_filled_it_in(
    organisation: Organisation, version: QuestionnaireVersion, holder: User
) -> None:
    request = asked(make_journey(organisation, holder), version, mode="anonymous")
    actions.save_answers(request, {"LAUNCHED": 0, "WHY": "Le bruit des grues"}, by=holder)
    assert actions.complete_request(request, by=holder) is None
    waiting = AnonymousSheet.objects.get()
    assert (waiting.answers, len(waiting.sealed) > 16_384) == ({}, True)
    assert [row for row in all_rows() if "bruit des grues" in row or b"bruit des grues".hex() in row] == []
    for _n in range(4):
        other = actions.send_request(
            request.wave, make_journey(organisation, programme=request.wave.programme), by=None
        )
        actions.save_answers(other, {"LAUNCHED": 1, "SCORE": 5}, by=other.respondent)
        actions.complete_request(other, by=other.respondent)
    assert not AnonymousSheet.objects.exclude(sealed="").exists()
    (kept,) = [one for one in AnonymousSheet.objects.order_by("pk") if "WHY" in one.answers]
    assert kept.answers == {"LAUNCHED": {"value": 0}, "WHY": {"text": "Le bruit des grues"}}
    assert (kept.month, kept.version) == (date(2026, 11, 1), version)
    assert (Response.objects.count(), Answer.objects.count()) == (0, 0)
    (row,) = [row for row in all_rows() if "bruit des grues" in row or b"bruit des grues".hex() in row]
    assert str(kept.pk) in row
    request.refresh_from_db()
    assert request.state == "complete"
