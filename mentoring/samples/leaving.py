"""Letters about a mentor who leaves."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from backend.mail.gallery import Cast, sample
from journeys.samples import rows as journeys
from mentoring.actions.leaving import Handed
from mentoring.actions.leaving_letters import Line
from mentoring.queries.leaving import Wish
from mentoring.samples import rows


def _handed(cast: Cast, face: str, holder: str = "holder") -> Handed:
    pair, after = rows.pair(cast, holder=holder), rows.pair(cast, "next", holder)
    moved = rows.session(cast)
    return Handed(
        pair=pair, new=after if face == "new" else None, asked=after if face == "asked" else None,
        ends=face == "ends", moved=[moved] if face == "new" else [],
        cancelled=[] if face == "new" else [moved],
        passed=[journeys.commitment(cast, _("Send the list of landlords"), 9, "mentor")],
    )  # fmt: skip


def _told(cast: Cast, face: str) -> dict[str, Any]:
    answer = cast.link("pair") if face == "asked" else ""
    line = Line(_handed(cast, face), answer, "" if face == "ends" else cast.link("past"))
    return {
        "mentor": rows.mentor(cast), "new": [line] if face == "new" else [], "asked": [line] if face == "asked" else [],
        "rest": [line] if face in ("rest", "ends") else [], "withdrawn": [],
    }  # fmt: skip


@sample(
    "mentoring/letters/wish_to_leave",
    to="lead",
    when=gettext_lazy("When a mentor says that they wish to stop."),
)
def wish_to_leave(cast: Cast, face: str) -> dict[str, Any]:
    words = _("I move to another city this summer.")
    return {"mentor": rows.mentor(cast), "wish": Wish(cast.on(60), words, cast.now)}


@sample("mentoring/letters/mentor_left", to="mentor", when=gettext_lazy("When a mentor leaves."))
def mentor_left(cast: Cast, face: str) -> dict[str, Any]:
    return {
        "mentor": rows.mentor(cast), "lines": [_handed(cast, "new"), _handed(cast, "asked", "other")],
        "withdrawn": [], "to_log": [(rows.session(cast, -2), cast.link("log"))], "link": cast.link("attestation"),
    }  # fmt: skip


@sample(
    "mentoring/letters/mentor_left_holder",
    to="holder",
    when=gettext_lazy("When one’s mentor leaves."),
    faces={
        "asked": gettext_lazy("somebody is proposed"),
        "rest": gettext_lazy("nobody follows yet"),
        "ends": gettext_lazy("the mentoring ends"),
    },
)
def mentor_left_holder(cast: Cast, face: str) -> dict[str, Any]:
    return _told(cast, face or "new")


@sample(
    "mentoring/letters/mentor_left_next",
    to="mentor",
    when=gettext_lazy("When a mentor leaves: to whoever follows, or is asked to."),
    faces={"asked": gettext_lazy("asked to follow")},
)
def mentor_left_next(cast: Cast, face: str) -> dict[str, Any]:
    return _told(cast, face or "new")
