"""Time a mentor spends around a session: preparation and travel, apart from contact time."""

from django.db import transaction
from django.utils.translation import gettext as _

from backend.accounts.models import User
from backend.lib.refusal import Refused
from journeys import actions as journeys
from journeys.models import Delivery
from mentoring.models import Session

MOST = 24 * 60  # minutes


@transaction.atomic
def declare_apart(session: Session, *, by: User | None, preparation: int = 0, travel: int = 0) -> list[Delivery]:
    """What she spent on this session besides it, in minutes: said again, the last word stands; 0 for none.

    Refused unless the session was held, or over a day of either.
    """
    Session.objects.select_for_update(no_key=True).get(pk=session.pk)
    if session.state != Session.State.HELD:
        raise Refused(_("Preparation and travel are noted once the session is logged."))
    wanted = {Delivery.Sort.PREPARATION: preparation, Delivery.Sort.TRAVEL: travel}
    rows = [_say(session, sort, minutes or 0, by=by) for sort, minutes in wanted.items()]
    return [row for row in rows if row is not None]


def _say(session: Session, sort: Delivery.Sort, minutes: int, *, by: User | None) -> Delivery | None:
    if not 0 <= minutes <= MOST:
        raise Refused(_("From 0 to 24 hours."), field=str(sort))
    lines = Delivery.objects.filter(journey=session.mentorship.journey_id, source=session.source, sort=sort)
    standing = lines.standing().order_by("pk").first()
    if standing is not None and standing.minutes == minutes:
        return standing
    if standing is not None and not minutes:
        journeys.void_delivery(standing, reason=_("Noted by mistake."), by=by)
        return None
    if standing is not None:
        return journeys.replace_delivery(standing, minutes=minutes, reason=_("Corrected."), by=by)
    if not minutes:
        return None
    return journeys.record_delivery(
        session.mentorship.journey, step=session.step, kind=Delivery.Kind.MENTORING, source=session.source,
        happened_at=session.held_at or session.starts_at, minutes=minutes, by=by, sort=sort,
    )  # fmt: skip
