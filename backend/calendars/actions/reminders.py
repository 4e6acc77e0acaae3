"""Reminders of dates that are near: one letter a person, organisation and day, each date once."""

from dataclasses import replace
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.utils.translation import override

from backend.accounts.models import User
from backend.calendars.actions.revisions import answer_link
from backend.calendars.coming import REMINDER, Due, days_ahead, due_now, invited, is_live
from backend.calendars.models import Invite, InviteAttendee, Reminder
from backend.calendars.near import Coming
from backend.lib import clock
from backend.lib.sweeps import each, named
from backend.mail import actions as mail
from backend.mail.models import Email
from backend.mail.near import moment_of
from backend.mail.queries import language_of, whom


def sweep_reminders() -> int:
    """Whoever has a date near is reminded of it, once; how many letters.

    What a stopped worker missed leaves late, while it still helps; what a letter that was dropped said besides what
    had moved is said anew.
    """
    now = clock.now()
    groups: dict[tuple[int | str, int], list[Due]] = {}
    Reminder.objects.filter(at__gte=now - clock.days(1), letter__state=Email.State.DROPPED).delete()
    for due in due_now(now):
        groups.setdefault((whom(due.coming.to), due.coming.organisation.pk), []).append(due)
    return each(groups.values(), remind, name=lambda dues: named(dues[0].coming.thing))


@transaction.atomic
def remind(dues: list[Due]) -> bool:
    """One letter to one person, in the name of one organisation, of these dates; False when none is left to tell.

    The events are held meanwhile: what moved, is off, or was declined since it was read is not told.
    """
    first = dues[0].coming
    to, organisation = first.to, first.organisation
    told = [(due, row) for due in _standing(dues) if (row := _written(due)) is not None]
    if not told:
        return False
    language = language_of(to, organisation)
    with override(language):
        items = [_item(due.coming, is_alone=len(told) == 1) for due, _row in told]
    letter = mail.post(
        REMINDER,
        to=to,
        name=first.person.name if first.person else "",
        key=f"reminder:{told[0][1].pk}",
        context={"items": items, "first": items[0], "others": len(items) - 1},
        about=told[0][0].coming.thing,
        organisation=organisation,
        # The nearest decides: what is left of a letter that stays here is told anew.
        drop_after=min(due.clock.ends(due.coming.at, due.moment) for due, _row in told),
        mentions=[(due.coming.thing, due.coming.at) for due, _row in told],
    )
    Reminder.objects.filter(pk__in=[row.pk for _due, row in told]).update(letter=letter)
    return True


def _standing(dues: list[Due]) -> list[Due]:
    """Those whose date is as it was read, as they stand; their events are held, in the order of their numbers."""
    people = {due.coming.person.pk: due for due in dues if due.coming.person}
    held = [due.coming.person.invite_id for due in people.values() if due.coming.person]
    list(Invite.objects.select_for_update(of=("self",)).filter(pk__in=held).order_by("pk").values_list("pk"))
    fresh = invited(InviteAttendee.objects.filter(is_live(), pk__in=people))
    days = {due.coming.to for due in dues if due.coming.person is None}
    fresh += [one for to in days if isinstance(to, User) for one in days_ahead(clock.now(), to)]
    now_at = {(one.thing, one.at): one for one in fresh}
    named = [(due, now_at.get((due.coming.thing, due.coming.at))) for due in dues]
    return [replace(due, coming=coming) for due, coming in named if coming is not None]


def _written(due: Due) -> Reminder | None:
    """The row of this reminder; None when it was written meanwhile."""
    coming = due.coming
    row, is_new = Reminder.objects.get_or_create(
        thing_type=ContentType.objects.get_for_model(coming.thing),
        thing_id=coming.thing.pk,
        at=moment_of(coming.at),
        moment=due.moment,
        user=coming.to if isinstance(coming.to, User) else None,
        address="" if isinstance(coming.to, User) else str(whom(coming.to)),
    )
    return row if is_new else None


def _item(coming: Coming, *, is_alone: bool) -> dict[str, Any]:
    """What the letter says of one date, in the language at work; beside others only the links of what it is about."""
    person = coming.person
    if person is None:
        return {"title": coming.title, "on": coming.at, "url": coming.url}
    invite = person.invite
    lines = [line for line in invite.description.splitlines() if line and (is_alone or "://" in line)]
    return {
        "invite": invite,
        "title": invite.title,
        "person": person,
        "with": _beside(person),
        "text": "\n".join(line for line in lines if not invite.place or invite.place not in line),
        "url": invite.url,
        "answer_link": answer_link(invite, person),
    }


def _beside(person: InviteAttendee) -> list[str]:
    """Who else comes, as her invite shows it: of two the other one, of a group who leads it."""
    others = [one for one in person.invite.attendees.filter(removed_at=None).order_by("role", "email") if one != person]
    shown = others if len(others) < 2 else [one for one in others if one.role == InviteAttendee.Role.CHAIR]
    return [str(one) for one in shown]
