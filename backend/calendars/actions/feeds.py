"""The personal calendar address: one at a time, kept only as a hash."""

from datetime import timedelta

from django.db import transaction

from backend.accounts import actions as accounts
from backend.accounts.models import Link, User
from backend.calendars.queries import FEED
from backend.history.actions import record
from backend.lib import clock

LIFE_DAYS = 3650
SEEN_EVERY = timedelta(hours=1)


@transaction.atomic
def open_feed(user: User, *, by: User | None) -> str:
    """The secret of a new address for her calendar, told this once; the former address gives nothing any more."""
    accounts.revoke_links(user, purpose=FEED)
    _link, token = accounts.make_link(FEED, about=user, user=user, days=LIFE_DAYS)
    record("open_feed", user, by=by)
    return token


@transaction.atomic
def close_feed(user: User, *, by: User | None) -> None:
    """No address gives her calendar any more."""
    if accounts.revoke_links(user, purpose=FEED):
        record("close_feed", user, by=by)


@transaction.atomic
def use_feed(link: Link) -> None:
    """Remember that a calendar came by, to the hour."""
    if link.last_used_at is None or clock.now() - link.last_used_at >= SEEN_EVERY:
        accounts.use_link(link)
