"""Which dates people are to be reminded of now: read for everybody at once, in a constant number of queries."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib.contenttypes.models import ContentType
from django.db.models import Q, QuerySet

from backend.accounts.models import Organisation, User
from backend.calendars.models import InviteAttendee, Reminder
from backend.calendars.near import AHEAD, Clock, Coming, moment_due, told_since
from backend.calendars.signals import days_asked, spared_asked
from backend.mail.ahead import Ahead
from backend.mail.letters import reader_of, zone_of
from backend.mail.models import Email
from backend.mail.near import BY_ABOUT, DAY, moment_of
from backend.mail.queries import chosen, told_lately, whom

OLDEST = AHEAD + AHEAD
REMINDER = "calendars/letters/reminder"


@dataclass(frozen=True)
class Due:
    """A reminder that is to leave now."""

    coming: Coming
    moment: str
    clock: Clock


def clock_of(to: User | str, organisation: Organisation, hours: tuple[int, int]) -> Clock:
    """How this reader reads the time of what this organisation writes."""
    return Clock(zone_of(reader_of(to, "", None, organisation)), *hours)


def due_now(now: datetime) -> list[Due]:
    """Every reminder whose moment it is and that was not written yet, the nearest date first.

    None of what its reader said no to, of what another letter told her lately, or tells her on its own account.
    """
    found = sorted(_at_their_moment(coming_ahead(now), now), key=lambda due: due.coming.sort_key)
    known = _known([due.coming for due in found])
    found = [due for due in found if (whom(due.coming.to), due.moment, *_named(due.coming)) not in known]
    spared = _spared([due.coming for due in found if due.moment == DAY], now, now)
    told = told_lately(
        [due.coming.to for due in found], [(due.coming.thing, due.coming.at) for due in found], since=now - OLDEST
    )
    return [
        due
        for due in found
        if not (due.moment == DAY and (whom(due.coming.to), due.coming.thing) in spared)
        and not any(
            telling.at >= told_since(due.coming, due.moment, due.clock, telling.kind)
            for telling in told.get((whom(due.coming.to), due.coming.thing), ())
        )
    ]


def coming_ahead(now: datetime) -> list[Coming]:
    """Everybody’s dates of which a reminder may leave now that she has not said no to."""
    return [*invited(_until(now, now)), *days_ahead(now)]


def _until(now: datetime, until: datetime) -> QuerySet[InviteAttendee]:
    """Who is to be reminded, between these moments, of what she was invited to."""
    return InviteAttendee.objects.filter(is_live(), invite__starts_at__gt=now, invite__starts_at__lt=until + AHEAD)


def reminders_ahead(organisation: Organisation, now: datetime, until: datetime) -> list[Ahead]:
    """The reminders that this organisation’s people with an account will get: one for each day that has some.

    What another letter will have told them by then is not known yet: they are counted in.
    """
    people = _until(now, until).filter(invite__organisation=organisation).exclude(user=None)
    own = [*invited(people), *days_ahead(now, organisation=organisation, until=until)]
    own.sort(key=lambda one: one.sort_key)
    known, wanted = _known(own), []
    for one, moments, clock in _chosen(own):
        for moment in moments:
            at = max(clock.begins(one.at, moment), now)
            if at < until and now < clock.ends(one.at, moment) and (whom(one.to), moment, *_named(one)) not in known:
                wanted.append((at, Due(one, moment, clock)))
    spared = _spared([due.coming for _at, due in wanted if due.moment == DAY], now, until)
    found: dict[tuple[int, date], Ahead] = {}
    for at, due in wanted:
        reader = int(whom(due.coming.to))
        if due.moment != DAY or (reader, due.coming.thing) not in spared:
            over = due.clock.ends(due.coming.at, due.moment)
            found.setdefault((reader, due.clock.day_of(at)), Ahead(reader, at, REMINDER, over))
    return list(found.values())


def _spared(coming: list[Coming], now: datetime, until: datetime) -> set[tuple[int | str, Any]]:
    """Who is told of what on its eve by a letter of its own, as the apps above say."""
    answers: list[tuple[Any, Any]] = spared_asked.send(Coming, coming=coming, now=now, until=until)
    return {(whom(to), thing) for _app, pairs in answers for to, thing in pairs}


def invited(people: QuerySet[InviteAttendee]) -> list[Coming]:
    """What these people are invited to, of the kinds that one is reminded of."""
    found = []
    for person in (
        people.select_related("user", "invite__organisation").prefetch_related("invite__about").order_by("pk")
    ):
        invite, to = person.invite, person.user or person.email
        about = ContentType.objects.get_for_id(invite.about_type_id)
        kind = BY_ABOUT.get(f"{about.app_label}.{about.model}")
        if kind and invite.about is not None:
            found.append(Coming(kind.code, invite.about, invite.starts_at, invite.organisation, to, person))
    return found


def is_live() -> Q:
    """A person invited to what takes place, who was told of it and has not said no."""
    may_read = Q(user=None) | Q(user__is_active=True)
    return may_read & Q(removed_at=None, sent_method="REQUEST", invite__state="confirmed") & ~Q(partstat="DECLINED")


def days_ahead(
    now: datetime, user: User | None = None, *, organisation: Organisation | None = None, until: datetime | None = None
) -> list[Coming]:
    """Days until which people (or she, or those of one organisation) have to do something, as the apps above say."""
    start, end = (now - AHEAD).date(), ((until or now) + AHEAD).date()
    answers: list[tuple[Any, Any]] = days_asked.send(Coming, start=start, end=end, user=user, organisation=organisation)
    return [one for _app, days in answers for one in days]


def holds(letter: Email, now: datetime) -> bool:
    """Does everything that this letter reminds of still stand at the date it says, for its reader?"""
    rows = list(letter.reminders.all())
    to = letter.to_user or letter.to_address
    whose = Q(user=to) if isinstance(to, User) else Q(user=None, email__iexact=to)
    about = Q(pk__in=[])
    for row in rows:
        about |= Q(invite__about_type=row.thing_type_id, invite__about_id=row.thing_id)
    standing = invited(InviteAttendee.objects.filter(about, is_live(), whose))
    standing += days_ahead(now, to) if isinstance(to, User) else []
    now_at = {_named(coming) for coming in standing if not coming.is_past(now, zone_of_letter(letter))}
    return all((row.thing_type_id, row.thing_id, row.at) in now_at for row in rows)


def zone_of_letter(letter: Email) -> ZoneInfo:
    return zone_of(reader_of(letter.to_user or letter.to_address, "", None, letter.organisation))


def _named(coming: Coming) -> tuple[int, int, datetime]:
    return ContentType.objects.get_for_model(coming.thing).pk, coming.thing.pk, moment_of(coming.at)


def _known(found: Sequence[Coming]) -> set[tuple[int | str, str, int, int, datetime]]:
    """The reminders of these that were written: (who, moment, thing, its date)."""
    if not found:
        return set()
    first, last = (moment_of(one.at) for one in (found[0], found[-1]))
    rows = Reminder.objects.filter(at__range=(first, last)).order_by("pk")
    names = ("user", "address", "moment", "thing_type", "thing_id", "at")
    return {(user or address, *named) for user, address, *named in rows.values_list(*names)}


def _at_their_moment(found: Sequence[Coming], now: datetime) -> list[Due]:
    """Those that it is the moment of."""
    at_work = [(one, moment_due(one, moments, clock, now), clock) for one, moments, clock in _chosen(found)]
    return [Due(one, moment, clock) for one, moment, clock in at_work if moment]


def _chosen(found: Sequence[Coming]) -> Iterator[tuple[Coming, frozenset[str], Clock]]:
    """Each with when its reader is to be reminded of it, as each organisation and each person chose."""
    people = {one.to.pk for one in found if isinstance(one.to, User)}
    organisations = {one.organisation.pk for one in found}
    rules, choices, refused = chosen.near_rules(organisations), chosen.near_choices(people), chosen.without("near")
    hours = chosen.opening_hours(people, organisations)
    for one in found:
        who, pk = whom(one.to), one.organisation.pk
        clock = clock_of(one.to, one.organisation, hours(who if isinstance(who, int) else None, pk))
        # Nobody without an account has a page of dates, or chose: the eve is enough.
        own = choices.get(who) if isinstance(who, int) else frozenset({DAY}) & rules[pk, one.kind]
        if who not in refused:
            yield one, rules[pk, one.kind] if own is None else own, clock
