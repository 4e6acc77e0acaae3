"""What changes in people's calendars: sent, moved, cancelled; one letter per person and revision.

The rules are those of RFC 5546: a UID for life, a SEQUENCE that grows when the answer could change, a DTSTAMP that
always grows, a CANCEL to whoever may have received a REQUEST.
"""

import secrets
import uuid
from collections.abc import Iterable, Mapping
from copy import copy
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import models, transaction
from django.utils.translation import gettext as _

from backend.accounts.models import Organisation, User
from backend.calendars import ics
from backend.calendars.actions.revisions import (
    CANCEL,
    INVITE,
    REMOVED,
    UPDATE,
    Attendee,
    Change,
    Context,
    Days,
    tell_everybody,
    withdraw,
)
from backend.calendars.actions.ringing import ring_people
from backend.calendars.actions.told import ask_anew, is_invited_still
from backend.calendars.actions.wishes import settle_wishes
from backend.calendars.models import Invite, InviteAttendee
from backend.lib import clock
from backend.lib.refusal import Refused
from backend.lib.states import move

ANSWERS_TO = "rdv-"
"""What the address begins with that a calendar answers to. No sign that a server might cut off: no +."""


@transaction.atomic
def send_invite(
    *,
    about: models.Model,
    organisation: Organisation,
    starts_at: datetime,
    ends_at: datetime,
    titles: Mapping[str, str],
    descriptions: Mapping[str, str] | None = None,
    days: Days = (),
    place: str = "",
    url: str = "",
    attendees: Iterable[Attendee],
    template: str = INVITE,
    context: Context = None,
    by: User | None,
) -> Invite:
    """`about` stands in the calendars of `attendees` from now on, each told by one letter with a REQUEST.

    `days`: an event of several days is one series with the hours of each, from the first start to the last end.
    `titles` and `descriptions` are {"fr": …, "en": …}; `url` is the page about it; `context` adds to the letters (a
    function of the Attendee when it differs by person). Two people see each other; in a larger group each letter lists
    only its reader and who chairs. Refused when an invite about it already stands, or when it ends before it starts.
    """
    if Invite.objects.live().about(about).exists():
        raise Refused(_("This is already in the calendars."))
    if ends_at <= starts_at:
        raise Refused(_("The end must come after the start."), field="ends_at")
    invite = Invite.objects.create(
        uid=f"{uuid.uuid4().hex}@{settings.MAIL_DOMAIN.lower()}",
        dtstamp=ics.utc(clock.now()),
        about=about,
        organisation=organisation,
        organiser=settings.MAIL_ADDRESS.lower(),
        starts_at=starts_at,
        ends_at=ends_at,
        days=_plain(days),
        place=place,
        url=url,
        **_texts(titles, descriptions or {}),
    )
    _list_people(invite, attendees, known=[])
    tell_everybody(invite, template=template, added=template, context=context, by=by, is_first=True)
    ring_people(invite)
    return invite


@transaction.atomic
def move_invite(
    about: models.Model,
    *,
    starts_at: datetime | None = None,
    ends_at: datetime | None = None,
    days: Days | None = None,
    titles: Mapping[str, str] | None = None,
    descriptions: Mapping[str, str] | None = None,
    place: str | None = None,
    url: str | None = None,
    attendees: Iterable[Attendee] | None = None,
    template: str = UPDATE,
    template_added: str = INVITE,
    context: Context = None,
    by: User | None,
) -> Invite | None:
    """The same event, changed: whoever reads a difference gets an update; None when no invite about it stands.

    What is not given stays (a start without an end keeps the length). A new time or place asks everybody for a new
    answer (SEQUENCE + 1); another title or text keeps the answers. Somebody added gets a first invite, somebody taken
    off a cancellation of her own. Whoever is back at what she was last told, before she heard of anything else, is
    told nothing, and her answer stands. Refused when it would end before it starts.
    """
    invite = _locked(about)
    if invite is None:
        return None
    ends_at = ends_at or (starts_at and starts_at + (invite.ends_at - invite.starts_at))
    fresh = None if days is None else _plain(days)
    given: dict[str, Any] = {"starts_at": starts_at, "ends_at": ends_at, "days": fresh, "place": place, "url": url}
    given |= {name: text or None for name, text in _texts(titles or {}, descriptions or {}).items()}
    changed = {name: value for name, value in given.items() if value is not None and value != getattr(invite, name)}
    change, former = Change(invite.starts_at, invite.ends_at, invite.place, frozenset(changed)), copy(invite)
    for name, value in changed.items():
        setattr(invite, name, value)
    if invite.ends_at <= invite.starts_at:
        raise Refused(_("The end must come after the start."), field="ends_at")
    gone, is_back = _list_people(invite, attendees) if attendees is not None else ([], False)
    asks_again = change.of_time or change.of_place
    if asks_again:
        _forget_answers(invite, former, change, by)
    if changed or attendees is not None:
        _revise(invite, grows=bool(asks_again or gone or is_back))
    _let_go(gone, invite, former, context=context, by=by)
    tell_everybody(invite, template=template, added=template_added, context=context, by=by, change=change)
    return invite


