"""What was shared in a pair and passes on to whoever follows: the holder's to say, before or after."""

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from backend.accounts.models import User
from backend.history import actions as history
from backend.lib import clock
from backend.lib.refusal import Refused
from mentoring.actions.letters import organisation_of
from mentoring.models import Mentorship


@transaction.atomic
def withhold_past(pair: Mentorship, *, by: User | None) -> Mentorship:
    """No mentor but the pair's own reads the summaries shared in it, nor in those that ended before it. Twice is once.

    The leads, who were named as readers, still do. Refused for what never was a pair.
    """
    return _keep(pair, "withhold_past", is_withheld=True, by=by)


@transaction.atomic
def pass_past_on(pair: Mentorship, *, by: User | None) -> Mentorship:
    """Whoever follows reads them again, as it is unless the holder says otherwise. Twice is once. Refused likewise.

    What was withheld by another act, from the page of an earlier pair, stays so: one act writes one moment.
    """
    return _keep(pair, "pass_past_on", is_withheld=False, by=by)


def _keep(pair: Mentorship, verb: str, *, is_withheld: bool, by: User | None) -> Mentorship:
    if not pair.has_begun:
        raise Refused(_("Nothing was shared: this pair never began."))
    rows = Mentorship.objects.begun().filter(journey=pair.journey_id)
    before = Q(pk__lt=pair.pk, state=Mentorship.State.ENDED)
    if pair.ended_on:
        before &= Q(ended_on__lte=pair.ended_on)
    rows = rows.filter(Q(pk=pair.pk) | before)
    pair.refresh_from_db(fields=["withheld_at"])
    if not is_withheld:
        rows = rows.filter(withheld_at=pair.withheld_at)
    changed = rows.filter(withheld_at__isnull=is_withheld).update(withheld_at=clock.now() if is_withheld else None)
    pair.refresh_from_db(fields=["withheld_at"])
    if changed:
        history.record(verb, pair, by=by, organisation=organisation_of(pair), count=changed)
    return pair
