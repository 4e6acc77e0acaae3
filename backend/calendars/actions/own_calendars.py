"""A calendar of somebody's own: connected, chosen, let go. Her server is asked outside any transaction."""

from collections.abc import Sequence
from typing import Any

from django.core.cache import cache
from django.db import transaction
from django.utils.translation import gettext as _

from backend.accounts.models import User
from backend.calendars.actions.feeds import known_kinds
from backend.calendars.actions.ringing import ring
from backend.calendars.caldav import CaldavError, Found, Server, server_address
from backend.calendars.models import OwnCalendar, OwnDate
from backend.calendars.troubles import NEW_PASSWORD, sentence_of
from backend.history.actions import record
from backend.lib import clock, vault
from backend.lib.refusal import Refused
from backend.lib.states import move

PURPOSE = "own_calendar"
MOST_CALENDARS = 3
MOST_TRIES, TRIED_WITHIN = 12, 600  # seconds: nobody tries passwords, or addresses, by our hand
SECONDS = 20.0
LONGEST_PASSWORD = 500
State = OwnCalendar.State
FRESH: dict[str, Any] = {"reason": "", "not_before": None, "failures": 0, "trouble_since": None, "checked_at": None}


def connect_calendar(
    user: User, *, by: User | None, server: str, username: str, password: str, left_out: Sequence[str] = ()
) -> OwnCalendar:
    """The server is asked for her calendars: the only one is kept in step from now on, of several she chooses.

    Refused when the server can't be asked, refuses her, or has no calendar to write into; beyond three calendars; and
    after a dozen tries in ten minutes.
    """
    _has_room(user)
    username, left_out = _user_name(username), known_kinds(left_out)
    try:
        address = server_address(server)
    except CaldavError as error:
        raise Refused(sentence_of(error.reason), field="server") from None
    found = _calendars_at(user, address, username, _password(password))
    with transaction.atomic():
        User.objects.select_for_update(no_key=True).get(pk=user.pk)
        _has_room(user)  # once more: another request may have taken the last place while the server was asked
        calendar = OwnCalendar.objects.create(
            user=user, server=address, username=username, secret=vault.seal(password, PURPOSE), left_out=left_out,
            offered=_offer(found),
        )  # fmt: skip
        record("connect_calendar", calendar, by=by)
        if len(found) == 1:
            _begin(calendar, found[0].url)
    return calendar


@transaction.atomic
def choose_calendar(calendar: OwnCalendar, *, by: User | None, url: str) -> OwnCalendar:
    """This one of the calendars found is kept in step from now on. Refused for another one, or one that already is."""
    User.objects.select_for_update(no_key=True).get(pk=calendar.user_id)
    fresh = _standing(calendar)
    _begin(fresh, url)
    record("choose_calendar", fresh, by=by)
    return fresh


def search_calendars(calendar: OwnCalendar, *, by: User | None) -> OwnCalendar:
    """Her calendars as the server has them today, to choose another. Refused while it is kept in step, or when the
    server can't be asked."""
    if calendar.state not in (State.STOPPED, State.CHOOSING):
        raise Refused(_("This calendar is kept in step: disconnect it first to take another."))
    password = vault.unseal(calendar.secret, PURPOSE)
    if password is None:
        raise Refused(sentence_of("secret"))
    found = _calendars_at(calendar.user, calendar.server, calendar.username, password)
    with transaction.atomic():
        fresh = _standing(calendar)
        if fresh.state == State.STOPPED:
            move(fresh, State.CHOOSING, stamps=FRESH)
        OwnCalendar.objects.filter(pk=fresh.pk).update(offered=_offer(found))
        record("search_calendars", fresh, by=by)
    return _standing(calendar)


def renew_calendar_password(calendar: OwnCalendar, *, by: User | None, password: str) -> OwnCalendar:
    """The new password is tried on the server, then kept; what had stopped for the former goes on.

    Refused when the server refuses it or can't be asked.
    """
    _count_try(calendar.user)
    reason = _reason_with(calendar, _password(password))
    with transaction.atomic():
        fresh = _standing(calendar)
        OwnCalendar.objects.filter(pk=fresh.pk).update(secret=vault.seal(password, PURPOSE))
        if fresh.state == State.STOPPED and reason:
            OwnCalendar.objects.filter(pk=fresh.pk).update(reason=reason)
        elif fresh.state == State.STOPPED and fresh.reason in NEW_PASSWORD:
            move(fresh, State.KEPT, stamps=FRESH)
        ring(OwnCalendar.objects.filter(pk=fresh.pk))
        record("renew_calendar_password", fresh, by=by)
    return _standing(calendar)


@transaction.atomic
def retry_calendar(calendar: OwnCalendar, *, by: User | None) -> OwnCalendar:
    """It is tried again now, and so are the dates that the server would not take. Refused after a dozen tries in ten
    minutes: a server that hangs holds a worker each time."""
    _count_try(calendar.user)
    fresh = _standing(calendar)
    if fresh.state == State.STOPPED:
        move(fresh, State.KEPT, stamps=FRESH)
    elif fresh.state != State.KEPT:
        raise Refused(_("Choose the calendar first."))
    OwnDate.objects.filter(calendar=fresh).update(refused_digest="")
    OwnCalendar.objects.filter(pk=fresh.pk).update(not_before=None)
    ring(OwnCalendar.objects.filter(pk=fresh.pk))
    record("retry_calendar", fresh, by=by)
    return _standing(calendar)


