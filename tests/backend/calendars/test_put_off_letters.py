"""A letter that the server put off is nothing that anybody knows: what it said is told again."""

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine

from backend.accounts.models import Organisation, User
from backend.calendars import actions
from backend.calendars.actions import Attendee
from backend.calendars.models import Invite
from backend.mail import tasks
from backend.mail.actions import delivery
from backend.mail.models import Email
from tests.factories.calendars import make_invite
from tests.factories.mail import Mailbox, letters_to

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]
START = datetime(2026, 12, 10, 14, 30, tzinfo=ZoneInfo("Europe/Paris"))
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def settling(settings: Any) -> None:
    settings.INVITE_SETTLING = timedelta(minutes=2)


def told(person: User) -> list[tuple[str, int | None, str]]:
    return [(one.method, one.sequence, one.state) for one in letters_to(person) if one.method]


def test_a_move_put_off_by_the_server_is_told_when_the_event_is_back_at_it(
    organisation: Organisation, mentor: User, holder: User, mailbox: Mailbox, clock: time_machine.Traveller
) -> None:
    make_invite(organisation, mentor, holder, starts_at=START)
    tasks.sweep_outbox()
    mailbox.answers[holder.email] = ["451 greylisted"]
    actions.move_invite(organisation, starts_at=START + DAY, by=None)
    clock.shift(timedelta(minutes=2, seconds=1))
    tasks.sweep_outbox()
    for days in (2, 1):
        actions.move_invite(organisation, starts_at=START + days * DAY, by=None)
    clock.shift(timedelta(hours=1))
    tasks.sweep_outbox()
    assert told(holder)[-1] == ("REQUEST", 3, "sent")
    assert told(mentor) == [("REQUEST", 0, "sent"), ("REQUEST", 1, "sent"), ("REQUEST", 2, "superseded")]


def test_whoever_is_taken_off_and_back_while_her_first_invite_is_put_off_is_invited(
    organisation: Organisation, mentor: User, holder: User, mailbox: Mailbox, clock: time_machine.Traveller
) -> None:
    mailbox.answers[holder.email] = ["451 greylisted"]
    make_invite(organisation, mentor, holder, starts_at=START)
    tasks.sweep_outbox()
    both = [Attendee(mentor, "CHAIR"), Attendee(holder)]
    for people in (both[:1], both):
        actions.move_invite(organisation, attendees=people, by=None)
    clock.shift(timedelta(hours=1))
    tasks.sweep_outbox()
    assert told(holder) == [("REQUEST", 0, "superseded"), ("CANCEL", 1, "superseded"), ("REQUEST", 2, "sent")]


def test_an_answer_to_a_former_date_does_not_stand_for_one_that_was_in_flight(
    organisation: Organisation, mentor: User, holder: User, mailbox: Mailbox, clock: time_machine.Traveller
) -> None:
    invite = make_invite(organisation, mentor, holder, starts_at=START)
    tasks.sweep_outbox()
    actions.answer_invite(invite.attendees.get(user=holder), "ACCEPTED", by=holder)
    actions.move_invite(organisation, starts_at=START + DAY, by=None)
    clock.shift(timedelta(minutes=3))
    moved = letters_to(holder)[-1]
    assert delivery.claim(moved.pk)
    actions.move_invite(organisation, starts_at=START + 2 * DAY, by=None)
    mine = Email.objects.filter(pk=moved.pk, state="sending")
    assert mine.update(state="sent", lease_token="", lease_until=None, sent_at=datetime.now(UTC)) == 1
    actions.move_invite(organisation, starts_at=START + DAY, by=None)
    assert Invite.objects.get().attendees.get(user=holder).partstat == "NEEDS-ACTION"
