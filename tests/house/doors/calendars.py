"""Doors of calendars."""

from typing import Any

from backend.accounts import actions as accounts
from backend.calendars.actions import open_feed
from backend.calendars.models import Feed, Invite, OwnCalendar
from tests.factories.calendars import make_invite
from tests.factories.own_calendars import make_own_calendar
from tests.house.doors import FORBIDDEN, HIDDEN, LEAD_ONLY, OK, SIGNED_IN, WITH_LINK_ONLY, Row, World, allow, row


def a_bad_token(world: World) -> dict[str, Any]:
    return {"token": "not-a-token-of-ours"}


def a_good_token(world: World) -> dict[str, Any]:
    return {"token": open_feed(world.holder, name="Bureau", by=world.holder)[1]}


def a_feed(world: World) -> Feed:
    """The holder's own."""
    return open_feed(world.holder, name="Bureau", by=world.holder)[0]


def a_calendar(world: World) -> OwnCalendar:
    """The holder's own, on a server that nobody reaches."""
    return make_own_calendar(world.holder)


def an_invite(world: World) -> Invite:
    """A meeting of mentor and holder that no app owns."""
    return make_invite(world.organisation, world.mentor, world.holder)


def an_answer_token(world: World) -> dict[str, Any]:
    """That of the holder's letter."""
    person = world.of(an_invite).attendees.get(user=world.holder)
    return {"token": accounts.make_link("invite_answer", about=person, user=world.holder)[1]}


INVITED = LEAD_ONLY | {"holder": OK, "mentor": OK, "lead": FORBIDDEN, "observer": HIDDEN, "steward": HIDDEN}
"""Those invited; a lead sees what is planned and answers for nobody."""

HERS = allow(rest=HIDDEN) | {"holder": OK}
"""An address of the holder's calendar."""
ACCESS = {"server": "localhost", "username": "hawa", "password": "an app password"}
FACTS = {"name": "Téléphone", "kinds": ["sessions"]}

ROWS: list[Row] = [
    row("calendars:answer_link", "GET POST", WITH_LINK_ONLY, a_bad_token, link=an_answer_token),
    row("calendars:answer_link_file", "GET", WITH_LINK_ONLY, a_bad_token, link=an_answer_token),
    row("calendars:invite_answer", "POST", INVITED, an_invite, data={"say": "yes"}),
    row("calendars:invite_file", "GET", INVITED, an_invite),
    row("api:invites-list", "GET", SIGNED_IN),
    row("api:invites-detail", "GET", INVITED | {"lead": OK}, an_invite),
    row("api:invites-answer", "POST", INVITED, an_invite, data={"say": "maybe"}),
    row("calendars:feed_page", "GET POST", SIGNED_IN, data=FACTS),
    row("calendars:feed_update", "GET POST", HERS, a_feed, data=FACTS),
    row("calendars:feed_renew", "GET POST", HERS, a_feed),
    row("calendars:feed_close", "POST", HERS, a_feed),
    row("api:feeds-list", "GET POST", SIGNED_IN, data=FACTS),
    row("api:feeds-detail", "GET PATCH", HERS, a_feed, data=FACTS),
    row("api:feeds-renew", "POST", HERS, a_feed),
    row("api:feeds-close", "POST", HERS, a_feed),
    row("calendars:calendar_connect", "GET POST", SIGNED_IN, data=ACCESS),
    row("calendars:calendar_page", "GET", HERS, a_calendar),
    row("calendars:calendar_choose", "GET POST", HERS, a_calendar),
    row("calendars:calendar_search", "POST", HERS, a_calendar),
    row("calendars:calendar_password", "GET POST", HERS, a_calendar, data=ACCESS),
    row("calendars:calendar_retry", "POST", HERS, a_calendar),
    row("calendars:calendar_update", "GET POST", HERS, a_calendar, data=FACTS),
    row("calendars:calendar_disconnect", "POST", HERS, a_calendar),
    row("api:own-calendars-list", "GET POST", SIGNED_IN, data=ACCESS),
    row("api:own-calendars-detail", "GET PATCH", HERS, a_calendar, data=FACTS),
    row("api:own-calendars-choose", "POST", HERS, a_calendar),
    row("api:own-calendars-search", "POST", HERS, a_calendar),
    row("api:own-calendars-password", "POST", HERS, a_calendar, data=ACCESS),
    row("api:own-calendars-retry", "POST", HERS, a_calendar),
    row("api:own-calendars-disconnect", "POST", HERS, a_calendar),
    row("calendars:feed", "GET", WITH_LINK_ONLY, a_bad_token, link=a_good_token),
]

OPEN_DOORS = {
    "calendars:answer_link": "the letter of an invite: one person, one event, signed and expiring",
    "calendars:answer_link_file": "the same link, for the file of the event",
    "calendars:feed": "calendars fetch it: whoever bears the address, kept as a hash, which its owner can close",
}
