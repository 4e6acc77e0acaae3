"""Doors of calendars."""

from typing import Any

from backend.calendars.actions import open_feed
from tests.house.doors import SIGNED_IN, WITH_LINK_ONLY, Row, World, row


def a_bad_token(world: World) -> dict[str, Any]:
    return {"token": "not-a-token-of-ours"}


def a_good_token(world: World) -> dict[str, Any]:
    return {"token": open_feed(world.holder, by=world.holder)}


ROWS: list[Row] = [
    row("calendars:feed_page", "GET", SIGNED_IN),
    row("calendars:feed_open", "POST", SIGNED_IN),
    row("calendars:feed_close", "POST", SIGNED_IN),
    row("calendars:feed", "GET", WITH_LINK_ONLY, a_bad_token, link=a_good_token),
]

OPEN_DOORS = {
    "calendars:feed": "calendars fetch it: whoever bears the address, kept as a hash, which its owner can close",
}
