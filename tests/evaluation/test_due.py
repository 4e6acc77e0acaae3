"""Who is due to be asked: a table of every moment and everybody who may be asked, then the rules around it."""

from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine

from backend.accounts.models import Membership, Organisation, User
from evaluation import actions, tasks
from evaluation.models import Request, Wave
from evaluation.queries.due import Asking, askings, latest, running_waves, shifted
from evaluation.queries.happened import half_way
from journeys import actions as journeys
from journeys.actions import Mark
from journeys.models import Journey
from mentoring import actions as mentoring
from mentoring.models import Mentorship
from tests.factories.accounts import make_member
from tests.factories.evaluation import make_wave
from tests.factories.journeys import finish, make_journey, make_programme, step_of
from tests.factories.mentoring import make_held_session, make_pair
from tests.factories.stays import enrol, make_immersion, make_module_date, module_of

pytestmark = pytest.mark.django_db
PARIS = ZoneInfo("Europe/Paris")
START, SESSION, MODULE, STAY_OVER, PLAN = (date(2026, *day) for day in ((8, 3), (9, 1), (9, 10), (9, 25), (10, 5)))


def noon(day: date) -> datetime:
    return datetime.combine(day, time(12), PARIS)


@pytest.fixture
def life(organisation: Organisation, holder: User, mentor: User, clock: time_machine.Traveller) -> Journey:
    """One journey that has met every moment but its end; seen on 6 October 2026. Half-way was 21 September."""
    clock.move_to(noon(START))
    journey = make_journey(organisation, holder)
    Journey.objects.filter(pk=journey.pk).update(planned_end_on=date(2026, 11, 9))
    journey.refresh_from_db()
    pair = make_pair(organisation, mentor, journey=journey)
    clock.move_to(noon(SESSION) + timedelta(hours=3))
    make_held_session(pair)
    clock.move_to(noon(MODULE))
    held = make_module_date(module_of(journey))
    (seat,) = enrol(held, journey)
    clock.move_to(noon(MODULE) + timedelta(days=1, hours=4))
    journeys.mark_attendance(held, {seat.pk: Mark("present")}, by=None)
    clock.move_to(noon(STAY_OVER) + timedelta(hours=8))
    make_immersion(
        journey,
        state="completed",
        starts_on=date(2026, 9, 21),
        tutor_email="Tutrice@Exemple.fr",
        signatory_email="direction@exemple.fr",
    )
    clock.move_to(noon(PLAN))
    journeys.reach_milestone(step_of(journey, "milestone"), reached_on=PLAN, evidence="Plan remis", by=None)
    clock.move_to(noon(PLAN) + timedelta(days=1))
    journey.programme.waves.update(stopped_at=noon(PLAN))  # each test says which waves it is about
    journey.refresh_from_db()
    return journey


def said(found: list[Asking]) -> dict[tuple[str, str], tuple[str, str, str]]:
    """{(moment, audience): (what it follows, the day, who is asked)}."""
    people = {user.pk: user.email.partition("@")[0] for user in User.objects.all()}
    return {
        (one.wave.moment, one.wave.audience): (
            one.occasion.partition(":")[0],
            f"{one.on:%m-%d}",
            people[one.person] if one.person else f"{one.email} {one.name}",
        )
        for one in found
    }


