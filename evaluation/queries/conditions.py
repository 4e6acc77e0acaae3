"""Conditions as people write and read them: what may be asked about, the values it takes, and a sentence."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from backend.lib.refusal import Refused
from backend.lib.texts import fold
from evaluation.models import Item, QuestionnaireVersion, Section
from evaluation.queries.relevance import WITHOUT, Condition
from journeys.models import Commune, Journey, Phase, Programme, Project

VERB_WORDS = {
    "eq": pgettext_lazy("condition", "is"),
    "ne": pgettext_lazy("condition", "is not"),
    "has": pgettext_lazy("condition", "includes"),
    "in": pgettext_lazy("condition", "is one of"),
    "lt": pgettext_lazy("condition", "is less than"),
    "le": pgettext_lazy("condition", "is at most"),
    "gt": pgettext_lazy("condition", "is more than"),
    "ge": pgettext_lazy("condition", "is at least"),
    "answered": pgettext_lazy("condition", "was answered"),
    "unanswered": pgettext_lazy("condition", "was not answered"),
}
FACT_WORDS = {
    "phase": gettext_lazy("The journey: phase of the project"),
    "qpv": gettext_lazy("The journey: priority neighbourhood"),
    "commune": gettext_lazy("The journey: commune"),
    "programme": gettext_lazy("The journey: programme"),
    "track": gettext_lazy("The journey: kind of support"),
    "state": gettext_lazy("The journey: its state"),
    "days_since_start": gettext_lazy("The journey: days since its start"),
}
LONGEST = 70


@dataclass(frozen=True)
class Subject:
    """What a condition may be about. `key`: "item:Q1" or "fact:phase". `values`: {what is kept: its words}, empty
    where anything may be said; `kind`: that of the item, or "fact"; `is_number`: its values are numbers."""

    key: str
    label: str
    kind: str
    values: Mapping[Any, str]
    is_number: bool = False

    @property
    def about(self) -> dict[str, str]:
        what, _colon, code = self.key.partition(":")
        return {what: code}

    def words_of(self, value: Any) -> str:
        return self.values.get(value, str(value))

    def read(self, typed: str) -> Any:
        """The value as it is kept, from what was typed: a code, or its words. Refused when it is none."""
        text = typed.strip()
        if self.values:
            for value, words in self.values.items():
                if text == str(value) or fold(text) == fold(str(words)):
                    return value
            known = ", ".join(str(one) for one in list(self.values.values())[:12])
            raise Refused(_("Write one of these: %(values)s.") % {"values": known})
        if self.is_number:
            return _number(text)
        return _day(text) if self.kind == Item.Kind.DATE else text


def _number(text: str) -> int | float:
    try:
        number = float(text.replace(",", "."))
    except ValueError:
        raise Refused(_("Write a number, such as 12 or 3.5.")) from None
    return int(number) if number == int(number) else number


def _day(text: str) -> str:
    parts = text.split("/")
    try:
        return date.fromisoformat("-".join(reversed(parts)) if len(parts) == 3 else text).isoformat()
    except ValueError:
        pass
    raise Refused(_("Write a day, such as %(day)s.") % {"day": date(2026, 11, 23).isoformat()})


def subjects_before(
    sections: Iterable[Section], *, section: Section | None = None, item: Item | None = None
) -> list[Subject]:
    """The questions that stand before this section or item (None: before the end), in order."""
    found: list[Subject] = []
    for one in sections:
        if section is not None and item is None and one.pk == section.pk:
            break
        for row in one.items.all():
            if item is not None and row.pk == item.pk:
                return found
            if row.is_asked:
                found.append(subject_of(row))
        if section is not None and item is not None and item.pk is None and one.pk == section.pk:
            break
    return found


def subject_of(item: Item) -> Subject:
    label = f"{item.code} · {Truncator(item.text).chars(LONGEST)}"
    if item.kind in (Item.Kind.YES_NO, Item.Kind.CONSENT):
        return Subject(f"item:{item.code}", label, item.kind, {1: _("yes"), 0: _("no")}, is_number=True)
    if item.kind in Item.CHOSEN:
        return Subject(f"item:{item.code}", label, item.kind, {one.code: one.text for one in item.choices.all()})
    is_number = item.kind in (Item.Kind.SCALE, Item.Kind.RECOMMEND, Item.Kind.NUMBER)
    return Subject(f"item:{item.code}", label, item.kind, {}, is_number)


def fact_subjects(version: QuestionnaireVersion) -> list[Subject]:
    """What is known of a journey. Two queries."""
    programmes = Programme.objects.filter(organisation=version.questionnaire.organisation_id).order_by("pk")
    values: dict[str, dict[Any, str]] = {
        "phase": {one.value: str(one.label) for one in Phase},
        "qpv": {one.value: str(one.label) for one in Project.Qpv},
        "commune": dict(Commune.objects.order_by("name", "pk").values_list("pk", "name")),
        "programme": {one.code: one.title for one in programmes},
        "track": {one.value: str(one.label) for one in Programme.Track},
        "state": {one.value: str(one.label) for one in Journey.State if one != Journey.State.DRAFT},
        "days_since_start": {},
    }
    return [
        Subject(f"fact:{name}", str(words), "fact", values[name], is_number=name == "days_since_start")
        for name, words in FACT_WORDS.items()
    ]


Line = tuple[str, str, str]
"""(key of the subject, verb, value as typed)"""


def read_lines(lines: Sequence[Line], match: str, subjects: Sequence[Subject]) -> dict[str, Any]:
    """The condition that these lines say; none: {}. Refused, with the number of the line as `field`, where one is not
    whole or can't be."""
    known = {one.key: one for one in subjects}
    parts = []
    for number, (key, verb, typed) in enumerate(lines):
        if not (key or verb or typed.strip()):
            continue
        try:
            parts.append(_read_line(known.get(key), verb, typed))
        except Refused as refusal:
            raise Refused(refusal.sentence, field=str(number)) from None
    if len(parts) < 2:
        return parts[0] if parts else {}
    return {match if match in ("all", "any") else "all": parts}


