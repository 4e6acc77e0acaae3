"""Five bad nights: workers killed with SIGKILL at the worst moment, bad servers, clocks and keys that change.

Every letter arrives; one that arrives twice is the same letter, byte for byte; and no calendar goes back in time.
"""

import asyncio
import random
import re
import threading
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from aiosmtpd.smtp import SMTP, Envelope, Session
from django.db import connection, transaction
from django_q.conf import Conf
from django_q.models import OrmQ

from backend.accounts.models import Membership
from backend.calendars.actions import cancel_invite, move_invite
from backend.calendars.models import Invite
from backend.lib import clock
from backend.lib.jobs import enqueue
from backend.mail.actions.delivery import MAX_ATTEMPTS
from backend.mail.models import LEASE, Email
from tests.factories.accounts import make_member, make_organisation
from tests.factories.calendars import make_invite
from tests.factories.mail import Mailbox, make_email, parsed, smtp_server
from tests.factories.workers import Worker, wait_for

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.real_clock, pytest.mark.long]

State = Email.State
PLAIN, EVENTS = 90, 10  # with two people each, and five recipients below: over a hundred letters
HANGS, CLOSES = "hangs", "closes"


class Treated(NamedTuple):
    """How the server treats a recipient, time after time; what becomes of the letter, and how often it arrives."""

    answers: list[str]
    state: str
    arrives: int


TREATED = {
    "later@example.org": Treated(["451 greylisted"] * 2, State.SENT, 1),
    "refused@example.org": Treated(["550 nobody here"] * 99, State.FAILED, 0),
    "poison@example.org": Treated(["451 never"] * 99, State.DEAD, 0),  # it has one attempt left
    "closes@example.org": Treated([CLOSES] * 2, State.SENT, 3),  # taken, then the connection drops: nobody can tell
    "hangs@example.org": Treated([HANGS], State.SENT, 1),
}
NEVER = "rolled-back@example.org"
MOVED_AT_THE_DOOR, MOVED, CANCELLED = range(4), range(2, 7), range(5, EVENTS)


@dataclass
class Sink(Mailbox):
    """Keeps a letter, then says so: while `holding`, it does not, and who waits for the word stands in `waiting`."""

    gate: threading.Event = field(default_factory=threading.Event)
    holding: bool = False
    waiting: set[int] = field(default_factory=set)

    async def handle_EHLO(  # noqa: N802 - aiosmtpd's name
        self, server: SMTP, session: Session, envelope: Envelope, hostname: str, responses: list[str]
    ) -> list[str]:
        while not self.gate.is_set():  # until it opens nobody gets past the greeting
            await asyncio.sleep(0.01)
        return await super().handle_EHLO(server, session, envelope, hostname, responses)

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        treated = self.answers.get(address) or [""]
        if treated[0] == HANGS:
            treated.pop(0)
            await asyncio.sleep(600)
        if treated[0] == CLOSES:
            envelope.rcpt_tos.append(address)
            return "250 OK"
        return await super().handle_RCPT(server, session, envelope, address, options)

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        answer, caller = await super().handle_DATA(server, session, envelope), session.peer[1]
        if self.answers.get(envelope.rcpt_tos[0]):
            self.answers[envelope.rcpt_tos[0]].pop(0)
            server.transport.close()
        self.waiting.add(caller)
        try:
            await asyncio.sleep(0.02)
            while self.holding:
                await asyncio.sleep(0.01)
        finally:
            self.waiting.discard(caller)
        return answer

    def catch(self) -> int:
        """From now on no letter is acknowledged; the local port of a worker whose letter was taken and who waits."""
        self.holding = True
        return int(wait_for(lambda: next(iter(self.waiting), 0), "a worker that waits for its letter to be taken"))

    def more(self, letters: int) -> None:
        """Goes on, until that many more have arrived."""
        enough, self.holding = len(self.messages) + letters, False
        wait_for(lambda: len(self.messages) >= enough, "letters at the server")


@dataclass
class Bench:
    """The server, the clusters of the night, and how many letters may have been in flight when one was killed."""

    sink: Sink
    log: Path
    dice: random.Random = field(default_factory=lambda: random.Random(4))
    clusters: list[Worker] = field(default_factory=list)
    in_flight: int = 0
    kills: int = 0
    size: int = Conf.WORKERS

    def start(self, **environment: str) -> Worker:
        patient = {"TEST_EMAIL_TIMEOUT": "45"}  # while letters are held, on a busy machine
        self.clusters.append(Worker(self.sink.port, self.log, **{**patient, **environment}).start())
        return self.clusters[-1]

    def kill_all(self) -> None:
        """The whole tree of each cluster."""
        for cluster in self.clusters:
            cluster.kill()
            self.kills += 1
            self.in_flight += self.size
        self.clusters = []
        self.sink.holding = False


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    sink = Sink(answers={address: list(treated.answers) for address, treated in TREATED.items()})
    with smtp_server(sink):
        one = Bench(sink, tmp_path / "worker.log")
        yield one
        sink.gate.set()
        one.kill_all()


