"""Questions as measures, by code: worked out by hand, by name and apart, in the series asked last."""

from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from backend.accounts.models import Organisation, User
from evaluation import actions
from evaluation.models import Item, Questionnaire, QuestionnaireVersion, Request, Wave
from evaluation.queries.answers_counted import answers_of
from evaluation.queries.drawn_base import Figure
from evaluation.queries.exports import lines_of
from evaluation.queries.figures import figure
from evaluation.queries.lines import row_set
from evaluation.queries.measures import MEASURES
from evaluation.queries.measures.survey import choices, measure_named, measure_of
from evaluation.queries.scope import Scope
from journeys.actions import load_territory
from journeys.models import Commune, Programme
from tests.factories.journeys import make_journey, make_programme
from tests.factories.surveys import copy_of, make_questionnaire

pytestmark = pytest.mark.django_db
ClientOf = Callable[[User], Client]
K = Item.Kind
SECTIONS: dict[str, dict[str, dict[str, Any]]] = {
    "A": {
        "*": {"least_answered": 2, "title_fr": "Mes appuis"},
        "S1": {"scale_max": 5, "text_fr": "Je sais à qui demander."},
        "S2": {"scale_max": 5},
        "S3": {"scale_max": 5},
    },
    "B": {
        "Y1": {"kind": K.YES_NO, "text_fr": "Avez-vous vendu ?", "allows_no_say": True},
        "R1": {"kind": K.RECOMMEND},
        "N1": {"kind": K.NUMBER, "unit_fr": "€", "decimals": 2},
        "C1": {
            "kind": K.MULTIPLE,
            "choices": {"web": {"text_fr": "En ligne"}, "shop": {"text_fr": "Boutique"}, "none": {}},
        },
        "T1": {"kind": K.TEXT},
    },
}  # fmt: skip


@pytest.fixture
def version(organisation: Organisation) -> QuestionnaireVersion:
    return make_questionnaire(organisation, SECTIONS)


def wave(programme: Programme, mode: str = "identified", code: str = "essai", **facts: Any) -> Wave:
    questionnaire = Questionnaire.objects.get(code=code)
    return Wave.objects.create(programme=programme, questionnaire=questionnaire, moment="mid", mode=mode, **facts)


def ask(of: Wave, **project: Any) -> Request:
    programme = of.programme
    return actions.send_request(of, make_journey(programme.organisation, programme=programme, **project), by=None)


def answer(of: Wave, at: datetime | None = None, request: Request | None = None, **given: Any) -> Request:
    """Somebody is asked, answers and sends it, that moment."""
    if at is not None:
        with time_machine.travel(at, tick=False):
            return answer(of, request=request, **given)
    asked = request or ask(of)
    actions.save_answers(asked, given, by=asked.respondent)
    actions.complete_request(asked, by=asked.respondent)
    return asked


def all_answer(of: Wave, code: str, values: Iterable[Any], at: datetime | None = None) -> None:
    for value in values:
        answer(of, at=at, **{code: value})


def of(code: str, scope: Scope) -> Figure:
    return figure(measure_of(code), scope)


def test_a_scale_tells_its_mean_of_those_who_answered(
    programme: Programme, version: QuestionnaireVersion, scope: Scope
) -> None:
    asked = wave(programme)
    all_answer(asked, "S1", [1, 2, 4, 5, 5])
    answer(asked, S1=None)  # does not apply
    begun = ask(asked)
    actions.save_answers(begun, {"S1": 1}, by=begun.respondent)  # not sent
    found = of("survey:essai:S1", scope)
    assert (found.value, found.denominator) == (pytest.approx(17 / 5), 5)
    # Student: s² = (71 − 17²/5) / 4 = 3.3, t(4) = 2.776, reach 2.776 · √(3.3 / 5) = 2.256, within the scale
    assert (found.low, found.high) == (pytest.approx(3.4 - 2.2556, abs=1e-3), 5)
    assert found.note == "Réponses\u00a0: 5 sur 7, sur une échelle de 1 à 5, 1 ne s’applique pas ou n’est pas dite"
    assert found.precision == "entre 1,1 et 5,0"
    lines = list(lines_of(row_set(measure_of("survey:essai:S1"), scope)))
    assert sorted(line.value for line in lines if line.value is not None) == [1, 2, 4, 5, 5]
    assert len(lines) == 7
    assert sum("Ne me concerne pas" in line.what or "s’applique pas" in line.what for line in lines) == 1


