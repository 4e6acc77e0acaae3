"""The newest version of a programme offered to the journeys that run on an older one: for one, and for many at once."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from backend.accounts.models import User
from backend.lib import clock
from backend.lib.texts import pick
from backend.web.reading import NBSP, hours
from journeys.models import Journey, Module, Programme, ProgrammeVersion, Step, StepFacts, StepKind, StepTemplate
from journeys.queries.cascade import Cascade, Plan, Shift
from journeys.queries.merging import Difference, Merge, Mine, Template, merge
from journeys.queries.plans import breach_words, plans_of, recorded, stay_words

FACTS = (
    *("kind", "title_fr", "title_en", "weight", "is_required", "is_shared", "min_days", "max_days"),
    *("minutes_expected", "occurrences", "evidence_fr", "evidence_en", "resources", "module_id"),
)


@dataclass(frozen=True)
class Offer:
    """One journey and a version it could take up: the plan as it stands, the merge, and the rows behind it."""

    journey: Journey
    version: ProgrammeVersion
    templates: Mapping[str, Template]
    old: Plan
    merge: Merge
    steps: Mapping[str, Step] = field(default_factory=dict)

    def title(self, code: str) -> str:
        """The title of a step, as it stands on the journey, else in the version."""
        line = self.merge.plan.lines.get(code)
        their = self.templates.get(code)
        return (line.title if line else "") or (pick_fact(their.facts, "title") if their else code)

    @property
    def cascade(self) -> Cascade:
        return self.merge.cascade

    @property
    def is_empty(self) -> bool:
        """Would nothing be seen to change?"""
        found = self.merge
        return not (found.added or found.taken or found.dropped or found.cascade.shifts)

    @property
    def changes(self) -> int:
        """How many steps would be added, changed, moved or dropped."""
        found = self.merge
        touched = {one.code for one in found.taken} | {one.code for one in found.cascade.shifts}
        return len(touched | set(found.added) | set(found.dropped))

    @property
    def edits(self) -> int:
        """How many steps keep something that was changed for this person."""
        found = self.merge
        return len({one.code for one in found.kept} | {code for code, _why in found.kept_whole})

    @property
    def summary(self) -> str:
        """ "2 steps added, 1 changed, 3 move, 1 no longer needed, 1 local change kept"."""
        found = self.merge
        changed = len({one.code for one in found.taken})
        counts = (
            (len(found.added), ngettext("%(count)d step added", "%(count)d steps added", len(found.added))),
            (changed, ngettext("%(count)d changed", "%(count)d changed", changed)),
            (
                len(found.cascade.shifts),
                ngettext("%(count)d moves", "%(count)d move", len(found.cascade.shifts)),
            ),
            (
                len(found.dropped),
                ngettext("%(count)d no longer asked", "%(count)d no longer asked", len(found.dropped)),
            ),
            (
                self.edits,
                ngettext("%(count)d local change kept", "%(count)d local changes kept", self.edits),
            ),
        )
        parts = [words % {"count": count} for count, words in counts if count]
        return ", ".join(parts) or _("nothing to change")


def pick_fact(facts: Mapping[str, Any], name: str) -> str:
    """A text of a step in the reader's language."""
    return pick(type("Texts", (), dict(facts)), name)


def newest_version(programme: Programme) -> ProgrammeVersion | None:
    """The last one published."""
    return programme.versions.filter(published_at__isnull=False).order_by("-number").first()


def version_offered(journey: Journey) -> ProgrammeVersion | None:
    """The newest published version, when this live journey is on an older one and nobody has declined it."""
    if not journey.is_live:
        return None
    newest = newest_version(journey.programme)
    if newest is None or newest.number <= journey.version.number or newest.pk == journey.declined_version_id:
        return None
    return newest


