"""What a wave says: counts and how sure they are, what changed, and nothing that tells of one person."""

from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from backend.accounts.models import Organisation
from evaluation.models import Item, QuestionnaireVersion, Wave
from evaluation.queries.results import ItemResult, Results, results_of
from evaluation.queries.results.data import data_set
from evaluation.queries.results.wording import change_words
from evaluation.statistics import Change, Interval, newcombe_difference, wilson
from journeys.models import Programme
from tests.factories.sheets import ended, people_of, sent, wave_of
from tests.factories.surveys import copy_of, make_questionnaire

pytestmark = pytest.mark.django_db
K = Item.Kind


@pytest.fixture
def version(organisation: Organisation) -> QuestionnaireVersion:
    return make_questionnaire(
        organisation,
        {
            "self": {
                "*": {"least_answered": 2},
                "S1": {"allows_no_say": True},
                "S2": {},
                "YES": {"kind": K.YES_NO},
                "WHY": {"kind": K.LONG_TEXT, "relevance": {"item": "YES", "is": "eq", "than": 0}},
            },
            "firm": {
                "FORM": {"kind": K.SINGLE, "choices": {"COOP": {}, "SAS": {}}},
                "JOBS": {"kind": K.NUMBER, "decimals": 1},
                "DAY": {"kind": K.DATE},
                "SCORE": {"kind": K.RECOMMEND},
            },
        },
    )


def item(results: Results, code: str) -> ItemResult:
    (found,) = [one for one in results.items if one.item.code == code]
    return found


ANSWERS: list[dict[str, Any]] = [
    {"S1": 2, "S2": 3, "YES": 1, "FORM": "COOP", "JOBS": "1.5", "DAY": "2026-01-10", "SCORE": 10},
    {"S1": 4, "S2": None, "YES": 0, "WHY": "trop tôt", "FORM": "COOP", "JOBS": "2", "DAY": "2026-01-20", "SCORE": 9},
    {"S1": "no_say", "S2": 5, "YES": 0, "FORM": "SAS", "JOBS": "4", "DAY": "2026-03-01", "SCORE": 3},
    {"S1": 6, "S2": 7, "YES": 1, "FORM": "COOP", "SCORE": 8},
    {"S1": 8, "S2": 1},
]


def test_each_kind_of_question_says_its_counts(programme: Programme, version: QuestionnaireVersion) -> None:
    wave = wave_of(programme, version)
    for journey, given in zip(people_of(programme, 5), ANSWERS, strict=True):
        sent(wave, journey, given)
    found = results_of(wave)
    assert (found.sent, found.asked, found.hidden) == (5, 5, "")
    counts = {one.item.code: one.counts for one in found.items}
    scale = counts["S1"]
    assert scale is not None and scale.middle is not None
    assert (scale.asked, scale.answered, scale.not_applicable, scale.no_say, scale.silent) == (5, 4, 0, 1, 0)
    assert [share.n for share in scale.shares] == [0, 1, 0, 1, 0, 1, 0, 1]
    assert (scale.middle.mean, scale.middle.median) == (5.0, 5.0)
    assert scale.shares[1].interval == wilson(1, 4)
    why, form, jobs, day, score = (counts[code] for code in ("WHY", "FORM", "JOBS", "DAY", "SCORE"))
    assert why and form and jobs and day and score
    assert (why.asked, why.answered, why.silent) == (2, 1, 1)  # those who said no
    assert [said.text for said in why.words] == ["trop tôt"] and why.words[0].name
    assert [(share.code, share.n, share.of) for share in form.shares] == [("COOP", 3, 4), ("SAS", 1, 4)]
    assert jobs.middle and jobs.middle.mean == pytest.approx(2.5) and jobs.middle.most == 4.0
    assert [(share.label, share.n) for share in day.shares] == [("janvier 2026", 2), ("mars 2026", 1)]
    assert isinstance(score.score, Interval) and score.score.value == pytest.approx(25.0)
    section = found.sections[0].score
    assert section is not None and section.n == 3 and section.mean == pytest.approx((2.5 + 6.5 + 4.5) / 3)


