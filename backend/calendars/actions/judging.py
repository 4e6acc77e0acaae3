"""Which answers stand: who speaks, for which revision of the date, and whether a newer answer is known (RFC 5546)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from django.conf import settings

from backend.calendars.itip import Received, Said
from backend.calendars.models import Invite, InviteAnswer, InviteAttendee

Treatment, Reason, Kind = InviteAnswer.Treatment, InviteAnswer.Reason, InviteAnswer.Kind


@dataclass(frozen=True)
class Voice:
    """One answer, whose it is (nobody's, of a stranger), and whether something but the letter's own word shows it."""

    said: Said
    person: InviteAttendee | None
    is_sure: bool = False
    reason: str = Reason.NONE


def voices(letter: Received, invite: Invite, mailbox: InviteAttendee | None, *, authenticated: bool) -> list[Voice]:
    """Who speaks in this letter. `mailbox`: whose own address it came to; `authenticated`: its sender is proved.

    Some calendars repeat everybody who is invited, as they know her: nobody speaks for others.
    """
    people = {one.email.lower(): one for one in invite.attendees.select_related("user", "invite")}
    home = mailbox if mailbox and mailbox.invite_id == invite.pk else None
    is_anyone = any(said.address in people for said in letter.said)
    found: list[Voice] = []
    for said in letter.said:
        if person := people.get(said.address):
            is_sure = (home is not None and home.pk == person.pk) or (authenticated and letter.sender == said.address)
            found.append(Voice(said, person, is_sure, Reason.NONE if is_sure else Reason.NO_EVIDENCE))
        elif home and not is_anyone and not said.delegated_from:
            found.append(Voice(said, people[home.email.lower()], reason=Reason.OTHER_ADDRESS))
        else:
            found.append(Voice(said, None))
    return _hers(found, letter.sender)


def _hers(found: list[Voice], sender: str) -> list[Voice]:
    """Those of the person who speaks, and of strangers."""
    strangers = [one for one in found if one.person is None]
    known = [one for one in found if one.person is not None]
    if any(one.is_sure for one in known):
        return [one for one in known if one.is_sure] + strangers
    if len({one.said.address for one in known}) > 1:
        known = [one for one in known if one.said.address == sender]
        if not known:
            return [Voice(found[0].said, None, reason=Reason.SEVERAL_PEOPLE)]
    return known + strangers


def is_ours(organiser: str, invite: Invite) -> bool:
    """Is this the address that invited? Some calendars leave it out."""
    ours = {settings.MAIL_ADDRESS.lower(), invite.organiser.lower()}
    return not organiser or organiser in ours or invite.attendees.filter(answers_to=organiser).exists()


def revision_of(said: Said, person: InviteAttendee, invite: Invite) -> int | None:
    """The revision an answer is about; None when its number is missing or none of ours, and its start no help."""
    if said.sequence is not None and said.sequence <= invite.sequence:
        return said.sequence
    starts = {invite.starts_at, *(start for _on, start, _end in invite.dated)}
    if person.current_sequence == 0 or said.starts_at in starts:
        return person.current_sequence
    return None


def is_day_of(invite: Invite, occurrence: datetime | None) -> bool:
    """Is it a day of this series, on the clock of its organisation?"""
    if occurrence is None:
        return False
    day = occurrence.astimezone(ZoneInfo(invite.organisation.time_zone)).date()
    return any(on == day for on, _start, _end in invite.dated)


def judge(answer: InviteAnswer, invite: Invite, *, at: datetime, is_sure: bool, reason: str = "") -> tuple[str, str]:
    """(what is made of it, why), for the answer of somebody invited."""
    person = answer.attendee
    assert person is not None
    if invite.state == Invite.State.CANCELLED:
        return Treatment.LATE, Reason.CANCELLED
    if person.removed_at is not None:
        return Treatment.LATE, Reason.REMOVED
    if invite.ends_at <= at:
        return Treatment.LATE, Reason.PAST
    if answer.kind == Kind.REFRESH:
        return Treatment.APPLIED, Reason.NONE
    if answer.sequence is None or answer.sequence < person.current_sequence:
        return Treatment.FORMER, Reason.NONE
    if _is_overtaken(answer, person):
        return Treatment.OVERTAKEN, Reason.NONE
    if not is_sure:
        return Treatment.WAITING, reason
    if answer.partstat == "DELEGATED":
        return Treatment.DELEGATED, Reason.NONE
    return (Treatment.ONE_DAY if answer.occurrence else Treatment.APPLIED), Reason.NONE


def _is_overtaken(answer: InviteAnswer, person: InviteAttendee) -> bool:
    """Among letters the newer of (revision, stamp) stands; between a letter and a page, what came last."""
    mine = (answer.sequence, answer.dtstamp)
    taken = person.answers.filter(treatment__in=[Treatment.APPLIED, Treatment.ONE_DAY])
    if answer.occurrence:
        rows = taken.filter(occurrence=answer.occurrence).exclude(pk=answer.pk).values_list("sequence", "dtstamp")
        return _is_before(mine, rows)
    if _is_before(mine, [(person.answered_sequence, person.answered_dtstamp)]):
        return True
    return taken.filter(kind=Kind.WEB, received_at__gt=answer.received_at).exists()


Order = tuple[int | None, datetime | None]


def _is_before(mine: Order, others: Iterable[Order]) -> bool:
    def order(one: Order) -> tuple[int, float]:
        return one[0] or 0, one[1].timestamp() if one[1] else 0.0

    return any(order(mine) < order(one) for one in others if one[1] is not None)
