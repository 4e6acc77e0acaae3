"""What each person knows of an event: the last letter that left for her. What was to be told since, and stands
no more, does not leave, and the answer she gave to what she knows is hers still."""

from copy import copy
from dataclasses import dataclass
from datetime import datetime

from backend.calendars import ics
from backend.calendars.models import Invite, InviteAnswer, InviteAttendee
from backend.calendars.queries import moment_of, stream_of
from backend.mail import actions as mail
from backend.mail.models import Email


@dataclass(frozen=True)
class Told:
    """The REQUEST that she had: the letter it came in, and its bytes."""

    letter: int
    sequence: int
    calendar: bytes

    @property
    def dtstamp(self) -> datetime:
        return ics.stamp_in(self.calendar)


def last_told(invite: Invite, person: InviteAttendee) -> Told | None:
    """None when she was told nothing, or that it is off; when nobody knows whether the last that was tried reached her;
    and when she answered on a page what was never sent to her: then she knows more than her letters say."""
    rows = Email.objects.of_stream(stream_of(invite, person)).tried().order_by("-pk")
    row = rows.values_list("pk", "method", "sequence", "calendar", "state").first()
    if row is None or row[1] != "REQUEST" or row[4] != Email.State.SENT:
        return None
    told = Told(row[0], row[2] or 0, bytes(row[3]))
    later = person.answers.filter(sequence__gt=told.sequence, treatment=InviteAnswer.Treatment.APPLIED)
    return None if later.exists() else told


def overtaken(invite: Invite, person: InviteAttendee) -> tuple[Told, datetime] | None:
    """The newest letter to her waits and has never been tried: what she knows, and when that one was to leave."""
    rows = Email.objects.of_stream(stream_of(invite, person)).order_by("-pk")
    newest = rows.only("state", "attempts", "was_tried", "not_before").first()
    if newest is None or newest.state != Email.State.PENDING or newest.attempts or newest.was_tried:
        return None
    told = last_told(invite, person)
    return (told, newest.not_before) if told else None


def told_already(invite: Invite, person: InviteAttendee, moment: ics.Moment) -> Told | None:
    """The last she was told is just this: then no letter waits for her any more, not even to say something else.

    Letters are dropped first and then looked at again: one that a worker takes up meanwhile tells her the other thing.
    """
    told = last_told(invite, person)
    if told is None or ics.as_read(told.calendar) != ics.as_read(ics.build(moment)):
        return None
    mail.supersede(stream_of(invite, person), only_untried=True)
    return told if last_told(invite, person) == told else None


def is_invited_still(invite: Invite, person: InviteAttendee) -> bool:
    """She was taken off and is back before she heard of it: her cancellation does not leave, her answer is hers."""
    mail.supersede(stream_of(invite, person), only_untried=True)
    told = last_told(invite, person)
    if told:
        person.sent_method, person.sent_sequence, person.sent_dtstamp = "REQUEST", told.sequence, told.dtstamp
    return told is not None


def ask_anew(invite: Invite, former: Invite) -> None:
    """Everybody is asked anew for another time or place, but whoever was last told of just this one: her answer to it
    stands again. `former`: the event before the change, whose answers are kept for whoever knows only that."""
    was, now = (ics.asked_in(ics.build(moment_of(one))) for one in (former, invite))
    for person in invite.attendees.order_by("pk"):
        told = last_told(invite, person)
        known = ics.asked_in(told.calendar) if told else None
        if known == was:
            person.told_partstat, person.told_answered_at = person.partstat, person.answered_at
        if known == now:
            person.partstat, person.answered_at = person.told_partstat, person.told_answered_at
        else:
            person.partstat, person.answered_at = InviteAttendee.Partstat.NEEDS_ACTION, None
        if known is None:
            person.told_partstat, person.told_answered_at = InviteAttendee.Partstat.NEEDS_ACTION, None
        person.save(update_fields=["partstat", "answered_at", "told_partstat", "told_answered_at"])


def as_told(invite: Invite, person: InviteAttendee) -> Invite:
    """The event at the time and place she knows, for whoever is told that it is off. A series as it stands."""
    told = None if invite.days else last_told(invite, person)
    if told is None:
        return invite
    known = copy(invite)
    known.starts_at, known.ends_at, known.place = ics.when_and_where(told.calendar)
    return known
