"""Seats and places in line that nobody needs any more: given back together, in an order in which nobody waits."""

from django.db.models import QuerySet

from backend.accounts.models import User
from backend.lib import clock
from journeys.actions.modules import withdraw_enrolment
from journeys.actions.seats import locked_together
from journeys.models import Enrolment, ModuleDate

HELD = (Enrolment.State.ENROLLED, Enrolment.State.WAITING)


def places_to_come() -> "QuerySet[Enrolment]":
    """Seats and places in line at dates that have not begun."""
    return Enrolment.objects.filter(
        state__in=HELD, module_date__state=ModuleDate.State.PLANNED, module_date__starts_at__gt=clock.now()
    )


def hold_dates(places: "QuerySet[Enrolment]") -> None:
    """The dates of these places are held until the end of the transaction. The journeys are held by the caller."""
    dates = list(places.order_by().values_list("module_date", flat=True))
    if dates:
        locked_together(dates)


def give_back_places(places: "QuerySet[Enrolment]", *, by: User | None) -> int:
    """Each is withdrawn: the person is told once, and a seat goes to the first who waits there. How many."""
    hold_dates(places)
    rows = list(places.select_related("module_date").order_by("module_date", "pk"))
    for one in rows:
        withdraw_enrolment(one, by=by)
    return len(rows)
