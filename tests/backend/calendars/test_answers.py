"""Answers as calendars send them: what is made of each, and that none brings anything else."""

import random
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backend.calendars import actions, itip
from backend.calendars.models import Invite, InviteAnswer
from backend.mail.signals import letter_came
from tests.backend.calendars.replies import (
    AT,
    HOLDER,
    START,
    answer_of,
    calendar,
    exchange_uid,
    hers,
    letter,
    nested,
    plain,
    said,
    stands,
    take,
)  # fmt: skip

HOUR = timedelta(hours=1)
BOM = b"\xef\xbb\xbf"
PARIS = (
    "BEGIN:VTIMEZONE\r\nTZID:Romance Standard Time\r\nBEGIN:STANDARD\r\nDTSTART:16010101T030000\r\n"
    "RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10\r\nTZOFFSETFROM:+0200\r\nTZOFFSETTO:+0100\r\nEND:STANDARD\r\n"
    "TZUNTIL:20250101T000000Z\r\nEND:VTIMEZONE"
)


TWO = [said("ACCEPTED"), said("DECLINED", address="mentor@example.org")]
NO_PROOF: dict[str, Any] = {"token": ""}
PROVED: dict[str, Any] = {"token": "", "authenticated": True}
APPLIED, FORMER, WAITING, UNREADABLE = "applied", "former", "waiting", "unreadable"
NOTHING = "NEEDS-ACTION"

