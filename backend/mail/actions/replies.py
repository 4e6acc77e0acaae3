"""Answers in words: each reaches the person the letter was about, as a letter of the house."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from backend.accounts.models import Organisation, User
from backend.accounts.queries import find_person, leads_of
from backend.history.actions import record
from backend.mail.actions.letters import post
from backend.mail.mime import fingerprint
from backend.mail.models import Email, Incoming
from backend.mail.reading import Read
from backend.mail.said import said_in
from backend.mail.signals import reply_came, words_came

Kind, Reason = Incoming.Kind, Incoming.Reason
MOST_AN_HOUR = 20


@dataclass(frozen=True)
class Outcome:
    """What came of a letter received; with a reason it is set aside."""

    kind: str
    reason: str = ""
    letter: Email | None = None


def take_words_to_invite(incoming: Incoming, read: Read) -> Outcome:
    """What is written to the address of an invite is an answer to the letter that invited; set aside without one."""
    told: list[tuple[Any, Any]] = words_came.send(sender=Incoming, token=read.answer_token)
    letter: Email | None = next((one for _hearer, one in told if one is not None), None)
    if letter is None or letter.organisation is None:
        return Outcome(Kind.REPLY, Reason.NO_CALENDAR)
    return _take(incoming, read, letter, letter.organisation)


def take_reply(incoming: Incoming, read: Read) -> Outcome:
    """What its writer says goes to whom the letter was about, once; it stays aside when it does not come from whom the
    letter was written to, says nothing, or has no reader. What is attached is not passed on, and she is told so once.
    """
    letter = Email.objects.select_related("organisation", "to_user", "passes_on__letter__to_user").filter(
        reply_token=read.reply_token
    ).first()  # fmt: skip
    if letter is None or letter.organisation is None:
        return Outcome(Kind.REPLY, Reason.UNKNOWN_ADDRESS)
    return _take(incoming, read, letter, letter.organisation)


def _take(incoming: Incoming, read: Read, letter: Email, organisation: Organisation) -> Outcome:
    if incoming.sender not in _addresses_of(letter):
        return Outcome(Kind.REPLY, Reason.STRANGER, letter)
    if _came_lately(incoming) >= MOST_AN_HOUR:
        return Outcome(Kind.REPLY, Reason.TOO_MANY, letter)
    said = said_in(read.text)
    if read.files:
        _tell_of_files(letter, organisation)
    if not said and not read.files:
        return Outcome(Kind.REPLY, Reason.NOTHING_SAID, letter)
    readers = _readers(letter)
    for one in readers:
        _pass_on(incoming, letter, one, organisation, said, read.files)
    if not readers:
        return Outcome(Kind.REPLY, Reason.NO_READER, letter)
    record("pass_on_reply", letter, by=letter.to_user, organisation=organisation)
    return Outcome(Kind.REPLY, letter=letter)


def _addresses_of(letter: Email) -> set[str]:
    """Where the letter went, and where its reader is written to now."""
    now = letter.to_user.email if letter.to_user and letter.to_user.is_active else ""
    return {letter.to_address.strip().lower(), now.strip().lower()} - {""}


def _came_lately(incoming: Incoming) -> int:
    hour = incoming.received_at - timedelta(hours=1)
    lately = Incoming.objects.filter(sender=incoming.sender, kind=Kind.REPLY, received_at__gt=hour)
    return lately.exclude(pk=incoming.pk).count()


@dataclass(frozen=True)
class _Person:
    """Somebody to write to, with or without an account."""

    to: User | str
    name: str = ""

    @property
    def mark(self) -> str:
        return f"user:{self.to.pk}" if isinstance(self.to, User) else fingerprint(self.to)


def _readers(letter: Email) -> list[_Person]:
    """Who wrote what this letter passes on; else those it is about, without whom it was written to; else the leads."""
    if letter.passes_on and letter.passes_on.letter:
        first = letter.passes_on.letter
        if first.to_user and first.to_user.is_active:
            return [_Person(first.to_user)]
        return [] if first.to_user else [_Person(first.to_address, first.to_name)]
    writer = letter.to_user or find_person(letter.to_address)
    heard: list[tuple[Any, Any]] = (
        reply_came.send(sender=Email, letter=letter, writer=writer) if letter.about is not None else []
    )
    found: dict[int, User] = {one.pk: one for _hearer, named in heard for one in named or [] if one.is_active}
    if writer is not None:
        found.pop(writer.pk, None)
    assert letter.organisation is not None
    people = found or {one.pk: one for one in leads_of(letter.organisation) if one != writer}
    return [_Person(one) for _pk, one in sorted(people.items())]


def _pass_on(
    incoming: Incoming, letter: Email, reader: _Person, organisation: Organisation, said: str, files: int
) -> None:
    post(
        "mail/letters/reply",
        to=reader.to,
        name=reader.name,
        key=f"reply:{incoming.pk}:{reader.mark}",
        context={"who": _name_of(letter), "answered": letter.subject, "said": said, "files": files},
        about=letter.about,
        organisation=organisation,
        passes_on=incoming,
    )


def _name_of(letter: Email) -> str:
    """Who writes, without her address; "" when nobody knows her name."""
    return letter.to_user.get_full_name() if letter.to_user is not None else letter.to_name


def _tell_of_files(letter: Email, organisation: Organisation) -> None:
    """Once for each letter answered."""
    post(
        "mail/letters/files_refused",
        to=letter.to_user or letter.to_address,
        name=letter.to_name,
        key=f"files_refused:{letter.pk}",
        context={"answered": letter.subject},
        about=letter.about,
        organisation=organisation,
    )
