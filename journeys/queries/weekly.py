"""What a weekly letter tells holders and those who accompany them. Set by set: as many queries for one as for all."""

from collections.abc import Callable, Iterable
from functools import partial
from typing import Any
from urllib.parse import urlsplit

from django.contrib.contenttypes.models import ContentType
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from backend.accounts.models import Organisation
from backend.calendars.models import Invite, InviteAttendee
from backend.lib import clock
from backend.mail.weekly import WEEK, Line, Part, Week
from backend.web.reading import day, hours, moment
from journeys.models import (
    Commitment,
    Companion,
    Delivery,
    Enrolment,
    Immersion,
    Journey,
    Milestone,
    MilestoneProposal,
    PlanChange,
    Statement,
    Step,
)
from journeys.queries.confirming import unconfirmed
from journeys.queries.home import sent_back_todo, statement_todo
from journeys.queries.sets import ENDED_STAYS, OPEN_STEPS

LIVE = (Journey.State.ACTIVE, Journey.State.PAUSED)
ACTING = (Companion.Role.MENTOR, Companion.Role.REFERENT)
LATE = "late"
HOLDER = "step__journey__holder__user"


def readers_here(organisation: Organisation) -> set[int]:
    """Whoever accompanies a live journey of this organisation, perhaps from elsewhere."""
    rows = Companion.objects.current().filter(
        journey__programme__organisation=organisation, journey__state__in=LIVE, journey__archived_at=None
    )
    return set(rows.order_by().values_list("user", flat=True))


def _live(week: Week, way: str = "journey__") -> Q:
    """Journeys of this organisation that are under way, seen from a row that leads to one by `way`."""
    return Q(
        **{
            f"{way}programme__organisation": week.organisation,
            f"{way}state__in": LIVE,
            f"{way}archived_at": None,
        }
    )


def own_lines(week: Week) -> list[Line]:
    """All that journeys have to tell these readers of their own, and of whom they accompany."""
    parts: tuple[Callable[[Week], Iterable[Line]], ...] = (
        _invited, _module_dates, _stays, _milestones, _hours, _statements, _commitments, _sent_back, _reached, _changed,
        _proposals,
    )  # fmt: skip
    return [line for part in parts for line in part(week)]


# --- The coming week -----------------------------------------------------------------------------------
def _path(url: str) -> str:
    """The page of a date in this house."""
    parts = urlsplit(url)
    return parts.path + (f"?{parts.query}" if parts.query else "")


def _when_and_where(at: Any, place: str) -> str:
    """The address of a video room is on the page of the date: in a line it would only be in the way."""
    when = moment(at) if hasattr(at, "hour") else day(at)
    return " · ".join(part for part in (when, "" if place.startswith("http") else place) if part)


def _invited(week: Week) -> Iterable[Line]:
    """What stands in her calendar, unless she has declined it; of a stay, its first day of the week."""
    rows = InviteAttendee.objects.filter(
        user__in=week.people, removed_at=None, invite__state=Invite.State.CONFIRMED,
        invite__organisation=week.organisation, invite__starts_at__lt=week.until, invite__ends_at__gt=week.now,
    ).exclude(partstat=InviteAttendee.Partstat.DECLINED)  # fmt: skip
    found = rows.select_related("invite").prefetch_related("invite__about").order_by("invite__starts_at", "pk")
    for one in found:
        invite = one.invite
        starts = [start for _on, start, _end in invite.dated if start >= week.now] or [invite.starts_at]
        if week.now <= starts[0] < week.until and one.user_id:
            yield Line(
                one.user_id, Part.WEEK, f"invite:{invite.pk}", partial(getattr, invite, "title"), _path(invite.url),
                note=partial(_when_and_where, starts[0], invite.place), when=starts[0],
                thing=(invite.about, invite.starts_at) if invite.about else None,
            )  # fmt: skip


