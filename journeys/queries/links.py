"""Addresses that pages of this app show, some of them in the apps above, which may not be mounted."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.urls import NoReverseMatch, reverse

from backend.accounts.models import User
from journeys import signals
from journeys.models import Delivery, Journey


@dataclass(frozen=True)
class Act:
    """Something a person may do from the page of a journey; `is_main` for the one that comes first, `is_aside` for what
    comes after the others."""

    label: str
    url: str
    icon: str = ""
    is_main: bool = False
    is_aside: bool = False


def acts_above(journey: Journey, user: User) -> list[Act]:
    """What the apps above offer this person on this journey: each answers `acts_asked`."""
    answers: list[tuple[Any, Any]] = signals.acts_asked.send(Journey, journey=journey, user=user)
    return sorted((act for _receiver, acts in answers for act in acts or []), key=lambda act: act.is_aside)


def asks_after(delivery: Delivery, user: User, token: str) -> list[Any]:
    """What the apps above ask of her once she has confirmed: each answers `after_confirming_asked`."""
    if delivery.state != Delivery.State.CONFIRMED:
        return []
    answers = signals.after_confirming_asked.send(Delivery, delivery=delivery, user=user, token=token)
    return [ask for _receiver, ask in answers if ask]


def address(name: str, *args: object) -> str:
    """The address of a page, or "" where nobody has mounted it."""
    try:
        return reverse(name, args=args)
    except NoReverseMatch:
        return ""


def addresses(name: str, numbers: Iterable[int]) -> dict[int, str]:
    """{number: the address of that row's page}: found once, whatever their number."""
    before, after = reverse(name, args=[0]).rsplit("0", 1)
    return {number: f"{before}{number}{after}" for number in numbers}


def journey_url(journey: Journey) -> str:
    return reverse("journeys:journey_detail", args=[journey.pk])


def act_url(code: str, journey: Journey, *, is_around: bool) -> str:
    """Where a lead does something about a sign of this `code`; the journey's own page when nothing is nearer.

    Contact details are handed to a lead who is in the group herself; another asks for them there.
    """
    if code == "no_mentor":
        return address("mentoring:mentor_pair", journey.pk) or journey_url(journey)
    if code in ("disputed", "unconfirmed"):
        return reverse("journeys:journey_ledger", args=[journey.pk])
    if code == "silent":
        if not is_around:
            return reverse("journeys:group", args=[journey.pk])
        person = journey.holder.user
        phone = "".join((journey.holder.phone or person.phone).split())
        return f"tel:{phone}" if phone else f"mailto:{person.email}"
    return journey_url(journey)
