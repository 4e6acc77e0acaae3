"""Calendars of people's own, connected by asking their server."""

from typing import Any

from backend.accounts.models import User
from backend.calendars import actions, tasks
from backend.calendars.actions.own_calendars import PURPOSE
from backend.calendars.models import OwnCalendar
from backend.lib import vault
from tests.backend.calendars.radicale import USER, Radicale


def connect(server: Radicale, user: User) -> OwnCalendar:
    """Hers, kept in step, nothing written yet (or to choose, when the server has several)."""
    return actions.connect_calendar(user, server=server.address, username=USER, password=server.password, by=user)


def make_own_calendar(user: User, *, number: int = 1, **changes: Any) -> OwnCalendar:
    """One on a server that is never reached, kept in step."""
    values = {
        "server": "http://127.0.0.1:1/", "username": "hawa", "secret": vault.seal("an app password", PURPOSE),
        "url": f"http://127.0.0.1:1/{number}/", "name": f"Agenda {number}", "state": OwnCalendar.State.KEPT,
    }  # fmt: skip
    return OwnCalendar.objects.create(user=user, **{**values, **changes})


def visit(calendar: OwnCalendar) -> int:
    """As a worker does when the bell rings; how many dates were written or taken away."""
    done = tasks.follow_change(calendar.pk)
    calendar.refresh_from_db()
    return done
