"""What a change of state would do, said before it is done: how far a pause shifts, what an end leaves open."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from backend.accounts.models import User
from backend.lib import clock
from backend.web.reading import hours
from journeys import signals
from journeys.models import Delivery, Extension, Immersion, Journey, MilestoneProposal, Statement, Step
from journeys.queries.bridges import crossings
from journeys.queries.extensions import extensions_of
from journeys.queries.home import Dated, upcoming
from journeys.queries.journeys import missing_steps, steps_of
from journeys.queries.ledger import ledger
from journeys.queries.links import Act
from journeys.queries.sets import OPEN_STEPS

USUAL_PAUSE = timedelta(days=30)
MOST_DATES = 20


@dataclass(frozen=True)
class Shift:
    """What a pause until `review_on` moves, and the dated things that stay where they are."""

    review_on: date
    days: int
    steps: int
    end_was: date
    end_becomes: date
    stays: list[Dated]

    @property
    def until(self) -> list[Dated]:
        """Those that fall within the pause: she decides what becomes of them."""
        return [one for one in self.stays if one.on < self.review_on]


def shift_of_pause(journey: Journey, review_on: date | None) -> Shift | None:
    """Nothing for a day that cannot be chosen."""
    today = clock.today()
    if review_on is None or not today < review_on <= today + timedelta(days=365):
        return None
    days = review_on - today
    return Shift(
        review_on=review_on,
        days=days.days,
        steps=journey.steps.filter(state__in=OPEN_STEPS).count(),
        end_was=journey.planned_end_on,
        end_becomes=journey.planned_end_on + days,
        stays=upcoming(journey, limit=MOST_DATES),
    )


@dataclass(frozen=True)
class Rest:
    """How long a paused journey has rested, against what was expected when it was paused."""

    days: int
    correction: int
    review_on: date | None

    @property
    def is_to_review(self) -> bool:
        return self.review_on is not None and self.review_on <= clock.today()

    @property
    def words(self) -> str:
        """What resuming today does to the dates."""
        rested = ngettext("It has rested %(count)d day.", "It has rested %(count)d days.", self.days)
        if not self.days:
            rested = _("It rests since today.")
        days = abs(self.correction)
        if self.review_on is None:
            move = ngettext("Open steps move by %(count)d day.", "Open steps move by %(count)d days.", days)
        elif self.correction < 0:
            move = ngettext(
                "Open steps and the planned end come back by %(count)d day, since it rests less than was expected.",
                "Open steps and the planned end come back by %(count)d days, since it rests less than was expected.",
                days,
            )
        elif self.correction > 0:
            move = ngettext(
                "Open steps and the planned end move %(count)d day further than was expected.",
                "Open steps and the planned end move %(count)d days further than was expected.",
                days,
            )
        else:
            move = _("Dates stay as they were moved when the pause began.")
        return f"{rested % {'count': self.days}} {move % {'count': days}}"


def rest_of(journey: Journey) -> Rest:
    """As of today."""
    today = clock.today()
    since = journey.paused_on or today
    rested = max(0, (today - since).days)
    expected = (journey.review_on - since).days if journey.review_on else 0
    return Rest(rested, rested - expected, journey.review_on)


def standing_of(journey: Journey, user: User) -> dict[str, Any]:
    """What the page of a journey says of its pause, of more time asked, and of its bridges."""
    extensions = extensions_of(journey, user)
    return {
        "rest": rest_of(journey) if journey.state == Journey.State.PAUSED else None,
        "extensions": extensions,
        "extension_waits": any(line.extension.state == Extension.State.ASKED for line in extensions),
        "crossings": crossings(journey, user),
    }


@dataclass(frozen=True)
class EndingCheck:
    """What is missing before a journey is completed: `blocks` must be settled first, `warnings` need not."""

    blocks: list[Step]
    warnings: list[Act]


def ending_check(journey: Journey, user: User) -> EndingCheck:
    """Required steps still open; then hours, sessions, milestones, stays and statements left in the air."""
    steps = steps_of(journey)
    warnings = [*_hours_left(journey), *_above(journey, user), *_papers_left(journey), *_optional_left(steps)]
    return EndingCheck(missing_steps(steps), warnings)


def _hours_left(journey: Journey) -> list[Act]:
    found = ledger(Delivery.objects.filter(journey=journey))
    url = reverse("journeys:journey_ledger", args=[journey.pk])
    rows = journey.deliveries.filter(sort=Delivery.Sort.CONTACT)
    disputed = rows.filter(state=Delivery.State.DISPUTED).count()
    declared = found.unsure
    acts = []
    if disputed:
        words = ngettext("%(count)d line of hours is disputed", "%(count)d lines of hours are disputed", disputed)
        acts.append(Act(words % {"count": disputed}, url, "exclamation-triangle"))
    if declared:
        acts.append(Act(_("%(length)s not confirmed") % {"length": hours(declared)}, url, "clock"))
    return acts


def _above(journey: Journey, user: User) -> list[Act]:
    answers: list[tuple[Any, Any]] = signals.loose_ends_asked.send(Journey, journey=journey, user=user)
    return [act for _receiver, acts in answers for act in acts or []]


def _papers_left(journey: Journey) -> list[Act]:
    page = reverse("journeys:journey_detail", args=[journey.pk])
    found = []
    proposed = MilestoneProposal.objects.filter(step__journey=journey, state=MilestoneProposal.State.PROPOSED).count()
    if proposed:
        words = ngettext(
            "%(count)d milestone proposed, to decide", "%(count)d milestones proposed, to decide", proposed
        )
        found.append(Act(words % {"count": proposed}, f"{page}#steps", "flag"))
    unsigned = journey.statements.filter(state=Statement.State.TO_SIGN).count()
    if unsigned:
        words = ngettext("%(count)d statement of hours to sign", "%(count)d statements of hours to sign", unsigned)
        found.append(Act(words % {"count": unsigned}, reverse("journeys:journey_ledger", args=[journey.pk]), "pencil"))
    stays = Immersion.objects.filter(step__journey=journey, state=Immersion.State.IN_PROGRESS)
    for stay in stays.select_related("company").order_by("pk"):
        url = reverse("journeys:immersion_detail", args=[stay.pk])
        words = _("the stay at %(company)s is still under way") % {"company": stay.company}
        found.append(Act(words, url, "building-storefront"))
    return found


def _optional_left(steps: Iterable[Step]) -> list[Act]:
    count = sum(1 for step in steps if step.is_open and not step.is_required)
    words = ngettext("%(count)d optional step stays open", "%(count)d optional steps stay open", count)
    return [Act(words % {"count": count}, "", "minus")] if count else []
