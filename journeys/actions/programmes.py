"""Programmes: made from a description, in versions."""

import json
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from backend.accounts.models import Organisation, User
from backend.history import actions as history
from backend.lib import clock
from backend.lib.refusal import Refused
from journeys import signals
from journeys.models import Module, Programme, ProgrammeVersion, StepKind, StepTemplate

CATALOGUE = Path(__file__).resolve().parent.parent / "data" / "programmes.json"


def in_order(after: Mapping[str, list[str]]) -> list[str]:
    """The codes, prerequisites first. Refused when they form a cycle (it is named) or name an unknown step."""
    done: list[str] = []
    trail: list[str] = []

    def visit(code: str) -> None:
        if code in done:
            return
        if code in trail:
            raise Refused(_("These steps wait for one another: %(cycle)s.") % {"cycle": " → ".join([*trail, code])})
        if code not in after:
            raise Refused(_("No step is called “%(code)s”.") % {"code": code})
        trail.append(code)
        for before in after[code]:
            visit(before)
        trail.pop()
        done.append(code)

    for code in after:
        visit(code)
    return done


@transaction.atomic
def create_programme(organisation: Organisation, description: Mapping[str, Any], *, by: User | None) -> Programme:
    """A programme with its first version published, from a description as in data/programmes.json.

    Modules are shared between the programmes of one organisation, by code. Refused when prerequisites form a cycle.
    """
    texts = ("title_fr", "title_en", "summary_fr", "summary_en", "track", "phases", "capacity")
    programme = Programme.objects.create(
        organisation=organisation,
        code=description["code"],
        **{name: description[name] for name in texts if name in description},
    )
    version = ProgrammeVersion.objects.create(programme=programme, number=1, published_at=clock.now())
    _write_steps(version, description["steps"])
    history.record("create_programme", programme, by=by)
    signals.programme_loaded.send(Programme, programme=programme)
    return programme


def _write_steps(version: ProgrammeVersion, steps: list[Mapping[str, Any]]) -> None:
    """The template steps, in the order given, with their prerequisites."""
    in_order({step["code"]: list(step.get("after", [])) for step in steps})
    made: dict[str, StepTemplate] = {}
    for position, step in enumerate(steps, start=1):
        module = _ensure_module(version.programme.organisation, step) if step["kind"] == StepKind.MODULE else None
        made[step["code"]] = StepTemplate.objects.create(
            version=version,
            code=step["code"],
            position=position,
            kind=step["kind"],
            title_fr=step["title_fr"],
            title_en=step.get("title_en", ""),
            weight=step.get("weight", 1),
            is_required=step.get("required", True),
            min_days=step.get("min", 0),
            max_days=step["max"],
            minutes_expected=step.get("minutes", 0),
            occurrences=step.get("occurrences", 1),
            evidence_fr=step.get("evidence_fr", ""),
            evidence_en=step.get("evidence_en", ""),
            module=module,
        )
    for step in steps:
        made[step["code"]].after.set([made[code] for code in step.get("after", [])])


def _ensure_module(organisation: Organisation, step: Mapping[str, Any]) -> Module:
    module, _created = Module.objects.get_or_create(
        organisation=organisation,
        code=step["code"],
        defaults={
            "title_fr": step["title_fr"],
            "title_en": step.get("title_en", ""),
            "summary_fr": step.get("summary_fr", ""),
            "summary_en": step.get("summary_en", ""),
            "minutes": step.get("minutes", 180),
        },
    )
    return module


@transaction.atomic
def load_programmes(
    organisation: Organisation, *, codes: Collection[str] | None = None, by: User | None = None
) -> list[Programme]:
    """The programmes that come with Jalon (all three, or those of `codes`); those it already has are left alone."""
    known = set(organisation.programmes.values_list("code", flat=True))
    descriptions = json.loads(CATALOGUE.read_text(encoding="utf-8"))
    wanted = [one for one in descriptions if one["code"] not in known and (codes is None or one["code"] in codes)]
    return [create_programme(organisation, one, by=by) for one in wanted]
