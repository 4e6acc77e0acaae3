"""Drafting an immersion: planned, changed. Signing it is in `signing`, what becomes of it in `stays`."""

from collections.abc import Mapping
from dataclasses import fields, replace
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from backend.accounts.models import User
from backend.history import actions as history
from backend.lib.refusal import Refused
from backend.lib.states import move
from journeys.actions.companies import create_company
from journeys.actions.immersions.rules import Stay, facts_of, problems
from journeys.actions.steps import advance_step
from journeys.models import Company, Immersion, Signature, Step, StepKind

State = Immersion.State
EDITABLE = (State.DRAFT, State.TO_SIGN, State.PARTLY_SIGNED, State.TO_VALIDATE)
OVER = (State.COMPLETED, State.ASSESSED, State.REJECTED, State.CANCELLED)


def _tidy(stay: Stay) -> Stay:
    words: dict[str, Any] = {name: value.strip() for name, value in _facts(stay).items() if isinstance(value, str)}
    return replace(stay, **{**words, "tutor_email": words["tutor_email"].lower()})


def _facts(stay: Stay) -> dict[str, Any]:
    return {field.name: getattr(stay, field.name) for field in fields(stay)}


def refuse_problems(stay: Stay, step: Step) -> None:
    """The first rule that this stay breaks is refused, beside its field."""
    for field, sentence in problems(stay, step):
        raise Refused(sentence, field=field)


def locked(immersion: Immersion) -> Immersion:
    """The immersion as it stands now, held until the end of the transaction."""
    return (
        Immersion.objects.select_for_update(of=("self",))
        .select_related("company", "step__journey__holder__user", "step__journey__programme__organisation")
        .get(pk=immersion.pk)
    )


def note(verb: str, immersion: Immersion, *, by: User | None, **details: Any) -> None:
    """One line of history about this immersion."""
    history.record(verb, immersion, by=by, organisation=immersion.step.journey.programme.organisation, **details)


@transaction.atomic
def plan_immersion(
    step: Step, stay: Stay, *, new_company: Mapping[str, Any] | None = None, by: User | None
) -> Immersion:
    """A draft of this stay for an immersion step, which is then scheduled; a `new_company` (its facts) is made first.

    Refused when it breaks a rule of `rules.problems` (named beside its field), or when the step is of another
    kind or over. Warnings do not prevent it.
    """
    if step.kind != StepKind.IMMERSION:
        raise Refused(_("This step is not an immersion."))
    if not (step.is_open and step.journey.is_live):
        raise Refused(_("This step is over: nothing more can be planned for it."))
    if new_company:
        stay = replace(stay, company=_create_on_the_way(step, new_company, by=by))
    stay = _tidy(stay)
    refuse_problems(stay, step)
    immersion = Immersion.objects.create(step=step, **_facts(stay))
    if step.state == Step.State.PLANNED:
        advance_step(step, Step.State.SCHEDULED, by=by)
    note("plan_immersion", immersion, by=by, starts_on=stay.starts_on, ends_on=stay.ends_on)
    return immersion


def _create_on_the_way(step: Step, facts: Mapping[str, Any], *, by: User | None) -> Company:
    """The host described beside the stay; what is wrong with it is told beside its own fields, `new_…`."""
    try:
        return create_company(step.journey.programme.organisation, **facts, by=by)
    except Refused as refusal:
        raise Refused(refusal.sentence, field=f"new_{refusal.field}") from None


@transaction.atomic
def update_immersion(immersion: Immersion, stay: Stay, *, by: User | None) -> Immersion:
    """The facts are as given. Any change wipes every signature and makes it a draft again; none changes nothing.

    Refused once validated or closed, and when it breaks a rule.
    """
    immersion = locked(immersion)
    stay = _tidy(stay)
    was = facts_of(immersion)
    if stay == was:
        return immersion
    if immersion.state not in EDITABLE:
        raise Refused(_("This immersion is %(state)s: it can’t be changed any more.") % {"state": word(immersion)})
    refuse_problems(stay, immersion.step)
    changed = {name: value for name, value in _facts(stay).items() if value != getattr(was, name)}
    for name, value in changed.items():
        setattr(immersion, name, value)
    immersion.save(update_fields=list(changed))
    wiped = _wipe_signatures(immersion)
    note("update_immersion", immersion, by=by, fields=sorted(changed), signatures_wiped=wiped)
    return immersion


def _wipe_signatures(immersion: Immersion) -> list[str]:
    """A draft again, signed by nobody; who had signed."""
    signed = sorted(immersion.signatures.standing().values_list("party", flat=True))
    immersion.signatures.filter(amendment=None).update(state=Signature.State.WIPED)
    if immersion.state != State.DRAFT:
        move(immersion, State.DRAFT)
    return signed


def word(immersion: Immersion) -> str:
    """Its state as it stands within a sentence."""
    return str(immersion.get_state_display()).lower()
