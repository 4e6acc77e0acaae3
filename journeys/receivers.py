"""What journeys hear: each calls one action, inside the transaction of the act."""

from datetime import date, datetime
from typing import Any

from django.dispatch import receiver

from backend.accounts.models import Membership, Organisation, User
from backend.accounts.signals import role_ended
from backend.calendars.near import Coming
from backend.calendars.queries import Kind
from backend.calendars.signals import days_asked, kinds_asked
from backend.mail.ahead import Ahead
from backend.mail.models import WeeklyLetter
from backend.mail.signals import letters_ahead_asked, readers_asked, week_asked
from backend.mail.weekly import Line, Week
from journeys.actions.companions import close_group, end_parts_of_role
from journeys.actions.endings import close_what_was_planned
from journeys.actions.immersions.amendments import hear_amendment_answer
from journeys.actions.immersions.drafts import hear_company_changed
from journeys.actions.immersions.signing import tell_wiped
from journeys.models import Company, Immersion, Journey, Signature
from journeys.queries.ahead import reminders_ahead
from journeys.queries.calendar import KINDS, milestones_near
from journeys.queries.weekly import own_lines, readers_here
from journeys.queries.weekly_lead import lead_lines
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


@receiver(readers_asked, dispatch_uid="journeys.readers_of_weekly_letters")
def tell_readers(sender: type[WeeklyLetter], organisation: Organisation, **_more: Any) -> set[int]:
    """Whoever accompanies somebody here."""
    return readers_here(organisation)


@receiver(week_asked, dispatch_uid="journeys.week")
def tell_week(sender: type[WeeklyLetter], week: Week, **_more: Any) -> list[Line]:
    """Dates, what is owed, what is new; for leads, who needs them."""
    return [*own_lines(week), *lead_lines(week)]


@receiver(letters_ahead_asked, dispatch_uid="journeys.letters_ahead")
def tell_letters_ahead(
    sender: object, organisation: Organisation, now: datetime, until: datetime, **_more: Any
) -> list[Ahead]:
    """What the clock will write in the coming days."""
    return reminders_ahead(organisation, now, until)


@receiver(days_asked, dispatch_uid="journeys.milestones_near")
def tell_milestones(
    sender: object, start: date, end: date, user: User | None, organisation: Organisation | None, **_more: Any
) -> list[Coming]:
    """Milestones are due on a day."""
    return list(milestones_near(start, end, user, organisation))
