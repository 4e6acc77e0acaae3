"""When a section or an item is asked: conditions on earlier answers and on facts of the journey, as plain JSON.

    {"all": [condition, …]} · {"any": [condition, …]} · {"not": condition}
    {"item": "Q1", "is": "lt", "than": 4} · {"item": "Q2", "is": "answered"}
    {"fact": "phase", "is": "in", "than": ["creation"]}

An empty condition always holds. One about an item that has no answer (none given, missing on purpose, not asked itself)
does not hold, whatever it compares; “unanswered” does.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from backend.lib import clock
from journeys.models import Journey

Condition = Mapping[str, Any]
Plain = Any
"""An answer as one value: int, Decimal, ISO day, text, or the tuple of chosen codes; None: missing on purpose."""
COMPARED = ("eq", "ne", "lt", "le", "gt", "ge")
WITHOUT = ("answered", "unanswered")
VERBS = (*COMPARED, "in", "has", *WITHOUT)
FACTS = ("programme", "track", "phase", "commune", "qpv", "state", "days_since_start")
DEEPEST = 6
LONGEST, MOST = 240, 100
"""Signs of a value, and conditions or values side by side."""


def holds(condition: Condition, answers: Mapping[str, Plain], facts: Mapping[str, Any]) -> bool:
    """Is it asked, given the answers kept so far ({item code: value}) and the facts of the journey?"""
    if not condition:
        return True
    if "all" in condition:
        return all(holds(one, answers, facts) for one in condition["all"])
    if "any" in condition:
        return any(holds(one, answers, facts) for one in condition["any"])
    if "not" in condition:
        return not holds(condition["not"], answers, facts)
    found = answers.get(condition["item"]) if "item" in condition else facts.get(condition["fact"])
    return _compare(condition["is"], found, condition.get("than"))


def _compare(verb: str, found: Plain, than: Any) -> bool:
    if verb in WITHOUT:
        return (found is not None) == (verb == "answered")
    if found is None:
        return False
    if verb == "has":
        return than in found if isinstance(found, tuple | list) else found == than
    one = found[0] if isinstance(found, tuple) and len(found) == 1 else found
    if verb == "in":
        return one in than
    if verb in ("eq", "ne"):
        return bool(one == than) == (verb == "eq")
    return _ordered(verb, one, than)


def _ordered(verb: str, found: Plain, than: Any) -> bool:
    try:
        return {"lt": found < than, "le": found <= than, "gt": found > than, "ge": found >= than}[verb]
    except TypeError:  # words compared with a number: nothing to order
        return False


def named(condition: Condition) -> Iterator[str]:
    """The codes of the items it depends on."""
    for part in (*condition.get("all", ()), *condition.get("any", ())):
        yield from named(part)
    if "not" in condition:
        yield from named(condition["not"])
    if "item" in condition:
        yield condition["item"]


def named_facts(condition: Condition) -> Iterator[str]:
    """The facts of the journey it depends on."""
    for part in (*condition.get("all", ()), *condition.get("any", ())):
        yield from named_facts(part)
    if "not" in condition:
        yield from named_facts(condition["not"])
    if "fact" in condition:
        yield condition["fact"]


def is_well_formed(condition: Any, depth: int = 0) -> bool:
    """Has it the shape said above? Nothing else is ever kept, so `holds` never stumbles."""
    if condition == {}:
        return True
    if not isinstance(condition, dict) or depth > DEEPEST:
        return False
    keys = set(condition)
    if keys in ({"all"}, {"any"}):
        (parts,) = condition.values()
        return (
            isinstance(parts, list)
            and 0 < len(parts) <= MOST
            and all(part and is_well_formed(part, depth + 1) for part in parts)
        )
    if keys == {"not"}:
        return bool(condition["not"]) and is_well_formed(condition["not"], depth + 1)
    return _is_well_compared(condition, keys)


def _is_well_compared(condition: dict[str, Any], keys: set[str]) -> bool:
    about = keys & {"item", "fact"}
    if len(about) != 1 or not isinstance(condition[next(iter(about))], str) or condition.get("is") not in VERBS:
        return False
    if "fact" in about and condition["fact"] not in FACTS:
        return False
    if condition["is"] in WITHOUT:
        return keys == about | {"is"}
    than = condition.get("than")
    if keys != about | {"is", "than"} or than is None:
        return False
    if condition["is"] == "in":
        return isinstance(than, list) and len(than) <= MOST and all(map(_is_value, than))
    return isinstance(than, float) or _is_value(than)


def _is_value(than: Any) -> bool:
    return isinstance(than, int) or (isinstance(than, str) and len(than) <= LONGEST)


def facts_of(journey: Journey) -> dict[str, Any]:
    """What conditions may ask of a journey: codes, never words on screen. `qpv`: yes, no or not known."""
    project = journey.project
    return {
        "programme": journey.programme.code,
        "track": journey.programme.track,
        "phase": project.phase,
        "commune": project.commune_id,
        "qpv": project.qpv,
        "state": journey.state,
        "days_since_start": (clock.today() - journey.started_on).days,
    }
