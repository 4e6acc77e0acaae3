"""Two people at once: a mentor's capacity and a person's hour are given once. On SQLite and on PostgreSQL."""

import datetime as dt
import time
from datetime import timedelta
from threading import Event
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from backend.accounts.models import Organisation, User
from backend.lib import clock
from journeys.models import Journey
from mentoring import actions
from mentoring.actions import Handing, logs, mentorships, proposals, sessions
from mentoring.models import LogDraft, Mentor, Mentorship, Session
from tests.factories.journeys import make_journey
from tests.factories.mentoring import (
    make_held_session,
    make_mentor,
    make_opening,
    make_pair,
    make_past_session,
    make_session,
)
from tests.factories.together import at_once, fields_at_once

pytestmark = pytest.mark.django_db(transaction=True)


def slowly(monkeypatch: pytest.MonkeyPatch, module: Any, name: str) -> None:
    """What looks takes a while before it acts: without a lock the two would see the same."""
    look = getattr(module, name)

    def slow(*args: Any, **kwargs: Any) -> Any:
        found = look(*args, **kwargs)
        time.sleep(0.3)
        return found

    monkeypatch.setattr(module, name, slow)


def test_two_leads_do_not_fill_the_last_place_of_a_mentor_twice(
    organisation: Organisation, monkeypatch: pytest.MonkeyPatch
) -> None:
    mentor = make_mentor(organisation, capacity=1)
    journeys = [make_journey(organisation), make_journey(organisation)]
    slowly(monkeypatch, mentorships, "check_room")
    said = fields_at_once(
        *(lambda journey=journey: actions.pair_mentor(journey, mentor, by=None) for journey in journeys)
    )
    assert said == ["done", "mentor"]
    assert mentor.mentorships.live().count() == 1


def test_two_mentors_are_not_given_to_one_journey(organisation: Organisation, monkeypatch: pytest.MonkeyPatch) -> None:
    journey = make_journey(organisation)
    mentors = [make_mentor(organisation), make_mentor(organisation)]
    slowly(monkeypatch, mentorships, "check_room")
    journeys = [Journey.objects.get(pk=journey.pk) for _mentor in mentors]
    said = fields_at_once(
        lambda: actions.pair_mentor(journeys[0], mentors[0], by=None),
        lambda: actions.pair_mentor(journeys[1], mentors[1], by=None),
    )
    assert said in (["done", "refused"], ["done", "end_reason"])
    assert journey.mentorships.live().count() == 1


def test_two_leads_who_pair_the_same_cohort_at_once_make_each_pair_once(organisation: Organisation) -> None:
    numbers = [make_journey(organisation).pk for _each in range(3)]
    mentors = [make_mentor(organisation) for _each in range(6)]
    made: list[int] = []

    def press(chosen: list[Mentor], order: int) -> None:
        rows = [Journey.objects.get(pk=pk) for pk in numbers]
        outcome = actions.pair_many(list(zip(rows, chosen, strict=True))[::order], by=None)
        made.append(sum(one.pair is not None for one in outcome))

    said = fields_at_once(lambda: press(mentors[:3], 1), lambda: press(mentors[3:], -1))
    assert (said, sorted(made)) == (["done", "done"], [0, 3])
    assert Mentorship.objects.live().count() == 3


def test_two_sessions_are_not_planned_for_one_person_at_one_time(
    organisation: Organisation, monkeypatch: pytest.MonkeyPatch
) -> None:
    mentor = make_mentor(organisation)
    pairs = [make_pair(organisation, mentor), make_pair(organisation, mentor)]
    slowly(monkeypatch, sessions, "_check_free")
    starts_at = clock.now() + timedelta(days=1)
    said = fields_at_once(
        *(lambda pair=pair: actions.plan_session(pair, starts_at=starts_at, by=None) for pair in pairs)
    )
    assert said == ["done", "time"]
    assert Session.objects.count() == 1


def test_of_forty_who_book_one_opening_at_once_one_has_it(organisation: Organisation) -> None:
    mentor = make_mentor(organisation, capacity=50)
    tomorrow = clock.today() + timedelta(days=1)
    opening = make_opening(mentor, repeats="once", starts_on=tomorrow, to_time=dt.time(15))
    starts_at = dt.datetime.combine(tomorrow, opening.from_time, tzinfo=ZoneInfo(organisation.time_zone))
    pairs = [make_pair(organisation, mentor) for _each in range(40)]
    said = at_once(*(lambda pair=pair: actions.book_opening(pair, starts_at=starts_at, by=None) for pair in pairs))
    taken = "Cet horaire vient d’être pris\xa0: choisissez-en un autre."
    assert sorted(said) == sorted(["done", *[taken] * 39])
    assert Session.objects.get().starts_at == starts_at


