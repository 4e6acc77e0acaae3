"""What was decided on a journey: next actions with an owner."""

from collections.abc import Iterable
from datetime import date

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from backend.accounts.models import Organisation, User
from backend.history import actions as history
from backend.lib import clock
from backend.lib.refusal import Refused
from backend.mail.actions import drop_letters
from journeys.actions import commitment_letters as letters
from journeys.models import Commitment, Journey
from journeys.queries.commitments import due_of, late_of


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
    """Done, and who says so. Done twice is done once."""
    changed = Commitment.objects.open().filter(pk=commitment.pk).update(done_at=clock.now(), done_by=by)
    return _changed("complete_commitment", commitment, bool(changed), by=by)


@transaction.atomic
def drop_commitment(commitment: Commitment, *, reason: str, by: User | None) -> Commitment:
    """It will not be done, and why. Refused without a word, or once it is done or dropped."""
    if not reason.strip():
        raise Refused(_("Say in a word why it is dropped."), field="reason")
    changed = (
        Commitment.objects.open()
        .filter(pk=commitment.pk)
        .update(dropped_at=clock.now(), dropped_by=by, drop_reason=reason.strip()[:240])
    )
    if not changed:
        raise Refused(_("This was done or dropped meanwhile."))
    return _changed("drop_commitment", commitment, True, by=by, reason=reason.strip())


@transaction.atomic
def move_commitment(commitment: Commitment, *, due_on: date, by: User | None) -> Commitment:
    """It is to be done by another day, of which a letter tells its owner anew. Refused for a past day, or once over."""
    if due_on < clock.today():
        raise Refused(_("Choose a day that is still to come."), field="due_on")
    changed = Commitment.objects.open().filter(pk=commitment.pk).update(due_on=due_on)
    if not changed:
        raise Refused(_("This was done or dropped meanwhile."))
    return _changed("move_commitment", commitment, True, by=by, due_on=due_on.isoformat())


@transaction.atomic
def reopen_commitment(commitment: Commitment, *, by: User | None) -> Commitment:
    """Ticked or dropped by mistake: it stands open again. Twice is once."""
    changed = (
        Commitment.objects.filter(pk=commitment.pk)
        .exclude(done_at=None, dropped_at=None)
        .update(done_at=None, done_by=None, dropped_at=None, dropped_by=None, drop_reason="")
    )
    return _changed("reopen_commitment", commitment, bool(changed), by=by)


def _changed(verb: str, commitment: Commitment, is_new: bool, *, by: User | None, **details: object) -> Commitment:
    commitment.refresh_from_db(from_queryset=Commitment.objects.select_related("journey__programme__organisation"))
    if is_new:
        drop_letters(commitment)
        history.record(verb, commitment, by=by, organisation=commitment.journey.programme.organisation, **details)
    return commitment


@transaction.atomic
def carry_commitments(owner: User) -> list[Commitment]:
    """What a letter about to be written to `owner` tells her is due: claimed, so that no other letter tells it again.

    Those due today or tomorrow on her clock that no letter has told of yet; once per due date.
    """
    rows = list(due_of(owner))
    return [one for one in rows if _claim(one)]


@transaction.atomic
def untell_commitments(numbers: Iterable[int]) -> int:
    """The letter that told of these does not leave: another may tell them; how many."""
    return Commitment.objects.open().filter(pk__in=numbers).update(told_for=None)


@transaction.atomic
def remind_of_commitments(owner: User, organisation: Organisation) -> bool:
    """One letter for all that `owner` has due here, the day before or on the day; True when this call posts it.

    What is told once is not told again for the same day; what is late already is listed with it, and asks for no letter
    of its own.
    """
    told = [one for one in due_of(owner).filter(journey__programme__organisation=organisation) if _claim(one)]
    if told:
        letters.commitments_due(owner, told, late_of(owner, organisation), organisation)
    return bool(told)


def _claim(commitment: Commitment) -> bool:
    """Is it this call that tells of this due date?"""
    fresh = Commitment.objects.open().filter(pk=commitment.pk, due_on=commitment.due_on)
    told = Q(told_for=None) | ~Q(told_for=commitment.due_on)
    return bool(fresh.filter(told).update(told_for=commitment.due_on))


@transaction.atomic
def hand_over_commitments(journey: Journey, owner: User, *, to: User | None, by: User | None) -> list[Commitment]:
    """What `owner` had still to do on this journey is now for `to`; with nobody to take it, it is dropped, and stays
    readable. Which they were.
    """
    rows = list(Commitment.objects.open().filter(journey=journey, owner=owner).order_by("pk"))
    for commitment in rows:
        if to is None:
            commitment.dropped_at = clock.now()
        else:
            commitment.owner = to
        commitment.save(update_fields=["dropped_at", "owner"])
        drop_letters(commitment)
        verb = "drop_commitment" if to is None else "hand_over_commitment"
        history.record(verb, commitment, by=by, organisation=journey.programme.organisation, was=owner.pk)
    return rows
