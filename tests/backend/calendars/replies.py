"""Answers as calendars send them: one plain letter, and the ways in which programs write it otherwise."""

import base64
from datetime import UTC, datetime
from typing import Any

from backend.calendars import actions
from backend.calendars.models import Invite, InviteAnswer, InviteAttendee

START = datetime(2026, 12, 3, 13, 30, tzinfo=UTC)
AT = datetime(2026, 11, 24, 10, 1, tzinfo=UTC)

HOLDER = "holder@example.org"
OUTLOOK_UID = "040000008200E00074C5B7101A82E00800000000B0C1D2E3F4A5B601000000000000000010000000"


def exchange_uid(uid: str) -> str:
    """As Exchange keeps the UID of somebody else."""
    tail = b"vCal-Uid\x01\x00\x00\x00" + uid.encode() + b"\x00"
    return (OUTLOOK_UID[:-8] + len(tail).to_bytes(4, "little").hex() + tail.hex()).upper()


def calendar(invite: Invite, **changes: Any) -> str:
    """A VCALENDAR; `lines` replaces those of the event, `more` adds to them, `event` repeats it."""
    values: dict[str, Any] = {
        "method": "REPLY",
        "uid": invite.uid,
        "sequence": "SEQUENCE:1",
        "stamp": "DTSTAMP:20261124T100000Z",
        "organizer": f"ORGANIZER:mailto:{invite.organiser}",
        "attendee": f"ATTENDEE;PARTSTAT=ACCEPTED;CN=Hawa Diallo:mailto:{HOLDER}",
        "start": f"DTSTART:{invite.starts_at:%Y%m%dT%H%M%SZ}",
        "more": [],
        "before": [],
        "after": [],
        **changes,
    }
    named = [values[name] for name in ("stamp", "organizer", "attendee", "sequence", "start") if values[name]]
    uid = [f"UID:{values['uid']}"] if values["uid"] else []
    event = ["BEGIN:VEVENT", *uid, *named, *values["more"], "SUMMARY:Anything else", "END:VEVENT"]
    head = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Somebody//EN", f"METHOD:{values['method']}"]
    return "\r\n".join([*head, *values["before"], *event, *values["after"], "END:VCALENDAR", ""])


def letter(content: bytes, **changes: Any) -> bytes:
    """One letter with this calendar in it."""
    values: dict[str, Any] = {
        "sender": f"Hawa <{HOLDER}>",
        "id": "<one@example.org>",
        "kind": 'text/calendar; method=REPLY; charset="UTF-8"',
        "date": "Tue, 24 Nov 2026 10:00:00 +0000",
        "headers": "",
        **changes,
    }
    body = base64.encodebytes(content).decode()
    return (
        f"From: {values['sender']}\r\nTo: rdv@jalon.localhost\r\nMessage-ID: {values['id']}\r\n"
        f"Date: {values['date']}\r\nMIME-Version: 1.0\r\n{values['headers']}"
        f"Content-Type: {values['kind']}\r\nContent-Transfer-Encoding: base64\r\n\r\n{body}"
    ).encode()


def nested(content: bytes, *, name: str = "invite.ics", kind: str = "application/octet-stream") -> bytes:
    """A letter of several parts, the calendar deep inside as a mere file."""
    body = base64.encodebytes(content).decode()
    return (
        f"From: {HOLDER}\r\nMessage-ID: <nested@example.org>\r\nDate: Tue, 24 Nov 2026 10:00:00 +0000\r\n"
        "MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=aa\r\n\r\n"
        "--aa\r\nContent-Type: multipart/alternative; boundary=bb\r\n\r\n"
        "--bb\r\nContent-Type: text/plain\r\n\r\nOui\r\n--bb--\r\n"
        f'--aa\r\nContent-Type: {kind}; name="{name}"\r\nContent-Disposition: attachment; filename="{name}"\r\n'
        f"Content-Transfer-Encoding: base64\r\n\r\n{body}\r\n--aa--\r\n"
    ).encode()


def answer_of(person: InviteAttendee, partstat: str = "ACCEPTED", **changes: Any) -> bytes:
    """The plain answer of this person to the date as she knows it."""
    values = {
        "attendee": f"ATTENDEE;PARTSTAT={partstat}:mailto:{person.email}",
        "sequence": f"SEQUENCE:{person.current_sequence}",
        **changes,
    }
    sender = values.pop("sender", person.email)
    number = values.pop("id", f"<{partstat}-{person.pk}@example.org>")
    text = calendar(person.invite, **values)
    kind = f"text/calendar; method={values.get('method', 'REPLY')}; charset=UTF-8"
    return letter(text.encode(), sender=sender, id=number, kind=kind)


def hers(invite: Invite) -> InviteAttendee:
    return invite.attendees.select_related("invite").get(email=HOLDER)


def take(invite: Invite, raw: bytes, **changes: Any) -> InviteAnswer:
    """The first row made of a letter to her own address, a day after the invite."""
    values: dict[str, Any] = {"received_at": AT, "token": hers(invite).token, **changes}
    return actions.take_answer(raw, **values)[0]


def stands(invite: Invite) -> dict[str, Any]:
    """Everything about the event but the answers."""
    fresh = Invite.objects.get(pk=invite.pk)
    people = list(fresh.attendees.order_by("pk").values_list("email", "role", "removed_at"))
    return {
        name: getattr(fresh, name)
        for name in ("starts_at", "ends_at", "place", "title_fr", "sequence", "dtstamp", "state")
    } | {"people": people}


def said(partstat: str, more: str = "", scheme: str = "mailto:", address: str = HOLDER) -> str:
    return f"ATTENDEE;PARTSTAT={partstat}{more}:{scheme}{address}"


def plain(**changes: Any) -> Any:
    """A case: the letter made of these changes to the calendar."""
    how = {name: changes.pop(name) for name in ("sender", "id", "kind", "date", "headers") if name in changes}
    encode = changes.pop("encode", lambda text: text.encode())
    return lambda invite: letter(encode(calendar(invite, **changes)), **how)
