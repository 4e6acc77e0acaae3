"""A programme read from a file that `programme_file` wrote, or that somebody wrote by hand: checked whole, then made.

Every refusal says where in the file: "steps › 4 “Immersion” › max".
"""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from backend.accounts.models import Organisation, User
from backend.history import actions as history
from backend.lib.refusal import Refused
from journeys.actions.programme_rules import (
    NUMBERS,
    PROGRAMME_TEXTS,
    RESOURCES,
    SETTING_NUMBERS,
    STEPS,
    TEXTS,
    UNWRITABLE,
    check_step,
    in_order,
)
from journeys.actions.programmes import SHORT, create_programme, facts_of
from journeys.models import Commune, Phase, Programme, StepKind
from journeys.queries.programme_files import FORMAT, VERSION

BYTES = 1_000_000
CODE = re.compile(r"[a-z0-9][a-z0-9_-]*", re.IGNORECASE)


@dataclass(frozen=True)
class Imported:
    """The programme made, and the INSEE codes of its file that name no commune known here."""

    programme: Programme
    unknown_communes: tuple[str, ...]


@dataclass(frozen=True)
class Key:
    """What one key may hold: a type, bounds (length of a text, range of a number, length of a list), known values."""

    type: type
    bounds: tuple[int, int] = (0, 0)
    known: tuple[str, ...] = ()
    is_required: bool = False
    may_be_null: bool = False


CODED = Key(str, (1, 40), is_required=True)
MODULE: dict[str, Key] = {
    "code": CODED,
    "title_fr": Key(str, (1, 160), is_required=True),
    "title_en": Key(str, (0, 160)),
    "summary_fr": Key(str, (0, 2000)),
    "summary_en": Key(str, (0, 2000)),
    "minutes": Key(int, (0, 60000)),
}
STEP: dict[str, Key] = {
    "code": CODED,
    "kind": Key(str, known=tuple(StepKind.values), is_required=True),
    **{name: Key(str, (0, longest)) for name, longest in TEXTS.items()},
    **{SHORT.get(name, name): Key(int, bounds, is_required=name == "max_days") for name, bounds in NUMBERS.items()},
    "required": Key(bool),
    "shared": Key(bool),
    "after": Key(list, (0, STEPS)),
    "resources": Key(list, (0, RESOURCES)),
    "module": Key(dict, may_be_null=True),
    "summary_fr": Key(str, (0, 2000)),  # of the module, where it is described with its step
    "summary_en": Key(str, (0, 2000)),
}
PROGRAMME: dict[str, Key] = {
    "code": CODED,
    **{name: Key(str, (int(name == "title_fr"), longest)) for name, longest in PROGRAMME_TEXTS.items()},
    "track": Key(str, known=tuple(Programme.Track.values), is_required=True),
    "phases": Key(list, (0, 4)),
    "communes": Key(list, (0, 2000)),
    **{name: Key(int, bounds, may_be_null=name == "capacity") for name, bounds in SETTING_NUMBERS.items()},
    "open": Key(bool),
    "steps": Key(list, (0, STEPS), is_required=True),
}
RESOURCE: dict[str, Key] = {
    "title": Key(str, (1, 160), is_required=True),
    "url": Key(str, (1, 500), is_required=True),
}


@transaction.atomic
def import_programme(organisation: Organisation, data: bytes, *, code: str = "", by: User | None) -> Imported:
    """The programme of this file as a draft of the organisation, under the code of the file, or `code`.

    Modules that its catalogue has not (by code) are added to it. Refused, with the place, for a file that is too big,
    not JSON, of another format, with unknown keys, values that cannot be or steps that wait for one another, and when
    the code is taken: nothing is written unless the whole is right.
    """
    described = read_programme(data)
    if code:
        described["code"] = _code(code, _("the code"))
    wanted = [str(one) for one in described.get("communes", [])]
    known = set(Commune.objects.filter(insee__in=wanted).values_list("insee", flat=True))
    programme = create_programme(organisation, described, publish=False, by=by)
    history.record("import_programme", programme, by=by)
    return Imported(programme, tuple(one for one in wanted if one not in known))


