"""Signs set aside for a while with a reason, and taken up again. Nothing is closed: on its day a sign is back."""

from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from backend.accounts.models import User
from backend.history import actions as history
from backend.lib import clock
from backend.lib.refusal import Refused
from journeys.models import Journey, Snooze
from journeys.queries.signs import flagged

MOST_DAYS = 92


@transaction.atomic
def snooze_sign(journey: Journey, *, code: str, until_on: date, reason: str, by: User | None) -> Snooze:
    """The sign leaves the list of needs until that day, and is back on it; the page of the journey still shows it.

    The same twice is once; another day or reason takes the place of the first. Refused without a reason, for a day that
    has come or is more than three months away, or for a sign that this journey does not show.
    """
    if not reason.strip():
        raise Refused(_("Say in a few words why this can wait."), field="reason")
    if until_on <= clock.today():
        raise Refused(_("Choose a day to come: on that day the sign is back."), field="until_on")
    if until_on > clock.today() + clock.days(MOST_DAYS):
        raise Refused(_("Three months at most: somebody should look again before."), field="until_on")
    Journey.objects.select_for_update().get(pk=journey.pk)
    if not flagged(Journey.objects.filter(pk=journey.pk), code).exists():
        raise Refused(_("This journey no longer shows this sign: there is nothing to set aside."))
    known = Snooze.objects.current().filter(journey=journey, code=code).order_by("-pk").first()
    if known and (known.until_on, known.reason) == (until_on, reason.strip()):
        return known
    if known:
        Snooze.objects.filter(pk=known.pk).update(ended_at=clock.now())
    snooze = Snooze.objects.create(journey=journey, code=code, until_on=until_on, reason=reason.strip(), by=by)
    history.record(
        "snooze_sign",
        journey,
        by=by,
        organisation=journey.programme.organisation,
        code=code,
        until_on=until_on,
        reason=reason.strip(),
    )
    return snooze


@transaction.atomic
def unsnooze_sign(snooze: Snooze, *, by: User | None) -> Snooze:
    """The sign is taken up again before its day. Refused when it is back already."""
    if not Snooze.objects.current().filter(pk=snooze.pk).update(ended_at=clock.now()):
        raise Refused(_("This sign is on the list again already."))
    snooze.refresh_from_db()
    journey = snooze.journey
    history.record("unsnooze_sign", journey, by=by, organisation=journey.programme.organisation, code=snooze.code)
    return snooze
