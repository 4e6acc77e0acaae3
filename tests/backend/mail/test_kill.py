"""A worker killed with SIGKILL, again and again: every letter arrives; one that arrives twice is the same letter."""

import asyncio
import random
import threading
import time
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.smtp import SMTP, Envelope, Session
from django.conf import settings
from django.db import transaction

from backend.lib import clock
from backend.lib.jobs import enqueue
from backend.mail.mime import CalendarPart
from backend.mail.models import Email
from tests.factories.mail import Mailbox, make_email, parsed, smtp_server
from tests.factories.workers import Worker, wait_for

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.real_clock, pytest.mark.long]

PLAIN, STREAMS, KILLS = 80, 20, 5
CONTENT = b"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n"
POISON = "poison@example.org"
State = Email.State


@dataclass
class SlowMailbox(Mailbox):
    """Keeps a letter, waits a little, then says so: a kill in between is the case nobody can decide from outside."""

    gate: threading.Event = field(default_factory=threading.Event)
    order: list[tuple[str, int]] = field(default_factory=list)

    async def handle_EHLO(  # noqa: N802 - aiosmtpd's name
        self, server: SMTP, session: Session, envelope: Envelope, hostname: str, responses: list[str]
    ) -> list[str]:
        while not self.gate.is_set():  # until it opens nobody gets past the greeting
            await asyncio.sleep(0.01)
        return await super().handle_EHLO(server, session, envelope, hostname, responses)

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        answer = await super().handle_DATA(server, session, envelope)
        await asyncio.sleep(0.02)
        return answer


def revision(number: int, sequence: int) -> Email:
    """The invite of event `number`, at this SEQUENCE."""
    part = CalendarPart(f"event{number}@jalon", "REQUEST", sequence, clock.now(), CONTENT)
    return make_email(
        f"guest{number}@example.org", key=f"kill:event{number}:{sequence}", invite=part, stream=f"event{number}|guest"
    )


@pytest.fixture
def box() -> Iterator[SlowMailbox]:
    slow = SlowMailbox(answers={POISON: ["550 nobody here"] * 9})
    with smtp_server(slow):
        yield slow
        slow.gate.set()


@pytest.fixture
def worker(box: SlowMailbox, tmp_path: Path) -> Iterator[Worker]:
    one = Worker(box.port, tmp_path / "worker.log")
    yield one
    one.kill()


def time_passes() -> None:
    """Two minutes later: every lease has ended, every delay is over, and the clock rings the sweep."""
    past = clock.now() - timedelta(seconds=1)
    Email.objects.filter(state=State.SENDING).update(lease_until=past)
    Email.objects.filter(state=State.PENDING).update(not_before=past)
    with transaction.atomic():
        enqueue("backend.mail.tasks.sweep_outbox")


def all_settled() -> bool:
    if Email.objects.waiting().exists():
        return False
    return Email.objects.filter(state=State.SENT).exists()


def test_sigkill_between_claiming_and_sending_loses_no_letter(
    box: SlowMailbox, worker: Worker, record_property: Any
) -> None:
    dice = random.Random(4)
    for number in range(PLAIN):
        make_email(f"person{number}@example.org", key=f"kill:{number}")
    make_email(POISON, key="kill:poison")
    for number in range(STREAMS):
        revision(number, 0)

    # First night: the worker has claimed a letter and stands at the door of the server.
    worker.start()
    wait_for(lambda: Email.objects.filter(state=State.SENDING).exists(), "a claimed letter")
    worker.kill()
    assert (box.messages, Email.objects.filter(state=State.SENDING).exists()) == ([], True)
    box.gate.set()
    for number in range(STREAMS):
        revision(number, 1)

    # Four more, at any moment of its work.
    for _ in range(KILLS - 1):
        enough = len(box.messages) + dice.randint(1, 9)  # counted, so that letters are left for every night
        worker.start()
        wait_for(lambda enough=enough: len(box.messages) >= enough, "letters at the server")
        time.sleep(dice.uniform(0, 0.05))
        worker.kill()

    time_passes()
    worker.start()
    wait_for(all_settled, "every letter settled")
    worker.kill()
    check(box, record_property)


def check(box: SlowMailbox, record_property: Any) -> None:
    """Nothing missing, nothing in between, copies identical, revisions in order."""
    copies: dict[str, list[bytes]] = defaultdict(list)
    order: dict[str, list[int]] = defaultdict(list)
    for raw in box.messages:
        message = parsed(raw)
        copies[message["Message-ID"]].append(raw)
        email = Email.objects.get(message_id=message["Message-ID"])
        if email.stream:
            order[email.stream].append(email.sequence or 0)
    sent = Email.objects.filter(state=State.SENT)
    must_arrive = set(sent.values_list("message_id", flat=True))
    assert must_arrive <= set(copies)
    # A superseded revision may have left just before it was overtaken; nothing else may arrive unasked.
    assert set(copies) - must_arrive <= set(
        Email.objects.filter(state=State.SUPERSEDED).values_list("message_id", flat=True)
    )
    assert sent.filter(stream="").count() == PLAIN
    assert sent.filter(sequence=1).count() == STREAMS
    assert [email.to_address for email in Email.objects.filter(state=State.FAILED)] == [POISON]
    assert not Email.objects.filter(state__in=[State.PENDING, State.SENDING, State.DEAD]).exists()
    for message_id, raws in copies.items():
        assert set(raws) == {bytes(Email.objects.get(message_id=message_id).message)}
    assert all(numbers == sorted(numbers) for numbers in order.values())
    twice = len(box.messages) - len(copies)
    assert twice <= KILLS * settings.Q_CLUSTER["workers"]
    figures = {"letters": len(copies), "kills": KILLS, "arrived twice": twice}
    for name, value in figures.items():
        record_property(name, value)
    print(figures)  # noqa: T201 - the numbers asked for in the notes
