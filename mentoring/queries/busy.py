"""What takes people's time: what stands in their calendars, whoever put it there."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from django.contrib.contenttypes.models import ContentType
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.utils.translation import gettext as _

from backend.accounts.models import User
from backend.calendars.models import InviteAttendee
from backend.web import reading
from journeys.models import Enrolment, ModuleDate
from mentoring.models import Gathering, Mentorship, Session, SessionQuerySet


@dataclass(frozen=True)
class Taken:
    """Something that stands in somebody's calendar; `title` for herself alone."""

    person: int
    starts_at: datetime
    ends_at: datetime
    title: str = ""


def sessions_of_people(numbers: Collection[int]) -> SessionQuerySet:
    """The planned sessions of these people, on either side."""
    theirs = Q(mentorship__mentor__user__in=numbers) | Q(mentorship__journey__holder__user__in=numbers)
    return Session.objects.filter(theirs, state=Session.State.PLANNED)


def taken(people: Collection[User], starts_at: datetime, ends_at: datetime | None = None) -> list[Taken]:
    """What touches the time from `starts_at` on (until `ends_at`), sessions of mentoring apart.

    Module dates followed or given as trainer, the agreed hours of a stay, and whatever else each is invited to and has
    not declined.
    """
    found = [*_followed(people, starts_at), *_given(people, starts_at), *_invited(people, starts_at)]
    return [one for one in found if one.ends_at > starts_at and (ends_at is None or one.starts_at < ends_at)]


def _followed(people: Collection[User], since: datetime) -> Iterator[Taken]:
    rows = Enrolment.objects.filter(
        step__journey__holder__user__in=[person.pk for person in people],
        state=Enrolment.State.ENROLLED,
        module_date__state=ModuleDate.State.PLANNED,
        module_date__ends_at__gt=since,
    ).annotate(person=F("step__journey__holder__user"))
    dates = ("starts_at", "ends_at", "module__title_fr", "module__title_en")
    rows = rows.select_related("module_date__module").only(*(f"module_date__{name}" for name in dates))
    for row in rows.order_by("pk"):
        date = row.module_date
        yield Taken(row.person, date.starts_at, date.ends_at, date.module.title)


def _given(people: Collection[User], since: datetime) -> Iterator[Taken]:
    of_address = {person.email.lower(): person.pk for person in people}
    dates = ModuleDate.objects.filter(state=ModuleDate.State.PLANNED, ends_at__gt=since)
    rows = dates.annotate(address=Lower("trainer_email")).filter(address__in=of_address).select_related("module")
    for row in rows.order_by("pk"):
        yield Taken(of_address[row.trainer_email.lower()], row.starts_at, row.ends_at, row.module.title)


def _invited(people: Collection[User], since: datetime) -> Iterator[Taken]:
    """Days of an immersion, and any other event: what mentoring and modules know of themselves is told elsewhere."""
    kinds = ContentType.objects.get_for_models(Session, Gathering, Enrolment, ModuleDate).values()
    rows = (
        InviteAttendee.objects.filter(user__in=[person.pk for person in people], removed_at=None)
        .filter(invite__state="confirmed", invite__ends_at__gt=since)
        .exclude(partstat=InviteAttendee.Partstat.DECLINED)
        .exclude(invite__about_type__in=[kind.pk for kind in kinds])
        .select_related("invite")
        .only("user", *(f"invite__{name}" for name in ("starts_at", "ends_at", "days", "title_fr", "title_en")))
    )
    for row in rows.order_by("pk"):
        invite = row.invite
        for start, end in [(start, end) for _on, start, end in invite.dated] or [(invite.starts_at, invite.ends_at)]:
            yield Taken(row.user_id or 0, start, end, invite.title)


