"""A stay that stops before its last day: a fact that anybody may state, not a change that parties agree on."""

from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from backend.accounts.models import User
from backend.lib.refusal import Refused
from backend.web.reading import day as read_day
from journeys.actions.immersions import invites
from journeys.actions.immersions.amendments import LIVE, close_open_amendment
from journeys.actions.immersions.drafts import locked, note, word
from journeys.models import Immersion

Side = Immersion.Side


@transaction.atomic
def end_early(immersion: Immersion, *, last_day_on: date, reason: str, side: str, by: User | None) -> Immersion:
    """The stay stops after `last_day_on`, come or to come: no day and no hour after it, in calendars either.

    Why, and on whose side, is kept; holder, company and tutor have one letter; an open amendment is cancelled. It stays
    in force until its real hours are said. The same twice is once; another day corrects it. Refused without a reason
    or a side, unless validated, and for a day outside the stay or its last one.
    """
    immersion = locked(immersion)
    if immersion.state not in LIVE:
        raise Refused(_("This immersion is %(state)s: it does not end early.") % {"state": word(immersion)})
    if not immersion.starts_on <= last_day_on < immersion.ends_on:
        words = {"first": read_day(immersion.starts_on), "last": read_day(immersion.ends_on)}
        sentence = _("Choose a day from %(first)s, and before %(last)s. If nothing of it took place, cancel it.")
        raise Refused(sentence % words, field="last_day_on")
    if not reason.strip():
        raise Refused(_("Say why: the people concerned will ask."), field="reason")
    if side not in Side.values:
        raise Refused(_("Say on whose side."), field="side")
    facts = {"last_day_on": last_day_on, "closing_reason": reason.strip()[:240], "closing_side": side}
    if all(getattr(immersion, name) == value for name, value in facts.items()):
        return immersion
    for name, value in facts.items():
        setattr(immersion, name, value)
    immersion.revision += 1
    immersion.save(update_fields=[*facts, "revision"])
    close_open_amendment(immersion, _("The stay ended early."), by=by)
    note("end_early", immersion, by=by, **facts)
    key = f"{invites.ENDED}:{immersion.pk}:{immersion.revision}"
    invites.end_days(immersion, by=by, letter=invites.ENDED, key=key)
    return immersion
