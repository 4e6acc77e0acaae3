"""The worker of production, as real processes: whatever is killed, it works again, once, and leaves no orphan."""

import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
from django.db import transaction

from backend.lib import heartbeat
from backend.lib.jobs import enqueue
from backend.lib.supervise import MARK
from backend.mail.models import Email
from tests.factories.mail import Mailbox, make_email, smtp_server
from tests.factories.workers import ROOT, Worker, wait_for

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.real_clock, pytest.mark.long]

SILENCE = "4"  # seconds, in place of four minutes


class House:
    """`manage.py work` on the test database, and what one sees of it from outside."""

    def __init__(self, port: int, folder: Path) -> None:
        self.log = folder / "work.log"
        self.ears = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.ears.bind(str(folder / "notify"))
        self.ears.settimeout(60)
        environment = {**Worker(port, self.log).environment, "NOTIFY_SOCKET": str(folder / "notify")}
        with self.log.open("ab") as output:
            self.process = subprocess.Popen(
                [sys.executable, "manage.py", "work", "--late-after", SILENCE, "--skip-checks"],
                cwd=ROOT, env=environment, stdout=output, stderr=output,
            )  # fmt: skip

    def family(self) -> list[psutil.Process]:
        """All that it ever started and that still runs, orphans included."""
        found = []
        for one in psutil.process_iter():
            try:
                if one.environ().get(MARK) == f"worker-{self.process.pid}" and one.status() != psutil.STATUS_ZOMBIE:
                    found.append(one)
            except psutil.Error:
                continue
        return found

    def cluster(self) -> psutil.Process:
        return psutil.Process(self.process.pid).children()[0]

    def sentinel(self) -> psutil.Process:
        return self.cluster().children()[0]

    def idle(self) -> list[psutil.Process]:
        """Who waits for work: one of them holds the lock of the queue."""
        return [one for one in self.sentinel().children() if " idle" in " ".join(one.cmdline())]

    def beats_again(self) -> None:
        """Rings, as the clock does, until a beat comes that was not there before."""
        before = heartbeat.last_beat()

        def rung() -> bool:
            with transaction.atomic():
                enqueue("backend.lib.heartbeat.beat")
            time.sleep(0.3)
            return heartbeat.last_beat() != before

        wait_for(rung, f"a beat; the worker said: {self.log.read_text()[-2000:]}")


@pytest.fixture
def mailbox() -> Iterator[Mailbox]:
    with smtp_server() as box:
        yield box


@pytest.fixture
def house(mailbox: Mailbox, tmp_path: Path) -> Iterator[House]:
    one = House(mailbox.port, tmp_path)
    yield one
    one.process.kill()
    one.process.wait()
    for process in one.family():
        process.kill()
    one.ears.close()


def test_whatever_is_killed_works_again_once_and_stopping_it_leaves_nobody(house: House, mailbox: Mailbox) -> None:
    house.beats_again()
    assert house.ears.recv(64) == b"READY=1"
    # Who waits holds the lock of the queue: killed, all others wait for ever, and SIGTERM is not heard.
    wedged = wait_for(house.idle, "a worker at rest")
    for process in wedged:
        process.kill()
    wait_for(lambda: "gave no sign of life" in house.log.read_text(), "the wedge to be seen")
    house.beats_again()
    for victim in (house.sentinel, house.cluster):
        before = {one.pid for one in house.family()}
        said = house.log.read_text().count("worker ended: started again")
        victim().kill()
        wait_for(lambda said=said: house.log.read_text().count("worker ended: started again") > said, "a new cluster")
        house.beats_again()
        assert not before & {one.pid for one in house.family()}  # one cluster, not two
    letters = [make_email(f"person{n}@example.org", key=f"drain:{n}") for n in range(3)]
    wait_for(lambda: mailbox.messages, "a letter at the server")
    house.process.send_signal(signal.SIGTERM)
    assert (house.process.wait(timeout=120), house.family()) == (0, [])
    # What was at work when it was told to stop is done, what was not is whole: nothing stands in between.
    states = set(Email.objects.filter(pk__in=[one.pk for one in letters]).values_list("state", flat=True))
    assert states <= {Email.State.SENT, Email.State.PENDING}
    assert Email.objects.filter(state=Email.State.SENT).count() == len(mailbox.messages)
