"""Letters about what came of a journey."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from backend.mail.gallery import Cast, sample
from journeys.models import FollowUp
from journeys.samples import rows


@sample(
    "journeys/letters/follow_up",
    to="holder",
    when=gettext_lazy("6, 12 and 36 months after the end of a journey."),
    faces={"last": gettext_lazy("for the last time")},
)
def follow_up(cast: Cast, face: str) -> dict[str, Any]:
    months = FollowUp.MONTHS[-1 if face == "last" else 0]
    return {
        "project": rows.project(cast).name, "programme": rows.programme(cast).title, "months": months,
        "is_last": face == "last", "until": cast.at(90, 12), "link": cast.link("after"),
    }  # fmt: skip


@sample(
    "journeys/letters/cooperation_ask",
    to="company",
    when=gettext_lazy("When a project holder has confirmed a cooperation, to the other side."),
)
def cooperation_ask(cast: Cast, face: str) -> dict[str, Any]:
    return {
        "holder": str(cast.holder), "project": _("Sample grocery"), "since": cast.on(-40), "until": cast.at(90, 12),
        "link": cast.link("cooperation"),
    }  # fmt: skip