class Diary:
    """What these people have between two moments, read once however many times of it are then looked at.

    `but`: that session, and those of its gathering, do not count.
    """

    def __init__(
        self, people: Collection[User], starts_at: datetime, ends_at: datetime, *, by: User | None,
        but: Session | None = None,
    ) -> None:  # fmt: skip
        self.people, self.by = people, by
        sessions = sessions_of_people({person.pk for person in people}).filter(
            starts_at__lt=ends_at, ends_at__gt=starts_at
        )
        if but is not None:
            sessions = sessions.exclude(pk=but.pk)
            if but.gathering_id:
                sessions = sessions.exclude(gathering=but.gathering_id)
        self.times = list(sessions.order_by("starts_at", "pk").values_list("pk", "starts_at", "ends_at"))
        self.events = taken(people, starts_at, ends_at)
        self.events.sort(key=lambda one: (by is None or one.person != by.pk, one.starts_at))

    @cached_property
    def _sessions(self) -> dict[int, Session]:
        """{id: session with its two people}. Read once one of them is to be named: mostly all are free."""
        rows = Session.objects.filter(pk__in=[pk for pk, _start, _end in self.times])
        found = rows.select_related("mentorship__mentor__user", "mentorship__journey__holder__user").order_by("pk")
        return {session.pk: session for session in found}

    def clash(self, starts_at: datetime, ends_at: datetime) -> str:
        """The sentence that says what one of them has at that time; "" when all of them are free.

        It names the event to its own person and with whom a session is to whoever sees that session; of anybody else's
        time it says no more than when.
        """
        for pk, start, end in self.times:
            if start < ends_at and end > starts_at:
                return _session_then(self.people, self._sessions[pk], self.by)
        for event in self.events:
            if event.starts_at < ends_at and event.ends_at > starts_at:
                return _event_then(self.people, event, self.by)
        return ""


def clash(
    people: Collection[User],
    starts_at: datetime,
    ends_at: datetime,
    *,
    by: User | None,
    but: Session | None = None,
) -> str:
    """What one of `people` has at that time, as `Diary.clash` says it."""
    return Diary(people, starts_at, ends_at, by=by, but=but).clash(starts_at, ends_at)


def _session_then(people: Collection[User], other: Session, by: User | None) -> str:
    """Who is taken and when; with whom only if `by` may see that session."""
    mentor, holder = other.mentorship.mentor.user, other.mentorship.journey.holder.user
    taken, company = (mentor, holder) if mentor.pk in {one.pk for one in people} else (holder, mentor)
    words = {"person": taken, "other": company, **_when(other.starts_at, other.ends_at)}
    if by is not None and by.pk in (mentor.pk, holder.pk):
        words["other"] = holder if by.pk == mentor.pk else mentor
        return _("You already have a session with %(other)s on %(day)s, from %(start)s to %(end)s.") % words
    if by is None or Session.objects.visible_to(by).filter(pk=other.pk).exists():
        return _("%(person)s already has a session with %(other)s on %(day)s, from %(start)s to %(end)s.") % words
    return _("%(person)s already has a session on %(day)s, from %(start)s to %(end)s.") % words


def _event_then(people: Collection[User], one: Taken, by: User | None) -> str:
    words = {"title": one.title, **_when(one.starts_at, one.ends_at)}
    if by is not None and by.pk == one.person:
        return _("You already have “%(title)s” on %(day)s, from %(start)s to %(end)s.") % words
    words["person"] = next(str(person) for person in people if person.pk == one.person)
    return _("%(person)s already has something on %(day)s, from %(start)s to %(end)s.") % words


def _when(starts_at: datetime, ends_at: datetime) -> dict[str, object]:
    return {
        "day": reading.day(starts_at),
        "start": reading.clock_time(starts_at),
        "end": reading.clock_time(ends_at),
    }


def diary_of(
    pair: Mentorship, times: Collection[tuple[datetime, datetime]], *, by: User | None, but: Session | None = None
) -> Diary:
    """What the two of the pair have around these times (from, to), of which there is one at least."""
    people = [pair.mentor.user, pair.journey.holder.user]
    return Diary(people, min(start for start, _end in times), max(end for _start, end in times), by=by, but=but)
