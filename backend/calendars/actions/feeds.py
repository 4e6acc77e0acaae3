"""The addresses from which programs read a person's calendar: several each, of each the secret is kept as a hash."""

import secrets
from collections.abc import Sequence
from datetime import timedelta

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from backend.accounts.models import User
from backend.accounts.queries import digest
from backend.calendars.models import Feed
from backend.calendars.programs import program_of
from backend.calendars.queries import kinds
from backend.history.actions import record
from backend.lib import clock
from backend.lib.refusal import Refused

MOST_FEEDS = 10
MOST_ASKED, ASKED_WITHIN = 30, timedelta(minutes=5)


@transaction.atomic
def open_feed(user: User, *, by: User | None, name: str, left_out: Sequence[str] = ()) -> tuple[Feed, str]:
    """A new address of her calendar and its secret, told this once. It carries every kind of dates but those left out.

    Refused without a name, with the name of another address of hers, without any kind, and beyond ten addresses.
    """
    User.objects.select_for_update(no_key=True).get(pk=user.pk)
    others = Feed.objects.open().filter(user=user)
    if others.count() >= MOST_FEEDS:
        raise Refused(_("You have ten addresses already: close one first."))
    secret = secrets.token_urlsafe(24)
    feed = Feed.objects.create(
        user=user, name=_free_name(user, name), left_out=known_kinds(left_out), token_hash=digest(secret)
    )
    record("open_feed", feed, by=by)
    return feed, secret


@transaction.atomic
def update_feed(feed: Feed, *, by: User | None, name: str | None = None, left_out: Sequence[str] | None = None) -> Feed:
    """What is given is changed; the address stays the same. Refused as in `open_feed`."""
    User.objects.select_for_update(no_key=True).get(pk=feed.user_id)
    fresh = _standing(feed)
    new = {
        "name": fresh.name if name is None else _free_name(fresh.user, name, but=fresh),
        "left_out": fresh.left_out if left_out is None else known_kinds(left_out),
    }
    fields = [field for field, value in new.items() if getattr(fresh, field) != value]
    if fields:
        Feed.objects.filter(pk=fresh.pk).update(**new)
        record("update_feed", fresh, by=by, fields=fields)
    return _standing(feed)


@transaction.atomic
def renew_feed(feed: Feed, *, by: User | None) -> str:
    """The secret of a new address for the same feed, told this once; the former gives nothing any more."""
    fresh = _standing(feed)
    secret = secrets.token_urlsafe(24)
    Feed.objects.filter(pk=fresh.pk).update(
        token_hash=digest(secret), renewed_at=clock.now(), last_used_at=None, last_used_by="", asked_since=None, asked=0
    )
    record("renew_feed", fresh, by=by)
    return secret


@transaction.atomic
def close_feed(feed: Feed, *, by: User | None) -> None:
    """The address gives nothing any more. Once closed, nothing happens."""
    if Feed.objects.open().filter(pk=feed.pk).update(closed_at=clock.now()):
        record("close_feed", feed, by=by)


@transaction.atomic
def visit_feed(feed: Feed, *, agent: str) -> int:
    """Remember that a program came by, and which kind. 0 when it may read; else in how many seconds it may come again.

    Thirty times in five minutes is more than any calendar needs.
    """
    now = clock.now()
    since = feed.asked_since
    if since is None or now - since >= ASKED_WITHIN:
        count = {"asked_since": now, "asked": 1}
    elif feed.asked >= MOST_ASKED:
        return max(1, int((since + ASKED_WITHIN - now).total_seconds()))
    else:
        count = {"asked": F("asked") + 1}
    # Not once it has been renewed or closed since it was read.
    rows = Feed.objects.open().filter(pk=feed.pk, token_hash=feed.token_hash)
    rows.update(last_used_at=now, last_used_by=program_of(agent), **count)
    return 0


def _standing(feed: Feed) -> Feed:
    """The row as it is, held. Refused once it is closed."""
    fresh = Feed.objects.open().select_for_update(of=("self",)).select_related("user").filter(pk=feed.pk).first()
    if fresh is None:
        raise Refused(_("This address is closed."))
    return fresh


def _free_name(user: User, name: str, *, but: Feed | None = None) -> str:
    called = " ".join(name.split())[:60]
    if not called:
        raise Refused(_("Give this address a name: where will you read it?"), field="name")
    others = Feed.objects.open().filter(user=user, name__iexact=called)
    if any(one != but for one in others):
        raise Refused(_("Another address of yours has this name."), field="name")
    return called


def known_kinds(left_out: Sequence[str]) -> list[str]:
    """The codes left out, in order; an unknown one says nothing."""
    codes = [kind.code for kind in kinds()]
    if codes and not set(codes) - set(left_out):
        raise Refused(_("Choose at least one kind of dates."), field="kinds")
    return [code for code in codes if code in left_out]
