"""The difference of two versions, of two settings, or of what two people typed, in words."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from backend.web.reading import hours
from journeys.models import Module, Phase, Programme, StepTemplate
from journeys.queries.versions import FACTS, Difference, StepDifference, after_codes

NOTHING = "–"


@dataclass(frozen=True)
class Saying:
    """One fact as it was and as it is."""

    label: str
    old: str
    new: str


@dataclass(frozen=True)
class StepSaying:
    """One step of a difference: its title, what became of it ("added", "removed", "changed"), and the facts."""

    code: str
    title: str
    kind: str
    became: str
    is_moved: bool
    facts: list[Saying]


def label_of(name: str, model: type[StepTemplate] | type[Programme] = StepTemplate) -> str:
    """What a fact of a step is called on the page."""
    if name == "after":
        return _("What must come first")
    field = model._meta.get_field(name.removesuffix("_id"))
    return str(capfirst(str(getattr(field, "verbose_name", name))))


def value_of(name: str, value: Any, kind: str = "") -> str:
    """A fact of a step in words; "–" for nothing."""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if name in ("min_days", "max_days"):
        return ngettext("%(count)d day", "%(count)d days", value) % {"count": value}
    if name == "minutes_expected":
        return hours(value) if value else NOTHING
    if name == "resources":
        return " · ".join(f"{one['title']} ({one['url']})" for one in value) or NOTHING
    if isinstance(value, (list, tuple)):
        return ", ".join(map(str, value)) or NOTHING
    return str(value) if value not in (None, "") else NOTHING


def _fact(step: StepTemplate, name: str) -> str:
    if name == "kind":
        return str(step.get_kind_display())
    return value_of(name, step.module if name == "module_id" else getattr(step, name))


def _sayings(one: StepDifference, titles: Mapping[str, str]) -> list[Saying]:
    """The facts of a step that changed; of one that came or went, those that are not empty."""
    old, new = one.old, one.new
    if old is None or new is None:
        step = one.step
        told = [
            name
            for name in FACTS
            if name not in ("kind", "occurrences") and getattr(step, name) not in (None, "", [], 0)
        ]
        rows = [(label_of(name), _fact(step, name)) for name in told]
        waits = ", ".join(str(before) for before in step.after.all())
        rows += [(label_of("after"), waits)] if waits else []
        return [Saying(label, text if old else "", text if new else "") for label, text in rows]
    changes = [Saying(label_of(name), _fact(old, name), _fact(new, name)) for name in one.facts]
    if one.after_added or one.after_removed:
        changes.append(Saying(label_of("after"), _titles(after_codes(old), titles), _titles(after_codes(new), titles)))
    return changes


def _titles(codes: Iterable[str], titles: Mapping[str, str]) -> str:
    return ", ".join(titles.get(code, code) for code in codes) or NOTHING


def in_words(found: Difference) -> list[StepSaying]:
    """Every step that is not the same, in the order of the new version; those removed come last."""
    titles = {code: str(one.step) for code, one in found.steps.items()}
    return [
        StepSaying(
            code=code,
            title=titles[code],
            kind=str(one.step.kind),
            became="added" if one.is_added else "removed" if one.is_removed else "changed",
            is_moved=one.is_moved,
            facts=_sayings(one, titles),
        )
        for code, one in found.steps.items()
        if not one.is_same
    ]


def in_short(found: Difference) -> str:
    """How many steps came, went and changed; nothing when nothing did."""
    counts = (
        (len(found.added), ngettext("%(count)d step added", "%(count)d steps added", len(found.added))),
        (len(found.removed), ngettext("%(count)d step removed", "%(count)d steps removed", len(found.removed))),
        (len(found.changed), ngettext("%(count)d step changed", "%(count)d steps changed", len(found.changed))),
    )
    return ", ".join(words % {"count": count} for count, words in counts if count)


def typed_otherwise(saved: StepTemplate, typed: Mapping[str, Any], steps: Sequence[StepTemplate]) -> list[Saying]:
    """Where what a person typed differs from the step as somebody else saved it: (fact, saved, typed)."""
    titles = {step.code: str(step) for step in steps}
    rows = []
    for name in (*FACTS, "after"):
        key = name.removesuffix("_id")
        if key not in typed:
            continue
        if name == "after":
            old, new = _titles(after_codes(saved), titles), _titles(typed["after"], titles)
            is_same = set(after_codes(saved)) == set(typed["after"])
        else:
            module: Module | None = typed.get("module")
            given = module if name == "module_id" else typed[name]
            old, new = _fact(saved, name), value_of(name, given)
            is_same = (saved.module if name == "module_id" else getattr(saved, name)) == given
        if not is_same:
            rows.append(Saying(label_of(name), old, new))
    return rows


def settings_otherwise(saved: Programme, typed: Mapping[str, Any]) -> list[Saying]:
    """The same for the settings of a programme."""
    phases, tracks = dict(Phase.choices), dict(Programme.Track.choices)
    rows = []
    was: Any
    now: Any
    for name, given in typed.items():
        if name == "communes":
            was, now = sorted(map(str, saved.communes.all())), sorted(map(str, given))
        elif name == "phases":
            was, now = [[str(phases[one]) for one in phases if one in some] for some in (saved.phases, given)]
        elif name == "track":
            was, now = [str(tracks.get(one, one)) for one in (saved.track, given)]
        else:
            was, now = getattr(saved, name), given
        if was != now:
            rows.append(Saying(label_of(name, Programme), value_of(name, was), value_of(name, now)))
    return rows
