"""What changes and changes back before anybody was told of it: nobody is written to, and each answer stands."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine

from backend.accounts.models import Membership, Organisation, User
from backend.calendars import actions, ics
from backend.calendars.actions import Attendee
from backend.calendars.actions import told as told_actions
from backend.calendars.models import Invite, InviteAttendee
from backend.calendars.queries import dates_of, feed_of
from backend.mail import tasks
from backend.mail.actions import delivery
from backend.mail.models import Email
from journeys import actions as journeys
from journeys.actions.immersions.facts import facts_of
from mentoring import actions as mentoring
from tests.backend.calendars.readers import read_with_vobject
from tests.backend.calendars.replies import answer_of
from tests.factories.accounts import make_member
from tests.factories.calendars import make_invite
from tests.factories.journeys import make_journey
from tests.factories.mail import Mailbox, letters_to
from tests.factories.mentoring import make_mentor, make_pair
from tests.factories.stays import enrol, make_immersion, make_module_date, module_of

pytestmark = pytest.mark.django_db
PARIS = ZoneInfo("Europe/Paris")
START = datetime(2026, 12, 10, 14, 30, tzinfo=PARIS)
DAY = timedelta(days=1)
Acts = tuple[Callable[[], Any], Callable[[], Any]]
"""To another time and place, and back to those of before."""


@pytest.fixture(autouse=True)
def settling(settings: Any) -> None:
    settings.INVITE_SETTLING = timedelta(minutes=2)


def leave() -> int:
    """What is due leaves; how many letters."""
    return tasks.sweep_outbox()


def invites_written() -> list[tuple[str, str, str]]:
    """(to, method, state) of every letter with an event in it."""
    rows = Email.objects.exclude(method="").order_by("pk")
    return [(one.to_address, one.method, one.state) for one in rows]


def session(organisation: Organisation, mentor: User) -> Acts:
    holder = make_member(organisation, Membership.Role.HOLDER, "one@example.org", first_name="Ana")
    pair = make_pair(organisation, mentor, journey=make_journey(organisation, holder))
    made = mentoring.plan_session(pair, starts_at=START, minutes=90, place="Solilab", agenda="Budget", by=mentor)

    def move(start: datetime, place: str, agenda: str) -> Callable[[], Any]:
        return lambda: mentoring.move_session(made, starts_at=start, place=place, agenda=agenda, by=mentor)

    return move(START + DAY, "Café", "Autre"), move(START, "Solilab", "Budget")


def gathering(organisation: Organisation, mentor: User) -> Acts:
    role = Membership.Role.HOLDER
    holders = [make_member(organisation, role, f"holder{n}@example.org", first_name=f"Nom{n}") for n in range(3)]
    leader = make_mentor(organisation, mentor, capacity=5)
    pairs = [make_pair(organisation, leader, one) for one in holders]
    made = mentoring.plan_gathering(
        leader, pairs=pairs, starts_at=START, minutes=90, place="Solilab", title="Atelier", by=mentor
    )

    def move(start: datetime, place: str) -> Callable[[], Any]:
        return lambda: mentoring.move_gathering(made, starts_at=start, place=place, by=mentor)

    return move(START + DAY, "Café"), move(START, "Solilab")


def module(organisation: Organisation, mentor: User) -> Acts:
    role = Membership.Role.HOLDER
    holders = [make_member(organisation, role, f"holder{n}@example.org", first_name=f"Nom{n}") for n in range(2)]
    ones = [make_journey(organisation, one) for one in holders]
    row = make_module_date(module_of(ones[0]), starts_at=START, minutes=90, place="Solilab", trainer="Alix")
    enrol(row, *ones)

    def move(start: datetime, place: str) -> Callable[[], Any]:
        facts = {"seats": row.seats, "place": place, "trainer": row.trainer, "by": None}
        return lambda: journeys.move_module_date(row, starts_at=start, ends_at=start + timedelta(minutes=90), **facts)

    return move(START + DAY, "Café"), move(START, "Solilab")


def stay(organisation: Organisation, mentor: User) -> Acts:
    holder = make_member(organisation, Membership.Role.HOLDER, "one@example.org", first_name="Ana")
    days = [{"on": f"2026-12-{on}", "slots": [["09:00", "12:30"]]} for on in (14, 15, 17)]
    row = make_immersion(
        make_journey(organisation, holder), state="validated", starts_on=date(2026, 12, 14), ends_on=date(2026, 12, 17),
        schedule=days, place="Solilab", tutor_name="Paule", tutor_email="paule@example.org",
    )  # fmt: skip

    def amend(**changes: Any) -> None:
        row.refresh_from_db()
        amended = journeys.draft_amendment(row, replace(facts_of(row), **changes), reason="Travaux", by=None)
        amended = journeys.send_amendment_to_sign(amended, by=None)
        for party in amended.concerned:
            journeys.record_amendment_signature(amended, party=party, signed_on=date(2026, 11, 23), by=None)
        journeys.validate_amendment(amended, by=None)

    later = [{**one, "slots": [["13:30", "17:00"]]} for one in days]
    return lambda: amend(schedule=later, place="Café"), lambda: amend(schedule=days, place="Solilab")


KINDS = {"session": session, "gathering": gathering, "module": module, "stay": stay}


@pytest.fixture(params=list(KINDS))
def acts(request: pytest.FixtureRequest, organisation: Organisation, mentor: User, mailbox: Mailbox) -> Acts:
    """An event of each kind, told to everybody, who said that they come."""
    made = KINDS[request.param](organisation, mentor)
    leave()
    assert {(method, state) for _to, method, state in invites_written()} == {("REQUEST", "sent")}
    for person in InviteAttendee.objects.all():
        actions.answer_invite(person, "ACCEPTED", by=person.user)
    leave()
    return made


def test_a_date_moved_and_moved_back_at_once_is_news_to_nobody(acts: Acts, clock: time_machine.Traveller) -> None:
    away, back = acts
    told = [one for one in invites_written() if one[2] == "sent"]
    numbers = dict(Invite.objects.values_list("pk", "sequence"))
    for act in (away, back, away, back):
        act()
        clock.shift(timedelta(seconds=20))
        leave()
    clock.shift(timedelta(hours=1))
    leave()
    assert [one for one in invites_written() if one[2] != "superseded"] == told
    people = InviteAttendee.objects.all()
    assert {(one.partstat, one.answered_at is None) for one in people} == {("ACCEPTED", False)}
    assert {one.current_sequence for one in people} == {0}
    assert all(sequence > numbers[pk] for pk, sequence in Invite.objects.values_list("pk", "sequence"))


def test_what_comes_after_it_is_told_above_all_that_was_never_sent(acts: Acts, clock: time_machine.Traveller) -> None:
    away, back = acts
    for act in (away, back):
        act()
        clock.shift(timedelta(seconds=20))
    sent = Email.objects.filter(state="sent").exclude(method="").count()
    away()
    clock.shift(timedelta(minutes=3))
    leave()
    assert Email.objects.filter(state="sent").exclude(method="").count() == 2 * sent
    newest = Email.objects.filter(state="sent").exclude(method="").order_by("-pk")[:sent]
    assert {one.sequence for one in newest} == {3}
    assert set(InviteAttendee.objects.values_list("partstat", flat=True)) == {"NEEDS-ACTION"}


def test_a_change_that_was_told_is_told_back(acts: Acts, clock: time_machine.Traveller) -> None:
    away, back = acts
    people = InviteAttendee.objects.count()
    for act in (away, back):
        act()
        clock.shift(timedelta(minutes=3))
        leave()
    states = [(method, state) for _to, method, state in invites_written()]
    assert states == [("REQUEST", "sent")] * 3 * people
    assert set(InviteAttendee.objects.values_list("partstat", flat=True)) == {"NEEDS-ACTION"}


# --- One meeting, of any two ----------------------------------------------------------------------
@pytest.fixture
def invite(organisation: Organisation, mentor: User, holder: User, mailbox: Mailbox, settings: Any) -> Invite:
    """Told to both, who said that they come."""
    settings.ANSWERS_DOMAIN = "in.example.org"
    made = make_invite(organisation, mentor, holder, starts_at=START)
    leave()
    for person in made.attendees.all():
        actions.answer_invite(person, "ACCEPTED", by=person.user)
    return made


def hers(invite: Invite, user: User) -> InviteAttendee:
    return invite.attendees.select_related("invite").get(user=user)


def told(person: User) -> list[tuple[str, int | None, str]]:
    return [(one.method, one.sequence, one.state) for one in letters_to(person) if one.method]


@pytest.mark.any_database
def test_another_title_taken_back_is_news_to_nobody(
    invite: Invite, organisation: Organisation, holder: User, clock: time_machine.Traveller
) -> None:
    for title in ("Autre", "Séance de mentorat"):
        english = "Other" if title == "Autre" else "Mentoring session"
        actions.move_invite(organisation, titles={"fr": title, "en": english}, by=None)
    clock.shift(timedelta(minutes=3))
    leave()
    assert told(holder) == [("REQUEST", 0, "sent"), ("REQUEST", 0, "superseded")]
    assert hers(invite, holder).partstat == "ACCEPTED"


@pytest.mark.any_database
def test_a_move_taken_back_with_another_title_tells_of_the_title_and_keeps_the_answers(
    invite: Invite, organisation: Organisation, holder: User, clock: time_machine.Traveller
) -> None:
    actions.move_invite(organisation, starts_at=START + DAY, by=None)
    actions.move_invite(organisation, starts_at=START, titles={"fr": "Le budget", "en": "The budget"}, by=None)
    clock.shift(timedelta(minutes=3))
    leave()
    letter = letters_to(holder)[-1]
    assert told(holder) == [("REQUEST", 0, "sent"), ("REQUEST", 1, "superseded"), ("REQUEST", 2, "sent")]
    assert "Le budget" in letter.subject and "Modifié" in letter.subject
    found = read_with_vobject(bytes(letter.calendar))
    assert {answer for _role, answer in found.attendees.values()} == {"ACCEPTED"}


def test_who_was_told_hears_of_the_way_back_who_was_not_does_not(
    invite: Invite, organisation: Organisation, mentor: User, holder: User, clock: time_machine.Traveller
) -> None:
    actions.move_invite(organisation, starts_at=START + DAY, by=None)
    Email.objects.filter(to_address=holder.email, state="pending").update(not_before=datetime.now(UTC))
    leave()
    actions.move_invite(organisation, starts_at=START, by=None)
    clock.shift(timedelta(minutes=3))
    leave()
    assert told(holder) == [("REQUEST", 0, "sent"), ("REQUEST", 1, "sent"), ("REQUEST", 2, "sent")]
    assert told(mentor) == [("REQUEST", 0, "sent"), ("REQUEST", 1, "superseded")]
    assert (hers(invite, holder).partstat, hers(invite, mentor).partstat) == ("NEEDS-ACTION", "ACCEPTED")


@pytest.mark.any_database
def test_who_answered_the_date_in_between_on_a_page_is_told_and_asked_again(
    invite: Invite, organisation: Organisation, mentor: User, holder: User, clock: time_machine.Traveller
) -> None:
    actions.move_invite(organisation, starts_at=START + DAY, by=None)
    actions.answer_invite(hers(invite, holder), "TENTATIVE", by=holder)
    actions.move_invite(organisation, starts_at=START, by=None)
    clock.shift(timedelta(minutes=3))
    leave()
    assert told(holder) == [("REQUEST", 0, "sent"), ("REQUEST", 1, "superseded"), ("REQUEST", 2, "sent")]
    text = letters_to(holder)[-1].text
    assert "vendredi 11 décembre" in text and "jeudi 10 décembre" in text
    assert (hers(invite, holder).partstat, hers(invite, mentor).partstat) == ("NEEDS-ACTION", "ACCEPTED")


@pytest.mark.any_database
def test_an_answer_to_the_date_that_stands_again_is_taken(
    invite: Invite, organisation: Organisation, holder: User, clock: time_machine.Traveller
) -> None:
    person = hers(invite, holder)
    for shift in (DAY, timedelta(0)):
        actions.move_invite(organisation, starts_at=START + shift, by=None)
    clock.shift(timedelta(minutes=3))
    raw = answer_of(hers(invite, holder), "DECLINED", sequence="SEQUENCE:0")
    (answer,) = actions.take_answer(raw, received_at=datetime.now(UTC), token=person.token)
    assert (answer.treatment, hers(invite, holder).partstat) == ("applied", "DECLINED")


def test_somebody_taken_off_and_put_back_before_she_was_told_stays_invited(
    invite: Invite, organisation: Organisation, mentor: User, holder: User, clock: time_machine.Traveller
) -> None:
    both = [Attendee(mentor, "CHAIR"), Attendee(holder)]
    for people in (both[:1], both):
        actions.move_invite(organisation, attendees=people, by=None)
    clock.shift(timedelta(minutes=3))
    leave()
    assert told(holder) == [("REQUEST", 0, "sent"), ("CANCEL", 1, "superseded")]
    assert told(mentor) == [("REQUEST", 0, "sent"), ("REQUEST", 1, "superseded")]
    assert (hers(invite, holder).partstat, hers(invite, mentor).partstat) == ("ACCEPTED", "ACCEPTED")
    assert (hers(invite, holder).sent_method, hers(invite, holder).current_sequence) == ("REQUEST", 0)


def test_somebody_put_back_after_her_cancellation_left_is_invited_anew_and_the_other_hears_nothing(
    invite: Invite, organisation: Organisation, mentor: User, holder: User, clock: time_machine.Traveller
) -> None:
    both = [Attendee(mentor, "CHAIR"), Attendee(holder)]
    for people in (both[:1], both):
        actions.move_invite(organisation, attendees=people, by=None)
        leave()  # a cancellation never waits, nor does a first invite
    clock.shift(timedelta(minutes=3))
    leave()
    assert told(holder) == [("REQUEST", 0, "sent"), ("CANCEL", 1, "sent"), ("REQUEST", 2, "sent")]
    assert told(mentor) == [("REQUEST", 0, "sent"), ("REQUEST", 1, "superseded")]
    assert (hers(invite, holder).partstat, hers(invite, mentor).partstat) == ("NEEDS-ACTION", "ACCEPTED")


@pytest.mark.any_database
def test_somebody_put_back_at_another_time_before_she_was_told_hears_of_the_time(
    invite: Invite, organisation: Organisation, mentor: User, holder: User, clock: time_machine.Traveller
) -> None:
    both = [Attendee(mentor, "CHAIR"), Attendee(holder)]
    actions.move_invite(organisation, attendees=both[:1], by=None)
    actions.move_invite(organisation, attendees=both, starts_at=START + DAY, by=None)
    clock.shift(timedelta(minutes=3))
    leave()
    assert told(holder) == [("REQUEST", 0, "sent"), ("CANCEL", 1, "superseded"), ("REQUEST", 2, "sent")]
    assert letters_to(holder)[-1].template == "calendars/letters/update"
    assert hers(invite, holder).partstat == "NEEDS-ACTION"


@pytest.mark.any_database
def test_a_cancellation_is_of_the_date_that_was_told(
    invite: Invite, organisation: Organisation, holder: User, clock: time_machine.Traveller
) -> None:
    actions.move_invite(organisation, starts_at=START + DAY, place="Café", by=None)
    actions.cancel_invite(organisation, by=None)
    leave()
    letter = letters_to(holder)[-1]
    assert told(holder) == [("REQUEST", 0, "sent"), ("REQUEST", 1, "superseded"), ("CANCEL", 2, "sent")]
    found = read_with_vobject(bytes(letter.calendar))
    assert (found.fields["DTSTART"], found.fields["LOCATION"]) == (START, "8 rue Saint-Domingue, Nantes")
    assert "jeudi 10 décembre" in letter.text and "11 décembre" not in letter.text
    assert Invite.objects.get().starts_at == START + DAY


@pytest.mark.any_database
def test_what_is_planned_again_once_cancelled_is_another_event(
    invite: Invite, organisation: Organisation, mentor: User, holder: User
) -> None:
    actions.cancel_invite(organisation, by=None)
    again = make_invite(organisation, mentor, holder, starts_at=START)
    leave()
    assert again.uid != invite.uid
    assert told(holder) == [("REQUEST", 0, "sent"), ("CANCEL", 1, "sent"), ("REQUEST", 0, "sent")]


def test_feeds_and_own_calendars_follow_each_change_upward(
    invite: Invite, organisation: Organisation, holder: User, clock: time_machine.Traveller
) -> None:
    seen = []
    for shift in (DAY, timedelta(0), DAY, timedelta(0)):
        clock.shift(timedelta(seconds=1))
        actions.move_invite(organisation, starts_at=START + shift, by=None)
        (entry,) = dates_of(holder)
        assert isinstance(entry, ics.Moment) and entry.starts_at == START + shift
        found = read_with_vobject(feed_of(holder))
        assert found.fields["DTSTART"] == START + shift
        seen.append((int(str(found.fields["SEQUENCE"])), found.fields["DTSTAMP"]))
    assert all(one[0] < two[0] and one[1] < two[1] for one, two in pairwise(seen))


@pytest.mark.any_database
def test_a_letter_that_a_worker_takes_up_meanwhile_is_followed_by_the_way_back(
    invite: Invite, organisation: Organisation, holder: User, clock: time_machine.Traveller,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    actions.move_invite(organisation, starts_at=START + DAY, by=None)
    clock.shift(timedelta(minutes=3))
    supersede = told_actions.mail.supersede

    def late(stream: str, **how: Any) -> int:
        """A worker was there just before."""
        delivery.claim(letters_to(holder)[-1].pk)
        return supersede(stream, **how)

    monkeypatch.setattr(told_actions.mail, "supersede", late)
    actions.move_invite(organisation, starts_at=START, by=None)
    assert told(holder) == [("REQUEST", 0, "sent"), ("REQUEST", 1, "sending"), ("REQUEST", 2, "pending")]
