"""An invite sent, moved, cancelled: what each person's calendar is told, and what it is not."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.db import IntegrityError, transaction

from backend.accounts.models import Organisation, User
from backend.calendars import actions
from backend.calendars.actions import Attendee
from backend.calendars.models import Invite, InviteAttendee
from backend.lib.refusal import Refused
from backend.mail import tasks
from backend.mail.letters import masked
from backend.mail.models import Email
from tests.backend.calendars.readers import Libical, Read, read_with_vobject
from tests.conftest import missing
from tests.factories.accounts import make_user
from tests.factories.mail import Mailbox, compare_with_snapshot, letters_to, parsed

pytestmark = pytest.mark.django_db
START = datetime(2026, 12, 3, 13, 30, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.fixture
def plan(organisation: Organisation, mentor: User, holder: User) -> Any:
    """`plan()` puts a session of the mentor and the holder in both calendars; any row can be its subject."""

    def send(**changes: Any) -> Invite:
        values = {
            "about": organisation,
            "organisation": organisation,
            "starts_at": START,
            "ends_at": START + HOUR,
            "titles": {"fr": "Séance de mentorat", "en": "Mentoring session"},
            "descriptions": {"fr": "Apporter le budget.", "en": "Bring the budget."},
            "place": "8 rue Saint-Domingue, Nantes",
            "url": "http://testserver/sessions/1/",
            "attendees": [Attendee(mentor, "CHAIR"), Attendee(holder)],
            "by": mentor,
        }
        return actions.send_invite(**{**values, **changes})

    return send


def read(email: Email) -> Read:
    return read_with_vobject(bytes(email.calendar))


def last(person: User | str) -> Read:
    return read(letters_to(person)[-1])


def told(person: User | str) -> list[tuple[str, int, str]]:
    """(method, sequence, state) of every letter to this person."""
    return [(email.method, email.sequence or 0, email.state) for email in letters_to(person)]


def test_an_invite_reaches_both_calendars(plan: Any, mailbox: Mailbox, mentor: User, holder: User) -> None:
    invite = plan()
    assert tasks.sweep_outbox() == 2
    for message, person in zip(mailbox.read(), (mentor, holder), strict=True):
        assert message["To"].addresses[0].addr_spec == person.email
        assert message["From"].addresses[0].addr_spec == invite.organiser
        alternative, attachment = message.iter_parts()
        kinds = [part.get_content_type() for part in alternative.iter_parts()]
        assert (message.get_content_type(), kinds) == (
            "multipart/mixed", ["text/plain", "text/html", "text/calendar"],
        )  # fmt: skip
        calendar = list(alternative.iter_parts())[-1]
        assert dict(calendar["Content-Type"].params) == {"method": "REQUEST", "charset": "UTF-8"}
        assert calendar["Content-Transfer-Encoding"] == attachment["Content-Transfer-Encoding"] == "base64"
        assert (attachment.get_content_type(), attachment.get_filename()) == ("application/ics", "invite.ics")
        raw = calendar.get_payload(decode=True)
        assert raw == attachment.get_payload(decode=True)
        found = read_with_vobject(raw)
        assert (found.method, found.fields["UID"], found.fields["SEQUENCE"]) == ("REQUEST", invite.uid, "0")
        assert found.attendees == {
            mentor.email: ("CHAIR", "NEEDS-ACTION"), holder.email: ("REQ-PARTICIPANT", "NEEDS-ACTION"),
        }  # fmt: skip
        text = alternative.get_body(("plain",)).get_content()
        assert "jeudi 3 décembre, de 14\xa0h\xa030" in text and "http://testserver/sessions/1/" in text


def test_a_moved_event_is_the_same_event_with_a_higher_sequence(
    plan: Any, organisation: Organisation, mailbox: Mailbox, holder: User, mentor: User
) -> None:
    plan()
    tasks.sweep_outbox()
    InviteAttendee.objects.update(partstat="ACCEPTED")
    moved = actions.move_invite(organisation, starts_at=START + timedelta(days=1), by=mentor)
    assert moved is not None and moved.ends_at == START + timedelta(days=1) + HOUR
    before, after = (read(email) for email in letters_to(holder))
    assert after.fields["UID"] == before.fields["UID"]
    assert (after.fields["SEQUENCE"], after.fields["DTSTART"]) == ("1", START + timedelta(days=1))
    assert after.fields["DTSTAMP"] > before.fields["DTSTAMP"]
    assert {answer for _role, answer in after.attendees.values()} == {"NEEDS-ACTION"}
    text = letters_to(holder)[-1].text
    assert "vendredi 4 décembre" in text and "jeudi 3 décembre" in text


def test_a_cancelled_event_leaves_every_calendar(
    plan: Any, organisation: Organisation, mailbox: Mailbox, holder: User, mentor: User
) -> None:
    plan()
    tasks.sweep_outbox()
    InviteAttendee.objects.filter(user=holder).update(partstat="DECLINED")
    cancelled = actions.cancel_invite(organisation, by=mentor)
    assert cancelled is not None and cancelled.state == "cancelled"
    for person in (mentor, holder):
        found = last(person)
        assert (found.method, found.fields["STATUS"], found.fields["SEQUENCE"]) == ("CANCEL", "CANCELLED", "1")
        assert (list(found.attendees), found.alarms) == ([person.email], 0)
        assert found.fields["DTSTART"] == START
    assert tasks.sweep_outbox() == 2
    assert [message.get_body(("plain",)) is not None for message in mailbox.read()] == [True] * 4


def test_invite_update_and_cancel_obey_rfc_5546_for_libical(
    plan: Any, organisation: Organisation, mailbox: Mailbox, holder: User
) -> None:
    plan()
    tasks.sweep_outbox()
    actions.move_invite(organisation, place="En visio", by=None)
    tasks.sweep_outbox()
    actions.cancel_invite(organisation, by=None)
    raws = [bytes(email.calendar) for email in letters_to(holder)]
    assert [read_with_vobject(raw).method for raw in raws] == ["REQUEST", "REQUEST", "CANCEL"]
    libical = Libical()
    if libical.library is None:
        missing("libical (Debian package libical3)")
    assert [libical.verdicts(raw) for raw in raws] == [[]] * 3
    assert [libical.read(raw) for raw in raws] == [read_with_vobject(raw) for raw in raws]


def test_another_title_keeps_the_answers_and_the_sequence(
    plan: Any, organisation: Organisation, mailbox: Mailbox, holder: User, clock: time_machine.Traveller
) -> None:
    plan()
    tasks.sweep_outbox()
    InviteAttendee.objects.filter(user=holder).update(partstat="ACCEPTED")
    actions.move_invite(organisation, titles={"fr": "Séance 2", "en": "Session 2"}, by=None)
    found = last(holder)
    assert (found.fields["SUMMARY"], found.fields["SEQUENCE"]) == ("Séance 2", "0")
    assert found.fields["DTSTAMP"] == datetime(2026, 11, 23, 8, 0, 1, tzinfo=UTC)  # later, within the same second
    assert found.attendees[holder.email] == ("REQ-PARTICIPANT", "ACCEPTED")


def test_a_change_nobody_can_see_writes_no_letter(plan: Any, organisation: Organisation, mailbox: Mailbox) -> None:
    plan()
    tasks.sweep_outbox()
    actions.move_invite(organisation, starts_at=START, place="8 rue Saint-Domingue, Nantes", by=None)
    actions.move_invite(organisation, by=None)
    assert (Email.objects.count(), Invite.objects.get().sequence) == (2, 0)


def test_an_english_title_alone_tells_only_who_reads_english(
    plan: Any, organisation: Organisation, mailbox: Mailbox, holder: User, mentor: User
) -> None:
    holder.language = "en"
    holder.save()
    plan()
    tasks.sweep_outbox()
    titles = {"fr": "Séance de mentorat", "en": "Our session"}
    actions.move_invite(organisation, titles=titles, by=None)
    assert (len(letters_to(holder)), len(letters_to(mentor))) == (2, 1)
    assert last(holder).fields["SUMMARY"] == "Our session"


def test_an_update_before_the_invite_left_is_told_as_one_invite(
    plan: Any, organisation: Organisation, mailbox: Mailbox, holder: User
) -> None:
    plan()
    actions.move_invite(organisation, starts_at=START + HOUR, by=None)
    assert told(holder) == [("REQUEST", 0, "superseded"), ("REQUEST", 1, "pending")]
    assert letters_to(holder)[-1].template == "calendars/letters/invite"
    assert tasks.sweep_outbox() == 2


def test_several_changes_in_two_minutes_are_one_letter_about_what_was_known(
    plan: Any, organisation: Organisation, mailbox: Mailbox, holder: User, clock: time_machine.Traveller, settings: Any
) -> None:
    settings.INVITE_SETTLING = timedelta(minutes=2)
    plan()
    assert tasks.sweep_outbox() == 2  # the first never waits
    for hours in (1, 2):
        actions.move_invite(organisation, starts_at=START + hours * HOUR, by=None)
        clock.shift(timedelta(seconds=50))
        assert tasks.sweep_outbox() == 0
    clock.shift(timedelta(seconds=25))  # two minutes from the first of them
    assert tasks.sweep_outbox() == 2
    assert told(holder) == [("REQUEST", 0, "sent"), ("REQUEST", 1, "superseded"), ("REQUEST", 2, "sent")]
    text = letters_to(holder)[-1].text.replace("\u00a0", " ")
    assert (
        "Quand : jeudi 3 décembre, de 16 h 30" in text
        and "jeudi 3 décembre, de 14 h 30" in text
        and "15 h 30 à" not in text
    )
    actions.cancel_invite(organisation, by=None)
    assert tasks.sweep_outbox() == 2  # nor does a cancellation


def test_a_change_within_a_day_of_the_date_leaves_at_once(
    plan: Any, organisation: Organisation, mailbox: Mailbox, clock: time_machine.Traveller, settings: Any
) -> None:
    settings.INVITE_SETTLING = timedelta(minutes=2)
    plan()
    tasks.sweep_outbox()
    clock.move_to(START - timedelta(hours=20))
    actions.move_invite(organisation, starts_at=START + timedelta(days=9), by=None)
    assert tasks.sweep_outbox() == 2


def test_a_cancel_before_the_invite_left_drops_both(
    plan: Any, organisation: Organisation, mailbox: Mailbox, holder: User
) -> None:
    plan()
    actions.cancel_invite(organisation, by=None)
    assert told(holder) == [("REQUEST", 0, "superseded")]
    assert (tasks.sweep_outbox(), mailbox.messages) == (0, [])


def test_a_cancel_while_the_invite_is_in_flight_still_follows_it(
    plan: Any, organisation: Organisation, mailbox: Mailbox, holder: User, mentor: User, clock: time_machine.Traveller
) -> None:
    from backend.mail.actions import delivery

    plan()
    delivery.claim(letters_to(holder)[0].pk)  # and the worker is killed
    actions.cancel_invite(organisation, by=None)
    assert told(holder) == [("REQUEST", 0, "sending"), ("CANCEL", 1, "pending")]
    assert told(mentor) == [("REQUEST", 0, "superseded")]
    clock.shift(timedelta(minutes=3))
    assert tasks.sweep_outbox() == 1
    assert told(holder) == [("REQUEST", 0, "superseded"), ("CANCEL", 1, "sent")]


def test_a_uid_is_never_used_again(plan: Any, organisation: Organisation) -> None:
    first = plan()
    actions.cancel_invite(organisation, by=None)
    second = plan()
    assert first.uid != second.uid
    assert actions.cancel_invite(organisation, by=None) is not None
    assert actions.cancel_invite(organisation, by=None) is None
    assert actions.move_invite(organisation, place="x", by=None) is None


def test_somebody_added_is_invited_and_somebody_taken_off_is_told_alone(
    plan: Any, organisation: Organisation, mailbox: Mailbox, mentor: User, holder: User
) -> None:
    plan()
    tasks.sweep_outbox()
    other = make_user("other@example.org")
    actions.move_invite(organisation, attendees=[Attendee(mentor, "CHAIR"), Attendee(other)], by=None)
    assert last(other).method == "REQUEST" and last(other).fields["SEQUENCE"] == "1"
    gone = last(holder)
    assert (gone.method, gone.fields.get("STATUS"), list(gone.attendees)) == ("CANCEL", None, [holder.email])
    assert set(last(mentor).attendees) == {mentor.email, other.email}
    tasks.sweep_outbox()
    actions.cancel_invite(organisation, by=None)
    assert [method for method, _sequence, _state in told(holder)] == ["REQUEST", "CANCEL"]
    assert last(other).method == "CANCEL"


def test_somebody_who_comes_back_is_invited_above_her_cancellation(
    plan: Any, organisation: Organisation, mailbox: Mailbox, mentor: User, holder: User
) -> None:
    plan()
    tasks.sweep_outbox()
    actions.move_invite(organisation, attendees=[Attendee(mentor, "CHAIR")], by=None)
    tasks.sweep_outbox()
    actions.move_invite(organisation, attendees=[Attendee(mentor, "CHAIR"), Attendee(holder)], by=None)
    assert [(method, sequence) for method, sequence, _state in told(holder)] == [
        ("REQUEST", 0), ("CANCEL", 1), ("REQUEST", 2),
    ]  # fmt: skip


def test_in_a_group_each_letter_lists_its_reader_and_who_chairs(plan: Any, mentor: User, holder: User) -> None:
    others = [Attendee(email=f"guest{n}@example.org", name=f"Invité {n}") for n in range(3)]
    plan(attendees=[Attendee(mentor, "CHAIR"), Attendee(holder), *others])
    assert set(last(holder).attendees) == {mentor.email, holder.email}
    assert set(last("guest1@example.org").attendees) == {mentor.email, "guest1@example.org"}
    assert set(last(mentor).attendees) == {mentor.email}


def test_each_reads_in_her_language_and_on_her_clock(plan: Any, holder: User, mentor: User) -> None:
    holder.language, holder.time_zone = "en", "America/Martinique"
    holder.save()
    plan()
    assert "Thursday 3 December, from 9:30 to 10:30 (America/Martinique)" in letters_to(holder)[0].text
    assert "jeudi 3 décembre, de 14\xa0h\xa030 à 15\xa0h\xa030\n" in letters_to(mentor)[0].text
    assert (last(holder).fields["SUMMARY"], last(mentor).fields["SUMMARY"]) == (
        "Mentoring session", "Séance de mentorat",
    )  # fmt: skip
    assert last(holder).fields["DTSTART"] == last(mentor).fields["DTSTART"] == START


@pytest.mark.parametrize("language", ["fr", "en"])
def test_the_letters_of_an_event_say_what_when_and_where(
    plan: Any, organisation: Organisation, mailbox: Mailbox, holder: User, mentor: User, language: str, snapshot: Any
) -> None:
    holder.language = language
    holder.save()
    plan()
    tasks.sweep_outbox()
    actions.move_invite(organisation, starts_at=START + timedelta(days=1), place="En visio", by=mentor)
    tasks.sweep_outbox()
    actions.move_invite(organisation, attendees=[Attendee(mentor, "CHAIR")], by=mentor)
    tasks.sweep_outbox()
    actions.move_invite(organisation, attendees=[Attendee(mentor, "CHAIR"), Attendee(holder)], by=mentor)
    tasks.sweep_outbox()
    actions.cancel_invite(organisation, by=mentor)
    for name, email in zip(("invite", "update", "removed", "again", "cancel"), letters_to(holder), strict=True):
        email.text = masked(email.text)
        compare_with_snapshot(snapshot.args[0], f"{name}_{language}", email)


def test_apps_bring_their_own_words(plan: Any, holder: User, mentor: User) -> None:
    plan(
        template="mail/letters/account_notice",
        context=lambda attendee: {"notice_subject": f"Pour {attendee.shown_name}", "notice": attendee.role},
    )
    assert [letters_to(person)[0].subject for person in (mentor, holder)] == ["Pour Marc Tessier", "Pour Hawa Diallo"]


def test_what_makes_no_sense_is_refused(plan: Any, organisation: Organisation, settings: Any) -> None:
    with pytest.raises(Refused, match="fin"):
        plan(ends_at=START)
    with pytest.raises(Refused, match="adresse"):
        plan(attendees=[Attendee(email=settings.MAIL_ADDRESS.upper())])
    plan()
    with pytest.raises(Refused, match="agendas"):
        plan()
    with pytest.raises(Refused, match="fin"):
        actions.move_invite(organisation, ends_at=START - HOUR, by=None)
    assert Invite.objects.get().ends_at == START + HOUR


def test_a_letter_is_for_one_person_answers_go_to_the_organiser_words_to_the_organisation(
    plan: Any, organisation: Organisation, holder: User
) -> None:
    invite = plan()
    message = parsed(letters_to(holder)[0].message)
    assert [address.addr_spec for address in message["To"].addresses] == [holder.email]
    assert (message["Auto-Submitted"], message["Reply-To"]) == ("auto-generated", organisation.contact_email)
    assert last(holder).organiser == invite.organiser == message["From"].addresses[0].addr_spec


@pytest.mark.parametrize(
    ("model", "values"),
    [
        (Invite, {"state": "lost"}),
        (Invite, {"ends_at": START}),
        (InviteAttendee, {"role": "OPT-PARTICIPANT"}),
        (InviteAttendee, {"partstat": "SURE"}),
        (InviteAttendee, {"sent_method": ""}),
    ],
)
def test_the_database_refuses_impossible_invites(plan: Any, model: Any, values: dict[str, Any]) -> None:
    plan()
    with pytest.raises(IntegrityError), transaction.atomic():
        model.objects.update(**values)
