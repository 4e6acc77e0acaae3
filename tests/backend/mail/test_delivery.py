"""The outbox: claimed once, sent once, in order, and never lost."""

from datetime import timedelta

import pytest
import time_machine
from django.db import IntegrityError, connection, transaction
from django_q.models import OrmQ

from backend.accounts.models import Organisation, User
from backend.history.models import Entry
from backend.lib import clock as house_clock
from backend.lib.refusal import Refused
from backend.mail import actions, queries, tasks
from backend.mail.actions import delivery
from backend.mail.mime import CalendarPart
from backend.mail.models import Email
from tests.factories.mail import Mailbox, make_email

pytestmark = pytest.mark.django_db
State = Email.State


def stand(email: Email) -> Email:
    """The letter as the database has it."""
    return Email.objects.get(pk=email.pk)


def revision(sequence: int, method: str = "REQUEST") -> CalendarPart:
    stamp = house_clock.now() + timedelta(seconds=sequence)
    return CalendarPart("uid@jalon", method, sequence, stamp, b"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n")


def test_the_same_key_is_one_letter_and_one_job(holder: User) -> None:
    first = make_email(holder, key="hello")
    again = make_email(holder, key="hello")
    assert (again.pk, Email.objects.count(), OrmQ.objects.count()) == (first.pk, 1, 1)


def test_a_rollback_leaves_neither_letter_nor_job(holder: User) -> None:
    with transaction.atomic():
        make_email(holder)
        transaction.set_rollback(True)
    assert (Email.objects.count(), OrmQ.objects.count()) == (0, 0)


def test_a_letter_leaves_once_however_often_its_bell_rings(mailbox: Mailbox, holder: User) -> None:
    email = make_email(holder)
    assert [tasks.deliver(email.pk), tasks.deliver(email.pk), tasks.sweep_outbox()] == [1, 0, 0]
    assert mailbox.recipients == [holder.email]
    sent = stand(email)
    assert (sent.state, sent.attempts, sent.sent_at, sent.lease_token) == (State.SENT, 1, house_clock.now(), "")


def test_what_leaves_is_what_was_stored_byte_for_byte(mailbox: Mailbox, holder: User) -> None:
    email = make_email(holder)
    tasks.deliver(email.pk)
    assert mailbox.messages == [bytes(email.message)]
    assert mailbox.read()[0]["Message-ID"] == email.message_id


def test_the_sweep_finds_letters_whose_bell_was_lost_over_one_connection(mailbox: Mailbox, holder: User) -> None:
    for _ in range(3):
        make_email(holder)
    OrmQ.objects.all().delete()
    assert (tasks.sweep_outbox(), tasks.sweep_outbox()) == (3, 0)
    assert (len(mailbox.messages), mailbox.connections) == (3, 1)


def test_a_letter_waits_for_its_hour(mailbox: Mailbox, holder: User, clock: time_machine.Traveller) -> None:
    email = make_email(holder, not_before=house_clock.now() + timedelta(hours=2))
    assert (tasks.deliver(email.pk), tasks.sweep_outbox()) == (0, 0)
    clock.shift(timedelta(hours=2))
    assert tasks.sweep_outbox() == 1


def test_a_claim_belongs_to_one_worker_until_its_lease_ends(holder: User, clock: time_machine.Traveller) -> None:
    email = make_email(holder)
    mine = delivery.claim(email.pk)
    assert mine is not None
    assert delivery.claim(email.pk) is None
    clock.shift(timedelta(seconds=121))
    taken_over = delivery.claim(email.pk)
    assert taken_over is not None
    assert (taken_over.attempts, bytes(taken_over.message)) == (2, bytes(mine.message))
    assert delivery._settle(mine, State.SENT, sent_at=house_clock.now()) is False
    assert stand(email).lease_token == taken_over.lease_token


def test_a_worker_cut_short_after_claiming_loses_nothing(
    mailbox: Mailbox, holder: User, clock: time_machine.Traveller
) -> None:
    email = make_email(holder)
    delivery.claim(email.pk)
    assert (tasks.deliver(email.pk), tasks.sweep_outbox()) == (0, 0)
    clock.shift(timedelta(minutes=3))
    assert tasks.sweep_outbox() == 1
    assert (stand(email).state, stand(email).attempts, len(mailbox.messages)) == (State.SENT, 2, 1)


def test_a_server_that_says_later_is_asked_again_later_and_later(
    mailbox: Mailbox, holder: User, clock: time_machine.Traveller
) -> None:
    email = make_email(holder)
    mailbox.answers[holder.email] = ["451 busy", "451 busy"]
    tasks.deliver(email.pk)
    first = stand(email)
    assert (first.state, first.last_error) == (State.PENDING, "451 busy")
    assert timedelta(seconds=51) <= first.not_before - house_clock.now() <= timedelta(seconds=69)
    clock.move_to(first.not_before)
    tasks.sweep_outbox()
    second = stand(email)
    assert timedelta(seconds=102) <= second.not_before - house_clock.now() <= timedelta(seconds=138)
    clock.move_to(second.not_before)
    tasks.sweep_outbox()
    assert (stand(email).state, stand(email).attempts, stand(email).last_error) == (State.SENT, 3, "")


