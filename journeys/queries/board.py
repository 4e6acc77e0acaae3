"""The cohort board: who is where, what comes next, how it goes. As many queries for one row as for fifty."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Exists, F, FloatField, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Cast, NullIf
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from backend.accounts.models import User
from journeys.models import Commune, Companion, Delivery, Journey, Programme, Step
from journeys.queries.facts import Facts, known_of
from journeys.queries.holes import Health, read_health
from journeys.queries.journeys import current_step
from journeys.queries.links import journey_url
from journeys.queries.sets import OPEN_STEPS
from journeys.queries.signs import flagged

PER_PAGE = 50
LIVE = (Journey.State.DRAFT, Journey.State.ACTIVE, Journey.State.PAUSED)
NAME = ("holder__user__last_name", "holder__user__first_name", "pk")
SORTS: dict[str, tuple[Any, ...]] = {
    "name": NAME,
    "programme": ("programme__title_fr", *NAME),
    "due": (F("next_due_on").asc(nulls_last=True), *NAME),
    "contact": (F("last_delivery_at").asc(nulls_first=True), *NAME),
    "progress": (F("ratio").asc(nulls_first=True), *NAME),
    "recent": ("-started_on", *NAME),
}
SORT_LABELS = {
    "name": gettext_lazy("Name"),
    "programme": gettext_lazy("Programme"),
    "due": gettext_lazy("Next step due first"),
    "contact": gettext_lazy("Longest without hours"),
    "progress": gettext_lazy("Least advanced"),
    "recent": gettext_lazy("Latest start"),
}
SIGN_LABELS = {
    "any": gettext_lazy("Needs somebody"),
    "hole": gettext_lazy("Hole"),
    "silent": gettext_lazy("Silence"),
    "late": gettext_lazy("Late milestone"),
    "no_mentor": gettext_lazy("No mentor"),
    "disputed": gettext_lazy("Disputed hours"),
}


@dataclass(frozen=True)
class Filters:
    """What the reader asked for; empty means everything, but journeys that have ended only if asked for."""

    programme: int | None = None
    state: str = "live"
    phase: str = ""
    commune: str = ""
    mentor: str = ""
    sign: str = ""
    q: str = ""
    sort: str = "name"


@dataclass(frozen=True)
class Row:
    """One line of the board."""

    journey: Journey
    percent: int
    next_step: Step | None
    next_on: date | None
    last_contact: datetime | None
    health: Health

    @property
    def note(self) -> str:
        return f"{self.journey.project.name} · {self.journey.programme.title}"

    @property
    def url(self) -> str:
        return journey_url(self.journey)


def programmes_for(user: User) -> "QuerySet[Programme]":
    """The programmes she can filter by: those of the journeys she sees."""
    return Programme.objects.filter(pk__in=Journey.objects.visible_to(user).order_by().values("programme"))


def communes_for(user: User) -> "QuerySet[Commune]":
    return Commune.objects.filter(pk__in=Journey.objects.visible_to(user).order_by().values("project__commune"))


def _search(text: str) -> Q:
    """Every word somewhere in the name, the e-mail or the project."""
    wanted = Q()
    for word in text.split()[:6]:
        wanted &= (
            Q(holder__user__first_name__icontains=word)
            | Q(holder__user__last_name__icontains=word)
            | Q(holder__user__email__icontains=word)
            | Q(project__name__icontains=word)
        )
    return wanted


def _for_sorting(rows: "QuerySet[Journey]", sort: str) -> "QuerySet[Journey]":
    """With the value that this order needs, and no other."""
    if sort == "due":
        steps = Step.objects.filter(journey=OuterRef("pk"), state__in=OPEN_STEPS).order_by("due_on")
        return rows.annotate(next_due_on=Subquery(steps.values("due_on")[:1]))
    if sort == "contact":
        hours = Delivery.objects.standing().filter(journey=OuterRef("pk")).order_by("-happened_at")
        return rows.annotate(last_delivery_at=Subquery(hours.values("happened_at")[:1]))
    if sort == "progress":
        done = Sum("steps__weight", filter=Q(steps__state=Step.State.DONE), default=0)
        total = Sum("steps__weight", filter=~Q(steps__state=Step.State.WAIVED))
        return rows.annotate(ratio=Cast(done, FloatField()) / NullIf(total, 0))
    return rows


def board(user: User, filters: Filters) -> "QuerySet[Journey]":
    """The journeys she sees that fit, in the order asked for."""
    rows: QuerySet[Journey] = Journey.objects.visible_to(user).filter(_search(filters.q))
    if filters.programme:
        rows = rows.filter(programme=filters.programme)
    if filters.state == "live":
        rows = rows.filter(state__in=LIVE)
    elif filters.state in Journey.State.values:
        rows = rows.filter(state=filters.state)
    if filters.phase:
        rows = rows.filter(project__phase=filters.phase)
    if filters.commune:
        rows = rows.filter(project__commune=filters.commune)
    if filters.mentor:
        mentors = Companion.objects.filter(journey=OuterRef("pk"), role=Companion.Role.MENTOR, ended_at=None)
        rows = rows.filter(Exists(mentors) if filters.mentor == "yes" else ~Exists(mentors))
    if filters.sign in SIGN_LABELS:
        rows = flagged(rows, "" if filters.sign == "any" else filters.sign)
    return _for_sorting(rows, filters.sort).order_by(*SORTS.get(filters.sort, NAME))


def rows_of(journeys: Sequence[int]) -> list[Row]:
    """The lines of these journeys (ids), in this order."""
    chosen = Journey.objects.filter(pk__in=journeys)
    facts = known_of(chosen)
    found = {
        row.pk: row for row in chosen.select_related("programme", "holder__user", "project__commune").order_by("pk")
    }
    steps: dict[int, list[Step]] = {}
    for step in Step.objects.filter(journey__in=journeys, state__in=OPEN_STEPS).order_by("position", "pk"):
        steps.setdefault(step.journey_id, []).append(step)
    return [_row(found[pk], facts[pk], steps.get(pk, [])) for pk in journeys]


def _row(journey: Journey, facts: Facts, steps: list[Step]) -> Row:
    return Row(
        journey=journey,
        percent=facts.percent,
        next_step=current_step(steps) if journey.is_live else None,
        next_on=facts.next_on,
        last_contact=facts.last_contact,
        health=read_health(journey, facts),
    )


def board_page(user: User, filters: Filters, number: str = "1") -> tuple[Page, list[Row]]:
    """One page of the board: only its fifty rows are read in full."""
    page = Paginator(board(user, filters).values_list("pk", flat=True), PER_PAGE).get_page(number)
    return page, rows_of(list(page.object_list))


def export_head() -> list[str]:
    """The columns of the export."""
    return [
        _("Last name"),
        _("First name"),
        _("E-mail"),
        _("Project"),
        _("Programme"),
        _("State"),
        _("Phase"),
        _("Commune"),
        _("QPV"),
        _("Start"),
        _("Planned end"),
        _("Progress (%)"),
        _("Next step"),
        _("Due"),
        _("Next date"),
        _("Last contact"),
        _("Health"),
        _("Reason"),
    ]


def export_rows(user: User, filters: Filters) -> list[list[Any]]:
    """The whole filtered list as plain values; e-mails only for those who accompany (a steward reads no contacts)."""
    own = user.organisation_ids("lead")
    rows = rows_of(list(board(user, filters).values_list("pk", flat=True)))
    return [
        [
            row.journey.holder.user.last_name,
            row.journey.holder.user.first_name,
            row.journey.holder.user.email if row.journey.programme.organisation_id in own else "",
            row.journey.project.name,
            row.journey.programme.title,
            str(row.journey.get_state_display()),
            str(row.journey.project.get_phase_display()),
            str(row.journey.project.commune or ""),
            str(row.journey.project.get_qpv_display()),
            row.journey.started_on,
            row.journey.planned_end_on,
            row.percent,
            row.next_step.title if row.next_step else "",
            row.next_step.due_on if row.next_step else None,
            row.next_on,
            row.last_contact.date() if row.last_contact else None,
            row.health.word,
            row.health.reason,
        ]
        for row in rows
    ]
