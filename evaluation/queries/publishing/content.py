"""The content of a snapshot: all that the page of figures shows of a scope, in both languages, as canonical JSON.

The same facts give the same bytes: nothing in it tells when it was made, lists are in a fixed order, numbers have ten
digits. What is hidden is null, and no count of it is kept.
"""

import hashlib
import json
from collections.abc import Callable
from dataclasses import fields, is_dataclass
from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _

from backend.lib.version import software
from evaluation.models import Campaign
from evaluation.queries.breakdown import Group, breakdown
from evaluation.queries.drawn_base import Figure
from evaluation.queries.figures import Board, Found, board
from evaluation.queries.gains import AreaGain
from evaluation.queries.hours import STATES
from evaluation.queries.publishing.targets import target_of, targets_of
from evaluation.queries.scope import Scope
from evaluation.queries.small_groups import smallest_group
from evaluation.statistics import Change

FORMAT = 2
LANGUAGES = ("fr", "en")
DIMENSIONS = ("programme", "commune", "qpv", "neighbourhood")
ASIDE = ("key", "label", "where", "hidden", "is_hidden", "note")
"""Of a group: what is no cell of a table."""


def scope_of(campaign: Campaign) -> Scope:
    """What the campaign is about, as published; groups are those of the setting now, or of the snapshot that is
    recomputed. One query."""
    return Scope(
        organisation=campaign.organisation_id,
        programme=campaign.programme_id,
        since=campaign.since,
        until=campaign.until,
        is_published=True,
        smallest_group=campaign.threshold or smallest_group(campaign.organisation_id, campaign.programme_id),
    )


def content(campaign: Campaign, *, version: str = "") -> dict[str, Any]:
    """Everything published of a campaign. `version`: of the software; this one's unless told."""
    scope, aims = scope_of(campaign), targets_of(campaign)
    found = {language: Found(scope) for language in LANGUAGES}  # what is read in words is kept in it
    made: dict[str, tuple[Board, dict[str, list[Group]]]] = {}
    for language in LANGUAGES:
        with translation.override(language):
            drawn = board(scope, found[language])
            made[language] = drawn, _tables(scope, drawn)
    return {
        "format": FORMAT,
        "software": version or software(),
        "title": campaign.title,
        "note": campaign.note,
        "scope": _scope(campaign),
        "audience": campaign.audience,
        "smallest_group": scope.smallest_group,
        "people": None if made["fr"][0].is_small else made["fr"][0].people,
        "figures": [
            _figure({language: made[language][0].figures[i] for language in LANGUAGES})
            | {"missing": _missing(found["fr"], drawn), "target": target_of(campaign, drawn, aims)}
            for i, drawn in enumerate(made["fr"][0].figures)
        ],
        "tables": [
            _table(name, {language: made[language][1][name] for language in LANGUAGES}) for name in made["fr"][1]
        ],
        "hours": _hours(made["fr"][0]),
        "milestones": _milestones({language: made[language][0] for language in LANGUAGES}),
    }


def canonical(found: Any) -> bytes:
    """UTF-8 JSON, keys in order, no spaces, numbers of ten digits: equal content, equal bytes."""
    return json.dumps(
        _plain(found), ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False
    ).encode()


def digest(body: bytes) -> str:
    """SHA-256, in hexadecimal."""
    return hashlib.sha256(body).hexdigest()


def _scope(campaign: Campaign) -> dict[str, Any]:
    programme = campaign.programme
    return {
        "organisation": campaign.organisation.name,
        "programme": {"fr": programme.title_fr, "en": programme.title_en or programme.title_fr} if programme else None,
        "since": campaign.since,
        "until": campaign.until,
    }


def _figure(drawn: dict[str, Figure]) -> dict[str, Any]:
    one = drawn["fr"]
    return {
        "code": one.code,
        "definition": one.measure.version,
        "level": str(one.measure.level.value),
        "value": one.value,
        "numerator": one.numerator,
        "denominator": one.denominator,
        "low": one.low,
        "high": one.high,
        "is_hidden": one.is_hidden,
        **{language: _words(drawn[language], language) for language in LANGUAGES},
    }


TELL_MISSING = ("women", "qpv", "rate")
"""Figures whose page says of how many the fact is not known, and which hide where those are few."""


def _missing(found: Found, drawn: Figure) -> int | None:
    if drawn.is_hidden or drawn.code not in TELL_MISSING:
        return None
    return found.total(drawn.code).missing