def test_a_refused_address_fails_at_once_and_the_others_still_leave(mailbox: Mailbox, holder: User) -> None:
    wrong, right = make_email("nobody@example.org"), make_email(holder)
    mailbox.answers["nobody@example.org"] = ["550 no such person"]
    assert tasks.sweep_outbox() == 1
    assert (stand(wrong).state, stand(wrong).last_error) == (State.FAILED, "550 no such person")
    assert (stand(right).state, mailbox.connections) == (State.SENT, 1)


def test_a_letter_refused_after_its_data_fails(mailbox: Mailbox, holder: User) -> None:
    email = make_email(holder)
    mailbox.data_answers[holder.email] = ["554 we do not like it"]
    tasks.deliver(email.pk)
    assert (stand(email).state, mailbox.messages) == (State.FAILED, [])


def test_no_server_at_all_stops_the_batch_and_keeps_every_letter(
    settings: object, mailbox: Mailbox, holder: User
) -> None:
    settings.EMAIL_PORT = 1  # type: ignore[attr-defined]  # nobody listens there
    letters = [make_email(holder) for _ in range(3)]
    assert tasks.sweep_outbox() == 0
    assert [(stand(email).state, stand(email).attempts) for email in letters] == [
        (State.PENDING, 0), (State.PENDING, 0), (State.PENDING, 0),
    ]  # fmt: skip
    assert (tasks.deliver(letters[1].pk), stand(letters[1]).last_error) == (0, "")  # left to the next sweep


def test_a_letter_is_given_up_after_twelve_attempts(
    mailbox: Mailbox, holder: User, clock: time_machine.Traveller
) -> None:
    email = make_email(holder)
    mailbox.answers[holder.email] = ["451 busy"] * 20
    for _ in range(20):
        tasks.sweep_outbox()
        clock.shift(timedelta(hours=8))
    assert (stand(email).state, stand(email).attempts) == (State.DEAD, delivery.MAX_ATTEMPTS)
    assert len(mailbox.answers[holder.email]) == 20 - delivery.MAX_ATTEMPTS


def test_a_letter_that_kills_every_worker_is_buried(holder: User, clock: time_machine.Traveller) -> None:
    email = make_email(holder)
    for _ in range(delivery.MAX_ATTEMPTS):
        assert delivery.claim(email.pk)
        clock.shift(timedelta(minutes=3))
    assert delivery.claim(email.pk) is None
    assert tasks.sweep_outbox() == 0
    assert stand(email).state == State.DEAD


