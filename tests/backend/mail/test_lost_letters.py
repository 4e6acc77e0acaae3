"""Letters that did not get through: told to leads, sent again by them one or many at once, held and released."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from backend.accounts.models import Organisation, User
from backend.history.models import Entry
from backend.lib import clock as house_clock
from backend.mail import actions, queries, tasks
from backend.mail.actions import delivery
from backend.mail.kinds import KIND_OF
from backend.mail.mime import CalendarPart
from backend.mail.models import Email, FailingAddress
from tests.factories.mail import Mailbox, letters_to, make_email

pytestmark = pytest.mark.django_db
State = Email.State
SignIn = Callable[[User], Client]
CONTENT = b"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n"


def now_in(email: Email) -> str:
    email.refresh_from_db()
    return email.state


def lost(state: str, organisation: Organisation, to: User | str = "x@example.org", **fields: Any) -> Email:
    email = make_email(to, organisation=organisation, **fields)
    Email.objects.filter(pk=email.pk).update(state=state, attempts=12, last_error="550 no x@example.org here")
    email.refresh_from_db()
    return email


def revision(sequence: int, method: str = "REQUEST") -> CalendarPart:
    return CalendarPart("uid@jalon", method, sequence, house_clock.now(), CONTENT)


# --- Told -------------------------------------------------------------------------------------------
def test_leads_hear_once_of_what_did_not_get_through_and_at_most_once_an_hour(
    organisation: Organisation, lead: User, holder: User, outsider: User, clock: time_machine.Traveller
) -> None:
    first = [lost("failed", organisation, name="Zoé Martin"), lost("dead", organisation, holder)]
    assert (tasks.tell_undelivered(), tasks.tell_undelivered()) == (2, 0)
    told = letters_to(lead)[0]
    assert (told.subject, letters_to(outsider)) == ("2 courriers ne sont pas arrivés", [])
    assert all(email.subject in told.text and email.subject in told.html for email in first)
    assert ("Zoé Martin" in told.text, "x@example.org" in told.text + told.html) == (True, False)
    lost("failed", organisation)
    assert tasks.tell_undelivered() == 0
    clock.shift(timedelta(minutes=61))
    assert (tasks.tell_undelivered(), len(letters_to(lead))) == (1, 2)
    Email.objects.filter(pk=told.pk).update(state="failed")  # about how letters fare: nobody hears of it by letter
    clock.shift(timedelta(minutes=61))
    assert tasks.tell_undelivered() == 0


# --- Sent again -------------------------------------------------------------------------------------
def test_a_lead_sends_all_again_with_one_act_and_reads_what_became_of_them(
    client_of: SignIn, organisation: Organisation, other_organisation: Organisation, lead: User, holder: User,
    mailbox: Mailbox,
) -> None:  # fmt: skip
    again = [lost("dead", organisation, f"p{n}@example.org") for n in range(3)]
    replaced = lost("dead", organisation, stream="s", invite=revision(0))
    make_email("x@example.org", organisation=organisation, stream="s", invite=revision(1))
    night_only = lost("failed", organisation, "q@example.org")
    Email.objects.filter(pk=night_only.pk).update(template="mentoring/letters/session_log")
    actions.set_letter_rules(organisation, opens_at=20, closes_at=21, asks_a_week=3, by=None)
    over = lost("failed", organisation, drop_after=house_clock.now() + timedelta(hours=1))
    Email.objects.filter(pk=over.pk).update(drop_after=house_clock.now())
    foreign, mine = lost("dead", other_organisation), lost("failed", other_organisation, lead)
    client = client_of(lead)
    page = client.get(reverse("mail:outbox"), {"state": "lost"}).content.decode()
    assert "6 courriers ne sont pas arrivés" in page and "Renvoyer ces courriers" in page
    assert "Renvoyer ces courriers" not in client.get(reverse("mail:outbox")).content.decode()
    answer = client.post(reverse("mail:emails_retry"), {"state": "lost"}, follow=True).content.decode()
    assert "4 courriers repartent." in answer and "1 d’entre eux attend" in answer
    assert "Un reste ici : Un courrier plus récent remplace celui-ci." in answer
    assert "Un reste ici : Ce dont parle ce courrier est passé" in answer
    assert [now_in(one) for one in (*again, replaced, over, foreign, mine)] == [
        "pending", "pending", "pending", "dead", "failed", "dead", "failed",
    ]  # fmt: skip
    assert Entry.objects.filter(verb="retry_email", by=lead).count() == 4
    tasks.sweep_outbox()
    assert sorted(mailbox.recipients) == [*(one.to_address for one in again), "x@example.org"]


def test_a_program_sends_many_again_and_reads_which_stay(
    client_of: SignIn, organisation: Organisation, other_organisation: Organisation, lead: User
) -> None:
    again, foreign = lost("dead", organisation), lost("dead", other_organisation)
    replaced = lost("dead", organisation, stream="s")
    make_email("x@example.org", organisation=organisation, stream="s")
    sent = {"ids": [again.pk, foreign.pk, replaced.pk, 10**6]}
    answer = client_of(lead).post(reverse("api:emails-retry-many"), sent, content_type="application/json").json()
    assert (answer["leaving"], answer["later"], [row["id"] for row in answer["staying"]]) == (1, 0, [replaced.pk])
    assert (now_in(again), now_in(foreign)) == ("pending", "dead")


def test_an_invite_sent_again_is_still_taken_back_by_its_cancellation(
    mailbox: Mailbox, organisation: Organisation, holder: User
) -> None:
    invite = lost("dead", organisation, holder, stream="s", invite=revision(0))
    actions.retry_email(invite, by=None)
    assert (actions.supersede("s", only_untried=True), queries.may_have_left("s")) == (0, True)
    cancel = make_email(holder, stream="s", invite=revision(1, "CANCEL"))
    tasks.sweep_outbox()
    assert (now_in(invite), now_in(cancel), len(mailbox.messages)) == ("superseded", "sent", 1)


# --- Order, leases and clocks -----------------------------------------------------------------------
def test_an_older_letter_never_leaves_after_a_newer_one_of_its_stream(mailbox: Mailbox, holder: User) -> None:
    old = make_email(holder, stream="s", invite=revision(0))
    Email.objects.filter(pk=old.pk).update(state=State.DEAD, attempts=12)
    new = make_email(holder, stream="s", invite=revision(1))
    tasks.sweep_outbox()
    Email.objects.filter(pk=old.pk).update(state=State.PENDING, attempts=0)  # a lead's retry that crossed the newer one
    tasks.sweep_outbox()
    assert (now_in(old), now_in(new), len(mailbox.messages)) == ("superseded", "sent", 1)


def test_a_kill_between_dropping_a_cancellation_and_its_invite_drops_neither(
    holder: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    invite = make_email(holder, stream="s", invite=revision(0))
    claimed = delivery.claim(invite.pk)
    assert claimed
    cancel = make_email(holder, stream="s", invite=revision(1, "CANCEL"))
    update = type(Email.objects.all()).update
    done: list[int] = []

    def dies_after_one(rows: Any, **values: Any) -> int:
        if done:
            raise KeyboardInterrupt
        done.append(1)
        return update(rows, **values)

    with monkeypatch.context() as patch:
        patch.setattr(type(Email.objects.all()), "update", dies_after_one)
        with pytest.raises(KeyboardInterrupt):
            delivery._is_overtaken(claimed)
    assert (now_in(invite), now_in(cancel)) == ("sending", "pending")


@pytest.mark.parametrize("hours", [-30, -1, 1, 30])
def test_a_clock_that_is_set_keeps_no_letter_back(
    mailbox: Mailbox, holder: User, hours: int, clock: time_machine.Traveller
) -> None:
    claimed, waiting = make_email(holder), make_email(holder)
    later = make_email(holder, not_before=house_clock.now() + timedelta(days=7))
    assert delivery.claim(claimed.pk)
    clock.shift(timedelta(hours=hours))
    assert tasks.sweep_outbox() == 2
    assert [now_in(one) for one in (claimed, waiting, later)] == ["sent", "sent", "pending"]


def test_a_letter_waiting_with_no_attempt_left_is_given_up_and_blocks_nothing(mailbox: Mailbox, holder: User) -> None:
    stuck = make_email(holder, stream="s", invite=revision(0))
    Email.objects.filter(pk=stuck.pk).update(attempts=delivery.MAX_ATTEMPTS)
    tasks.sweep_outbox()
    assert now_in(stuck) == "dead"


# --- Held -------------------------------------------------------------------------------------------
def fails(letter: Email, address: str) -> FailingAddress:
    return FailingAddress.objects.create(address=address, letter=letter, words="550 gone", status="5.1.1")


def test_each_organisation_with_letters_held_sees_the_address_and_clears_it_and_reads_nothing_of_the_other(
    client_of: SignIn, mailbox: Mailbox, organisation: Organisation, other_organisation: Organisation,
    lead: User, outsider: User, holder: User,
) -> None:  # fmt: skip
    theirs = lost("failed", other_organisation, holder, context={"notice_subject": "Secret", "notice": "-"})
    failing = fails(theirs, holder.email)
    clear = reverse("mail:address_clear", args=[failing.pk])
    assert (list(queries.failing_addresses(lead)), client_of(lead).post(clear).status_code) == ([], 404)
    ours = make_email(holder, organisation=organisation)
    tasks.sweep_outbox()
    assert now_in(ours) == "kept_back"
    shown = queries.failing_shown(lead)
    assert [(one.row, one.letter, one.words) for one in shown] == [(failing, ours, "")]
    assert [(one.letter, one.words) for one in queries.failing_shown(outsider)] == [(theirs, "550 gone")]
    page = client_of(lead).get(reverse("mail:received")).content.decode()
    assert (reverse("mail:email_detail", args=[ours.pk]) in page, "Secret" in page, "550 gone" in page) == (
        True, False, False,
    )  # fmt: skip
    assert tasks.tell_undelivered() == 2  # each organisation of its own
    assert "Secret" not in letters_to(lead)[0].text
    assert client_of(lead).post(clear).status_code == 302
    assert (Entry.objects.get(verb="clear_address").organisation, now_in(ours)) == (organisation, "pending")
    tasks.sweep_outbox()
    assert now_in(ours) == "sent"


def test_what_an_address_held_that_fails_no_more_leaves_by_itself(mailbox: Mailbox, holder: User) -> None:
    email = make_email(holder)
    failing = fails(email, holder.email)
    claimed = delivery.claim(email.pk)
    assert claimed
    actions.clear_address(failing, by=None)  # at the moment when the worker has just seen that it fails
    delivery._settle(claimed, State.HELD, attempts=0)
    tasks.sweep_outbox()
    assert now_in(email) == "sent"


def test_a_corrected_address_takes_along_nobody_else_s_letters(
    mailbox: Mailbox, organisation: Organisation, holder: User
) -> None:
    old = holder.email
    fails(make_email(holder, organisation=organisation), old)
    tasks.sweep_outbox()
    someone = make_email(old, organisation=organisation)  # whoever reads there now, without an account
    tasks.sweep_outbox()
    holder.email = "hawa@example.org"
    holder.save()
    tasks.sweep_outbox()
    assert (mailbox.recipients, now_in(someone)) == (["hawa@example.org"], "kept_back")


# --- Hours and weeks, for what was put back, held, late or sent again -------------------------------
NIGHT = datetime(2026, 12, 1, 2, tzinfo=UTC)  # 3 h in Paris
MORNING = datetime(2026, 12, 1, 7, tzinfo=UTC)
AFTERNOON = datetime(2026, 12, 1, 13, tzinfo=UTC)
HOUR, WEEK = timedelta(hours=1), timedelta(days=7)
ASK, HOURS, NEEDED = "evaluation/letters/survey_reminder", "mentoring/letters/session_log", "mail/letters/invitation"
# (what happens, when, kind, asks already sent that day, over at, urgent) -> (state, why, when it leaves)
PACE = [
    ("put back", NIGHT, ASK, 0, None, False, ("pending", "hours", MORNING)),
    ("put back", NIGHT, NEEDED, 3, None, False, ("pending", "", None)),
    ("put back", NIGHT, HOURS, 3, None, False, ("pending", "hours", MORNING)),
    ("put back", NIGHT, HOURS, 0, NIGHT + HOUR, False, ("pending", "", None)),  # rather at a bad hour than never
    ("put back", NIGHT, ASK, 0, NIGHT + HOUR, False, ("dropped", "hours", MORNING)),
    ("put back", NIGHT, ASK, 3, NIGHT + HOUR, True, ("pending", "", None)),
    ("put back", AFTERNOON, ASK, 2, None, False, ("pending", "", None)),
    ("put back", AFTERNOON, ASK, 3, None, False, ("pending", "budget", AFTERNOON + WEEK)),
    ("late", NIGHT, ASK, 0, None, False, ("pending", "hours", MORNING)),
    ("late", NIGHT, NEEDED, 0, None, False, ("sent", "", None)),
    ("late", NIGHT, ASK, 3, None, False, ("pending", "budget", MORNING + WEEK)),
    ("late", AFTERNOON, ASK, 3, AFTERNOON + HOUR, False, ("dropped", "budget", AFTERNOON + WEEK)),
    ("late", AFTERNOON, ASK, 3, None, True, ("sent", "", None)),
    ("released", NIGHT, ASK, 0, None, False, ("pending", "hours", MORNING)),
    ("released", NIGHT, NEEDED, 0, None, False, ("pending", "", NIGHT)),
    ("released", NIGHT, ASK, 3, None, False, ("pending", "budget", MORNING + WEEK)),
    ("released", AFTERNOON, ASK, 3, AFTERNOON + HOUR, False, ("dropped", "budget", AFTERNOON + WEEK)),
    ("sent again", NIGHT, HOURS, 0, None, False, ("pending", "hours", MORNING)),
    ("sent again", AFTERNOON, ASK, 3, None, False, ("pending", "budget", AFTERNOON + WEEK)),
]  # fmt: skip


@pytest.mark.parametrize(("what", "when", "kind", "asked", "over", "urgent", "expected"), PACE)
def test_a_letter_that_can_wait_keeps_to_hours_and_week_on_whatever_way_it_comes_back(
    mailbox: Mailbox, organisation: Organisation, holder: User, monkeypatch: pytest.MonkeyPatch,
    what: str, when: datetime, kind: str, asked: int, over: datetime | None, urgent: bool, expected: Any,
) -> None:  # fmt: skip
    day_before = AFTERNOON - timedelta(days=1)
    monkeypatch.setitem(KIND_OF, "mail/letters/account_notice", KIND_OF[kind])
    with time_machine.travel(day_before, tick=False):
        email = make_email(holder, organisation=organisation, drop_after=over, is_urgent=urgent)
    monkeypatch.setitem(KIND_OF, "mail/letters/account_notice", KIND_OF[ASK])
    with time_machine.travel(max(when, MORNING) if when == AFTERNOON else MORNING, tick=False):
        for _ in range(asked):
            make_email(holder, organisation=organisation, is_urgent=True)
    monkeypatch.setitem(KIND_OF, "mail/letters/account_notice", KIND_OF[kind])
    with time_machine.travel(when, tick=False):
        if what == "put back":
            Email.objects.filter(pk=email.pk).update(not_before=when)
            mailbox.answers[holder.email] = ["451 later"]
            tasks.deliver(email.pk)
        elif what == "late":
            tasks.deliver(email.pk)
        elif what == "released":
            Email.objects.filter(pk=email.pk).update(state=State.HELD)
            actions.clear_address(fails(email, holder.email), by=None)
        else:
            Email.objects.filter(pk=email.pk).update(state=State.DEAD, attempts=12)
            actions.retry_email(Email.objects.get(pk=email.pk), by=None)
    email.refresh_from_db()
    state, why, leaves = expected
    assert (email.state, email.why) == (state, why)
    assert (leaves is None or email.not_before == leaves, bool(email.message)) == (True, state != "dropped")


def test_held_asks_have_their_place_in_the_week_and_do_not_leave_all_at_once(
    mailbox: Mailbox, organisation: Organisation, holder: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(KIND_OF, "mail/letters/account_notice", KIND_OF[ASK])
    with time_machine.travel(AFTERNOON, tick=False):
        letters = [make_email(holder, organisation=organisation) for _ in range(3)]
        failing = fails(letters[0], holder.email)
        tasks.sweep_outbox()
        assert {now_in(one) for one in letters} == {"kept_back"}
        assert len(queries.asked_of([holder.pk], AFTERNOON)[holder.pk]) == 3
        assert make_email(holder, organisation=organisation).why == "budget"
    with time_machine.travel(AFTERNOON + 3 * WEEK, tick=False):  # still held, and still to be asked
        assert len(queries.asked_of([holder.pk], house_clock.now())[holder.pk]) == 4
        actions.clear_address(failing, by=None)
        tasks.sweep_outbox()
        assert len(mailbox.messages) <= 3
