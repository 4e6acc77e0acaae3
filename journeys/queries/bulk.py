"""Which journeys a lead acts on at once: the ticked ones, or all that fit the filters."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import QuerySet

from backend.accounts.models import Membership, User
from journeys.models import Journey, Programme, ProgrammeVersion
from journeys.queries.board import LIVE, NAME, Filters, board
from journeys.queries.offers import newest_version

MOST = 500
"""Journeys in one act: what a person can still answer for, and a request can carry."""


@dataclass(frozen=True)
class Chosen:
    """The journeys of one act. `others`: seen, but not hers to change; `left_out`: ended ones, where they do not count.

    `mark` changes with the set: what is confirmed is what was shown.
    """

    journeys: list[Journey]
    others: int = 0
    left_out: int = 0
    too_many: int = 0

    @property
    def mark(self) -> str:
        return hashlib.sha256(",".join(str(pk) for pk in sorted(one.pk for one in self.journeys)).encode()).hexdigest()[
            :16
        ]

    @property
    def people(self) -> list[User]:
        """Their holders, each once, in the order of the board."""
        return list({one.holder.user_id: one.holder.user for one in self.journeys}.values())


def _full(rows: "QuerySet[Journey]") -> "QuerySet[Journey]":
    return rows.select_related(
        "programme__organisation", "version", "project", "holder__user", "referent"
    ).prefetch_related("companions")


def chosen(user: User, filters: Filters, picks: Sequence[int] | None, *, with_ended: bool = True) -> Chosen:
    """The ticked journeys (`picks`) that she leads, or without picks all that fit the filters; 500 at most.

    Unless `with_ended`, those that have ended or are archived are left out and counted.
    """
    rows = board(user, filters) if picks is None else Journey.objects.visible_to(user).filter(pk__in=picks)
    led = rows.filter(programme__organisation__in=user.organisation_ids("lead"))
    kept = led if with_ended else led.filter(state__in=LIVE, archived_at=None)
    count, led_count = kept.count(), led.count()
    if count > MOST:
        return Chosen([], too_many=count)
    ordered = kept if picks is None else kept.order_by(*NAME)
    return Chosen(list(_full(ordered)), others=rows.count() - led_count, left_out=led_count - count)


def referents_to_choose(user: User, journeys: Iterable[Journey]) -> "QuerySet[User]":
    """The leads of the organisations of these journeys, of those that she leads herself."""
    places = {one.programme.organisation_id for one in journeys} or user.organisation_ids("lead")
    led = Membership.objects.active().filter(role="lead", organisation__in=places & user.organisation_ids("lead"))
    return User.objects.filter(pk__in=led.order_by().values("user"), is_active=True).order_by(
        "last_name", "first_name", "pk"
    )


@dataclass(frozen=True)
class Update:
    """What taking up the newest version means for the chosen journeys of one programme."""

    programme: Programme
    version: ProgrammeVersion
    behind: list[Journey]
    same: int

    @property
    def from_numbers(self) -> str:
        return ", ".join(str(number) for number in sorted({one.version.number for one in self.behind}))


def updates_of(journeys: Iterable[Journey]) -> list[Update]:
    """Programme by programme, who would go from which version to which; programmes without a version are left out."""
    rows: dict[Programme, list[Journey]] = {}
    for journey in journeys:
        rows.setdefault(journey.programme, []).append(journey)
    found = []
    for programme, own in rows.items():
        version = newest_version(programme)
        if version is not None:
            behind = [one for one in own if one.version.number < version.number]
            found.append(Update(programme, version, behind, len(own) - len(behind)))
    return found