def test_yes_and_choices_tell_shares_of_those_who_answered(
    programme: Programme, version: QuestionnaireVersion, scope: Scope
) -> None:
    asked = wave(programme)
    all_answer(asked, "Y1", [1, 1, 0, "no_say"])
    all_answer(asked, "C1", [["web"], ["web", "shop"], ["none"]])
    found = of("survey:essai:Y1", scope)
    assert (found.numerator, found.denominator, found.shown, found.unit) == (2, 3, "67", "%")
    assert found.note == "Réponses\u00a0: 3 sur 7, 1 ne s’applique pas ou n’est pas dite"
    assert (of("survey:essai:C1:shop", scope).numerator, of("survey:essai:C1:shop", scope).denominator) == (1, 3)
    either = of("survey:essai:C1:shop+web", scope)
    assert (either.numerator, either.denominator) == (2, 3)
    assert str(measure_of("survey:essai:C1:shop+web").title) == "C1 ?\u00a0: Boutique, En ligne"
    lines = lines_of(row_set(measure_of("survey:essai:C1:shop"), scope))
    assert sorted(line.what.split(" · ")[-1] for line in lines if line.value is not None) == [
        "En ligne", "En ligne, Boutique", "none",
    ]  # fmt: skip


def test_a_score_takes_as_many_answers_as_its_section_says(
    programme: Programme, version: QuestionnaireVersion, scope: Scope
) -> None:
    asked = wave(programme)
    answer(asked, S1=1, S2=2)  # 1.5
    answer(asked, S1=5, S2=4, S3=3)  # 4
    answer(asked, S1=5)  # too few
    found = of("score:essai:A", scope)
    assert (found.value, found.denominator) == (2.75, 2)
    assert found.note == "Réponses\u00a0: 2 sur 3, sur une échelle de 1 à 5"
    assert str(measure_of("score:essai:A").title) == "Mes appuis"
    lines = list(lines_of(row_set(measure_of("score:essai:A"), scope)))
    assert sorted(line.value for line in lines if line.value is not None) == [1.5, 4]


def test_a_number_and_a_recommendation(programme: Programme, version: QuestionnaireVersion, scope: Scope) -> None:
    asked = wave(programme)
    all_answer(asked, "N1", [100, "2.5"])
    assert (of("survey:essai:N1", scope).value, of("survey:essai:N1", scope).unit) == (51.25, "€")
    all_answer(asked, "R1", [10, 9, 8, 7, 6, 0])
    found = of("survey:essai:R1", scope)
    assert (found.value, found.shown, found.numerator, found.denominator) == (0, "0", 0, 6)
    lines = lines_of(row_set(measure_of("survey:essai:R1"), scope))
    assert sorted(line.value for line in lines if line.value is not None) == [-1, -1, 0, 0, 1, 1]


def test_only_the_question_as_it_was_asked_last_counts(
    programme: Programme, version: QuestionnaireVersion, scope: Scope
) -> None:
    asked = wave(programme)
    all_answer(asked, "S1", [1, 1])
    with time_machine.travel(datetime(2026, 11, 24, 9, tzinfo=UTC), tick=False):
        copy_of(version, broken="S1", reason="une autre phrase")
        later = scope.narrowed(until=date(2026, 12, 31))
        assert of("survey:essai:S1", later).denominator == 2  # nobody was asked the new one yet
        all_answer(asked, "S1", [5])
        found = of("survey:essai:S1", later)
        assert (found.value, found.denominator) == (5, 1)
        assert found.note.endswith("2 sollicitations pour une autre formulation, non comptées")
        assert [line.value for line in lines_of(row_set(measure_of("survey:essai:S1"), later))] == [5]
        assert of("survey:essai:S1", scope).value == 1  # the past says what it said
        assert of("survey:essai:S2", later).denominator == 0
        all_answer(asked, "S2", [3])
        assert of("survey:essai:S2", later).note.startswith("Réponses\u00a0: 1 sur 4")  # its own series went on


def test_answers_in_confidence_count_in_groups_of_five_and_show_no_row(
    programme: Programme, version: QuestionnaireVersion, scope: Scope
) -> None:
    quiet = wave(programme, "confidential")
    all_answer(quiet, "Y1", [1, 1, 1, 0])
    assert of("survey:essai:Y1", scope).value is None
    all_answer(quiet, "Y1", [1])
    found = of("survey:essai:Y1", scope)
    assert (found.numerator, found.denominator) == (4, 5)
    assert found.note == "Réponses\u00a0: 5 sur 5, dont 5 sans ligne"
    all_answer(quiet, "Y1", [0, 0])  # two more: not before there are five
    assert (of("survey:essai:Y1", scope).numerator, of("survey:essai:Y1", scope).denominator) == (4, 5)
    assert list(lines_of(row_set(measure_of("survey:essai:Y1"), scope))) == []
    all_answer(wave(programme, months=1), "Y1", [0])  # by name
    assert (of("survey:essai:Y1", scope).numerator, of("survey:essai:Y1", scope).denominator) == (4, 6)
    everybody = scope.narrowed(ended_by=None, qpv="unknown")  # were it all of them, it is told of no part
    assert Request.objects.filter(everybody.journeys("journey__")).count() == 8
    assert (of("survey:essai:Y1", everybody).numerator, of("survey:essai:Y1", everybody).denominator) == (0, 1)


