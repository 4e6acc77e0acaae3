"""What undoing an import of mentors would take back, what stays and why, or what stands in the way."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db import models
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from backend.accounts.models import Membership
from journeys.queries.imports.columns import Text
from journeys.queries.imports.places import Territory
from journeys.queries.imports.undoing import changed_since, too_late
from mentoring.models import Mentor, MentorImport, Training
from mentoring.queries.imports.columns import LABELS
from mentoring.queries.imports.plan import fact_of, show

BREAK = ("paused_from", "paused_until")
DAYS = (*BREAK, "charter_accepted_on")


@dataclass(frozen=True)
class Fact:
    """A fact that the import changed: what it says now, what it said before."""

    mentor: Mentor
    name: str
    now: Any
    before: Any

    @property
    def label(self) -> Text:
        return LABELS[self.name]


@dataclass
class MentorUndoing:
    """What stands in the way of undoing (nothing: it may be), what goes, what returns and what stays."""

    obstacles: list[str] = field(default_factory=list)
    mentors: list[Mentor] = field(default_factory=list)
    roles: list[Membership] = field(default_factory=list)
    trainings: list[Training] = field(default_factory=list)
    """Those that the import wrote in profiles that were here before."""
    returning: list[Fact] = field(default_factory=list)
    staying: list[Fact] = field(default_factory=list)
    """Changed by the import, then by somebody: they stay as they are now."""


def mentor_undoing(batch: MentorImport) -> MentorUndoing:
    """What undoing this import would do now, or why it can not be done any more."""
    if sentence := too_late(batch):
        return MentorUndoing([sentence])
    made = batch.made
    mentors = list(Mentor.objects.filter(pk__in=made["mentors"]).select_related("user").order_by("pk"))
    found = MentorUndoing([*_built(mentors, made), *changed_since(batch, {Mentor: made["mentors"]})], mentors)
    found.roles = list(Membership.objects.active().filter(pk__in=made["memberships"]).order_by("pk"))
    added = Training.objects.filter(pk__in=made["trainings"]).exclude(mentor__in=mentors)
    found.trainings = list(added.select_related("mentor__user").order_by("pk"))
    _sort_facts(found, made["changed"])
    return found


def _sort_facts(found: MentorUndoing, changed: list[list[Any]]) -> None:
    """Each changed fact returns, unless it says something else by now."""
    rows = Mentor.objects.filter(pk__in={pk for pk, *_fact in changed}).select_related("user", "commune")
    here = {mentor.pk: mentor for mentor in rows.prefetch_related("communes")}
    for pk, name, old, new in changed:
        mentor = here.get(pk)
        if mentor is None or name == "trainings":
            continue
        now = fact_of(mentor, name)
        which = found.returning if plain(now) == new else found.staying
        which.append(Fact(mentor, name, now, date.fromisoformat(old) if old and name in DAYS else old))
    for mentor in here.values():
        _keep_break_possible(found, mentor)


def _keep_break_possible(found: MentorUndoing, mentor: Mentor) -> None:
    """Its days stay when one of them, returning, would make a break without an end or that ends before it begins."""
    days = [fact for fact in found.returning if fact.mentor == mentor and fact.name in BREAK]
    after = {name: getattr(mentor, name) for name in BREAK} | {fact.name: fact.before for fact in days}
    first, last = (after[name] for name in BREAK)
    if first and (not last or first > last):
        found.returning = [fact for fact in found.returning if fact not in days]
        found.staying += days


def in_words(facts: list[Fact]) -> list[tuple[Mentor, Text, str, str]]:
    """(mentor, what, what it says now, what it said before) of each."""
    territory = Territory.load() if facts else Territory([], [])

    def said(fact: Fact, value: Any) -> str:
        return show(fact.name, value, territory)

    return [(one.mentor, one.label, said(one, one.now), said(one, one.before)) for one in facts]


def _built(mentors: list[Mentor], made: Mapping[str, Any]) -> list[str]:
    """What hangs on these profiles that the import did not make, in words."""
    found = []
    for relation in Mentor._meta.related_objects:
        other: type[models.Model] = relation.related_model
        rows = other._default_manager.filter(**{f"{relation.field.name}__in": mentors})
        rows = rows.exclude(pk__in=made["trainings"]) if other is Training else rows
        if many := rows.count():
            said = {"what": capfirst(str(other._meta.verbose_name_plural)), "count": many}
            found.append(_("%(what)s: %(count)d") % said)
    return sorted(found)


def plain(value: Any) -> Any:
    """A fact as it is kept in JSON."""
    return value.isoformat() if isinstance(value, date) else value