TUTOR, COMPANY = "tutrice@exemple.fr Paule Tutrice", "direction@exemple.fr Dominique Direction"
TABLE = {
    ("start", "holder"): ("", "08-03", "holder"),
    ("start", "mentor"): ("", "08-03", "mentor"),
    ("mid", "holder"): ("", "09-21", "holder"),
    ("mid", "mentor"): ("", "09-21", "mentor"),
    ("session", "holder"): ("session", "09-01", "holder"),
    ("session", "mentor"): ("session", "09-01", "mentor"),
    ("module", "holder"): ("module", "09-11", "holder"),
    ("module", "mentor"): ("module", "09-11", "mentor"),
    ("immersion", "holder"): ("stay", "09-25", "holder"),
    ("immersion", "mentor"): ("stay", "09-25", "mentor"),
    ("immersion", "tutor"): ("stay", "09-25", TUTOR),
    ("immersion", "company"): ("stay", "09-25", COMPANY),
    ("milestone", "holder"): ("milestone", "10-05", "holder"),
    ("milestone", "mentor"): ("milestone", "10-05", "mentor"),
    ("milestone", "tutor"): ("milestone", "10-05", TUTOR),
    ("milestone", "company"): ("milestone", "10-05", COMPANY),
    ("campaign", "holder"): ("", "10-06", "holder"),
    ("campaign", "mentor"): ("", "10-06", "mentor"),
    ("campaign", "tutor"): ("", "10-06", TUTOR),
    ("campaign", "company"): ("", "10-06", COMPANY),
}
"""On the way: at the start, half-way and after that session no stay had taken place, so no tutor was there to ask."""
AT_EXIT = {
    ("exit", "holder"): ("", "10-06", "holder"),
    ("exit", "mentor"): ("", "10-06", "mentor"),
    ("exit", "tutor"): ("", "10-06", TUTOR),
    ("exit", "company"): ("", "10-06", COMPANY),
}


def all_waves(programme: Any, **fields: Any) -> list[Wave]:
    return [
        make_wave(programme, moment, audience, **fields)
        for moment in Wave.Moment.values
        for audience in Wave.Audience.values
    ]


def test_each_moment_asks_whom_it_should_about_the_day_it_happened(life: Journey) -> None:
    all_waves(life.programme)
    assert said(askings(running_waves())) == TABLE


def test_at_exit_the_four_are_asked_and_the_start_no_more(life: Journey) -> None:
    finish(life)
    journeys.complete_journey(life, by=None)
    all_waves(life.programme)
    early = {(moment, who) for moment, who in TABLE if moment in ("start", "mid", "campaign")}
    assert said(askings(running_waves())) == {key: one for key, one in TABLE.items() if key not in early} | AT_EXIT


def test_a_sweep_asks_the_whole_table_once(life: Journey) -> None:
    all_waves(life.programme)
    assert [tasks.sweep_due_requests(), tasks.sweep_due_requests()] == [len(TABLE), 0]
    asked = Request.objects.order_by("pk").values_list("wave__moment", "wave__audience", "respondent", "email")
    assert {(moment, who) for moment, who, _respondent, _email in asked} == set(TABLE)
    assert sum(1 for *_wave, respondent, email in asked if respondent is None and email) == 6


@pytest.mark.parametrize(("months", "days"), [(0, 3), (1, 0), (1, 2)])
def test_what_is_added_to_the_day_moves_the_ask(
    life: Journey, clock: time_machine.Traveller, months: int, days: int
) -> None:
    make_wave(life.programme, "milestone", months=months, days=days)
    due = shifted(PLAN, months, days)
    clock.move_to(noon(due) - timedelta(days=1))
    assert askings(running_waves()) == []
    clock.move_to(datetime.combine(due, time(0, 5), PARIS))
    assert [(one.on, one.due_on) for one in askings(running_waves())] == [(PLAN, due)]


def test_what_was_missed_is_asked_for_half_a_year_and_then_no_more(
    life: Journey, clock: time_machine.Traveller
) -> None:
    make_wave(life.programme, "session")
    clock.move_to(noon(SESSION + timedelta(days=180)))
    assert len(askings(running_waves())) == 1
    clock.move_to(noon(SESSION + timedelta(days=181)))
    assert askings(running_waves()) == []


def test_nothing_is_asked_about_what_happened_before_the_wave_begins(life: Journey) -> None:
    make_wave(life.programme, "session", since=SESSION + timedelta(days=1))
    make_wave(life.programme, "milestone", since=PLAN)
    assert [one.wave.moment for one in askings(running_waves())] == ["milestone"]


