"""A territory's list brought in on a page: what it would change is looked at first, then loaded as it was seen."""

import hashlib
import json
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from backend.accounts.models import Organisation, User
from backend.history import actions as history
from backend.lib.refusal import Refused
from journeys.actions.territory import load_places
from journeys.models import Commune, Neighbourhood
from journeys.queries.territory_files import Places, Problem, read_places
from journeys.queries.territory_uses import inhabited, uses_of

Facts = dict[str, dict[str, Any]]


@dataclass(frozen=True, kw_only=True)
class TerritoryList:
    """What is brought in: a table of communes, a table of neighbourhoods, either may be "" (left as they are).

    `is_whole`: what it does not name goes, unless something names it. `kept`: codes that stay for another reason, each
    with the reason in words.
    """

    territory: str
    communes: str = ""
    areas: str = ""
    is_whole: bool = False
    kept: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class PlaceChange:
    """What becomes of one place. `told`: what changes, or why it stays, one sentence each."""

    code: str
    name: str
    is_area: bool
    told: tuple[str, ...] = ()


@dataclass
class ListChanges:
    """What the list does, or is about to do. `same`: how many places stand as they are told."""

    added: list[PlaceChange] = field(default_factory=list)
    changed: list[PlaceChange] = field(default_factory=list)
    removed: list[PlaceChange] = field(default_factory=list)
    stays: list[PlaceChange] = field(default_factory=list)
    """Not in the list, and kept since something names them."""
    same: int = 0
    wrong: dict[str, list[Problem]] = field(default_factory=dict)
    """{"communes" or "areas": its lines that can’t be kept}"""

    @property
    def is_nothing(self) -> bool:
        return not (self.added or self.changed or self.removed)

    @property
    def seen(self) -> str:
        """Another one whenever something else would happen."""
        said = [[(one.code, one.name, one.told) for one in part] for part in self._parts()]
        return hashlib.sha256(json.dumps(said).encode()).hexdigest()[:32]

    def _parts(self) -> tuple[list[PlaceChange], ...]:
        return self.added, self.changed, self.removed, self.stays


def look_at_list(given: TerritoryList) -> ListChanges:
    """What `load_list` would do: it is done and taken back whole, so that what is told is what happens."""
    with transaction.atomic():
        found = _loaded(given)
        transaction.set_rollback(True)
    return found


@transaction.atomic
def load_list(given: TerritoryList, *, seen: str, organisation: Organisation, by: User | None) -> ListChanges:
    """The list stands, as it was looked at (`seen`), and history says who changed what, before and after.

    Refused, and nothing written, where a line is wrong, where nothing would change, or where something else than what
    was seen would happen. What a project, a company, a mentor or a programme names is never removed.
    """
    found = _loaded(given)
    if found.wrong:
        raise Refused(_("Some lines can’t be kept: mend them first. Nothing was loaded."))
    if found.is_nothing:
        raise Refused(_("Everything in this list stands already: there is nothing to load."))
    if found.seen != seen:
        raise Refused(_("Something else would change than what you looked at: look at it again, then load it."))
    told = {
        name: [f"{one.code} {one.name}" + (f" ({'; '.join(one.told)})" if one.told else "") for one in part]
        for name, part in (("added", found.added), ("changed", found.changed), ("removed", found.removed))
    }
    history.record("load_list", organisation, by=by, organisation=organisation, territory=given.territory, **told)
    return found


def _loaded(given: TerritoryList) -> ListChanges:
    """Everything right is written; what differs from before is told."""
    list(Commune.objects.select_for_update().order_by("pk").values_list("pk"))  # nobody names one meanwhile
    before = _facts()
    found = ListChanges()
    communes = _read(given.communes, set(), found, "communes")
    if communes.communes:
        load_places(communes, given.territory)
    areas = _read(given.areas, set(Commune.objects.order_by().values_list("pk", flat=True)), found, "areas")
    if areas.neighbourhoods:
        load_places(areas, given.territory)
    if given.is_whole and not found.wrong:
        listed = {one.pk for one in communes.communes} if given.communes else set(before["communes"])
        named = {one.pk for one, _codes in areas.neighbourhoods} if given.areas else None
        _remove(listed, named, given.kept, found)
    _tell(before, _facts(), found)
    listed_places = len(communes.communes) + len(areas.neighbourhoods)
    found.same = listed_places - len(found.added) - len(found.changed)
    return found


