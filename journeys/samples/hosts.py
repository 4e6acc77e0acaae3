"""Letters that look for a host company."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from backend.mail.gallery import Cast, sample
from journeys.models import HostAsk, Offer
from journeys.samples import rows


def _ask(cast: Cast, state: str, **more: Any) -> dict[str, Any]:
    company, step = rows.company(cast), rows.step(cast)
    offer = Offer(pk=0, company=company, title=_("Two days in the workshop"))
    answer = {
        "accepted": _("With pleasure, any week but the first of the month."),
        "declined": _("We are moving this month."),
    }.get(state, "")
    ask = HostAsk(
        pk=0, company=company, offer=offer, step=step, state=state, answer=answer,
        message=_("I would like to see how bread is made and sold in one place."),
    )  # fmt: skip
    return {
        "ask": ask, "holder": str(step.journey.holder), "company": company.name, "offer": offer,
        "project": step.journey.project, "link": cast.link("stay"), "until": cast.at(30, 12), **more,
    }  # fmt: skip


@sample(
    "journeys/letters/host_ask", to="company", when=gettext_lazy("When a team takes a wish for a stay to a company.")
)
def host_ask(cast: Cast, face: str) -> dict[str, Any]:
    return _ask(cast, "sent")


@sample(
    "journeys/letters/host_ask_withdrawn",
    to="company",
    when=gettext_lazy("When a stay that was asked for is no longer wished."),
)
def host_ask_withdrawn(cast: Cast, face: str) -> dict[str, Any]:
    return _ask(cast, "withdrawn")


@sample(
    "journeys/letters/host_ask_answer",
    to="holder",
    when=gettext_lazy("When a company answers."),
    faces={"declined": gettext_lazy("it can’t")},
)
def host_ask_answer(cast: Cast, face: str) -> dict[str, Any]:
    return _ask(cast, face or "accepted")


@sample(
    "journeys/letters/host_ask_team",
    to="follower",
    when=gettext_lazy("When a holder wishes for a stay, the company answers, or ten working days pass."),
    faces={
        "accepted": gettext_lazy("the company says yes"),
        "declined": gettext_lazy("it can’t"),
        "unanswered": gettext_lazy("no answer"),
    },
)
def host_ask_team(cast: Cast, face: str) -> dict[str, Any]:
    return _ask(cast, face or "wished")
