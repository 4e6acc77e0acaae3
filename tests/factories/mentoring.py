"""Mentors, pairs and sessions, made by calling the actions."""

from datetime import datetime, time, timedelta
from io import BytesIO
from itertools import count
from typing import Any

import time_machine
from PIL import Image

from backend.accounts.models import Organisation, User
from backend.lib import clock
from journeys.models import Journey
from mentoring import actions
from mentoring.models import Mentor, Mentorship, Opening, Session
from tests.factories.journeys import make_journey

_numbers = count(1)


def make_mentor(organisation: Organisation, user: User | None = None, **profile: Any) -> Mentor:
    """A mentor of this organisation: `user`, or somebody new."""
    number = next(_numbers)
    new = {"email": f"mentor{number}@example.org", "first_name": "Mentor", "last_name": f"Numéro{number}"}
    person: dict[str, Any] = {"email": user.email} if user else {**new, "language": "fr"}
    return actions.create_mentor(organisation, by=None, **person, **profile)


def make_pair(
    organisation: Organisation,
    mentor: Mentor | User | None = None,
    holder: User | None = None,
    *,
    journey: Journey | None = None,
    **fields: Any,
) -> Mentorship:
    """An active pair: this mentor (or somebody new) and the journey of this holder (or of somebody new)."""
    if isinstance(mentor, User):
        mentor = mentor.mentor_profiles.filter(organisation=organisation).first() or make_mentor(organisation, mentor)
    return actions.pair_mentor(
        journey or make_journey(organisation, holder), mentor or make_mentor(organisation), by=None, **fields
    )


def make_opening(mentor: Mentor, **facts: Any) -> Opening:
    """Tomorrow and every week from then on, from 14:00 to 17:00, at the café; three sessions of an hour a day."""
    hours = {"starts_on": clock.today() + timedelta(days=1), "from_time": time(14), "to_time": time(17)}
    given = {"minutes": 60, "place": "Café du Bouffay", "notice_hours": 0, **hours, **facts}
    return actions.publish_opening(mentor, by=mentor.user, **given)


def make_session(pair: Mentorship, starts_at: datetime | None = None, **fields: Any) -> Session:
    """A planned session, tomorrow at this hour unless told otherwise. In the past: planned the day before it."""
    starts_at = starts_at or clock.now() + timedelta(days=1)
    place = {"place": "Café du Bouffay", **fields}
    if starts_at > clock.now():
        return actions.plan_session(pair, starts_at=starts_at, by=pair.mentor.user, **place)
    with time_machine.travel(starts_at - timedelta(days=1), tick=False):
        return actions.plan_session(pair, starts_at=starts_at, by=pair.mentor.user, **place)


def make_past_session(pair: Mentorship, *, hours_ago: float = 3, **fields: Any) -> Session:
    """A session that began `hours_ago` and waits to be logged."""
    return make_session(pair, clock.now() - timedelta(hours=hours_ago), **fields)


def make_held_session(pair: Mentorship, *, hours_ago: float = 3, summary: str = "", **fields: Any) -> Session:
    """A session held as planned and logged."""
    session = make_past_session(pair, hours_ago=hours_ago, **fields)
    return actions.log_session(session, by=pair.mentor.user, summary=summary)


def make_photo(mentor: Mentor, colour: str = "teal") -> Mentor:
    """The mentor with a picture of one colour."""
    out = BytesIO()
    Image.new("RGB", (90, 70), colour).save(out, "PNG")
    return actions.keep_photo(mentor, content=out.getvalue(), by=None)
