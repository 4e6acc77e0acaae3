"""A programme as one file: what `import_programme` reads back."""

import json
from collections.abc import Sequence
from typing import Any

from journeys.models import Programme, ProgrammeVersion, StepTemplate
from journeys.queries.versions import after_codes, steps_of

FORMAT, VERSION = "jalon-programme", 1


def current_version(programme: Programme) -> ProgrammeVersion | None:
    """The last published version; the draft when nothing was published yet."""
    return programme.versions.published().order_by("-number").first() or programme.versions.order_by("-number").first()


def describe(programme: Programme, version: ProgrammeVersion | None = None) -> dict[str, Any]:
    """The settings of a programme and the steps of one version (see `current_version`), ready to be written."""
    return {
        "code": programme.code,
        "title_fr": programme.title_fr,
        "title_en": programme.title_en,
        "summary_fr": programme.summary_fr,
        "summary_en": programme.summary_en,
        "track": programme.track,
        "phases": list(programme.phases),
        "communes": list(programme.communes.order_by("insee").values_list("insee", flat=True)),
        "capacity": programme.capacity,
        "hole_days": programme.hole_days,
        "silence_weeks": programme.silence_weeks,
        "smallest_group": programme.smallest_group,
        "open": programme.is_open,
        "steps": [_step(step) for step in steps_of(version or current_version(programme))],
    }


def _step(step: StepTemplate) -> dict[str, Any]:
    described = {
        "code": step.code,
        "kind": step.kind,
        "title_fr": step.title_fr,
        "title_en": step.title_en,
        "weight": step.weight,
        "required": step.is_required,
        "shared": step.is_shared,
        "min": step.min_days,
        "max": step.max_days,
        "after": list(after_codes(step)),
        "minutes": step.minutes_expected,
        "occurrences": step.occurrences,
        "evidence_fr": step.evidence_fr,
        "evidence_en": step.evidence_en,
        "resources": [{"title": one["title"], "url": one["url"]} for one in step.resources],
    }
    return described | {"module": _module(step)} if step.kind == "module" else described


def _module(step: StepTemplate) -> dict[str, Any] | None:
    module = step.module
    if module is None:
        return None
    names: Sequence[str] = ("code", "title_fr", "title_en", "summary_fr", "summary_en", "minutes")
    return {name: getattr(module, name) for name in names}


def programme_file(programme: Programme, version: ProgrammeVersion | None = None) -> bytes:
    """The file: the same programme gives the same bytes, whenever and wherever it is written."""
    whole = {"format": FORMAT, "version": VERSION, "programme": describe(programme, version)}
    return (json.dumps(whole, ensure_ascii=False, indent=2) + "\n").encode()
