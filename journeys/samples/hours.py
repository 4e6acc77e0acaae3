"""Letters about hours, and about what was promised."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from backend.mail.gallery import Cast, sample
from journeys.models import DeliveryMessage, Statement
from journeys.queries.thread import Thread
from journeys.samples import rows


def _message(cast: Cast, minutes: int | None, **more: Any) -> DeliveryMessage:
    values = {"side": "holder", "by": cast.holder, "text": _("We stopped half an hour early."), "number": 1, **more}
    return DeliveryMessage(proposed_minutes=minutes, **values)


@sample(
    "journeys/letters/statement_prepared",
    to="holder",
    when=gettext_lazy("When a statement of hours is prepared."),
)
def statement_prepared(cast: Cast, face: str) -> dict[str, Any]:
    statement = Statement(pk=0, journey=rows.journey(cast), starts_on=cast.on(-90), ends_on=cast.on(-1))
    return {"statement": statement, "link": cast.link("statement")}


@sample(
    "journeys/letters/correction_word",
    to="holder mentor",
    when=gettext_lazy("When one side gives another figure for a line of hours."),
    faces={"nothing": gettext_lazy("it did not take place"), "words": gettext_lazy("without a figure")},
)
def correction_word(cast: Cast, face: str) -> dict[str, Any]:
    said = {"": 60, "nothing": 0, "words": None}[face]
    return {
        "delivery": rows.delivery(cast), "message": _message(cast, said), "person": cast.mentor,
        "link": cast.link("hours"),
    }  # fmt: skip


@sample(
    "journeys/letters/correction_over",
    to="holder mentor",
    when=gettext_lazy("When both agree on a line of hours, or a lead settles it."),
    faces={"settled": gettext_lazy("settled by a lead"), "nothing": gettext_lazy("it did not take place")},
)
def correction_over(cast: Cast, face: str) -> dict[str, Any]:
    return {
        "delivery": rows.delivery(cast, 60), "was": rows.delivery(cast), "minutes": 0 if face == "nothing" else 60,
        "person": cast.lead if face else cast.mentor, "link": cast.link("hours"),
        "reason": _("The room was booked for one hour.") if face == "settled" else "",
    }  # fmt: skip


@sample(
    "journeys/letters/settle_asked",
    to="follower",
    when=gettext_lazy("When two rounds of words, or ten silent days, have settled nothing."),
)
def settle_asked(cast: Cast, face: str) -> dict[str, Any]:
    words = [
        _message(cast, 60),
        _message(cast, 90, side="other", by=cast.mentor, number=2, text=_("I remember the whole time.")),
    ]
    delivery = rows.delivery(cast)
    return {
        "delivery": delivery, "holder": delivery.journey.holder, "thread": Thread(delivery, words, "holder"),
        "link": cast.link("hours"),
    }  # fmt: skip


@sample(
    "journeys/letters/confirm_again",
    to="holder",
    when=gettext_lazy("When a lead corrects a line of hours."),
)
def confirm_again(cast: Cast, face: str) -> dict[str, Any]:
    was = rows.delivery(cast, void_reason=_("The room was booked for one hour."))
    return {"delivery": rows.delivery(cast, 60), "was": was, "link": cast.link("hours")}


@sample(
    "journeys/letters/hours_waiting",
    to="holder",
    when=gettext_lazy("Once, when hours have waited two days for a yes."),
    faces={"two": gettext_lazy("two journeys")},
)
def hours_waiting(cast: Cast, face: str) -> dict[str, Any]:
    lines = [(rows.delivery(cast), cast.link("hours")), (rows.delivery(cast, 120), cast.link("more-hours"))]
    groups = [(rows.journey(cast), lines)]
    if face:
        groups.append((rows.journey(cast, name=_("Sample workshop")), [(rows.delivery(cast, 45), cast.link("other"))]))
    return {"groups": groups, "total": sum(line.minutes for _journey, found in groups for line, _link in found)}


@sample(
    "journeys/letters/commitments_due",
    to="holder mentor",
    when=gettext_lazy("In the morning, when something promised is due today or tomorrow."),
    faces={"late": gettext_lazy("with something late")},
)
def commitments_due(cast: Cast, face: str) -> dict[str, Any]:
    late = [rows.commitment(cast, _("Visit two premises"), -4)] if face else []
    return {
        "due": [rows.commitment(cast, _("Call three customers"), 1)], "late": late, "owner": cast.holder,
        "link": cast.link("promises"),
    }  # fmt: skip