@pytest.mark.parametrize(("asks_leavers", "moments"), [(False, []), (True, ["session", "exit"])])
def test_whoever_left_is_asked_only_where_the_wave_says_so(
    life: Journey, asks_leavers: bool, moments: list[str]
) -> None:
    for moment in ("session", "exit"):
        make_wave(life.programme, moment, asks_leavers=asks_leavers)
    journeys.leave_journey(life, reason="moved", by=None)
    assert [one.wave.moment for one in askings(running_waves())] == moments


def test_an_account_that_is_closed_is_asked_nothing_and_its_mentor_neither(life: Journey, holder: User) -> None:
    make_wave(life.programme, "session")
    make_wave(life.programme, "session", "mentor")
    User.objects.filter(pk=holder.pk).update(is_active=False)
    assert askings(running_waves()) == []


def test_a_mentor_whose_role_has_ended_is_not_asked(life: Journey, mentor: User) -> None:
    for moment in ("session", "milestone"):
        make_wave(life.programme, moment, "mentor")
    Membership.objects.filter(user=mentor).update(ended_at=noon(PLAN))
    assert askings(running_waves()) == []


def test_the_mentor_of_that_day_is_asked_not_the_one_of_today(
    life: Journey, organisation: Organisation, clock: time_machine.Traveller
) -> None:
    make_wave(life.programme, "milestone", "mentor")
    make_wave(life.programme, "campaign", "mentor")
    clock.move_to(noon(PLAN) + timedelta(days=3))
    mentoring.end_mentorship(Mentorship.objects.get(), reason="other", by=None)
    clock.move_to(noon(PLAN) + timedelta(days=5))
    new = make_member(organisation, "mentor", "next@example.org")
    make_pair(organisation, new, journey=life)
    clock.move_to(noon(PLAN) + timedelta(days=6))
    found = said(askings(running_waves()))
    assert {key[0]: one[2] for key, one in found.items()} == {"milestone": "mentor", "campaign": "next"}


def test_only_the_second_session_is_asked_about_and_a_late_log_asks_nobody_again(
    life: Journey, clock: time_machine.Traveller
) -> None:
    make_wave(life.programme, "session", nth=2)
    assert askings(running_waves()) == []
    pair = Mentorship.objects.get()
    second = make_held_session(pair)
    assert tasks.sweep_due_requests() == 1
    clock.shift(timedelta(days=1))
    make_held_session(pair, hours_ago=24 * 10)  # held before, logged afterwards: now it is the second
    assert askings(running_waves()) == []
    assert Request.objects.get().occasion_on == second.starts_at.astimezone(PARIS).date()


def test_the_sessions_after_the_second_are_not_the_second(life: Journey, clock: time_machine.Traveller) -> None:
    make_wave(life.programme, "session", nth=2)
    pair = Mentorship.objects.get()
    days = []
    for _session in range(3):
        days.append(make_held_session(pair).starts_at.astimezone(PARIS).date())
        clock.shift(timedelta(days=2))
    assert [(one.occasion, one.on) for one in askings(running_waves())] == [("session:nth:2", days[0])]


def test_only_the_mentor_in_charge_is_asked(life: Journey, organisation: Organisation) -> None:
    """Somebody helps beside her, since before any of it: nobody asks what he thinks of the whole journey."""
    beside = make_pair(
        organisation, make_member(organisation, "mentor", "beside@example.org"), journey=life, is_primary=False
    )
    Mentorship.objects.filter(pk=beside.pk).update(started_on=START)
    for moment in ("start", "mid", "module", "immersion", "milestone", "campaign"):
        make_wave(life.programme, moment, "mentor")
    found = said(askings(running_waves()))
    assert {who for _what, _day, who in found.values()} == {"mentor"} and len(found) == 6


