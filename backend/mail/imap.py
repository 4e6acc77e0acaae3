"""A mailbox of any provider, read over IMAP: no database. TLS unless the server is on this machine."""

import imaplib
import re
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import unquote, urlsplit

TIMEOUT = 20  # seconds for one answer
PORTS = {"imap+ssl": 993, "imaps": 993, "imap+tls": 143, "imap": 143}
HERE = {"localhost", "127.0.0.1", "::1"}
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
SIZE = re.compile(rb"RFC822\.SIZE (\d+)")


class MailboxTrouble(Exception):
    """The mailbox can't be read now; says why, without the password."""


@dataclass(frozen=True)
class Account:
    """Where the mailbox is, and who may read it."""

    scheme: str
    host: str
    port: int
    user: str
    password: str
    folder: str

    @property
    def name(self) -> str:
        """Which mailbox it is, without its password."""
        return f"{self.user}@{self.host}:{self.port}/{self.folder}"


def account_of(url: str) -> Account:
    """The account that `imap+ssl://user:password@host:port/FOLDER` names. Raises MailboxTrouble."""
    try:
        parts = urlsplit(url)
        port = parts.port or PORTS.get(parts.scheme, 0)
    except ValueError as error:
        raise MailboxTrouble("INBOUND_IMAP_URL is no address") from error
    if parts.scheme not in PORTS or not parts.hostname or not parts.username:
        raise MailboxTrouble("INBOUND_IMAP_URL should be imap+ssl://user:password@host/INBOX")
    if parts.scheme == "imap" and parts.hostname not in HERE:
        raise MailboxTrouble("INBOUND_IMAP_URL: without TLS only a server on this machine is read")
    folder = unquote(parts.path.strip("/")) or "INBOX"
    return Account(parts.scheme, parts.hostname, port, unquote(parts.username), unquote(parts.password or ""), folder)


class Mailbox:
    """An open folder. Messages are named by their UID, which only grows as long as `validity` stays the same."""

    def __init__(self, server: imaplib.IMAP4, folder: str) -> None:
        self.server = server
        self._ask(server.select(f'"{folder}"'))
        said = server.response("UIDVALIDITY")[1]
        self.validity = int(said[0]) if said and said[0] else 0

    def uids_after(self, last: int) -> list[int]:
        """Those that came after `last`, oldest first."""
        return sorted(uid for uid in self._search(f"UID {last + 1}:*") if uid > last)

    def uids_since(self, day: date) -> list[int]:
        """Those that came on this day or later, oldest first."""
        return sorted(self._search(f"SINCE {day.day:02d}-{MONTHS[day.month - 1]}-{day.year}"))

    def size(self, uid: int) -> int:
        """In bytes; 0 when it is gone."""
        found = self._ask(self.server.uid("FETCH", str(uid), "(RFC822.SIZE)"))
        size = SIZE.search(b" ".join(one for one in found if isinstance(one, bytes)))
        return int(size[1]) if size else 0

    def fetch(self, uid: int, *, head_only: bool = False) -> bytes:
        """The message as it is, still unread; b"" when it is gone."""
        part = "BODY.PEEK[HEADER]" if head_only else "BODY.PEEK[]"
        found = self._ask(self.server.uid("FETCH", str(uid), f"({part})"))
        return next((bytes(one[1]) for one in found if isinstance(one, tuple) and len(one) > 1), b"")

    def mark(self, uids: list[int]) -> None:
        """These are read."""
        if uids:
            self._ask(self.server.uid("STORE", ",".join(map(str, uids)), "+FLAGS.SILENT", r"(\Seen)"))

    def _search(self, what: str) -> list[int]:
        found = self._ask(self.server.uid("SEARCH", what))
        return [int(uid) for uid in b" ".join(one for one in found if one).split()]

    @staticmethod
    def _ask(answer: tuple[str, list[Any]]) -> list[Any]:
        if answer[0] != "OK":
            raise MailboxTrouble(f"the server says {answer[0]}: {_words(answer[1])}")
        return answer[1]


@contextmanager
def open_mailbox(account: Account) -> Iterator[Mailbox]:
    """The folder, until the block ends. Raises MailboxTrouble for whatever the server or the way to it does."""
    server: imaplib.IMAP4 | None = None
    try:
        server = _connected(account)
        server.login(account.user, account.password)
        yield Mailbox(server, account.folder)
    except (imaplib.IMAP4.error, OSError, ValueError) as error:
        said = f"{type(error).__name__}: {_words(list(error.args))}"
        raise MailboxTrouble(said.replace(account.password, "…") if account.password else said) from None
    finally:
        if server is not None:
            with suppress(imaplib.IMAP4.error, OSError):
                server.logout()


def _connected(account: Account) -> imaplib.IMAP4:
    trusted = ssl.create_default_context()
    if account.scheme in ("imap+ssl", "imaps"):
        return imaplib.IMAP4_SSL(account.host, account.port, ssl_context=trusted, timeout=TIMEOUT)
    server = imaplib.IMAP4(account.host, account.port, timeout=TIMEOUT)
    if account.scheme == "imap+tls":
        server.starttls(trusted)
    return server


def _words(parts: list[Any]) -> str:
    said = " ".join(one.decode("utf-8", "replace") if isinstance(one, bytes) else str(one) for one in parts if one)
    return said[:300]
