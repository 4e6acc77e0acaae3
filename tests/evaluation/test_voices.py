"""Holder, mentor and tutor on the same questions: what is paired, who is heard, and who may know it when."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

import pytest
import time_machine

from backend.accounts.models import Membership, Organisation, User
from backend.lib import clock as hours
from backend.lib.refusal import Refused
from evaluation import actions, policies
from evaluation.models import QuestionnaireVersion, Request, Wave
from evaluation.queries.voices import Comparison, Standing, compare, voices_for
from journeys import actions as journeys
from journeys.models import Companion, Journey
from tests.factories.accounts import make_member
from tests.factories.journeys import make_companion, make_journey
from tests.factories.surveys import make_questionnaire
from tests.factories.voices import answer_voice, ask_voice, shared_waves

pytestmark = pytest.mark.django_db
SEVEN = {"scale_max": 7}
SECTIONS: dict[str, dict[str, dict[str, Any]]] = {
    "Oser": {"*": {"least_answered": 2}, "O1": SEVEN, "O2": SEVEN, "O3": SEVEN},
    "Tenir": {"T1": SEVEN, "T2": {"scale_max": 3}, "W1": {"kind": "text"}},
}


@pytest.fixture
def version(organisation: Organisation) -> QuestionnaireVersion:
    return make_questionnaire(organisation, SECTIONS)


@pytest.fixture
def journey(organisation: Organisation, holder: User, mentor: User) -> Journey:
    """Of the holder, whom the mentor follows."""
    found = make_journey(organisation, holder)
    make_companion(found, mentor)
    return found


@pytest.fixture
def waves(journey: Journey, version: QuestionnaireVersion) -> dict[str, Wave]:
    return shared_waves(journey.programme, version)


class Say:
    """`say("mentor", {...}, days=3)`: this voice was asked and answered, so many days ago."""

    def __init__(self, journey: Journey, version: QuestionnaireVersion, waves: Mapping[str, Wave], mentor: User):
        self.journey, self.version, self.waves = journey, version, waves
        self.people = {"holder": journey.holder.user, "mentor": mentor, "tutor": None}

    def ask(self, role: str, days: int = 0, **more: Any) -> Request:
        at = hours.now() - timedelta(days=days)
        wave, version = more.get("wave", self.waves[role]), more.get("version", self.version)
        return ask_voice(wave, version, self.journey, self.people[role], at)

    def __call__(self, role: str, given: Mapping[str, int | None], days: int = 0, **more: Any) -> Request:
        return answer_voice(self.ask(role, days, **more), given, hours.now() - timedelta(days=days))


@pytest.fixture
def say(journey: Journey, version: QuestionnaireVersion, waves: dict[str, Wave], mentor: User) -> Say:
    return Say(journey, version, waves, mentor)


def only(journey: Journey) -> Comparison:
    (found,) = compare([journey])[journey.pk]
    return found


def standings(found: Comparison) -> dict[str, str]:
    return {voice.role: voice.standing for voice in found.voices}


# --- What is paired ---------------------------------------------------------------------------------
def test_each_item_stands_with_the_score_of_each_voice_and_the_points_between_them(say: Say, journey: Journey) -> None:
    say("holder", {"O1": 2, "O2": 5, "O3": 4, "T1": 6, "T2": 1, "W1": None})
    say("mentor", {"O1": 6, "O2": 5, "O3": None, "T1": 5, "T2": 3})
    say("tutor", {"O1": 3, "O2": 7})
    found = only(journey)
    assert {one.item.code: dict(one.scores) for one in found.items} == {
        "O1": {"holder": 2, "mentor": 6, "tutor": 3},
        "O2": {"holder": 5, "mentor": 5, "tutor": 7},
        "O3": {"holder": 4, "mentor": None, "tutor": None},
        "T1": {"holder": 6, "mentor": 5, "tutor": None},
        "T2": {"holder": 1, "mentor": 3, "tutor": None},
    }
    assert [one.spread for one in found.items] == [4, 2, None, 1, 2]
    assert [one.item.code for one in found.close] == ["T1"]
    assert [one.item.code for one in found.paired] == ["O1", "O2", "T1", "T2"]


def test_the_largest_difference_comes_first_as_a_share_of_its_scale(say: Say, journey: Journey) -> None:
    say("holder", {"O1": 2, "O2": 5, "O3": 4, "T1": 6, "T2": 1})
    say("mentor", {"O1": 6, "O2": 3, "O3": 6, "T1": 5, "T2": 3})
    found = only(journey)
    assert [one.item.code for one in found.apart(3)] == ["T2", "O1", "O2"]
    assert [one.item.code for one in found.apart(9)] == ["T2", "O1", "O2", "O3"]


def test_an_area_has_a_score_from_as_many_answers_up_as_it_needs(say: Say, journey: Journey) -> None:
    say("holder", {"O1": 2, "O2": 5, "O3": 5, "T1": 6})
    say("mentor", {"O1": 6, "O2": None, "O3": 3})
    say("tutor", {"O1": 3})
    oser, tenir = only(journey).areas
    assert (oser.section.code, dict(oser.scores)) == ("Oser", {"holder": 4.0, "mentor": 4.5, "tutor": None})
    assert oser.spread == 0.5
    assert (dict(tenir.scores), tenir.spread) == ({"holder": None, "mentor": None, "tutor": None}, None)


def test_an_item_whose_series_was_broken_is_left_out_and_named(
    say: Say, journey: Journey, organisation: Organisation, version: QuestionnaireVersion
) -> None:
    version.items.filter(code="O1").update(text_fr="J’ose demander.")
    say("holder", {"O1": 2, "O2": 5, "O3": 5})
    later = next_of(version, broken="O1")
    say("mentor", {"O1": 6, "O2": 3, "O3": 4}, version=later)
    found = only(journey)
    assert [one.item.code for one in found.items] == ["O2", "O3", "T1", "T2"]
    assert [one.code for one in found.changed] == ["O1"]
    assert dict(found.areas[0].scores) == {"holder": 5.0, "mentor": 3.5}


def next_of(version: QuestionnaireVersion, broken: str) -> QuestionnaireVersion:
    """The same questions in a version 2; the series of one begins anew."""
    later = QuestionnaireVersion.objects.create(
        questionnaire=version.questionnaire, number=2, published_at=hours.now(), anchors=version.anchors
    )
    for section in version.sections.order_by("position"):
        items = list(section.items.order_by("position"))
        section.pk, section.version = None, later
        section.save()
        for item in items:
            item.pk, item.version, item.section = None, later, section
            item.series = 2 if item.code == broken else 1
            item.save()
    return later


def test_the_latest_sheet_speaks_and_the_holders_first_stands_beside(say: Say, journey: Journey) -> None:
    early = shared_waves(journey.programme, say.version, "start")
    say("holder", {"O1": 1, "O2": 1}, days=200, wave=early["holder"])
    say("holder", {"O1": 5, "O2": 4}, days=3)
    say("mentor", {"O1": 6, "O2": 3}, days=2)
    found = only(journey)
    assert [(one.first, one.scores["holder"]) for one in found.items[:2]] == [(1, 5), (1, 4)]
    assert found.voices[0].first is not None
    assert (found.voices[0].first.on, found.voices[1].first) == (hours.today() - timedelta(days=200), None)


def test_nothing_is_compared_while_one_voice_is_alone(say: Say, journey: Journey) -> None:
    say("holder", {"O1": 2})
    say.ask("mentor")
    found = only(journey)
    assert standings(found) == {"holder": "answered", "mentor": "awaited", "tutor": "unasked"}
    assert (found.areas, found.items) == ((), [])


# --- Who is heard -----------------------------------------------------------------------------------
@pytest.mark.parametrize(("days", "standing"), [(60, Standing.ANSWERED), (61, Standing.APART)])
def test_a_voice_more_than_sixty_days_from_the_holders_latest_is_said_but_not_compared(
    say: Say, journey: Journey, days: int, standing: str
) -> None:
    say("mentor", {"O1": 6}, days=days)
    say("holder", {"O1": 2})
    found = only(journey)
    assert standings(found)["mentor"] == standing
    assert found.voices[1].sheet is not None
    assert len(found.items) == (5 if standing == Standing.ANSWERED else 0)


def test_a_later_sheet_too_far_from_the_holders_gives_way_to_one_that_is_near(say: Say, journey: Journey) -> None:
    again = shared_waves(journey.programme, say.version, "exit")
    say("holder", {"O1": 2}, days=100)
    say("mentor", {"O1": 6}, days=90)
    say("mentor", {"O1": 3}, wave=again["mentor"])
    assert only(journey).items[0].scores == {"holder": 2, "mentor": 6}


def test_of_two_sheets_near_the_holders_the_latest_speaks(
    say: Say, journey: Journey, version: QuestionnaireVersion
) -> None:
    say("holder", {"O1": 2})
    say("mentor", {"O1": 3}, days=40)
    again = shared_waves(journey.programme, version, moment="exit")["mentor"]
    say("mentor", {"O1": 6}, days=10, wave=again)
    assert only(journey).items[0].scores == {"holder": 2, "mentor": 6}


def test_who_said_no_or_let_the_time_pass_is_silent(say: Say, journey: Journey) -> None:
    actions.refuse_request(say.ask("tutor"), by=None)
    say.ask("mentor", days=31)
    assert standings(only(journey)) == {"holder": "unasked", "mentor": "silent", "tutor": "silent"}


def test_waves_that_are_not_shared_are_heard_by_nobody(say: Say, journey: Journey) -> None:
    Wave.objects.filter(audience="mentor").update(is_shared=False)
    say("holder", {"O1": 2})
    say("mentor", {"O1": 6})
    assert standings(only(journey)) == {"holder": "answered", "mentor": "unasked", "tutor": "unasked"}
    Wave.objects.update(is_shared=False)
    assert compare([journey]) == {}


# --- Independence -----------------------------------------------------------------------------------
def test_whoever_is_still_asked_sees_no_other_voice_before_having_answered(
    say: Say, journey: Journey, mentor: User, holder: User, lead: User
) -> None:
    say("holder", {"O1": 2, "O2": 3})
    say("tutor", {"O1": 5, "O2": 3})
    asked = say.ask("mentor")
    (theirs,) = voices_for(journey, mentor)
    assert (theirs.waiting, theirs.items, theirs.areas) == (asked, [], ())
    assert [len(voices_for(journey, one)[0].items) for one in (holder, lead)] == [5, 5]
    answer_voice(asked, {"O1": 4})
    (theirs,) = voices_for(journey, mentor)
    assert (theirs.waiting, theirs.items[0].scores) == (None, {"holder": 2, "mentor": 4, "tutor": 5})


def test_whoever_is_to_be_asked_later_sees_no_other_voice_yet(
    say: Say, journey: Journey, waves: dict[str, Wave], mentor: User, holder: User, lead: User
) -> None:
    say("mentor", {"O1": 5})
    say("tutor", {"O1": 3})
    (theirs,) = voices_for(journey, holder)
    assert (theirs.is_early, theirs.items, len(theirs.heard)) == (True, [], 2)
    assert [len(voices_for(journey, one)[0].items) for one in (mentor, lead)] == [5, 5]
    actions.stop_wave(waves["holder"], by=lead)
    (theirs,) = voices_for(journey, holder)
    assert (theirs.is_early, len(theirs.items)) == (False, 5)


def test_nobody_is_asked_later_on_a_journey_that_has_ended(say: Say, journey: Journey, holder: User) -> None:
    say("mentor", {"O1": 5})
    say("tutor", {"O1": 3})
    left = {"state": Journey.State.LEFT, "leave_reason": Journey.LeaveReason.OTHER, "ended_on": hours.today()}
    Journey.objects.filter(pk=journey.pk).update(**left)
    (theirs,) = voices_for(Journey.objects.get(pk=journey.pk), holder)
    assert (theirs.is_early, len(theirs.items)) == (False, 5)


def test_a_wave_stopped_before_it_asked_anybody_puts_nothing_side_by_side(
    journey: Journey, waves: dict[str, Wave], lead: User
) -> None:
    assert len(voices_for(journey, lead)) == 1
    for wave in waves.values():
        actions.stop_wave(wave, by=lead)
    assert voices_for(journey, lead) == []


def test_whoever_let_their_time_go_by_is_asked_no_more_once_others_can_be_read(
    say: Say, journey: Journey, lead: User, clock: time_machine.Traveller
) -> None:
    asked = say.ask("mentor")
    clock.shift(timedelta(days=31))
    actions.expire_requests()
    asked.refresh_from_db()
    again = actions.resend_request(asked, by=lead)  # nobody has answered: nothing could be read
    assert again.state == "sent"
    say("holder", {"O1": 2})
    clock.shift(timedelta(days=31))
    actions.expire_requests()
    again.refresh_from_db()
    with pytest.raises(Refused, match="trop tard"):
        actions.resend_request(again, by=lead)


def test_saying_no_opens_nothing_while_it_can_be_taken_back(
    say: Say, journey: Journey, mentor: User, clock: time_machine.Traveller
) -> None:
    say("holder", {"O1": 2})
    say("tutor", {"O1": 5})
    asked = actions.refuse_request(say.ask("mentor"), by=mentor)
    assert voices_for(journey, mentor)[0].waiting == asked
    clock.shift(timedelta(days=30))
    (over,) = voices_for(journey, mentor)
    assert (over.waiting, len(over.items)) == (None, 5)


def test_a_later_request_hides_what_was_seen_until_it_is_answered_too(say: Say, journey: Journey, holder: User) -> None:
    say("holder", {"O1": 2}, days=20)
    say("mentor", {"O1": 5}, days=20)
    assert len(voices_for(journey, holder)[0].items) == 5
    again = shared_waves(journey.programme, say.version, "exit")
    asked = say.ask("holder", wave=again["holder"])
    assert (voices_for(journey, holder)[0].waiting, voices_for(journey, holder)[0].items) == (asked, [])


# --- Who may ----------------------------------------------------------------------------------------
def test_the_holder_the_present_mentor_and_leads_may_compare(
    journey: Journey, organisation: Organisation, holder: User, mentor: User, lead: User, steward: User
) -> None:
    former = make_member(organisation, Membership.Role.MENTOR)
    make_companion(journey, former)
    journeys.end_companion(journey, former, Companion.Role.MENTOR, by=None)
    trainer = make_member(organisation, Membership.Role.MENTOR)
    make_companion(journey, trainer, Companion.Role.TRAINER)
    expected = {holder: True, mentor: True, lead: True, former: False, trainer: False, steward: False}
    assert {one: policies.may_compare_voices(one, journey) for one in expected} == expected


# --- Costs ------------------------------------------------------------------------------------------
def test_ten_journeys_cost_as_many_queries_as_one(
    say: Say, journey: Journey, version: QuestionnaireVersion, waves: dict[str, Wave], mentor: User,
    organisation: Organisation, django_assert_num_queries: Callable[[int], Any],
) -> None:  # fmt: skip
    every = [journey]
    say("holder", {"O1": 2})
    say("mentor", {"O1": 5})
    with django_assert_num_queries(4):
        compare(every)
    for _each in range(9):
        other = make_journey(organisation, programme=journey.programme)
        for role, score in (("holder", 3), ("mentor", 4)):
            person = other.holder.user if role == "holder" else mentor
            answer_voice(ask_voice(waves[role], version, other, person), {"O1": score})
        every.append(other)
    with django_assert_num_queries(4):
        found = compare(every)
    assert len(found) == 10
    assert not mentor.has_role("lead")  # read with any page
    with django_assert_num_queries(6):
        voices_for(journey, mentor)
