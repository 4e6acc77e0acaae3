"""What the answers of a server mean: for one letter, for the others, and for what is said to a lead."""

import asyncio
import shutil
import ssl
import subprocess
import time
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from aiosmtpd.smtp import SMTP, Envelope, Session
from django_q.exceptions import TimeoutException

from backend.accounts.models import User
from backend.lib import clock as house_clock
from backend.mail import actions, tasks
from backend.mail.models import Email
from backend.mail.smtp import NotNow, RecipientRefused, Sender, ServerTrouble
from tests.conftest import missing
from tests.factories.mail import Mailbox, make_email, smtp_server

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]
State = Email.State
ODD = "odd@example.org"


def stand(email: Email) -> tuple[str, int]:
    email.refresh_from_db()
    return email.state, email.attempts


# (answer, what it is taken for, is the connection kept)
ANSWERS = [
    ("550 5.1.1 nobody here", RecipientRefused, True),
    ("552 mailbox full", RecipientRefused, True),
    ("451 greylisted", NotNow, True),
    ("452 too many", NotNow, True),
    ("554 5.7.1 Relay access denied", NotNow, True),
    ("421 closing", ServerTrouble, False),
    ("530 authentication required", ServerTrouble, False),
]


@pytest.mark.parametrize(("answer", "meaning", "is_kept"), ANSWERS, ids=[row[0][:3] for row in ANSWERS])
@pytest.mark.parametrize("where", ["answers", "data_answers"])
def test_an_answer_about_one_letter_is_not_taken_for_one_about_all(
    mailbox: Mailbox, where: str, answer: str, meaning: type[Exception], is_kept: bool
) -> None:
    getattr(mailbox, where)[ODD] = [answer]
    with Sender() as sender:
        with pytest.raises(meaning, match=answer[:3]):
            sender.send(b"Subject: x\r\n\r\nx\r\n", ODD)
        sender.send(b"Subject: x\r\n\r\nx\r\n", "other@example.org")
    assert (mailbox.recipients, mailbox.connections) == (["other@example.org"], 1 if is_kept else 2)


def test_one_greylisted_address_among_many_holds_up_nobody(mailbox: Mailbox, holder: User) -> None:
    odd, others = make_email(ODD), [make_email(f"p{n}@example.org") for n in range(20)]
    mailbox.answers[ODD] = ["451 later"]
    assert (tasks.sweep_outbox(), stand(odd), mailbox.connections) == (20, (State.PENDING, 1), 1)
    assert {stand(one) for one in others} == {(State.SENT, 1)}


def test_a_server_that_says_later_to_everybody_is_left_after_five(mailbox: Mailbox) -> None:
    letters = [make_email(f"p{n}@example.org") for n in range(8)]
    mailbox.answers = {email.to_address: ["450 later"] for email in letters}
    assert tasks.sweep_outbox() == 0
    assert [stand(one)[1] for one in letters] == [1] * 5 + [0] * 3


def test_what_was_tried_comes_after_what_was_not(mailbox: Mailbox, clock: time_machine.Traveller) -> None:
    odd = make_email(ODD)
    mailbox.answers[ODD] = ["450 later"]
    tasks.sweep_outbox()
    clock.shift(timedelta(minutes=5))
    make_email("fresh@example.org")
    tasks.sweep_outbox()
    assert (mailbox.recipients, stand(odd)) == (["fresh@example.org", ODD], (State.SENT, 2))


class Picky(Mailbox):
    """Refuses a sender, a size, or accepts and hangs up."""

    sender_answer = ""
    hang_up = 0

    async def handle_MAIL(  # noqa: N802 - aiosmtpd's name
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if self.sender_answer:
            answer, self.sender_answer = self.sender_answer, ""
            return answer
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        answer = await super().handle_DATA(server, session, envelope)
        if self.hang_up:
            self.hang_up -= 1
            server.transport.close()
            await asyncio.sleep(0)
        return answer


@pytest.fixture
def picky(settings: Any, mailbox: Mailbox) -> Any:
    with smtp_server(Picky()) as box:
        settings.EMAIL_PORT = box.port
        yield box


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        ("552 5.3.4 message too big", [(State.FAILED, 1), (State.SENT, 1)]),
        ("553 we do not know you", [(State.PENDING, 0), (State.PENDING, 0)]),
        ("451 not so fast", [(State.PENDING, 1), (State.SENT, 1)]),
    ],
)
def test_a_letter_too_large_is_refused_alone_and_a_sender_refused_is_no_fault_of_a_letter(
    picky: Picky, answer: str, expected: list[tuple[str, int]]
) -> None:
    letters = [make_email(ODD), make_email("other@example.org")]
    picky.sender_answer = answer
    tasks.sweep_outbox()
    assert [stand(one) for one in letters] == expected


def test_a_letter_taken_by_a_server_that_then_hangs_up_leaves_again_as_the_same_letter(
    picky: Picky, clock: time_machine.Traveller
) -> None:
    odd, other = make_email(ODD), make_email("other@example.org")
    picky.hang_up = 1
    assert (tasks.sweep_outbox(), stand(odd), stand(other)) == (1, (State.PENDING, 1), (State.SENT, 1))
    clock.shift(timedelta(minutes=2))
    tasks.sweep_outbox()
    assert (picky.recipients.count(ODD), picky.messages[0] == picky.messages[-1]) == (2, True)


