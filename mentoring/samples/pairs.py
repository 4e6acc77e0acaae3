"""Letters about a pair: proposed, made, half-way, ended."""

from typing import Any

from django.utils.translation import gettext_lazy

from backend.mail.gallery import Cast, sample
from journeys.models import Journey
from mentoring.models import Mentorship
from mentoring.samples import rows

AGAIN = {"again": gettext_lazy("once more, a week later")}


def _about(cast: Cast, pair: Mentorship, **more: Any) -> dict[str, Any]:
    return {
        "pair": pair, "journey": pair.journey, "mentor": pair.mentor, "holder": cast.holder, "link": cast.link("pair"),
        **more,
    }  # fmt: skip


@sample("mentoring/letters/welcome_mentor", to="mentor", when=gettext_lazy("When somebody becomes a mentor."))
def welcome_mentor(cast: Cast, face: str) -> dict[str, Any]:
    return {"mentor": rows.mentor(cast)}


@sample(
    "mentoring/letters/pair_proposed_holder",
    to="holder",
    when=gettext_lazy("When a pair is proposed, and once more a week later."),
    faces=AGAIN,
)
def pair_proposed_holder(cast: Cast, face: str) -> dict[str, Any]:
    return _about(cast, rows.pair(cast), other=cast.mentor, is_again=bool(face))


@sample(
    "mentoring/letters/pair_proposed_mentor",
    to="mentor",
    when=gettext_lazy("When a pair is proposed, and once more a week later."),
    faces=AGAIN,
)
def pair_proposed_mentor(cast: Cast, face: str) -> dict[str, Any]:
    return _about(cast, rows.pair(cast), other=cast.holder, is_again=bool(face))


@sample(
    "mentoring/letters/pair_agreed",
    to="holder mentor",
    when=gettext_lazy("When both have accepted a pair that begins on a later day."),
)
def pair_agreed(cast: Cast, face: str) -> dict[str, Any]:
    return _about(cast, rows.pair(cast), other=cast.mentor)


@sample(
    "mentoring/letters/pair_declined",
    to="lead",
    when=gettext_lazy("When one of the two declines a pair: to the lead who proposed it."),
)
def pair_declined(cast: Cast, face: str) -> dict[str, Any]:
    return _about(cast, rows.pair(cast), who=cast.mentor)


@sample(
    "mentoring/letters/pair_not_made",
    to="holder mentor",
    when=gettext_lazy("When a pair that was proposed is not made: to whoever had not declined."),
)
def pair_not_made(cast: Cast, face: str) -> dict[str, Any]:
    return _about(cast, rows.pair(cast), other=cast.mentor)


@sample("mentoring/letters/pair_made_holder", to="holder", when=gettext_lazy("The day a pair begins."))
def pair_made_holder(cast: Cast, face: str) -> dict[str, Any]:
    return _about(cast, rows.pair(cast), other=cast.mentor)


@sample("mentoring/letters/pair_made_mentor", to="mentor", when=gettext_lazy("The day a pair begins."))
def pair_made_mentor(cast: Cast, face: str) -> dict[str, Any]:
    return _about(cast, rows.pair(cast), other=cast.holder)


@sample("mentoring/letters/pair_review", to="holder mentor", when=gettext_lazy("Half-way through a pair."))
def pair_review(cast: Cast, face: str) -> dict[str, Any]:
    return _about(cast, rows.pair(cast), other=cast.mentor)


@sample(
    "mentoring/letters/pair_ended_holder",
    to="holder",
    when=gettext_lazy("When a pair ends."),
    faces={"live": gettext_lazy("the journey goes on"), "unasked": gettext_lazy("without a last word")},
)
def pair_ended_holder(cast: Cast, face: str) -> dict[str, Any]:
    pair = rows.pair(cast)
    pair.journey.state = Journey.State.ACTIVE if face == "live" else Journey.State.COMPLETED
    pair.end_reason = Mentorship.EndReason.OTHER if face == "live" else Mentorship.EndReason.COMPLETED
    context = _about(cast, pair, other=cast.mentor)
    return {**context, "link": ""} if face == "unasked" else context


@sample("mentoring/letters/pair_ended_mentor", to="mentor", when=gettext_lazy("When a pair ends."))
def pair_ended_mentor(cast: Cast, face: str) -> dict[str, Any]:
    return _about(cast, rows.pair(cast), other=cast.holder)