@transaction.atomic
def cancel_invite(
    about: models.Model, *, template: str = CANCEL, context: Context = None, by: User | None
) -> Invite | None:
    """The event leaves the calendars of everybody who may have it; None when no invite about it stands.

    Whoever's first letter has not left the outbox is told nothing at all. The UID is never used again.
    """
    invite = _locked(about)
    if invite is None:
        return None
    move(invite, Invite.State.CANCELLED)
    settle_wishes(invite, starts_at=None, ends_at=None)
    _revise(invite, grows=True)
    for person in invite.attendees.filter(removed_at=None).exclude(sent_method=""):
        withdraw(invite, person, template=template, context=context, by=by)
    return invite


def _locked(about: models.Model) -> Invite | None:
    """The live invite about this row (or the invite itself), held until the end of the transaction."""
    rows = Invite.objects.select_for_update(of=("self",)).live()
    rows = rows.filter(pk=about.pk) if isinstance(about, Invite) else rows.about(about)
    return rows.order_by("pk").first()


def _forget_answers(invite: Invite, former: Invite, change: Change, by: User | None) -> None:
    """Everybody is asked anew; with another time, what was wished has its answer."""
    ask_anew(invite, former)
    if change.of_time:
        settle_wishes(invite, starts_at=invite.starts_at, ends_at=invite.ends_at, by=by)


def _let_go(
    gone: Iterable[InviteAttendee], invite: Invite, former: Invite, *, context: Context, by: User | None
) -> None:
    """They are told of the event as they knew it: what it becomes is none of their business any more."""
    former.sequence, former.dtstamp = invite.sequence, invite.dtstamp
    for person in gone:
        withdraw(former, person, template=REMOVED, context=context, by=by)


def _plain(days: Days) -> list[list[str]]:
    """As they are stored."""
    return [[on.isoformat(), ics.utc(start).isoformat(), ics.utc(end).isoformat()] for on, start, end in days]


def _texts(titles: Mapping[str, str], descriptions: Mapping[str, str]) -> dict[str, str]:
    french, english = titles.get("fr") or titles.get("en", ""), titles.get("en") or titles.get("fr", "")
    return {
        "title_fr": french[:200],
        "title_en": english[:200],
        "description_fr": descriptions.get("fr") or descriptions.get("en", ""),
        "description_en": descriptions.get("en") or descriptions.get("fr", ""),
    }


def _revise(invite: Invite, *, grows: bool) -> None:
    """A new revision: its stamp is later than the last one even within one second. Own calendars hear of it."""
    invite.dtstamp = max(ics.utc(clock.now()), ics.utc(invite.dtstamp) + timedelta(seconds=1))
    invite.sequence += 1 if grows else 0
    invite.save()
    ring_people(invite)


def _list_people(
    invite: Invite, attendees: Iterable[Attendee], *, known: Iterable[InviteAttendee] | None = None
) -> tuple[list[InviteAttendee], bool]:
    """Make the list of people that of `attendees`; who is no longer on it, and whether somebody came back."""
    wanted = {attendee.address: attendee for attendee in attendees}
    if invite.organiser in wanted:
        raise Refused(_("This address is the one that sends the invites: it cannot be invited."), field="attendees")
    listed = {person.email: person for person in (invite.attendees.all() if known is None else known)}
    is_back = False
    for address, attendee in sorted(wanted.items()):
        person = listed.get(address) or _newcomer(invite, address)
        if person.removed_at:
            is_back = True
            person.sent_hash = ""
            if not is_invited_still(invite, person):
                person.partstat, person.answered_at = InviteAttendee.Partstat.NEEDS_ACTION, None
        person.user, person.name, person.role = attendee.user, attendee.shown_name[:200], attendee.role
        person.removed_at = None
        person.save()
    gone = [person for address, person in listed.items() if address not in wanted and person.removed_at is None]
    for person in gone:
        person.removed_at = clock.now()
        person.save(update_fields=["removed_at"])
    return gone, is_back


def _newcomer(invite: Invite, address: str) -> InviteAttendee:
    """Her letters come from an address of her own, where one can be received: what comes back to it is from her."""
    if not settings.ANSWERS_DOMAIN:
        return InviteAttendee(invite=invite, email=address)
    token = secrets.token_hex(16)
    answers_to = f"{ANSWERS_TO}{token}@{settings.ANSWERS_DOMAIN.lower()}"
    return InviteAttendee(invite=invite, email=address, token=token, answers_to=answers_to)
