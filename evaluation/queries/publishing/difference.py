"""What changed from one snapshot to the next, figure by figure."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import get_language

from backend.web import reading


@dataclass(frozen=True)
class Changed:
    """A figure that is not what it was; `is_redefined`: what is counted changed too."""

    title: str
    before: str
    after: str
    is_redefined: bool


def changed(before: dict[str, Any], after: dict[str, Any]) -> list[Changed]:
    """The figures of `after` that differ from `before`, new and gone ones included, in the order of the page."""
    known = {one["code"]: one for one in before["figures"]}
    now = {one["code"]: one for one in after["figures"]}
    found = []
    for code in [*now, *(code for code in known if code not in now)]:
        old, new = known.get(code), now.get(code)
        if old is None or new is None or any(old[name] != new[name] for name in COMPARED):
            one = new or old or {}
            is_redefined = bool(old and new and old["definition"] != new["definition"])
            found.append(Changed(words(one)["title"], told(old), told(new), is_redefined))
    return found


COMPARED = ("value", "numerator", "denominator", "low", "high", "is_hidden", "definition")


def words(one: dict[str, Any]) -> dict[str, str]:
    """What a figure says in the reader's language."""
    language = (get_language() or "fr")[:2]
    found: dict[str, str] = one.get(language) or one["fr"]
    return found


def told(one: dict[str, Any] | None) -> str:
    """A figure in one cell: value, unit, working."""
    if one is None:
        return ""
    said = words(one)
    value = f"{said['shown']}{reading.unit(said['unit'])}"
    return f"{value} ({said['note']})" if said["note"] and not one["is_hidden"] else value