def test_a_bug_in_one_letter_does_not_stop_the_others(
    mailbox: Mailbox, holder: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    poison, healthy = make_email("poison@example.org"), make_email(holder)
    send = delivery.Sender.send

    def break_on_poison(self: delivery.Sender, raw: bytes, to: str, **kwargs: str) -> None:
        if to == "poison@example.org":
            raise ValueError("broken")
        send(self, raw, to, **kwargs)

    monkeypatch.setattr(delivery.Sender, "send", break_on_poison)
    assert tasks.sweep_outbox() == 1
    assert (stand(poison).state, stand(poison).last_error) == (State.PENDING, "ValueError: broken")
    assert stand(healthy).state == State.SENT


def test_in_a_stream_only_the_newest_waiting_letter_leaves(mailbox: Mailbox, holder: User) -> None:
    old, new = (make_email(holder, stream="s", invite=revision(n)) for n in (0, 1))
    assert tasks.sweep_outbox() == 1
    assert (stand(old).state, stand(new).state) == (State.SUPERSEDED, State.SENT)


def test_in_a_stream_nothing_leaves_beside_a_letter_in_flight(mailbox: Mailbox, holder: User) -> None:
    first = make_email(holder, stream="s", invite=revision(0))
    held = delivery.claim(first.pk)
    assert held is not None
    second = make_email(holder, stream="s", invite=revision(1))
    assert (tasks.deliver(second.pk), tasks.sweep_outbox(), stand(second).attempts) == (0, 0, 0)
    delivery._settle(held, State.SENT, sent_at=house_clock.now())
    assert tasks.sweep_outbox() == 1


def test_a_letter_overtaken_while_claimed_gives_way_and_the_newer_one_follows(
    mailbox: Mailbox, holder: User, clock: time_machine.Traveller
) -> None:
    first = make_email(holder, stream="s", invite=revision(0))
    delivery.claim(first.pk)
    second = make_email(holder, stream="s", invite=revision(1))
    clock.shift(timedelta(minutes=3))
    assert tasks.deliver(first.pk) == 1
    assert (stand(first).state, stand(second).state) == (State.SUPERSEDED, State.SENT)


def test_a_cancel_follows_an_invite_that_may_have_left(
    mailbox: Mailbox, holder: User, clock: time_machine.Traveller
) -> None:
    invite = make_email(holder, stream="s", invite=revision(0))
    delivery.claim(invite.pk)  # the worker is killed here: sent or not, nobody knows
    cancel = make_email(holder, stream="s", invite=revision(1, "CANCEL"))
    clock.shift(timedelta(minutes=3))
    assert tasks.sweep_outbox() == 1
    assert (stand(invite).state, stand(cancel).state) == (State.SUPERSEDED, State.SENT)


def test_sign_in_codes_go_before_everything_else(mailbox: Mailbox, holder: User, mentor: User) -> None:
    ordinary = make_email(holder)
    make_email(mentor, is_secret=True)
    tasks.deliver(ordinary.pk)
    assert mailbox.recipients == [mentor.email, holder.email]


def test_a_lead_has_a_refused_letter_sent_again(
    mailbox: Mailbox, holder: User, lead: User, organisation: Organisation
) -> None:
    email = make_email(holder, organisation=organisation)
    mailbox.answers[holder.email] = ["550 mailbox full"]
    tasks.deliver(email.pk)
    actions.retry_email(stand(email), by=lead)
    assert (stand(email).state, stand(email).attempts) == (State.PENDING, 0)
    tasks.deliver(email.pk)
    assert mailbox.messages == [bytes(email.message)]
    assert Entry.objects.get(verb="retry_email").by == lead
    with pytest.raises(Refused):
        actions.retry_email(stand(email), by=lead)


def test_neither_a_replaced_letter_nor_a_code_is_sent_again(holder: User) -> None:
    old = make_email(holder, stream="s")
    make_email(holder, stream="s")
    Email.objects.filter(pk=old.pk).update(state=State.DEAD)
    with pytest.raises(Refused, match="plus récent"):
        actions.retry_email(stand(old), by=None)
    code = make_email(holder, is_secret=True)
    Email.objects.filter(pk=code.pk).update(state=State.DEAD)
    with pytest.raises(Refused, match="code"):
        actions.retry_email(stand(code), by=None)


def test_supersede_spares_what_was_already_tried(holder: User) -> None:
    tried = make_email(holder, stream="s")
    Email.objects.filter(pk=tried.pk).update(attempts=1)
    assert actions.supersede("s", only_untried=True) == 0
    assert (queries.may_have_left("s"), actions.supersede("s"), actions.supersede("s")) == (True, 1, 0)


@pytest.mark.parametrize(
    "values",
    [
        {"state": "lost"},
        {"state": "sending"},
        {"state": "sent"},
        {"lease_token": "x"},
        {"method": "REQUEST", "uid": ""},
    ],
)
def test_the_database_refuses_impossible_letters(holder: User, values: dict[str, str]) -> None:
    email = make_email(holder)
    with pytest.raises(IntegrityError), transaction.atomic():
        Email.objects.filter(pk=email.pk).update(**values)


def test_a_letter_of_a_kind_that_is_written_no_more_still_leaves(
    mailbox: Mailbox, organisation: Organisation, holder: User
) -> None:
    at = house_clock.now()
    email = make_email(holder, mentions=[(organisation, at)])
    Email.objects.filter(pk=email.pk).update(template="mail/letters/of_last_year")
    assert (tasks.deliver(email.pk), stand(email).state, str(stand(email).kind.code)) == (1, State.SENT, "former")
    assert queries.told_lately([holder], [(organisation, at)], since=at - timedelta(days=1))


def test_a_held_letter_that_cannot_be_released_does_not_stop_the_outbox(
    mailbox: Mailbox, holder: User, mentor: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    held, other = make_email(holder, key="held"), make_email(mentor, key="other")
    Email.objects.filter(pk=held.pk).update(state=State.HELD)
    monkeypatch.setattr(actions.failing, "paced", lambda *_args: 1 / 0)
    assert (tasks.sweep_outbox(), mailbox.recipients) == (1, [mentor.email])
    assert (stand(held).state, stand(other).state) == (State.HELD, State.SENT)


def test_whoever_sends_many_again_holds_their_readers_in_the_order_of_their_numbers(
    organisation: Organisation, lead: User, holder: User, mentor: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    people = sorted([holder, mentor], key=lambda one: -one.pk)
    for one in people:
        make_email(one, key=str(one.pk), organisation=organisation)
    Email.objects.update(state=State.DEAD)
    held: list[int | None] = []
    monkeypatch.setattr(actions.retrying, "retry_email", lambda email, by: held.append(email.to_user_id))
    actions.retry_emails(queries.retriable(lead), by=lead)
    assert held == [one.pk for one in reversed(people)]


def test_the_letters_of_a_stream_are_found_by_their_index(holder: User) -> None:
    """SQLite would read all letters ever written, PostgreSQL these few (so it is told not to)."""
    mine = make_email(holder, stream="s")
    make_email(holder, stream="t")
    make_email(holder)
    rows = Email.objects.of_stream("s").tried().order_by("-pk")[:1]
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET LOCAL enable_seqscan = off")
    assert "email_stream_order" in rows.explain()
    assert list(Email.objects.of_stream("s").order_by("pk")) == [mine]
