"""Doors of accounts."""

from backend.accounts import actions
from tests.house.doors import HIDDEN, OK, SIGNED_IN, Row, World, allow, row


def a_token(world: World) -> dict[str, str]:
    """The lead's own."""
    return {"digest": actions.create_api_token(world.lead, name="Rapport", days=30, by=world.lead)[0].digest}


ROWS: list[Row] = [
    row("accounts:token_list", "GET POST", SIGNED_IN, data={"name": "Rapport", "days": "30"}),
    row("accounts:token_revoke", "POST", allow(rest=HIDDEN) | {"lead": OK}, a_token),
]
