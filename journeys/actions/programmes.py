"""Programmes: made from a description, changed, duplicated; their steps are in versions."""

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from backend.accounts.models import Organisation, User
from backend.history import actions as history
from backend.lib import clock
from backend.lib.refusal import Refused
from journeys import signals
from journeys.actions.programme_rules import STEPS, check_settings, check_step, free_code, in_order
from journeys.models import Commune, Module, Programme, ProgrammeVersion, StepKind, StepTemplate
from journeys.queries.programme_files import describe
from journeys.queries.programmes import SETTINGS, stamp_of_settings

__all__ = ["create_programme", "duplicate_programme", "in_order", "load_programmes", "update_programme"]

CATALOGUE = Path(__file__).resolve().parent.parent / "data" / "programmes.json"
# The name of a fact of a step in a description, where it is not the same.
SHORT = {
    "is_required": "required",
    "is_shared": "shared",
    "min_days": "min",
    "max_days": "max",
    "minutes_expected": "minutes",
}
STEP = (
    *("title_fr", "title_en", "weight", "is_required", "is_shared", "min_days", "max_days", "minutes_expected"),
    *("occurrences", "evidence_fr", "evidence_en", "resources"),
)


@transaction.atomic
def create_programme(
    organisation: Organisation, description: Mapping[str, Any], *, publish: bool = True, by: User | None
) -> Programme:
    """A programme with its first version (published, or else a draft), from a description as in data/programmes.json.

    Without a code it gets one from its title; without steps its version is empty. `communes` are INSEE codes; those
    unknown here are left out. Modules are shared between the programmes of one organisation, by code. Refused when the
    code is taken, a fact cannot be, or prerequisites form a cycle.
    """
    given = {"title_fr": "", "is_open": description.get("open", True), **description}
    settings = check_settings({name: given[name] for name in SETTINGS if name in given})
    programme = _save(organisation, description.get("code", ""), settings)
    programme.communes.set(Commune.objects.filter(insee__in=description.get("communes", [])))
    version = ProgrammeVersion.objects.create(
        programme=programme,
        number=1,
        published_at=clock.now() if publish else None,
        published_by=by if publish else None,
    )
    _write_steps(version, description.get("steps", []))
    history.record("create_programme", programme, by=by)
    signals.programme_loaded.send(Programme, programme=programme)
    return programme


def _save(organisation: Organisation, code: str, settings: Mapping[str, Any]) -> Programme:
    """The row, under this code or a free one made from its title."""
    taken = set(organisation.programmes.values_list("code", flat=True))
    try:
        with transaction.atomic():
            return Programme.objects.create(
                organisation=organisation, code=code or free_code(settings["title_fr"], taken), **settings
            )
    except IntegrityError:
        sentence = _("Your organisation already has a programme with the code “%(code)s”.") % {"code": code}
        raise Refused(sentence, field="code") from None


def _write_steps(version: ProgrammeVersion, steps: Sequence[Mapping[str, Any]]) -> None:
    """The template steps, in the order given, with their prerequisites. Refused above STEPS of them."""
    if len(steps) > STEPS:
        raise Refused(_("A programme has %(count)d steps at most.") % {"count": STEPS}, field="steps")
    in_order(
        {step["code"]: list(step.get("after", [])) for step in steps},
        {step["code"]: step.get("title_fr", "") for step in steps},
    )
    organisation = version.programme.organisation
    made = {
        step["code"]: StepTemplate(
            version=version,
            code=step["code"],
            position=position,
            kind=step["kind"],
            module=_ensure_module(organisation, step) if step["kind"] == StepKind.MODULE else None,
            **check_step(facts_of(step), kind=step["kind"]),
        )
        for position, step in enumerate(steps, start=1)
    }
    StepTemplate.objects.bulk_create(made.values())
    link_steps((made[step["code"]], made[before]) for step in steps for before in step.get("after", []))


def facts_of(step: Mapping[str, Any]) -> dict[str, Any]:
    """The facts of a described step, under the names of their columns."""
    return {name: step[SHORT.get(name, name)] for name in STEP if SHORT.get(name, name) in step}


def link_steps(pairs: Iterable[tuple[StepTemplate, StepTemplate]]) -> None:
    """In each pair, the first step waits for the second."""
    through = StepTemplate.after.through
    through.objects.bulk_create(
        [through(from_steptemplate_id=later.pk, to_steptemplate_id=earlier.pk) for later, earlier in pairs]
    )


def _ensure_module(organisation: Organisation, step: Mapping[str, Any]) -> Module | None:
    """The module of a described step: its own description, else the step's; None where it says there is none yet."""
    described = step.get("module", step)
    if described is None:
        return None
    module, _created = Module.objects.get_or_create(
        organisation=organisation,
        code=described["code"],
        defaults={
            "title_fr": described["title_fr"],
            "title_en": described.get("title_en", ""),
            "summary_fr": described.get("summary_fr", ""),
            "summary_en": described.get("summary_en", ""),
            "minutes": described.get("minutes", 180),
        },
    )
    return module


@transaction.atomic
def update_programme(programme: Programme, *, stamp: str | None = None, by: User | None, **facts: Any) -> Programme:
    """The given settings are as given; the rest stays. `communes`: rows of Commune, none meaning anywhere.

    Refused as for a new one, and when `stamp` is no longer that of its settings: somebody else saved them meanwhile.
    """
    unknown = set(facts) - {*SETTINGS, "communes"}
    assert not unknown, f"not a setting of a programme: {unknown}"
    fresh = Programme.objects.select_for_update().get(pk=programme.pk)
    if stamp and stamp != stamp_of_settings(fresh):
        raise Refused(_("Somebody else saved these settings while you were typing. Compare, then save again."))
    communes = facts.pop("communes", None)
    settings = check_settings(facts)
    changed = sorted(name for name, value in settings.items() if getattr(fresh, name) != value)
    for name in changed:
        setattr(fresh, name, settings[name])
    if changed:
        fresh.save(update_fields=changed)
    if communes is not None and {one.pk for one in communes} != {one.pk for one in fresh.communes.all()}:
        fresh.communes.set(communes)
        changed.append("communes")
    if changed:
        history.record("update_programme", fresh, by=by, fields=changed)
    return fresh


@transaction.atomic
def duplicate_programme(
    programme: Programme, *, title_fr: str, title_en: str = "", code: str = "", by: User | None
) -> Programme:
    """Another programme of the same organisation with the same settings and steps, as a draft, under another title.

    The steps are those of the last published version (of the draft, if nothing was published yet), codes included.
    Refused without a title, or for a code that is taken.
    """
    described = describe(programme)
    described |= {"title_fr": title_fr, "title_en": title_en, "code": code}
    copy = create_programme(programme.organisation, described, publish=False, by=by)
    history.record("duplicate_programme", copy, by=by, source=programme.pk)
    return copy


@transaction.atomic
def load_programmes(
    organisation: Organisation, *, codes: Collection[str] | None = None, by: User | None = None
) -> list[Programme]:
    """The programmes that come with Jalon (all three, or those of `codes`); those it already has are left alone."""
    known = set(organisation.programmes.values_list("code", flat=True))
    descriptions = json.loads(CATALOGUE.read_text(encoding="utf-8"))
    wanted = [one for one in descriptions if one["code"] not in known and (codes is None or one["code"] in codes)]
    return [create_programme(organisation, one, by=by) for one in wanted]