# what it is: (the letter, how it came, (what is made of it, why), what she says from then on)
CASES: dict[str, tuple[Any, dict[str, Any], tuple[str, str], str]] = {
    "yes": (plain(), {}, (APPLIED, ""), "ACCEPTED"),
    "no": (plain(attendee=said("DECLINED")), {}, (APPLIED, ""), "DECLINED"),
    "maybe, in small letters": (plain(attendee=said("tentative")), {}, (APPLIED, ""), "TENTATIVE"),
    "a word nobody knows": (plain(attendee=said("X-PERHAPS")), {}, (APPLIED, ""), NOTHING),
    "Exchange, without organiser": (plain(organizer=""), {}, (APPLIED, ""), "ACCEPTED"),
    "upper-case MAILTO and address": (
        plain(attendee=said("ACCEPTED", scheme="MAILTO:", address=HOLDER.upper())), {}, (APPLIED, ""), "ACCEPTED",
    ),
    "UID wrapped by Exchange": (lambda one: plain(uid=exchange_uid(one.uid))(one), {}, (APPLIED, ""), "ACCEPTED"),
    "UID in capitals": (lambda one: plain(uid=one.uid.upper())(one), {}, (APPLIED, ""), "ACCEPTED"),
    "another UID, to her own address": (plain(uid="LOTUS-1234"), {}, (APPLIED, ""), "ACCEPTED"),
    "another UID, to the house": (plain(uid="LOTUS-1234"), NO_PROOF, (UNREADABLE, "unknown_uid"), NOTHING),
    "Windows zone names": (
        plain(before=[PARIS], start="DTSTART;TZID=Romance Standard Time:20261203T143000", sequence=""), {},
        (APPLIED, ""), "ACCEPTED",
    ),
    "a byte order mark": (plain(encode=lambda text: BOM + text.encode()), {}, (APPLIED, ""), "ACCEPTED"),
    "sixteen bits a letter": (plain(encode=lambda text: text.encode("utf-16")), {}, (APPLIED, ""), "ACCEPTED"),
    "bare line feeds, folded": (
        plain(encode=lambda text: text.replace("\r\n", "\n").replace("PARTSTAT", "PART\n STAT").encode()), {},
        (APPLIED, ""), "ACCEPTED",
    ),
    "a file in a part of a part": (lambda one: nested(calendar(one).encode()), {}, (APPLIED, ""), "ACCEPTED"),
    "two events of one UID": (
        lambda one: plain(after=calendar(one, attendee=said("DECLINED"), stamp="DTSTAMP:20261124T095900Z")
                          .split("\r\n")[4:-2])(one), {}, (APPLIED, ""), "ACCEPTED",
    ),
    "proved by its sender": (plain(), PROVED, (APPLIED, ""), "ACCEPTED"),
    "without any proof": (plain(), NO_PROOF, (WAITING, "no_evidence"), NOTHING),
    "a proved sender who is somebody else": (
        plain(sender="evil@example.net"), PROVED, (WAITING, "no_evidence"), NOTHING,
    ),
    "sent by an assistant who says so": (
        plain(sender="evil@example.net", attendee=said("ACCEPTED", ';SENT-BY="mailto:evil@example.net"')), PROVED,
        (WAITING, "no_evidence"), NOTHING,
    ),
    "from her other address": (
        plain(attendee=said("ACCEPTED", address="hawa@gmail.example")), {}, (WAITING, "other_address"), NOTHING,
    ),
    "a stranger": (plain(attendee=said("ACCEPTED", address="x@y.example")), NO_PROOF, ("stranger", ""), NOTHING),
    "everybody repeated": (plain(attendee="\r\n".join(TWO)), {}, (APPLIED, ""), "ACCEPTED"),
    "for several, of nobody": (
        plain(attendee="\r\n".join(TWO), sender="x@y.example"), NO_PROOF, (UNREADABLE, "several_people"), NOTHING,
    ),
    "delegated": (
        plain(attendee="\r\n".join([
            said("DELEGATED", ';DELEGATED-TO="mailto:paul@example.org"'),
            said("ACCEPTED", f';DELEGATED-FROM="mailto:{HOLDER}"', address="paul@example.org"),
        ])), {}, ("delegated", ""), NOTHING,
    ),
    "a former date": (plain(sequence="SEQUENCE:0"), {}, (FORMER, ""), NOTHING),
    "no number, the present date": (plain(sequence=""), {}, (APPLIED, ""), "ACCEPTED"),
    "no number, a former date": (plain(sequence="", start="DTSTART:20261203T123000Z"), {}, (FORMER, ""), NOTHING),
    "a huge number": (plain(sequence="SEQUENCE:99999999999", start=""), {}, (FORMER, ""), NOTHING),
    "a negative number": (plain(sequence="SEQUENCE:-1", start=""), {}, (FORMER, ""), NOTHING),
    "no stamp": (plain(stamp=""), {}, (APPLIED, ""), "ACCEPTED"),
    "a day of a meeting that has none": (
        plain(more=["RECURRENCE-ID:20261203T133000Z"]), {}, (UNREADABLE, "no_such_day"), NOTHING,
    ),
    "another organiser": (plain(organizer="ORGANIZER:mailto:x@y.example"), {}, (UNREADABLE, "organiser"), NOTHING),
    "two UIDs": (plain(more=["UID:another"]), {}, (UNREADABLE, "several_uids"), NOTHING),
    "no UID": (plain(uid=""), {}, (UNREADABLE, "no_uid"), NOTHING),
    "nobody": (plain(attendee=""), {}, (UNREADABLE, "no_attendee"), NOTHING),
    "an invitation instead": (plain(method="REQUEST", kind="text/calendar"), {}, (UNREADABLE, "method"), NOTHING),
    "letter and calendar differ": (plain(method="COUNTER"), {}, (UNREADABLE, "method_differs"), NOTHING),
    "cut off": (plain(encode=lambda text: text.encode()[:200]), {}, (UNREADABLE, "broken"), NOTHING),
    "a calendar too large": (plain(more=["COMMENT:" + "x" * 200_000]), {}, (UNREADABLE, "too_large"), NOTHING),
    "a letter too large": (lambda one: b"X" * 1_000_001, {}, (UNREADABLE, "too_large"), NOTHING),
    "words alone": (lambda one: b"From: a@b\r\n\r\nJe ne peux pas venir", {}, (UNREADABLE, "no_calendar"), NOTHING),
    "only Outlook reads it": (
        lambda one: nested(b"x", name="winmail.dat", kind="application/ms-tnef"), {}, (UNREADABLE, "tnef"), NOTHING,
    ),
    "too late": (plain(), {"received_at": START + HOUR}, ("late", "past"), NOTHING),
    "the same time wished": (
        lambda one: plain(method="COUNTER", kind="text/calendar; method=COUNTER")(one), {}, (APPLIED, "same_time"),
        "ACCEPTED",
    ),
    "a wish for a past time": (
        plain(method="COUNTER", kind="text/calendar; method=counter", start="DTSTART:20261001T133000Z",
              attendee=said("TENTATIVE")), {}, (APPLIED, "bad_time"), "TENTATIVE",
    ),
    "a wish in no known zone": (
        plain(method="COUNTER", kind="text/calendar", start="DTSTART;TZID=Nowhere:20261204T143000",
              attendee=said("DECLINED")), {}, (APPLIED, "no_time"), "DECLINED",
    ),
}  # fmt: skip


@pytest.mark.django_db
@pytest.mark.parametrize("name", CASES)
def test_what_is_made_of_each_answer(invite: Invite, name: str) -> None:
    make, came, expected, partstat = CASES[name]
    before = stands(invite)
    raw = make(invite)
    row = take(invite, raw, **came)
    assert (row.treatment, row.reason) == expected
    assert hers(invite).partstat == partstat
    assert stands(invite) == before
    assert invite.attendees.get(email="mentor@example.org").partstat == NOTHING
    rows = InviteAnswer.objects.count()
    assert take(invite, raw, **came) == row and InviteAnswer.objects.count() == rows, "twice is once"


