"""Mentors: welcomed with a role and a letter, profiles kept up to date."""

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from backend.accounts import actions as accounts
from backend.accounts.models import Membership, Organisation, User
from backend.history import actions as history
from backend.lib.refusal import Refused
from mentoring.actions import letters
from mentoring.models import Mentor

LARGEST = 50
PROFILE = ("capacity", "expertise", "languages", "commune", "headline", "bio", "video_url", "paused_until")


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

    `profile` holds fields named in PROFILE. Refused when she already is one here, or for a capacity outside 1 to 50.
    """
    _check_profile(profile)
    user = accounts.ensure_person(
        email, by=by, first_name=first_name, last_name=last_name, language=language, phone=phone
    )
    mentor, is_new = Mentor.objects.get_or_create(organisation=organisation, user=user, defaults=profile)
    if not is_new:
        raise Refused(_("This person is already a mentor here."), field="email")
    accounts.grant_role(user, organisation, Membership.Role.MENTOR, by=by)
    history.record("create_mentor", mentor, by=by, organisation=organisation)
    letters.welcome_mentor(mentor)
    return mentor


@transaction.atomic
def update_mentor(mentor: Mentor, *, by: User | None, **profile: Any) -> Mentor:
    """The given fields of her profile (see PROFILE) are as given; the rest stays.

    Refused for a capacity outside 1 to 50. A capacity under her present load ends no pair: she is simply full.
    """
    _check_profile(profile)
    changed = sorted(name for name, value in profile.items() if getattr(mentor, name) != value)
    if changed:
        for name in changed:
            setattr(mentor, name, profile[name])
        mentor.save(update_fields=changed)
        history.record("update_mentor", mentor, by=by, organisation=mentor.organisation, fields=changed)
    return mentor


def _check_profile(profile: dict[str, Any]) -> None:
    unknown = set(profile) - set(PROFILE)
    assert not unknown, f"not in a mentor's profile: {unknown}"
    if not 1 <= profile.get("capacity", 1) <= LARGEST:
        raise Refused(_("A mentor accompanies from 1 to %(most)s people.") % {"most": LARGEST}, field="capacity")
