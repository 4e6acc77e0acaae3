"""The lead's home: who needs me today and why, are we on target. A constant number of queries."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q, QuerySet, Value
from django.urls import reverse
from django.utils.translation import gettext as _

from backend.accounts.models import User
from backend.lib import clock, prepared
from journeys.models import Delivery, Programme, Step
from journeys.queries.attention import Need, attention
from journeys.queries.ledger import NOTHING, Ledger, ledger_of, tallies_in, tally_lines


@dataclass(frozen=True)
class Target:
    """How far one programme is this year: places taken of its capacity."""

    programme: Programme
    live: int
    started: int
    url: str

    @property
    def capacity(self) -> int:
        return self.programme.capacity or 0

    @property
    def show(self) -> str:
        if not self.capacity:
            return str(self.started)
        return _("%(taken)d of %(places)d") % {"taken": self.started, "places": self.capacity}


@dataclass(frozen=True)
class LeadHome:
    """What a lead opens her day with."""

    needs: list[Need]
    total_needs: int
    counts: list[tuple[str, int, str]]
    targets: list[Target]
    live: int
    hours: Ledger
    milestones_done: int
    milestones_total: int
    year: int

    @property
    def main(self) -> Need | None:
        return self.needs[0] if self.needs else None


def targets_of(user: User) -> list[Target]:
    """The programmes she leads, with the places taken this year and the journeys under way."""
    ids = _led(user)

    def counted() -> "QuerySet[Any]":
        return (
            Programme.objects.filter(organisation__in=ids)
            .annotate(
                live=Count("journeys", filter=Q(journeys__state__in=["active", "paused"])),
                started=Count("journeys", filter=Q(journeys__started_on__year=clock.today().year)),
            )
            .order_by("organisation", "title_fr", "pk")
        )

    rows = prepared.objects(("targets", *ids), counted)
    return [Target(row, row.live, row.started, reverse("journeys:programme_detail", args=[row.pk])) for row in rows]


def _led(user: User) -> tuple[int, ...]:
    return tuple(sorted(user.organisation_ids("lead")))


def _hours(ids: tuple[int, ...]) -> Ledger:
    """What was received this year."""

    def received() -> "QuerySet[Delivery, Any]":
        rows = Delivery.objects.filter(journey__programme__organisation__in=ids, happened_at__year=clock.today().year)
        return tally_lines(rows.standing())

    return ledger_of(tallies_in(prepared.rows(("hours_of_year", *ids), received)).get((), NOTHING))


def _milestones(ids: tuple[int, ...]) -> tuple[int, int]:
    """(reached, planned in all)"""

    def counted() -> "QuerySet[Step, Any]":
        rows = Step.objects.filter(
            journey__programme__organisation__in=ids, kind="milestone", carried_from=None
        ).order_by()
        done, total = Q(state="done"), ~Q(state__in=["waived", "abandoned"])
        # Beside one value for all: an aggregate of everything is no statement that can be remembered.
        together = rows.annotate(one=Value(1)).values("one")
        return together.annotate(done=Count("pk", filter=done), total=Count("pk", filter=total)).values_list(
            "done", "total"
        )

    [(done, total)] = prepared.rows(("milestones", *ids), counted) or [(0, 0)]
    return done, total


def lead_home(user: User, *, shown: int = 8) -> LeadHome:
    """Her day: the people who need somebody, then where the year stands."""
    today = clock.today()
    people = attention(user, limit=shown)
    targets = targets_of(user)
    ids = _led(user)
    done, total = _milestones(ids)
    return LeadHome(
        needs=people.needs,
        total_needs=people.total,
        counts=people.counts,
        targets=targets,
        live=sum(target.live for target in targets),
        hours=_hours(ids),
        milestones_done=done,
        milestones_total=total,
        year=today.year,
    )
