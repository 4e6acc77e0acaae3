"""What journeys put in people's calendars besides the invites."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.db.models import Count, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from backend.accounts.models import Organisation, User
from backend.calendars.ics import Day
from backend.calendars.near import Coming
from backend.calendars.queries import Kind, called_off, day_uid
from backend.history.models import Entry
from journeys.models import Enrolment, Immersion, Journey, MilestoneProposal, PlanChange, Step
from journeys.queries.sets import OPEN_STEPS

READ_ONLY = ("reveal_contacts", "message_holder")
"""Verbs of the history of a journey after which its plan is as it was."""


def milestone_days(user: User, start: date, end: date) -> Iterator[Day]:
    """Until when her own milestones are due; those reached stay on the day they were, those due no more are off.

    One query. A step does not keep when it was changed; the history of it and of its journey does, and so do the
    changes of its plan, which move what follows a step: the newest is its stamp, how many there are its SEQUENCE.
    """
    kinds = ContentType.objects.get_for_models(Step, Journey)
    of_step = Entry.objects.filter(about_type=kinds[Step], about_id=OuterRef("pk"))
    of_journey = Entry.objects.filter(about_type=kinds[Journey], about_id=OuterRef("journey")).exclude(
        verb__in=READ_ONLY
    )
    of_plan = PlanChange.objects.filter(journey=OuterRef("journey")).order_by("-created_at")
    steps = Step.objects.filter(
        Q(due_on__range=(start, end)) | Q(milestone__reached_on__range=(start, end)),
        journey__holder__user=user, kind="milestone", carried_from=None,
    ).exclude(journey__state=Journey.State.DRAFT)  # fmt: skip
    for step in steps.order_by("due_on", "pk").select_related("milestone", "journey").annotate(
        step_changed=of_step.last_at(), step_changes=of_step.number(),
        journey_changed=of_journey.last_at(), journey_changes=of_journey.number(),
        plan_changed=Subquery(of_plan.values("created_at")[:1]), plan_changes=_number(of_plan),
    ):  # fmt: skip
        day = _day(step)
        if day and start <= day.on <= end:
            yield day


def _number(changes: QuerySet[PlanChange]) -> Coalesce:
    return Coalesce(Subquery(changes.order_by().values("journey").annotate(n=Count("pk")).values("n")), 0)


def _day(step: Any) -> Day | None:
    """Of a milestone with what its history says; None without a day."""
    reached = getattr(step, "milestone", None) if step.state == Step.State.DONE else None
    on = reached.reached_on if reached else step.due_on
    if on is None:
        return None
    changed = (step.step_changed, step.journey_changed, step.plan_changed)
    moments = (step.created_at, *changed, reached and reached.created_at)
    title = _("Due: %(step)s") % {"step": step.title}
    is_done = step.state == Step.State.DONE
    is_off = not is_done and (step.state not in OPEN_STEPS or step.journey.state != Journey.State.ACTIVE)
    return Day(
        uid=day_uid(step, step.created_at),
        dtstamp=max(at for at in moments if at),
        on=on,
        summary=f"✓ {step.title}" if is_done else called_off(title) if is_off else title,
        url=settings.SITE_URL + reverse("journeys:journey_detail", args=[step.journey_id]),
        sequence=step.step_changes + step.journey_changes + step.plan_changes + is_done,
        is_off=is_off,
    )


def milestones_near(
    start: date, end: date, user: User | None = None, organisation: Organisation | None = None
) -> Iterator[Coming]:
    """Everybody’s milestones (or hers, or those of one organisation) due from one day to the other, while their holder
    is on the way and has not said that they are reached. One query."""
    proposed = MilestoneProposal.objects.filter(state=MilestoneProposal.State.PROPOSED)
    steps = Step.objects.filter(
        journey__state=Journey.State.ACTIVE, journey__holder__user__is_active=True, kind="milestone",
        state__in=OPEN_STEPS, due_on__range=(start, end),
    ).exclude(pk__in=proposed.order_by().values("step"))  # fmt: skip
    hers = steps.filter(journey__holder__user=user) if user else steps
    if organisation:
        hers = hers.filter(journey__programme__organisation=organisation)
    for step in hers.select_related("journey__holder__user", "journey__programme__organisation").order_by("pk"):
        assert step.due_on is not None
        yield Coming(
            "milestones", step, step.due_on, step.journey.programme.organisation, step.journey.holder.user,
            title=step.title, url=settings.SITE_URL + reverse("journeys:journey_detail", args=[step.journey_id]),
        )  # fmt: skip


KINDS = [
    Kind("modules", gettext_lazy("Modules"), about=(Enrolment._meta.label_lower,), rank=2),
    Kind("immersions", gettext_lazy("Immersion days"), about=(Immersion._meta.label_lower,), rank=3),
    Kind("milestones", gettext_lazy("Milestones, on the day they are due"), rank=4, days=milestone_days),
]
