"""What people are told about an amendment: to validate, changed since signed, closed, in force."""

from collections.abc import Iterable

from django.conf import settings
from django.urls import reverse

from backend.accounts.models import User
from journeys.actions.immersions import invites
from journeys.actions.immersions import signing_letters as letters
from journeys.models import Amendment, Signature

NEWS = "amendment_news"


def page_of(amendment: Amendment) -> str:
    """The full address of its page."""
    return settings.SITE_URL + reverse("journeys:amendment_detail", args=[amendment.pk])


def tell_parties(amendment: Amendment, rows: Iterable[Signature], what: str, *, key: str) -> None:
    """To those asked to sign it: `what` is wiped or closed. One without an e-mail signs on paper, and is not written
    to."""
    for one in rows:
        if one.email:
            letters.post(
                NEWS, amendment.immersion, to=letters.reader(one), name=one.name, key=f"{key}:{one.pk}",
                amendment=amendment, what=what, page="", invite=None,
            )  # fmt: skip


def tell_team(amendment: Amendment, people: Iterable[User], what: str, *, key: str) -> None:
    """To those of the team who follow this stay: `what` is whole or closed."""
    for person in people:
        letters.post(
            NEWS, amendment.immersion, to=person, key=f"{key}:user:{person.pk}", amendment=amendment, what=what,
            page=page_of(amendment), invite=None,
        )  # fmt: skip


def tell_in_force(amendment: Amendment, *, by: User | None) -> None:
    """To holder, company and tutor: how the stay is from now on; one letter each, with the dates for calendars."""
    invites.tell_sides(
        NEWS, amendment.immersion, key=f"amendment_in_force:{amendment.pk}", by=by, amendment=amendment,
        what="in_force", page="",
    )  # fmt: skip