def test_whoever_rests_is_asked_once_they_are_back(life: Journey, clock: time_machine.Traveller) -> None:
    """Also about what came before the pause, and however long after the moment the wave asks."""
    for moment in ("start", "mid", "session", "module", "immersion", "milestone", "campaign"):
        make_wave(life.programme, moment)
    for moment in ("start", "session"):
        make_wave(life.programme, moment, days=20)
    asked = len(askings(running_waves()))
    assert asked == 9
    journeys.pause_journey(life, reason="Congé", review_on=date(2026, 10, 26), by=None)
    assert askings(running_waves()) == []
    journeys.resume_journey(life, by=None)
    assert len(askings(running_waves())) == asked


@pytest.mark.parametrize(("code", "asked"), [("plan", 1), ("autre", 0), ("", 1)])
def test_one_milestone_is_chosen_by_its_code(life: Journey, code: str, asked: int) -> None:
    make_wave(life.programme, "milestone", step_code=code)
    assert len(askings(running_waves())) == asked


def test_a_pause_moves_the_middle(life: Journey, clock: time_machine.Traveller) -> None:
    make_wave(life.programme, "mid")
    before = half_way(life.started_on, life.planned_end_on)
    journeys.pause_journey(life, reason="Congé", review_on=date(2026, 12, 5), by=None)
    assert askings(running_waves()) == []  # nobody is asked while it is paused
    clock.move_to(noon(date(2026, 12, 5)))
    journeys.resume_journey(life, by=None)
    life.refresh_from_db()
    assert [one.on for one in askings(running_waves())] == [before + timedelta(days=30)]


def test_a_campaign_asks_between_its_days_and_whoever_starts_meanwhile(
    life: Journey, organisation: Organisation, clock: time_machine.Traveller
) -> None:
    opens, closes = date(2026, 10, 10), date(2026, 10, 20)
    wave = make_wave(life.programme, "campaign", opens_on=opens, closes_on=closes)
    assert (askings([wave]), len(askings([wave], ahead=4))) == ([], 1)
    clock.move_to(noon(opens))
    assert tasks.sweep_due_requests() == 1
    assert Request.objects.get().expires_at == datetime.combine(closes + timedelta(days=1), time(), PARIS)
    clock.move_to(noon(closes))
    make_journey(organisation, programme=life.programme)
    assert len(askings([wave])) == 1
    clock.move_to(noon(closes) + timedelta(days=1))
    assert askings([wave]) == []


def test_a_stopped_wave_asks_and_reminds_nobody(life: Journey, clock: time_machine.Traveller) -> None:
    make_wave(life.programme, "session")
    tasks.sweep_due_requests()
    Wave.objects.filter(moment="session").update(stopped_at=noon(PLAN))
    make_held_session(Mentorship.objects.get())
    clock.shift(timedelta(days=8))
    assert (tasks.sweep_due_requests(), tasks.sweep_reminders()) == (0, 0)


def test_whoever_joins_a_wave_twice_is_asked_by_hand_about_the_same_once(life: Journey, lead: User) -> None:
    wave = make_wave(life.programme, "campaign", "mentor")
    actions.send_request(wave, life, by=lead)
    assert askings([wave]) == []


def test_many_programmes_are_read_together(
    organisation: Organisation, django_assert_num_queries: Any, life: Journey
) -> None:
    for _programme in range(3):
        for moment in ("start", "exit"):
            make_wave(make_programme(organisation), moment)
    Wave.objects.filter(programme=life.programme).delete()
    waves = running_waves()
    with django_assert_num_queries(2):
        askings(waves)


@pytest.mark.parametrize(
    ("day", "months", "days", "found"),
    [
        (date(2026, 2, 28), 1, 0, date(2026, 1, 31)),
        (date(2026, 3, 30), 1, 0, date(2026, 2, 28)),
        (date(2026, 3, 31), 1, 0, date(2026, 2, 28)),
        (date(2024, 2, 29), 12, 0, date(2023, 3, 1) - timedelta(days=1)),
        (date(2026, 5, 10), 6, 9, date(2025, 11, 1)),
    ],
)
def test_the_last_day_that_is_due_by_then(day: date, months: int, days: int, found: date) -> None:
    assert latest(day, months, days) == found
    assert shifted(found, months, days) <= day < shifted(found + timedelta(days=1), months, days)