def _uninvited(rows: "QuerySet[Any, Any]") -> "QuerySet[Any, Any]":
    """Those of which no invite went out: they would be told twice."""
    kind = ContentType.objects.get_for_model(rows.model)
    invites = Invite.objects.filter(about_type=kind, about_id=OuterRef("pk"), state=Invite.State.CONFIRMED)
    return rows.filter(~Exists(invites))


def _module_dates(week: Week) -> Iterable[Line]:
    rows = Enrolment.objects.filter(
        _live(week, "step__journey__"), step__journey__holder__user__in=week.people, state=Enrolment.State.ENROLLED,
        module_date__state="planned", module_date__starts_at__gte=week.now, module_date__starts_at__lt=week.until,
    )  # fmt: skip
    found = _uninvited(rows).annotate(reader=F(HOLDER)).select_related("module_date__module")
    for one in found.order_by("module_date__starts_at", "pk"):
        date = one.module_date
        yield Line(
            one.reader, Part.WEEK, f"enrolment:{one.pk}", partial(getattr, date.module, "title"),
            reverse("journeys:module_detail", args=[date.module_id]),
            note=partial(_when_and_where, date.starts_at, date.place), when=date.starts_at, thing=(one, date.starts_at),
        )  # fmt: skip


def _stays(week: Week) -> Iterable[Line]:
    rows = Immersion.objects.filter(
        _live(week, "step__journey__"), step__journey__holder__user__in=week.people,
        starts_on__range=(week.first_on, week.last_on),
    ).exclude(state__in=ENDED_STAYS)  # fmt: skip
    found = _uninvited(rows).annotate(reader=F(HOLDER)).select_related("company")
    for one in found.order_by("starts_on", "pk"):
        yield Line(
            one.reader, Part.WEEK, f"stay:{one.pk}", partial(_stay, one),
            reverse("journeys:immersion_detail", args=[one.pk]),
            note=partial(_when_and_where, one.starts_on, one.company.address), when=one.starts_on,
            thing=(one, one.starts_on),
        )  # fmt: skip


def _stay(one: Immersion) -> str:
    return _("Immersion at %(company)s") % {"company": one.company}


def _milestones(week: Week) -> Iterable[Line]:
    """To reach this week, or late: for the holder; near: for her mentor and referent too."""
    rows = Step.objects.filter(
        _live(week), journey__state=Journey.State.ACTIVE, kind="milestone", state__in=OPEN_STEPS,
        due_on__lte=week.last_on,
    ).annotate(holder_id=F("journey__holder__user"))  # fmt: skip
    found = list(rows.select_related("journey__holder__user").order_by("due_on", "pk"))
    beside = _beside(week, {one.journey_id for one in found})
    for one in found:
        is_late = one.due_on < week.first_on
        thing = (one, one.due_on)
        url = reverse("journeys:milestone_propose", args=[one.pk])
        note = partial(_was_due if is_late else _is_due, one.due_on)
        own = Part.OWED if is_late else Part.WEEK
        stage = LATE if is_late else ""
        yield Line(one.holder_id, own, f"step:{one.pk}", partial(_milestone, one), url, note, stage, one.due_on, thing)
        if not is_late:
            there = reverse("journeys:journey_detail", args=[one.journey_id])
            for reader in beside.get(one.journey_id, ()):
                words = partial(_of_person, one.journey, one.title)
                yield Line(reader, Part.BESIDE, f"step:{one.pk}", words, there, note, str(one.due_on), one.due_on)


def _milestone(step: Step) -> str:
    return _("Milestone: %(step)s") % {"step": step.title}


def _of_person(journey: Journey, words: str) -> str:
    return _("%(person)s: %(what)s") % {"person": journey.holder, "what": words}


def _is_due(on: Any) -> str:
    return _("by %(day)s") % {"day": day(on)}


def _was_due(on: Any) -> str:
    return _("was due on %(day)s") % {"day": day(on)}


