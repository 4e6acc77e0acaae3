"""The cohort board: who is where, what comes next, how it goes. As many queries for one row as for two hundred."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Case, Exists, F, FloatField, OuterRef, Q, QuerySet, Subquery, Sum, Value, When
from django.db.models.functions import Cast, NullIf
from django.utils.functional import cached_property, lazy
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from backend.accounts.models import User
from backend.lib import clock
from backend.web.reading import day
from journeys.models import Commune, Companion, Delivery, Journey, Phase, Programme, ProgrammeVersion, Step
from journeys.queries.facts import Facts, known_of
from journeys.queries.holes import WORDS, Health, read_health
from journeys.queries.links import addresses
from journeys.queries.sets import OPEN_STEPS, ids_of
from journeys.queries.signs import SHARED, flagged

lazy_capital = lazy(capfirst, str)
PER_PAGE = (50, 200)
AT_ONCE = 500
"""Lines read together: an export may ask for every journey, and a statement has a longest length."""
LIVE = (Journey.State.DRAFT, Journey.State.ACTIVE, Journey.State.PAUSED)
UNDER_WAY = (Journey.State.DRAFT, Journey.State.ACTIVE)
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
SIGN_LABELS: dict[str, Any] = {
    "any": gettext_lazy("Needs somebody"),
    **{code: lazy_capital(WORDS[code]) for code in SHARED},
    "none": pgettext_lazy("health of a journey", "On its way"),
}


@dataclass(frozen=True)
class Filters:
    """What the reader asked for; empty means everything, but what has ended or is archived only if asked for.

    `referent`: "me", "none" or a person's number. `version`: "outdated". `archived`: "", "with" or "only".
    `since` and `until` bound the start: a cohort.
    """

    programme: int | None = None
    track: str = ""
    state: str = "live"
    archived: str = ""
    phase: str = ""
    commune: str = ""
    referent: str = ""
    mentor: str = ""
    sign: str = ""
    version: str = ""
    since: date | None = None
    until: date | None = None
    q: str = ""
    sort: str = "name"

    @property
    def is_narrow(self) -> bool:
        """Does it leave anything out, or ask for more than usual?"""
        return replace(self, sort="name") != Filters()

    @property
    def asks_for_ended(self) -> bool:
        """Does she look at journeys that have ended?"""
        return self.state not in ("live", *LIVE) or bool(self.archived)


@dataclass
class Row:
    """One line of the board."""

    journey: Journey
    percent: int
    next_step: Step | None
    next_on: date | None
    last_contact: datetime | None
    health: Health
    url: str
    is_outdated: bool = False

    @cached_property
    def name(self) -> str:
        return str(self.journey.holder)

    @property
    def organisation(self) -> int:
        return self.journey.programme.organisation_id

    @property
    def referent(self) -> str:
        return str(self.journey.referent or "")

    @property
    def note(self) -> str:
        return f"{self.journey.project.name} · {self.journey.programme.title}"

    @property
    def when(self) -> str:
        """The date that is fixed, else by when the next step is due."""
        if self.next_on:
            return _("date: %(day)s") % {"day": day(self.next_on, weekday=False)}
        if not self.next_step:
            return ""
        words = _("late since %(day)s") if self.next_step.due_on < clock.today() else _("by %(day)s")
        return words % {"day": day(self.next_step.due_on, weekday=False)}


# --- What one can filter by ---------------------------------------------------------------------------
def programmes_for(user: User) -> "QuerySet[Programme]":
    """The programmes she can filter by: those of the journeys she sees."""
    return Programme.objects.filter(pk__in=Journey.objects.visible_to(user).order_by().values("programme"))


def communes_for(user: User) -> "QuerySet[Commune]":
    return Commune.objects.filter(pk__in=Journey.objects.visible_to(user).order_by().values("project__commune"))


def referents_for(user: User) -> "QuerySet[User]":
    """Those who are referents of the journeys she sees."""
    seen = Journey.objects.visible_to(user).exclude(referent=None).order_by().values("referent")
    return User.objects.filter(pk__in=seen).order_by("last_name", "first_name", "pk")


# --- Which journeys -----------------------------------------------------------------------------------
def _search(text: str) -> Q:
    """Every word somewhere in the name or the project, or a whole e-mail: none is guessed letter by letter."""
    wanted = Q()
    for word in text.split()[:6]:
        wanted &= (
            Q(holder__user__first_name__icontains=word)
            | Q(holder__user__last_name__icontains=word)
            | Q(holder__user__email__iexact=word)
            | Q(project__name__icontains=word)
        )
    return wanted


def _state(filters: Filters) -> Q:
    """Live ones unless asked; archived ones have ended, so that asking for them alone is asking for no state."""
    if filters.archived == "only":
        return Q(archived_at__isnull=False)
    wanted = Q() if filters.archived == "with" else Q(archived_at=None)
    if filters.state == "live":
        return wanted & Q(state__in=LIVE)
    return wanted & Q(state=filters.state) if filters.state in Journey.State.values else wanted


def _facts(user: User, filters: Filters) -> Q:
    """What stands in columns of the journey, its project and its programme."""
    exact = {
        "programme": filters.programme,
        "programme__track": filters.track,
        "project__phase": filters.phase,
        "project__commune": filters.commune,
        "started_on__gte": filters.since,
        "started_on__lte": filters.until,
    }
    wanted = Q(**{name: value for name, value in exact.items() if value})
    if filters.referent:
        people: dict[str, Any] = {"me": user.pk, "none": None}
        wanted &= Q(referent=people.get(filters.referent, filters.referent))
    return wanted


def outdated(rows: "QuerySet[Journey]") -> "QuerySet[Journey]":
    """Those for which a newer version of the programme is published, that nobody has declined for them."""
    newest = ProgrammeVersion.objects.published().filter(programme=OuterRef("programme")).order_by("-number")
    live = rows.filter(state__in=LIVE).alias(
        newest=Subquery(newest.values("pk")[:1]), newest_number=Subquery(newest.values("number")[:1])
    )
    behind = live.filter(newest_number__gt=F("version__number"))
    return behind.filter(Q(declined_version=None) | ~Q(declined_version=F("newest")))


def with_sign(rows: "QuerySet[Journey]", sign: str) -> "QuerySet[Journey]":
    """Those that show this sign, any, or (under way) none."""
    if sign == "none":
        under_way = rows.filter(state__in=UNDER_WAY)
        return under_way.exclude(pk__in=flagged(under_way).order_by().values("pk"))
    return flagged(rows, "" if sign == "any" else sign)


def _for_sorting(rows: "QuerySet[Journey]", sort: str) -> "QuerySet[Journey]":
    """With the value that this order needs, and no other."""
    if sort == "due":
        steps = Step.objects.filter(journey=OuterRef("pk"), state__in=OPEN_STEPS).order_by("due_on")
        return rows.annotate(next_due_on=Subquery(steps.values("due_on")[:1]))
    if sort == "contact":
        hours = Delivery.objects.standing().filter(journey=OuterRef("pk")).order_by("-happened_at")
        return rows.annotate(last_delivery_at=Subquery(hours.values("happened_at")[:1]))
    if sort == "progress":
        grouped = Step.objects.filter(journey=OuterRef("pk")).order_by().values("journey")
        done = Sum("weight", filter=Q(state=Step.State.DONE), default=0)
        total = Sum("weight", filter=~Q(state=Step.State.WAIVED))
        share = grouped.annotate(share=Cast(done, FloatField()) / NullIf(total, 0))
        return rows.annotate(ratio=Subquery(share.values("share")))
    return rows


def board(user: User, filters: Filters, *, by_phase: bool = False) -> "QuerySet[Journey]":
    """The journeys she sees that fit, in the order asked for (`by_phase`: phase after phase, then that order)."""
    rows: QuerySet[Journey] = Journey.objects.visible_to(user).filter(
        _search(filters.q), _state(filters), _facts(user, filters)
    )
    if filters.mentor:
        mentors = Companion.objects.filter(journey=OuterRef("pk"), role=Companion.Role.MENTOR, ended_at=None)
        rows = rows.filter(Exists(mentors) if filters.mentor == "yes" else ~Exists(mentors))
    if filters.version == "outdated":
        rows = outdated(rows)
    if filters.sign in SIGN_LABELS:
        rows = with_sign(rows, filters.sign)
    order = SORTS.get(filters.sort, NAME)
    ranks = [When(project__phase=phase, then=Value(rank)) for rank, phase in enumerate(Phase.values)]
    first = (Case(*ranks, default=Value(len(ranks))),) if by_phase else ()
    return _for_sorting(rows, filters.sort).order_by(*first, *order)


# --- Their lines --------------------------------------------------------------------------------------
def _newest(programmes: Collection[int]) -> dict[int, tuple[int, int]]:
    """{programme: (number, id) of its newest published version}."""
    versions = ProgrammeVersion.objects.published().filter(programme__in=programmes)
    rows = versions.order_by("number").values_list("programme", "number", "pk")
    return {programme: (number, pk) for programme, number, pk in rows}


def rows_of(journeys: Sequence[int]) -> list[Row]:
    """The lines of these journeys (ids), in this order; so many at a time."""
    numbers = list(journeys)
    return [row for at in range(0, len(numbers), AT_ONCE) for row in _rows_of(numbers[at : at + AT_ONCE])]


def _rows_of(journeys: list[int]) -> list[Row]:
    facts = known_of(journeys)
    found = {row.pk: row for row in _read(Journey.objects.filter(pk__in=ids_of(journeys)))}
    newest = _newest({row.programme_id for row in found.values()})
    ids = [pk for pk in (getattr(row, "step_id", None) for row in found.values()) if pk]
    some = Step.objects.order_by().only("title_fr", "title_en", "due_on", "position")
    steps, urls = some.in_bulk(ids), addresses("journeys:journey_detail", journeys)
    return [
        _row(found[pk], facts[pk], steps.get(getattr(found[pk], "step_id", 0) or 0), newest, urls[pk])
        for pk in journeys
    ]


def _read(chosen: "QuerySet[Journey]") -> "QuerySet[Journey]":
    """What a line says, and nothing else; `step_id` is where she is, as `current_step` has it.

    What many lines share (programme, version, referent) is read once.
    """
    moving = When(state__in=(Step.State.IN_PROGRESS, Step.State.SCHEDULED), then=Value(0))
    here = Step.objects.filter(journey=OuterRef("pk"), state__in=OPEN_STEPS)
    here = here.order_by(Case(moving, default=Value(1)), "due_on", "position", "pk")
    rows = chosen.select_related("holder__user", "project").prefetch_related("programme", "version", "referent")
    rows = rows.annotate(step_id=Subquery(here.values("pk")[:1]))
    people = [f"holder__user__{name}" for name in ("first_name", "last_name", "email")]
    project = ("project__name", "project__phase", "project__qpv", "project__commune")
    own = (
        *("programme", "version", "declined_version", "holder__user", "referent", "state", "started_on"),
        *("planned_end_on", "ended_on", "pause_reason", "leave_reason", "archived_at"),
    )
    return rows.only(*own, *people, *project).order_by("pk")


def _row(journey: Journey, facts: Facts, step: Step | None, newest: dict[int, tuple[int, int]], url: str) -> Row:
    number, version = newest.get(journey.programme_id, (0, 0))
    is_newer = number > journey.version.number and version != journey.declined_version_id
    return Row(
        journey=journey,
        percent=facts.percent,
        next_step=step if journey.is_live else None,
        next_on=facts.next_on,
        last_contact=facts.last_contact,
        health=read_health(journey, facts),
        url=url,
        is_outdated=journey.is_live and is_newer,
    )


def board_page(user: User, filters: Filters, number: str = "1", per: int = PER_PAGE[0]) -> tuple[Page, list[Row]]:
    """One page of the board: only its rows are read in full."""
    ids: Any = board(user, filters).values_list("pk", flat=True)
    if filters.sign:  # what a sign asks of every journey is worked out once, not once to count and once to show
        ids = list(ids)
    page = Paginator(ids, per).get_page(number)
    return page, rows_of(list(page.object_list))
