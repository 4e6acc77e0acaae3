"""What a draft still lacks before it is published, what would make it clearer, and how long it takes."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import ceil
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from evaluation.models import Item, QuestionnaireVersion, Section
from evaluation.queries.relevance import is_well_formed, named

READING = 0.3
"""Seconds a word takes to be read (about 200 words a minute)."""
ANSWERING = {
    Item.Kind.SCALE: 4, Item.Kind.RECOMMEND: 4, Item.Kind.YES_NO: 3, Item.Kind.SINGLE: 5, Item.Kind.MULTIPLE: 8,
    Item.Kind.NUMBER: 8, Item.Kind.DATE: 8, Item.Kind.TEXT: 15, Item.Kind.LONG_TEXT: 45, Item.Kind.CONSENT: 4,
    Item.Kind.NOTE: 0,
}  # fmt: skip
"""Seconds an answer takes once its question is read: our estimate, to be corrected by the one who publishes."""
FEWEST_CHOICES = 2
FAR = 2


@dataclass(frozen=True)
class Lack:
    """One thing to mend, in a sentence, and where."""

    sentence: str
    item: Item | None = None
    section: Section | None = None


def minutes_of(sections: Iterable[Section]) -> int:
    """Whole minutes that a questionnaire takes by our count, one at least."""
    seconds = 0.0
    for section in sections:
        seconds += READING * _words(section.title, section.text)
        for item in section.items.all():
            choices = [one.text for one in item.choices.all() if not one.is_retired]
            seconds += READING * _words(item.text, item.help, *choices) + ANSWERING[Item.Kind(item.kind)]
    return max(1, ceil(seconds / 60))


def _words(*texts: str) -> int:
    return sum(len(text.split()) for text in texts)


def must_mend(sections: Sequence[Section]) -> list[Lack]:
    """What keeps it from being published."""
    if not any(item.is_asked for section in sections for item in section.items.all()):
        return [Lack(_("It asks nothing yet: add a question."))]
    found = [lack for section in sections for lack in _of_section(section)]
    found += [lack for section in sections for item in section.items.all() for lack in _of_item(item)]
    return found + misplaced(sections)


def _of_section(section: Section) -> Iterable[Lack]:
    items, name = list(section.items.all()), section.title or section.code
    if not items:
        yield Lack(_("“%(section)s” is empty: add a question or remove it.") % {"section": name}, section=section)
    scales = [item for item in items if item.kind == Item.Kind.SCALE]
    if section.least_answered and len(scales) < section.least_answered:
        sentence = ngettext(
            "“%(section)s” has a score from %(n)d answer up, and fewer scales than that.",
            "“%(section)s” has a score from %(n)d answers up, and fewer scales than that.",
            section.least_answered,
        )
        yield Lack(sentence % {"section": name, "n": section.least_answered}, section=section)
    if section.least_answered and len({item.bounds for item in scales}) > 1:
        sentence = _("“%(section)s” has a score: all of its scales need the same points.")
        yield Lack(sentence % {"section": name}, section=section)
    shapes = {(item.scale_min, item.scale_max, str(item.anchors)) for item in scales}
    if section.layout == Section.Layout.MATRIX and items and (len(scales) < len(items) or len(shapes) > 1):
        sentence = _("“%(section)s” is a table: each of its rows needs to be a scale, and the same one.")
        yield Lack(sentence % {"section": name}, section=section)
    if not is_well_formed(section.relevance):
        yield Lack(_("When “%(section)s” is asked can’t be read: write it anew.") % {"section": name}, section=section)


def _of_item(item: Item) -> Iterable[Lack]:
    if not item.text_fr.strip():
        yield Lack(_("%(code)s has no French words.") % {"code": item.code}, item=item)
    offered = [one for one in item.choices.all() if not one.is_retired]
    if item.kind in Item.CHOSEN and len(offered) < FEWEST_CHOICES:
        yield Lack(_("“%(item)s” needs two choices at least.") % {"item": item.text}, item=item)
    if not is_well_formed(item.relevance):
        yield Lack(_("When “%(item)s” is asked can’t be read: write it anew.") % {"item": item.text}, item=item)


def misplaced(sections: Iterable[Section]) -> list[Lack]:
    """Those asked depending on a question that does not stand before them: later, itself, or nowhere."""
    found: list[Lack] = []
    before: set[str] = set()
    for section in sections:
        found += [Lack(_too_early(section.title or section.code, code), section=section)
                  for code in named(section.relevance) if code not in before]  # fmt: skip
        for item in section.items.all():
            found += [Lack(_too_early(item.text, code), item=item)
                      for code in named(item.relevance) if code not in before]  # fmt: skip
            before |= {item.code} if item.is_asked else set()
    return found


def _too_early(what: str, code: str) -> str:
    return _("“%(what)s” is asked depending on %(code)s, which has to stand before it.") % {"what": what, "code": code}


def untranslated(version: QuestionnaireVersion, sections: Iterable[Section]) -> list[Lack]:
    """What is said in one language only, one line a row."""
    found = []
    missing = _missing(version.questionnaire, "title", "intro")
    if missing:
        found.append(Lack(_("The questionnaire itself: %(what)s.") % {"what": missing}))
    if any(not band.get("en") or not band.get("fr") for band in version.anchors):
        found.append(Lack(_("The words of the scale.")))
    for section in sections:
        if missing := _missing(section, "title", "text"):
            found.append(Lack(f"{section} ({missing})", section=section))
        for item in section.items.all():
            parts = [_missing(item, "text", "help", "label", "unit"), _choices_missing(item)]
            if missing := ", ".join(filter(None, parts)):
                found.append(Lack(f"{item.code} {item.text} ({missing})", item=item))
    return found


def _missing(row: Any, *names: str) -> str:
    """Which texts of this row have one language only, in words."""
    words = {
        "title": _("title"), "intro": _("introduction"), "text": _("text"), "help": _("help"),
        "label": _("short name"), "unit": _("unit"),
    }  # fmt: skip
    lone = [name for name in names if bool(getattr(row, f"{name}_fr")) != bool(getattr(row, f"{name}_en"))]
    return ", ".join(words[name] for name in lone)


def _choices_missing(item: Item) -> str:
    bands = any(not band.get("en") or not band.get("fr") for band in item.anchors)
    lone = any(not one.text_en or not one.text_fr for one in item.choices.all() if not one.is_retired)
    return ", ".join(filter(None, (_("words of the scale") if bands else "", _("choices") if lone else "")))


def could_mend(version: QuestionnaireVersion, sections: Sequence[Section]) -> list[Lack]:
    """What would make it clearer; nothing of it keeps it from being published. Translations stand apart."""
    found = []
    counted = minutes_of(sections)
    if version.minutes >= counted * FAR or version.minutes * FAR <= counted:
        sentence = _("It announces %(said)d min; by our count it takes %(counted)d.")
        found.append(Lack(sentence % {"said": version.minutes, "counted": counted}))
    for section in sections:
        for item in section.items.all():
            if item.kind == Item.Kind.SCALE and not (item.anchors or version.anchors):
                found.append(Lack(_("“%(item)s”: say in words what the points mean.") % {"item": item.text}, item=item))
    return found
