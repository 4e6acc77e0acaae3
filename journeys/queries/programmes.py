"""Programmes as they are offered: the line of steps, with the days each one has."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Prefetch, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from backend.accounts.models import User
from backend.lib import clock
from backend.web.line import Stop
from backend.web.reading import hours
from journeys.models import Phase, Programme, ProgrammeVersion, StepTemplate
from journeys.policies import may_count_people
from journeys.queries.versions import digest


@dataclass(frozen=True)
class Offer:
    """One programme in the list."""

    programme: Programme
    stops: list[Stop]
    live: int
    started: int
    is_counted: bool = True
    """False for who reads published figures only: a count under five may name somebody."""

    @property
    def places(self) -> str:
        """Places taken this year, of those there are."""
        capacity = self.programme.capacity
        if not self.is_counted:
            if not capacity:
                return ""
            return ngettext("%(count)d place a year", "%(count)d places a year", capacity) % {"count": capacity}
        if not capacity:
            return ngettext("%(count)d start this year", "%(count)d starts this year", self.started) % {
                "count": self.started
            }
        words = ngettext(
            "%(taken)d of %(places)d place taken this year",
            "%(taken)d of %(places)d places taken this year",
            self.started,
        )
        return words % {"taken": self.started, "places": capacity}


SETTINGS = (
    *("title_fr", "title_en", "summary_fr", "summary_en", "track", "phases", "capacity"),
    *("hole_days", "silence_weeks", "smallest_group", "is_open"),
)


def stamp_of_settings(programme: Programme) -> str:
    """Sixteen characters that change with any setting: what a form read, so that a second save can tell."""
    facts: dict[str, Any] = {name: getattr(programme, name) for name in SETTINGS}
    facts["communes"] = sorted(one.pk for one in programme.communes.all())
    return digest(facts)


def phases_of(programme: Programme) -> str:
    labels = dict(Phase.choices)
    return ", ".join(str(labels.get(phase, phase)) for phase in programme.phases)


def days_of(step: StepTemplate) -> str:
    """When a step may happen, in words: its min and max days."""
    if step.min_days:
        return _("between day %(low)d and day %(high)d") % {"low": step.min_days, "high": step.max_days}
    return ngettext("within %(count)d day", "within %(count)d days", step.max_days) % {"count": step.max_days}


def _stop(step: StepTemplate) -> Stop:
    return Stop(label=str(step), kind=step.kind, state="planned", when=days_of(step), note=amount_of(step))


def amount_of(step: StepTemplate) -> str:
    """How much of it: hours, or sessions of some length."""
    if step.kind == "mentoring" and step.occurrences > 1:
        each = hours(step.minutes_expected // step.occurrences)
        return _("%(count)d sessions of %(length)s") % {"count": step.occurrences, "length": each}
    return hours(step.minutes_expected) if step.minutes_expected else ""


def _with_counts(rows: "QuerySet[Programme]") -> "QuerySet[Programme]":
    return rows.annotate(
        live=Count("journeys", filter=Q(journeys__state__in=["active", "paused"])),
        started=Count("journeys", filter=Q(journeys__started_on__year=clock.today().year)),
    )


def _published() -> Prefetch:
    versions = ProgrammeVersion.objects.filter(published_at__isnull=False).order_by("-number")
    steps = StepTemplate.objects.order_by("position", "pk").prefetch_related(
        Prefetch("after", queryset=StepTemplate.objects.order_by("position", "pk"))
    )
    return Prefetch("versions", queryset=versions.prefetch_related(Prefetch("steps", queryset=steps)))


def _steps(programme: Programme) -> list[StepTemplate]:
    """The steps of the version in force."""
    versions = list(programme.versions.all())
    return list(versions[0].steps.all()) if versions else []


def offered(user: User) -> list[Offer]:
    """The programmes this person may read, each with its line."""
    rows = _with_counts(Programme.objects.visible_to(user)).select_related("organisation")
    rows = rows.prefetch_related(_published()).order_by("organisation__name", "title_fr", "pk")
    return [_offer(row, user) for row in rows]


def _offer(row: Any, user: User) -> Offer:
    counted = may_count_people(user, row.organisation_id)
    live, started = (row.live, row.started) if counted else (0, 0)
    return Offer(row, [_stop(step) for step in _steps(row)], live, started, counted)


def programme_page(programme: Programme, user: User) -> dict[str, Any]:
    """One programme whole: both languages, days, hours, prerequisites."""
    row = _with_counts(Programme.objects.filter(pk=programme.pk)).select_related("organisation")
    found = row.prefetch_related(_published()).get()
    steps = _steps(found)
    return {
        "programme": found,
        "offer": _offer(found, user),
        "phases": phases_of(found),
        "steps": [
            {
                "step": step,
                "kind": step.get_kind_display(),
                "days": days_of(step),
                "amount": amount_of(step),
                "after": ", ".join(str(before) for before in step.after.all()),
            }
            for step in steps
        ],
        "leads": user.leads(found.organisation_id),
        "board_url": f"{reverse('journeys:journey_list')}?programme={found.pk}",
        "minutes": sum(step.minutes_expected for step in steps),
    }
