"""The holder's home: where am I, what is next, what do I owe, what have I received."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from django.contrib.contenttypes.models import ContentType
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from backend.accounts.models import User
from backend.calendars.models import Invite, InviteAttendee
from backend.lib import clock, prepared
from backend.web.line import Stop
from backend.web.reading import day, hours, moment, relative_day
from journeys.models import (
    Commitment,
    Delivery,
    Enrolment,
    Immersion,
    Journey,
    MilestoneProposal,
    ModuleDate,
    Statement,
    Step,
)
from journeys.queries.extensions import ExtensionLine, latest_extension
from journeys.queries.journeys import Progress, current_step, full, mentors_of, progress, stations, steps_of
from journeys.queries.ledger import Ledger, ledger, lines_of, to_confirm
from journeys.queries.modules_holder import to_choose
from journeys.queries.sets import ENDED_STAYS
from journeys.queries.steps import note_with_records, own_url, records_of

MOST_LATE = 2
CHOOSE_WITHIN = timedelta(days=60)
NEAR = timedelta(days=14)
OPEN_STEPS = (Step.State.PLANNED, Step.State.SCHEDULED, Step.State.IN_PROGRESS)


@dataclass(frozen=True)
class Dated:
    """Something with a day: `starts_at` for what has an hour, else the day alone."""

    on: date
    title: str
    place: str = ""
    url: str = ""
    starts_at: datetime | None = None
    icon: str = "calendar"

    @property
    def when(self) -> str:
        return moment(self.starts_at) if self.starts_at else day(self.on)

    @property
    def relative(self) -> str:
        return relative_day(self.on)

    @property
    def when_and_where(self) -> str:
        """The address of a video room is on the page of the date: in a line it would only be in the way."""
        place = "" if self.place.startswith("http") else self.place
        return " · ".join(part for part in (self.when, place) if part)

    @property
    def is_near(self) -> bool:
        """Within a day."""
        return self.on <= clock.today() + timedelta(days=1)


@dataclass(frozen=True)
class Todo:
    """One thing a person owes: a line with its button (`is_post`: done in one tap)."""

    code: str
    title: str
    label: str
    url: str
    note: str = ""
    icon: str = "check"
    tone: str = "info"
    is_post: bool = False
    other_url: str = ""
    rank: int = 5
    """0 = now. The lowest is the main act of the home."""


@dataclass(frozen=True)
class HolderHome:
    """Everything on the holder's first screen, for one of her journeys."""

    journey: Journey
    journeys: list[Journey]
    stops: list[Stop]
    here: Step | None
    progress: Progress
    next_dated: Dated | None
    upcoming: list[Dated]
    todos: list[Todo]
    ledger: Ledger
    mentors: list[User]
    main: Todo | None = field(default=None)
    more_time: ExtensionLine | None = None
    """The latest extension asked for this journey, while it waits or was answered within a month."""


def upcoming(journey: Journey, limit: int = 4) -> list[Dated]:
    """What stands in the calendar from now on for this journey: invites first, then our own dates without one."""
    now = clock.now()
    user, organisation = journey.holder.user_id, journey.programme.organisation_id

    def invited() -> "QuerySet[InviteAttendee]":
        rows = InviteAttendee.objects.filter(
            user=user,
            removed_at=None,
            invite__state=Invite.State.CONFIRMED,
            invite__ends_at__gt=clock.now(),
            invite__organisation=organisation,
        )
        return rows.select_related("invite").order_by("invite__starts_at", "pk")

    found: list[Dated] = []
    told: set[tuple[int, int]] = set()
    for one in prepared.objects(("upcoming", user, organisation), invited):
        invite = one.invite
        told.add((invite.about_type_id, invite.about_id))
        found.append(
            Dated(timezone.localdate(invite.starts_at), invite.title, invite.place, invite.url, invite.starts_at)
        )
    found += [*_dates(journey.pk, told), *_stays(journey.pk, told)]
    return sorted(found, key=lambda one: (one.on, one.starts_at or now))[:limit]


