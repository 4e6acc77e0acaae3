"""What one revision of an event tells each person: one letter with the bytes for her calendar."""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, Literal

from django.conf import settings
from django.urls import reverse

from backend.accounts import actions as accounts
from backend.accounts.models import User
from backend.calendars import ics
from backend.calendars.actions.told import Told, as_told, overtaken, told_already
from backend.calendars.elsewhere import other_calendars
from backend.calendars.models import Invite, InviteAttendee
from backend.calendars.queries import ANSWER, stream_of
from backend.lib import clock
from backend.lib.texts import pick
from backend.mail import actions as mail
from backend.mail.queries import language_of, may_have_left

INVITE = "calendars/letters/invite"
UPDATE = "calendars/letters/update"
CANCEL = "calendars/letters/cancel"
REMOVED = "calendars/letters/removed"
NEAR = timedelta(days=1)


@dataclass(frozen=True)
class Attendee:
    """Somebody to invite: a `user`, or an `email` (and `name`) without an account. `role` "CHAIR" leads the meeting."""

    user: User | None = None
    role: str = "REQ-PARTICIPANT"
    email: str = ""
    name: str = ""

    @property
    def address(self) -> str:
        return (self.user.email if self.user else self.email).strip().lower()

    @property
    def shown_name(self) -> str:
        return self.name or (self.user.get_full_name() if self.user else "")


Days = Sequence[tuple[date, datetime, datetime]]
Context = Mapping[str, Any] | Callable[[Attendee], Mapping[str, Any]] | None


@dataclass(frozen=True)
class Change:
    """For letters about a moved event: how it stood before, and what differs. Templates know it as `change`."""

    starts_at: datetime
    ends_at: datetime
    place: str
    names: frozenset[str] = field(default_factory=frozenset)

    @property
    def of_time(self) -> bool:
        return bool(self.names & {"starts_at", "ends_at", "days"})

    @property
    def of_place(self) -> bool:
        return "place" in self.names


def answer_link(invite: Invite, person: InviteAttendee) -> str:
    """The address of a page on which she says whether she comes, without signing in; good until the end of it."""
    days = max(1, (invite.ends_at - clock.now()).days + 1)
    _link, token = accounts.make_link(ANSWER, about=person, user=person.user, email=person.email, days=days)
    return settings.SITE_URL + reverse("calendars:answer_link", args=[token])


def tell_everybody(
    invite: Invite, *, template: str, added: str, context: Context, by: User | None, change: Change | None = None,
    is_first: bool = False,
) -> None:  # fmt: skip
    """A REQUEST to each person for whom something differs from what she was last told.

    What was to be told and stands no more is told to nobody: whoever knows the event as it is hears nothing.
    `is_first`: the event is new, so nobody was told anything of it.
    """
    people = list(invite.attendees.filter(removed_at=None).select_related("user").order_by("role", "email"))
    for person in people:
        moment = _moment(invite, person, people, "REQUEST", "CONFIRMED")
        fresh = ics.content_hash(moment)
        if fresh == person.sent_hash:
            continue
        if told := None if is_first else told_already(invite, person, moment):
            _remember(person, "REQUEST", fresh, told.sequence, told.dtstamp)
            continue
        is_new = person.sent_method != "REQUEST" or not may_have_left(stream_of(invite, person))
        waits = None if is_new else overtaken(invite, person)
        _post(
            moment, invite, person, template=added if is_new else template, context=context, by=by,
            change=None if is_new else _since_told(invite, change, waits),
            not_before=None if is_new else _settled_at(invite, change, waits),
        )  # fmt: skip
        _remember(person, "REQUEST", fresh, invite.sequence, invite.dtstamp)


def _since_told(invite: Invite, change: Change | None, waits: tuple[Told, datetime] | None) -> Change | None:
    """The change from what she knows: an update in between that has not left is nothing to her."""
    if change is None or waits is None or invite.days:
        return change
    starts_at, ends_at, place = ics.when_and_where(waits[0].calendar)
    names = set(change.names) - {"starts_at", "ends_at", "place"}
    if (starts_at, ends_at) != (ics.utc(invite.starts_at), ics.utc(invite.ends_at)):
        names |= {"starts_at", "ends_at"}
    if place != ics.single_line(invite.place):
        names.add("place")
    return Change(starts_at, ends_at, place, frozenset(names))


def _settled_at(invite: Invite, change: Change | None, waits: tuple[Told, datetime] | None) -> datetime | None:
    """When an update leaves: once nothing more changed for a while, counted from the first change; at once when the
    date is near, as it stands or as it stood."""
    now = clock.now()
    if min(invite.starts_at, change.starts_at if change else invite.starts_at) - now < NEAR:
        return None
    return waits[1] if waits else now + settings.INVITE_SETTLING