@transaction.atomic
def update_calendar(calendar: OwnCalendar, *, by: User | None, left_out: Sequence[str]) -> OwnCalendar:
    """The kinds of dates it carries: those left out are taken away there. Refused when none is left."""
    fresh, wanted = _standing(calendar), known_kinds(left_out)
    if wanted != fresh.left_out:
        OwnCalendar.objects.filter(pk=fresh.pk).update(left_out=wanted)
        ring(OwnCalendar.objects.filter(pk=fresh.pk))
        record("update_calendar", fresh, by=by, fields=["left_out"])
    return _standing(calendar)


@transaction.atomic
def disconnect_calendar(calendar: OwnCalendar, *, by: User | None, remove: bool) -> None:
    """Nothing is written there any more and the password is forgotten: at once, or as soon as what Jalon wrote there
    is taken away (`remove`), as far as the server lets it. Once disconnected, nothing happens."""
    fresh = OwnCalendar.objects.open().select_for_update(of=("self",)).filter(pk=calendar.pk).first()
    if fresh is None:
        return
    if remove and fresh.state == State.KEPT and fresh.dates.exclude(digest="").exists():
        move(fresh, State.LEAVING, stamps={**FRESH, "offered": []})
        ring(OwnCalendar.objects.filter(pk=fresh.pk))
    else:
        forget_calendar(fresh)
    record("disconnect_calendar", fresh, by=by, remove=remove)


def forget_calendar(calendar: OwnCalendar) -> None:
    """Its row closes without password and user name; whoever works on it loses the lease."""
    gone: dict[str, Any] = {"secret": "", "username": "", "offered": [], "lease": "", "lease_until": None, "waiting": 0}
    move(calendar, State.CLOSED, stamps={**FRESH, **gone, "closed_at": clock.now()})
    OwnDate.objects.filter(calendar=calendar).delete()


def _has_room(user: User) -> None:
    if OwnCalendar.objects.open().filter(user=user).count() >= MOST_CALENDARS:
        raise Refused(_("You have three calendars connected already: disconnect one first."))


def _begin(calendar: OwnCalendar, url: str) -> None:
    """Keep the calendar at `url` in step. Rows of another one say nothing about it."""
    name = next((name for found, name in calendar.offered if found == url), None)
    if name is None:
        raise Refused(_("Choose one of these calendars."), field="url")
    others = OwnCalendar.objects.filter(user=calendar.user_id, url=url).exclude(state=State.CLOSED)
    if others.exclude(pk=calendar.pk).exists():
        raise Refused(_("Jalon writes into this calendar already."), field="url")
    if calendar.url != url:
        OwnDate.objects.filter(calendar=calendar).delete()
    move(calendar, State.KEPT, stamps={**FRESH, "url": url, "name": name, "offered": []})
    ring(OwnCalendar.objects.filter(pk=calendar.pk))


def _standing(calendar: OwnCalendar) -> OwnCalendar:
    """The row as it is, held within a transaction. Refused once it is disconnected."""
    rows = OwnCalendar.objects.open().select_related("user").filter(pk=calendar.pk)
    if transaction.get_connection().in_atomic_block:
        rows = rows.select_for_update(of=("self",))
    fresh = rows.first()
    if fresh is None:
        raise Refused(_("This calendar is disconnected."))
    return fresh


def _offer(found: Sequence[Found]) -> list[list[str]]:
    return [[one.url, one.name] for one in found]


def _calendars_at(user: User, address: str, username: str, password: str) -> list[Found]:
    _count_try(user)
    try:
        with Server(address, username, password, seconds=SECONDS) as server:
            return server.calendars()
    except CaldavError as error:
        of_password = error.reason in ("password", "sign_in", "forbidden")
        raise Refused(sentence_of(error.reason), field="password" if of_password else "server") from None


def _reason_with(calendar: OwnCalendar, password: str) -> str:
    """With this password: "" when all is well, or the reason why the calendar can't be written for another reason."""
    try:
        with Server(calendar.server, calendar.username, password, seconds=SECONDS) as server:
            if calendar.url:
                server.look_at(calendar.url)
            else:
                server.calendars()
    except CaldavError as error:
        if error.reason not in ("lost", "read_only"):
            raise Refused(sentence_of(error.reason), field="password") from None
        return error.reason
    return ""


def _count_try(user: User) -> None:
    key = f"own-calendar-tries:{user.pk}"
    cache.add(key, 0, TRIED_WITHIN)
    try:
        tries = cache.incr(key)
    except ValueError:  # it ended in between
        tries = 1
    if tries > MOST_TRIES:
        raise Refused(_("That was tried many times: wait ten minutes, then try again."))


def _user_name(typed: str) -> str:
    """Refused for what Basic sign-in can't carry."""
    name = typed.strip()
    if not name or ":" in name or len(name) > 254 or not name.isprintable():
        raise Refused(_("Give your user name as this server knows it, without a colon."), field="username")
    return name


def _password(typed: str) -> str:
    if not typed or len(typed) > LONGEST_PASSWORD or "\x00" in typed:
        raise Refused(_("Give the password that the server made for Jalon."), field="password")
    return typed
