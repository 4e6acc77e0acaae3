"""Sessions at a steady pace: the dates on the wall clock, what speaks against each, all planned or none."""

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from backend.accounts.models import Organisation, User
from backend.calendars.models import Invite
from backend.lib.refusal import Refused
from backend.mail.models import Email
from mentoring import actions, queries
from mentoring.models import Mentorship, Session
from tests.factories.mentoring import make_pair, make_session
from tests.factories.together import at_once

ClientOf = Callable[[User], Client]
TUESDAY = date(2026, 12, 1)


def dates(pair: Mentorship, by: User, first_on: date = TUESDAY, count: int = 6) -> list[queries.CadenceDate]:
    pace = {"every_weeks": 2, "count": count, "minutes": 60}
    with timezone.override("Europe/Paris"):
        return queries.cadence_dates(pair, first_on=first_on, at=time(14), **pace, by=by)


def test_the_wall_clock_is_kept_when_the_clocks_change(pair: Mentorship, mentor: User) -> None:
    found = dates(pair, mentor, date(2027, 3, 16), 3)
    starts = [one.starts_at for one in found]
    assert starts == [datetime(2027, 3, 16, 13, tzinfo=UTC), datetime(2027, 3, 30, 12, tzinfo=UTC),
                      datetime(2027, 4, 13, 12, tzinfo=UTC)]  # fmt: skip


def test_each_date_says_what_speaks_against_it(pair: Mentorship, mentor: User) -> None:
    make_session(pair, datetime(2026, 12, 15, 13, 30, tzinfo=UTC))
    off = date(2027, 1, 12)
    actions.declare_absence(pair.mentor, starts_on=off, ends_on=off + timedelta(days=3), by=mentor)
    found = dates(pair, mentor, date(2026, 11, 20), 2) + dates(pair, mentor, TUESDAY, 4)
    assert [(bool(one.problem), one.is_kept) for one in found] == [
        (True, False), (False, True), (False, True), (True, False), (False, True), (False, False),
    ]  # fmt: skip
    assert found[3].problem.startswith("Vous avez déjà une séance avec Hawa Diallo le mardi 15 décembre")
    assert found[5].note == "Marc Tessier est en congé ce jour-là."
    assert dates(pair, mentor, date(2026, 12, 25), 2)[0].note == "Jour férié\xa0: Noël."


def test_more_dates_ask_no_more_of_the_database(
    pair: Mentorship, mentor: User, assert_num_queries_same: Callable[..., int]
) -> None:
    counts = [2]
    assert_num_queries_same(lambda: dates(pair, mentor, count=counts[-1]), lambda: counts.append(20))


def test_one_act_plans_what_is_ticked_each_with_its_invite(pair: Mentorship, mentor: User, client_of: ClientOf) -> None:
    url = reverse("mentoring:cadence_plan", args=[pair.pk])
    typed = {"day": "2026-12-01", "time": "14:00", "minutes_0": "1", "minutes_1": "0", "medium": "phone"}
    typed |= {"every_weeks": "2", "count": "3"}
    page = client_of(mentor).post(url, {**typed, "act": "look"})
    assert [one.is_kept for one in page.context["dates"]] == [True, True, True]
    assert (page.context["letters"], Session.objects.count()) == (8, 0)
    days = ["2026-12-01", "2026-12-15", "2026-12-29"]
    client_of(mentor).post(url, {**typed, "act": "plan", "shown": days, "keep": [days[0], days[2]]})
    planned = Session.objects.order_by("starts_at")
    assert [one.starts_at.date().isoformat() for one in planned] == [days[0], days[2]]
    assert Invite.objects.count() == 2


def test_all_dates_are_read_in_one_letter_and_each_invite_keeps_its_place(pair: Mentorship, mentor: User) -> None:
    starts = [datetime(2026, 12, day, 13, tzinfo=UTC) for day in (1, 15, 29)]
    sessions = actions.plan_cadence(pair, starts=starts, minutes=60, place="Café du Bouffay", by=mentor)
    assert list(Invite.objects.order_by("starts_at").values_list("title_fr", "title_en"))[1] == (
        "Mentorat\xa0: Hawa Diallo et Marc Tessier (2 sur 3)",
        "Mentoring: Hawa Diallo and Marc Tessier (2 of 3)",
    )
    letters = {one.to_user: one for one in Email.objects.filter(template="mentoring/letters/series")}
    hers = letters[pair.journey.holder.user]
    assert len(letters) == 2
    assert hers.subject == "3 séances avec Marc Tessier, à partir du 1er décembre\u00a0: toutes les dates"
    for text in (hers.text, hers.html):
        assert [text.count(f"{day} décembre à 14") for day in ("mardi 15", "mardi 29")] == [1, 1]
        assert "Chacune dure 1\xa0h (Café du Bouffay)." in text
    actions.move_session(sessions[0], starts_at=starts[0] + timedelta(days=20), by=mentor)
    assert Invite.objects.get(title_fr__endswith="(1 sur 3)").starts_at == starts[0] + timedelta(days=20)
    assert Email.objects.filter(template="mentoring/letters/series").count() == 2
    alone = actions.plan_cadence(pair, starts=[datetime(2027, 2, 2, 13, tzinfo=UTC)], minutes=60, by=mentor)[0]
    assert (alone.series_size, Email.objects.filter(template="mentoring/letters/series").count()) == (None, 2)


def test_all_or_nothing(pair: Mentorship, mentor: User) -> None:
    starts = [datetime(2026, 12, day, 13, tzinfo=UTC) for day in (1, 8, 15)]
    make_session(pair, starts[2])
    with pytest.raises(Refused, match="mardi 15 décembre"):
        actions.plan_cadence(pair, starts=starts, minutes=60, by=mentor)
    assert Session.objects.count() == 1
    with pytest.raises(Refused, match="au moins une date"):
        actions.plan_cadence(pair, starts=[], by=mentor)


@pytest.mark.django_db(transaction=True)
def test_of_two_paces_at_once_that_cross_one_stands_whole(organisation: Organisation) -> None:
    first = make_pair(organisation)
    second = make_pair(organisation, first.mentor)
    days = [datetime(2026, 12, day, 13, tzinfo=UTC) for day in (1, 8, 15, 22)]
    said = at_once(
        lambda: actions.plan_cadence(first, starts=days[:3], minutes=60, by=None),
        lambda: actions.plan_cadence(second, starts=days[2:], minutes=60, by=None),
    )
    assert said.count("done") == 1
    counts = (first.sessions.count(), second.sessions.count())
    assert counts in {(3, 0), (0, 2)}
