"""What may stand in a programme and in one of its steps; each refusal beside its field. Nothing is written here."""

import re
from collections.abc import Collection, Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

from django.utils.text import slugify
from django.utils.translation import gettext as _

from backend.lib.refusal import Refused
from journeys.models import Phase, Programme, StepKind

STEPS = 120
RESOURCES = 10
TEXTS = {"title_fr": 160, "title_en": 160, "evidence_fr": 240, "evidence_en": 240}
PROGRAMME_TEXTS = {"title_fr": 160, "title_en": 160, "summary_fr": 2000, "summary_en": 2000}
NUMBERS = {
    "weight": (1, 100), "min_days": (0, 1500), "max_days": (1, 1500), "minutes_expected": (0, 60000),
    "occurrences": (1, 60),
}  # fmt: skip
SETTING_NUMBERS = {"capacity": (1, 10000), "hole_days": (7, 365), "silence_weeks": (1, 52), "smallest_group": (3, 50)}
FLAGS = ("is_required", "is_shared")
DEFAULTS: dict[str, Any] = {
    **dict.fromkeys(TEXTS, ""), "weight": 1, "is_required": True, "is_shared": False, "min_days": 0, "max_days": 30,
    "minutes_expected": 0, "occurrences": 1, "resources": [],
}  # fmt: skip
# What PostgreSQL cannot keep in a text, and no keyboard types.
UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff]")


def in_order(after: Mapping[str, Collection[str]], titles: Mapping[str, str] | None = None) -> list[str]:
    """The codes, prerequisites first. Refused when they form a cycle (named, by `titles`) or name an unknown step."""
    done: dict[str, bool] = {}
    names = titles or {}

    def visit(code: str, trail: tuple[str, ...]) -> None:
        if code in done:
            return
        if code in trail:
            cycle = [*trail[trail.index(code) :], code]
            words = " → ".join(names.get(one) or one for one in cycle)
            raise Refused(_("These steps wait for one another: %(cycle)s.") % {"cycle": words}, field="after")
        if code not in after:
            raise Refused(_("No step is called “%(code)s”.") % {"code": code}, field="after")
        for before in after[code]:
            visit(before, (*trail, code))
        done[code] = True

    for code in after:
        visit(code, ())
    return list(done)


def free_code(title: str, taken: Collection[str]) -> str:
    """A code made from a title, that nobody has: "plan-d-affaires", then "plan-d-affaires-2"."""
    base = slugify(title.replace("’", " ").replace("'", " "))[:34].strip("-") or "x"
    code, number = base, 1
    while code in taken:
        number += 1
        code = f"{base}-{number}"
    return code


def check_text(value: str, longest: int, field: str) -> str:
    """The text without spaces around. Refused when it is too long or holds what no keyboard types."""
    text = value.strip()
    if len(text) > longest:
        sentence = _("Make this shorter: %(longest)d characters at most, it has %(count)d.")
        raise Refused(sentence % {"longest": longest, "count": len(text)}, field=field)
    if UNWRITABLE.search(text):
        raise Refused(_("This text holds a character that cannot be kept: type it again."), field=field)
    return text


def check_number(value: int, bounds: tuple[int, int], field: str) -> int:
    """The whole number. Refused outside its bounds."""
    low, high = bounds
    if not low <= value <= high:
        sentence = _("Give a number between %(low)d and %(high)d.")
        raise Refused(sentence % {"low": low, "high": high}, field=field)
    return value


def check_step(facts: Mapping[str, Any], *, kind: str) -> dict[str, Any]:
    """The facts of a step (without module and prerequisites), as they are to be kept.

    Refused without any title, with days the wrong way round, or with a link that is not https. A number of sessions is
    for mentoring only.
    """
    if kind not in StepKind.values:
        raise Refused(_("A step is a module, mentoring, an immersion or a milestone."), field="kind")
    given = {**DEFAULTS, **facts}
    kept: dict[str, Any] = {name: check_text(given[name], longest, name) for name, longest in TEXTS.items()}
    if not (kept["title_fr"] or kept["title_en"]):
        raise Refused(_("Give this step a title, in French or in English."), field="title_fr")
    kept |= {name: check_number(given[name], bounds, name) for name, bounds in NUMBERS.items()}
    if kept["max_days"] < kept["min_days"]:
        raise Refused(_("It cannot be due before it may begin: give as many days or more."), field="max_days")
    if kind != StepKind.MENTORING:
        kept["occurrences"] = 1
    kept |= {name: bool(given[name]) for name in FLAGS}
    return kept | {"resources": check_resources(given["resources"])}


def check_resources(rows: Sequence[Mapping[str, str]]) -> list[dict[str, str]]:
    """Titles and https links. Refused when one of the two is missing, or there are too many."""
    if len(rows) > RESOURCES:
        raise Refused(_("Keep the %(count)d resources that help most.") % {"count": RESOURCES}, field="resources")
    return [check_resource(row.get("title", ""), row.get("url", "")) for row in rows]


def check_resource(title: str, url: str) -> dict[str, str]:
    """One resource. Refused without its title, or when its link is not a whole https address."""
    words, address = check_text(title, 160, "resources"), check_text(url, 500, "resources")
    if not words:
        raise Refused(_("Say in a few words what this link opens."), field="resources")
    try:
        parts = urlsplit(address)
    except ValueError:
        parts = urlsplit("")
    if parts.scheme != "https" or "." not in (parts.hostname or "") or re.search(r"\s", address):
        raise Refused(_("A link begins with https:// and names a site."), field="resources")
    return {"title": words, "url": address}


def check_settings(facts: Mapping[str, Any]) -> dict[str, Any]:
    """The given settings of a programme (its communes apart), as they are to be kept.

    Refused without a French title, with an unknown track or phase, or a number out of bounds.
    """
    kept: dict[str, Any] = {
        name: check_text(facts[name], longest, name) for name, longest in PROGRAMME_TEXTS.items() if name in facts
    }
    if "title_fr" in kept and not kept["title_fr"]:
        raise Refused(_("Give the programme a title in French."), field="title_fr")
    for name, bounds in SETTING_NUMBERS.items():
        if name in facts and (facts[name] is not None or name != "capacity"):
            kept[name] = check_number(facts[name], bounds, name)
        elif name in facts:
            kept[name] = None
    if "track" in facts:
        if facts["track"] not in Programme.Track.values:
            raise Refused(_("There is no such track."), field="track")
        kept["track"] = facts["track"]
    if "phases" in facts:
        if not set(facts["phases"]) <= set(Phase.values):
            raise Refused(_("There is no such phase."), field="phases")
        kept["phases"] = [phase for phase in Phase.values if phase in facts["phases"]]
    if "is_open" in facts:
        kept["is_open"] = bool(facts["is_open"])
    return kept