# --- What she owes -------------------------------------------------------------------------------------
def _hours(week: Week) -> Iterable[Line]:
    """Hours to confirm; once more when they have waited for as long as a lead is told of it."""
    waiting = Delivery.objects.filter(
        journey__programme__organisation=week.organisation, journey__archived_at=None,
        journey__state__in=(*LIVE, Journey.State.COMPLETED), journey__holder__user__in=week.people,
        state=Delivery.State.DECLARED,
    )  # fmt: skip
    late = set(unconfirmed(waiting).values_list("pk", flat=True))
    found = waiting.annotate(reader=F("journey__holder__user")).select_related("declared_by")
    for one in found.order_by("happened_at", "pk"):
        yield Line(
            one.reader, Part.OWED, f"delivery:{one.pk}", partial(_to_confirm, one),
            reverse("journeys:journey_ledger", args=[one.journey_id]), partial(_declared, one, one.pk in late),
            LATE if one.pk in late else "", None, (one, one.happened_at),
        )  # fmt: skip


def _to_confirm(one: Delivery) -> str:
    kind = one.get_kind_display() if one.sort == Delivery.Sort.CONTACT else one.get_sort_display()
    return _("To confirm: %(length)s of %(kind)s") % {"length": hours(one.minutes), "kind": kind}


def _declared(one: Delivery, is_late: bool) -> str:
    by = _("declared by %(person)s") % {"person": one.declared_by} if one.declared_by else ""
    return " · ".join(part for part in (day(one.happened_at), by, _("still waits") if is_late else "") if part)


def _statements(week: Week) -> Iterable[Line]:
    rows = Statement.objects.filter(
        journey__programme__organisation=week.organisation, journey__archived_at=None,
        journey__holder__user__in=week.people, state=Statement.State.TO_SIGN,
    )  # fmt: skip
    for one in rows.annotate(reader=F("journey__holder__user")).order_by("starts_on", "pk"):
        url = reverse("journeys:statement_detail", args=[one.pk])
        yield Line(
            one.reader, Part.OWED, f"statement:{one.pk}", partial(_said, statement_todo, one, "title"), url,
            partial(_said, statement_todo, one, "note"), thing=(one, one.ends_on),
        )  # fmt: skip


def _said(todo: Callable[[Any], Any], row: Any, what: str) -> str:
    """As her home says it."""
    return str(getattr(todo(row), what))


def _commitments(week: Week) -> Iterable[Line]:
    """What she promised, due this week or late; and what those she accompanies have due, or late since last week."""
    rows = Commitment.objects.open().filter(
        _live(week), journey__state=Journey.State.ACTIVE, due_on__lte=week.last_on, owner__is_active=True
    )
    found = list(rows.select_related("journey__holder__user", "owner").order_by("due_on", "pk"))
    beside = _beside(week, {one.journey_id for one in found})
    for one in found:
        due = one.due_on or week.last_on  # all of these have a day
        is_late, url = due < week.first_on, reverse("journeys:commitment_detail", args=[one.pk])
        note = partial(_was_due if is_late else _is_due, due)
        stage, thing = LATE if is_late else str(due), (one, due)
        subject = f"commitment:{one.pk}"
        yield Line(one.owner_id, Part.OWED, subject, partial(str, one.text), url, note, stage, due, thing)
        for reader in beside.get(one.journey_id, ()):
            is_recent = due >= week.first_on - WEEK
            if one.owner_id == one.journey.holder.user_id != reader and is_recent:
                there = reverse("journeys:journey_detail", args=[one.journey_id])
                words = partial(_of_person, one.journey, one.text)
                yield Line(reader, Part.BESIDE, subject, words, there, note, stage, due)


def _sent_back(week: Week) -> Iterable[Line]:
    """The latest proposal of each step still open, where it was sent back."""
    rows = MilestoneProposal.objects.filter(
        _live(week, "step__journey__"), step__journey__holder__user__in=week.people, step__state__in=OPEN_STEPS
    )
    found = rows.annotate(reader=F(HOLDER)).select_related("step")
    latest = {one.step_id: one for one in found.order_by("created_at", "pk")}
    for one in latest.values():
        if one.state == MilestoneProposal.State.SENT_BACK:
            yield Line(
                one.reader, Part.OWED, f"proposal:{one.pk}", partial(_said, sent_back_todo, one, "title"),
                reverse("journeys:milestone_propose", args=[one.step_id]), partial(str, one.answer),
                thing=(one, one.decided_at or one.created_at),
            )  # fmt: skip


