"""The one sender: the stored bytes, as they are, to the SMTP server of the settings."""

import smtplib
from contextlib import suppress
from types import TracebackType
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage, get_connection


class RecipientRefused(Exception):
    """The server will never take this letter (5xx about the recipient or the letter)."""


class ServerTrouble(Exception):
    """The server does not take it now (4xx, no answer, sender refused): try again later."""


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
    """One connection for a batch, opened when first needed. Use as a context manager."""

    def __init__(self) -> None:
        self.connection = get_connection()
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
        with suppress(smtplib.SMTPException, OSError):
            self.connection.close()

    def send(self, raw: bytes, to: str, *, subject: str = "", text: str = "") -> None:
        """Hand over `raw` for `to`. Raises RecipientRefused (final) or ServerTrouble (later)."""
        try:
            if not self.is_open:
                self.connection.open()
                self.is_open = True
            self.connection.send_messages([StoredMessage(raw, to, subject, text)])
        except smtplib.SMTPRecipientsRefused as error:
            code, answer = next(iter(error.recipients.values()))
            self._give_up(code, answer, error)
        except smtplib.SMTPDataError as error:
            self._give_up(error.smtp_code, error.smtp_error, error)
        except (smtplib.SMTPException, OSError) as error:
            self.close()
            raise ServerTrouble(f"{type(error).__name__}: {error}"[:500]) from error

    def _give_up(self, code: int, answer: bytes | str, error: Exception) -> None:
        said = answer.decode("utf-8", "replace") if isinstance(answer, bytes) else answer
        if 500 <= code < 600:
            raise RecipientRefused(f"{code} {said}"[:500]) from error
        self.close()
        raise ServerTrouble(f"{code} {said}"[:500]) from error
