"""What people answer, from their calendars by mail or on a page; which answer stands, and who is told.

An answer changes what one person said, and nothing else: never a time, a place, or anybody else.
"""

import hashlib
import uuid
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from backend.accounts.models import User
from backend.calendars import itip
from backend.calendars.actions import answer_letters as letters
from backend.calendars.actions.judging import Kind, Reason, Treatment, Voice, is_day_of, is_ours, judge, revision_of
from backend.calendars.actions.judging import voices as voices_in
from backend.calendars.actions.wishes import take_wish
from backend.calendars.models import Invite, InviteAnswer, InviteAttendee
from backend.history.actions import record
from backend.lib import clock
from backend.lib.refusal import Refused
from backend.lib.states import move

Partstat = InviteAttendee.Partstat
ANSWERS = (Partstat.ACCEPTED, Partstat.TENTATIVE, Partstat.DECLINED)


@transaction.atomic
def take_answer(
    raw: bytes, *, received_at: datetime, token: str = "", authenticated: bool = False
) -> list[InviteAnswer]:
    """What this letter answers stands in the history, and where it may, on the person invited. Twice is once.

    `token`: that of the address it came to (`rdv-<token>@…`). `authenticated`: the domain of its From is proved (DKIM
    or SPF, aligned). Without one of them for the person it names, it waits for her own confirmation, asked by letter.
    An answer about a former date asks her again; one that comes too late, from a stranger or in no known form is kept
    and changes nothing. Gives no row for what is no answer at all: a letter without calendar to the common address, an
    absence, a failed delivery.
    """
    mailbox = _mailbox(token)
    try:
        letter = itip.read(raw)
    except itip.Unreadable as problem:
        if problem.reason in (Reason.NO_CALENDAR, Reason.METHOD) and (mailbox is None or itip.is_automatic(raw)):
            return []
        return [_kept(problem.key, problem.reason, received_at, mailbox)]
    invite = _invite_of(letter, mailbox)
    if invite is None:
        return [_kept(letter.key, Reason.UNKNOWN_UID, received_at, None, letter.said[0])]
    known = list(InviteAnswer.objects.filter(key=letter.key).order_by("place"))
    if known:
        return known
    if not is_ours(letter.said[0].organiser, invite):
        return [_kept(letter.key, Reason.ORGANISER, received_at, None, letter.said[0], invite)]
    found = voices_in(letter, invite, mailbox, authenticated=authenticated)
    return [_take(one, place, letter, invite, received_at) for place, one in enumerate(found)]


def _mailbox(token: str) -> InviteAttendee | None:
    """Whose own address has this token."""
    rows = InviteAttendee.objects.select_related("invite")
    return rows.filter(token=token.lower()).first() if token.isalnum() else None


def _invite_of(letter: itip.Received, mailbox: InviteAttendee | None) -> Invite | None:
    """The event it is about, held; for a calendar that numbers events anew, that of the address it came to."""
    found = Invite.objects.filter(uid=letter.said[0].uid.lower()).first() or (mailbox.invite if mailbox else None)
    return _held(found.pk, wishes=letter.said[0].method == Kind.COUNTER) if found else None


def _held(pk: int, *, wishes: bool) -> Invite:
    """The invite, held until the end of the transaction.

    `wishes`: what it is about may have to move. The people and it are held first, in the order of whoever moves it.
    """
    if wishes and (about := Invite.objects.get(pk=pk).about) is not None:
        people = User.objects.select_for_update(no_key=True, of=("self",)).filter(invited_to__invite=pk)
        list(people.order_by("pk").values_list("pk"))
        list(type(about)._default_manager.select_for_update(no_key=True).filter(pk=about.pk).order_by("pk"))
    return Invite.objects.select_for_update(of=("self",)).select_related("organisation").get(pk=pk)


