"""A next version of a programme, published: the last one's steps, changed."""

from collections.abc import Collection, Mapping
from typing import Any

from backend.lib import clock
from journeys.models import Programme, ProgrammeVersion, StepTemplate

NEW = {"kind": "milestone", "max_days": 30, "weight": 1}


def publish_next(
    programme: Programme,
    *,
    change: Mapping[str, Mapping[str, Any]] | None = None,
    add: Collection[Mapping[str, Any]] = (),
    drop: Collection[str] = (),
    after: Mapping[str, Collection[str]] | None = None,
    note: str = "",
) -> ProgrammeVersion:
    """`change`: {code: facts}; `add`: facts of new steps, `code` included; `drop`: codes; `after`: {code: codes}."""
    last = programme.versions.order_by("-number")[0]
    version = ProgrammeVersion.objects.create(
        programme=programme, number=last.number + 1, published_at=clock.now(), note=note
    )
    made: dict[str, StepTemplate] = {}
    waits: dict[str, Collection[str]] = {}
    for step in last.steps.order_by("position", "pk"):
        if step.code in drop:
            continue
        waits[step.code] = [one.code for one in step.after.order_by("pk") if one.code not in drop]
        copy = StepTemplate.objects.get(pk=step.pk)
        copy.pk, copy.version = None, version
        copy._state.adding = True
        for name, value in (change or {}).get(step.code, {}).items():
            setattr(copy, name, value)
        copy.save()
        made[copy.code] = copy
    for facts in add:
        values = {**NEW, "position": len(made) + 1, "title_fr": str(facts["code"]).capitalize(), **facts}
        made[values["code"]] = StepTemplate.objects.create(version=version, **values)
    for code, earlier in {**waits, **(after or {})}.items():
        made[code].after.set([made[one] for one in earlier])
    return version