def test_what_is_no_answer_leaves_no_row(invite: Invite) -> None:
    words = b"From: holder@example.org\r\n\r\nBonjour"
    absent = b"From: holder@example.org\r\nAuto-Submitted: auto-replied\r\n\r\nJe suis absente"
    assert actions.take_answer(words, received_at=AT) == []
    assert actions.take_answer(absent, received_at=AT, token=hers(invite).token) == []
    assert not InviteAnswer.objects.exists()


def test_mail_hands_letters_over_by_its_signal(invite: Invite) -> None:
    came = {"raw": answer_of(hers(invite)), "received_at": AT, "token": hers(invite).token, "authenticated": False}
    (_hearer, rows), *_others = letter_came.send(sender=None, **came)
    assert [row.treatment for row in rows] == ["applied"]


# --- Whatever comes -------------------------------------------------------------------------------
LINES = [
    *("BEGIN:VCALENDAR", "BEGIN:VEVENT", "END:VEVENT", "END:VCALENDAR", "METHOD:REPLY", "METHOD:COUNTER", "UID:one"),
    *("SEQUENCE:1", "SEQUENCE:-7", "DTSTAMP:20261124T100000Z", "DTSTAMP:00000000T000000", "DURATION:P9999999D"),
    *("DTSTART;TZID=\"x\":99991231T235959", "DTSTART:20261203T133000Z", "ORGANIZER:mailto:rdv@jalon.localhost"),
    *("ATTENDEE;PARTSTAT=ACCEPTED:mailto:holder@example.org", "ATTENDEE;PARTSTAT", "RECURRENCE-ID:1", "COMMENT:é\\n"),
]  # fmt: skip


@settings(max_examples=150)
@given(lines=st.lists(st.sampled_from(LINES) | st.text(max_size=30), max_size=25), noise=st.binary(max_size=40))
def test_no_calendar_brings_anything_but_an_answer_or_unreadable(lines: list[str], noise: bytes) -> None:
    for content in ("\r\n".join(lines).encode("utf-8", "replace"), noise + "\n".join(lines).encode("utf-8", "replace")):
        read_or_not(letter(content))


@settings(max_examples=150)
@given(head=st.binary(max_size=200), cut=st.integers(0, 900), noise=st.binary(max_size=20))
def test_no_bytes_bring_anything_but_an_answer_or_unreadable(head: bytes, cut: int, noise: bytes) -> None:
    whole = nested("\r\n".join(LINES).encode())
    read_or_not(head)
    read_or_not(whole[:cut] + noise + whole[cut:])


def read_or_not(raw: bytes) -> None:
    try:
        found, problem = itip.read(raw), None
    except itip.Unreadable as error:
        found, problem = None, error
    if found:
        assert found.said and all(one.uid and one.address for one in found.said)
    else:
        assert problem and problem.reason in InviteAnswer.Reason.values and len(problem.key) == 64


def test_parts_within_parts_without_end_are_unreadable() -> None:
    deep = b"".join(b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (n, n) for n in range(3000))
    with pytest.raises(itip.Unreadable):
        itip.read(deep)


def test_a_letter_spoilt_anywhere_is_kept_and_changes_no_date(invite: Invite) -> None:
    before, dice = stands(invite), random.Random(7)
    text = calendar(invite, more=["COMMENT:Oui", "RECURRENCE-ID:20261203T133000Z"]).encode()
    for number in range(40):
        spot = dice.randrange(len(text))
        bits = dice.choice([b"\x00", b"\xff\xfe", b"\r\n", b"\r\n ", b";", b":", "é\ud7ff".encode(), b'"', b"99"])
        kind = f"text/calendar; method={dice.choice(['REPLY', 'COUNTER', 'REFRESH'])}"
        content = text[:spot] + bits + text[spot + dice.choice([0, len(bits), 20]) :]
        content = content.replace(b"REPLY", kind[-7:].lstrip("=").encode())
        actions.take_answer(letter(content, id=f"<{number}@x>", kind=kind), received_at=AT, token=hers(invite).token)
    assert stands(invite) == before
    assert InviteAnswer.objects.values("key").distinct().count() == 40
    nul = letter(calendar(invite, uid="\x00" + invite.uid).encode(), id="<nul@x>")
    assert [row.reason for row in actions.take_answer(nul, received_at=AT, token="\x00")] == ["no_evidence"]
