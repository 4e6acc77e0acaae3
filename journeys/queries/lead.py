"""The lead's home: who needs me today and why, are we on target. A constant number of queries."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from backend.accounts.models import User
from backend.lib import clock
from backend.web.reading import day
from journeys.models import Delivery, Immersion, Journey, Programme, Step
from journeys.queries.holes import Sign, heard_above, needing, signs_of
from journeys.queries.ledger import Ledger, ledger
from journeys.queries.links import act_url, journey_url

UNSIGNED = (Immersion.State.DRAFT, Immersion.State.TO_SIGN, Immersion.State.PARTLY_SIGNED, Immersion.State.TO_VALIDATE)
SOON = timedelta(days=14)
LOOKED_AT = 300  # journeys with a sign read at once: enough to choose today's from
ORDER = ("disputed", "unsigned", "hole", "silent", "no_mentor", "late")

ICONS = {
    "disputed": "exclamation-triangle",
    "unsigned": "pencil-square",
    "hole": "calendar",
    "silent": "phone",
    "no_mentor": "user-plus",
    "late": "flag",
}


@dataclass(frozen=True)
class Need:
    """One person who needs somebody today: why, and the human act to take."""

    journey: Journey
    sign: Sign
    url: str
    act_url: str
    also: list[Sign] = field(default_factory=list)

    @property
    def title(self) -> str:
        return f"{self.person} · {self.journey.project.name}"

    @property
    def icon(self) -> str:
        return ICONS[self.sign.code]

    @property
    def person(self) -> str:
        return str(self.journey.holder)

    @property
    def note(self) -> str:
        others = ", ".join(sign.word for sign in self.also)
        also = _("Also: %(signs)s.") % {"signs": others}
        return f"{self.sign.reason} {also}" if others else self.sign.reason


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


def _led(user: User) -> "QuerySet[Journey]":
    return Journey.objects.filter(programme__organisation__in=user.organisation_ids("lead"))


def _unsigned(user: User) -> dict[int, Sign]:
    """{journey: sign} of stays that begin within two weeks without every signature, the first each."""
    today = clock.today()
    rows = (
        Immersion.objects.filter(
            step__journey__programme__organisation__in=user.organisation_ids("lead"),
            step__journey__state=Journey.State.ACTIVE,
            state__in=UNSIGNED,
            starts_on__lte=today + SOON,
            ends_on__gte=today,
        )
        .select_related("company", "step")
        .order_by("-starts_on", "-pk")
    )
    found: dict[int, Sign] = {}
    for stay in rows:
        reason = _("The stay at %(company)s begins on %(day)s; its agreement is “%(state)s”.") % {
            "company": stay.company,
            "day": day(stay.starts_on, weekday=False),
            "state": stay.get_state_display(),
        }
        found[stay.step.journey_id] = Sign("unsigned", "bad", _("unsigned agreement"), reason, _("Have it signed"))
    return found


def _rank(signs: Sequence[Sign]) -> int:
    return min(ORDER.index(sign.code) for sign in signs)


def _address_of(sign: Sign, journey: Journey, pairs: Mapping[int, str]) -> str:
    if sign.code == "hole" and journey.pk in pairs:
        return pairs[journey.pk]
    return act_url(sign.code, journey)


def needs_of(user: User, pairs: Mapping[int, str] | None = None) -> list[Need]:
    """Everyone with a reason, the most pressing first. `pairs`: {journey: where to plan its next session}."""
    unsigned = _unsigned(user)
    rows = (
        _led(user)
        .select_related("programme", "holder__user", "project")
        .order_by("holder__user__last_name", "holder__user__first_name", "pk")
    )
    flagged = list(needing(rows)[:LOOKED_AT])
    missing = set(unsigned) - {row.pk for row in flagged}
    others = list(rows.filter(pk__in=missing)) if missing else []
    weeks = max((row.programme.silence_weeks for row in flagged), default=4)
    heard = heard_above([row.pk for row in flagged], clock.now() - timedelta(weeks=weeks))
    found = []
    for journey in [*flagged, *others]:
        signs = signs_of(journey, heard) if journey.pk not in missing else []
        if journey.pk in unsigned:
            signs = [*signs, unsigned[journey.pk]]
        signs.sort(key=lambda sign: ORDER.index(sign.code))
        if signs:
            first = signs[0]
            found.append(
                Need(journey, first, journey_url(journey), _address_of(first, journey, pairs or {}), signs[1:])
            )
    return sorted(found, key=lambda need: _rank([need.sign]))


def _counts(needs: Iterable[Need]) -> list[tuple[str, int, str]]:
    """How many people have each sign: (word, count, where to see them)."""
    tally: dict[str, tuple[str, int]] = {}
    for need in needs:
        for sign in (need.sign, *need.also):
            tally[sign.code] = (sign.word, tally.get(sign.code, ("", 0))[1] + 1)
    board = reverse("journeys:journey_list")
    return [
        (tally[code][0], tally[code][1], f"{board}?sign={code}" if code != "unsigned" else "")
        for code in ORDER
        if code in tally
    ]


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


def lead_home(user: User, *, pairs: Mapping[int, str] | None = None, shown: int = 8) -> LeadHome:
    """Her day: the people who need somebody, then where the year stands."""
    today = clock.today()
    needs = needs_of(user, pairs)
    targets = targets_of(user)
    hours = Delivery.objects.filter(
        journey__programme__organisation__in=user.organisation_ids("lead"), happened_at__year=today.year
    )
    milestones: dict[str, Any] = Step.objects.filter(
        journey__programme__organisation__in=user.organisation_ids("lead"), kind="milestone"
    ).aggregate(
        done=Count("pk", filter=Q(state="done")), total=Count("pk", filter=~Q(state__in=["waived", "abandoned"]))
    )
    return LeadHome(
        needs=needs[:shown],
        total_needs=len(needs),
        counts=_counts(needs),
        targets=targets,
        live=sum(target.live for target in targets),
        hours=ledger(hours),
        milestones_done=milestones["done"],
        milestones_total=milestones["total"],
        year=today.year,
    )
