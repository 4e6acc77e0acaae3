"""What a journey that ends leaves behind: seats given back, papers closed."""

from django.db import transaction
from django.utils.translation import gettext as _

from backend.accounts.models import User
from backend.lib import clock
from journeys.actions.immersions.drafts import EDITABLE
from journeys.actions.immersions.stays import cancel_immersion
from journeys.actions.modules import withdraw_enrolment
from journeys.models import Enrolment, Immersion, Journey, ModuleDate


@transaction.atomic
def close_what_was_planned(journey: Journey, *, by: User | None) -> None:
    """Seats and places in line at dates to come are free again; immersions that have not begun are cancelled."""
    seats = Enrolment.objects.filter(
        step__journey=journey,
        state__in=[Enrolment.State.ENROLLED, Enrolment.State.WAITING],
        module_date__state=ModuleDate.State.PLANNED,
        module_date__starts_at__gt=clock.now(),
    )
    for enrolment in seats.select_related("module_date").order_by("pk"):
        withdraw_enrolment(enrolment, by=by)
    stays = Immersion.objects.filter(step__journey=journey, starts_on__gt=clock.today())
    stays = stays.filter(state__in=(*EDITABLE, Immersion.State.VALIDATED))
    for stay in stays.select_related("company", "step__journey__programme__organisation").order_by("pk"):
        cancel_immersion(stay, reason=_("The journey has ended."), by=by)
