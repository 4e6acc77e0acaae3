"""Whom to ask what came of a journey, and when."""

from calendar import monthrange
from datetime import date, timedelta
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from backend.lib import clock
from backend.mail.models import LetterChoice
from journeys.models import FollowUp, Journey, Outcome

WINDOW_DAYS = 180
"""Whoever could not be asked on the day (a worker stopped, a late import) is asked later, but not half a year late."""
NOT_ASKED = (Journey.LeaveReason.BRIDGED, Journey.LeaveReason.GAVE_UP)
"""Who went on in another programme is asked after that one; who gave the project up is spared the question."""
LETTER_KIND = "surveys"
"""Whoever does without letters of this kind is not asked."""


def months_after(day: date, months: int) -> date:
    """So many months later; the 31st becomes the last day of a shorter month."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def ended_by(today: date, months: int) -> date:
    """The last day whose `months_after` has come."""
    found = months_after(today, -months)
    while months_after(found + timedelta(days=1), months) <= today:
        found += timedelta(days=1)
    return found


def follow_ups_due(months: int, today: date) -> QuerySet[Journey]:
    """Journeys whose holder is asked now about the end so many months ago, the oldest first.

    Not of somebody who may not sign in any more, who does without such letters or has said no; not once the project is
    known to have stopped; of somebody's journeys with one project only the last, once it has ended.
    """
    last = ended_by(today, months)
    rows = Journey.objects.filter(
        ended_on__range=(last - timedelta(days=WINDOW_DAYS), last), holder__user__is_active=True
    )
    return (
        rows.exclude(leave_reason__in=NOT_ASKED)
        .filter(~_asked(months), ~_refused(), ~_stopped(), ~_later(), ~_unwanted())
        .select_related("programme__organisation", "holder__user", "project")
        .order_by("ended_on", "pk")
    )


def _asked(months: int) -> Exists:
    return Exists(FollowUp.objects.filter(journey=OuterRef("pk"), months__gte=months))


def _refused() -> Exists:
    return Exists(FollowUp.objects.filter(journey=OuterRef("pk"), state=FollowUp.State.REFUSED))


def _stopped() -> Exists:
    stops: Any = Outcome.objects.standing().filter(kind=Outcome.Kind.ACTIVITY, code=Outcome.Activity.STOPPED)
    return Exists(stops.filter(journey__project=OuterRef("project")))


def _later() -> Exists:
    more = Journey.objects.filter(project=OuterRef("project"), holder=OuterRef("holder"))
    after = Q(ended_on=None) | Q(ended_on__gt=OuterRef("ended_on")) | Q(
        ended_on=OuterRef("ended_on"), pk__gt=OuterRef("pk")
    )  # fmt: skip
    return Exists(more.filter(after).exclude(state=Journey.State.DRAFT))


def _unwanted() -> Exists:
    return Exists(LetterChoice.objects.filter(user=OuterRef("holder__user"), kind=LETTER_KIND, is_wanted=False))


def asks_of_project(follow_up: FollowUp) -> bool:
    """Is she asked about jobs and funding too? Not where a team-mate has told them at the same moment already."""
    told = Outcome.objects.standing().filter(
        kind__in=[Outcome.Kind.JOBS, Outcome.Kind.FUNDING], follow_up__months=follow_up.months,
        journey__project=follow_up.journey.project_id,
    )  # fmt: skip
    return not told.exclude(follow_up=follow_up).exists()


def told_since(follow_up: FollowUp) -> date:
    """From which day on jobs and funding are asked: what was told of the project before is not asked again."""
    told = Outcome.objects.standing().filter(
        kind__in=[Outcome.Kind.JOBS, Outcome.Kind.FUNDING], journey__project=follow_up.journey.project_id
    )
    last = told.exclude(follow_up=follow_up).order_by("-happened_on").values_list("happened_on", flat=True).first()
    return last or follow_up.journey.started_on


def known_of(follow_up: FollowUp) -> dict[str, Outcome]:
    """{kind: the standing line that this follow-up gave}, and the creation of the project, whoever has said it."""
    created = Outcome.objects.filter(kind=Outcome.Kind.CREATED, journey__project=follow_up.journey.project_id)
    rows = created | Outcome.objects.filter(follow_up=follow_up)
    return {one.kind: one for one in rows.standing().order_by("pk")}


def today_in_any_zone() -> date:
    """The latest day it is anywhere: the action refuses where it is not that day yet."""
    return clock.today("UTC") + timedelta(days=1)