def test_two_periods_differ_by_five_answers_in_confidence_at_least(
    programme: Programme, version: QuestionnaireVersion, scope: Scope
) -> None:
    quiet = wave(programme, "confidential")
    first = datetime(2026, 11, 2, 9, tzinfo=UTC)
    for day, values in enumerate([[1, 1], [1, None, None], [0, 0], [0, 0, 0]]):
        all_answer(quiet, "Y1", values, at=first + timedelta(days=day))
    counted = [
        of("survey:essai:Y1", scope.narrowed(since=date(2026, 11, 2), until=date(2026, 11, day))).denominator
        for day in range(2, 7)
    ]
    steps = {b - a for a, b in zip([0, *counted], counted, strict=False)}
    assert steps <= {0, *range(5, 11)}
    late = [
        of("survey:essai:Y1", scope.narrowed(since=date(2026, 11, day), until=date(2026, 11, 23))).denominator
        for day in range(2, 8)
    ]
    assert all(n == 0 or n >= 5 for n in late)
    assert max(counted) == late[0] == 8


def test_an_anonymous_wave_counts_whole_or_not_at_all(
    programme: Programme, version: QuestionnaireVersion, scope: Scope
) -> None:
    nameless = wave(programme, "anonymous")
    all_answer(nameless, "Y1", [1] * 3, at=datetime(2026, 10, 5, 9, tzinfo=UTC))
    all_answer(nameless, "Y1", [0] * 2, at=datetime(2026, 11, 5, 9, tzinfo=UTC))
    whole = of("survey:essai:Y1", scope)
    assert (whole.numerator, whole.denominator) == (3, 5)
    november = scope.narrowed(since=date(2026, 11, 1))  # the month in which the fifth came is that of all
    assert (of("survey:essai:Y1", november).numerator, of("survey:essai:Y1", november).denominator) == (3, 5)
    assert of("survey:essai:Y1", scope.narrowed(since=date(2026, 12, 1), until=date(2026, 12, 31))).value is None
    assert of("survey:essai:Y1", scope.narrowed(until=date(2026, 10, 31))).value is None
    assert list(lines_of(row_set(measure_of("survey:essai:Y1"), scope))) == []
    assert of("survey:essai:Y1", scope.narrowed(commune="44143")).denominator == 0


def test_what_fewer_than_five_answered_apart_is_not_told(
    programme: Programme, version: QuestionnaireVersion, scope: Scope
) -> None:
    for mode in ("confidential", "anonymous"):
        quiet = wave(programme, mode, months=1 if mode == "anonymous" else 0)
        all_answer(quiet, "Y1", [1, 1, 1, 1])
        all_answer(quiet, "S1", [3])
    assert of("survey:essai:Y1", scope).denominator == 0


@pytest.mark.parametrize(
    "code",
    ["survey:essai:T1", "survey:essai:C1", "survey:essai:Z9", "survey:none:S1", "survey:essai", "score:essai:B",
     "survey:essai:C1:web+moon", "survey:essai:S1:web", "essai", "survey:essai:S1:a:b", "people:a:b"],
)  # fmt: skip
def test_what_is_no_measure_is_none(version: QuestionnaireVersion, lead: User, code: str) -> None:
    with pytest.raises(KeyError):
        measure_of(code)
    assert measure_named(code, lead, MEASURES) is None


def test_a_draft_is_no_measure(version: QuestionnaireVersion) -> None:
    QuestionnaireVersion.objects.filter(pk=version.pk).update(published_at=None)
    with pytest.raises(KeyError):
        measure_of("survey:essai:S1")


def test_whoever_builds_an_indicator_finds_each_question_that_counts_and_no_other(
    version: QuestionnaireVersion, lead: User, outsider: User, other_organisation: Organisation
) -> None:
    actions.load_questionnaires()
    make_questionnaire(other_organisation, {"X": {"X1": {}}}, code="ailleurs")
    mine = [one.code for one in choices(lead) if one.code.split(":")[1] == "essai"]
    assert mine == [
        "score:essai:A", "survey:essai:S1", "survey:essai:S2", "survey:essai:S3", "survey:essai:Y1", "survey:essai:R1",
        "survey:essai:N1", "survey:essai:C1:web", "survey:essai:C1:shop", "survey:essai:C1:none",
    ]  # fmt: skip
    every = {one.code for one in choices(lead)}
    assert "survey:exit-satisfaction:EX4" in every and not any("ailleurs" in one for one in every)
    for code in every:
        assert str(measure_of(code).title)
    assert measure_named("survey:ailleurs:X1", lead, MEASURES) is None