def read_templates(versions: Iterable[int]) -> dict[int, dict[str, Template]]:
    """{version id: {code: its step}}, in the order of each version; in two queries."""
    rows = list(StepTemplate.objects.filter(version__in=set(versions)).order_by("version", "position", "pk"))
    code = {row.pk: row.code for row in rows}
    after: dict[int, set[str]] = defaultdict(set)
    for later, earlier in StepTemplate.after.through.objects.filter(from_steptemplate__in=code).values_list(
        "from_steptemplate_id", "to_steptemplate_id"
    ):
        if earlier in code:
            after[later].add(code[earlier])
    found: dict[int, dict[str, Template]] = defaultdict(dict)
    for row in rows:
        found[row.version_id][row.code] = Template(row.pk, row.code, facts_of(row), frozenset(after[row.pk]))
    return found


def facts_of(row: StepFacts) -> dict[str, Any]:
    """What a step says, comparable between a template and its copy."""
    return {name: getattr(row, name) for name in FACTS}


Library = dict[int, dict[str, Template]]
"""Versions read already: published ones never change, so one library serves many journeys."""


def offers_for(
    journeys: Iterable[Journey], version: ProgrammeVersion, *, library: Library | None = None
) -> dict[int, Offer]:
    """{journey id: what taking up `version` would do to it}; the number of queries does not grow with the journeys."""
    rows = list(journeys)
    steps = list(Step.objects.filter(journey__in=[row.pk for row in rows]).order_by("position", "pk"))
    plans = plans_of(rows, steps)
    library = {} if library is None else library
    by_id = _fill(library, {row.version_id for row in rows} | {version.pk}, steps)
    theirs = library[version.pk]
    records = recorded([step.pk for step in steps if _asks_for_records(step, by_id, theirs)])
    mine: dict[int, dict[str, Mine]] = defaultdict(dict)
    of: dict[int, dict[str, Step]] = defaultdict(dict)
    for step in steps:
        base = by_id.get(step.template_id or 0)
        mine[step.journey_id][step.code] = Mine(facts_of(step), base, step.pk in records)
        of[step.journey_id][step.code] = step
    today = clock.today()
    offers = {}
    for row in rows:
        old = plans[row.pk]
        merged = merge(old, mine[row.pk], theirs, library[row.version_id], today)
        offers[row.pk] = Offer(row, version, theirs, old, merged, of[row.pk])
    return offers


def _fill(library: Library, versions: set[int], steps: list[Step]) -> dict[int, Template]:
    """Read what the library has not: these versions, and those that the steps were copied from. {id: template}."""
    if new := versions - set(library):
        library |= {pk: {} for pk in new} | read_templates(new)
    known = {one.pk: one for found in library.values() for one in found.values()}
    if strange := {step.template_id for step in steps if step.template_id} - set(known):
        older = StepTemplate.objects.filter(pk__in=strange).order_by().values_list("version_id", flat=True).distinct()
        library |= read_templates(older)
        known = {one.pk: one for found in library.values() for one in found.values()}
    return known


def _asks_for_records(step: Step, known: Mapping[int, Template], theirs: Mapping[str, Template]) -> bool:
    """Does it matter whether anything was recorded on it? Where the version drops it, or has another kind or module."""
    if step.state != Step.State.PLANNED or step.template_id not in known:
        return False
    their = theirs.get(step.code)
    return their is None or any(getattr(step, name) != their.facts[name] for name in ("kind", "module_id"))


# --- In words -------------------------------------------------------------------------------------
@dataclass(frozen=True)
class FactLine:
    """One fact in words: of which step, what, as it is, and as the version says it."""

    title: str
    what: str
    mine: str
    theirs: str


def offer_page(offer: Offer) -> dict[str, Any]:
    """The diff of one journey, for its page."""
    found = offer.merge
    modules = _modules([*found.taken, *found.kept])
    return {
        "offer": offer,
        "journey": offer.journey,
        "version": offer.version,
        "added": [{"title": offer.title(code), "line": found.plan.lines[code]} for code in found.added],
        "taken": [_fact_line(offer, one, modules) for one in found.taken],
        "kept": [_fact_line(offer, one, modules) for one in found.kept],
        "dropped": [offer.title(code) for code in found.dropped],
        "notes": notes_of(offer),
        "shifts": [_titled(offer, shift) for shift in found.cascade.shifts],
    }