def _dates(journey: int, told: set[tuple[int, int]]) -> list[Dated]:
    kind = ContentType.objects.get_for_model(Enrolment).pk

    def seats() -> "QuerySet[Enrolment]":
        rows = Enrolment.objects.filter(
            step__journey=journey,
            state=Enrolment.State.ENROLLED,
            module_date__state="planned",
            module_date__ends_at__gt=clock.now(),
        )
        return rows.select_related("module_date__module").order_by("module_date__starts_at", "pk")

    found = prepared.objects(("upcoming_seats", journey), seats)
    dates = [row.module_date for row in found if (kind, row.pk) not in told]
    return [
        Dated(timezone.localdate(one.starts_at), one.module.title, one.place, one.url, one.starts_at, "academic-cap")
        for one in dates
    ]


def _stays(journey: int, told: set[tuple[int, int]]) -> list[Dated]:
    kind = ContentType.objects.get_for_model(Immersion).pk

    def stays() -> "QuerySet[Immersion]":
        rows = Immersion.objects.filter(step__journey=journey, ends_on__gte=clock.today())
        return rows.exclude(state__in=ENDED_STAYS).select_related("company").order_by("starts_on", "pk")

    return [
        Dated(
            one.starts_on,
            _("Immersion at %(company)s") % {"company": one.company},
            one.company.address,
            icon="building-storefront",
        )
        for one in prepared.objects(("upcoming_stays", journey), stays)
        if (kind, one.pk) not in told
    ]


def hours_todo(delivery: Delivery) -> Todo:
    """One tap: I did receive these hours."""
    apart = delivery.sort != Delivery.Sort.CONTACT
    length, kind = hours(delivery.minutes), delivery.get_sort_display() if apart else delivery.get_kind_display()
    by = _("declared by %(person)s") % {"person": delivery.declared_by} if delivery.declared_by else ""
    return Todo(
        code="confirm",
        title=_("%(length)s of %(kind)s") % {"length": length, "kind": kind},
        note=" · ".join(part for part in (day(delivery.happened_at), by) if part),
        label=_("Confirm"),
        url=reverse("journeys:delivery_confirm", args=[delivery.pk]),
        icon="clock",
        is_post=True,
        other_url=reverse("journeys:delivery_dispute", args=[delivery.pk]),
        rank=1,
    )


def statement_todo(statement: Statement) -> Todo:
    """The hours of a period to read and sign."""
    days = {"start": day(statement.starts_on, weekday=False), "end": day(statement.ends_on, weekday=False)}
    return Todo(
        code="statement",
        title=_("Sign your statement of hours"),
        note=_("%(start)s to %(end)s") % days,
        label=_("Read and sign"),
        url=reverse("journeys:statement_detail", args=[statement.pk]),
        icon="pencil-square",
        rank=2,
    )


def commitment_todo(commitment: Commitment) -> Todo:
    """One tap: this is done."""
    due = commitment.due_on
    late = commitment.is_late
    words = _("late since %(day)s") if late else _("by %(day)s")
    return Todo(
        code="commitment",
        title=commitment.text,
        note=words % {"day": day(due, weekday=False)} if due else _("no date"),
        label=_("Done"),
        url=reverse("journeys:commitment_complete", args=[commitment.pk]),
        icon="hand-raised",
        tone="warn" if late else "info",
        is_post=True,
        rank=3 if late else 4,
    )


def sent_back_todo(proposal: MilestoneProposal) -> Todo:
    """A milestone to propose again: what is missing."""
    return Todo(
        code="milestone",
        title=_("Complete: %(step)s") % {"step": proposal.step.title},
        note=proposal.answer,
        label=_("Propose again"),
        url=reverse("journeys:milestone_propose", args=[proposal.step_id]),
        icon="flag",
        tone="warn",
        rank=3,
    )


def sent_back(journey: Journey) -> list[MilestoneProposal]:
    """The latest proposal of each step still open, where it was sent back."""
    rows = prepared.objects(
        ("sent_back", journey.pk),
        lambda: (
            MilestoneProposal.objects.filter(step__journey=journey.pk, step__state__in=OPEN_STEPS)
            .select_related("step")
            .order_by("created_at", "pk")
        ),
    )
    latest = {one.step_id: one for one in rows}
    return [one for one in latest.values() if one.state == MilestoneProposal.State.SENT_BACK]


