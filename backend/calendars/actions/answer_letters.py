"""The letters that answers lead to: each once, however often a calendar repeats itself."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from backend.calendars import ics
from backend.calendars.actions.revisions import answer_link, send_again
from backend.calendars.models import Invite, InviteAnswer, InviteAttendee
from backend.calendars.queries import who_hears
from backend.mail import actions as mail

AGAIN = "calendars/letters/again"
Partstat = InviteAttendee.Partstat
WORDS: dict[str, str] = {Partstat.DECLINED: "no", Partstat.ACCEPTED: "yes", Partstat.TENTATIVE: "maybe"}


# --- To the person invited ------------------------------------------------------------------------
def ask_whether_hers(answer: InviteAnswer, invite: Invite, person: InviteAttendee) -> None:
    """Nothing shows that it is from her: her page confirms it in one tap. One letter a date, whatever comes."""
    _to_her("answer_confirm", invite, person, key=f"{person.current_sequence}", answer=answer)


def tell_she_stays_invited(answer: InviteAnswer, invite: Invite, person: InviteAttendee) -> None:
    """Nobody comes in her place: she stays invited, and says herself whether she comes."""
    _to_her("answer_delegated", invite, person, key=f"{person.current_sequence}", answer=answer)


def _to_her(template: str, invite: Invite, person: InviteAttendee, *, key: str, **context: Any) -> None:
    mail.post(
        f"calendars/letters/{template}",
        to=person.user or person.email,
        name=person.name,
        key=f"{template}:{person.pk}:{key}",
        context={"invite": invite, "link": answer_link(invite, person), **context},
        about=invite.about,
        organisation=invite.organisation,
    )


def ask_again(invite: Invite, person: InviteAttendee) -> None:
    """Her answer was about a former date: the present one goes to her again, once, unless she has answered it."""
    if person.answered_at is None:
        send_again(invite, person, template=AGAIN, mark="again", context={"is_former": True})


def send_date_again(invite: Invite, person: InviteAttendee, at: datetime) -> None:
    """Her calendar asks for the date as it stands: once a day."""
    send_again(invite, person, template=AGAIN, mark=f"refresh-{at:%Y%m%d}")


def decline_counter(
    answer: InviteAnswer, invite: Invite, person: InviteAttendee, words: str, *, is_moved: bool = False
) -> None:
    """The time she wished is not possible, or the date has moved to another meanwhile: in words, and for the calendar
    that asked."""
    moment = ics.Moment(
        uid=invite.uid, sequence=answer.sequence or 0, dtstamp=answer.received_at, starts_at=invite.starts_at,
        ends_at=invite.ends_at, summary=invite.title, organiser=person.answers_to or invite.organiser,
        organiser_name=invite.organisation.name, people=(ics.Person(person.email, person.name, person.role),),
    )  # fmt: skip
    mail.post(
        "calendars/letters/wish_declined",
        to=person.user or person.email,
        name=person.name,
        key=f"wish_declined:{answer.pk}",
        context={
            "invite": invite, "answer": answer, "words": words, "is_moved": is_moved,
            "link": answer_link(invite, person),
        },
        about=invite.about,
        organisation=invite.organisation,
        sender=person.answers_to,
        invite=mail.CalendarPart(
            uid=invite.uid, method="DECLINECOUNTER", sequence=moment.sequence, dtstamp=moment.dtstamp,
            content=ics.build_decline(moment, words),
        ),
    )  # fmt: skip


# --- To whoever organises -------------------------------------------------------------------------
def tell_answer(answer: InviteAnswer, invite: Invite, person: InviteAttendee) -> None:
    """She does not come; or does after all, having said no. Once a date for each answer."""
    if answer.partstat != Partstat.NEEDS_ACTION:
        what = WORDS[answer.partstat]
        _tell(what, answer, invite, person, key=f"{person.pk}:{person.current_sequence}:{what}")


def tell_words(answer: InviteAnswer, invite: Invite, person: InviteAttendee) -> None:
    """What she wrote with her answer (COMMENT, or on her page), once however often a calendar repeats itself."""
    same = person.answers.filter(comment=answer.comment, sequence=answer.sequence).exclude(pk=answer.pk)
    if not same.exists():
        _tell("words", answer, invite, person, key=f"{person.pk}:words:{answer.pk}")


def tell_of_day(answer: InviteAnswer, invite: Invite, person: InviteAttendee) -> None:
    """Of several days, she does not come on one."""
    if answer.partstat == Partstat.DECLINED and answer.occurrence is not None:
        day = answer.occurrence.astimezone(ZoneInfo(invite.organisation.time_zone)).date()
        _tell("day", answer, invite, person, key=f"{person.pk}:{person.current_sequence}:{day}", day=day)


def tell_of_wish(answer: InviteAnswer, invite: Invite, person: InviteAttendee) -> None:
    """She would rather another time."""
    _tell("wish", answer, invite, person, key=f"{person.pk}:wish:{answer.pk}")


def tell_of_stranger(answer: InviteAnswer, invite: Invite) -> None:
    """Somebody answers who is not invited: one letter a day, and nobody is added."""
    if invite.state == Invite.State.CONFIRMED and invite.ends_at > answer.received_at:
        _tell("stranger", answer, invite, None, key=f"{invite.pk}:stranger:{answer.received_at:%Y%m%d}")


def _tell(
    what: str, answer: InviteAnswer, invite: Invite, person: InviteAttendee | None, *, key: str, **context: Any
) -> None:
    for reader in who_hears(invite, person):
        mail.post(
            "calendars/letters/answered",
            to=reader,
            key=f"answered:{key}:{reader.pk}",
            context={
                "invite": invite, "answer": answer, "what": what, "who": person or answer.address, **context,
            },
            about=invite.about,
            organisation=invite.organisation,
        )  # fmt: skip