def _kept(
    key: str, reason: str, received_at: datetime, mailbox: InviteAttendee | None, said: itip.Said | None = None,
    invite: Invite | None = None,
) -> InviteAnswer:  # fmt: skip
    """What could not be read, or is not about us, for whoever looks into it."""
    values = {
        "kind": said.method if said else "",
        "address": said.address if said else "",
        "invite": invite or (mailbox.invite if mailbox else None),
        "attendee": mailbox,
        "received_at": received_at,
        "treatment": Treatment.UNREADABLE,
        "reason": reason,
    }
    return InviteAnswer.objects.get_or_create(key=key, place=0, defaults=values)[0]


def _take(voice: Voice, place: int, letter: itip.Received, invite: Invite, received_at: datetime) -> InviteAnswer:
    """One answer of a letter: written down with what is made of it, and followed."""
    said, person = voice.said, voice.person
    answer = InviteAnswer(
        key=letter.key, place=place, invite=invite, attendee=person, kind=said.method, address=said.address,
        partstat=_partstat(said), comment=said.comment, received_at=received_at, occurrence=said.occurrence,
        dtstamp=min(said.dtstamp or letter.date or received_at, received_at),
        sequence=revision_of(said, person, invite) if person else said.sequence,
    )  # fmt: skip
    if said.method == Kind.COUNTER:
        answer.wish_from, answer.wish_to, answer.wish_text = said.starts_at, said.ends_at, said.as_written
    if person is None:
        answer.treatment = Treatment.UNREADABLE if voice.reason else Treatment.STRANGER
        answer.reason = voice.reason
    elif said.has_occurrence and not is_day_of(invite, said.occurrence):
        answer.treatment, answer.reason = Treatment.UNREADABLE, Reason.NO_SUCH_DAY
    else:
        answer.treatment, answer.reason = judge(
            answer, invite, at=received_at, is_sure=voice.is_sure, reason=voice.reason
        )
    answer.save()
    _follow(answer, invite)
    return answer


def _partstat(said: itip.Said) -> str:
    """One of the words we know; any other is no answer yet. A wish or a question need not hold one."""
    if said.partstat in (*Partstat.values, "DELEGATED"):
        return said.partstat
    return "" if said.method != Kind.REPLY and not said.partstat else Partstat.NEEDS_ACTION.value


def _follow(answer: InviteAnswer, invite: Invite) -> None:
    """What an answer leads to: it stands, or somebody is asked or told."""
    person = answer.attendee
    if person is None:
        if answer.treatment == Treatment.STRANGER:
            letters.tell_of_stranger(answer, invite)
    elif answer.treatment == Treatment.WAITING:
        letters.ask_whether_hers(answer, invite, person)
    elif answer.treatment == Treatment.FORMER:
        letters.ask_again(invite, person)
    elif answer.treatment == Treatment.DELEGATED:
        letters.tell_she_stays_invited(answer, invite, person)
    elif answer.treatment == Treatment.ONE_DAY:
        tell = letters.tell_of_wish if answer.kind == Kind.COUNTER else letters.tell_of_day
        tell(answer, invite, person)
    elif answer.treatment == Treatment.APPLIED:
        _apply(answer, invite, person)


def _apply(answer: InviteAnswer, invite: Invite, person: InviteAttendee) -> None:
    if answer.kind == Kind.REFRESH:
        letters.send_date_again(invite, person, answer.received_at)
    elif answer.kind == Kind.COUNTER:
        is_other = take_wish(answer, invite, person)
        if answer.partstat in (Partstat.DECLINED, Partstat.TENTATIVE) or (not is_other and answer.partstat in ANSWERS):
            _stand(answer, invite, person, tells=not is_other)
    else:
        _stand(answer, invite, person)


