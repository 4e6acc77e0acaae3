"""Letters about who is on a journey, its plan and its milestones."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from backend.mail.gallery import Cast, sample
from journeys.models import Carrier, Companion, Extension, Journey, MilestoneProposal
from journeys.samples import rows


def _companion(cast: Cast, **more: Any) -> dict[str, Any]:
    journey = rows.journey(cast)
    companion = Companion(pk=0, journey=journey, user=cast.guest, role=Companion.Role.ADVISER)
    return {"companion": companion, "journey": journey, "holder": journey.holder, **more}


@sample(
    "journeys/letters/companion_invited",
    to="companion",
    when=gettext_lazy("When somebody is invited to accompany a journey."),
)
def companion_invited(cast: Cast, face: str) -> dict[str, Any]:
    return _companion(cast, invited_by=cast.lead)


@sample(
    "journeys/letters/companion_ended",
    to="companion",
    when=gettext_lazy("When somebody no longer accompanies a journey, or it ends."),
    faces={"over": gettext_lazy("the journey has ended")},
)
def companion_ended(cast: Cast, face: str) -> dict[str, Any]:
    context = _companion(cast)
    context["journey"].state = Journey.State.COMPLETED if face else Journey.State.ACTIVE
    return context


@sample(
    "journeys/letters/project_joined",
    to="holder",
    when=gettext_lazy("When somebody is added to the team of a project."),
)
def project_joined(cast: Cast, face: str) -> dict[str, Any]:
    journey = rows.journey(cast)
    carrier = Carrier(project=journey.project, holder=journey.holder)
    return {"carrier": carrier, "project": journey.project, "journey": journey, "added_by": cast.lead}


@sample(
    "journeys/letters/board_message",
    to="holder",
    when=gettext_lazy("When a lead writes to people from the board."),
)
def board_message(cast: Cast, face: str) -> dict[str, Any]:
    return {
        "message_subject": _("We meet on Thursday"),
        "message_text": _("We meet on Thursday at six to get to know each other.\n\nBring a question if you have one."),
        "sender": cast.lead,
    }


def _extension(cast: Cast, state: str, decision: str = "") -> dict[str, Any]:
    journey = rows.journey(cast)
    extension = Extension(
        pk=0, journey=journey, asked_by=cast.holder, until_on=cast.on(240), state=state, decision=decision,
        reason=_("The premises open later than planned."),
    )  # fmt: skip
    return {"extension": extension, "journey": journey, "holder": journey.holder.user}


@sample("journeys/letters/extension_asked", to="follower", when=gettext_lazy("When a holder asks for more time."))
def extension_asked(cast: Cast, face: str) -> dict[str, Any]:
    return _extension(cast, "asked")


@sample(
    "journeys/letters/extension_decided",
    to="holder",
    when=gettext_lazy("When it is decided whether more time is given."),
    faces={"refused": gettext_lazy("not granted")},
)
def extension_decided(cast: Cast, face: str) -> dict[str, Any]:
    if face:
        return _extension(cast, "refused", _("The programme ends in June for everybody."))
    return _extension(cast, "granted", _("The opening is worth the wait."))


def _proposal(cast: Cast, **more: Any) -> dict[str, Any]:
    step = rows.step(cast)
    proposal = MilestoneProposal(
        pk=0, step=step, proposed_by=cast.holder, reached_on=cast.on(-1),
        evidence=_("The plan was read and approved by the bank."), answer=_("The figures of the second year."),
    )  # fmt: skip
    return {"proposal": proposal, "step": step, "holder": step.journey.holder, "link": cast.link("milestone"), **more}


@sample(
    "journeys/letters/milestone_proposed",
    to="follower",
    when=gettext_lazy("When a holder says that a milestone is reached."),
)
def milestone_proposed(cast: Cast, face: str) -> dict[str, Any]:
    return _proposal(cast)


@sample(
    "journeys/letters/milestone_answered",
    to="holder",
    when=gettext_lazy("When a milestone that was proposed is accepted, or sent back."),
    faces={"missing": gettext_lazy("something is missing")},
)
def milestone_answered(cast: Cast, face: str) -> dict[str, Any]:
    return _proposal(cast, is_accepted=not face)
