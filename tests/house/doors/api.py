"""Doors of the API onto journeys and the ground floor; mail, mentoring and evaluation write theirs.

A list is open to everybody signed in and shows each her own. A creation names its parent in the body: a stranger's is
answered 400 beside that field (she is told nothing), which is OK in the words of the matrix.
"""

from typing import Any

from backend.accounts.models import Membership
from backend.history.models import Entry
from journeys.models import Commitment, Delivery, Enrolment, Import, Journey, Programme
from tests.factories.journeys import make_commune, make_delivery
from tests.house.doors import FORBIDDEN, HIDDEN, OK, OTHERS, SIGNED_IN, Row, World, allow, row
from tests.house.doors.stays import (
    LEAD_OF_HOST,
    LEAD_OF_JOURNEY,
    LEAD_OF_OFFER,
    MENTOR_LEAD_OF_JOURNEY,
    READ_HOST,
    READ_JOURNEY,
    READ_OFFER,
    a_company,
    a_date,
    a_journey,
    a_milestone,
    a_milestone_step,
    a_module,
    an_enrolment,
    an_immersion,
    an_immersion_step,
    an_immersion_to_sign,
    an_immersion_to_validate,
)

STRANGERS_ARE_TOLD_NOTHING = dict.fromkeys((*OTHERS, "ended_mentor"), OK)
ONLY_HER_LEAD = allow("lead", rest=HIDDEN)
HOLDER_OF_JOURNEY = allow("holder", rest=FORBIDDEN) | {"observer": HIDDEN, "other_steward": FORBIDDEN}
REASON = {"reason": "Parce que"}


def creates(pattern: dict[str, str]) -> dict[str, str]:
    """As `pattern` for those who see the parent; 400 for those who do not."""
    return {persona: OK if found == HIDDEN else found for persona, found in pattern.items()}


def a_programme(world: World) -> Programme:
    journey: Journey = world.of(a_journey)
    return journey.programme


def a_delivery(world: World) -> Delivery:
    return make_delivery(world.of(a_journey), by=world.lead)


def a_commitment(world: World) -> Commitment:
    from journeys import actions

    return actions.add_commitment(
        world.of(a_journey), text="Appeler la banque", owner=world.holder, due_on=None, by=world.lead
    )


def an_import(world: World) -> Import:
    return Import.objects.create(programme=world.of(a_programme), made_by=world.lead, file_name="a.csv", digest="0")


def an_entry(world: World) -> Entry:
    world.of(a_journey)
    return Entry.objects.filter(verb="open_journey")[0]


def a_membership(world: World) -> Membership:
    return Membership.objects.get(user=world.mentor, ended_at=None)


def opening(world: World) -> dict[str, Any]:
    journey: Journey = world.of(a_journey)
    return {
        "programme": journey.programme_id,
        "project": journey.project_id,
        "holder": journey.holder_id,
        "started_on": "2026-11-23",
    }


def mark_nobody(world: World) -> dict[str, Any]:
    enrolment: Enrolment = world.of(an_enrolment)
    return {"marks": [{"enrolment": enrolment.pk, "state": "present"}]}


def lists(*names: str) -> list[Row]:
    return [row(f"api:{name}-list", "GET", SIGNED_IN) for name in names]


READS: list[Row] = [
    *lists("organisations", "memberships", "people", "history", "communes", "neighbourhoods", "programmes", "projects"),
    *lists("holders", "journeys", "steps", "commitments", "modules", "module-dates", "enrolments", "companies"),
    *lists("immersions", "milestones", "deliveries", "imports"),
    row("api:organisations-detail", "GET", READ_OFFER, lambda world: world.organisation),
    row("api:memberships-detail", "GET", ONLY_HER_LEAD | {"mentor": OK}, a_membership),
    row("api:people-detail", "GET", ONLY_HER_LEAD | {"mentor": OK}, lambda world: world.mentor),
    row("api:history-detail", "GET", ONLY_HER_LEAD, an_entry),
    row("api:communes-detail", "GET", SIGNED_IN, lambda world: make_commune()),
    row("api:neighbourhoods-detail", "GET", SIGNED_IN, lambda world: a_neighbourhood()),
    row("api:programmes-detail", "GET", READ_OFFER, a_programme),
    row("api:projects-detail", "GET", READ_JOURNEY, lambda world: world.of(a_journey).project),
    row("api:holders-detail", "GET", READ_JOURNEY, lambda world: world.of(a_journey).holder),
    row("api:journeys-detail", "GET", READ_JOURNEY, a_journey),
    row("api:steps-detail", "GET", READ_JOURNEY, a_milestone_step),
    row("api:commitments-detail", "GET", READ_JOURNEY, a_commitment),
    row("api:modules-detail", "GET", READ_OFFER, a_module),
    row("api:module-dates-detail", "GET", READ_OFFER, a_date),
    row("api:enrolments-detail", "GET", READ_JOURNEY, an_enrolment),
    row("api:companies-detail", "GET", READ_HOST, a_company),
    row("api:immersions-detail", "GET", READ_JOURNEY, an_immersion),
    row("api:immersions-warnings", "GET", READ_JOURNEY, an_immersion),
    row("api:milestones-detail", "GET", READ_JOURNEY, a_milestone),
    row("api:deliveries-detail", "GET", READ_JOURNEY, a_delivery),
    row("api:imports-detail", "GET", ONLY_HER_LEAD, an_import),
]


