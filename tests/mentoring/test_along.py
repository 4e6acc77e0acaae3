"""Sessions move along with the step they belong to: same time of day, whatever the clocks do; both are told once."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.urls import reverse

from backend.accounts.models import Organisation, User
from backend.calendars.models import Invite
from journeys import actions as journeys
from journeys.models import Step
from journeys.queries.plans import move_preview
from mentoring import actions
from mentoring.models import Mentorship, Session
from mentoring.queries.along import later
from tests.factories.journeys import make_companion
from tests.factories.mentoring import make_mentor, make_pair, make_session

PARIS = ZoneInfo("Europe/Paris")


@pytest.fixture
def pair(organisation: Organisation, mentor: User, holder: User) -> Mentorship:
    return make_pair(organisation, mentor, holder)


def at(month: int, day: int, hour: int, minute: int = 0, year: int = 2027) -> datetime:
    return datetime(year, month, day, hour, minute, tzinfo=PARIS)


def mentoring(pair: Mentorship) -> Step:
    return Step.objects.select_related("journey__programme__organisation").get(journey=pair.journey, kind="mentoring")


def starts(*sessions: Session) -> list[datetime]:
    return [Session.objects.get(pk=one.pk).starts_at for one in sessions]


def test_the_same_time_of_day_whatever_the_clocks_do() -> None:
    assert later(at(3, 20, 14, 30), 14, "Europe/Paris") == at(4, 3, 14, 30)
    assert later(at(4, 3, 14, 30), -14, "Europe/Paris") == at(3, 20, 14, 30)
    assert later(at(3, 21, 2, 30), 7, "Europe/Paris") == at(3, 28, 3, 30)  # 2.30 does not exist that night


@pytest.mark.parametrize(
    ("zone", "before"), [("Europe/Paris", (3, 27)), ("Europe/Paris", (10, 30)), ("America/Cayenne", (3, 27))]
)
def test_ten_oclock_stays_ten_oclock_where_they_meet(
    pair: Mentorship, lead: User, zone: str, before: tuple[int, int]
) -> None:
    """Clocks change on 28 March and 31 October 2027 in Paris, never in Cayenne."""
    type(pair.journey.programme.organisation).objects.update(time_zone=zone)
    session = make_session(pair, datetime(2027, *before, 10, tzinfo=ZoneInfo(zone)))
    length = session.ends_at - session.starts_at
    step = mentoring(pair)
    for days in (7, -7):
        journeys.move_step(step, due_on=step.due_on + timedelta(days=days), by=lead)
        session.refresh_from_db()
        assert session.starts_at.astimezone(ZoneInfo(zone)).hour == 10
        assert session.ends_at - session.starts_at == length
    journeys.pause_journey(step.journey, reason="Repos", review_on=date(2027, 11, 20), by=lead)
    session.refresh_from_db()
    assert session.starts_at == datetime(2027, *before, 10, tzinfo=ZoneInfo(zone))


def test_the_preview_says_who_would_get_a_new_invite_and_asks_nobody(pair: Mentorship, lead: User) -> None:
    session = make_session(pair, at(3, 20, 14))
    sequence = Invite.objects.get().sequence
    seen = move_preview(mentoring(pair), due_on=mentoring(pair).due_on + timedelta(days=14), by=lead)
    assert seen.summary == (
        "1 étape bouge, 1 dépasse sa date limite, 1 dépasse la fin prévue, "
        "2 personnes reçoivent une nouvelle invitation"
    )
    assert [(one.was, one.now) for one in seen.appointments] == [(at(3, 20, 14), at(4, 3, 14))]
    assert set(seen.people) == {pair.mentor.user_id, pair.journey.holder.user_id}
    assert (starts(session), Invite.objects.get().sequence) == ([at(3, 20, 14)], sequence)


def test_sessions_to_come_follow_their_step_and_go_back_when_it_is_undone(pair: Mentorship, lead: User) -> None:
    first, second = make_session(pair, at(3, 20, 14)), make_session(pair, at(4, 3, 14))
    past = make_session(pair, at(11, 2, 10, year=2026))
    step = mentoring(pair)
    done = journeys.move_step(step, due_on=step.due_on + timedelta(days=14), by=lead)
    assert (starts(first, second, past), done.left_behind) == (
        [at(4, 3, 14), at(4, 17, 14), at(11, 2, 10, year=2026)], [],
    )  # fmt: skip
    undone = journeys.undo_change(pair.journey, by=lead)
    assert starts(first, second) == [at(3, 20, 14), at(4, 3, 14)]
    assert [one.problem for one in undone.along] == ["", ""]
    assert mentoring(pair).is_pinned is False


def test_sessions_stay_when_the_box_is_not_ticked(pair: Mentorship, lead: User) -> None:
    session, step = make_session(pair, at(3, 20, 14)), mentoring(pair)
    done = journeys.move_step(step, due_on=step.due_on + timedelta(days=14), with_meetings=False, by=lead)
    assert (starts(session), done.along) == ([at(3, 20, 14)], ())
    assert journeys.undo_change(pair.journey, by=lead).along == ()


def test_a_session_that_cannot_follow_stays_says_why_and_holds_nobody_back(
    pair: Mentorship, organisation: Organisation, lead: User
) -> None:
    blocked, free = make_session(pair, at(3, 20, 14)), make_session(pair, at(3, 22, 9))
    other = make_pair(organisation, pair.mentor)
    make_session(other, at(4, 3, 14))
    step = mentoring(pair)
    done = journeys.move_step(step, due_on=step.due_on + timedelta(days=14), by=lead)
    assert [one.ref for one in done.left_behind] == [blocked.source]
    assert "a déjà une séance" in done.left_behind[0].problem
    assert starts(blocked, free) == [at(3, 20, 14), at(4, 5, 9)]
    journeys.undo_change(pair.journey, by=lead)
    assert starts(blocked, free) == [at(3, 20, 14), at(3, 22, 9)]


def test_one_moved_again_by_hand_does_not_go_back(pair: Mentorship, lead: User) -> None:
    session, step = make_session(pair, at(3, 20, 14)), mentoring(pair)
    journeys.move_step(step, due_on=step.due_on + timedelta(days=14), by=lead)
    actions.move_session(Session.objects.get(pk=session.pk), starts_at=at(4, 9, 10), by=lead)
    assert journeys.undo_change(pair.journey, by=lead).along == ()
    assert starts(session) == [at(4, 9, 10)]


def test_a_mentor_does_not_move_the_sessions_of_another_pair(pair: Mentorship, organisation: Organisation) -> None:
    beside = make_mentor(organisation).user
    make_companion(pair.journey, beside)
    session, step = make_session(pair, at(3, 20, 14)), mentoring(pair)
    due = step.due_on + timedelta(days=14)
    assert move_preview(step, due_on=due, by=beside).people == {}
    done = journeys.move_step(step, due_on=due, by=beside)
    assert ([one.ref for one in done.left_behind], starts(session)) == ([session.source], [at(3, 20, 14)])


def test_the_page_shows_the_cascade_then_applies_exactly_that(
    pair: Mentorship, lead: User, client_of: Callable[[User], Client]
) -> None:
    session, step = make_session(pair, at(3, 20, 14)), mentoring(pair)
    browser, url = client_of(lead), reverse("journeys:step_move", args=[step.pk])
    due = step.due_on + timedelta(days=7)
    seen = browser.get(url, {"due_on": due.isoformat(), "holds": "on"})
    asked = {name: seen.context["apply"].initial[name] for name in ("due_on", "holds", "digest")}
    make_session(pair, at(5, 20, 14))
    again = browser.post(url, {**asked, "with_meetings": "on"})
    assert (again.status_code, again.context["changed"]) == (
        200, "Le plan a changé depuis que vous avez regardé\u00a0: voici ce qui bougerait maintenant.",
    )  # fmt: skip
    assert starts(session) == [at(3, 20, 14)]
    digest = again.context["apply"].initial["digest"]
    assert browser.post(url, {**asked, "digest": digest, "with_meetings": "on"}).status_code == 302
    assert (starts(session), mentoring(pair).due_on) == ([at(3, 27, 14)], due)