def _stand(answer: InviteAnswer, invite: Invite, person: InviteAttendee, *, tells: bool = True) -> None:
    """This is what she says now; who counts on her hears of a no, and of a change of mind after one."""
    was = person.partstat
    person.partstat = answer.partstat
    person.answered_at = None if answer.partstat == Partstat.NEEDS_ACTION else answer.received_at
    if answer.kind != Kind.WEB:
        person.answered_sequence, person.answered_dtstamp = answer.sequence, answer.dtstamp
    person.save(update_fields=["partstat", "answered_at", "answered_sequence", "answered_dtstamp"])
    record("answer_invite", invite, by=person.user, answer=answer.partstat, how=answer.kind or Kind.WEB)
    if tells and was != answer.partstat and Partstat.DECLINED in (was, answer.partstat):
        letters.tell_answer(answer, invite, person)
    elif tells and answer.comment:
        letters.tell_words(answer, invite, person)


# --- On a page ------------------------------------------------------------------------------------
@transaction.atomic
def answer_invite(person: InviteAttendee, partstat: str, *, comment: str = "", by: User | None) -> InviteAnswer | None:
    """She says on a page whether she comes; the last answer stands. The same again changes nothing (None).

    Refused for another word than yes, no and maybe, once the event is cancelled or over, and for whom it no longer
    concerns.
    """
    invite = _held_for(person)
    if partstat not in ANSWERS:
        raise Refused(_("Say yes, no or maybe."))
    _check_open(invite, person)
    if person.partstat == partstat and not comment.strip():
        return None
    _set_waiting_aside(person)
    answer = InviteAnswer.objects.create(
        key=hashlib.sha256(uuid.uuid4().bytes).hexdigest(), invite=invite, attendee=person, kind=Kind.WEB,
        address=person.email, partstat=partstat, comment=comment.strip()[: itip.LONGEST_COMMENT],
        sequence=person.current_sequence, dtstamp=clock.now(), received_at=clock.now(), treatment=Treatment.APPLIED,
    )  # fmt: skip
    _stand(answer, invite, person)
    return answer


@transaction.atomic
def confirm_answer(answer: InviteAnswer, *, by: User | None) -> InviteAnswer:
    """The person invited says that this answer is hers: it counts from now on as if it had come with proof.

    Refused when it no longer waits, and once the event is cancelled or over.
    """
    person = _person_of(answer)
    invite = _held_for(person, wishes=answer.kind == Kind.COUNTER)
    _check_open(invite, person)
    answer.refresh_from_db()
    treatment, reason = judge(answer, invite, at=clock.now(), is_sure=True)
    move(answer, treatment, stamps={"reason": reason, "settled_at": clock.now()}, field="treatment")
    record("confirm_answer", invite, by=by)
    _follow(answer, invite)
    return answer


@transaction.atomic
def disown_answer(answer: InviteAnswer, *, by: User | None) -> InviteAnswer:
    """The person invited says that this answer is not hers: it changes nothing. Refused when it no longer waits."""
    invite = _held_for(_person_of(answer))
    move(answer, Treatment.DISOWNED, stamps={"settled_at": clock.now()}, field="treatment")
    record("disown_answer", invite, by=by)
    return answer


def _person_of(answer: InviteAnswer) -> InviteAttendee:
    assert answer.attendee is not None
    return answer.attendee


def _held_for(person: InviteAttendee, *, wishes: bool = False) -> Invite:
    """Her invite, held (see `_held`), and her row as it stands."""
    invite = _held(person.invite_id, wishes=wishes)
    person.refresh_from_db()
    person.invite = invite
    return invite


def _check_open(invite: Invite, person: InviteAttendee) -> None:
    if invite.state == Invite.State.CANCELLED:
        raise Refused(_("This is cancelled: no answer is needed any more."))
    if person.removed_at is not None:
        raise Refused(_("You are no longer expected at this: no answer is needed any more."))
    if invite.ends_at <= clock.now():
        raise Refused(_("This is over: no answer is needed any more."))


def _set_waiting_aside(person: InviteAttendee) -> None:
    """She has spoken herself: what came in her name and waits for her word does not count."""
    waiting = person.answers.filter(treatment=Treatment.WAITING)
    waiting.update(treatment=Treatment.OVERTAKEN, settled_at=clock.now())
