"""Going on after an agreement: a new one, linked to it."""

from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from backend.accounts.models import User
from backend.lib.refusal import Refused
from backend.web.reading import day as read_day
from journeys.actions.immersions.drafts import duplicate_immersion, locked, note
from journeys.models import Immersion, Step

State, Outcome = Immersion.State, Immersion.Outcome
RENEWABLE = (State.VALIDATED, State.IN_PROGRESS, State.COMPLETED, State.ASSESSED)
CLOSED = (State.REJECTED, State.CANCELLED)


@transaction.atomic
def renew_immersion(
    immersion: Immersion, *, starts_on: date, ends_on: date, step: Step | None = None, by: User | None
) -> Immersion:
    """A draft with the same facts for the same person, on days after the last one, to be signed anew by everybody.

    For the same step while it is open, else for `step`. Days at the same host add up: `rules.warnings` says so.
    Refused unless the former agreement is or was in force, when it is renewed already, for days that begin before its
    end, and as `plan_immersion`.
    """
    immersion = locked(immersion)
    step = step or immersion.step
    if immersion.state not in RENEWABLE or immersion.outcome == Outcome.NOT_HAPPENED:
        raise Refused(_("Only an agreement that is or was in force is renewed."))
    if step.journey.holder_id != immersion.step.journey.holder_id:
        raise Refused(_("A renewal is for the same person."), field="step")
    if immersion.renewals.exclude(state__in=CLOSED).exists():
        raise Refused(_("It is renewed already: go on with that agreement."))
    if starts_on <= immersion.final_day:
        sentence = _("A renewal begins after the last day of the former agreement, %(day)s.")
        raise Refused(sentence % {"day": read_day(immersion.final_day)}, field="starts_on")
    renewal = duplicate_immersion(immersion, step=step, starts_on=starts_on, ends_on=ends_on, by=by)
    renewal.renews = immersion
    renewal.save(update_fields=["renews"])
    note("renew_immersion", immersion, by=by, renewal=renewal.pk)
    return renewal
