"""What an import leaves behind for its lead: the outcome of each line, and what to take back if it is undone."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from django.db import models

from backend.accounts.models import Membership
from journeys.models import Carrier, Companion, Journey
from journeys.queries.imports import Outcome

CREATED = ("user", "holder", "project", "carrier", "membership", "journey", "companion")
TYPED = ("email", "project")


class Trace:
    """The rows that this chunk creates ({table: ids}) and the facts that it changes on rows that were there before."""

    def __init__(self, made: dict[str, Any]) -> None:
        self.made = {name: list(made.get(name, [])) for name in CREATED}
        self.changed: dict[str, list[Any]] = dict(made.get("changed", {}))
        self._own = {name: set(ids) for name, ids in self.made.items()}

    def as_json(self) -> dict[str, Any]:
        return {**self.made, "changed": self.changed}

    def create(self, name: str, ids: Iterable[int]) -> None:
        """These rows are the import's own."""
        new = [pk for pk in ids if pk not in self._own[name]]
        self.made[name] += new
        self._own[name].update(new)

    def change(self, row: models.Model, attribute: str, old: Any, new: Any) -> None:
        """This fact of a row that was there before said `old`; the first `old` and the last `new` are kept."""
        table = str(row._meta.model_name)
        if row.pk in self._own[table] or old == new:
            return
        place = f"{table}:{row.pk}:{attribute}"
        first = self.changed.get(place, [_plain(old)])[0]
        self.changed[place] = [first, _plain(new)]


class New:
    """Rows of one table that appear between two looks at the same query."""

    def __init__(self, rows: "models.QuerySet[Any]") -> None:
        self.rows = rows.order_by()
        self.before = set(self.rows.values_list("pk", flat=True))

    def ids(self) -> list[int]:
        return sorted(set(self.rows.values_list("pk", flat=True)) - self.before)


def carriers_of(outcomes: Sequence[Outcome]) -> "models.QuerySet[Carrier]":
    """Who carries the projects of these lines."""
    return Carrier.objects.filter(project__in={one.project.pk for one in outcomes if one.project})


def memberships_of(outcomes: Sequence[Outcome], organisation: int) -> "models.QuerySet[Membership]":
    """The roles of the people of these lines here."""
    return Membership.objects.filter(organisation=organisation, user__in={one.user.pk for one in outcomes if one.user})


def companions_of(journeys: Sequence[Journey]) -> "models.QuerySet[Companion]":
    """Who accompanies these journeys."""
    return Companion.objects.filter(journey__in=journeys)


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


def told(outcome: Outcome, *, typed: Iterable[str] = TYPED, **more: Any) -> dict[str, Any]:
    """What became of one line, as it is kept, with `more` beside. What was typed is kept whole only of lines that were
    left aside."""
    line = outcome.line
    entry: dict[str, Any] = {
        "line": line.line,
        "name": line.name,
        **{name: line.texts.get(name, "") for name in typed},
        "kind": outcome.kind,
        "by": outcome.matched,
        "changed": [change.field for change in outcome.changes],
        "notes": [[note.code, note.field, dict(note.params)] for note in outcome.notes],
        **more,
    }
    if outcome.kind in ("error", "skipped"):
        entry["cells"] = dict(line.texts)
    return entry
