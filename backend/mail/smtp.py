"""The one sender: the stored bytes, as they are, to the SMTP server of the settings; and what its answers mean."""

import math
import re
import smtplib
import time
from contextlib import suppress
from types import TracebackType
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.smtp import EmailBackend
from django.utils.translation import gettext as _

from backend.mail.mime import ascii_address, one_line

GOODBYE_SECONDS = 2.0  # all is said by then: a server that does not answer QUIT is left
TOO_LARGE = (552, 523)
NOT_LET_IN = (421, 530, 534, 535, 538)  # the server goes, or wants to know who we are: nothing about this letter
RELAY = re.compile(r"\brelay", re.IGNORECASE)  # our place at the server is not set up, whoever the letter is for


class RecipientRefused(Exception):
    """The server will never take this letter (5xx about the recipient or the letter)."""


class NotNow(Exception):
    """The server does not take this letter now (4xx, a connection that dropped): later. Another one may pass."""


class ServerTrouble(Exception):
    """Nobody gets through (no answer, sender refused): later. `is_untouched`: nothing of the letter was handed over."""

    def __init__(self, words: str, *, is_untouched: bool = False) -> None:
        super().__init__(words)
        self.is_untouched = is_untouched


class Patient:
    """Of a connection: no answer is awaited beyond the moment `ends` (monotonic), however slowly the server talks."""

    ends: float = math.inf
    sock: Any
    timeout: Any

    def getreply(self) -> tuple[int, bytes]:
        if self.sock is not None:
            self.sock.settimeout(max(0.1, min(self.timeout or math.inf, self.ends - time.monotonic())))
        return super().getreply()  # type: ignore[misc]  # of smtplib.SMTP, which it is mixed with


class PatientSMTP(Patient, smtplib.SMTP):
    """In clear, then with STARTTLS if the settings say so."""


class PatientSSL(Patient, smtplib.SMTP_SSL):
    """With TLS from the first byte."""


class Transport(EmailBackend):
    """Django's, whose answers are awaited until `ends` and no longer."""

    ends: float = math.inf

    @property
    def connection_class(self) -> Any:
        kind = PatientSSL if self.use_ssl else PatientSMTP
        return type(kind.__name__, (kind,), {"ends": self.ends})

    def open(self) -> Any:
        self.timeout = max(0.1, min(settings.EMAIL_TIMEOUT, self.ends - time.monotonic()))
        return super().open()


class StoredBytes:
    """What Django's transports ask of a message: only `as_bytes`, and the headers a test may look at."""

    def __init__(self, raw: bytes) -> None:
        self.raw = raw

    def as_bytes(self, **_wishes: Any) -> bytes:
        return self.raw

    def as_string(self) -> str:
        return self.raw.decode("utf-8", "replace")

    def get_charset(self) -> str:
        return "utf-8"


class StoredMessage(EmailMessage):
    """A letter already written: it is never rendered again, so a second sending is the same letter."""

    def __init__(self, raw: bytes, to: str, subject: str, text: str) -> None:
        super().__init__(subject=subject, body=text, from_email=settings.MAIL_ADDRESS, to=[to])
        self.raw = raw

    def message(self, *, policy: Any = None) -> Any:
        return StoredBytes(self.raw)


class Sender:
    """One connection for a batch, opened when first needed, done with after `seconds`. Use as a context manager."""

    def __init__(self, seconds: float = math.inf) -> None:
        self.connection = get_connection()
        if isinstance(self.connection, EmailBackend):
            self.connection = Transport()
            self.connection.ends = time.monotonic() + seconds
        self.is_open = False

    def __enter__(self) -> "Sender":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Forget the connection, whatever state it is in."""
        self.is_open = False
        talk = getattr(self.connection, "connection", None)
        if isinstance(talk, Patient):
            talk.ends = min(talk.ends, time.monotonic() + GOODBYE_SECONDS)
        with suppress(smtplib.SMTPException, OSError):
            self.connection.close()

    def send(self, raw: bytes, to: str, *, subject: str = "", text: str = "") -> None:
        """Hand over `raw` for `to`. Raises RecipientRefused (final), NotNow or ServerTrouble (later)."""
        self._open()
        try:
            if isinstance(self.connection, Transport):
                self._hand_over(self.connection.connection, raw, to)
            else:
                self.connection.send_messages([StoredMessage(raw, to, subject, text)])
        except smtplib.SMTPSenderRefused as error:
            self._weigh_sender(error)
        except smtplib.SMTPRecipientsRefused as error:
            code, answer = next(iter(error.recipients.values()))
            self._weigh(code, answer, error)
        except smtplib.SMTPDataError as error:
            self._weigh(error.smtp_code, error.smtp_error, error)
        except (smtplib.SMTPException, OSError) as error:
            self.close()
            if isinstance(error, TimeoutError) or isinstance(error.__context__, TimeoutError):
                raise ServerTrouble(_said(error)) from error
            raise NotNow(_said(error)) from error

    def _open(self) -> None:
        if self.is_open:
            return
        try:
            self.connection.open()
            self.is_open = True
        except (smtplib.SMTPException, OSError) as error:
            self.close()
            raise ServerTrouble(_said(error), is_untouched=True) from error

    def _hand_over(self, talk: Any, raw: bytes, to: str) -> None:
        try:
            address = ascii_address(to)
        except UnicodeError as error:
            raise RecipientRefused(_("This address can’t be written to.")) from error
        options: list[str] = []
        if not address.isascii():  # what stands before the @: only some servers can (RFC 6531)
            if not talk.ehlo_resp:
                talk.ehlo_or_helo_if_needed()
            if not talk.has_extn("smtputf8"):
                raise RecipientRefused(_("This server can’t write to an address with accents before the @."))
            options = ["SMTPUTF8", "BODY=8BITMIME"]
        talk.sendmail(ascii_address(settings.MAIL_ADDRESS), [address], raw, mail_options=options)

    def _weigh_sender(self, error: smtplib.SMTPSenderRefused) -> None:
        """Refused before its recipient was named: for its size, or because of us."""
        code, said = error.smtp_code, _said(error.smtp_error, error.smtp_code)
        if code in TOO_LARGE:
            raise RecipientRefused(said) from error
        if 400 <= code < 500 and code not in NOT_LET_IN:
            raise NotNow(said) from error
        self.close()
        raise ServerTrouble(said, is_untouched=True) from error

    def _weigh(self, code: int, answer: bytes | str, error: Exception) -> None:
        said = _said(answer, code)
        if code in NOT_LET_IN:
            self.close()
            raise ServerTrouble(said) from error
        if 500 <= code < 600 and not RELAY.search(said):
            raise RecipientRefused(said) from error
        raise NotNow(said) from error


def _said(answer: bytes | str | Exception, code: int = 0) -> str:
    """What the server said, fit for a row: one line, 500 characters, nothing that a database refuses."""
    if isinstance(answer, Exception):
        words = f"{type(answer).__name__}: {answer}"
    else:
        words = answer.decode("utf-8", "replace") if isinstance(answer, bytes) else answer
    return one_line(f"{code or ''} {words}")[:500]
