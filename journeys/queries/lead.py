"""The lead's home: who needs me today and why, are we on target. A constant number of queries."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q
from django.urls import reverse
from django.utils.translation import gettext as _

from backend.accounts.models import User
from backend.lib import clock
from journeys.models import Delivery, Programme, Step
from journeys.queries.attention import Need, attention
from journeys.queries.ledger import Ledger, ledger


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
    year = clock.today().year
    rows = (
        Programme.objects.filter(organisation__in=user.organisation_ids("lead"))
        .annotate(
            live=Count("journeys", filter=Q(journeys__state__in=["active", "paused"])),
            started=Count("journeys", filter=Q(journeys__started_on__year=year)),
        )
        .order_by("organisation", "title_fr", "pk")
    )
    return [Target(row, row.live, row.started, reverse("journeys:programme_detail", args=[row.pk])) for row in rows]


def lead_home(user: User, *, shown: int = 8) -> LeadHome:
    """Her day: the people who need somebody, then where the year stands."""
    today = clock.today()
    people = attention(user, limit=shown)
    targets = targets_of(user)
    hours = Delivery.objects.filter(
        journey__programme__organisation__in=user.organisation_ids("lead"), happened_at__year=today.year
    )
    milestones: dict[str, Any] = Step.objects.filter(
        journey__programme__organisation__in=user.organisation_ids("lead"), kind="milestone", carried_from=None
    ).aggregate(
        done=Count("pk", filter=Q(state="done")), total=Count("pk", filter=~Q(state__in=["waived", "abandoned"]))
    )
    return LeadHome(
        needs=people.needs,
        total_needs=people.total,
        counts=people.counts,
        targets=targets,
        live=sum(target.live for target in targets),
        hours=ledger(hours),
        milestones_done=milestones["done"],
        milestones_total=milestones["total"],
        year=today.year,
    )
