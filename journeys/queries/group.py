"""The follow-up group: who is around a holder, since when, and when each was last in touch with her."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Max, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from backend.accounts.models import User
from backend.web.line import Stop
from backend.web.reading import day, relative_day
from journeys import signals
from journeys.models import Commitment, Companion, Delivery, Journey
from journeys.policies import (
    may_assign_referent,
    may_invite_companion,
    may_leave_group,
    may_reveal_contacts,
    reads_contacts,
)
from journeys.queries.home import Todo, commitment_todo
from journeys.queries.imports.values import national
from journeys.queries.journeys import Progress, current_step, full, progress, stations
from journeys.queries.links import journey_url

ORDER = (Companion.Role.REFERENT, Companion.Role.MENTOR, Companion.Role.TRAINER, Companion.Role.ADVISER)


@dataclass(frozen=True)
class Contact:
    """The last time somebody was in touch with the holder, and what tells it."""

    at: datetime
    how: str

    @property
    def words(self) -> str:
        """ "yesterday (session)"."""
        return f"{relative_day(self.at)} ({self.how})"


@dataclass(frozen=True)
class Member:
    """One part in the follow-up group, present or past."""

    companion: Companion
    last: Contact | None
    end_url: str

    @property
    def user(self) -> User:
        return self.companion.user

    @property
    def role(self) -> str:
        return str(self.companion.get_role_display())

    @property
    def note(self) -> str:
        """Her role, and where she comes from."""
        return " · ".join(part for part in (self.role, self.companion.home) if part)

    @property
    def phone(self) -> str:
        return national(self.companion.user.phone)

    @property
    def dates(self) -> str:
        """From when to when."""
        since = day(self.companion.created_at, weekday=False)
        if self.companion.ended_at is None:
            return _("since %(day)s") % {"day": since}
        return f"{since} → {day(self.companion.ended_at, weekday=False)}"


def last_contacts(journey: Journey) -> dict[int, Contact]:
    """{user: her last contact with the holder}: hours she declared, or a session she held. A sign-in is no contact."""
    kinds = dict(Delivery.Kind.choices)
    found: dict[int, Contact] = {}

    def keep(user: int, at: datetime, how: str) -> None:
        if user not in found or found[user].at < at:
            found[user] = Contact(at, how)

    hours = Delivery.objects.standing().filter(journey=journey, declared_by__isnull=False).order_by()
    for user, kind, at in hours.values_list("declared_by", "kind").annotate(last=Max("happened_at")):
        keep(user, at, _("hours: %(kind)s") % {"kind": kinds[kind]})
    answers: list[tuple[Any, Any]] = signals.meetings_asked.send(Journey, journey=journey)
    for _receiver, met in answers:
        for user, at in (met or {}).items():
            if user not in found or found[user].at <= at:
                found[user] = Contact(at, pgettext("last contact", "session"))
    return found


def members(journey: Journey, user: User) -> tuple[list[Member], list[Member]]:
    """(those around the holder now, referent first; those who were, the latest to leave first)."""
    # Not `journey.companions`: what `full` has read of it leaves out those who left.
    rows = list(Companion.objects.filter(journey=journey).select_related("user").order_by("pk"))
    contacts = last_contacts(journey)
    for row in rows:
        row.journey = journey
    all_ = [Member(row, contacts.get(row.user_id), _end_url(row, user)) for row in rows]
    now = [one for one in all_ if one.companion.ended_at is None]
    past = [(one.companion.ended_at, one.companion.pk, one) for one in all_ if one.companion.ended_at]
    return sorted(now, key=lambda one: ORDER.index(one.companion.role)), [one for *_when, one in sorted(past)[::-1]]


def _end_url(companion: Companion, user: User) -> str:
    ends = companion.ended_at is None and companion.role != Companion.Role.MENTOR
    return reverse("journeys:group_leave", args=[companion.pk]) if ends and may_leave_group(user, companion) else ""


def group_page(journey: Journey, user: User, *, reveals: bool = False) -> dict[str, Any]:
    """Everything the page of the follow-up group shows to `user`; `reveals` once she asked for the contact details."""
    now, past = members(journey, user)
    shows = reveals or reads_contacts(user, journey)
    leads = may_assign_referent(user, journey)
    return {
        "journey": journey,
        "now": now,
        "past": past,
        "leads": leads,
        "is_own": journey.holder.user_id == user.pk,
        "shows_contacts": shows,
        "holder_phone": national(journey.holder.phone or journey.holder.user.phone),
        "reveal_url": reverse("journeys:contacts_reveal", args=[journey.pk])
        if not shows and may_reveal_contacts(user, journey)
        else "",
        "is_logged": not reads_contacts(user, journey),
        "invite_url": reverse("journeys:companion_invite", args=[journey.pk])
        if may_invite_companion(user, journey)
        else "",
        "back_url": journey_url(journey),
        "ask": journey.referent,
        "organisation": journey.programme.organisation,
    }


@dataclass(frozen=True)
class Around:
    """Those of one role around the holder now; `is_more` for the roles that a head does not name by itself."""

    role: str
    names: str
    is_more: bool


def around(journey: Journey, people: Iterable[Companion]) -> list[Around]:
    """Who is around the holder now, role by role, for the head of her journey; `people` are its companions."""
    present = [one for one in people if one.ended_at is None]
    found = []
    for role in ORDER:
        names = ", ".join(str(one.user) for one in present if one.role == role)
        if names:
            more = role in (Companion.Role.TRAINER, Companion.Role.ADVISER)
            found.append(Around(str(Companion.Role(role).label), names, more))
    return found


# --- The home of somebody who only accompanies ---------------------------------------------------------
@dataclass(frozen=True)
class Accompanied:
    """One journey on the home of somebody who accompanies it as trainer or adviser."""

    companion: Companion
    stops: list[Stop]
    progress: Progress
    here: str
    todos: list[Todo]
    """What she promised there and has not done yet, the first due first."""

    @property
    def journey(self) -> Journey:
        return self.companion.journey

    @property
    def url(self) -> str:
        return journey_url(self.companion.journey)


def _parts_of(user: User) -> "QuerySet[Companion]":
    roles = [Companion.Role.TRAINER, Companion.Role.ADVISER]
    return Companion.objects.current().filter(user=user, role__in=roles)


def accompanies_somebody(user: User) -> bool:
    """Is she trainer or adviser on a journey now?"""
    return _parts_of(user).exists()


def first_adviser() -> User | None:
    """The first person who is adviser on a journey now: the demo signs her in."""
    advisers = Companion.objects.current().filter(role=Companion.Role.ADVISER, user__is_active=True)
    first = advisers.select_related("user").order_by("pk").first()
    return first.user if first else None


def accompanied(user: User) -> list[Accompanied]:
    """The journeys she accompanies as trainer or adviser, by the name of their holders."""
    parts = {one.journey_id: one for one in _parts_of(user).order_by("-pk")}
    rows = full(Journey.objects.filter(pk__in=parts)).prefetch_related("steps")
    promised: dict[int, list[Todo]] = {}
    for one in Commitment.objects.open().filter(journey__in=parts, owner=user).order_by("due_on", "pk"):
        promised.setdefault(one.journey_id, []).append(commitment_todo(one))
    found = []
    for row in rows.order_by("holder__user__last_name", "holder__user__first_name", "pk"):
        companion = parts[row.pk]
        companion.journey = row
        steps = list(row.steps.all())
        here = current_step(steps)
        todos = promised.get(row.pk, [])
        found.append(Accompanied(companion, stations(steps), progress(steps), here.title if here else "", todos))
    return found