@dataclass
class Silent(Mailbox):
    """Takes a connection and says nothing after its greeting, or after a letter."""

    asked: int = 0

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        self.asked += 1
        await asyncio.sleep(600)
        return "250 OK"


def test_a_server_that_hangs_costs_one_wait_a_minute_whatever_rings(settings: Any, mailbox: Mailbox) -> None:
    settings.EMAIL_TIMEOUT = 0.3
    with smtp_server(Silent()) as box:
        settings.EMAIL_PORT = box.port
        letters = [make_email(f"p{n}@example.org") for n in range(4)]
        for email in letters:
            tasks.deliver(email.pk)
        assert (box.asked, [stand(one)[1] for one in letters]) == (1, [1, 0, 0, 0])
        tasks.sweep_outbox()
        assert box.asked == 2


@pytest.mark.real_clock
def test_no_answer_is_awaited_beyond_the_time_of_the_batch(settings: Any, mailbox: Mailbox) -> None:
    with smtp_server(Silent()) as box:
        settings.EMAIL_PORT = box.port
        began = time.monotonic()
        with pytest.raises(ServerTrouble), Sender(seconds=0.5) as sender:
            sender.send(b"Subject: x\r\n\r\nx\r\n", ODD)
        assert time.monotonic() - began < settings.EMAIL_TIMEOUT


def test_a_job_whose_time_is_up_puts_its_letter_back(mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch) -> None:
    email = make_email(ODD)

    def alarm(*_args: Any, **_more: Any) -> None:
        raise TimeoutException

    monkeypatch.setattr(Sender, "send", alarm)
    with pytest.raises(SystemExit):
        tasks.deliver(email.pk)
    assert (stand(email), email.lease_token, email.not_before > house_clock.now()) == ((State.PENDING, 1), "", True)


def test_an_address_with_accents_before_the_at_needs_a_server_that_knows_them(settings: Any, mailbox: Mailbox) -> None:
    email = make_email("zoé@écoles.example")
    assert tasks.deliver(email.pk) == 0
    assert stand(email) == (State.FAILED, 1) and "accents" in email.last_error
    with smtp_server(Mailbox(knows_accents=True)) as box:
        settings.EMAIL_PORT = box.port
        actions.retry_email(email, by=None)
        assert (tasks.deliver(email.pk), box.recipients) == (1, ["zoé@xn--coles-9ra.example"])


def test_what_a_server_says_never_breaks_the_row(mailbox: Mailbox) -> None:
    email = make_email(ODD)
    mailbox.answers[ODD] = ["550 no\x00body \x1b[31m" + "e" * 900]
    tasks.deliver(email.pk)
    assert (stand(email)[0], email.last_error[:18], len(email.last_error)) == (State.FAILED, "550 no body [31mee", 500)


def test_bytes_that_changed_do_not_leave(mailbox: Mailbox) -> None:
    email = make_email(ODD)
    Email.objects.filter(pk=email.pk).update(message=b"")
    assert (tasks.deliver(email.pk), stand(email)[0], mailbox.messages) == (0, State.DEAD, [])


# --- TLS ------------------------------------------------------------------------------------------
def test_with_tls_asked_for_nothing_is_said_in_clear(settings: Any, mailbox: Mailbox) -> None:
    settings.EMAIL_USE_TLS, settings.EMAIL_HOST_USER, settings.EMAIL_HOST_PASSWORD = True, "jalon", "secret"
    email = make_email(ODD)
    assert (tasks.sweep_outbox(), stand(email)) == (0, (State.PENDING, 0))
    assert (mailbox.messages, "STARTTLS" in email.last_error) == ([], True)


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Of "localhost", signed by itself: key and certificate in one file."""
    if not shutil.which("openssl"):
        missing("openssl")
    pem = tmp_path_factory.mktemp("tls") / "server.pem"
    make = "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 9999 -subj /CN=localhost"
    more = ["-addext", "subjectAltName=DNS:localhost", "-keyout", str(pem), "-out", f"{pem}.crt"]
    subprocess.run([*make.split(), *more], check=True, capture_output=True)
    pem.write_text(pem.read_text() + Path(f"{pem}.crt").read_text())
    return pem


@pytest.mark.real_clock
@pytest.mark.parametrize("is_trusted", [True, False])
@pytest.mark.parametrize("way", ["starttls", "ssl"])
def test_a_letter_leaves_by_either_tls_to_a_server_that_shows_who_it_is_and_to_no_other(
    settings: Any, mailbox: Mailbox, certificate: Path, monkeypatch: pytest.MonkeyPatch, way: str, is_trusted: bool
) -> None:
    if is_trusted:
        monkeypatch.setenv("SSL_CERT_FILE", f"{certificate}.crt")
    shown = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    shown.load_cert_chain(certificate)
    tls = {"tls_context": shown, "require_starttls": True} if way == "starttls" else {"ssl_context": shown}
    settings.EMAIL_USE_TLS, settings.EMAIL_USE_SSL = way == "starttls", way == "ssl"
    settings.EMAIL_HOST = "localhost"
    with smtp_server(**tls) as box:
        settings.EMAIL_PORT = box.port
        email = make_email(ODD)
        tasks.sweep_outbox()
    assert (stand(email), box.messages) == (
        ((State.SENT, 1), [bytes(email.message)]) if is_trusted else ((State.PENDING, 0), [])
    )
    assert is_trusted or "certificate" in email.last_error.lower()
