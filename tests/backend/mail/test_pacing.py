"""When a letter leaves: in the hours of its reader, within the week, and not once its time has passed."""

import threading
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.contrib.contenttypes.models import ContentType
from django.db import connections

from backend.accounts.models import Organisation, User
from backend.mail import actions, queries, tasks
from backend.mail.kinds import KIND_OF
from backend.mail.models import Email
from backend.mail.pace import first_free, opened
from tests.factories.mail import Mailbox, make_email

TUESDAY = datetime(2026, 12, 1, 13, tzinfo=UTC)  # 14 h in Paris
PARIS = ZoneInfo("Europe/Paris")
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def notices_are_asks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(KIND_OF, "mail/letters/account_notice", KIND_OF["evaluation/letters/survey_reminder"])


def found(email: Email) -> tuple[str, str, datetime]:
    email.refresh_from_db()
    return email.state, email.why, email.not_before


def test_a_night_lasts_until_eight_also_when_the_clock_changes() -> None:
    def at(year: int, month: int, day: int, hour: int, minute: int = 0) -> datetime:
        return datetime(year, month, day, hour, minute, tzinfo=PARIS)

    assert opened(at(2026, 12, 1, 8, 0), PARIS, 8, 20) == at(2026, 12, 1, 8)
    assert opened(at(2026, 12, 1, 7, 59), PARIS, 8, 20) == at(2026, 12, 1, 8)
    assert opened(at(2026, 12, 1, 20, 0), PARIS, 8, 20) == at(2026, 12, 2, 8)
    assert opened(at(2027, 3, 27, 22, 0), PARIS, 8, 20) == at(2027, 3, 28, 8)
    assert opened(at(2027, 3, 27, 22, 0), PARIS, 8, 20).astimezone(UTC).hour == 6


def test_no_seven_days_hold_more_than_allowed_in_either_direction() -> None:
    taken = [TUESDAY + n * DAY for n in (0, 1, 8)]
    free = first_free(TUESDAY + 2 * DAY, taken, 2, lambda moment: moment)
    assert free == TUESDAY + 7 * DAY
    assert first_free(TUESDAY + 2 * DAY, taken, 3, lambda moment: moment) == TUESDAY + 2 * DAY
    for end in [free, *taken]:
        assert sum(end - 7 * DAY < one <= end for one in [free, *taken]) <= 2


@pytest.mark.django_db
def test_what_is_over_the_week_leaves_on_the_first_free_day_and_urgent_passes(
    holder: User, organisation: Organisation, other_organisation: Organisation
) -> None:
    with time_machine.travel(TUESDAY, tick=False):
        for whose in (organisation, other_organisation, organisation):
            assert found(make_email(holder, organisation=whose)) == ("pending", "", TUESDAY)
        assert found(make_email(holder, organisation=organisation)) == ("pending", "budget", TUESDAY + 7 * DAY)
        assert found(make_email(holder, organisation=organisation, is_urgent=True)) == ("pending", "", TUESDAY)
        short = make_email(holder, organisation=organisation, drop_after=TUESDAY + 3 * DAY)
        assert (short.state, short.why, short.message) == ("dropped", "budget", b"")
        assert queries.cost_of([holder.pk], organisation) == queries.Cost(1, 1)
        actions.set_letter_rules(organisation, opens_at=9, closes_at=12, asks_a_week=9, by=None)
        assert queries.cost_of([holder.pk], organisation) == queries.Cost(1, 0)
        morning = datetime(2026, 12, 2, 8, tzinfo=UTC)
        assert found(make_email(holder, organisation=organisation)) == ("pending", "hours", morning)
        actions.choose_hours(holder, opens_at=0, closes_at=24, by=holder)
        assert found(make_email(holder, organisation=organisation)) == ("pending", "", TUESDAY)


@pytest.mark.django_db
def test_a_letter_whose_time_has_passed_or_whose_matter_is_closed_stays_here(
    holder: User, organisation: Organisation, mailbox: Mailbox
) -> None:
    night = TUESDAY + timedelta(hours=8)
    with time_machine.travel(night, tick=False):
        late = make_email(holder, organisation=organisation, drop_after=night + timedelta(hours=12))
        gone = make_email(holder, organisation=organisation, about=organisation)
        assert (late.state, late.why) == ("pending", "hours")
        assert len(actions.drop_letters(organisation)) == 1
    with time_machine.travel(night + 2 * DAY):
        tasks.sweep_outbox()
        assert mailbox.recipients == []
    assert [found(one)[:2] for one in (late, gone)] == [("dropped", "passed"), ("dropped", "cancelled")]


@pytest.mark.django_db
def test_that_nothing_waits_is_seen_with_one_question(
    holder: User, organisation: Organisation, django_assert_num_queries: Any
) -> None:
    make_email(holder, organisation=organisation, about=holder)
    ContentType.objects.get_for_model(organisation)
    with django_assert_num_queries(3):  # two are the savepoint
        assert actions.drop_letters(organisation) == []


@pytest.mark.django_db
def test_what_cannot_wait_for_the_morning_leaves_at_night(holder: User, organisation: Organisation) -> None:
    night = TUESDAY + timedelta(hours=8)
    with time_machine.travel(night, tick=False):
        soon = make_email(holder, organisation=organisation, drop_after=night + timedelta(hours=2), is_urgent=True)
        assert found(soon) == ("pending", "", night)


@pytest.mark.django_db(transaction=True)
def test_two_senders_at_once_stay_within_the_week(holder: User, organisation: Organisation) -> None:
    def send(_number: Any) -> None:
        make_email(holder, organisation=organisation)
        connections.close_all()

    senders = [threading.Thread(target=send, args=[n]) for n in range(6)]
    for one in senders:
        one.start()
    for one in senders:
        one.join()
    assert Email.objects.filter(to_user=holder).exclude(why="budget").count() == 3