def _words(one: Figure, language: str) -> dict[str, str]:
    with translation.override(language):
        return {
            "level": str(one.measure.level.label), "title": str(one.measure.title), "shown": one.shown,
            "unit": str(one.unit_apart), "note": one.note,
            "precision": one.precision,
            "definition": str(one.measure.definition),
        }  # fmt: skip


def _tables(scope: Scope, drawn: Board) -> dict[str, list[Group]]:
    """The figures by group; nothing where few people are told of at all."""
    if drawn.is_small:
        return {}
    found = {name: breakdown(scope, name, drawn) for name in DIMENSIONS[:3]}
    whole = next((group for group in found["qpv"] if group.key == "inside"), None)
    return found | {"neighbourhood": breakdown(scope, "neighbourhood", drawn, whole=whole)}


def _table(name: str, groups: dict[str, list[Group]]) -> dict[str, Any]:
    """The lines by key: their order tells nothing."""
    lines = [_line({language: groups[language][i] for language in LANGUAGES}) for i in range(len(groups["fr"]))]
    return {"code": name, "lines": sorted(lines, key=lambda line: (line["key"] is None, str(line["key"])))}


def _line(group: dict[str, Group]) -> dict[str, Any]:
    one = group["fr"]
    names = [field.name for field in fields(Group) if field.name not in ASIDE]
    hidden = set(names) if one.is_hidden else set(one.hidden)
    return {
        "key": one.key,
        "is_hidden": one.is_hidden,
        "hidden": sorted(hidden),
        "cells": {name: None if name in hidden else _cell(getattr(one, name)) for name in names},
        **{language: group[language].label for language in LANGUAGES},
    }


def _cell(value: Any) -> Any:
    if isinstance(value, AreaGain):
        change = value.change
        known = value.is_enough
        bounds = (change.low, change.high) if known and isinstance(change, Change) else (None, None)
        return {"n": value.n, "mean": value.mean if known else None, "low": bounds[0], "high": bounds[1]}
    return value


def _hours(drawn: Board) -> dict[str, Any] | None:
    """Minutes by kind and state, as the page has them; None where hours are hidden as a whole."""
    made = drawn.hours
    if made.is_hidden or drawn.is_small:
        return None
    states = [str(state.value) for state in STATES]
    return {
        "kinds": {row.kind: {**dict(row.cells), "total": row.total} for row in made.kinds},
        "states": dict(zip(states, made.states, strict=True)),
        "total": made.total,
        "preparation": made.preparation,
        "travel": made.travel,
    }


def _milestones(drawn: dict[str, Board]) -> list[dict[str, Any]]:
    """Reached of planned, by title; a hidden line keeps its title."""
    if drawn["fr"].is_small:
        return []
    lines = zip(*(drawn[language].by_milestone for language in LANGUAGES), strict=True)
    found = [
        {
            "key": fr.key, "fr": fr.label, "en": en.label, "is_hidden": fr.is_hidden,
            "done": None if fr.is_hidden else fr.done, "total": None if fr.is_hidden else fr.total,
        }
        for fr, en in lines
    ]  # fmt: skip
    return sorted(found, key=lambda line: str(line["key"]))


KINDS: dict[type, Callable[[Any], Any]] = {
    bool: lambda value: value,
    int: lambda value: value,
    float: lambda value: float(f"{value:.10g}"),
}


def _plain(value: Any) -> Any:
    """What JSON can hold, numbers cut to ten digits."""
    if value is None or type(value) in KINDS:
        return KINDS[type(value)](value) if value is not None else None
    if isinstance(value, dict):
        return {str(name): _plain(one) for name, one in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_plain(one) for one in (sorted(value) if isinstance(value, set | frozenset) else value)]
    if is_dataclass(value):
        return {field.name: _plain(getattr(value, field.name)) for field in fields(value)}
    if hasattr(value, "item"):  # a number of numpy
        return _plain(value.item())
    return value.isoformat() if hasattr(value, "isoformat") else str(value)


def title_of(found: dict[str, Any]) -> str:
    """What a content is called: as leads named it, else whose figures it tells, in the reader's language."""
    if found.get("title"):
        return str(found["title"])
    programme = found["scope"]["programme"]
    language = (translation.get_language() or "fr")[:2]
    name = programme.get(language, programme["fr"]) if programme else _("all programmes")
    return f"{found['scope']['organisation']} · {name}"