# --- What is new ---------------------------------------------------------------------------------------
def _reached(week: Week) -> Iterable[Line]:
    """Milestones that somebody else recorded as reached within the week behind; of one proposed a letter tells."""
    rows = Milestone.objects.filter(
        _live(week, "step__journey__"), step__journey__holder__user__in=week.people,
        created_at__gt=week.now - WEEK, step__carried_from=None,
    ).exclude(Q(recorded_by=F(HOLDER)) | Q(step__proposals__state=MilestoneProposal.State.ACCEPTED))  # fmt: skip
    found = rows.annotate(reader=F(HOLDER)).select_related("step")
    for one in found.order_by("created_at", "pk"):
        yield Line(
            one.reader, Part.NEWS, f"reached:{one.step_id}", partial(_reached_step, one.step),
            reverse("journeys:journey_detail", args=[one.step.journey_id]), partial(day, one.reached_on),
        )  # fmt: skip


def _reached_step(step: Step) -> str:
    return _("Milestone reached: %(step)s") % {"step": step.title}


def _changed(week: Week) -> Iterable[Line]:
    """Her plan was changed by somebody else within the week behind: one line a journey, for the latest change."""
    rows = PlanChange.objects.filter(
        _live(week), journey__holder__user__in=week.people, created_at__gt=week.now - WEEK, undone_at=None,
        by__isnull=False,
    ).exclude(by=F("journey__holder__user"))  # fmt: skip
    found = rows.annotate(reader=F("journey__holder__user")).defer("before", "after").select_related("by")
    for one in {one.journey_id: one for one in found.order_by("created_at", "pk")}.values():
        url = reverse("journeys:journey_detail", args=[one.journey_id])
        yield Line(one.reader, Part.NEWS, f"plan:{one.pk}", _plan, url, partial(_changed_by, one))


def _plan() -> str:
    return _("The plan of your journey was changed")


def _changed_by(one: PlanChange) -> str:
    return _("by %(person)s, %(day)s") % {"person": one.by, "day": day(timezone.localdate(one.created_at))}


# --- Those she accompanies -----------------------------------------------------------------------------
def _beside(week: Week, journeys: Iterable[int]) -> dict[int, list[int]]:
    """{journey: who of these readers is its mentor or referent now}; one query."""
    rows = Companion.objects.current().filter(journey__in=list(journeys), user__in=week.people, role__in=ACTING)
    found: dict[int, list[int]] = {}
    for journey, user in rows.order_by("pk").values_list("journey", "user").distinct():
        if user not in found.setdefault(journey, []):
            found[journey].append(user)
    return found


def _proposals(week: Week) -> Iterable[Line]:
    """Milestones that holders say they have reached: for whoever, mentor or referent, is to answer."""
    rows = MilestoneProposal.objects.filter(_live(week, "step__journey__"), state=MilestoneProposal.State.PROPOSED)
    found = list(rows.select_related("step__journey__holder__user").order_by("created_at", "pk"))
    beside = _beside(week, {one.step.journey_id for one in found})
    for one in found:
        journey = one.step.journey
        stage = LATE if one.created_at < clock.now() - WEEK else ""
        for reader in beside.get(journey.pk, ()):
            if reader != journey.holder.user_id:
                yield Line(
                    reader, Part.OWED, f"proposal:{one.pk}", partial(_to_answer, one),
                    reverse("journeys:proposal_detail", args=[one.pk]),
                    partial(_still, journey.holder, bool(stage)), stage,
                    thing=(one, one.created_at),
                )  # fmt: skip


def _still(words: object, is_late: bool) -> str:
    return f"{words} · {_('still waits')}" if is_late else str(words)


def _to_answer(one: MilestoneProposal) -> str:
    return _("To answer: “%(step)s” is said to be reached") % {"step": one.step.title}
