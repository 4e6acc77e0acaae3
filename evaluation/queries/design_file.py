"""A questionnaire as one file: plain JSON that another Jalon, or a colleague, reads back whole.

    {"jalon": 1, "title_fr": …, "minutes": 4, "anchors": […], "sections": [{"code": …, "items": [{"code": …, "kind": …,
     "choices": [{"code": …, "text_fr": …}]}]}]}

Only what says something is written: a field that has its usual value is left out.
"""

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal, InvalidOperation
from math import isfinite
from typing import Any

from django.db import models
from django.utils.translation import gettext as _

from backend.lib.texts import is_writable
from evaluation.models import Choice, Item, QuestionnaireVersion, Section
from evaluation.queries.answers import sections_of
from evaluation.queries.codes import is_choice_code, is_item_code
from evaluation.queries.relevance import is_well_formed, named

FORMAT = 1
MOST_DECIMALS = 4
TITLES = ("title_fr", "title_en", "intro_fr", "intro_en", "source")
SECTION = ("code", "layout", "title_fr", "title_en", "text_fr", "text_en", "relevance", "least_answered")
ITEM = (
    "code", "kind", "label_fr", "label_en", "text_fr", "text_en", "help_fr", "help_en", "is_required", "allows_na",
    "allows_no_say", "relevance", "scale_min", "scale_max", "anchors", "unit_fr", "unit_en", "least",
    "most", "decimals",
)  # fmt: skip
CHOICE = ("code", "text_fr", "text_en", "is_retired", "is_exclusive", "takes_text")
MOST = {"sections": 60, "items": 400, "choices": 200}
"""More than anybody answers; less than what would hold a page up."""
MOST_BANDS, MOST_CONDITIONS = 201, 100
LONGEST_SHOWN = 40
"""Of a code that is none, so many signs are told."""


# --- Written --------------------------------------------------------------------------------------
def design_of(version: QuestionnaireVersion) -> dict[str, Any]:
    """Everything that one version asks, as the file has it."""
    questionnaire = version.questionnaire
    return {
        "jalon": FORMAT,
        "code": questionnaire.code,
        "version": version.number,
        **{name: text for name in TITLES if (text := getattr(questionnaire, name))},
        "minutes": version.minutes,
        **({"anchors": version.anchors} if version.anchors else {}),
        "sections": [
            {**_said(section, SECTION), "items": [_item(item) for item in section.items.all()]}
            for section in sections_of(version)
        ],
    }


def _item(item: Item) -> dict[str, Any]:
    choices = [_said(choice, CHOICE) for choice in item.choices.all()]
    return _said(item, ITEM) | ({"choices": choices} if choices else {})


def _said(row: models.Model, names: Iterable[str]) -> dict[str, Any]:
    """The fields that differ from what they are when nothing is said."""
    said = {}
    for name in names:
        field = row._meta.get_field(name)
        assert isinstance(field, models.Field)
        value, usual = getattr(row, name), field.get_default()
        if name in ("code", "kind") or value != usual:
            said[name] = format(value.normalize(), "f") if isinstance(value, Decimal) else value
    return said


# --- Read -----------------------------------------------------------------------------------------
def wrong_with(data: Any) -> list[str]:
    """Everything that keeps a file from being a questionnaire, each a sentence that says where; [] when it is one.

    What `write_design` then writes breaks no table: every kind, length, number and condition was looked at.
    """
    if not isinstance(data, dict) or data.get("jalon") != FORMAT:
        return [_("This file is no questionnaire of Jalon’s.")]
    found = list(_wrong_texts(data, TITLES, _("the questionnaire")))
    if not str(data.get("title_fr", "")).strip():
        found.append(_("It has no title in French."))
    if not isinstance(data.get("minutes", 4), int) or not 0 < data.get("minutes", 4) < 200:
        found.append(_("The minutes it takes are a whole number, from 1."))
    if not _are_anchors(data.get("anchors", [])):
        found.append(_("The words of the scale can’t be read."))
    sections = data.get("sections")
    if not isinstance(sections, list) or not sections or not all(isinstance(one, dict) for one in sections):
        return [*found, _("It has no section.")]
    items = [item for section in sections for item in _items_of(section)]
    if len(sections) > MOST["sections"] or len(items) > MOST["items"]:
        return [*found, _("It is too long: at most %(sections)d sections and %(items)d questions.") % MOST]
    found += [*_twice(sections, _("section")), *_twice(items, _("question")), *_wrong_rows(sections)]
    if not found and not _is_keepable(data):
        found.append(_("It holds signs that can’t be kept: control characters, or half of a character."))
    return found


def _is_keepable(data: Any) -> bool:
    """Is every text and number in it one that the database takes?"""
    waiting = [data]
    while waiting:
        one = waiting.pop()
        if (isinstance(one, str) and not is_writable(one)) or (isinstance(one, float) and not isfinite(one)):
            return False
        waiting += [*one, *one.values()] if isinstance(one, dict) else one if isinstance(one, list) else []
    return True


def _code_of(row: Mapping[str, Any]) -> str:
    """The code as it is told."""
    return str(row.get("code"))[:LONGEST_SHOWN]


def _items_of(section: Mapping[str, Any]) -> list[dict[str, Any]]:
    items = section.get("items", [])
    return [one for one in items if isinstance(one, dict)] if isinstance(items, list) else []