def a_neighbourhood() -> dict[str, str]:
    from journeys.models import Neighbourhood

    Neighbourhood.objects.get_or_create(code="QN04401M", defaults={"name": "Bellevue"})
    return {"pk": "QN04401M"}


def in_module_date(world: World) -> dict[str, Any]:
    return {
        "module": world.of(a_module).pk,
        "starts_at": "2026-12-01T09:00Z",
        "ends_at": "2026-12-01T12:00Z",
        "seats": 4,
    }


def in_stay(world: World) -> dict[str, Any]:
    return {
        "step": world.of(an_immersion_step).pk,
        "company": world.of(a_company).pk,
        "tutor_name": "Paule",
        "starts_on": "2026-12-01",
        "ends_on": "2026-12-03",
        "minutes_planned": 1260,
    }


WRITES: list[Row] = [
    row("api:journeys-list", "POST", creates(LEAD_OF_OFFER), data=opening),
    *(row(f"api:journeys-{verb}", "POST", LEAD_OF_JOURNEY, a_journey)
      for verb in ("pause", "resume", "complete", "leave")),
    row("api:steps-waive", "POST", MENTOR_LEAD_OF_JOURNEY, a_milestone_step),
    row("api:commitments-list", "POST", creates(MENTOR_LEAD_OF_JOURNEY | {"holder": OK}), data=lambda world: {
        "journey": world.of(a_journey).pk, "text": "Écrire", "owner": world.holder.pk, "due_on": None
    }),
    row("api:commitments-complete", "POST", LEAD_OF_JOURNEY | {"holder": OK}, a_commitment),
    row("api:module-dates-list", "POST", creates(LEAD_OF_OFFER), data=in_module_date),
    *(row(f"api:module-dates-{verb}", "POST", LEAD_OF_OFFER, a_date)
      for verb in ("move", "cancel", "enrol", "attendance")),
    row("api:enrolments-withdraw", "POST", LEAD_OF_JOURNEY, an_enrolment),
    row("api:companies-list", "POST", creates(allow("lead")), data=lambda world: {
        "name": "Neuve", "organisation": world.organisation.pk
    }),
    row("api:companies-detail", "PATCH", LEAD_OF_HOST | {"mentor": FORBIDDEN}, a_company),
    row("api:immersions-list", "POST", creates(LEAD_OF_JOURNEY), data=in_stay),
    row("api:immersions-detail", "PATCH", LEAD_OF_JOURNEY, an_immersion),
    row("api:immersions-sign", "POST", LEAD_OF_JOURNEY, an_immersion_to_sign),
    row("api:immersions-validate", "POST", LEAD_OF_JOURNEY, an_immersion_to_validate),
    *(row(f"api:immersions-{verb}", "POST", LEAD_OF_JOURNEY, an_immersion)
      for verb in ("send-to-sign", "complete", "reject", "cancel")),
    row("api:milestones-list", "POST", creates(MENTOR_LEAD_OF_JOURNEY), data=lambda world: {
        "step": world.of(a_milestone_step).pk, "reached_on": "2026-11-20", "evidence": "Vu"
    }),
    row("api:milestones-undo", "POST", LEAD_OF_JOURNEY, a_milestone, data=REASON),
    row("api:deliveries-confirm", "POST", HOLDER_OF_JOURNEY, a_delivery),
    row("api:deliveries-dispute", "POST", HOLDER_OF_JOURNEY, a_delivery),
    row("api:deliveries-void", "POST", LEAD_OF_JOURNEY, a_delivery),
    row("api:deliveries-replace", "POST", LEAD_OF_JOURNEY, a_delivery),
]  # fmt: skip
ROWS = [*READS, *WRITES]
