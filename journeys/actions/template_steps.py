"""The steps of a draft: added, changed, moved, removed. A published version never comes through here."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from backend.accounts.models import Organisation, User
from backend.history import actions as history
from backend.lib.refusal import Refused
from journeys.actions.drafts import lock_draft
from journeys.actions.programme_rules import STEPS, check_step, check_text, free_code, in_order
from journeys.actions.programmes import STEP
from journeys.models import Module, ProgrammeVersion, StepKind, StepTemplate
from journeys.queries.versions import after_codes, stamp_of, steps_of

LINKS = ("module", "new_module_fr", "new_module_en", "after")


@transaction.atomic
def add_programme_step(version: ProgrammeVersion, *, kind: str, by: User | None, **facts: Any) -> StepTemplate:
    """A step at the end of the draft, with a code of its own made from its title once and for ever.

    `facts`: those of STEP; `after`, the codes it waits for; for a module step, `module`, or the titles of a new one in
    `new_module_fr` and `new_module_en`. Refused when the draft is full or no longer one, when a fact cannot be, or when
    steps would wait for one another.
    """
    draft = lock_draft(version)
    steps = steps_of(draft)
    if len(steps) >= STEPS:
        raise Refused(_("A programme has %(count)d steps at most.") % {"count": STEPS})
    kept, links = _checked(draft, kind, facts)
    used = set(StepTemplate.objects.filter(version__programme=draft.programme).values_list("code", flat=True))
    code = free_code(kept["title_fr"] or kept["title_en"], used)
    before = _before(steps, code, kept["title_fr"] or kept["title_en"], links.get("after", ()))
    step = StepTemplate.objects.create(
        version=draft,
        code=code,
        kind=kind,
        position=max((one.position for one in steps), default=0) + 1,
        module=_module(draft.programme.organisation, kind, links, kept["minutes_expected"]),
        **kept,
    )
    step.after.set(before)
    history.record("add_programme_step", step, by=by, organisation=draft.programme.organisation)
    return step


@transaction.atomic
def update_programme_step(
    step: StepTemplate, *, stamp: str | None = None, by: User | None, **facts: Any
) -> StepTemplate:
    """The given facts of this step of the draft are as given (see `add_programme_step`); code and kind stay.

    Refused as for a new one, and when `stamp` is no longer that of the step: somebody else saved it meanwhile.
    """
    draft = lock_draft(step.version)
    steps = steps_of(draft)
    fresh = _found(steps, step)
    if stamp and stamp != stamp_of(fresh):
        raise Refused(_("Somebody else saved this step while you were typing. Compare, then save again."))
    kept, links = _checked(draft, fresh.kind, {name: getattr(fresh, name) for name in STEP} | facts)
    was = stamp_of(fresh)
    if "module" in links or links.get("new_module_fr"):
        fresh.module = _module(draft.programme.organisation, fresh.kind, links, kept["minutes_expected"])
    for name, value in kept.items():
        setattr(fresh, name, value)
    fresh.save(update_fields=[*kept, "module"])
    if "after" in links:
        fresh.after.set(_before(steps, fresh.code, str(fresh), links["after"]))
    fresh = _found(steps_of(draft), step)
    if stamp_of(fresh) != was:
        history.record("update_programme_step", fresh, by=by, organisation=draft.programme.organisation)
    return fresh


def _found(steps: Sequence[StepTemplate], step: StepTemplate) -> StepTemplate:
    """This step as it stands now. Refused when it was removed meanwhile."""
    for one in steps:
        if one.pk == step.pk:
            return one
    raise Refused(_("Somebody removed this step from the draft meanwhile."))


def _checked(draft: ProgrammeVersion, kind: str, facts: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """(the facts to keep, what leads to other rows)."""
    unknown = set(facts) - {*STEP, *LINKS}
    assert not unknown, f"not a fact of a step: {unknown}"
    links = {name: facts[name] for name in LINKS if name in facts}
    return check_step({name: facts[name] for name in STEP if name in facts}, kind=kind), links


def _before(steps: Sequence[StepTemplate], code: str, title: str, wanted: Collection[str]) -> list[StepTemplate]:
    """The steps that `code` is to wait for. Refused, beside `after`, when they would wait for one another."""
    graph = {one.code: list(after_codes(one)) for one in steps} | {code: list(wanted)}
    in_order(graph, {one.code: str(one) for one in steps} | {code: title})
    return [one for one in steps if one.code in wanted]


def _module(organisation: Organisation, kind: str, links: Mapping[str, Any], minutes: int) -> Module | None:
    """The module of the catalogue that was chosen, or a new one in it; none for the other kinds."""
    if kind != StepKind.MODULE:
        return None
    title = check_text(links.get("new_module_fr", ""), 160, "new_module_fr")
    if title:
        return Module.objects.create(
            organisation=organisation,
            code=free_code(title, set(organisation.modules.values_list("code", flat=True))),
            title_fr=title,
            title_en=check_text(links.get("new_module_en", ""), 160, "new_module_en"),
            minutes=minutes or 180,
        )
    module: Module | None = links.get("module")
    if module is not None and module.organisation_id != organisation.pk:
        raise Refused(_("This module is in another organisation’s catalogue."), field="module")
    return module


@transaction.atomic
def move_programme_step(step: StepTemplate, *, place: int, by: User | None) -> StepTemplate:
    """The step stands at this place of the draft (1 is first), the others close up. Refused outside the line."""
    draft = lock_draft(step.version)
    steps = steps_of(draft)
    fresh = _found(steps, step)
    if not 1 <= place <= len(steps):
        raise Refused(_("Give a place between 1 and %(count)d.") % {"count": len(steps)}, field="place")
    others = [one for one in steps if one.pk != fresh.pk]
    if steps.index(fresh) != place - 1:
        _renumber([*others[: place - 1], fresh, *others[place - 1 :]])
        history.record("move_programme_step", fresh, by=by, organisation=draft.programme.organisation, place=place)
    return fresh


def _renumber(steps: Sequence[StepTemplate]) -> None:
    for position, one in enumerate(steps, start=1):
        one.position = position
    StepTemplate.objects.bulk_update(steps, ["position"])


@transaction.atomic
def remove_programme_step(step: StepTemplate, *, by: User | None) -> None:
    """The step is gone from the draft; those that waited for it wait for what it waited for.

    Asked again for a step that is gone, nothing happens.
    """
    draft = lock_draft(step.version)
    steps = steps_of(draft)
    gone = next((one for one in steps if one.pk == step.pk), None)
    if gone is None:
        return
    inherited = list(gone.after.all())
    for later in steps:
        if gone.code in after_codes(later):
            later.after.add(*inherited)
    history.record("remove_programme_step", gone, by=by, organisation=draft.programme.organisation)
    gone.delete()
    _renumber([one for one in steps if one is not gone])
