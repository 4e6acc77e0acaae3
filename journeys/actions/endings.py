"""What a journey that ends leaves behind: seats given back, papers closed."""

from collections.abc import Sequence

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from backend.accounts.actions import revoke_links
from backend.accounts.models import User
from backend.lib import clock
from journeys.actions.host_asks import PURPOSE, withdraw_host_ask
from journeys.actions.immersions.drafts import EDITABLE
from journeys.actions.immersions.stays import cancel_immersion
from journeys.actions.places import give_back_places, hold_dates, places_to_come
from journeys.models import HostAsk, Immersion, Journey


@transaction.atomic
def close_what_was_planned(journey: Journey, *, by: User | None) -> None:
    """Seats and places in line at dates to come are free again; immersions that have not begun are cancelled, and
    requests to companies withdrawn: no letter of theirs names her any more."""
    give_back_places(places_to_come().filter(step__journey=journey), by=by)
    to_come = Q(state=Immersion.State.VALIDATED, starts_on__gt=clock.today())
    stays = Immersion.objects.filter(Q(state__in=EDITABLE) | to_come, step__journey=journey)
    for stay in stays.select_related("company", "step__journey__programme__organisation").order_by("pk"):
        cancel_immersion(stay, reason=_("The journey has ended."), by=by)
    asks = HostAsk.objects.filter(step__journey=journey).select_related(
        "company", "step__journey__programme__organisation", "step__journey__holder__user"
    )
    for ask in asks.live().order_by("pk"):
        withdraw_host_ask(ask, by=by)
    for ask in asks.filter(state=HostAsk.State.UNANSWERED):  # its link took a late answer
        revoke_links(ask, purpose=PURPOSE)


def hold_together(journeys: Sequence[Journey]) -> None:
    """Before several journeys end in one act: all of them are held, then the dates of all their places."""
    ids = [one.pk for one in journeys]
    list(Journey.objects.select_for_update(no_key=True).filter(pk__in=ids).order_by("pk").values_list("pk"))
    hold_dates(places_to_come().filter(step__journey__in=ids))
