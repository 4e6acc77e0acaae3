"""What journeys hear: each calls one action, inside the transaction of the act."""

from typing import Any

from django.dispatch import receiver

from backend.accounts.models import Membership, User
from backend.accounts.signals import role_ended
from backend.calendars.queries import Kind
from backend.calendars.signals import kinds_asked
from journeys.actions.companions import close_group, end_parts_of_role
from journeys.actions.endings import close_what_was_planned
from journeys.actions.immersions.amendments import hear_amendment_answer
from journeys.actions.immersions.drafts import hear_company_changed
from journeys.actions.immersions.signing import tell_wiped
from journeys.models import Company, Immersion, Journey, Signature
from journeys.queries.calendar import KINDS
from journeys.signals import agreement_wiped, amendment_answered, company_changed, journey_ended


@receiver(journey_ended, dispatch_uid="journeys.close_what_was_planned")
def close_planned(sender: type[Journey], journey: Journey, **_more: Any) -> None:
    """A journey that ends keeps no seat and no paper waiting."""
    close_what_was_planned(journey, by=None)


@receiver(journey_ended, dispatch_uid="journeys.close_group")
def close_around(sender: type[Journey], journey: Journey, **_more: Any) -> None:
    """Trainers and advisers see it no more."""
    close_group(journey, by=None)


@receiver(role_ended, dispatch_uid="journeys.end_parts_of_role")
def end_parts(sender: type[Membership], membership: Membership, by: User | None, **_more: Any) -> None:
    """Whoever holds no role any more is in no follow-up group by that role."""
    end_parts_of_role(membership, by=by)


@receiver(agreement_wiped, dispatch_uid="journeys.tell_wiped")
def tell_who_had_signed(
    sender: type[Immersion], wiped: list[Signature], fields: list[str], by: User | None, **_more: Any
) -> None:
    """Whoever signed a text that has changed is told."""
    tell_wiped(wiped, fields)


@receiver(company_changed, dispatch_uid="journeys.hear_company_changed")
def hear_company(sender: type[Company], company: Company, by: User | None, **_more: Any) -> None:
    """A text out to be signed names its host as the directory did when it went out."""
    hear_company_changed(company, by=by)


@receiver(amendment_answered, dispatch_uid="journeys.hear_amendment_answer")
def hear_answer(sender: type[Signature], signature: Signature, by: User | None, **_more: Any) -> None:
    """An amendment goes on, or is rejected."""
    hear_amendment_answer(signature, by=by)


@receiver(kinds_asked, dispatch_uid="journeys.kinds_of_dates")
def tell_kinds(sender: object, **_more: Any) -> list[Kind]:
    """Modules, immersions and milestones stand in calendars."""
    return KINDS
