"""Letters during a stay and after it."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from backend.mail.gallery import PLAYED, Cast, sample
from journeys.models import Assessment, CheckIn, Immersion
from journeys.samples import rows

Side = Assessment.Side
TO_TUTOR = gettext_lazy("to the tutor")


def _context(cast: Cast, **more: Any) -> dict[str, Any]:
    stay = rows.immersion(
        cast, state=Immersion.State.IN_PROGRESS, starts_on=cast.on(-2), ends_on=cast.on(2), last_day_on=cast.on(1),
        closing_reason=_("The workshop is closed for repairs."),
    )  # fmt: skip
    return {
        "immersion": stay, "holder": stay.step.journey.holder, "company": stay.company, "page": cast.link("stay"),
        "link": cast.link("say"), **more,
    }  # fmt: skip


def _to(face: str) -> dict[str, Any]:
    return {PLAYED: "tutor"} if face == "tutor" else {}


@sample(
    "journeys/letters/check_in_ask",
    to="holder tutor",
    when=gettext_lazy("Half-way through a stay of three days or more."),
    faces={"tutor": TO_TUTOR},
)
def check_in_ask(cast: Cast, face: str) -> dict[str, Any]:
    return {**_context(cast, is_holder=not face, is_again=False), **_to(face)}


@sample(
    "journeys/letters/check_in_wrong",
    to="follower",
    when=gettext_lazy("At once, when one side says half-way that something is wrong."),
)
def check_in_wrong(cast: Cast, face: str) -> dict[str, Any]:
    words = _("There is little to see this week: the oven is out of order.")
    return _context(cast, check_in=CheckIn(side=Side.HOLDER, words=words, answered_at=cast.now))


@sample(
    "journeys/letters/assessment_ask",
    to="holder tutor",
    when=gettext_lazy("The day before the last of a stay, then 3 and 10 days after it."),
    faces={"tutor": TO_TUTOR, "again": gettext_lazy("once more")},
)
def assessment_ask(cast: Cast, face: str) -> dict[str, Any]:
    return {**_context(cast, is_holder=face != "tutor", is_again=face == "again"), **_to(face)}


def _assessment(cast: Cast, side: str) -> Assessment:
    return Assessment(
        side=side, outcome=Immersion.Outcome.COMPLETED, reached=3, answered_at=cast.now,
        learned=_("How an early morning is organised, and what a loaf costs."), words=_("A warm welcome."),
    )  # fmt: skip


@sample(
    "journeys/letters/assessment_in",
    to="follower",
    when=gettext_lazy("Once, when the first of the two has said how a stay went."),
)
def assessment_in(cast: Cast, face: str) -> dict[str, Any]:
    return _context(cast, assessment=_assessment(cast, Side.HOLDER))


@sample(
    "journeys/letters/assessment_other",
    to="holder tutor",
    when=gettext_lazy("When both have said how a stay went: to the one who said it first."),
    faces={"tutor": TO_TUTOR},
)
def assessment_other(cast: Cast, face: str) -> dict[str, Any]:
    side = Side.HOLDER if face else Side.TUTOR
    return {**_context(cast, other=_assessment(cast, side), is_holder=not face), **_to(face)}


@sample(
    "journeys/letters/stay_ended",
    to="holder company tutor",
    when=gettext_lazy("When a stay ends early."),
)
def stay_ended(cast: Cast, face: str) -> dict[str, Any]:
    return _context(cast, **rows.days(cast))


@sample(
    "journeys/letters/stay_cancelled",
    to="holder company tutor",
    when=gettext_lazy("When a stay is cancelled after it was validated."),
    faces={"begun": gettext_lazy("it had begun")},
)
def stay_cancelled(cast: Cast, face: str) -> dict[str, Any]:
    return _context(cast, has_begun=bool(face), **(rows.days(cast) if face else {"invite": None}))
