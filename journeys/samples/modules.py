"""Letters about dates of modules."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from backend.calendars.samples import invite_of, request_of
from backend.mail.gallery import Cast, sample
from journeys.samples import rows

MOVED, CALLED_OFF = gettext_lazy("moved"), gettext_lazy("called off")


@sample("journeys/letters/module_cancel", to="invited", when=gettext_lazy("When a date of a module is called off."))
def module_cancel(cast: Cast, face: str) -> dict[str, Any]:
    title = rows.module_date(cast).module.title
    return {
        "invite": invite_of(cast, title), "change": None, "by": cast.lead, "reason": _("Too few people are enrolled."),
    }  # fmt: skip


@sample(
    "journeys/letters/module_promoted",
    to="holder",
    when=gettext_lazy("When a seat becomes free for somebody on the waiting list."),
)
def module_promoted(cast: Cast, face: str) -> dict[str, Any]:
    return request_of(cast, rows.module_date(cast).module.title)


@sample(
    "journeys/letters/module_waiting",
    to="holder",
    when=gettext_lazy("When a date is moved or called off for which somebody is on the waiting list."),
    faces={"cancelled": CALLED_OFF, "removed": gettext_lazy("taken off the list")},
)
def module_waiting(cast: Cast, face: str) -> dict[str, Any]:
    date = rows.module_date(cast)
    return {
        "what": face or "moved", "reason": _("Too few people are enrolled.") if face else "", "date": date,
        "module": date.module, "url": cast.link("module"), "date_url": cast.link("date"),
    }  # fmt: skip


@sample(
    "journeys/letters/module_trainer",
    to="trainer",
    when=gettext_lazy("When a date of a module is moved or called off."),
    faces={"cancelled": CALLED_OFF},
)
def module_trainer(cast: Cast, face: str) -> dict[str, Any]:
    date = rows.module_date(cast)
    reason = _("Too few people are enrolled.") if face else ""
    return {"what": face or "moved", "reason": reason, "date": date, "module": date.module}


@sample(
    "journeys/letters/attendance_ask",
    to="trainer",
    when=gettext_lazy("At seven in the morning of a date of a module."),
)
def attendance_ask(cast: Cast, face: str) -> dict[str, Any]:
    date = rows.module_date(cast)
    return {
        "date": date, "module": date.module, "until": cast.at(20, 12), "count": 9, "link": cast.link("attendance"),
    }  # fmt: skip
