"""Doors of mail."""

from typing import Any

from backend.accounts.actions import create_invitation
from backend.mail.models import Email
from tests.factories.calendars import make_invite
from tests.factories.mail import letters_to
from tests.house.doors import ANY_LEAD, FORBIDDEN, LEAD_HIDDEN, OK, SIGNED_IN, WITH_LINK_ONLY, Row, World, row

READER_OR_LEAD = LEAD_HIDDEN | {"holder": OK}
LEAD_ONLY_HERE = LEAD_HIDDEN | {"holder": FORBIDDEN}


def a_letter(world: World) -> Email:
    """To the holder, in the organisation's name, with an invite."""
    make_invite(world.organisation, world.mentor, world.holder)
    return letters_to(world.holder)[-1]


def a_bad_token(world: World) -> dict[str, Any]:
    return {"token": "not-a-token-of-ours"}


def a_good_token(world: World) -> dict[str, Any]:
    _invitation, token = create_invitation(world.organisation, "newcomer@example.org", "mentor", by=world.lead)
    return {"token": token}


ROWS: list[Row] = [
    row("mail:outbox", "GET", ANY_LEAD),
    row("mail:email_detail", "GET", READER_OR_LEAD, a_letter),
    row("mail:email_body", "GET", READER_OR_LEAD, a_letter),
    row("mail:email_invite", "GET", READER_OR_LEAD, a_letter),
    row("mail:email_retry", "POST", LEAD_ONLY_HERE, a_letter),
    row("mail:person_invite", "GET POST", ANY_LEAD),
    row("mail:invitation_accept", "GET POST", WITH_LINK_ONLY, a_bad_token, link=a_good_token),
    row("api:emails-list", "GET", SIGNED_IN),
    row("api:emails-detail", "GET", READER_OR_LEAD, a_letter),
    row("api:emails-retry", "POST", LEAD_ONLY_HERE, a_letter),
]

OPEN_DOORS = {
    "mail:invitation_accept": "whoever bears the link of the letter; it shows who invites, and a GET changes nothing",
}
