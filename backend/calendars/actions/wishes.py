"""Another time, wished from a calendar (COUNTER): proposed to who decides, taken by moving the event, or declined."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from backend.accounts.models import User
from backend.calendars.actions import answer_letters as letters
from backend.calendars.models import Invite, InviteAnswer, InviteAttendee
from backend.calendars.signals import time_wished
from backend.history.actions import record
from backend.lib import clock
from backend.lib.refusal import Refused
from backend.lib.states import move

Wish, Reason = InviteAnswer.Wish, InviteAnswer.Reason
FARTHEST = timedelta(days=2 * 366)
LONGEST = timedelta(days=31)


def take_wish(answer: InviteAnswer, invite: Invite, person: InviteAttendee) -> bool:
    """Her wish stands open before whoever decides; False when it is the time already planned.

    A time that is past or absurd is declined at once, with a letter; so is one that whoever decides cannot have.
    """
    if answer.wish_from is not None and answer.wish_to is None:
        answer.wish_to = answer.wish_from + (invite.ends_at - invite.starts_at)
    if (answer.wish_from, answer.wish_to) == (invite.starts_at, invite.ends_at):
        answer.reason = Reason.SAME_TIME
        answer.save(update_fields=["reason", "wish_to"])
        return False
    person.answers.filter(wish=Wish.OPEN).exclude(pk=answer.pk).update(wish=Wish.OVERTAKEN)
    answer.wish = Wish.OPEN
    if answer.wish_from is None:
        answer.reason = Reason.NO_TIME
    elif _is_absurd(answer):
        answer.reason = Reason.BAD_TIME
    answer.save(update_fields=["wish", "wish_to", "reason"])
    record("wish_time", invite, by=person.user, wish=answer.wish_text)
    if answer.reason == Reason.BAD_TIME:
        _decline(answer, invite, person, _("This time is past, or too far away."))
    else:
        _put_forward(answer, invite, person)
    return True


def _is_absurd(answer: InviteAnswer) -> bool:
    start, end, now = answer.wish_from, answer.wish_to, clock.now()
    assert start is not None and end is not None
    return not (now < start < now + FARTHEST and start < end <= start + LONGEST)


def _put_forward(answer: InviteAnswer, invite: Invite, person: InviteAttendee) -> None:
    """Before whoever takes it in hand, else told by letter to who organises."""
    is_taken = False
    if answer.wish_from is not None:
        try:
            with transaction.atomic():
                is_taken = any(said for _hearer, said in time_wished.send(sender=Invite, answer=answer))
        except Refused as refusal:
            _decline(answer, invite, person, refusal.sentence)
            return
    if not is_taken:
        letters.tell_of_wish(answer, invite, person)


@transaction.atomic
def decline_wish(answer: InviteAnswer, *, words: str = "", by: User | None) -> InviteAnswer:
    """It will not be this time: she is told, in words and in her calendar; the date stays. Refused once settled."""
    person = answer.attendee
    assert person is not None
    invite = Invite.objects.select_for_update(of=("self",)).select_related("organisation").get(pk=person.invite_id)
    _decline(answer, invite, person, words.strip())
    record("decline_wish", invite, by=by)
    return answer


def _decline(answer: InviteAnswer, invite: Invite, person: InviteAttendee, words: str) -> None:
    move(answer, Wish.DECLINED, field="wish")
    letters.decline_counter(answer, invite, person, words)


def settle_wishes(
    invite: Invite, *, starts_at: datetime | None, ends_at: datetime | None, by: User | None = None
) -> None:
    """The event now stands at this time (none: it is off): a wish for it is accepted, any other is overtaken.

    Whoever wished it hears so, she and her calendar, unless she moved the event herself or it is off.
    """
    standing = InviteAnswer.objects.filter(invite=invite, wish=Wish.OPEN)
    if starts_at is not None:
        standing.filter(wish_from=starts_at, wish_to=ends_at).update(wish=Wish.ACCEPTED)
    overtaken = list(standing.select_related("attendee__user").order_by("pk")) if starts_at is not None else []
    standing.update(wish=Wish.OVERTAKEN)
    for wish in overtaken:
        person = wish.attendee
        if person is not None and person.removed_at is None and (by is None or person.user_id != by.pk):
            letters.decline_counter(wish, invite, person, "", is_moved=True)