def _read_line(subject: Subject | None, verb: str, typed: str) -> dict[str, Any]:
    if subject is None:
        raise Refused(_("Choose a question that stands before this one, or something of the journey."))
    if verb not in VERB_WORDS:
        raise Refused(_("Choose how it is compared."))
    if verb in WITHOUT:
        return {**subject.about, "is": verb}
    if not typed.strip():
        raise Refused(_("Say what it is compared with."))
    if verb == "in":
        return {**subject.about, "is": "in", "than": [subject.read(one) for one in typed.split(",") if one.strip()]}
    if verb == "eq" and subject.kind == Item.Kind.MULTIPLE:
        verb = "has"
    if verb in ("lt", "le", "gt", "ge") and subject.values and not subject.is_number:
        raise Refused(_("This has no order: compare with “is” or “is one of”."))
    return {**subject.about, "is": verb, "than": subject.read(typed)}


def lines_of(condition: Condition, subjects: Sequence[Subject]) -> tuple[str, list[Line]] | None:
    """("all" or "any", its lines) as the form shows them; None for one that lines can't say."""
    match = "any" if "any" in condition else "all"
    parts = condition.get(match, [condition] if condition else [])
    known = {one.key: one for one in subjects}
    lines: list[Line] = []
    for part in parts:
        if "is" not in part:
            return None
        key = f"item:{part['item']}" if "item" in part else f"fact:{part['fact']}"
        than = part.get("than", "")
        values = than if isinstance(than, list) else [than]
        subject = known.get(key)
        said = ", ".join(subject.words_of(one) if subject else str(one) for one in values)
        lines.append((key, part["is"], said))
    return match, lines


def in_words(condition: Condition, subjects: Sequence[Subject]) -> str:
    """The condition as a sentence without its full stop; "" for one that always holds."""
    if not condition:
        return ""
    for key, word in (("all", _("and")), ("any", _("or"))):
        if key in condition:
            return f" {word} ".join(in_words(one, subjects) for one in condition[key])
    if "not" in condition:
        return _("not (%(condition)s)") % {"condition": in_words(condition["not"], subjects)}
    lines = lines_of(condition, subjects)
    ((key, verb, said),) = lines[1] if lines else [("", "", "")]
    label = next((one.label for one in subjects if one.key == key), key.partition(":")[2])
    return " ".join(filter(None, (_("“%(words)s”") % {"words": label}, str(VERB_WORDS[verb]), said)))


def facts_named(condition: Condition) -> set[str]:
    """What it asks of the journey."""
    parts = [*condition.get("all", ()), *condition.get("any", ())]
    parts += [condition["not"]] if "not" in condition else []
    own = {condition["fact"]} if "fact" in condition else set()
    return own.union(*(facts_named(one) for one in parts))