def notes_of(offer: Offer) -> list[str]:
    """What is kept whole, left out, passed or stays, in sentences."""
    found = offer.merge
    why = {
        "own": _("“%(step)s” was added here under the same code as a step of the version: yours stays."),
        "recorded": _("“%(step)s” is no longer in the version, but something was recorded on it: it stays."),
        "edited": _("“%(step)s” is no longer in the version, but was changed for this person: it stays."),
    }
    begun = _("“%(step)s” is no longer in the version, but has begun or has a date: it stays.")
    kept = [why.get(reason, begun) % {"step": offer.title(code)} for code, reason in found.kept_whole]
    ring = _("“%(later)s” will not wait for “%(earlier)s”: on this journey they would wait for one another.")
    left = [ring % {"later": offer.title(later), "earlier": offer.title(earlier)} for later, earlier in found.left_out]
    limits = [breach_words(_named(offer, one)) for one in found.cascade.breaches]
    return [*kept, *left, *limits, *map(stay_words, found.cascade.stays)]


def _named(offer: Offer, row: Any) -> Any:
    """The same breach or shift with its title, which a step new to the journey has from the version."""
    return type(row)(**{**vars(row), "title": offer.title(row.code)})


def _titled(offer: Offer, shift: Shift) -> Shift:
    named: Shift = _named(offer, shift)
    return named


def _modules(rows: Iterable[Difference]) -> dict[Any, str]:
    asked = {value for row in rows if row.name == "module_id" for value in (row.mine, row.theirs) if value}
    return {one.pk: one.title for one in Module.objects.filter(pk__in=asked).order_by("pk")} if asked else {}


def _fact_line(offer: Offer, one: Difference, modules: Mapping[Any, str]) -> FactLine:
    mine, theirs = (_value_words(one.name, value, modules) for value in (one.mine, one.theirs))
    return FactLine(offer.title(one.code), fact_label(one.name), mine, theirs)


def fact_label(name: str) -> str:
    """The name of a fact of a step, for a reader."""
    label = StepTemplate._meta.get_field(name.removesuffix("_id")).verbose_name  # type: ignore[union-attr]  # a column of its own
    return str(label)


def _value_words(name: str, value: Any, modules: Mapping[Any, str]) -> str:
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if name == "kind":
        return str(StepKind(value).label)
    if name == "module_id":
        return modules.get(value, "–")
    if name == "minutes_expected":
        return hours(value) or "–"
    if name == "resources":
        return f"{len(value)}{NBSP}· " + ", ".join(str(one.get("title", "")) for one in value) if value else "–"
    return str(value) if value not in ("", None) else "–"


# --- Many at once ---------------------------------------------------------------------------------
def running_behind(programme: Programme, version: ProgrammeVersion, user: User) -> list[Journey]:
    """The live journeys of the programme that `user` sees, on an older version than this one."""
    rows = Journey.objects.visible_to(user).live().filter(programme=programme, version__number__lt=version.number)
    rows = rows.select_related("programme__organisation", "version", "holder__user", "project")
    return list(rows.order_by("holder__user__last_name", "holder__user__first_name", "pk"))


def programme_offer_page(programme: Programme, user: User) -> dict[str, Any]:
    """Every running journey that could take up the newest version, with what would change on each."""
    version = newest_version(programme)
    rows = running_behind(programme, version, user) if version else []
    offers = offers_for(rows, version) if version and rows else {}
    return {
        "programme": programme,
        "version": version,
        "rows": [
            {
                "offer": offers[row.pk],
                "journey": row,
                "url": reverse("journeys:journey_version", args=[row.pk]),
                "is_declined": version is not None and row.declined_version_id == version.pk,
            }
            for row in rows
        ],
    }
