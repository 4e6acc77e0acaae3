"""What was decided on a journey: next actions with an owner."""

from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from backend.accounts.models import User
from backend.history import actions as history
from backend.lib import clock
from backend.lib.refusal import Refused
from journeys.models import (
    Commitment,
    Journey,
)


@transaction.atomic
def add_commitment(journey: Journey, *, text: str, owner: User, due_on: date | None, by: User | None) -> Commitment:
    """A decided next action. Refused when it says nothing, or its owner has no part in the journey."""
    if not text.strip():
        raise Refused(_("Say what is to be done."), field="text")
    people = {
        journey.holder.user_id,
        journey.referent_id,
        *journey.companions.filter(ended_at=None).values_list("user", flat=True),
    }
    if owner.pk not in people and not owner.leads(journey.programme.organisation_id):
        raise Refused(_("Only people active on this journey can own a next step."), field="owner")
    commitment = Commitment.objects.create(
        journey=journey, text=text.strip()[:240], owner=owner, due_on=due_on, made_by=by
    )
    history.record("add_commitment", commitment, by=by, organisation=journey.programme.organisation)
    return commitment


@transaction.atomic
def complete_commitment(commitment: Commitment, *, by: User | None) -> Commitment:
    """Done. Done twice is done once."""
    changed = Commitment.objects.open().filter(pk=commitment.pk).update(done_at=clock.now())
    commitment.refresh_from_db(fields=["done_at", "dropped_at"])
    if changed:
        organisation = commitment.journey.programme.organisation
        history.record("complete_commitment", commitment, by=by, organisation=organisation)
    return commitment