def test_many_answers_are_asked_for_as_few_are(
    programme: Programme, version: QuestionnaireVersion, scope: Scope, django_assert_num_queries: Any
) -> None:
    asked = wave(programme)
    for count in (1, 4):
        all_answer(asked, "S1", [3] * count)
        measure = measure_of("survey:essai:S1")
        with django_assert_num_queries(2):
            figure(measure, scope)
        with django_assert_num_queries(4):
            list(lines_of(row_set(measure, scope)))


# --- Pages and API ------------------------------------------------------------------------------------
def test_a_lead_opens_a_question_its_rows_and_its_files(
    client_of: ClientOf, programme: Programme, version: QuestionnaireVersion, lead: User, observer: User
) -> None:
    all_answer(wave(programme), "S1", [2, 4])
    url = reverse("evaluation:figure_rows", args=["survey:essai:S1"])
    client = client_of(lead)
    page = client.get(url).content.decode()
    assert "Je sais à qui demander." in page and '<p class="figure-value">3' in page
    answered = client.get(f"{url}?file=xlsx")
    assert 'filename="jalon-survey-essai-S1-' in answered["Content-Disposition"]
    assert client.get(reverse("evaluation:figure_rows", args=["survey:essai:T1"])).status_code == 404
    assert client_of(observer).get(url).status_code == 302


def test_the_api_tells_a_question_to_leads_alone(
    client_of: ClientOf, programme: Programme, version: QuestionnaireVersion, lead: User, observer: User
) -> None:
    all_answer(wave(programme), "S1", [2, 4])
    one = reverse("api:indicators-detail", args=["survey:essai:S1"])
    told_to_lead = client_of(lead).get(one).json()
    assert (told_to_lead["value"], told_to_lead["denominator"]) == (3, 2)
    assert len(client_of(lead).get(reverse("api:indicators-rows", args=["survey:essai:S1"])).json()["results"]) == 2
    listed = client_of(lead).get(reverse("api:indicators-questions")).json()
    assert {"survey:essai:S1", "score:essai:A"} <= {one["code"] for one in listed}
    assert client_of(observer).get(one).status_code == 403


def test_one_published_figure_is_hidden_as_on_its_page(programme: Programme, scope: Scope) -> None:
    make_journey(programme.organisation, programme=programme, started_on=date(2026, 10, 1))
    assert figure(MEASURES["people"], scope.narrowed(is_published=True)).is_hidden
    assert figure(MEASURES["people"], scope).value == 1


def test_published_both_sides_of_a_question_are_of_five_people(
    programme: Programme, version: QuestionnaireVersion, scope: Scope
) -> None:
    published = scope.narrowed(is_published=True)
    asked = wave(programme)
    all_answer(asked, "Y1", [1] * 5 + [0] * 4)
    assert answers_of([measure_of("survey:essai:Y1")], scope)["survey:essai:Y1"].sides == (5, 4)
    assert of("survey:essai:Y1", published).is_hidden
    all_answer(asked, "Y1", [0])
    assert figure(measure_of("survey:essai:Y1"), published).numerator == 5
    assert figure(measure_of("survey:essai:Y1"), published).note == "10 réponses"
    all_answer(asked, "R1", [9] * 5 + [8] * 5 + [6] * 4)
    assert figure(measure_of("survey:essai:R1"), published).is_hidden
    assert answers_of([measure_of("survey:essai:R1")], scope)["survey:essai:R1"].sides == (5, 4, 5)


def test_a_person_who_answers_five_times_is_one(
    programme: Programme, version: QuestionnaireVersion, scope: Scope
) -> None:
    other = make_programme(programme.organisation)
    first = ask(wave(programme))
    journey = make_journey(programme.organisation, first.respondent, programme=other)
    for asked in (first, actions.send_request(wave(other), journey, by=None)):
        answer(asked.wave, request=asked, Y1=1)
    assert answers_of([measure_of("survey:essai:Y1")], scope)["survey:essai:Y1"].sides == (1, 0)
    assert of("survey:essai:Y1", scope).numerator == 2


def test_a_place_narrows_what_was_said_by_name(
    programme: Programme, version: QuestionnaireVersion, scope: Scope
) -> None:
    load_territory()
    reze, asked = Commune.objects.get(name="Rezé"), wave(programme)
    answer(asked, request=ask(asked, commune=reze), S1=5)
    all_answer(asked, "S1", [1])
    assert of("survey:essai:S1", scope.narrowed(commune=reze.pk)).value == 5
