"""A snapshot as rows: what its files hold, and what its page shows of each group."""

from collections.abc import Iterator
from dataclasses import astuple, dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from journeys.models import Delivery

COLUMNS: dict[str, str | Promise] = {
    "people": _("People"), "minutes": _("Minutes received"), "sure": _("Minutes confirmed"),
    "immersions": _("Immersions"), "milestones": _("Milestones"), "bridges": _("Bridges"), "answers": _("Answers"),
    "gain": _("Posture"),
}  # fmt: skip
TITLES: dict[str, str | Promise] = COLUMNS | {"journeys": _("Journeys")}
TABLES: dict[str, str | Promise] = {
    "programme": _("Programme"), "commune": _("Commune"), "qpv": _("Priority neighbourhood"),
    "neighbourhood": _("Inside priority neighbourhoods"),
}  # fmt: skip


@dataclass(frozen=True)
class FlatRow:
    """One number of a snapshot. Of “n of N” `value` is n and `denominator` N; None: hidden or not known."""

    part: str
    group: str
    code: str
    title: str
    value: float | None
    numerator: float | None = None
    denominator: float | None = None
    low: float | None = None
    high: float | None = None
    is_hidden: bool = False
    definition: int | None = None
    missing: int | None = None
    target: float | None = None

    @property
    def cells(self) -> tuple[Any, ...]:
        return astuple(self)


HEAD = (
    "part", "group", "code", "title", "value", "numerator", "denominator", "low", "high", "is_hidden", "definition",
    "missing", "target",
)  # fmt: skip


def language() -> str:
    """Of the reader: the words of a snapshot are there in two."""
    return "en" if (get_language() or "fr").startswith("en") else "fr"


def flat(found: dict[str, Any]) -> Iterator[FlatRow]:
    """Every number, in the order of the page."""
    yield from (_figure(one) for one in found["figures"])
    for table in found["tables"]:
        for line in table["lines"]:
            yield from _line(table["code"], line)
    for line in found["milestones"]:
        yield FlatRow(
            "milestones", line[language()], "milestones", str(_("Milestones")), line["done"],
            denominator=line["total"], is_hidden=line["is_hidden"],
        )  # fmt: skip
    hours = found["hours"]
    for kind, states in (hours["kinds"] if hours else {}).items():
        for state, minutes in states.items():
            title = str(_("Total")) if state == "total" else str(Delivery.State(state).label)
            group = str(Delivery.Kind(kind).label)
            yield FlatRow("hours", group, state, title, minutes, is_hidden=minutes is None)


def _figure(one: dict[str, Any]) -> FlatRow:
    said = one[language()]
    numbers = {
        name: one[name] for name in ("value", "numerator", "denominator", "low", "high", "is_hidden", "definition")
    }
    aim = one.get("target")  # snapshots of before had none
    numbers |= {"missing": one.get("missing"), "target": aim["value"] if aim else None}
    return FlatRow("figures", "", one["code"], said["title"], **numbers)


def _line(part: str, line: dict[str, Any]) -> Iterator[FlatRow]:
    for name, cell in line["cells"].items():
        title = str(TITLES.get(name, name))
        row = (part, line[language()], name, title)
        if isinstance(cell, dict):
            yield FlatRow(*row, cell["mean"], denominator=cell["n"], low=cell["low"], high=cell["high"])
        elif isinstance(cell, list):
            yield FlatRow(*row, cell[0], numerator=cell[0], denominator=cell[1])
        else:
            yield FlatRow(*row, cell, is_hidden=name in line["hidden"])