def ring(key: str = "") -> None:
    """The clock rings the sweep; `key`: signed by another SECRET_KEY."""
    with transaction.atomic(), pytest.MonkeyPatch.context() as patch:
        patch.setattr(Conf, "SECRET_KEY", key or Conf.SECRET_KEY)
        enqueue("backend.mail.tasks.sweep_outbox")


def time_passes() -> None:
    """Two minutes later: every lease has ended, every delay is over, and the clock rings the sweep."""
    past = clock.now() - timedelta(seconds=1)
    Email.objects.filter(state=State.SENDING).update(lease_until=past)
    Email.objects.filter(state=State.PENDING).update(not_before=past)
    ring()


def test_no_letter_is_lost_and_none_has_effect_twice_whatever_dies(bench: Bench, record_property: Any) -> None:
    write_letters()
    killed_at_the_door(bench)
    busy_worker_killed(bench)
    guards_killed_and_two_clusters_at_once(bench)
    key_changed_and_clock_an_hour_ahead(bench)
    clock_set_back_and_connections_cut(bench)
    figures = check(bench)
    for name, value in figures.items():
        record_property(name, value)


def write_letters() -> None:
    """A hundred, some of which can't arrive; one is written in a transaction that is rolled back."""
    for number in range(PLAIN):
        make_email(f"person{number}@example.org", key=f"kill:{number}")
    for address in TREATED:
        if address != "hangs@example.org":
            make_email(address, key=f"kill:{address}")
    Email.objects.filter(to_address="poison@example.org").update(attempts=MAX_ATTEMPTS - 1)
    with transaction.atomic():
        make_email(NEVER)
        transaction.set_rollback(True)
    house = make_organisation("Maison")
    for number in range(EVENTS):
        mentor, holder = (
            make_member(house, role, f"{role}{number}@example.org")
            for role in (Membership.Role.MENTOR, Membership.Role.HOLDER)
        )
        make_invite(house, mentor, holder, about=holder)


def invite(number: int) -> Invite:
    return Invite.objects.order_by("pk")[number]


def move(numbers: range) -> None:
    """An hour later."""
    for one in [invite(number) for number in numbers]:
        move_invite(one, starts_at=one.starts_at + timedelta(hours=1), by=None)


def killed_at_the_door(bench: Bench) -> None:
    """It has claimed a letter and stands before the server; meanwhile dates move whose first letter is claimed."""
    bench.start()
    wait_for(lambda: Email.objects.filter(state=State.SENDING).exists(), "a claimed letter")
    for number in MOVED_AT_THE_DOOR:
        move_invite(invite(number), place="Elsewhere", by=None)
    bench.kill_all()
    assert (bench.sink.messages, Email.objects.filter(state=State.SENDING).exists()) == ([], True)
    bench.in_flight = 0  # nothing was handed over
    bench.sink.gate.set()
    time_passes()


def busy_worker_killed(bench: Bench) -> None:
    """The worker alone whose letter was just taken: the cluster goes on. Then dates move and are cancelled while their
    letters leave, and the whole tree dies."""
    cluster = bench.start()
    bench.sink.more(bench.dice.randint(1, 4))
    assert cluster.kill_who_talks(bench.sink.catch()) == 1
    bench.in_flight += 1
    bench.sink.more(3)
    move(MOVED[:2])
    bench.sink.catch()
    move(MOVED[2:])
    for number in CANCELLED:
        cancel_invite(invite(number), by=None)
    bench.kill_all()
    time_passes()


def guards_killed_and_two_clusters_at_once(bench: Bench) -> None:
    """Two clusters with letters in flight at the same moment; the first process of one dies alone, then the sentinel of
    the other: what is left of both goes on. Then all dies."""
    bench.sink.holding = True
    first, second = bench.start(), bench.start()
    wait_for(lambda: len(bench.sink.waiting) > bench.size, "letters in flight from both clusters")
    first.kill_parent()
    bench.sink.more(2)
    bench.sink.catch()
    second.kill_sentinel()
    bench.sink.more(2)
    bench.sink.catch()
    bench.kill_all()
    time_passes()


def key_changed_and_clock_an_hour_ahead(bench: Bench) -> None:
    """A queue full of bells that the new key does not know: they are thrown away, and the sweep needs none of them.
    What its clock says of leases holds for another hour."""
    other = "another-key-for-the-tests-and-nothing-else"
    assert OrmQ.objects.count() > 10 and Email.objects.due(clock.now()).count() > 10
    bench.start(SECRET_KEY=other, TEST_CLOCK_AHEAD="3600")
    wait_for(lambda: not OrmQ.objects.exists(), "the bells thrown away")
    ring(other)
    bench.sink.more(2)
    bench.sink.catch()
    bench.kill_all()
    assert of_the_wrong_clock()


def of_the_wrong_clock() -> list[Email]:
    """Those whose lease goes on for most of an hour."""
    in_flight = Email.objects.filter(state=State.SENDING, lease_until__gt=clock.now() + timedelta(minutes=50))
    return list(in_flight.order_by("pk"))