def read_programme(data: bytes) -> dict[str, Any]:
    """The description in the file, checked whole. Refused with the first thing that is wrong and where it stands."""
    whole = _parse(data)
    if not isinstance(whole, dict) or whole.get("format") != FORMAT:
        raise Refused(_("This file is not a programme exported from Jalon."), field="file")
    if whole.get("version") != VERSION:
        sentence = _("This file is of version %(found)s of the format; this Jalon reads version %(known)d.")
        said = whole.get("version")
        found = _shown(str(said)) if isinstance(said, str | int | float) else "?"
        raise Refused(sentence % {"found": found[:20], "known": VERSION}, field="file")
    _known_keys(whole, ("format", "version", "programme"), _("at the top"))
    programme = _object(whole.get("programme"), PROGRAMME, _("programme"))
    _code(programme["code"], f"{_('programme')} › code")
    _all_known(programme.get("phases", []), Phase.values, "phases")
    _all_known(programme.get("communes", []), None, "communes")
    programme["steps"] = [_step(step, place) for place, step in enumerate(programme["steps"], start=1)]
    _together(programme["steps"])
    return programme


def _wrong(place: str, sentence: str) -> Refused:
    return Refused(_("In the file, %(place)s: %(sentence)s") % {"place": place, "sentence": sentence}, field="file")


def _shown(text: str) -> str:
    """A text of the file, as a sentence can quote it: what no page can carry is left out."""
    return UNWRITABLE.sub("", text)[:60]


def _parse(data: bytes) -> Any:
    """What the JSON says. Refused when it is too big, not UTF-8, not JSON, or says something twice."""
    if len(data) > BYTES:
        raise Refused(_("This file is too big to be one programme (1 MB at most)."), field="file")

    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        names = [name for name, _value in pairs]
        twice = next((name for name in names if names.count(name) > 1), None) if len(names) < 100 else None
        if twice is not None:
            sentence = _("The key “%(key)s” stands twice in one object of the file.")
            raise Refused(sentence % {"key": _shown(twice)}, field="file")
        return dict(pairs)

    try:
        return json.loads(data.decode("utf-8-sig"), object_pairs_hook=once)
    except json.JSONDecodeError as error:
        sentence = _("This is not a JSON file: see line %(line)d, column %(column)d.")
        raise Refused(sentence % {"line": error.lineno, "column": error.colno}, field="file") from None
    except (ValueError, RecursionError):
        raise Refused(_("This is not a JSON file in UTF-8."), field="file") from None


def _known_keys(found: Mapping[str, Any], known: Sequence[str], place: str) -> None:
    unknown = next((name for name in found if name not in known), None)
    if unknown is not None:
        raise _wrong(place, _("the key “%(key)s” is not known.") % {"key": _shown(unknown)})


def _object(found: Any, keys: Mapping[str, Key], place: str) -> dict[str, Any]:
    """An object with these keys and no other, each checked."""
    if not isinstance(found, dict):
        raise _wrong(place, _("an object between { } is expected."))
    _known_keys(found, tuple(keys), place)
    missing = next((name for name, key in keys.items() if key.is_required and name not in found), None)
    if missing is not None:
        raise _wrong(place, _("the key “%(key)s” is missing.") % {"key": missing})
    return {name: _value(value, keys[name], f"{place} › {name}") for name, value in found.items()}


def _value(found: Any, key: Key, place: str) -> Any:
    """One value of the type and within the bounds of its key."""
    words = {
        str: _("a text between quotes is expected."),
        int: _("a whole number is expected."),
        bool: _("true or false is expected."),
        list: _("a list between [ ] is expected."),
        dict: _("an object between { } is expected."),
    }
    if found is None and key.may_be_null:
        return None
    is_of_type = isinstance(found, key.type) and not (key.type is int and isinstance(found, bool))
    if not is_of_type:
        raise _wrong(place, words[key.type])
    if key.known and found not in key.known:
        raise _wrong(place, _("one of %(known)s is expected.") % {"known": ", ".join(key.known)})
    if key.type is str and not key.known:
        return _text(found, key.bounds, place)
    size = len(found) if key.type is list else found
    if key.type in (int, list) and not key.bounds[0] <= size <= key.bounds[1]:
        low, high = key.bounds
        sentence = _("between %(low)d and %(high)d, please.") if key.type is int else _("at most %(high)d lines.")
        raise _wrong(place, sentence % {"low": low, "high": high})
    return found


