"""What journeys put in people's calendars besides the invites."""

from collections.abc import Iterator
from datetime import date

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.db.models import OuterRef, Subquery
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from backend.accounts.models import User
from backend.calendars.ics import Day
from backend.calendars.queries import Kind, day_uid
from backend.history.models import Entry
from journeys.models import Enrolment, Immersion, Journey, Step
from journeys.queries.sets import OPEN_STEPS

READ_ONLY = ("reveal_contacts", "message_holder")
"""Verbs of the history of a journey after which its plan is as it was."""


def milestone_days(user: User, start: date, end: date) -> Iterator[Day]:
    """Until when her own milestones are due, while she is on the way. One query.

    A step does not keep when it was changed; the history of it and of its journey does.
    """
    kinds = ContentType.objects.get_for_models(Step, Journey)
    of_step = Entry.objects.filter(about_type=kinds[Step], about_id=OuterRef("pk"))
    of_journey = Entry.objects.filter(about_type=kinds[Journey], about_id=OuterRef("journey")).exclude(
        verb__in=READ_ONLY
    )
    steps = Step.objects.filter(
        journey__holder__user=user, journey__state=Journey.State.ACTIVE, kind="milestone", state__in=OPEN_STEPS,
        due_on__range=(start, end),
    )  # fmt: skip
    for step in steps.order_by("due_on", "pk").annotate(
        step_changed=Subquery(of_step.order_by("-at").values("at")[:1]),
        plan_changed=Subquery(of_journey.order_by("-at").values("at")[:1]),
    ):
        changed = [at for at in (step.created_at, step.step_changed, step.plan_changed) if at]
        yield Day(
            uid=day_uid(step, step.created_at),
            dtstamp=max(changed),
            on=step.due_on,
            summary=_("Due: %(step)s") % {"step": step.title},
            url=settings.SITE_URL + reverse("journeys:journey_detail", args=[step.journey_id]),
        )


KINDS = [
    Kind("modules", gettext_lazy("Modules"), about=(Enrolment._meta.label_lower,), rank=2),
    Kind("immersions", gettext_lazy("Immersion days"), about=(Immersion._meta.label_lower,), rank=3),
    Kind("milestones", gettext_lazy("Milestones, on the day they are due"), rank=4, days=milestone_days),
]