def send_again(invite: Invite, person: InviteAttendee, *, template: str, mark: str, context: Context = None) -> None:
    """The date as it stands goes to this person once more, the answers as they stand in it; once for each `mark`."""
    people = list(invite.attendees.filter(removed_at=None).select_related("user").order_by("role", "email"))
    moment = _moment(invite, person, people, "REQUEST", "CONFIRMED")
    _post(moment, invite, person, template=template, context=context, by=None, change=None, mark=f":{mark}")
    _remember(person, "REQUEST", ics.content_hash(moment), invite.sequence, invite.dtstamp)


def withdraw(invite: Invite, person: InviteAttendee, *, template: str, context: Context, by: User | None) -> None:
    """A CANCEL to this person, unless nothing about the event can have reached her: then both letters are dropped."""
    stream = stream_of(invite, person)
    mail.supersede(stream, only_untried=True)
    if person.sent_method != "REQUEST" or not may_have_left(stream):
        _remember(person)
        return
    status: Literal["CANCELLED", ""] = "CANCELLED" if invite.state == Invite.State.CANCELLED else ""
    known = as_told(invite, person)
    moment = _moment(known, person, [person], "CANCEL", status)
    _post(moment, known, person, template=template, context=context, by=by, change=None)
    _remember(person, "CANCEL", "", invite.sequence, invite.dtstamp)


def _remember(
    person: InviteAttendee, method: str = "", fresh: str = "", sequence: int | None = None,
    dtstamp: datetime | None = None,
) -> None:  # fmt: skip
    person.sent_method, person.sent_hash = method, fresh
    person.sent_sequence, person.sent_dtstamp = sequence, dtstamp
    person.save(update_fields=["sent_method", "sent_sequence", "sent_dtstamp", "sent_hash"])


def _seen_by(person: InviteAttendee, people: list[InviteAttendee]) -> list[InviteAttendee]:
    """Two people see each other; in a group each sees herself and who chairs."""
    if len(people) <= 2:
        return people
    return [one for one in people if one.pk == person.pk or one.role == InviteAttendee.Role.CHAIR]


def _moment(
    invite: Invite, person: InviteAttendee, people: list[InviteAttendee], method: ics.Method,
    status: Literal["CONFIRMED", "CANCELLED", ""],
) -> ics.Moment:  # fmt: skip
    """This revision as `person` may read it, in her language."""
    language = language_of(person.user or person.email, invite.organisation)
    about = [ics.shortened(pick(invite, "description", language)), invite.url]
    return ics.Moment(
        uid=invite.uid,
        sequence=invite.sequence,
        dtstamp=invite.dtstamp,
        starts_at=invite.starts_at,
        ends_at=invite.ends_at,
        summary=pick(invite, "title", language),
        organiser=person.answers_to or invite.organiser,
        organiser_name=invite.organisation.name,
        description="\n\n".join(text for text in about if text),
        place=invite.place,
        url=invite.url,
        people=tuple(ics.Person(one.email, one.name, one.role, one.partstat) for one in _seen_by(person, people)),
        method=method,
        status=status,
        days=invite.dated,
    )


def _post(
    moment: ics.Moment, invite: Invite, person: InviteAttendee, *, template: str, context: Context,
    by: User | None, change: Change | None, mark: str = "", not_before: datetime | None = None,
) -> None:  # fmt: skip
    """The letter that carries this revision to this person, once (once more for each `mark`)."""
    attendee = Attendee(person.user, person.role, person.email, person.name)
    more = context(attendee) if callable(context) else (context or {})
    if moment.method == "REQUEST":
        more = {"answer_link": answer_link(invite, person), "other_calendars": other_calendars(moment), **more}
    whom = hashlib.sha256(person.email.encode()).hexdigest()[:16]
    mail.post(
        template,
        to=person.user or person.email,
        name=person.name,
        key=f"invite:{invite.uid}:{whom}:{moment.sequence}:{moment.dtstamp:%Y%m%dT%H%M%SZ}:{moment.method}{mark}",
        context={"invite": invite, "change": change, "by": by, **more},
        sender=person.answers_to,
        about=invite.about,
        organisation=invite.organisation,
        language=language_of(person.user or person.email, invite.organisation),
        stream=stream_of(invite, person),
        not_before=not_before,
        invite=mail.CalendarPart(
            uid=moment.uid, method=moment.method, sequence=moment.sequence, dtstamp=moment.dtstamp,
            content=ics.build(moment),
        ),
        mentions=[(invite.about, invite.starts_at)] if moment.method == "REQUEST" and invite.about else [],
    )  # fmt: skip