def _twice(rows: Iterable[Mapping[str, Any]], what: str) -> Iterator[str]:
    seen: set[object] = set()
    for row in rows:
        code = str(row.get("code"))
        if code in seen:
            yield _("The code %(code)s stands for more than one %(what)s.") % {"code": _code_of(row), "what": what}
        seen.add(code)


def _wrong_rows(sections: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    before: set[str] = set()
    for section in sections:
        where = _("section %(code)s") % {"code": _code_of(section)}
        yield from _wrong_fields(section, Section, SECTION, where, before)
        items = section.get("items", [])
        if not isinstance(items, list) or not all(isinstance(one, dict) for one in items):
            yield _("%(where)s: its questions are no list.") % {"where": where}
        for item in _items_of(section):
            yield from _wrong_item(item, before)
            before.add(str(item.get("code")))


def _wrong_item(item: Mapping[str, Any], before: set[str]) -> Iterator[str]:
    where = _("question %(code)s") % {"code": _code_of(item)}
    yield from _wrong_fields(item, Item, ITEM, where, before)
    if not str(item.get("text_fr", "")).strip():
        yield _("%(where)s: it has no words in French.") % {"where": where}
    low, high = item.get("scale_min", 1), item.get("scale_max", 8)
    if isinstance(low, int) and isinstance(high, int) and not -100 <= low < high <= 100:
        yield _("%(where)s: its scale goes from a point to a higher one, within −100 and 100.") % {"where": where}
    least, most = (item.get(end) for end in ("least", "most"))
    if _is_number(least) and _is_number(most) and Decimal(str(least)) > Decimal(str(most)):
        yield _("%(where)s: its smallest number is greater than its greatest one.") % {"where": where}
    choices = item.get("choices", [])
    if not isinstance(choices, list) or not all(isinstance(one, dict) for one in choices):
        yield _("%(where)s: its choices are no list.") % {"where": where}
        return
    if len(choices) > MOST["choices"] or sum(len(str(one.get("code"))) + 1 for one in choices) > 690:
        yield _("%(where)s: too many choices.") % {"where": where}
    if choices and item.get("kind", Item.Kind.SCALE) not in Item.CHOSEN:
        yield _("%(where)s: this kind of question has no choices.") % {"where": where}
    yield from _twice(choices, _("choice of %(where)s") % {"where": where})
    for choice in choices:
        yield from _wrong_fields(choice, Choice, CHOICE, where, set())
        if not str(choice.get("text_fr", "")).strip():
            yield _("%(where)s: the choice %(code)s has no words in French.") % {
                "where": where,
                "code": _code_of(choice),
            }


def _wrong_fields(
    row: Mapping[str, Any], model: type[models.Model], names: Iterable[str], where: str, before: set[str]
) -> Iterator[str]:
    is_code = is_choice_code if model is Choice else is_item_code
    if not isinstance(row.get("code"), str) or not is_code(row["code"]):
        yield _("%(where)s: a code is up to 20 letters and digits, without spaces or accents.") % {"where": where}
    for name in names:
        if name in row and name != "code" and not _fits(row[name], model._meta.get_field(name), before):
            yield _("%(where)s: %(field)s can’t be read.") % {"where": where, "field": name}


def _wrong_texts(row: Mapping[str, Any], names: Iterable[str], where: str) -> Iterator[str]:
    for name in names:
        longest = 240 if name == "source" else 160 if name.startswith("title") else 5000
        text = row.get(name, "")
        if not isinstance(text, str) or len(text) > longest or not is_writable(text):
            yield _("%(where)s: %(field)s can’t be read.") % {"where": where, "field": name}


def _fits(value: Any, field: Any, before: set[str]) -> bool:
    """Is it a value of this column?"""
    if field.name == "relevance":
        codes = list(named(value)) if is_well_formed(value) else None
        return codes is not None and len(codes) <= MOST_CONDITIONS and set(codes) <= before
    if field.name == "anchors":
        return _are_anchors(value)
    if isinstance(field, models.BooleanField):
        return isinstance(value, bool)
    if isinstance(field, models.DecimalField):
        return value is None or _is_number(value)
    if isinstance(field, models.SmallIntegerField | models.PositiveSmallIntegerField):
        low = 0 if isinstance(field, models.PositiveSmallIntegerField) else -100
        most = MOST_DECIMALS if field.name == "decimals" else 100
        return (value is None and field.null) or (type(value) is int and low <= value <= most)
    if not isinstance(value, str) or not is_writable(value):
        return False
    if field.choices:
        return value in {key for key, _label in field.choices}
    return len(value) <= (field.max_length or 5000)


def _is_number(value: Any) -> bool:
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        return False
    return not isinstance(value, bool) and number.is_finite() and abs(number) < 10**12 and number == round(number, 4)


def _are_anchors(bands: Any) -> bool:
    """[{"from": 1, "to": 2, "fr": "…", "en": "…"}, …]"""
    return (
        isinstance(bands, list)
        and len(bands) <= MOST_BANDS
        and all(
            isinstance(one, dict)
            and set(one) <= {"from", "to", "fr", "en"}
            and all(type(one.get(end)) is int for end in ("from", "to"))
            and -100 <= one["from"] <= one["to"] <= 100
            and all(
                isinstance(one.get(language, ""), str) and len(one.get(language, "")) <= 300
                for language in ("fr", "en")
            )
            for one in bands
        )
    )
