"""Invites, made by sending them."""

from datetime import timedelta
from typing import Any

from django.db import models

from backend.accounts.models import Organisation, User
from backend.calendars import actions
from backend.calendars.actions import Attendee
from backend.calendars.models import Invite
from backend.lib import clock


def make_invite(
    organisation: Organisation, mentor: User, holder: User, *, about: models.Model | None = None, **changes: Any
) -> Invite:
    """A meeting of these two in a week, for an hour; its subject is any row."""
    starts_at = changes.pop("starts_at", clock.now() + timedelta(days=7))
    values: dict[str, Any] = {
        "ends_at": starts_at + timedelta(hours=1),
        "titles": {"fr": "Séance de mentorat", "en": "Mentoring session"},
        "place": "8 rue Saint-Domingue, Nantes",
        "url": "http://testserver/sessions/1/",
        "attendees": [Attendee(mentor, "CHAIR"), Attendee(holder)],
        "by": mentor,
    }
    return actions.send_invite(
        about=about or organisation, organisation=organisation, starts_at=starts_at, **{**values, **changes}
    )
