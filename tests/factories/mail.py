"""Letters, a real SMTP server to receive them, and eyes to read them."""

import os
import re
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from itertools import count
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from django.db import transaction

from backend.accounts.models import User
from backend.mail import actions, queries
from backend.mail.models import Email

_numbers = count(1)


def make_email(to: User | str = "somebody@example.org", **fields: Any) -> Email:
    """A letter in the outbox, posted as any other: an account notice unless another template is named."""
    number = next(_numbers)
    fields.setdefault("context", {"notice_subject": f"Letter {number}", "notice": f"Letter number {number}."})
    fields.setdefault("key", f"test:{number}")
    with transaction.atomic():
        return actions.post(fields.pop("template", "mail/letters/account_notice"), to=to, **fields)


def letters_to(person: User | str) -> list[Email]:
    """What stands in the outbox for this person, oldest first."""
    address = person if isinstance(person, str) else person.email
    return list(Email.objects.filter(to_address__iexact=address).order_by("pk"))


def last_letter_to(person: User | str) -> Email:
    """The newest letter for this person."""
    return letters_to(person)[-1]


def link_in(email: Email, part: str = "/l/") -> str:
    """The path of the first link of the letter that contains `part`, ready for a test client."""
    found = [link for link in queries.links_in(email) if part in link]
    assert found, f"no link with {part} in {email}"
    return "/" + found[0].split("/", 3)[3]


def parsed(raw: bytes | memoryview) -> EmailMessage:
    """The message as another program reads it."""
    message = message_from_bytes(bytes(raw), policy=default)
    assert isinstance(message, EmailMessage)
    return message


@dataclass
class Mailbox:
    """What an SMTP server was given, in order; `answers` maps a recipient to the reply it gets instead of 250."""

    port: int = 0
    messages: list[bytes] = field(default_factory=list)
    recipients: list[str] = field(default_factory=list)
    connections: int = 0
    answers: dict[str, list[str]] = field(default_factory=dict)
    data_answers: dict[str, list[str]] = field(default_factory=dict)
    knows_accents: bool = False  # before the @ (SMTPUTF8)

    async def handle_HELO(self, server: SMTP, session: Session, envelope: Envelope, hostname: str) -> str:  # noqa: N802 - aiosmtpd's name
        session.host_name = hostname
        self.connections += 1
        return "250 here"

    async def handle_EHLO(  # noqa: N802 - aiosmtpd's name
        self, server: SMTP, session: Session, envelope: Envelope, hostname: str, responses: list[str]
    ) -> list[str]:
        session.host_name = hostname
        self.connections += 1
        return responses

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if self.answers.get(address):
            return self.answers[address].pop(0)
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802 - aiosmtpd's name
        address = envelope.rcpt_tos[0]
        if self.data_answers.get(address):
            return self.data_answers[address].pop(0)
        assert isinstance(envelope.original_content, bytes)
        self.messages.append(envelope.original_content)
        self.recipients.append(address)
        return "250 kept"

    def read(self) -> list[EmailMessage]:
        return [parsed(raw) for raw in self.messages]


class Server(Controller):
    """On a port that the system gives and that nobody takes meanwhile; patient, since the machine may be busy."""

    def __init__(self, box: Mailbox, **tls: Any) -> None:
        self.door = socket.create_server(("127.0.0.1", 0))
        super().__init__(
            box, hostname="127.0.0.1", port=self.door.getsockname()[1], ready_timeout=60,
            enable_SMTPUTF8=box.knows_accents, **tls,
        )  # fmt: skip

    def _create_server(self) -> Any:
        return self.loop.create_server(self._factory_invoker, sock=self.door, ssl=self.ssl_context)

    def _trigger_server(self) -> None:
        with socket.create_connection((self.hostname, self.port), 60) as caller:
            if not self.ssl_context:
                caller.recv(1024)


@contextmanager
def smtp_server(mailbox: Mailbox | None = None, **tls: Any) -> Iterator[Mailbox]:
    """A real SMTP server on loopback, on a free port; `tls`: options of aiosmtpd's Controller."""
    box = mailbox or Mailbox()
    controller = Server(box, **tls)
    box.port = controller.port
    controller.start()
    try:
        yield box
    finally:
        controller.stop()


def compare_with_snapshot(folder: Path, name: str, email: Email, hide: str = "") -> None:
    """The letter (subject, then text) against `folder/name.txt`; JALON_WRITE_SNAPSHOTS=1 writes it anew."""
    found = f"{email.subject}\n\n{email.text}"
    found = re.sub(r"(?<=/)(letters/mine|letters/stop/\w+|answers)/[\w-]{22,}(?=/)", r"\1/«secret»", found)
    found = re.sub(r"(testserver(/|%2F)(?:[a-z-]+\2)+)\d+(?=\2)", r"\1«number»", found)
    found = found.replace(hide, "/«secret»/") if hide else found
    path = folder / f"{name}.txt"
    if os.environ.get("JALON_WRITE_SNAPSHOTS"):
        folder.mkdir(exist_ok=True)
        path.write_text(found, encoding="utf-8")
    assert found == path.read_text(encoding="utf-8")
