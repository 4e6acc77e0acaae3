"""Doors of journeys onto a drafted agreement: its schedule, two versions, a former one, the company's link."""

from backend.accounts import actions as accounts
from journeys.models import Immersion
from tests.house.doors import WITH_LINK_ONLY, Row, World, row
from tests.house.doors.modules import a_bad_link
from tests.house.doors.stays import LEAD_OF_JOURNEY, an_immersion

WHY = "the company's letter: its side of one draft, signed and expiring"
OPEN_DOORS = dict.fromkeys(
    ("journeys:agreement_link", "journeys:agreement_link_schedule", "journeys:agreement_link_merge"), WHY
)


def a_company_link(world: World) -> dict[str, str]:
    """The token of the letter to the company."""
    immersion: Immersion = world.of(an_immersion)
    return {"token": accounts.make_link("agreement_facts", about=immersion, email="c@exemple.fr", days=14)[1]}


ROWS: list[Row] = [
    row("journeys:immersion_merge", "POST", LEAD_OF_JOURNEY, an_immersion),
    row("journeys:immersion_duplicate", "GET POST", LEAD_OF_JOURNEY, an_immersion),
    row("journeys:schedule_edit", "GET POST", LEAD_OF_JOURNEY, an_immersion),
    row("journeys:immersion_share", "GET POST", LEAD_OF_JOURNEY, an_immersion, data={"email": "c@exemple.fr"}),
    row("journeys:share_revoke", "POST", LEAD_OF_JOURNEY, an_immersion),
    row("journeys:agreement_link", "GET POST", WITH_LINK_ONLY, a_bad_link, link=a_company_link),
    row("journeys:agreement_link_schedule", "GET POST", WITH_LINK_ONLY, a_bad_link, link=a_company_link),
    row("journeys:agreement_link_merge", "POST", WITH_LINK_ONLY, a_bad_link, link=a_company_link),
    # --- The same through the API ---
    row("api:immersions-duplicate", "POST", LEAD_OF_JOURNEY, an_immersion),
    row("api:immersions-share", "POST", LEAD_OF_JOURNEY, an_immersion, data={"email": "c@exemple.fr"}),
    row("api:immersions-revoke-share", "POST", LEAD_OF_JOURNEY, an_immersion),
]
