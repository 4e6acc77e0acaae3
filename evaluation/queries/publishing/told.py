"""Parts of a snapshot in words, the same on its page and on paper: figures against their targets, hours, milestones."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from backend.web import reading
from backend.web.charts import number
from evaluation.queries.publishing.difference import words
from evaluation.queries.publishing.flat import language
from journeys.models import Delivery

MINUTES = 60


@dataclass(frozen=True)
class Aimed:
    """A figure against its target. `share` and `mark`: value and target in percent of the greater; None where the
    value is not told."""

    title: str
    shown: str
    target: str
    period: str
    standing: str
    share: float | None
    mark: float


@dataclass(frozen=True)
class KindOfHours:
    """Hours of a kind. `share`, `sure`: all and the confirmed ones, in percent of the kind that has most."""

    label: str
    minutes: int
    shown: str
    confirmed: str
    share: float
    sure: float


def aimed(found: dict[str, Any]) -> list[Aimed]:
    """The figures that have a target, in the order of the page."""
    made = []
    for one in found["figures"]:
        aim = one.get("target")
        if not aim:
            continue
        value = one["value"]
        if value is not None and aim["unit"] == "h":
            value /= MINUTES
        most = max(value or 0, aim["upto"] or aim["value"], 1e-9)
        said, told = words(one), aim[language()]
        made.append(
            Aimed(
                said["title"], f"{said['shown']}{reading.unit(said['unit'])}", told["shown"], told["period"],
                told["standing"] or _not_yet(one, aim, found),
                None if value is None else round(100 * max(value, 0) / most, 1), round(100 * aim["value"] / most, 1),
            )
        )  # fmt: skip
    return made


def _not_yet(one: dict[str, Any], aim: dict[str, Any], found: dict[str, Any]) -> str:
    """Why it is not told where a figure stands against its target."""
    if one["is_hidden"]:
        return _("not told, as the figure is hidden")
    if one["value"] is None:
        return _("nothing to compare yet")
    if aim["until"] and aim["until"] > found["scope"]["until"]:
        return _("under way: it is told once the period of the target is over")
    return _("not told: the target is of other days")


def hours_of(found: dict[str, Any]) -> list[KindOfHours]:
    """Hours received by kind; nothing where they are hidden."""
    kinds = {kind: one for kind, one in ((found["hours"] or {}).get("kinds") or {}).items() if one["total"] is not None}
    most = max((one["total"] for one in kinds.values()), default=0) or 1
    made = []
    for kind, one in kinds.items():
        sure = one.get("confirmed")
        made.append(
            KindOfHours(
                str(Delivery.Kind(kind).label), one["total"], reading.hours(one["total"]),
                "–" if sure is None else reading.hours(sure), round(100 * one["total"] / most, 1),
                round(100 * (sure or 0) / most, 1),
            )
        )  # fmt: skip
    return made


def milestones_of(found: dict[str, Any]) -> list[tuple[str, ...]]:
    """(title, reached, planned) in words; a dash where few people stand behind."""
    return [
        (
            one[language()],
            "–" if one["done"] is None else number(one["done"]),
            "–" if one["total"] is None else number(one["total"]),
        )
        for one in found["milestones"]
    ]
