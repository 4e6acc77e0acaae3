"""Drafting an immersion: planned, changed, used again. Signing it is in `signing`, what becomes of it in `stays`."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from backend.accounts.models import User
from backend.history import actions as history
from backend.lib import clock
from backend.lib.refusal import Refused
from backend.lib.states import move
from journeys.actions.companies import create_company
from journeys.actions.immersions import schedule
from journeys.actions.immersions.facts import (
    FACTS,
    PERSONAL,
    Stay,
    as_dict,
    changes,
    drafted,
    facts_of,
    first_facts,
    plain,
    tidy,
)
from journeys.actions.immersions.rules import missing, problems
from journeys.actions.steps import advance_step
from journeys.models import Company, Immersion, Paper, Signature, Step, StepKind
from journeys.queries.paper_facts import has_other_words
from journeys.signals import agreement_wiped

State = Immersion.State
EDITABLE = (State.DRAFT, State.TO_SIGN, State.PARTLY_SIGNED, State.TO_VALIDATE)
OVER = Immersion.OVER
OF_PARTIES = ["parties"]  # names and addresses kept elsewhere: the directory, the organisation, the person


class ChangedMeanwhile(Refused):
    """Somebody saved another version since this one was read: nothing was written.

    `theirs` is the stay as it stands now, at `revision`; `mine` what was to be saved.
    """

    def __init__(self, *, mine: Stay, theirs: Stay, revision: int, sentence: str = "") -> None:
        both = changes(theirs, mine)
        yours, now = plain(mine, both), plain(theirs, both)
        super().__init__(
            sentence
            or _("Somebody changed this agreement while you were writing. Nothing is lost: choose what to keep."),
            revision=revision,
            conflicts={name: {"yours": yours[name], "now": now[name]} for name in both},
        )
        self.mine, self.theirs, self.revision = mine, theirs, revision


def refuse_problems(stay: Stay, step: Step, *, only: tuple[str, ...] = FACTS) -> None:
    """The first rule that this stay breaks is refused, beside its field; `only`: those about these fields."""
    for name, sentence in problems(stay, step):
        if name in only:
            raise Refused(sentence, field=name)


def refuse_missing(stay: Stay, step: Step) -> None:
    """What an agreement needs before it goes out to be signed; the first thing missing is refused."""
    for name, sentence in missing(stay, step):
        raise Refused(_("Still missing before it can be signed: %(what)s") % {"what": sentence}, field=name)


def locked(immersion: Immersion) -> Immersion:
    """The immersion as it stands now, held until the end of the transaction."""
    return _held_rows().get(pk=immersion.pk)


def hold(immersion: Immersion) -> None:
    """The same, for the row that the caller goes on with: it is brought to how it stands now."""
    immersion.refresh_from_db(from_queryset=_held_rows())


def _held_rows() -> QuerySet[Immersion]:
    return Immersion.objects.select_for_update(of=("self",)).select_related(
        "company", "site", "step__journey__holder__user", "step__journey__programme__organisation"
    )


def note(verb: str, immersion: Immersion, *, by: User | None, **details: Any) -> None:
    """One line of history about this immersion."""
    history.record(verb, immersion, by=by, organisation=immersion.step.journey.programme.organisation, **details)


@transaction.atomic
def plan_immersion(
    step: Step, stay: Stay, *, new_company: Mapping[str, Any] | None = None, by: User | None
) -> Immersion:
    """A draft of this stay for an immersion step, which is then scheduled; a `new_company` (its facts) is made first.

    What it leaves empty is filled from what is known of the company and the team. Refused when it breaks a rule of
    `rules.problems` (named beside its field), or when the step is of another kind or over. Warnings do not prevent it.
    """
    if step.kind != StepKind.IMMERSION:
        raise Refused(_("This step is not an immersion."))
    if not (step.is_open and step.journey.is_live):
        raise Refused(_("This step is over: nothing more can be planned for it."))
    if new_company:
        stay = replace(stay, company=_create_on_the_way(step, new_company, by=by))
    stay = tidy(drafted(stay, step, by=by))
    refuse_problems(stay, step)
    immersion = Immersion.objects.create(step=step, **as_dict(stay))
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
def duplicate_immersion(
    immersion: Immersion, *, step: Step, starts_on: date, ends_on: date, by: User | None
) -> Immersion:
    """A new draft for `step` with the facts of a former agreement: same host, same hours on the same days of the week.

    Its signatures stay behind, and what is personal too when the step is somebody else’s. Refused for a step of
    another organisation, and as `plan_immersion`.
    """
    if step.journey.programme.organisation_id != immersion.step.journey.programme.organisation_id:
        raise Refused(_("Choose a step of the same organisation."), field="step")
    former = facts_of(immersion)
    facts = as_dict(former) | {"starts_on": starts_on, "ends_on": ends_on, "basis_number": ""}
    days = schedule.redated(former.schedule, starts_on, ends_on)
    facts["schedule"] = days or (schedule.regular(starts_on, ends_on) if former.schedule else [])
    if former.site and former.site.is_closed:
        facts |= {"site": None, "place": ""}
    if former.basis == Immersion.Basis.PMSMP:  # its number names one stay only
        facts["basis"] = Immersion.Basis.OWN
    if step.journey.holder_id != immersion.step.journey.holder_id:
        blank = {name: Stay.__dataclass_fields__[name].default for name in PERSONAL}
        facts |= {**blank, "is_employed": first_facts(step)["is_employed"], "validator_name": "", "validator_email": ""}
    return plan_immersion(step, Stay(**facts), by=by)


@transaction.atomic
def update_immersion(
    immersion: Immersion,
    stay: Stay,
    *,
    revision: int | None = None,
    only: tuple[str, ...] = FACTS,
    by: User | None,
    **details: Any,
) -> Immersion:
    """The facts are as given. Any change wipes every signature and makes it a draft again; none changes nothing.

    `revision` is that of the agreement when it was read: ChangedMeanwhile when somebody changed it since, with both
    versions. Refused once validated or closed, and when it breaks a rule (of the facts in `only`). Who had signed, or
    was asked to, hears of it through the signal `agreement_wiped`; it is held from being signed meanwhile. Names and
    addresses of the parties that changed elsewhere since it went out count as a change.
    """
    immersion = locked(immersion)
    stay, was = tidy(stay), facts_of(immersion)
    is_other = immersion.state in EDITABLE and has_other_words(immersion)
    if stay == was and not is_other:
        return immersion
    if immersion.state not in EDITABLE:
        raise Refused(_("This immersion is %(state)s: it can’t be changed any more.") % {"state": word(immersion)})
    if revision is not None and revision != immersion.revision:
        raise ChangedMeanwhile(mine=stay, theirs=was, revision=immersion.revision)
    refuse_problems(stay, immersion.step, only=only)
    changed = write_facts(immersion, stay)
    _start_over(immersion, [*changed, *OF_PARTIES * is_other], by=by, **details)
    return immersion


def _start_over(immersion: Immersion, changed: list[str], *, by: User | None, **details: Any) -> None:
    """Its text has changed: nobody has signed it, and who had signed the former one hears of it."""
    wiped = wipe_signatures(immersion)
    signed = sorted(one.party for one in wiped if one.signed_on)
    note("update_immersion", immersion, by=by, fields=changed, signatures_wiped=signed, **details)
    if wiped:
        agreement_wiped.send(Immersion, immersion=immersion, wiped=wiped, fields=changed, by=by)


@transaction.atomic
def wipe_other_words(immersion: Immersion, *, by: User | None) -> bool:
    """An agreement not validated yet whose parties are named otherwise than in the text that went out is a draft again,
    as when its own facts change. Was it done now?"""
    immersion = locked(immersion)
    if immersion.state not in EDITABLE or not has_other_words(immersion):
        return False
    write_facts(immersion, facts_of(immersion))
    _start_over(immersion, list(OF_PARTIES), by=by)
    return True


def hear_company_changed(company: Company, *, by: User | None) -> None:
    """The directory says something else of this host: texts that name it and are out to be signed are out no more."""
    for row in company.immersions.filter(state__in=EDITABLE).exclude(fingerprint="").order_by("pk"):
        wipe_other_words(row, by=by)


def write_facts(immersion: Immersion, stay: Stay) -> list[str]:
    """The columns that differ are written and the revision grows; their names. The caller holds the row."""
    changed = changes(facts_of(immersion), stay)
    for name, value in changed.items():
        setattr(immersion, name, value)
    immersion.revision += 1
    immersion.save(update_fields=[*changed, "revision"])
    return sorted(changed)


def wipe_signatures(immersion: Immersion) -> list[Signature]:
    """A draft again, signed by nobody and asked of nobody; the rows that stood until now, as they were."""
    rows = immersion.signatures.filter(amendment=None).exclude(state=Signature.State.WIPED)
    wiped = list(rows.order_by("pk"))
    rows.update(state=Signature.State.WIPED)
    if immersion.state != State.DRAFT:
        move(immersion, State.DRAFT, stamps={"asked_to_sign_at": None, "fingerprint": ""})
        former = immersion.papers.filter(kind=Paper.Kind.AGREEMENT, replaced_at=None)
        former.update(replaced_at=clock.now())  # whoever holds the text that has changed learns it
    return wiped


def word(immersion: Immersion) -> str:
    """Its state as it stands within a sentence."""
    return str(immersion.get_state_display()).lower()