def _read(text: str, known: set[str], found: ListChanges, box: str) -> Places:
    if not text.strip():
        return Places()
    places = read_places(text.encode(), known)
    is_areas = "code" in places.columns
    if places.columns and is_areas != (box == "areas"):
        other = _("These are neighbourhoods: put them in the box of neighbourhoods.")
        mine = _("These are communes: put them in the box of communes.")
        found.wrong[box] = [Problem(1, other if is_areas else mine)]
        return Places()
    if not places.problems and not places.communes and not places.neighbourhoods:
        places.problems.append(Problem(1, _("There is no line below the names of the columns.")))
    if places.problems:
        found.wrong[box] = places.problems
    return places


def _remove(listed: set[str], named: set[str] | None, kept: dict[str, str], found: ListChanges) -> None:
    """What is not listed goes, unless something names it: neighbourhoods first, then communes that none lies in."""
    areas = Neighbourhood.objects.order_by("name", "pk")
    areas = areas.exclude(communes__in=listed) if named is None else areas.exclude(pk__in=named)
    _drop(areas, True, uses_of(Neighbourhood, kept), found)
    communes = Commune.objects.exclude(pk__in=listed).order_by("name", "pk")
    _drop(communes, False, uses_of(Commune, kept | inhabited(communes)), found)


def _drop(rows: Any, is_area: bool, uses: dict[str, str], found: ListChanges) -> None:
    unlisted = list(rows)
    for one in unlisted:
        if one.pk in uses:
            found.stays.append(PlaceChange(one.pk, one.name, is_area, (uses[one.pk],)))
        else:
            found.removed.append(PlaceChange(one.pk, one.name, is_area))
    rows.model.objects.filter(pk__in=[one.pk for one in unlisted if one.pk not in uses]).delete()


def _facts() -> dict[str, Facts]:
    """{"communes" or "areas": {code: {fact: its value}}}"""
    communes: Any = Commune.objects.order_by("pk").values("pk", "name", "siren", "postcodes", "population", "territory")
    areas = Neighbourhood.objects.order_by("pk").prefetch_related("communes")
    return {
        "communes": {row.pop("pk"): {**row, "postcodes": " ".join(row["postcodes"])} for row in communes},
        "areas": {
            one.pk: {
                "name": one.name, "population": one.population, "source": one.population_source,
                "communes": " ".join(sorted(commune.pk for commune in one.communes.all())),
            }
            for one in areas
        },
    }  # fmt: skip


def _tell(before: dict[str, Facts], after: dict[str, Facts], found: ListChanges) -> None:
    for kind, is_area in (("communes", False), ("areas", True)):
        for code, facts in after[kind].items():
            was = before[kind].get(code)
            if was is None:
                found.added.append(PlaceChange(code, facts["name"], is_area))
            elif told := _differences(was, facts):
                found.changed.append(PlaceChange(code, facts["name"], is_area, told))


def _differences(was: dict[str, Any], now: dict[str, Any]) -> tuple[str, ...]:
    words = {
        "name": _("name"), "siren": "SIREN", "postcodes": _("postcodes"), "population": _("inhabitants"),
        "territory": _("territory"), "source": _("source of the population"), "communes": _("communes"),
    }  # fmt: skip
    nothing = _("nothing")
    return tuple(
        _("%(fact)s: %(was)s, now %(now)s")
        % {"fact": words[name], "was": was[name] if was[name] not in ("", None) else nothing,
           "now": now[name] if now[name] not in ("", None) else nothing}
        for name in now
        if was[name] != now[name]
    )  # fmt: skip