def _text(found: str, bounds: tuple[int, int], place: str) -> str:
    if UNWRITABLE.search(found):
        raise _wrong(place, _("there is a character that cannot be kept."))
    text = found.strip()
    if not bounds[0] <= len(text) <= bounds[1]:
        sentence = _("it is empty.") if not text else _("%(high)d characters at most.") % {"high": bounds[1]}
        raise _wrong(place, sentence)
    return text


def _code(code: str, place: str) -> str:
    if not CODE.fullmatch(code) or len(code) > 40:
        raise _wrong(place, _("a code is made of letters without accents, digits and hyphens, 40 at most."))
    return code


def _all_known(found: Sequence[Any], known: Sequence[str] | None, place: str) -> None:
    """A list of short texts, each once, all among `known`."""
    for number, one in enumerate(found, start=1):
        where = f"{_('programme')} › {place} › {number}"
        _value(one, Key(str, (1, 40), known=tuple(known or ())), where)
        if found.index(one) < number - 1:
            raise _wrong(where, _("“%(text)s” stands twice.") % {"text": one})


def _step(found: Any, number: int) -> dict[str, Any]:
    """One step, its module and its resources."""
    titled = found.get("title_fr") or found.get("title_en") if isinstance(found, dict) else ""
    place = f"steps › {number}" + (f" “{_shown(titled)}”" if isinstance(titled, str) and titled else "")
    step = _object(found, STEP, place)
    _code(step["code"], f"{place} › code")
    if step["kind"] != StepKind.MODULE and step.get("module") is not None:
        raise _wrong(f"{place} › module", _("only a step of the kind “module” has one."))
    if step.get("module") is not None:
        step["module"] = _object(step["module"], MODULE, f"{place} › module")
        _code(step["module"]["code"], f"{place} › module › code")
    elif step["kind"] == StepKind.MODULE and "module" not in step and not step.get("title_fr"):
        raise _wrong(place, _("the key “%(key)s” is missing.") % {"key": "title_fr"})
    step["resources"] = [
        _object(one, RESOURCE, f"{place} › resources › {line}")
        for line, one in enumerate(step.get("resources", []), start=1)
    ]
    for line, one in enumerate(step.get("after", []), start=1):
        _value(one, CODED, f"{place} › after › {line}")
    try:
        check_step(facts_of(step), kind=step["kind"])
    except Refused as refusal:
        name = SHORT.get(refusal.field or "", refusal.field or "")
        raise _wrong(f"{place} › {name}" if name else place, refusal.sentence) from None
    return step


def _together(steps: Sequence[Mapping[str, Any]]) -> None:
    """What no step alone can tell: codes once, prerequisites that exist and go one way, modules said one way."""
    numbers: dict[str, int] = {}
    modules: dict[str, Any] = {}
    for number, step in enumerate(steps, start=1):
        place = f"steps › {number} “{step.get('title_fr') or step.get('title_en')}”"
        if step["code"] in numbers:
            raise _wrong(f"{place} › code", _("“%(text)s” stands twice.") % {"text": step["code"]})
        numbers[step["code"]] = number
        if len(set(step.get("after", []))) < len(step.get("after", [])):
            raise _wrong(f"{place} › after", _("the same step stands twice."))
        module = step.get("module")
        if module and modules.setdefault(module["code"], module) != module:
            raise _wrong(f"{place} › module", _("“%(text)s” is described in two ways.") % {"text": module["code"]})
    try:
        in_order(
            {step["code"]: list(step.get("after", [])) for step in steps},
            {step["code"]: step.get("title_fr") or step.get("title_en", "") for step in steps},
        )
    except Refused as refusal:
        raise _wrong("steps › after", refusal.sentence) from None