def choose_todo(step: Step, first: ModuleDate) -> Todo:
    """A module to follow: its dates are open, she has no seat yet."""
    words = _("to follow by %(day)s; first date: %(first)s") % {
        "day": day(step.due_on, weekday=False),
        "first": day(first.starts_at),
    }
    near = step.due_on <= clock.today() + NEAR
    return Todo(
        code="choose",
        title=step.title,
        note=words,
        label=_("Choose a date"),
        url=reverse("journeys:module_detail", args=[step.module_id]),
        icon="academic-cap",
        tone="warn" if near else "info",
        rank=3 if near else 4,
    )


def late_todo(step: Step) -> Todo:
    """A step whose day has passed."""
    if step.kind == "milestone":
        label, url = _("Propose as reached"), reverse("journeys:milestone_propose", args=[step.pk])
    else:
        label, url = _("See"), reverse("journeys:journey_detail", args=[step.journey_id]) + "#line"
    return Todo(
        code="late",
        title=step.title,
        note=_("was due on %(day)s") % {"day": day(step.due_on, weekday=False)},
        label=label,
        url=url,
        icon="flag",
        tone="warn",
        rank=5,
    )


def _choose(rows: Sequence[Journey], wanted: int | None) -> Journey:
    """The journey asked for, else a live one, else the latest."""
    return next((row for row in rows if row.pk == wanted), None) or next((row for row in rows if row.is_live), rows[0])


def holder_journeys(user: User) -> list[Journey]:
    """Her own journeys, the latest first."""
    return prepared.objects(
        ("own_journeys", user.pk),
        lambda: full(Journey.objects.filter(holder__user=user.pk)).order_by("-started_on", "-pk"),
    )


def _to_confirm(journey: int) -> list[Delivery]:
    rows = Delivery.objects.filter(journey=journey)
    return prepared.objects(("to_confirm", journey), lambda: lines_of(to_confirm(rows)))


def holder_home(user: User, wanted: int | None = None, asks: Sequence[Todo] = ()) -> HolderHome | None:
    """The home of a holder, for the journey `wanted` (or the live one); None while she has no journey.

    `asks` are what the apps above wait for (a questionnaire): they take their place among what she owes.
    """
    rows = holder_journeys(user)
    if not rows:
        return None
    journey = _choose(rows, wanted)
    steps, records = steps_of(journey), records_of(journey)
    dated = upcoming(journey)
    received = Delivery.objects.filter(journey=journey)
    promised = Commitment.objects.open().filter(journey=journey, owner=user)
    todos = [hours_todo(one) for one in _to_confirm(journey.pk)]
    todos += [statement_todo(one) for one in journey.statements.filter(state=Statement.State.TO_SIGN).order_by("pk")]
    todos += asks
    todos += [commitment_todo(one) for one in promised]
    if journey.is_live:
        todos += [sent_back_todo(one) for one in sent_back(journey)]
        choices = to_choose(steps, within=CHOOSE_WITHIN)
        todos += [choose_todo(step, first) for step, first in choices[:MOST_LATE]]
        told = {*records.proposals, *(step.pk for step, _first in choices)}
        late = [step for step in steps if step.is_late and step.kind != "mentoring" and step.pk not in told]
        todos += [late_todo(step) for step in late[:MOST_LATE]]
    todos.sort(key=lambda todo: todo.rank)
    return HolderHome(
        journey=journey,
        journeys=rows,
        stops=stations(
            steps,
            url_of=lambda step: own_url(step, user, records),
            words_of=lambda step: note_with_records(step, records),
        ),
        here=current_step(steps) if journey.is_live else None,
        progress=progress(steps),
        next_dated=dated[0] if dated else None,
        upcoming=dated,
        todos=todos,
        ledger=ledger(received),
        mentors=mentors_of(journey),
        main=todos[0] if todos and todos[0].rank <= 3 and not (dated and dated[0].is_near) else None,
        more_time=latest_extension(journey, user) if journey.is_live else None,
    )
