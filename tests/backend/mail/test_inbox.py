"""The mailbox that is read on the clock, on a real Dovecot; and the door for mail services."""

import hashlib
import hmac
import imaplib
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.test import Client

from backend.accounts.models import Organisation, User
from backend.lib import clock as house_clock
from backend.mail import queries, tasks
from backend.mail.imap import Mailbox, MailboxTrouble, account_of
from backend.mail.models import Inbox, Incoming
from backend.pages import letters_come_in
from tests.backend.mail import raw
from tests.conftest import missing
from tests.factories.imap import PASSWORD, certificate, dovecot, imap_server, imap_server_with_tls, put_into
from tests.factories.mail import letters_to, make_email

pytestmark = pytest.mark.django_db


@pytest.fixture
def inbox(settings: Any) -> Iterator[str]:
    """The address of a mailbox that the settings name."""
    if dovecot() is None:
        missing("dovecot")
    with imap_server() as url:
        settings.INBOUND_IMAP_URL = url
        yield url


def seen(url: str) -> list[bytes]:
    account = account_of(url)
    server = imaplib.IMAP4(account.host, account.port, timeout=30)
    server.login(account.user, account.password)
    server.select("INBOX", readonly=True)
    found = server.uid("SEARCH", "SEEN")[1][0].split()
    server.logout()
    return found


def test_an_answer_arrives_within_one_reading_and_once(
    settings: Any, inbox: str, organisation: Organisation, holder: User, lead: User
) -> None:
    settings.ANSWERS_DOMAIN, settings.TAKES_REPLIES = "answers.example.org", True
    letter = make_email(holder, organisation=organisation)
    put_into(inbox, raw.note("Oui.", to=f"re-{letter.reply_token}@answers.example.org"))
    put_into(inbox, raw.note("x" * 1_100_000, mark="large"))
    assert tasks.read_inbox() == 2
    assert (tasks.sweep_incoming(), len(letters_to(lead)), seen(inbox)) == (1, 1, [b"1", b"2"])
    large = Incoming.objects.get(message_id="<large@example.org>")
    assert (large.state, large.reason, bytes(large.raw), large.size > 1_100_000) == ("aside", "too_large", b"", True)
    assert (tasks.read_inbox(), queries.inbox_health().read_at) == (0, house_clock.now())


def test_cut_short_between_keeping_and_marking_nothing_is_treated_twice(
    inbox: str, monkeypatch: pytest.MonkeyPatch, clock: time_machine.Traveller
) -> None:
    for n in range(3):
        put_into(inbox, raw.note("Oui.", mark=f"m{n}"))

    def killed(self: Mailbox, uids: list[int]) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(Mailbox, "mark", killed)
        with pytest.raises(KeyboardInterrupt):
            tasks.read_inbox()
    assert (tasks.sweep_incoming(), seen(inbox)) == (3, [])
    assert tasks.read_inbox() == 0  # who was killed holds the mailbox for two minutes
    clock.shift(timedelta(minutes=3))
    assert (tasks.read_inbox(), Incoming.objects.count()) == (0, 3)
    Inbox.objects.update(validity=1)  # the server numbers anew: all are read again, and known
    assert (tasks.read_inbox(), Incoming.objects.count(), tasks.sweep_incoming(), len(seen(inbox))) == (3, 3, 0, 3)


def test_a_mailbox_in_trouble_is_said_and_tried_again_later_and_later(
    settings: Any, clock: time_machine.Traveller
) -> None:
    settings.INBOUND_IMAP_URL = "imap://rdv:a-secret-word@127.0.0.1:1/INBOX"
    tasks.read_inbox()
    assert (Inbox.objects.get().failures, tasks.read_inbox(), Inbox.objects.get().failures) == (1, 0, 1)
    for minutes, failures in ((1, 2), (1, 2), (1, 3), (60, 4)):
        clock.shift(timedelta(minutes=minutes))
        tasks.read_inbox()
        assert Inbox.objects.get().failures == failures
    health = queries.inbox_health()
    assert (health.trouble.partition(":")[0], health.is_late) == ("ConnectionRefusedError", True)
    assert letters_come_in() == "mailbox not read since ever (ConnectionRefusedError)"
    assert "a-secret-word" not in f"{Inbox.objects.get()} {health}"