def test_the_same_people_are_compared_with_themselves(programme: Programme, version: QuestionnaireVersion) -> None:
    start, end = wave_of(programme, version), wave_of(programme, version, moment=Wave.Moment.EXIT)
    for place, journey in enumerate(people_of(programme, 6)):
        sent(start, journey, {"S1": 3, "S2": 3, "YES": 0, "FORM": "SAS"})
        sent(end, journey, {"S1": 4 + place % 2, "S2": 4, "YES": place % 2, "FORM": "COOP"})
    found = results_of(end)
    assert found.before == start
    scale = item(found, "S1").change
    assert scale and isinstance(scale.change, Change) and scale.typical
    assert scale.n == 6 and scale.means == (3.0, 4.5) and scale.change.mean == pytest.approx(1.5)
    yes = item(found, "YES").change
    assert yes and [(one.before, one.after) for one in yes.shares] == [((0, 6), (3, 6))]
    assert [getattr(one.moved, "gained", None) for one in yes.shares] == [3]
    score = found.sections[0].change
    assert score and score.mean == pytest.approx(1.25)
    assert results_of(start).before is None and item(results_of(start), "S1").change is None


def test_two_groups_are_compared_by_their_shares(programme: Programme, version: QuestionnaireVersion) -> None:
    start = wave_of(programme, version, mode=Wave.Mode.ANONYMOUS)
    end = wave_of(programme, version, moment=Wave.Moment.EXIT, mode=Wave.Mode.ANONYMOUS)
    for place, journey in enumerate(people_of(programme, 10)):
        sent(start, journey, {"S1": 3, "YES": int(place < 3)})
        sent(end, journey, {"S1": 5, "YES": int(place < 8)})
    change = item(results_of(end), "YES").change
    assert change and not change.is_paired
    assert change.shares[0].gap == newcombe_difference((8, 10), (3, 10))
    scale = item(results_of(end), "S1").change
    assert scale and scale.means == (3.0, 5.0) and scale.change is None


def test_a_series_that_broke_is_said_and_never_compared(programme: Programme, version: QuestionnaireVersion) -> None:
    start, end = wave_of(programme, version), wave_of(programme, version, moment=Wave.Moment.EXIT)
    journeys = people_of(programme, 6)
    for journey in journeys:
        sent(start, journey, {"S1": 3, "S2": 3})
    second = copy_of(version, broken="S1", reason="autre échelle")
    for journey in journeys:
        sent(end, journey, {"S1": 5, "S2": 4})
    found = results_of(end)
    assert found.versions == (second,)
    broken, kept, score = item(found, "S1").change, item(found, "S2").change, found.sections[0].change
    assert broken and "autre échelle" in broken.why_not and broken.change is None
    assert kept and kept.mean == pytest.approx(1.0)
    assert score and score.why_not and score.change is None


def test_within_one_wave_a_score_counts_only_the_series_that_is_asked_now(
    programme: Programme, version: QuestionnaireVersion
) -> None:
    version.sections.filter(code="self").update(least_answered=1)
    wave = wave_of(programme, version)
    journeys = people_of(programme, 12)
    for journey in journeys[:6]:
        sent(wave, journey, {"S1": 1, "S2": 1})
    copy_of(version, broken="S1", reason="autre échelle")
    for journey in journeys[6:]:
        sent(wave, journey, {"S1": 7, "S2": 5})
    section = results_of(wave).sections[0]
    assert section.score and (section.score.n, section.score.mean) == (6, 6.0)
    assert [(one.item.code, one.item.series) for one in section.items][:2] == [("S1", 2), ("S2", 1)]


def test_a_later_version_does_not_hide_why_a_series_broke(programme: Programme, version: QuestionnaireVersion) -> None:
    start, end = wave_of(programme, version), wave_of(programme, version, moment=Wave.Moment.EXIT)
    journeys = people_of(programme, 6)
    for journey in journeys:
        sent(start, journey, {"S1": 3})
    second = copy_of(version, broken="S1", reason="autre échelle")
    copy_of(second, broken="YES", reason="autre chose")
    for journey in journeys:
        sent(end, journey, {"S1": 5})
    broken = item(results_of(end), "S1").change
    assert broken and "(autre échelle)" in broken.why_not


def test_the_same_shares_as_before_are_said_to_be_the_same(programme: Programme, version: QuestionnaireVersion) -> None:
    start, end = wave_of(programme, version), wave_of(programme, version, moment=Wave.Moment.EXIT)
    for journey in people_of(programme, 6):
        sent(start, journey, {"FORM": "COOP"})
        sent(end, journey, {"FORM": "COOP"})
    said = change_words(item(results_of(end), "FORM").change)
    assert said == "Depuis la vague précédente, pour les mêmes 6 personnes\u00a0: aucune part n’a changé."


