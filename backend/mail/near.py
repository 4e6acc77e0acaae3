"""The dates that people are reminded of: 7 days before, the day before, both or not at all. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

WEEK, DAY = "week", "day"
MOMENTS = [(WEEK, _("7 days before")), (DAY, _("The day before"))]
CHOICES = [
    ("", _("As each organisation chose")),
    (DAY, _("The day before only")),
    (WEEK, _("7 days before only")),
    ("both", _("7 days and the day before")),
]
"""What a person may choose for herself."""


@dataclass(frozen=True)
class Near:
    """A kind of dates. `usual`: when people are reminded of it unless their organisation says otherwise.

    `about`: whose invites these are, as `app.model`; "" when no invite says them.
    """

    code: str
    label: Promise
    usual: frozenset[str]
    about: str = ""


# A pair that meets at a steady pace knows the week; what comes once has to be prepared: a way, a day off.
NEAR = (
    Near("sessions", _("Mentoring sessions"), frozenset({DAY}), "mentoring.session"),
    Near("gatherings", _("Group sessions"), frozenset({DAY}), "mentoring.gathering"),
    Near("modules", _("Dates of modules"), frozenset({WEEK, DAY}), "journeys.enrolment"),
    Near("immersions", _("First days of immersions"), frozenset({WEEK, DAY}), "journeys.immersion"),
    Near("milestones", _("Due dates of milestones"), frozenset({WEEK})),
)
BY_ABOUT = {kind.about: kind for kind in NEAR if kind.about}


def moments_of(choice: str) -> frozenset[str]:
    """What one of `CHOICES` means; none for ""."""
    return frozenset({WEEK, DAY} if choice == "both" else {choice} - {""})


def known(moments: Iterable[str]) -> frozenset[str]:
    """Those of `MOMENTS` among these."""
    return frozenset(moments) & {WEEK, DAY}


def moment_of(when: date | datetime) -> datetime:
    """The moment by which a date is remembered; a day is its midnight in UTC, which compares and is never shown."""
    return when if isinstance(when, datetime) else datetime.combine(when, time(0), UTC)
