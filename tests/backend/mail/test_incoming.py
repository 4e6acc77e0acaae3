"""What comes in: kept first, treated once, passed on to the right person or set aside with the reason."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine

from backend.accounts.models import Organisation, User
from backend.calendars.models import InviteAttendee
from backend.lib.refusal import Refused
from backend.mail import actions, queries, tasks
from backend.mail.actions import incoming as treating
from backend.mail.models import Email, FailingAddress, Incoming
from backend.mail.reading import is_proved
from backend.mail.said import said_in
from tests.backend.calendars import replies
from tests.backend.mail import raw
from tests.factories.calendars import make_invite
from tests.factories.mail import Mailbox, last_letter_to, letters_to, make_email
from tests.factories.mentoring import make_pair, make_session

pytestmark = pytest.mark.django_db
State, Reason, Kind = Incoming.State, Incoming.Reason, Incoming.Kind


@pytest.fixture(autouse=True)
def takes_replies(settings: Any) -> None:
    settings.ANSWERS_DOMAIN, settings.TAKES_REPLIES = "answers.example.org", True
    settings.MAIL_ADDRESS = "rdv@jalon.localhost"


def arrive(content: bytes, **how: str) -> Incoming:
    """It comes in, and its bell rings."""
    incoming = actions.keep_incoming(content, way="imap", **how)
    tasks.treat(incoming.pk)
    return Incoming.objects.get(pk=incoming.pk)


def outcome(incoming: Incoming) -> tuple[str, str, str]:
    return incoming.state, incoming.kind, incoming.reason


def reply_address(email: Email) -> str:
    return f"re-{email.reply_token}@answers.example.org"


def sent(email: Email) -> Email:
    Email.objects.filter(pk=email.pk).update(state="sent", sent_at=email.created_at)
    return Email.objects.get(pk=email.pk)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (raw.GMAIL_FR, "Bonjour,\nJeudi me va très bien.\n\nHawa"),
        (raw.GMAIL_EN, "Thursday is fine.\n\nAnd Friday too."),
        (raw.OUTLOOK_FR, "Jeudi me va."),
        (raw.OUTLOOK_EN, "Thursday works."),
        (raw.APPLE_FR, "Je serai en retard de dix minutes."),
        (raw.SIGNED, "Oui, écrivez-moi sur «…».\n\nHawa Diallo\n«…»\n06 00 00 00 00\nPorteuse de projet"),
        ("Le bus passe à 9 h.\nOn arrive : à pied\x00.", "Le bus passe à 9 h.\nOn arrive : à pied."),
        ("x" * 6000, "x" * 4999 + "…"),
        ("> all quoted\n", ""),
        ("Voir http://testserver/l/abcdefghij_ABCDEFGHIJ-23/ ?", "Voir http://testserver/l/«…»/ ?"),
        (
            "https://safe.example/?url=http%3A%2F%2Ftestserver%2Fl%2F" + "k" * 22,
            "https://safe.example/?url=http%3A%2F%2Ftestserver%2Fl%2F«…»",
        ),
        ("https://docs.example.org/d/abcdefghij_ABCDEFGHIJ-23", "https://docs.example.org/d/abcdefghij_ABCDEFGHIJ-23"),
    ],
)
def test_what_is_said_is_told_from_what_is_quoted(text: str, said: str) -> None:
    assert said_in(text) == said


def test_an_answer_to_a_session_reaches_the_other_of_the_pair_without_an_address(organisation: Organisation) -> None:
    pair = make_pair(organisation)
    make_session(pair)
    holder, mentor = pair.journey.holder.user, pair.mentor.user
    letter = next(one for one in letters_to(holder) if one.about and "sessi" in type(one.about).__name__.lower())
    assert f"Reply-To: {reply_address(letter)}" in raw.head_of(letter)
    came = raw.note(raw.GMAIL_FR, to=reply_address(letter), sender=f"H <{holder.email.upper()}>")
    assert outcome(arrive(came)) == (State.TREATED, Kind.REPLY, "")
    relay = last_letter_to(mentor)
    assert (relay.template, relay.about, "Jeudi me va très bien." in relay.text) == (
        "mail/letters/reply", letter.about, True,
    )  # fmt: skip
    whole = bytes(relay.message).decode()
    assert (holder.email in whole, letter.reply_token in whole, holder.get_full_name() in relay.text) == (
        False, False, True,
    )  # fmt: skip
    back = raw.note("À jeudi !", to=reply_address(relay), sender=mentor.email, mark="two")
    assert outcome(arrive(back)) == (State.TREATED, Kind.REPLY, "")
    assert "À jeudi !" in last_letter_to(holder).text


def test_words_to_the_address_of_an_invite_reach_the_other_of_the_pair_from_whom_it_was_made_for(
    organisation: Organisation,
) -> None:
    pair = make_pair(organisation)
    make_session(pair)
    holder, mentor = pair.journey.holder.user, pair.mentor.user
    person = InviteAttendee.objects.get(user=holder)
    address = f"rdv-{person.token}@answers.example.org"
    assert outcome(arrive(raw.note("J’arriverai vers 10 h 30.", to=address, sender=holder.email))) == (
        State.TREATED, Kind.REPLY, "",
    )  # fmt: skip
    relay = last_letter_to(mentor)
    assert (relay.template, "J’arriverai vers 10 h 30." in relay.text) == ("mail/letters/reply", True)
    assert holder.email not in bytes(relay.message).decode() and person.token not in bytes(relay.message).decode()
    count = Email.objects.count()
    forged = raw.note("Je ne viens plus.", to=address, sender="other@example.org", mark="two")
    assert outcome(arrive(forged)) == (State.ASIDE, Kind.REPLY, Reason.STRANGER)
    assert Email.objects.count() == count


def test_any_other_answer_reaches_the_leads_whose_answer_goes_back(
    organisation: Organisation, holder: User, lead: User
) -> None:
    letter = make_email(holder, organisation=organisation)
    arrive(raw.note(raw.PAGE, to=reply_address(letter), kind='text/html; charset="utf-8"'))
    relay = last_letter_to(lead)
    assert "Jeudi à 10\xa0h,\nc’est parfait." in relay.text
    assert "Votre séance" not in relay.text
    arrive(raw.note("Très bien.", to=reply_address(relay), sender=lead.email, mark="two"))
    assert "Très bien." in last_letter_to(holder).text


def test_the_same_letter_by_two_ways_is_one(organisation: Organisation, holder: User, lead: User) -> None:
    letter = make_email(holder, organisation=organisation)
    came = raw.note("Oui.", to=reply_address(letter))
    first = arrive(came)
    again = actions.keep_incoming(b"Received: by another server\r\n" + came, way="web")
    assert (again.pk, tasks.treat(first.pk), tasks.sweep_incoming()) == (first.pk, False, 0)
    assert len(letters_to(lead)) == 1


def test_cut_short_nothing_is_done_and_then_all_of_it_once(
    organisation: Organisation, holder: User, lead: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    letter = make_email(holder, organisation=organisation)
    incoming = actions.keep_incoming(raw.note("Oui.", to=reply_address(letter)), way="imap")
    with monkeypatch.context() as patch:
        patch.setattr(Incoming, "save", lambda self: 1 / 0)  # the relay is posted, then all falls
        assert tasks.treat(incoming.pk) is False
    assert (letters_to(lead), Incoming.objects.get().attempts) == ([], 1)
    assert (tasks.sweep_incoming(), len(letters_to(lead))) == (1, 1)


def test_what_always_fails_is_set_aside(monkeypatch: pytest.MonkeyPatch, organisation: Organisation) -> None:
    monkeypatch.setattr(treating, "_treat", lambda incoming: 1 / 0)
    incoming = actions.keep_incoming(raw.note("Oui."), way="imap")
    for _ in range(6):
        tasks.sweep_incoming()
    stand = Incoming.objects.get(pk=incoming.pk)
    assert (outcome(stand), stand.attempts, stand.organisation) == ((State.ASIDE, "", Reason.FAILED), 5, organisation)


def test_files_are_not_passed_on_and_the_sender_is_told_once(
    organisation: Organisation, holder: User, lead: User
) -> None:
    letter = make_email(holder, organisation=organisation)
    kind, body = raw.with_file("Voici mon dossier.")
    for mark in ("one", "two"):
        arrive(raw.note(body, to=reply_address(letter), kind=kind, mark=mark))
    relay = last_letter_to(lead)
    assert ("Voici mon dossier." in relay.text, "JVBERg" in bytes(relay.message).decode()) == (True, False)
    assert relay.text.count("Un fichier était joint") == 1
    assert [one.template for one in letters_to(holder)].count("mail/letters/files_refused") == 1


ASIDE: dict[str, tuple[Callable[[str], bytes], tuple[str, str, str]]] = {
    "stranger": (
        lambda to: raw.note("Oui", to=to, sender="other@example.org"), (State.ASIDE, Kind.REPLY, Reason.STRANGER)
    ),
    "unknown token": (
        lambda to: raw.note("Oui", to="re-" + "0" * 32 + "@answers.example.org"),
        (State.ASIDE, Kind.REPLY, Reason.UNKNOWN_ADDRESS),
    ),
    "no token": (lambda to: raw.note("Oui"), (State.ASIDE, "", Reason.UNKNOWN_ADDRESS)),
    "nothing said": (lambda to: raw.note("> Oui", to=to), (State.ASIDE, Kind.REPLY, Reason.NOTHING_SAID)),
    "out of office": (
        lambda to: raw.note("Je suis absente.", to=to, headers="Auto-Submitted: auto-replied\n"),
        (State.TREATED, Kind.AUTOMATIC, ""),
    ),
    "bulk": (lambda to: raw.note("News", to=to, headers="Precedence: bulk\n"), (State.TREATED, Kind.AUTOMATIC, "")),
    "loop": (lambda to: raw.note("Oui", to=to, sender=to), (State.ASIDE, Kind.AUTOMATIC, Reason.LOOP)),
    "oversize": (lambda to: raw.note("x" * 1_000_001, to=to), (State.ASIDE, "", Reason.TOO_LARGE)),
    "parts": (
        lambda to: raw.note("--x\n\n\n" * 150 + "--x--", to=to, kind='multipart/mixed; boundary="x"'),
        (State.ASIDE, "", Reason.TOO_MANY_PARTS),
    ),
    "broken MIME": (
        lambda to: b"\xff\xfe\x00Content-Type: multipart/mixed\r\n\r\n--\x00", (State.ASIDE, "", Reason.UNKNOWN_ADDRESS)
    ),
    "words to an invite": (
        lambda to: raw.note("Je viens", to="rdv-" + "0" * 20 + "@answers.example.org"),
        (State.ASIDE, Kind.REPLY, Reason.NO_CALENDAR),
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", ASIDE)
def test_what_is_passed_on_to_nobody(case: str, organisation: Organisation, holder: User, lead: User) -> None:
    letter = make_email(holder, organisation=organisation)
    make, expected = ASIDE[case]
    incoming = arrive(make(reply_address(letter)))
    assert (outcome(incoming), letters_to(lead)) == (expected, [])
    assert Email.objects.count() == 1  # nobody is answered


def test_a_nul_in_what_comes_in_breaks_nothing(organisation: Organisation, holder: User, lead: User) -> None:
    letter = make_email(holder, organisation=organisation)
    came = raw.note("Ou\x00i.", to=reply_address(letter)).replace(b"Subject: Re:", b"Subject: R\x00e:")
    assert outcome(arrive(came)) == (State.TREATED, Kind.REPLY, "")
    assert "Oui." in last_letter_to(lead).text


@pytest.mark.parametrize("subject", [b"=?utf-7?Q?+2AA-?=", b"=?utf-8?b?a?="], ids=["half a sign", "no code"])
def test_a_subject_that_no_one_can_write_keeps_its_sender(
    subject: bytes, organisation: Organisation, holder: User, lead: User
) -> None:
    letter = make_email(holder, organisation=organisation)
    came = raw.note("Oui.", to=reply_address(letter)).replace(b"Subject: Re:", b"Subject: " + subject)
    assert outcome(arrive(came)) == (State.TREATED, Kind.REPLY, "")


def test_a_storm_of_answers_is_stopped(organisation: Organisation, holder: User, lead: User) -> None:
    letter = make_email(holder, organisation=organisation)
    came = [arrive(raw.note("Oui.", to=reply_address(letter), mark=f"m{n}")) for n in range(22)]
    assert ([one.reason for one in came].count(Reason.TOO_MANY), len(letters_to(lead))) == (2, 20)


def test_an_answer_of_a_calendar_is_handed_to_whoever_knows_it(
    organisation: Organisation, mentor: User, holder: User
) -> None:
    invite = make_invite(organisation, mentor, holder)
    person = InviteAttendee.objects.get(invite=invite, user=holder)
    came = replies.letter(replies.calendar(invite).encode(), headers="Auto-Submitted: auto-generated\r\n")
    incoming = arrive(came, recipient=f"rdv-{person.token}@answers.example.org")
    person.refresh_from_db()
    assert (outcome(incoming), person.partstat) == ((State.TREATED, Kind.ANSWER, ""), "ACCEPTED")


@pytest.mark.parametrize("form", [raw.POSTFIX, raw.EXCHANGE], ids=["postfix", "exchange"])
def test_an_address_that_fails_for_good_holds_its_letters_and_the_lead_hears_once(
    form: str, mailbox: Mailbox, organisation: Organisation, holder: User, lead: User
) -> None:
    letter = sent(make_email(holder, organisation=organisation))
    for n in range(2):  # the second report is about another letter
        assert outcome(arrive(raw.report(form, letter).replace(b"Message-ID: <", b"Message-ID: <%d" % n, 1))) == (
            State.TREATED, Kind.BOUNCE, "",
        )  # fmt: skip
    failing = FailingAddress.objects.get()
    assert (failing.address, failing.words.partition(" ")[0], len(letters_to(lead))) == (holder.email, "550", 1)
    assert (queries.address_fails(holder.email.upper()), list(queries.failing_addresses(lead))) == (True, [failing])
    held, code = make_email(holder, organisation=organisation), make_email(holder, is_secret=True)
    tasks.sweep_outbox()
    assert [Email.objects.get(pk=one.pk).state for one in (held, code)] == ["kept_back", "sent"]
    assert (Email.objects.get(pk=held.pk).attempts, holder.email in failing.words) == (0, False)
    actions.clear_address(failing, by=lead)
    tasks.sweep_outbox()
    assert Email.objects.get(pk=held.pk).state == "sent"
    with pytest.raises(Refused):
        actions.clear_address(failing, by=lead)


def test_what_was_held_follows_a_person_to_her_corrected_address(
    mailbox: Mailbox, organisation: Organisation, holder: User, lead: User
) -> None:
    arrive(raw.report(raw.POSTFIX, sent(make_email(holder, organisation=organisation))))
    held = make_email(holder, organisation=organisation)
    tasks.sweep_outbox()
    assert mailbox.recipients == [lead.email]
    holder.email = "hawa@example.org"
    holder.save()
    tasks.sweep_outbox()
    assert (mailbox.recipients[1:], bytes(held.message) == mailbox.messages[-1]) == (["hawa@example.org"], True)
    assert (list(queries.failing_addresses(lead)), tasks.sweep_outbox()) == ([], 0)


def test_what_only_takes_longer_is_noted_and_nothing_else(organisation: Organisation, holder: User) -> None:
    letter = sent(make_email(holder, organisation=organisation))
    arrive(raw.report(raw.GMAIL, letter))
    assert FailingAddress.objects.count() == 0
    assert Email.objects.get(pk=letter.pk).last_error.startswith("4.4.1 The recipient server")


def test_a_report_is_believed_only_of_a_letter_that_left_to_that_address(
    settings: Any, organisation: Organisation, holder: User
) -> None:
    settings.TAKES_REPLIES = False
    letter = sent(make_email(holder, organisation=organisation))
    unsent = make_email(holder, organisation=organisation)
    for n, forged in enumerate([
        raw.report(raw.POSTFIX, letter, to="other@example.org"),
        raw.report(raw.POSTFIX, unsent),
        raw.report(raw.POSTFIX, letter, head="Message-ID: <unknown@jalon.localhost>\n"),
    ]):  # fmt: skip
        incoming = arrive(forged.replace(b"Message-ID: <", b"Message-ID: <%d" % n, 1))
        assert (incoming.reason, FailingAddress.objects.count()) == (Reason.UNKNOWN_LETTER, 0)
    arrive(raw.report(raw.POSTFIX, letter))
    assert FailingAddress.objects.count() == 1


def test_who_writes_is_proved_by_our_own_server_alone() -> None:
    ours = "Authentication-Results: mx.house.org; dkim=pass header.d=example.org; dmarc=pass header.from=example.org\n"
    theirs = ours.replace("mx.house.org", "mx.evil.org")
    cases = [(ours, True), (theirs, False), (theirs + ours, False), (ours.replace("from=example", "from=evil"), False)]
    cases.append((ours.replace("dmarc=pass", "dmarc=fail"), False))
    for headers, proved in cases:
        assert is_proved(raw.note("Oui", headers=headers), "mx.house.org") is proved, headers
    assert is_proved(raw.note("Oui", headers=ours), "") is False


def test_the_words_of_old_letters_are_forgotten(
    organisation: Organisation, holder: User, clock: time_machine.Traveller
) -> None:
    incoming = arrive(raw.note("Oui"))
    assert queries.said_aside(incoming) == "Oui"
    clock.shift(timedelta(days=31))
    assert (tasks.sweep_forgotten_letters(), tasks.sweep_forgotten_letters()) == (1, 0)
    assert queries.said_aside(Incoming.objects.get()) == ""


def test_no_letter_takes_answers_where_none_can_come(settings: Any, organisation: Organisation, holder: User) -> None:
    settings.TAKES_REPLIES = False
    organisation.contact_email = "contact@example.org"
    letter = make_email(holder, organisation=organisation)
    assert (letter.reply_token, re.findall("Reply-To: (.*)", raw.head_of(letter))) == ("", ["contact@example.org"])
