"""Mentors: welcomed with a role and a letter, profiles kept up to date."""

from datetime import date
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from backend.accounts import actions as accounts
from backend.accounts.models import Membership, Organisation, User
from backend.history import actions as history
from backend.lib import clock
from backend.lib.refusal import Refused
from mentoring.actions import letters
from mentoring.models import Mentor, Training

LARGEST = 50
PROFILE = (
    "capacity",
    "hours_a_month",
    "expertise",
    "sectors",
    "phases",
    "languages",
    "commune",
    "meets_remotely",
    "headline",
    "bio",
    "video_url",
    "paused_from",
    "paused_until",
)
LISTS = ("communes",)
MOST_HOURS = 200  # a month


@transaction.atomic
def create_mentor(
    organisation: Organisation,
    *,
    email: str,
    first_name: str = "",
    last_name: str = "",
    language: str = "",
    phone: str = "",
    by: User | None,
    **profile: Any,
) -> Mentor:
    """A mentor of this organisation: the person (made if unknown), her role, her profile, and a letter of welcome.

    `profile` holds fields named in PROFILE and LISTS. Refused when she already is one here, or for a capacity outside 1
    to 50.
    """
    _check_profile(profile)
    lists = {name: profile.pop(name) for name in LISTS if name in profile}
    user = accounts.ensure_person(
        email, by=by, first_name=first_name, last_name=last_name, language=language, phone=phone
    )
    mentor, is_new = Mentor.objects.get_or_create(organisation=organisation, user=user, defaults=profile)
    if not is_new:
        raise Refused(_("This person is already a mentor here."), field="email")
    for name, rows in lists.items():
        getattr(mentor, name).set(rows)
    accounts.grant_role(user, organisation, Membership.Role.MENTOR, by=by)
    history.record("create_mentor", mentor, by=by, organisation=organisation)
    letters.welcome_mentor(mentor)
    return mentor


@transaction.atomic
def update_mentor(mentor: Mentor, *, by: User | None, **profile: Any) -> Mentor:
    """The given fields of her profile (see PROFILE) are as given; the rest stays.

    Refused for a capacity outside 1 to 50, or a break without an end. A capacity under her present load ends no pair:
    she is simply full.
    """
    if "paused_until" in profile and profile["paused_until"] is None:
        profile.setdefault("paused_from", None)
    pause = {name: getattr(mentor, name) for name in ("paused_from", "paused_until")}
    _check_profile({**pause, **profile})
    lists = {name: set(profile.pop(name)) for name in LISTS if name in profile}
    changed = sorted(name for name, value in profile.items() if getattr(mentor, name) != value)
    moved = sorted(name for name, rows in lists.items() if set(getattr(mentor, name).all()) != rows)
    if changed:
        for name in changed:
            setattr(mentor, name, profile[name])
        mentor.save(update_fields=changed)
    for name in moved:
        getattr(mentor, name).set(lists[name])
    if changed or moved:
        history.record("update_mentor", mentor, by=by, organisation=mentor.organisation, fields=changed + moved)
    return mentor


@transaction.atomic
def accept_charter(mentor: Mentor, *, by: User | None) -> Mentor:
    """The mentor has read the charter and accepts it, today. Once: a second time changes nothing."""
    if mentor.charter_accepted_on is None:
        mentor.charter_accepted_on = clock.today()
        mentor.save(update_fields=["charter_accepted_on"])
        history.record("accept_charter", mentor, by=by, organisation=mentor.organisation)
    return mentor


@transaction.atomic
def add_training(
    mentor: Mentor, *, title: str, by: User | None, followed_on: date | None = None, hours: Decimal | None = None
) -> Training:
    """A training she has followed stands in her profile. Refused for a day to come, or hours outside 0.5 to 999."""
    if followed_on and followed_on > clock.today():
        raise Refused(_("This day is still to come."), field="followed_on")
    if hours is not None and not Decimal("0.5") <= hours <= 999:
        raise Refused(_("From half an hour to 999 hours."), field="hours")
    row = Training.objects.create(mentor=mentor, title=title.strip()[:160], followed_on=followed_on, hours=hours)
    history.record("add_training", mentor, by=by, organisation=mentor.organisation)
    return row


@transaction.atomic
def remove_training(training: Training, *, by: User | None) -> None:
    """It was written by mistake: the profile names it no more."""
    history.record("remove_training", training.mentor, by=by, organisation=training.mentor.organisation)
    training.delete()


def _check_profile(profile: dict[str, Any]) -> None:
    unknown = set(profile) - {*PROFILE, *LISTS}
    assert not unknown, f"not in a mentor's profile: {unknown}"
    if not 1 <= profile.get("capacity", 1) <= LARGEST:
        raise Refused(_("A mentor accompanies from 1 to %(most)s people.") % {"most": LARGEST}, field="capacity")
    hours = profile.get("hours_a_month")
    if hours is not None and not 1 <= hours <= MOST_HOURS:
        raise Refused(_("From 1 to %(most)s hours a month.") % {"most": MOST_HOURS}, field="hours_a_month")
    first, last = profile.get("paused_from"), profile.get("paused_until")
    if first and not last:
        raise Refused(_("Say until which day the break lasts."), field="paused_until")
    if first and last and first > last:
        raise Refused(_("The break would end before it begins."), field="paused_until")