@pytest.mark.parametrize("mode", [Wave.Mode.CONFIDENTIAL, Wave.Mode.ANONYMOUS])
def test_nothing_shows_of_fewer_than_five(programme: Programme, version: QuestionnaireVersion, mode: str) -> None:
    wave = wave_of(programme, version, mode=mode)
    journeys = people_of(programme, 6)
    for journey in journeys[:4]:
        sent(wave, journey, {"S1": 4, "JOBS": "2", "YES": 0, "WHY": "trop tôt"})
    few = results_of(wave)
    assert (few.sections, few.sent) == ((), 0)
    assert few.hidden.startswith("Moins de cinq")
    sent(wave, journeys[4], {"S1": 4, "YES": 0, "WHY": "faute de temps"})
    enough = results_of(wave)
    assert enough.sent == 5 and item(enough, "S1").counts
    assert item(enough, "JOBS").counts is None and item(enough, "JOBS").hidden
    said = item(enough, "WHY").counts
    assert said and sorted(one.text for one in said.words) == ["faute de temps", *["trop tôt"] * 4]
    assert {one.name for one in said.words} == {""}


@pytest.mark.parametrize("mode", [Wave.Mode.CONFIDENTIAL, Wave.Mode.ANONYMOUS])
def test_answers_count_five_by_five_so_that_one_more_changes_nothing(
    programme: Programme, version: QuestionnaireVersion, mode: str
) -> None:
    wave = wave_of(programme, version, mode=mode)
    journeys = people_of(programme, 10)
    seen = []
    for journey in journeys:
        sent(wave, journey, {"S1": 1 + len(seen) % 8})
        found = results_of(wave)
        counts = item(found, "S1").counts if found.sections else None
        assert len(data_set(wave).rows) == found.sent  # files say no more
        seen.append((found.sent, counts and counts.middle and counts.middle.mean))
    assert seen == [*[(0, None)] * 4, *[(5, 3.0)] * 5, (10, 3.9)]


def test_a_group_that_would_give_another_away_is_hidden(programme: Programme, version: QuestionnaireVersion) -> None:
    wave = wave_of(programme, version, mode=Wave.Mode.CONFIDENTIAL)
    for place, journey in enumerate(people_of(programme, 20)):
        phase = "creation" if place < 6 else "consolidation" if place < 12 else "emergence"
        type(journey.project).objects.filter(pk=journey.project_id).update(phase=phase)
        journey.refresh_from_db()
        # Four of the second group stay silent on S2: they show nothing, nor does the group next in size.
        sent(wave, journey, {"S1": 4, **({} if 6 <= place < 8 else {"S2": 5, "YES": 0, "WHY": f"mot {place}"})})
    found = results_of(ended(wave))
    assert [(one.key, one.n, one.is_hidden) for one in found.groups if one.dimension == "phase"] == [
        ("phase:consolidation", 6, False), ("phase:creation", 6, False), ("phase:emergence", 8, False),
    ]  # fmt: skip
    creation = results_of(wave, "phase:creation")
    assert creation.sent == 6 and item(creation, "S1").counts
    said = item(creation, "WHY").counts
    assert said is None or said.words == ()
    assert item(results_of(wave, "phase:consolidation"), "S2").counts is None
    with pytest.raises(KeyError):
        results_of(wave, "phase:none")


def test_results_ask_the_same_whatever_the_number_of_sheets(
    programme: Programme, version: QuestionnaireVersion
) -> None:
    start, end = wave_of(programme, version), wave_of(programme, version, moment=Wave.Moment.EXIT)

    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            results_of(Wave.objects.select_related("questionnaire").get(pk=end.pk))
        return len(queries)

    counted = []
    for _round in range(2):
        for journey in people_of(programme, 2):
            sent(start, journey, {"S1": 3, "FORM": "SAS"})
            sent(end, journey, {"S1": 4, "FORM": "COOP"})
        counted.append(cost())
    assert counted[0] == counted[1] <= 13


def test_numbers_beyond_eight_values_are_drawn_in_classes(programme: Programme, version: QuestionnaireVersion) -> None:
    wave = wave_of(programme, version)
    for place, journey in enumerate(people_of(programme, 13)):
        sent(wave, journey, {"JOBS": Decimal(place)})
    counts = item(results_of(wave), "JOBS").counts
    assert counts and [share.n for share in counts.shares] == [2, 2, 2, 2, 2, 3]
    assert counts.shares[0].label == "0,0 à 2,0"