def test_no_more_are_booked_at_once_than_the_mentor_wants_in_a_week(organisation: Organisation) -> None:
    mentor = make_mentor(organisation, capacity=9)
    tomorrow = clock.today() + timedelta(days=1)
    opening = make_opening(mentor, repeats="once", starts_on=tomorrow, to_time=dt.time(20), most_a_week=2)
    first = dt.datetime.combine(tomorrow, opening.from_time, tzinfo=ZoneInfo(organisation.time_zone))
    asked = [
        (make_pair(organisation, mentor), first + timedelta(minutes=opening.minutes * place)) for place in range(5)
    ]
    said = at_once(*(lambda one=one: actions.book_opening(one[0], starts_at=one[1], by=None) for one in asked))
    assert (said.count("done"), Session.objects.count()) == (2, 2)


def test_two_taps_at_once_log_once(organisation: Organisation, lead: User) -> None:
    pair = make_pair(organisation)
    session = make_past_session(pair)
    copies = [Session.objects.select_related("mentorship__journey").get(pk=session.pk) for _tap in range(2)]
    said = fields_at_once(*(lambda copy=copy: actions.log_session(copy, by=lead) for copy in copies))
    assert said == ["done", "refused"]
    assert pair.journey.deliveries.count() == 1


def test_a_draft_that_is_saved_while_the_log_is_kept_is_begun_anew_or_told_so(
    organisation: Organisation, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = make_held_session(make_pair(organisation))
    by = session.mentorship.mentor.user
    actions.keep_draft(session, fields={"summary": ["Le pr"]}, revision=0, device="phone", by=by)
    copy, dropped, drop = Session.objects.get(pk=session.pk), Event(), logs.drop_draft

    def slow_drop(*args: Any, **kwargs: Any) -> None:
        drop(*args, **kwargs)
        dropped.set()
        time.sleep(0.3)

    def save() -> None:
        dropped.wait()
        actions.keep_draft(copy, fields={"summary": ["Le pri"]}, revision=1, device="phone", by=by)

    monkeypatch.setattr(logs, "drop_draft", slow_drop)
    said = at_once(lambda: actions.update_log(session, summary="Le prix", draft=1, by=by), save)
    copy.refresh_from_db()
    assert said == ["done", "Un autre appareil a enregistré autre chose entre-temps."]
    assert (copy.summary, LogDraft.objects.count()) == ("Le prix", 0)


def test_the_sweep_run_by_two_workers_asks_once(organisation: Organisation) -> None:
    session = make_past_session(make_pair(organisation))
    asked: list[bool] = []
    fields_at_once(
        *(lambda: asked.append(actions.ask_session_log(Session.objects.get(pk=session.pk))) for _worker in "ab")
    )
    assert sorted(asked) == [False, True]


def test_no_session_is_planned_with_a_pair_that_ends_at_that_moment(
    organisation: Organisation, monkeypatch: pytest.MonkeyPatch
) -> None:
    pair = make_pair(organisation)
    copy = Mentorship.objects.get(pk=pair.pk)
    slowly(monkeypatch, sessions, "_check_free")
    starts_at = clock.now() + timedelta(days=1)
    at_once(
        lambda: actions.plan_session(pair, starts_at=starts_at, by=None),
        lambda: actions.end_mentorship(copy, reason="other", by=None),
    )
    assert not Session.objects.filter(mentorship=pair, state="planned").exists()


CROSSED = "Quelqu’un l’a modifié entre-temps."


def test_a_session_is_moved_while_its_mentor_leaves_and_neither_is_let_go(
    organisation: Organisation, monkeypatch: pytest.MonkeyPatch
) -> None:
    pair, nadia = make_pair(organisation), make_mentor(organisation, capacity=2)
    session = make_session(pair)
    slowly(monkeypatch, sessions, "claim")
    later = session.starts_at + timedelta(days=1)
    left, moved = at_once(
        lambda: actions.leave_mentor(pair.mentor, handings=[Handing(pair.pk, nadia)], by=None),
        lambda: actions.move_session(session, starts_at=later, by=None),
    )
    assert left == "done" and not moved.startswith(CROSSED)
    assert Session.objects.get().mentorship.mentor == nadia


def test_a_proposal_begins_while_the_mentor_it_follows_leaves_and_neither_is_let_go(
    organisation: Organisation, monkeypatch: pytest.MonkeyPatch
) -> None:
    pair, nadia, paul = make_pair(organisation), make_mentor(organisation), make_mentor(organisation)
    proposed = actions.propose_mentor(pair.journey, nadia, end_reason="other", by=None)
    actions.accept_proposal(proposed, side="mentor", by=None)
    slowly(monkeypatch, proposals, "check_room")
    said = at_once(
        lambda: actions.accept_proposal(Mentorship.objects.get(pk=proposed.pk), side="holder", by=None),
        lambda: actions.leave_mentor(pair.mentor, handings=[Handing(pair.pk, paul)], by=None),
    )
    assert "done" in said and not [one for one in said if one.startswith(CROSSED)]
    assert pair.journey.mentorships.live().filter(is_primary=True).count() == 1
