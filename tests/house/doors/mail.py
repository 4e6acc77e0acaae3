"""Doors of mail."""

from typing import Any

from backend.accounts.actions import create_invitation
from backend.mail.actions import choose_letters, keep_incoming, treat_incoming
from backend.mail.choosing import token_of
from backend.mail.models import Email, FailingAddress, Incoming, LetterChoice
from tests.factories.mail import letters_to
from tests.house.doors import (
    ANY_LEAD,
    FORBIDDEN,
    HIDDEN,
    LEAD_HIDDEN,
    LEAD_ONLY,
    OK,
    PERSONAS,
    SIGNED_IN,
    WITH_LINK_ONLY,
    Row,
    World,
    allow,
    row,
)
from tests.house.doors.calendars import an_invite

NOT_THERE = dict.fromkeys(PERSONAS, HIDDEN)
READER_OR_LEAD = LEAD_HIDDEN | {"holder": OK}
HOLDER_ALONE = allow("holder", rest=HIDDEN)
LEAD_ONLY_HERE = LEAD_HIDDEN | {"holder": FORBIDDEN}


def a_letter(world: World) -> Email:
    """To the holder, in the organisation's name, with an invite."""
    world.of(an_invite)
    return next(letter for letter in reversed(letters_to(world.holder)) if letter.has_invite)


def a_bad_token(world: World) -> dict[str, Any]:
    return {"token": "not-a-token-of-ours"}


def a_good_token(world: World) -> dict[str, Any]:
    _invitation, token = create_invitation(world.organisation, "newcomer@example.org", "mentor", by=world.lead)
    return {"token": token}


def an_organisation(world: World) -> dict[str, Any]:
    return {"organisation": world.organisation.pk}


def a_sample(world: World) -> dict[str, Any]:
    return {**an_organisation(world), "app": "mail", "name": "invitation"}


def a_sample_name(world: World) -> dict[str, Any]:
    return {"pk": "mail.invitation"}


def some_rules(world: World) -> dict[str, Any]:
    return {**an_organisation(world), "opens_at": 9, "closes_at": 18, "asks_a_week": 2}


def a_choosing_token(world: World) -> dict[str, Any]:
    return {"token": token_of(world.holder.pk, "")}


def a_bad_stop(world: World) -> dict[str, Any]:
    return {"kind": "surveys", **a_bad_token(world)}


def a_good_stop(world: World) -> dict[str, Any]:
    return {"kind": "surveys", **a_choosing_token(world)}


def a_choice(world: World) -> LetterChoice:
    """The holder does without questionnaires."""
    choose_letters(world.holder, {"surveys": False}, by=world.holder)
    return LetterChoice.objects.get(user=world.holder)


def a_letter_set_aside(world: World) -> Incoming:
    """From somebody whom the organisation knows, to no letter of ours."""
    raw = b"From: holder@example.org\r\nMessage-ID: <aside@example.org>\r\nSubject: Hello\r\n\r\nHello"
    incoming = keep_incoming(raw, way="web")
    treat_incoming(incoming.pk)
    return Incoming.objects.get(pk=incoming.pk)


def an_address_that_fails(world: World) -> FailingAddress:
    return FailingAddress.objects.create(address="holder@example.org", letter=world.of(a_letter))


READ_BY_LEADS_AND_STEWARDS = allow("lead", "other_lead", "steward", "other_steward", strangers=FORBIDDEN)

ROWS: list[Row] = [
    row("mail:received", "GET", READ_BY_LEADS_AND_STEWARDS),
    row("mail:incoming_detail", "GET", LEAD_HIDDEN, a_letter_set_aside),
    row("mail:incoming_settle", "POST", LEAD_HIDDEN, a_letter_set_aside),
    row("mail:address_clear", "POST", LEAD_HIDDEN, an_address_that_fails),
    row("mail:incoming_take", "POST", NOT_THERE),
    row("mail:outbox", "GET", ANY_LEAD),
    row("mail:email_detail", "GET", READER_OR_LEAD, a_letter),
    row("mail:email_body", "GET", READER_OR_LEAD, a_letter),
    row("mail:email_invite", "GET", READER_OR_LEAD, a_letter),
    row("mail:email_retry", "GET POST", LEAD_ONLY_HERE, a_letter),
    row("mail:letter_samples", "GET", LEAD_ONLY, an_organisation),
    row("mail:letter_sample", "GET", LEAD_ONLY, a_sample),
    row("mail:letter_sample_body", "GET", LEAD_ONLY, a_sample),
    row("mail:emails_retry", "POST", ANY_LEAD),
    row("mail:letter_rules", "GET POST", LEAD_ONLY, an_organisation),
    row("mail:letters_own", "GET", SIGNED_IN),
    row("mail:letter_choices", "GET POST", SIGNED_IN),
    row("mail:letter_choices_link", "GET POST", WITH_LINK_ONLY, a_bad_token, link=a_choosing_token),
    row("mail:letters_stop", "GET POST", WITH_LINK_ONLY, a_bad_stop, link=a_good_stop),
    row("mail:person_invite", "GET POST", ANY_LEAD),
    row("mail:invitation_accept", "GET POST", WITH_LINK_ONLY, a_bad_token, link=a_good_token),
    row("api:emails-list", "GET", SIGNED_IN),
    row("api:emails-detail", "GET", READER_OR_LEAD, a_letter),
    row("api:emails-retry", "POST", LEAD_ONLY_HERE, a_letter),
    row("api:emails-retry-many", "POST", ANY_LEAD, data={"ids": [1]}),
    row("api:emails-rules", "GET POST", ANY_LEAD, data=some_rules),
    row("api:letters-received-list", "GET", SIGNED_IN),
    row("api:letters-received-detail", "GET", LEAD_HIDDEN, a_letter_set_aside),
    row("api:letters-received-settle", "POST", LEAD_HIDDEN, a_letter_set_aside),
    row("api:letter-samples-list", "GET", ANY_LEAD),
    row("api:letter-samples-detail", "GET", ANY_LEAD, a_sample_name),
    row("api:letter-choices-hours", "GET POST", SIGNED_IN, data={"opens_at": 9, "closes_at": 18}),
    row("api:letter-choices-near", "GET POST", SIGNED_IN, data={"moments": "day"}),
    row("api:letter-choices-list", "GET", SIGNED_IN),
    row("api:letter-choices-detail", "GET", HOLDER_ALONE, a_choice),
    row("api:letter-choices-choose", "POST", SIGNED_IN, data={"kind": "surveys", "is_wanted": False}),
]

OPEN_DOORS = {
    "mail:incoming_take": "a mail service, which signs what it sends; without a secret in the settings it is not there",
    "mail:invitation_accept": "whoever bears the link of the letter; it shows who invites, and a GET changes nothing",
    "mail:letter_choices_link": "whoever bears the link of a letter chooses what is sent to its reader, nothing else",
    "mail:letters_stop": "the one click of a mail program (RFC 8058); a GET changes nothing",
}