def test_a_mailbox_is_read_over_tls_from_a_server_that_shows_who_it_is_and_from_no_other(
    settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, client_of: Callable[[User], Client], lead: User,
    clock: time_machine.Traveller,
) -> None:  # fmt: skip
    if dovecot() is None:
        missing("dovecot")
    chain, key = certificate(tmp_path)
    clock.move_to(datetime.now(UTC))  # as the server sees it
    with imap_server_with_tls(chain, key) as (with_ssl, with_tls, in_clear):
        put_into(in_clear, raw.note("Oui."))
        for url in (with_ssl, with_tls):  # nobody vouches for the certificate
            settings.INBOUND_IMAP_URL = url
            Inbox.objects.all().delete()
            tasks.read_inbox()
            assert (queries.inbox_health().is_untrusted, Incoming.objects.count()) == (True, 0)
        page = client_of(lead).get("/letters/received/").content.decode()
        assert "présente un certificat qui n’est pas reconnu" in page and PASSWORD not in page
        monkeypatch.setenv("SSL_CERT_FILE", str(chain))
        for n, url in enumerate((with_ssl, with_tls)):
            settings.INBOUND_IMAP_URL = url
            Inbox.objects.all().delete()
            put_into(in_clear, raw.note("Oui.", mark=f"tls{n}"))
            tasks.read_inbox()
            assert (queries.inbox_health().trouble, Incoming.objects.count()) == ("", n + 2)
        settings.INBOUND_IMAP_URL = with_ssl.replace("127.0.0.1", "localhost")  # the certificate is of another name
        tasks.read_inbox()
        assert queries.inbox_health().is_untrusted


@pytest.mark.parametrize(
    "url",
    ["imap://rdv:x@mx.example.org/INBOX", "pop3://a:b@mx.example.org", "imap+ssl://mx.example.org", "imap+ssl://[:x"],
)
def test_an_address_that_is_no_mailbox_is_said(url: str, settings: Any) -> None:
    with pytest.raises(MailboxTrouble):
        account_of(url)
    settings.INBOUND_IMAP_URL = url
    tasks.read_inbox()
    assert queries.inbox_health().trouble.startswith("INBOUND_IMAP_URL")


def test_the_address_of_a_mailbox_is_read_whole() -> None:
    account = account_of("imap+ssl://rdv%40example.org:p%2Fw@mx.example.org/Boîte/In")
    assert (account.port, account.user, account.password, account.folder) == (
        993, "rdv@example.org", "p/w", "Boîte/In",
    )  # fmt: skip


# --- The door ---------------------------------------------------------------------------------------
SECRET = "a secret of nobody"


def hand_in(body: bytes, *, kind: str = "message/rfc822", shift: int = 0, secret: str = SECRET, **headers: str) -> Any:
    stamp = str(int(house_clock.now().timestamp()) + shift)
    signed = hmac.new(secret.encode(), f"{stamp}.".encode() + body, hashlib.sha256).hexdigest()
    given = {"x-jalon-timestamp": stamp, "x-jalon-signature": f"sha256={signed}", **headers}
    return Client(enforce_csrf_checks=True).post("/mail/in/", body, content_type=kind, headers=given)


def test_a_mail_service_hands_a_letter_over_signed_and_once(settings: Any) -> None:
    letter = raw.note("Oui.")
    assert hand_in(letter).status_code == 404
    settings.INBOUND_WEBHOOK_SECRET = SECRET
    refused = [
        hand_in(letter, secret="another").status_code,
        hand_in(letter, shift=-301).status_code,
        hand_in(letter, shift=301).status_code,
        hand_in(letter, **{"x-jalon-timestamp": "²"}).status_code,
        hand_in(letter, **{"x-jalon-signature": ""}).status_code,
    ]
    assert (refused, Incoming.objects.count()) == ([403] * 5, 0)
    assert [hand_in(letter).status_code for _ in range(2)] == [202, 202]
    kept = Incoming.objects.get()
    assert (bytes(kept.raw), kept.way, kept.subject) == (letter, "web", "Re: Séance")
    assert (hand_in(b"x" * 1_000_001).status_code, hand_in(b"x" * 3_000_001).status_code) == (413, 413)
    assert hand_in(b"").status_code == 400


def test_a_mail_service_may_send_a_form(settings: Any) -> None:
    settings.INBOUND_WEBHOOK_SECRET = SECRET
    letter = raw.note("Oui, à 9 h.")
    form = (
        b'--x\r\nContent-Disposition: form-data; name="recipient"\r\n\r\nre-1@answers.example.org\r\n'
        b'--x\r\nContent-Disposition: form-data; name="message"; filename="m.eml"\r\n\r\n' + letter + b"\r\n--x--\r\n"
    )
    assert hand_in(form, kind="multipart/form-data; boundary=x").status_code == 202
    assert (bytes(Incoming.objects.get().raw), Incoming.objects.get().recipient) == (letter, "re-1@answers.example.org")
