"""The difference of two versions in words: names of what differs, values before and after, changed words marked."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from backend.lib.texts import pick
from evaluation.models import Item, Section
from evaluation.queries.conditions import Subject, in_words
from evaluation.queries.version_diff import Change, ChoiceText, Difference, Fact, Mark, Weight, marked

NAMES = {
    "kind": gettext_lazy("kind"),
    "text_fr": gettext_lazy("text (French)"),
    "text_en": gettext_lazy("text (English)"),
    "help_fr": gettext_lazy("help (French)"),
    "help_en": gettext_lazy("help (English)"),
    "intro_fr": gettext_lazy("text above the question (French)"),
    "intro_en": gettext_lazy("text above the question (English)"),
    "label_fr": gettext_lazy("short name (French)"),
    "label_en": gettext_lazy("short name (English)"),
    "title_fr": gettext_lazy("title (French)"),
    "title_en": gettext_lazy("title (English)"),
    "scale": gettext_lazy("points of the scale"),
    "anchors": gettext_lazy("words of the scale"),
    "choices": gettext_lazy("choices"),
    "unit_fr": gettext_lazy("unit (French)"),
    "unit_en": gettext_lazy("unit (English)"),
    "least": gettext_lazy("smallest number"),
    "most": gettext_lazy("greatest number"),
    "decimals": gettext_lazy("decimals"),
    "is_required": gettext_lazy("an answer is needed"),
    "allows_na": gettext_lazy("“does not apply” offered"),
    "allows_no_say": gettext_lazy("“I prefer not to say” offered"),
    "relevance": gettext_lazy("asked when"),
    "section": gettext_lazy("section"),
    "is_scored": gettext_lazy("part of a score"),
    "layout": gettext_lazy("how the questions stand"),
    "least_answered": gettext_lazy("answers needed for a score"),
}
WHY_FORCED = {
    "kind": gettext_lazy("It is answered in another way."),
    "scale": gettext_lazy("Its scale has other points."),
    "unit_fr": gettext_lazy("Its unit changed."),
    "unit_en": gettext_lazy("Its unit changed."),
    "choices": gettext_lazy("A choice means something else."),
    "section": gettext_lazy("It is part of another score."),
}
WORDED = tuple(
    f"{name}_{language}" for name in ("text", "help", "intro", "label", "title") for language in ("fr", "en")
)


@dataclass(frozen=True)
class FactWords:
    """One thing that differs: its name, both texts, or one text with its changed words marked."""

    label: str
    old: str
    new: str
    marks: list[Mark]
    lang: str
    why: str


@dataclass(frozen=True)
class ChangeWords:
    """One item or section that differs, as the page shows it. `effect`: "breaks", "goes_on", "to_judge" or ""."""

    code: str
    title: str
    became: str
    is_moved: bool
    facts: list[FactWords]
    effect: str
    reason: str


def change_words(
    change: Change, subjects: Sequence[Subject], titles: Mapping[str, str], reasons: Mapping[str, str] | None = None
) -> ChangeWords:
    """In words; `titles`: {code of a section: its title}; `reasons`: {code of an item: why it changed}."""
    now = change.now
    title = now.text if hasattr(now, "kind") else pick(now, "title") or now.code
    facts = [_fact_words(fact, subjects, titles) for fact in change.facts]
    effect, forced = _effect(change)
    reason = " ".join(filter(None, (forced, (reasons or {}).get(change.code, ""))))
    return ChangeWords(change.code, title, change.became, change.is_moved, facts, effect, reason)


def _effect(change: Change) -> tuple[str, str]:
    if change.became != "changed" or not hasattr(change.new, "series"):
        return "", ""
    forced = " ".join(dict.fromkeys(str(WHY_FORCED[one.name]) for one in change.facts if one.weight == Weight.FORCED))
    if change.weight == Weight.FORCED or change.new.series > change.old.series:
        return "breaks", forced
    return ("to_judge" if change.weight == Weight.JUDGED else "goes_on"), ""


def _fact_words(fact: Fact, subjects: Sequence[Subject], titles: Mapping[str, str]) -> FactWords:
    old, new = (_value(fact.name, one, subjects, titles) for one in (fact.old, fact.new))
    marks = marked(old, new) if fact.name in WORDED and old and new else []
    lang = fact.name[-2:] if fact.name.endswith(("_fr", "_en")) else ""
    why = str(WHY_FORCED.get(fact.name, "")) if fact.weight == Weight.FORCED else ""
    return FactWords(str(NAMES[fact.name]), old or _("none"), new or _("none"), marks, lang, why)


def _value(name: str, value: Any, subjects: Sequence[Subject], titles: Mapping[str, str]) -> str:
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if value is None:
        return ""
    if name == "kind":
        return str(Item.Kind(value).label)
    if name == "layout":
        return str(Section.Layout(value).label)
    if name == "scale":
        return _("from %(low)d to %(high)d") % {"low": value[0], "high": value[1]}
    if name == "anchors":
        return " · ".join(f"{low}–{high} {fr or en}" for low, high, fr, en in value)
    if name == "choices":
        return " · ".join(_choice(one) for one in value)
    if name == "relevance":
        return f" {_('and')} ".join(in_words(one, subjects) for one in value) or _("always")
    if name == "section":
        return titles.get(value, value)
    return format(value.normalize(), "f") if hasattr(value, "normalize") else str(value)


def _choice(choice: ChoiceText) -> str:
    return f"{choice.fr or choice.en} ({_('no longer offered')})" if choice.is_retired else choice.fr or choice.en


def short_words(found: Difference) -> str:
    """“2 questions added, 1 changed” in one line; "" where nothing differs."""
    counts = {name: len(found.that(name)) for name in ("added", "removed", "changed")}
    moved = sum(1 for one in found.items if one.is_moved and one.became != "added")
    words = [
        ngettext("%(n)d question added", "%(n)d questions added", counts["added"]) % {"n": counts["added"]},
        ngettext("%(n)d question removed", "%(n)d questions removed", counts["removed"]) % {"n": counts["removed"]},
        ngettext("%(n)d question changed", "%(n)d questions changed", counts["changed"]) % {"n": counts["changed"]},
        ngettext("%(n)d question moved", "%(n)d questions moved", moved) % {"n": moved},
    ]
    shown = [word for word, n in zip(words, (*counts.values(), moved), strict=True) if n]
    sections = sum(1 for one in found.sections if one.became != "same")
    if sections:
        shown.append(ngettext("%(n)d section otherwise", "%(n)d sections otherwise", sections) % {"n": sections})
    return ", ".join(shown)