def clock_set_back_and_connections_cut(bench: Bench) -> None:
    """The clock is right again: the lease without an end is none. On PostgreSQL every connection is cut in the middle;
    on both a server hangs. Then all goes well, until every letter is settled."""
    stuck = [email.pk for email in of_the_wrong_clock()]
    make_email("hangs@example.org", key="kill:hangs")
    bench.start(TEST_EMAIL_TIMEOUT="5")
    ring()
    arrived = Email.objects.filter(pk__in=stuck, state=State.SENT)
    wait_for(lambda: arrived.count() == len(stuck), "the letters of the wrong clock")
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
        bench.in_flight += bench.size
    wait_for(lambda: bench.sink.answers["hangs@example.org"] == [] and settled(bench, 3), "every letter settled", 400)
    bench.kill_all()
    bench.in_flight -= bench.size  # none was in flight any more


def settled(bench: Bench, seconds: float) -> bool:
    """After a while in which the clock rings; leases of workers that no longer are end as they would."""
    now = clock.now()
    abandoned = Email.objects.filter(state=State.SENDING, lease_until__lt=now + LEASE - timedelta(seconds=10))
    if not bench.sink.waiting:
        abandoned.update(lease_until=now)
    Email.objects.filter(state=State.PENDING).update(not_before=now - timedelta(seconds=1))
    ring()
    try:
        return bool(wait_for(lambda: not Email.objects.waiting().exists(), "", seconds))
    except AssertionError:
        return False


# --- What must hold ---------------------------------------------------------------------------------
def check(bench: Bench) -> dict[str, int]:
    """Nothing missing, nothing in between, copies identical and few, revisions in order."""
    copies: dict[str, list[bytes]] = defaultdict(list)
    for raw in bench.sink.messages:
        copies[str(parsed(raw)["Message-ID"])].append(raw)
    rows = {email.message_id: email for email in Email.objects.order_by("pk")}
    assert not Email.objects.exclude(
        state__in=[State.SENT, State.SUPERSEDED, *(one.state for one in TREATED.values())]
    ).exists()
    # Nothing lost: what counts as sent has arrived. What was replaced may have, just before; nothing else has.
    assert {one for one, email in rows.items() if email.state == State.SENT} <= set(copies)
    assert {rows[one].state for one in copies} <= {State.SENT, State.SUPERSEDED}
    assert Email.objects.filter(key__startswith="kill:", state=State.SENT).count() == PLAIN + 3
    assert NEVER not in bench.sink.recipients
    # One Message-ID is one letter, byte for byte.
    assert all(set(raws) == {bytes(rows[one].message)} for one, raws in copies.items())
    check_recipients(bench)
    check_calendars(bench)
    twice = len(bench.sink.messages) - len(copies)
    assert twice <= bench.in_flight + len(TREATED["closes@example.org"].answers)
    return {"letters": len(copies), "kills of a whole tree": bench.kills, "arrived twice": twice}


def check_recipients(bench: Bench) -> None:
    """As the table says, whoever died meanwhile; dead and failed are those injected and no other."""
    for address, treated in TREATED.items():
        arrived = bench.sink.recipients.count(address)
        assert Email.objects.get(to_address=address).state == treated.state, address
        assert arrived >= treated.arrives if treated.arrives else arrived == 0, address
    for state in (State.DEAD, State.FAILED):
        found = set(Email.objects.filter(state=state).values_list("to_address", flat=True))
        assert found == {address for address, treated in TREATED.items() if treated.state == state}


def check_calendars(bench: Bench) -> None:
    """Per (UID, recipient) no revision arrives after a later one; the last is how the date stands. A date cancelled
    before anything arrived says nothing at all, and none that arrived is left standing."""
    seen: dict[tuple[str, str], list[tuple[int, str, str]]] = defaultdict(list)
    for raw, recipient in zip(bench.sink.messages, bench.sink.recipients, strict=True):
        for part in parsed(raw).walk():
            if part.get_content_type() == "text/calendar":
                text = re.sub(r"\r?\n[ \t]", "", bytes(part.get_payload(decode=True)).decode())
                found = {name: re.findall(rf"(?m)^{name}:(\S+)", text)[0] for name in ("UID", "SEQUENCE", "DTSTAMP")}
                method = re.findall(r"(?m)^METHOD:(\S+)", text)[0]
                seen[found["UID"], recipient].append((int(found["SEQUENCE"]), found["DTSTAMP"], method))
    for revisions in seen.values():
        assert [one[:2] for one in revisions] == sorted(one[:2] for one in revisions)
    for number, one in enumerate(Invite.objects.order_by("pk")):
        for person in one.attendees.order_by("pk"):
            told = seen.get((one.uid, person.email), [])
            if number in CANCELLED:
                assert not told or (told[-1][0], told[-1][2]) == (one.sequence, "CANCEL")
            else:
                assert (told[-1][0], told[-1][2]) == (one.sequence, "REQUEST")
